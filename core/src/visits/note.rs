//! A note: added, never changed. A correction is another note.

use serde::{Deserialize, Serialize};

use super::{VisitError, own};
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{CustomerId, NoteId, Timestamp, UserId, VisitId, clean};

/// Most characters of a note.
pub const NOTE_MAX: u32 = 2_000;

/// A note taken on a visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitNote {
    /// Which one.
    pub id: NoteId,
    /// On which visit.
    pub visit: VisitId,
    /// The visit's customer.
    pub customer: CustomerId,
    /// Who wrote it.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

impl VisitNote {
    /// Returns the index prefix of a visit's notes, oldest first.
    pub fn of_visit(visit: VisitId) -> String {
        format!("visit_note.visit|{visit}|")
    }
}

/// Adds a note.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddNote {
    /// On which visit.
    pub visit: VisitId,
    /// Its id, made on the device.
    pub note: NoteId,
    /// What.
    pub text: String,
}

pub(super) fn note(rows: &Rows, by: &Context, it: &AddNote) -> Result<Changes, Stop> {
    let visit = own(rows, by, it.visit)?;
    rows.require_absent::<VisitNote>(it.note)?;
    let text = clean(&it.text, NOTE_MAX as usize).map_err(|_| VisitError::Text { max: NOTE_MAX })?;
    Ok(Changes::none().put(VisitNote {
        id: it.note,
        visit: visit.id,
        customer: visit.customer,
        by: by.actor,
        at: by.at,
        text,
    }))
}
