//! An opportunity is started, with its first next step.

use serde::{Deserialize, Serialize};

use super::next_step::step;
use super::{Opportunity, Stage, amount, name};
use crate::command::Context;
use crate::customers;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::stamped::Stamped;
use crate::values::{CustomerId, Date, Money, OpportunityId};

/// Starts an opportunity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// Its id, made on the device.
    pub opportunity: OpportunityId,
    /// With whom.
    pub customer: CustomerId,
    /// What it is called.
    pub name: String,
    /// What it may bring over its term.
    pub amount: Money,
    /// When it should be signed.
    pub expected: Date,
    /// What happens next.
    pub next_step: String,
    /// When.
    pub next_day: Date,
}

pub(super) fn start(rows: &Rows, by: &Context, it: &Start) -> Result<Changes, Stop> {
    customers::own(rows, by, it.customer)?;
    rows.require_absent::<Opportunity>(it.opportunity)?;
    Ok(Changes::none().put(Opportunity {
        id: it.opportunity,
        customer: it.customer,
        by: by.actor,
        name: Stamped::new(by, name(&it.name)?),
        amount: Stamped::new(by, amount(it.amount)?),
        expected: Stamped::new(by, it.expected),
        stage: Stage::Lead,
        stage_since: by.at,
        moves: Vec::new(),
        lost_reason: None,
        next_step: Some(Stamped::new(by, step(&it.next_step, it.next_day)?)),
    }))
}
