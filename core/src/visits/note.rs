//! A note: added, never changed. A correction is another note.

use serde::{Deserialize, Serialize};

use super::{Visit, VisitError, own};
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
    Ok(Changes::none().put(noted(by, &visit, it.note, &it.text)?))
}

/// Makes a note on a visit.
pub(super) fn noted(by: &Context, visit: &Visit, id: NoteId, text: &str) -> Result<VisitNote, Stop> {
    let text = clean(text, NOTE_MAX as usize).map_err(|_| VisitError::Text { max: NOTE_MAX })?;
    Ok(VisitNote { id, visit: visit.id, customer: visit.customer, by: by.actor, at: by.at, text })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::{Cancel, Write};
    use super::*;
    use crate::testing::sample::{CHEN, LI};
    use crate::testing::{Office, commands};

    fn planned() -> Office {
        Office::new().after(CHEN, Write::Plan(commands::plan()))
    }

    #[track_caller]
    fn check(office: &mut Office, by: UserId, text: &str, expected: Expect) {
        let note = AddNote { text: text.to_owned(), ..commands::add_note() };
        expected.assert_eq(&office.tell(by, Write::Note(note)));
    }

    #[test]
    fn a_note_is_a_text_with_an_end() {
        check(&mut planned(), CHEN, " 机房在地下二层\n双路由 ", expect!["put visit_note/7"]);
        check(&mut planned(), CHEN, &"字".repeat(2_000), expect!["put visit_note/7"]);
        check(&mut planned(), CHEN, &"字".repeat(2_001), expect![[r#"refused visits.text {"max":2000}"#]]);
        check(&mut planned(), CHEN, " \n", expect![[r#"refused visits.text {"max":2000}"#]]);
    }

    #[test]
    fn a_note_is_added_once_and_never_changed() {
        let mut office = planned();
        check(&mut office, CHEN, "一", expect!["put visit_note/7"]);
        check(&mut office, CHEN, "二", expect![[r#"refused general.exists {"typ":"visit_note"}"#]]);
        assert_eq!(office.get::<VisitNote>(NoteId::from_u128(7)).text, "一");
    }

    #[test]
    fn notes_are_taken_on_ones_own_visits_even_when_they_are_over() {
        check(&mut planned(), LI, "一", expect![[r#"refused general.not_found {"typ":"visit"}"#]]);
        let mut over = planned().after(CHEN, Write::Cancel(Cancel { visit: VisitId::from_u128(7) }));
        check(&mut over, CHEN, "一", expect!["put visit_note/7"]);
    }
}
