//! What goes beyond the manager's own authority becomes a case of the post that may decide.

use super::{Case, CaseState};
use crate::authority::{Level, Reason, Verdict};
use crate::command::Context;
use crate::customers::Customer;
use crate::organisation::{Member, Post, Unit};
use crate::quotes::{Quote, QuoteError, Totals};
use crate::refusal::Stop;
use crate::rows::Rows;
use crate::values::{CaseId, PostId, UserId};

/// Returns the post that decides at this level; who asks never decides on their own.
pub fn deciding_post(level: Level, unit: &Unit, head: &Post, asker: UserId) -> PostId {
    if level <= Level::UnitHead && head.holder.id != asker { unit.head } else { unit.approver }
}

/// Makes the case for the post that may decide.
pub(crate) fn submit(
    rows: &Rows,
    by: &Context,
    (member, customer): (&Member, &Customer),
    quote: &Quote,
    totals: &Totals,
    verdict: Verdict,
    id: CaseId,
) -> Result<Case, Stop> {
    if verdict.level == Level::Nobody {
        let floor = verdict.reasons.iter().find_map(|reason| match reason {
            Reason::BelowFloor { product, short_by, .. } => {
                Some(QuoteError::BelowFloor { product: product.clone(), short_by: *short_by })
            }
            _ => None,
        });
        return Err(floor.unwrap_or(QuoteError::BeyondEverybody).into());
    }
    rows.require_absent::<Case>(id)?;
    let unit = rows.require::<Unit>(member.unit)?;
    let head = rows.require::<Post>(unit.head)?;
    // nor does the customer's manager decide on what a deputy asks for
    let asker = if customer.owner == head.holder.id { customer.owner } else { by.actor };
    let post = deciding_post(verdict.level, unit, head, asker);
    Ok(Case {
        id,
        quote: quote.id,
        post,
        asked_by: by.actor,
        asked_by_name: member.name.clone(),
        asked_at: by.at,
        customer_name: customer.name.value.clone(),
        grade: customer.grade.value,
        content: quote.content.clone(),
        list: totals.list,
        total: totals.total,
        effective: totals.effective,
        reasons: verdict.reasons,
        state: CaseState::Open,
    })
}
