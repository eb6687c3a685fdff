//! One field of an opportunity.

use serde::{Deserialize, Serialize};

use super::{Opportunity, amount, name, own};
use crate::Entity;
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{CommandId, Date, Money, OpportunityId};

/// Changes one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// Of which opportunity.
    pub opportunity: OpportunityId,
    /// Which field, and its new value.
    pub change: OpportunityChange,
    /// The write of the field that the author saw.
    pub seen: Option<CommandId>,
}

/// What can be changed about an opportunity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "field", content = "value", rename_all = "snake_case")]
pub enum OpportunityChange {
    /// What it is called.
    Name(String),
    /// What it may bring.
    Amount(Money),
    /// When it should be signed.
    Expected(Date),
}

pub(super) fn edit(rows: &Rows, by: &Context, it: &Edit) -> Result<Changes, Stop> {
    let mut found = own(rows, by, it.opportunity)?;
    let about = Opportunity::key(found.id);
    let card = match &it.change {
        OpportunityChange::Name(text) => found.name.write_or_clash(by, about, "name", name(text)?, it.seen),
        OpportunityChange::Amount(money) => {
            found.amount.write_or_clash(by, about, "amount", amount(*money)?, it.seen)
        }
        OpportunityChange::Expected(day) => {
            found.expected.write_or_clash(by, about, "expected", *day, it.seen)
        }
    };
    Ok(Changes::none().put(found).put_some(card))
}
