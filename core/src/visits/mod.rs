//! Visits: planned, opened on the spot, answered item by item, finished. What the unit head sees is the digest
//! that finishing leaves, never the visit itself.

mod answer;
mod checklist;
mod finish;
mod next_step;
mod note;
mod open;
mod photo;
mod plan;
mod record;
mod stored;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Entity;
use crate::command::{Context, writes};
use crate::record::entity;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::stamped::Stamped;
use crate::values::{
    Blob, BlobHash, ChecklistId, CustomerId, Date, NoteId, PhotoId, Timestamp, UnitId, UserId, VisitId,
};

pub use answer::AnswerItem;
pub use checklist::{Answer, CHECKLISTS, Checklist, Choice, Item, ItemKey, ItemKind, TEXT_MAX};
pub use finish::Finish;
pub use next_step::{CompleteNextStep, NextStep, SetNextStep};
pub use note::{AddNote, NOTE_MAX, VisitNote};
pub use open::Open;
pub use photo::{AddPhoto, PHOTO_BYTES_MAX, PHOTOS_MAX, RemovePhoto, VisitPhoto};
pub use plan::{Cancel, Plan, Reschedule};
pub use record::{Began, LASTED_MAX, RECORD_DAYS, RecordVisit, RecordedNote};

writes! {
    /// What can be asked about visits.
    pub enum Write {
        /// Plans a visit.
        Plan(Plan) = "plan",
        /// Moves it to another time.
        Reschedule(Reschedule) = "reschedule",
        /// Calls it off.
        Cancel(Cancel) = "cancel",
        /// Begins it, at the customer's.
        Open(Open) = "open",
        /// Answers one item of the checklist.
        Answer(AnswerItem) = "answer",
        /// Adds a note.
        Note(AddNote) = "note",
        /// Adds a photo to a note.
        AddPhoto(AddPhoto) = "add_photo",
        /// Takes a photo back.
        RemovePhoto(RemovePhoto) = "remove_photo",
        /// Says what happens next, and when.
        SetNextStep(SetNextStep) = "set_next_step",
        /// Ticks the next step off.
        CompleteNextStep(CompleteNextStep) = "complete_next_step",
        /// Ends the visit.
        Finish(Finish) = "finish",
        /// Puts a past visit on record.
        Record(RecordVisit) = "record",
    }
}

/// Why a visit stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum VisitError {
    /// Required items have no answer.
    #[error("{} required items have no answer", items.len())]
    MissingAnswers {
        /// The items' questions, in order.
        items: Vec<String>,
    },
    /// The checklist has no such item.
    #[error("the checklist has no item {item}")]
    NoSuchItem {
        /// What was named.
        item: ItemKey,
    },
    /// The answer is of another kind than the item, or out of its range.
    #[error("the answer does not fit {question:?}")]
    WrongAnswer {
        /// The item's question.
        question: String,
    },
    /// It is finished, or was called off.
    #[error("the visit is closed")]
    Closed,
    /// It has not been opened.
    #[error("the visit has not begun")]
    NotOpen,
    /// A text is empty or too long.
    #[error("a text of 1 to {max} characters is needed")]
    Text {
        /// Most characters.
        max: u32,
    },
    /// This version of the checklist is no longer used for new visits.
    #[error("checklist {name:?} is withdrawn")]
    ChecklistWithdrawn {
        /// Its name.
        name: String,
    },
    /// A visit that is put on record is over.
    #[error("the visit is not over yet")]
    NotOver,
    /// A visit so long ago is not put on record any more.
    #[error("the visit was more than {days} days ago")]
    TooLongAgo {
        /// How many days it may be ago.
        days: u32,
    },
    /// The photo has too many bytes.
    #[error("a photo has at most {max_mib} MiB")]
    PhotoTooLarge {
        /// Most of them, in MiB.
        max_mib: u32,
    },
    /// The visit has as many photos as it may have.
    #[error("a visit has at most {max} photos")]
    TooManyPhotos {
        /// Most photos.
        max: u32,
    },
}

/// Why somebody goes there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Getting to know each other.
    First,
    /// Routine care.
    Care,
    /// A contract ends.
    Renewal,
    /// Something went wrong.
    Complaint,
    /// A need to be understood, or an offer to be talked about.
    Offer,
}

impl Purpose {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 5] = [Self::First, Self::Care, Self::Renewal, Self::Complaint, Self::Offer];
}

/// When a visit is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct When {
    /// The day.
    pub day: Date,
    /// Minutes after midnight, if a time was agreed.
    pub minute: Option<u16>,
}

impl When {
    /// Index keys of other minutes would be out of order.
    fn check(self) -> Result<(), Stop> {
        match self.minute {
            Some(minute) if minute >= 24 * 60 => {
                Err(GeneralError::BadArgs { why: format!("a day has no minute {minute}") }.into())
            }
            _ => Ok(()),
        }
    }
}

/// How far a visit has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum VisitState {
    /// Not begun.
    Planned,
    /// The manager is there.
    Open {
        /// Since when.
        since: Timestamp,
    },
    /// Done.
    Finished {
        /// When it began.
        since: Timestamp,
        /// When it ended.
        until: Timestamp,
    },
    /// Called off.
    Cancelled,
}

/// A visit.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// Which one.
    pub id: VisitId,
    /// Whom.
    pub customer: CustomerId,
    /// Who goes.
    pub by: UserId,
    /// Why.
    pub purpose: Purpose,
    /// The version of the checklist that it is filled in with, for ever.
    pub checklist: ChecklistId,
    /// When it is planned.
    pub when: Stamped<When>,
    /// How far it has come.
    pub state: VisitState,
    /// The answers so far, with all that was there before.
    pub answers: BTreeMap<ItemKey, Stamped<Answer>>,
    /// What happens next.
    pub next_step: Option<Stamped<NextStep>>,
}

/// Index: visits by planned day.
pub const BY_DAY: &str = "visit.day|";
/// Index: visits that are neither finished nor called off, by planned day.
pub const OPEN: &str = "visit.open|";
/// Index: next steps that are not done, by day; of visits and of opportunities.
pub const NEXT_STEPS: &str = "next_step|";

impl Visit {
    /// Returns the index prefix of a customer's visits, oldest first.
    pub fn of_customer(customer: CustomerId) -> String {
        format!("visit.customer|{customer}|")
    }

    /// Returns whether it can still be worked on.
    pub fn is_live(&self) -> bool {
        matches!(self.state, VisitState::Planned | VisitState::Open { .. })
    }
}

impl Entity for Visit {
    entity!(Visit, VisitId);

    fn scope(&self) -> Scope {
        Scope::Customer(self.customer)
    }

    fn index_keys(&self) -> Vec<String> {
        let When { day, minute } = self.when.value;
        let when = format!("{day}T{:04}", minute.unwrap_or(9999));
        let mut keys = vec![format!("{BY_DAY}{when}"), format!("{}{when}", Self::of_customer(self.customer))];
        if self.is_live() {
            keys.push(format!("{OPEN}{when}"));
        }
        if let Some(step) = self.next_step.as_ref().filter(|step| !step.value.done) {
            keys.push(format!("{NEXT_STEPS}{}", step.value.day));
        }
        keys
    }
}

/// What the unit head sees of a finished visit: enough to coach, not the customer's whole record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitDigest {
    /// The visit.
    pub id: VisitId,
    /// The unit whose head reads it.
    pub unit: UnitId,
    /// Who went.
    pub by: UserId,
    /// Their name.
    pub by_name: String,
    /// The customer's name.
    pub customer_name: String,
    /// Why.
    pub purpose: Purpose,
    /// When it ended.
    pub finished_at: Timestamp,
    /// How long it took, in minutes.
    pub minutes: u32,
    /// Items answered.
    pub answered: u32,
    /// Items on the checklist.
    pub items: u32,
    /// What happens next.
    pub next_step: Option<NextStep>,
}

/// Index: digests, oldest first.
pub const DIGESTS: &str = "visit_digest|";

impl Entity for VisitDigest {
    entity!(VisitDigest, VisitId);

    fn scope(&self) -> Scope {
        Scope::UnitSummary(self.unit)
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{DIGESTS}{}", self.finished_at.in_index())]
    }
}

impl Entity for VisitNote {
    entity!(VisitNote, NoteId);

    fn scope(&self) -> Scope {
        Scope::Customer(self.customer)
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{}{}", Self::of_visit(self.visit), self.id)]
    }
}

impl Entity for VisitPhoto {
    entity!(VisitPhoto, PhotoId);

    fn scope(&self) -> Scope {
        Scope::Customer(self.customer)
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{}{}", Self::of_visit(self.visit), self.id)]
    }

    fn blobs(&self) -> Vec<Blob> {
        vec![self.blob]
    }

    fn arrived(&self, hash: BlobHash) -> Option<Self> {
        (self.blob.hash == hash && !self.arrived).then(|| Self { arrived: true, ..self.clone() })
    }
}

impl Entity for Checklist {
    entity!(Checklist, ChecklistId);

    fn scope(&self) -> Scope {
        Scope::Catalogue
    }

    fn index_keys(&self) -> Vec<String> {
        if self.withdrawn { Vec::new() } else { vec![format!("{CHECKLISTS}{}", self.name)] }
    }
}

/// Returns the visit if the actor serves its customer; to all others it does not exist.
fn own(rows: &Rows, by: &Context, id: VisitId) -> Result<Visit, Stop> {
    crate::customers::served_part::<Visit>(rows, by, id, |visit| visit.customer).cloned()
}

/// Returns the visit if it can still be worked on.
fn live(rows: &Rows, by: &Context, id: VisitId) -> Result<Visit, Stop> {
    match own(rows, by, id)? {
        visit if visit.is_live() => Ok(visit),
        _ => Err(VisitError::Closed.into()),
    }
}

pub(crate) fn apply(rows: &Rows, by: &Context, write: &Write) -> Result<Changes, Stop> {
    match write {
        Write::Plan(it) => plan::plan(rows, by, it),
        Write::Reschedule(it) => plan::reschedule(rows, by, it),
        Write::Cancel(it) => plan::cancel(rows, by, it),
        Write::Open(it) => open::open(rows, by, it),
        Write::Answer(it) => answer::answer(rows, by, it),
        Write::Note(it) => note::note(rows, by, it),
        Write::AddPhoto(it) => photo::add(rows, by, it),
        Write::RemovePhoto(it) => photo::remove(rows, by, it),
        Write::SetNextStep(it) => next_step::set(rows, by, it),
        Write::CompleteNextStep(it) => next_step::complete(rows, by, it),
        Write::Finish(it) => finish::finish(rows, by, it),
        Write::Record(it) => record::record(rows, by, it),
    }
}
