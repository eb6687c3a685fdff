//! A past visit, put on record in one piece: what planning, beginning, answering, noting and ending it would have left,
//! and nothing else. **Never** changes a visit that is there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::answer::fitting;
use super::finish::{digest, missing};
use super::note::noted;
use super::plan::usable;
use super::{Answer, Checklist, ItemKey, Purpose, Visit, VisitError, VisitNote, VisitState, When};
use crate::Entity;
use crate::command::Context;
use crate::customers::{self, Customer};
use crate::organisation::Member;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::stamped::Stamped;
use crate::values::{ChecklistId, CustomerId, Date, NoteId, Timestamp, VisitId};

/// A visit longer ago than this is history, and a wrong year is a slip of the finger.
pub const RECORD_DAYS: u32 = 731;
/// A visit ends on its day or in the night after it.
pub const LASTED_MAX: u16 = 24 * 60;
/// Clocks on earth are at most so many minutes from UTC.
const OFFSET_MAX: u16 = 14 * 60;

/// Puts a past visit on record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordVisit {
    /// Its id, made on the device.
    pub visit: VisitId,
    /// Whom.
    pub customer: CustomerId,
    /// Why.
    pub purpose: Purpose,
    /// The version of the checklist that it was filled in with.
    pub checklist: ChecklistId,
    /// When it began.
    pub began: Began,
    /// How many minutes it took.
    pub lasted: u16,
    /// The answers.
    pub answers: BTreeMap<ItemKey, Answer>,
    /// The note, if one was taken.
    pub note: Option<RecordedNote>,
}

/// When a visit began, as the clock on the wall said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Began {
    /// The day.
    pub day: Date,
    /// Minutes after midnight.
    pub minute: u16,
    /// How many minutes that clock was ahead of UTC; 480 in China.
    pub offset: i16,
}

/// The note of a past visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedNote {
    /// Its id, made on the device.
    pub note: NoteId,
    /// What.
    pub text: String,
}

impl Began {
    /// Returns the moment.
    pub fn at(self) -> Timestamp {
        Timestamp::of(self.day, i64::from(self.minute), i32::from(self.offset))
    }

    fn check(self) -> Result<(), Stop> {
        if self.offset.unsigned_abs() > OFFSET_MAX {
            let why = format!("no clock is {} minutes from UTC", self.offset);
            return Err(GeneralError::BadArgs { why }.into());
        }
        self.when().check()
    }

    fn when(self) -> When {
        When { day: self.day, minute: Some(self.minute) }
    }
}

pub(super) fn record(rows: &Rows, by: &Context, it: &RecordVisit) -> Result<Changes, Stop> {
    let reads = [
        Member::key(by.actor),
        Customer::key(it.customer),
        Visit::key(it.visit),
        Checklist::key(it.checklist),
    ];
    rows.ask(reads.into_iter().chain(it.note.iter().map(|it| VisitNote::key(it.note))))?;
    let customer = customers::served(rows, by, it.customer)?;
    rows.require_absent::<Visit>(it.visit)?;
    let (since, until) = time(by, it)?;
    let checklist = usable(rows, it.checklist)?;
    let mut answers = BTreeMap::new();
    for (key, answer) in &it.answers {
        fitting(checklist, key, answer)?;
        answers.insert(key.clone(), Stamped::new(by, answer.clone()));
    }
    let visit = Visit {
        id: it.visit,
        customer: it.customer,
        by: by.actor,
        purpose: it.purpose,
        checklist: it.checklist,
        when: Stamped::new(by, it.began.when()),
        state: VisitState::Finished { since, until },
        answers,
        next_step: None,
    };
    let note = it.note.as_ref().map(|note| taken(rows, by, &visit, note)).transpose()?;
    missing(checklist, &visit.answers)?;
    let digest = digest(rows, by, &visit, customer, checklist, (since, until))?;
    Ok(Changes::none().put(visit).put_some(note).put(digest))
}

fn taken(rows: &Rows, by: &Context, visit: &Visit, it: &RecordedNote) -> Result<VisitNote, Stop> {
    rows.require_absent::<VisitNote>(it.note)?;
    noted(by, visit, it.note, &it.text)
}

/// Returns from when to when. "Now" is when its author asked: both times are of one clock, so that the phone and the
/// server decide alike however wrong that clock is.
fn time(by: &Context, it: &RecordVisit) -> Result<(Timestamp, Timestamp), Stop> {
    it.began.check()?;
    if it.lasted > LASTED_MAX {
        let why = format!("no visit takes {} minutes", it.lasted);
        return Err(GeneralError::BadArgs { why }.into());
    }
    let since = it.began.at();
    let until = Timestamp::from_ms(since.ms().saturating_add(i64::from(it.lasted) * 60_000));
    if until > by.at {
        return Err(VisitError::NotOver.into());
    }
    if by.at.ms().saturating_sub(since.ms()) > i64::from(RECORD_DAYS) * 24 * 60 * 60 * 1_000 {
        return Err(VisitError::TooLongAgo { days: RECORD_DAYS }.into());
    }
    Ok((since, until))
}

#[cfg(test)]
mod tests;
