//! One answer. Answers to different items from two phones are both kept; to the same item, both are shown.

use serde::{Deserialize, Serialize};

use super::{Answer, Checklist, ItemKey, Visit, VisitError, VisitState, live};
use crate::Entity;
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::stamped::write_slot;
use crate::values::{CommandId, VisitId};

/// Answers one item of the checklist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerItem {
    /// Which visit.
    pub visit: VisitId,
    /// Which item.
    pub item: ItemKey,
    /// The answer.
    pub answer: Answer,
    /// The write of this answer that the author saw; `None` if it was empty.
    pub seen: Option<CommandId>,
}

pub(super) fn answer(rows: &Rows, by: &Context, it: &AnswerItem) -> Result<Changes, Stop> {
    let mut visit = live(rows, by, it.visit)?;
    if !matches!(visit.state, VisitState::Open { .. }) {
        return Err(VisitError::NotOpen.into());
    }
    let checklist = rows.require::<Checklist>(visit.checklist)?;
    let item = checklist.item(&it.item).ok_or_else(|| VisitError::NoSuchItem { item: it.item.clone() })?;
    if !item.kind.takes(&it.answer) {
        return Err(VisitError::WrongAnswer { question: item.question.clone() }.into());
    }
    let about = Visit::key(visit.id);
    let mut slot = visit.answers.remove(&it.item);
    let card = write_slot(&mut slot, by, about, &format!("answers.{}", it.item), it.answer.clone(), it.seen);
    visit.answers.extend(slot.map(|answer| (it.item.clone(), answer)));
    Ok(Changes::none().put(visit).put_some(card))
}
