//! What happens next with an opportunity, and on which day.

use serde::{Deserialize, Serialize};

use super::{Opportunity, OpportunityError, own};
use crate::Entity;
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::stamped::write_slot;
use crate::values::{CommandId, Date, OpportunityId};
use crate::visits::NextStep;

/// Most characters of a next step, as on a visit.
const STEP_MAX: u32 = 200;

/// Says what happens next, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetNextStep {
    /// With which opportunity.
    pub opportunity: OpportunityId,
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
    /// Of which opportunity.
    pub opportunity: OpportunityId,
    /// The write of the next step that the author saw: a step that was changed meanwhile is not ticked off.
    pub seen: CommandId,
}

pub(super) fn step(text: &str, day: Date) -> Result<NextStep, OpportunityError> {
    NextStep::new(text, day).map_err(|_| OpportunityError::NextStep { max: STEP_MAX })
}

pub(super) fn set(rows: &Rows, by: &Context, it: &SetNextStep) -> Result<Changes, Stop> {
    let mut found = own(rows, by, it.opportunity)?;
    let about = Opportunity::key(found.id);
    let card = write_slot(&mut found.next_step, by, about, "next_step", step(&it.text, it.day)?, it.seen);
    Ok(Changes::none().put(found).put_some(card))
}

pub(super) fn complete(rows: &Rows, by: &Context, it: &CompleteNextStep) -> Result<Changes, Stop> {
    let mut found = own(rows, by, it.opportunity)?;
    let Some(step) = found.next_step.as_mut().filter(|step| step.write == it.seen) else {
        return Ok(Changes::none());
    };
    let done = NextStep { done: true, ..step.value.clone() };
    step.write(by, done, Some(it.seen));
    Ok(Changes::none().put(found))
}
