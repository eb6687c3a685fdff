//! A move from stage to stage. It names the stage that the author saw: a move on another one is refused, not
//! merged, since the two people meant different things.

use serde::{Deserialize, Serialize};

use super::{OpportunityError, Stage, StageMove, own};
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{OpportunityId, clean};

/// Most characters of a reason.
const REASON_MAX: u32 = 200;

/// Moves an opportunity to another stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoveStage {
    /// Which opportunity.
    pub opportunity: OpportunityId,
    /// Where the author saw it.
    pub from: Stage,
    /// Where it goes.
    pub to: Stage,
    /// Why, when it is lost.
    pub reason: Option<String>,
}

pub(super) fn move_stage(rows: &Rows, by: &Context, it: &MoveStage) -> Result<Changes, Stop> {
    let mut found = own(rows, by, it.opportunity)?;
    let lost_reason = match it.to {
        Stage::Lost => Some(
            clean(it.reason.as_deref().unwrap_or_default(), REASON_MAX as usize)
                .map_err(|_| OpportunityError::LostReason { max: REASON_MAX })?,
        ),
        _ => None,
    };
    if found.stage == it.to && found.lost_reason == lost_reason {
        return Ok(Changes::none());
    }
    // lost for another reason is refused too: what was typed goes to the inbox, not away
    if found.stage != it.from || found.stage == it.to {
        return Err(OpportunityError::StageMoved { seen: it.from, now: found.stage }.into());
    }
    found.lost_reason = lost_reason;
    found.moves.push(StageMove { from: found.stage, to: it.to, by: by.actor, at: by.at });
    found.stage = it.to;
    found.stage_since = by.at;
    Ok(Changes::none().put(found))
}
