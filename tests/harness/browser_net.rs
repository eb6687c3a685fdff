//! T6 between a real browser and the real server: somebody answers a checklist and writes notes while the network
//! fails. Nothing saved is lost or counts twice, and what the sync page says of unsent work is never too little.

use leeway_e2e::dice::Dice;
use leeway_e2e::proxy::{Fault, WEATHER};
use leeway_e2e::truth::{Invariant, Violation};

use crate::desk::{Desk, Shown, base, check_turns};
use crate::report::{Outcome, Told};

/// A worse network than the simulated phones have: a run has few requests.
fn storm() -> Vec<(Fault, usize)> {
    let worse = |(fault, weight): (Fault, usize)| match fault {
        Fault::None => (fault, weight / 2),
        Fault::HalfOpen => (fault, 0), // the app gives up after 20 s: that is a story of its own
        _ => (fault, weight),
    };
    WEATHER.map(worse).to_vec()
}

/// Plays one run.
pub async fn run(desk: &mut Desk, seed: u64, trace: bool) -> Outcome {
    desk.freshen().await;
    let mut dice = Dice::new(seed);
    let mut told = Told { devices: 1, ..Told::default() };
    let before = desk.proxy.counts();
    let played = play(desk, seed, &mut dice, &mut told, trace).await;
    for (kind, count) in desk.proxy.counts() {
        told.fault(kind, count - before.get(kind).copied().unwrap_or(0));
    }
    match played {
        Ok(()) => Ok(told),
        Err(violation) => Err((told, violation)),
    }
}

async fn play(
    desk: &Desk,
    seed: u64,
    dice: &mut Dice,
    told: &mut Told,
    trace: bool,
) -> Result<(), Violation> {
    let item = desk.item(dice);
    let had = desk.history(&item).await.len();
    desk.go_to_visit().await;
    let dark = dice.chance(1, 3);
    if dark {
        desk.proxy.blackout(true);
    } else {
        desk.proxy.weather(&storm());
    }
    let taps = 2 + dice.millis(10);
    desk.tap(&item, taps, base(seed), false).await;
    desk.proxy.until_marked(base(seed) + taps).await;
    let mut made = usize::try_from(taps).unwrap();
    let note = format!("第 {seed} 轮的笔记");
    let noted = dice.chance(1, 2);
    if noted {
        desk.phone.note(&note).await;
        made += 1;
    }
    told.commands = made;
    told.steps = made + 3;
    if trace {
        println!("{made} commands, {} on {item}, the network is {}", taps, if dark { "gone" } else { "bad" });
    }
    if dark {
        let shown = desk.shown_offline().await;
        if shown != made {
            return Err(Violation::new(Invariant::CountIsTrue, format!("{made} wait, {shown} are shown")));
        }
        // and then it comes back badly
        desk.proxy.blackout(false);
        desk.proxy.weather(&storm());
    }
    desk.phone.go("/sync").await;
    for _ in 0..4 {
        // first what is shown, then what is there: the server only gets more meanwhile
        let shown = desk.shown().await;
        let there = desk.history(&item).await.len() - had + usize::from(notes(desk, &note).await > 0);
        if let Shown::Unsent(count) = shown
            && count + there < made
        {
            let why = format!("{made} were made, {there} are at the server, {count} are shown as waiting");
            return Err(Violation::new(Invariant::CountIsTrue, why));
        }
    }
    desk.calm().await;
    let history = desk.history(&item).await;
    check_turns(&history)?;
    let (there, written) = (history.len() - had, notes(desk, &note).await);
    if there as u64 != taps || written != usize::from(noted) {
        let of =
            if there as u64 > taps || written > 1 { Invariant::NothingTwice } else { Invariant::NothingLost };
        let why = format!(
            "{taps} answers and {} notes were saved, {there} and {written} are there",
            u8::from(noted)
        );
        return Err(Violation::new(of, why));
    }
    let refused = desk.teller.all("refusal").await;
    told.conflicts = refused.len();
    if !refused.is_empty() {
        return Err(Violation::new(Invariant::NothingTwice, format!("refused: {refused:?}")));
    }
    Ok(())
}

async fn notes(desk: &Desk, text: &str) -> usize {
    desk.teller.all("visit_note").await.iter().filter(|it| it["text"] == text).count()
}
