//! The day of account managers: 8 visits, 120 commands, 40 pushes, 150 pulls each, eight hours pressed into some
//! minutes. Everything is due at a time that was fixed before; a phone that waits for an answer does the next thing
//! late, and the lateness counts. **Never** slows down because the server is slow.

use std::sync::Arc;
use std::time::Duration;

use leeway_e2e::dice::Dice;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::laps::Laps;
use crate::people::{BOOKS, OF_BOOK};
use crate::script::Trade;
use crate::wire::Phone;

/// Pushes of a day: a visit's commands go out in five of them, three at a time.
const PUSHES: usize = 40;
/// Commands of a push.
const TOGETHER: usize = 3;
/// Pulls of a day: one behind each push, the others by the clock and by pokes.
const PULLS: usize = 150;
/// How soon a phone pulls after it has pushed.
const BEHIND: Duration = Duration::from_secs(1);

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    /// The next commands of a visit go out; the next visit, when the one before is over.
    Push,
    /// A pull.
    Pull,
}

/// Returns what a phone does, and when, as parts of the day; in order. The day of each begins at another moment, so
/// that any part of it holds as much of everything.
fn plan(day: Duration, dice: &mut Dice) -> Vec<(f64, Event)> {
    let mut part = || f64::from(u32::try_from(dice.millis(999_999)).unwrap()) / 1e6;
    let offset = part();
    let step = 1.0 / f64::from(u32::try_from(PUSHES).unwrap());
    let mut events = Vec::with_capacity(PUSHES + PULLS);
    let mut at = offset;
    for _ in 0..PUSHES {
        let push = at + step * 0.5 * part();
        events.push((push.fract(), Event::Push));
        events.push(((push + BEHIND.div_duration_f64(day)).fract(), Event::Pull));
        at += step;
    }
    events.extend((0..PULLS - PUSHES).map(|_| (part(), Event::Pull)));
    events.sort_by(|a, b| a.0.total_cmp(&b.0));
    events
}

/// How long, and how quick.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// The whole day.
    pub day: Duration,
    /// So much of it is played.
    pub window: Duration,
    /// The moment of the server's clock when it begins.
    pub clock: i64,
}

/// Plays the day, or its beginning, on all phones.
pub async fn play(phones: Vec<Phone>, trade: &Arc<Trade>, span: Span, dice: &mut Dice) -> Laps {
    let begun = Instant::now() + Duration::from_secs(1);
    let mut tasks = JoinSet::new();
    for phone in phones {
        tasks.spawn(one(phone, Arc::clone(trade), span, begun, dice.part()));
    }
    let mut all = Laps::default();
    while let Some(laps) = tasks.join_next().await {
        all.join(laps.unwrap());
    }
    all
}

async fn one(mut phone: Phone, trade: Arc<Trade>, span: Span, begun: Instant, mut dice: Dice) -> Laps {
    let mut laps = Laps::default();
    let mut left = Vec::new();
    let mut visits = 0;
    for (part, event) in plan(span.day, &mut dice) {
        let at = span.day.mul_f64(part);
        if at >= span.window {
            break;
        }
        let due = begun + at;
        sleep_until(due).await;
        if event == Event::Pull {
            phone.pull(due, &mut laps).await;
            continue;
        }
        if left.is_empty() {
            visits += 1;
            let customer = phone.person.customer(dice.below(BOOKS * OF_BOOK));
            left = trade.visit(customer, visits % 2 == 1, &mut dice);
        }
        let some = left.drain(..left.len().min(TOGETHER)).collect();
        phone.ask(some, span.clock + i64::try_from(at.as_millis()).unwrap());
        phone.push(due, &mut laps).await;
    }
    laps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::OF_VISIT;

    #[test]
    fn a_day_is_what_was_agreed() {
        let events = plan(Duration::from_secs(1_200), &mut Dice::new(1));
        let count = |wanted| events.iter().filter(|(_, event)| *event == wanted).count();
        assert_eq!((count(Event::Push), count(Event::Pull)), (40, 150));
        assert!(events.is_sorted_by(|a, b| a.0 <= b.0));
        assert!(events.iter().all(|(at, _)| (0.0..1.0).contains(at)));
        assert_eq!((PUSHES * TOGETHER, PUSHES * TOGETHER / OF_VISIT), (120, 8));
    }
}
