//! The first sync of the day: an app that was opened asks who is logged in, pulls what is new since yesterday, listens
//! for pokes, and pulls again because the first of those comes at once. **Never** on a phone that has nothing yet: that
//! is the first sync of its life.

use std::time::Duration;

use leeway_e2e::dice::Dice;
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::laps::Laps;
use crate::pokes::Listeners;
use crate::wire::Phone;

/// Opens all apps within a time, each at some moment of it; all go on listening until the end.
pub async fn play(phones: Vec<Phone>, window: Duration, listeners: &mut Listeners, dice: &mut Dice) -> Laps {
    let begun = Instant::now() + Duration::from_secs(1);
    let most = u64::try_from(window.as_millis()).unwrap();
    let (opened, mut open) = unbounded_channel();
    let mut tasks = JoinSet::new();
    for mut phone in phones {
        let due = begun + Duration::from_millis(dice.millis(most));
        let opened = opened.clone();
        tasks.spawn(async move {
            let mut laps = Laps::default();
            sleep_until(due).await;
            phone.look_up(due, &mut laps).await;
            phone.pull(Instant::now(), &mut laps).await;
            let listening = phone.again();
            opened.send(listening).unwrap();
            phone.pull(Instant::now(), &mut laps).await;
            laps
        });
    }
    drop(opened);
    while let Some(phone) = open.recv().await {
        listeners.add(&phone);
    }
    let mut all = Laps::default();
    while let Some(laps) = tasks.join_next().await {
        all.join(laps.unwrap());
    }
    all
}
