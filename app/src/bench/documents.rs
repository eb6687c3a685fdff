//! What a document of the bench is in Leeway: a past visit with its answers and its note. Its `status`, which the bench
//! changes, is the visit's next step: that may change after a visit has ended, as the bench wants it. Who owns a document
//! and whom it names besides have no place here. `tests/bench/leeway-peer.mjs` makes the same for the server.

use std::collections::BTreeMap;

use leeway_core::Record;
use leeway_core::values::{CustomerId, Date, VisitId};
use leeway_core::visits::{
    Answer, Began, Checklist, Item, ItemKind, Purpose, RecordVisit, RecordedNote, Visit,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::platform::ids;

/// A document of the bench.
#[derive(Serialize, Deserialize)]
pub(super) struct Doc {
    id: String,
    customer_id: String,
    status: String,
    planned_at: String,
    #[serde(default)]
    checklist: BTreeMap<String, String>,
    note: String,
}

/// A change of a document.
#[derive(Deserialize)]
pub(super) struct Patch {
    /// What is new.
    pub(super) status: String,
}

/// What the bench may answer.
const SAID: [&str; 4] = ["yes", "no", "n/a", "part"];
/// A document that nobody has changed.
const UNTOUCHED: &str = "planned";
const MINUTES: u16 = 30;
/// The days of the bench end here.
const LAST: (i32, u8, u8) = (2026, 12, 31);

/// One user's documents.
pub(super) struct Bench {
    salt: u32,
    /// A visit that is put on record is past: so many days are added to those of the bench.
    shift: i64,
    /// What can be filled in.
    pub(super) checklists: Vec<Checklist>,
}

impl Bench {
    pub(super) fn new(salt: u32, today: Date) -> Self {
        let last = Date::new(LAST.0, LAST.1, LAST.2).unwrap_or(today);
        Self { salt, shift: today.days_since(last) - 2, checklists: Vec::new() }
    }

    /// Returns which visit a document is: ids are the tenant's, so each user's differ.
    pub(super) fn visit(&self, id: &str) -> Result<VisitId, String> {
        let id: Uuid = id.parse().map_err(|_| format!("no id: {id}"))?;
        Ok(VisitId::new(Uuid::from_u128(id.as_u128() ^ self.salted())))
    }

    /// Returns which customer this is: the n-th of this user.
    pub(super) fn customer(&self, id: &str) -> Result<CustomerId, String> {
        let n = id.strip_prefix("c-").and_then(|it| it.parse::<u128>().ok());
        let n = n.ok_or_else(|| format!("no customer: {id}"))?;
        Ok(CustomerId::new(Uuid::from_u128(self.salted() | (0x4000_8000 << 48) | n)))
    }

    fn salted(&self) -> u128 {
        u128::from(self.salt) << 96
    }

    /// Returns the visit to put on record.
    pub(super) fn visit_of(&self, doc: &Doc) -> Result<RecordVisit, String> {
        let checklist = self.checklists.iter().find(|it| it.items.len() >= doc.checklist.len());
        let checklist = checklist.ok_or("no checklist is long enough")?;
        let day: Date = part(&doc.planned_at, 0..10)?.parse().map_err(|_| "no day")?;
        let day = day.plus_days(self.shift);
        let number = |range| part(&doc.planned_at, range)?.parse::<u16>().map_err(|_| "no time");
        let minute = number(11..13)? * 60 + number(14..16)?;
        let answers = checklist.items.iter().zip(doc.checklist.values());
        Ok(RecordVisit {
            visit: self.visit(&doc.id)?,
            customer: self.customer(&doc.customer_id)?,
            purpose: Purpose::Care,
            checklist: checklist.id,
            began: Began { day, minute, offset: 0 },
            lasted: MINUTES,
            answers: answers.map(|(item, said)| (item.key.clone(), answer(item, said, day))).collect(),
            note: Some(RecordedNote { note: ids::note(), text: whole(&doc.note) }),
        })
    }

    /// Returns the document that a visit is.
    pub(super) fn doc_of(&self, visit: &Visit, note: &str) -> Doc {
        let when = visit.when.value;
        let minute = when.minute.unwrap_or(0);
        let day = when.day.plus_days(-self.shift);
        Doc {
            id: Uuid::from_u128(visit.id.uuid().as_u128() ^ self.salted()).to_string(),
            customer_id: format!("c-{:05}", visit.customer.uuid().as_u128() & 0xffff_ffff_ffff),
            status: visit.next_step.as_ref().map_or(UNTOUCHED, |it| &it.value.text).to_owned(),
            planned_at: format!("{day}T{:02}:{:02}:00.000Z", minute / 60, minute % 60),
            checklist: BTreeMap::new(),
            note: note.to_owned(),
        }
    }

    /// Returns the documents among the records of a customer.
    pub(super) fn docs_of(&self, records: &[Record]) -> Vec<Doc> {
        let mut notes = BTreeMap::new();
        for record in records {
            if let Record::VisitNote(note) = record {
                notes.insert(note.visit, note.text.as_str());
            }
        }
        let visits = records.iter().filter_map(|it| match it {
            Record::Visit(visit) => Some(visit),
            _ => None,
        });
        visits.map(|it| self.doc_of(it, notes.get(&it.id).copied().unwrap_or_default())).collect()
    }
}

/// Returns a note as long as it was: a space at its end would be cut off.
fn whole(note: &str) -> String {
    let kept = note.trim_end();
    format!("{kept}{}", ".".repeat(note.len() - kept.len()))
}

fn part(text: &str, range: std::ops::Range<usize>) -> Result<&str, &'static str> {
    text.get(range).ok_or("no time")
}

fn answer(item: &Item, said: &str, day: Date) -> Answer {
    let n = SAID.iter().position(|it| *it == said).unwrap_or(0);
    let whole = i64::try_from(n).unwrap_or(0);
    match &item.kind {
        ItemKind::YesNo => Answer::YesNo(n % 2 == 0),
        ItemKind::Choice { choices } => {
            Answer::Choice(choices.get(n % choices.len().max(1)).map(|it| it.key.clone()).unwrap_or_default())
        }
        ItemKind::Number { min, .. } => Answer::Number(min + whole),
        ItemKind::Text => Answer::Text(said.to_owned()),
        ItemKind::Date => Answer::Date(day.plus_days(whole * 30)),
    }
}
