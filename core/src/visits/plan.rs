//! A visit is planned, moved, or called off.

use serde::{Deserialize, Serialize};

use super::{Checklist, Purpose, Visit, VisitError, VisitState, When, live};
use crate::Entity;
use crate::command::Context;
use crate::customers;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::stamped::Stamped;
use crate::values::{ChecklistId, CommandId, CustomerId, VisitId};

/// Plans a visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Its id, made on the device.
    pub visit: VisitId,
    /// Whom.
    pub customer: CustomerId,
    /// Why.
    pub purpose: Purpose,
    /// The version of the checklist to fill in.
    pub checklist: ChecklistId,
    /// When.
    pub when: When,
}

/// Moves a visit to another time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reschedule {
    /// Which visit.
    pub visit: VisitId,
    /// When it is now.
    pub when: When,
    /// The write of the time that the author saw.
    pub seen: Option<CommandId>,
}

/// Calls a visit off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cancel {
    /// Which visit.
    pub visit: VisitId,
}

pub(super) fn plan(rows: &Rows, by: &Context, it: &Plan) -> Result<Changes, Stop> {
    customers::own(rows, by, it.customer)?;
    rows.require_absent::<Visit>(it.visit)?;
    check(it.when)?;
    let checklist = rows.require::<Checklist>(it.checklist)?;
    if checklist.withdrawn {
        return Err(VisitError::ChecklistWithdrawn { name: checklist.name.clone() }.into());
    }
    Ok(Changes::none().put(Visit {
        id: it.visit,
        customer: it.customer,
        by: by.actor,
        purpose: it.purpose,
        checklist: it.checklist,
        when: Stamped::new(by, it.when),
        state: VisitState::Planned,
        answers: Default::default(),
        next_step: None,
    }))
}

pub(super) fn reschedule(rows: &Rows, by: &Context, it: &Reschedule) -> Result<Changes, Stop> {
    let mut visit = live(rows, by, it.visit)?;
    check(it.when)?;
    let card = visit.when.write_or_clash(by, Visit::key(visit.id), "when", it.when, it.seen);
    Ok(Changes::none().put(visit).put_some(card))
}

/// Index keys of other minutes would be out of order.
fn check(when: When) -> Result<(), Stop> {
    match when.minute {
        Some(minute) if minute >= 24 * 60 => {
            Err(GeneralError::BadArgs { why: format!("a day has no minute {minute}") }.into())
        }
        _ => Ok(()),
    }
}

pub(super) fn cancel(rows: &Rows, by: &Context, it: &Cancel) -> Result<Changes, Stop> {
    let mut visit = live(rows, by, it.visit)?;
    visit.state = VisitState::Cancelled;
    Ok(Changes::none().put(visit))
}
