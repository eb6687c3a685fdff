//! What happens next, and on which day. It can be set after the visit ended too: the promise outlives it.

use serde::{Deserialize, Serialize};

use super::{Visit, VisitError, own};
use crate::Entity;
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::stamped::write_slot;
use crate::values::{CommandId, Date, VisitId, clean};

/// Most characters of a next step.
pub const STEP_MAX: u32 = 200;

/// A promise with a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NextStep {
    /// What.
    pub text: String,
    /// When.
    pub day: Date,
    /// Whether it was kept.
    #[serde(default)]
    pub done: bool,
}

impl NextStep {
    /// Makes a step that is still to be done.
    ///
    /// # Errors
    /// [`VisitError::Text`] if the text is empty or too long.
    pub fn new(text: &str, day: Date) -> Result<Self, VisitError> {
        let text = clean(text, STEP_MAX as usize).map_err(|_| VisitError::Text { max: STEP_MAX })?;
        Ok(Self { text, day, done: false })
    }
}

/// Says what happens next, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetNextStep {
    /// After which visit.
    pub visit: VisitId,
    /// What.
    pub text: String,
    /// When.
    pub day: Date,
    /// The write of the next step that the author saw; `None` if there was none.
    pub seen: Option<CommandId>,
}

/// Ticks the next step off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompleteNextStep {
    /// Of which visit.
    pub visit: VisitId,
    /// The write of the next step that the author saw: a step that was changed meanwhile is not ticked off.
    pub seen: CommandId,
}

pub(super) fn set(rows: &Rows, by: &Context, it: &SetNextStep) -> Result<Changes, Stop> {
    let mut visit = own(rows, by, it.visit)?;
    let step = NextStep::new(&it.text, it.day)?;
    let card = write_slot(&mut visit.next_step, by, Visit::key(it.visit), "next_step", step, it.seen);
    Ok(Changes::none().put(visit).put_some(card))
}

pub(super) fn complete(rows: &Rows, by: &Context, it: &CompleteNextStep) -> Result<Changes, Stop> {
    let mut visit = own(rows, by, it.visit)?;
    let Some(step) = visit.next_step.as_mut().filter(|step| step.write == it.seen) else {
        return Ok(Changes::none());
    };
    let done = NextStep { done: true, ..step.value.clone() };
    step.write(by, done, Some(it.seen));
    Ok(Changes::none().put(visit))
}
