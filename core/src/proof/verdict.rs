//! The verdict on a quote that was binding when it was signed and reaches the server later: one pure function, the table
//! of ADR 0018. The price is never touched: what does not count by itself goes to a post as it was signed.

use serde::{Deserialize, Serialize};

use super::Step;
use super::grant::LATE_MS;
use crate::values::Timestamp;

/// More than this between a device's clock and the times that are known is said.
pub const CLOCK_MS: i64 = 5 * 60 * 1_000;

/// What is known when a receipt whose signature is good arrives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Facts {
    /// Where it stands in its chain.
    pub step: Step,
    /// The grant that it names; `None`: there is no such grant for this key any more.
    pub grant: Option<Window>,
    /// It was signed no earlier: the last time that the device had from the server.
    pub from: Timestamp,
    /// It was signed no later: it is here, or was seen then.
    pub until: Timestamp,
    /// What the device's clock said.
    pub at: Timestamp,
    /// What was signed is what both sides compute.
    pub is_same: bool,
    /// The grant allows it.
    pub is_within: bool,
    /// Limits, rating or price book have changed meanwhile, for no fault of anybody's.
    pub has_changed: bool,
    /// Since when the device counts as lost, or its rights as taken away for cause.
    pub lost_at: Option<Timestamp>,
}

/// When a grant counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// What a binding quote is worth now that it is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It counts.
    Confirmed {
        /// What is to be said about it all the same.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        notes: Vec<Note>,
    },
    /// Under review: it may have been signed after the device was lost. A post decides.
    Held,
    /// It was not for the device to promise. A post decides, as if it had been asked.
    Request {
        /// Why.
        why: Unauthorised,
    },
    /// Receipts before it are missing. A post decides.
    Waiting,
    /// Two receipts stand at one place: nothing of this key counts by itself any more. A post decides.
    Quarantined,
}

/// What is said about a quote that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// What it was judged by has changed meanwhile.
    Changed,
    /// It came after the end of its grant.
    Late,
    /// The device's clock was off.
    ClockOff,
}

/// Why it was not for the device to promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unauthorised {
    /// It was signed after the device was lost.
    AfterLoss,
    /// What was signed is not what both sides compute: a recorded fault.
    Differs,
    /// It is beyond what the grant allows.
    Beyond,
    /// The grant had ended, or not begun.
    OutOfTime,
    /// It comes too long after the end of its grant.
    TooLate,
    /// There is no such grant.
    NoGrant,
}

/// Judges what has arrived.
pub fn judge(it: &Facts) -> Verdict {
    match it.step {
        Step::Fork | Step::Quarantined => return Verdict::Quarantined,
        Step::Gap => return Verdict::Waiting,
        Step::Next => {}
    }
    if let Some(why) = not_authorised(it) {
        return Verdict::Request { why };
    }
    #[cfg(any(test, feature = "testing"))]
    let it = &planted(it);
    if it.lost_at.is_some_and(|lost| lost <= it.until) {
        return Verdict::Held;
    }
    let off = it.at.ms() < it.from.ms() - CLOCK_MS || it.at.ms() > it.until.ms() + CLOCK_MS;
    let late = it.grant.is_some_and(|grant| it.until > grant.until);
    let notes = [(it.has_changed, Note::Changed), (late, Note::Late), (off, Note::ClockOff)];
    Verdict::Confirmed { notes: notes.into_iter().filter_map(|(is, note)| is.then_some(note)).collect() }
}

#[cfg(any(test, feature = "testing"))]
fn planted(it: &Facts) -> Facts {
    use crate::testing::plant::{Plant, is};
    Facts { lost_at: it.lost_at.filter(|_| !is(Plant::LossForgotten)), ..*it }
}

fn not_authorised(it: &Facts) -> Option<Unauthorised> {
    let Some(grant) = it.grant else { return Some(Unauthorised::NoGrant) };
    let checks = [
        (it.lost_at.is_some_and(|lost| lost <= it.from), Unauthorised::AfterLoss),
        (!it.is_same, Unauthorised::Differs),
        (!it.is_within, Unauthorised::Beyond),
        // by its own word or by the server's time
        (it.from > grant.until || it.at > grant.until, Unauthorised::OutOfTime),
        // nobody has a time of the server that is still to come
        (it.from.ms() > it.until.ms() + CLOCK_MS, Unauthorised::OutOfTime),
        (it.until.ms() > grant.until.ms() + LATE_MS, Unauthorised::TooLate),
    ];
    checks.into_iter().find_map(|(is, why)| is.then_some(why))
}

impl Verdict {
    /// Says whether it is binding.
    pub fn is_confirmed(&self) -> bool {
        matches!(self, Self::Confirmed { .. })
    }
}

#[cfg(test)]
mod tests;
