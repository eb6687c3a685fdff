//! A customer changes hands. Its rows live in its own scope, so they need not move: the old manager loses the scope,
//! the successor is granted it, and nobody else ever holds it but who acts for its manager. What is still to be done
//! passes to the successor; what is finished keeps its author.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Customer, CustomerError, own};
use crate::command::Context;
use crate::deputies::deputies;
use crate::opportunities::Opportunity;
use crate::organisation::{Member, Role, actor};
use crate::quotes::Quote;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{CommandId, CustomerId, Timestamp, UserId};
use crate::visits::Visit;
use crate::{Entity, Scope};

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
    each_of(rows, from.id, |customer| pass_on(rows, by, customer, from, to))
}

/// Changes who acts for a manager: their customers' rows follow, and what the old deputies were about to do passes
/// back to the manager.
pub(crate) fn change_deputies(
    rows: &Rows,
    manager: UserId,
    before: &BTreeSet<UserId>,
    after: &BTreeSet<UserId>,
) -> Result<Changes, Stop> {
    let gone: BTreeSet<UserId> = before.difference(after).copied().collect();
    each_of(rows, manager, |customer| {
        let changes = regrant(customer.scope(), before, after);
        if gone.is_empty() {
            return Ok(changes);
        }
        Ok(changes.and(entrust(rows, customer.id, manager, |by| gone.contains(&by))?))
    })
}

/// Does something with each customer of a manager.
fn each_of(
    rows: &Rows,
    owner: UserId,
    change: impl Fn(&Customer) -> Result<Changes, Stop>,
) -> Result<Changes, Stop> {
    let mut all = Changes::none();
    let mut missing = Vec::new();
    for customer in rows.list::<Customer>(&Customer::of_owner(owner))? {
        match change(customer) {
            Ok(changes) => all = all.and(changes),
            // asked for together: hundreds of customers must not mean hundreds of runs
            Err(Stop::Missing(reads)) => missing.extend(reads),
            Err(refused) => return Err(refused),
        }
    }
    if missing.is_empty() { Ok(all) } else { Err(Stop::Missing(missing)) }
}

/// Takes a scope from those who lose it and gives it to those who gain it. Who stays keeps the rows: a second grant
/// would have them sent again.
fn regrant(scope: Scope, before: &BTreeSet<UserId>, after: &BTreeSet<UserId>) -> Changes {
    let changes =
        before.difference(after).fold(Changes::none(), |changes, user| changes.revoke(*user, scope));
    after.difference(before).fold(changes, |changes, user| changes.grant(*user, scope))
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
    let mut before = BTreeSet::from([from.id]);
    before.extend(deputies(rows, from.id)?);
    let mut after = BTreeSet::from([to.id]);
    after.extend(deputies(rows, to.id)?);
    let changes =
        regrant(customer.scope(), &before, &after).and(entrust(rows, customer.id, to.id, |by| by != to.id)?);
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

/// Names somebody who goes on with what is still to be done with a customer, as far as it is named to one of `whose`.
fn entrust(
    rows: &Rows,
    customer: CustomerId,
    to: UserId,
    whose: impl Fn(UserId) -> bool,
) -> Result<Changes, Stop> {
    rows.ask_lists([
        Visit::of_customer(customer),
        Opportunity::of_customer(customer),
        Quote::of_customer(customer),
    ])?;
    let mut changes = Changes::none();
    for visit in rows.list::<Visit>(&Visit::of_customer(customer))? {
        if visit.is_live() && whose(visit.by) {
            changes = changes.put(Visit { by: to, ..visit.clone() });
        }
    }
    for deal in rows.list::<Opportunity>(&Opportunity::of_customer(customer))? {
        if deal.stage.is_open() && whose(deal.by) {
            changes = changes.put(Opportunity { by: to, ..deal.clone() });
        }
    }
    for quote in rows.list::<Quote>(&Quote::of_customer(customer))? {
        if quote.is_open() && whose(quote.by) {
            changes = changes.put(Quote { by: to, ..quote.clone() });
        }
    }
    Ok(changes)
}

#[cfg(test)]
mod tests;
