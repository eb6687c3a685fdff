//! T7: SIGKILL of the browser while the app writes. Somebody taps answers as fast as the app saves them; each that
//! the app calls saved is told to the proxy, and after some of them, at once or some milliseconds later, the browser
//! is killed. It starts again on the same profile: everything that was called saved is in the queue or at the server.

use std::time::Duration;

use leeway_e2e::dice::Dice;
use leeway_e2e::truth::{Invariant, Violation};
use tokio::time::{sleep, timeout};

use crate::desk::{Desk, base, check_turns};
use crate::report::{Outcome, Told};

/// A tap is saved in a few milliseconds; nobody waits longer than this.
const HELD_UP: Duration = Duration::from_secs(20);
/// Nobody taps so often before the kill.
const TAPS: u64 = 500;

/// Plays one run. With the planted bug `saved_early`, a tap counts as saved before the app says so.
pub async fn run(desk: &mut Desk, seed: u64, trace: bool) -> Outcome {
    desk.freshen().await;
    let mut dice = Dice::new(seed);
    let mut told = Told { devices: 1, ..Told::default() };
    match play(desk, seed, &mut dice, &mut told, trace).await {
        Ok(()) => Ok(told),
        Err(violation) => Err((told, violation)),
    }
}

async fn play(
    desk: &mut Desk,
    seed: u64,
    dice: &mut Dice,
    told: &mut Told,
    trace: bool,
) -> Result<(), Violation> {
    let early = std::env::var("LEEWAY_PLANT").is_ok_and(|it| it == "saved_early");
    let item = desk.item(dice);
    let had = desk.history(&item).await.len();
    desk.go_to_visit().await;
    let dark = dice.chance(1, 2);
    desk.proxy.blackout(dark);
    let (after, late) = (1 + dice.millis(9), dice.millis(15));
    desk.tap(&item, TAPS, base(seed), early).await;
    if timeout(HELD_UP, desk.proxy.until_marked(base(seed) + after)).await.is_err() {
        return Err(Violation::new(Invariant::Liveness, "a tap is not saved".to_owned()));
    }
    sleep(Duration::from_millis(late)).await;
    desk.phone.kill();
    told.fault(if dark { "kill_offline" } else { "kill" }, 1);
    let saved = usize::try_from(desk.proxy.marks_from(base(seed) + 1)).unwrap();
    (told.commands, told.steps) = (saved, saved + 1);
    desk.phone.wake().await;
    if dark {
        let shown = desk.shown_offline().await;
        if shown < saved {
            let why = format!("{saved} were saved without a network, {shown} are in the queue");
            return Err(Violation::new(Invariant::NothingLost, why));
        }
    }
    desk.calm().await;
    let history = desk.history(&item).await;
    let there = history.len() - had;
    if trace {
        println!("killed {late} ms after mark {after}: {saved} saved, {there} there, offline: {dark}");
    }
    if there < saved {
        return Err(Violation::new(Invariant::NothingLost, format!("{saved} were saved, {there} are there")));
    }
    check_turns(&history)
}
