//! Phones that ask one thing after the other: empty pulls, for what one costs, and pushes and pulls without a pause,
//! for how much a server can do. **Never** a picture of a day: who waits for an answer asks less.

use std::sync::Arc;
use std::time::Duration;

use leeway_e2e::dice::Dice;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::laps::Laps;
use crate::people::{BOOKS, OF_BOOK};
use crate::script::Trade;
use crate::wire::Phone;

/// Pause behind each empty pull.
const PAUSE: Duration = Duration::from_millis(10);
/// Pulls behind each push of a rush: as many as in a day.
const PULLS: usize = 4;
/// Commands of a push.
const TOGETHER: usize = 3;

/// Pulls so often when there is nothing new.
pub async fn empty(phones: Vec<Phone>, pulls: usize) -> Laps {
    let mut laps = Laps::default();
    for mut phone in phones {
        for _ in 0..pulls {
            sleep(PAUSE).await;
            phone.pull(Instant::now(), &mut laps).await;
        }
    }
    laps
}

/// Pushes and pulls without a pause.
pub async fn rush(phones: Vec<Phone>, trade: &Arc<Trade>, seconds: f64, clock: i64, dice: &mut Dice) -> Laps {
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    let mut tasks = JoinSet::new();
    for mut phone in phones {
        let (trade, mut dice) = (Arc::clone(trade), dice.part());
        tasks.spawn(async move {
            let mut laps = Laps::default();
            let mut left = Vec::new();
            while Instant::now() < end {
                if left.is_empty() {
                    let customer = phone.person.customer(dice.below(BOOKS * OF_BOOK));
                    left = trade.visit(customer, dice.chance(1, 2), &mut dice);
                }
                let some = left.drain(..left.len().min(TOGETHER)).collect();
                phone.ask(some, clock);
                phone.push(Instant::now(), &mut laps).await;
                for _ in 0..PULLS {
                    phone.pull(Instant::now(), &mut laps).await;
                }
            }
            laps
        });
    }
    let mut all = Laps::default();
    while let Some(laps) = tasks.join_next().await {
        all.join(laps.unwrap());
    }
    all
}
