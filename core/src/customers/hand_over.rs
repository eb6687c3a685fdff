//! A customer changes hands. Its rows live in its own scope, so they need not move: the old manager loses the scope,
//! the successor is granted it, and nobody else ever holds it. What is still to be done passes to the successor;
//! what is finished keeps its author.

use serde::{Deserialize, Serialize};

use super::{Customer, CustomerError, own};
use crate::Entity;
use crate::command::Context;
use crate::opportunities::Opportunity;
use crate::organisation::{Member, Role, actor};
use crate::quotes::Quote;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{CommandId, CustomerId, Timestamp, UserId};
use crate::visits::Visit;

/// Gives a customer to a colleague of the same unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HandOver {
    /// Which customer.
    pub customer: CustomerId,
    /// Who serves it from now on.
    pub to: UserId,
    /// The hand-over that the author saw last; `None` if there had been none.
    pub seen: Option<CommandId>,
}

/// One time that a customer changed hands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Handed {
    /// Who had it.
    pub from: UserId,
    /// Their name: the successor may be of another unit, which can't look it up.
    pub from_name: String,
    /// Who got it.
    pub to: UserId,
    /// Who asked for it: the one who had it, or an admin.
    pub by: UserId,
    /// When, by the asker's clock.
    pub at: Timestamp,
    /// The command that did it.
    pub write: CommandId,
}

pub(super) fn hand_over(rows: &Rows, by: &Context, it: &HandOver) -> Result<Changes, Stop> {
    let from = actor(rows, by)?;
    let customer = own(rows, by, it.customer)?;
    if customer.handed.last().map(|last| last.write) != it.seen {
        return Err(CustomerError::HandedOver.into());
    }
    let to = successor(rows, from.id, it.to)?;
    if to.unit != from.unit {
        return Err(CustomerError::OtherUnit { name: to.name.clone() }.into());
    }
    pass_on(rows, by, customer, from, to)
}

/// Gives everything that one manager has to another. A phone knows only the customers that it holds, as a rule none:
/// there the command does next to nothing, and the server does it all.
pub(crate) fn hand_over_all(rows: &Rows, by: &Context, from: UserId, to: UserId) -> Result<Changes, Stop> {
    let to = successor(rows, from, to)?;
    let from = rows.require::<Member>(from)?;
    let mut all = Changes::none();
    let mut missing = Vec::new();
    for customer in rows.list::<Customer>(&Customer::of_owner(from.id))? {
        match pass_on(rows, by, customer, from, to) {
            Ok(changes) => {
                all.puts.extend(changes.puts);
                all.grants.extend(changes.grants);
            }
            // asked for together: hundreds of customers must not mean hundreds of runs
            Err(Stop::Missing(reads)) => missing.extend(reads),
            Err(refused) => return Err(refused),
        }
    }
    if missing.is_empty() { Ok(all) } else { Err(Stop::Missing(missing)) }
}

/// Returns the member who may take customers from this one: another manager, who may log in.
fn successor(rows: &Rows, from: UserId, to: UserId) -> Result<&Member, Stop> {
    if from == to {
        return Err(CustomerError::SameManager.into());
    }
    let member = rows.require::<Member>(to)?;
    match member.active && member.role == Role::Manager {
        true => Ok(member),
        false => Err(CustomerError::NotAManager { name: member.name.clone() }.into()),
    }
}

/// Passes one customer on, with what is still to be done with it.
fn pass_on(
    rows: &Rows,
    by: &Context,
    customer: &Customer,
    from: &Member,
    to: &Member,
) -> Result<Changes, Stop> {
    let scope = customer.scope();
    let mut changes = Changes::none().revoke(from.id, scope).grant(to.id, scope);
    for visit in rows.list::<Visit>(&Visit::of_customer(customer.id))? {
        if visit.is_live() && visit.by != to.id {
            changes = changes.put(Visit { by: to.id, ..visit.clone() });
        }
    }
    for deal in rows.list::<Opportunity>(&Opportunity::of_customer(customer.id))? {
        if deal.stage.is_open() && deal.by != to.id {
            changes = changes.put(Opportunity { by: to.id, ..deal.clone() });
        }
    }
    for quote in rows.list::<Quote>(&Quote::of_customer(customer.id))? {
        if quote.is_open() && quote.by != to.id {
            changes = changes.put(Quote { by: to.id, ..quote.clone() });
        }
    }
    let mut customer = Customer { owner: to.id, unit: to.unit, ..customer.clone() };
    customer.handed.push(Handed {
        from: from.id,
        from_name: from.name.clone(),
        to: to.id,
        by: by.actor,
        at: by.at,
        write: by.command,
    });
    Ok(changes.put(customer))
}

#[cfg(test)]
mod tests;
