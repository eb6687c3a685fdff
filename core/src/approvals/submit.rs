//! What goes beyond the manager's own authority becomes a request to the posts that the procedure names. A quote that comes
//! again as it was goes on where it was given back.

use std::collections::BTreeSet;

use super::procedure::plan;
use super::spread::spread;
use super::{Case, CaseState, Judged, Outcome, Request, Seat, Step, Track};
use crate::authority::{Level, Reason, Verdict};
use crate::command::Context;
use crate::customers::Customer;
use crate::organisation::{Member, Post, Unit};
use crate::quotes::{Earned, Quote, QuoteError, QuoteState, Totals};
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{CaseId, PostId, UserId};

/// Makes the request and the cases of the posts that are asked first. Returns the first of those posts.
#[expect(clippy::too_many_arguments, reason = "all that finalise has found out, used once")]
pub(crate) fn submit(
    rows: &Rows,
    by: &Context,
    (member, customer): (&Member, &Customer),
    quote: &Quote,
    totals: &Totals,
    (verdict, earned): (Verdict, Earned),
    before: Option<&QuoteState>,
    id: CaseId,
) -> Result<(PostId, Changes), Stop> {
    if verdict.level == Level::Nobody {
        let floor = verdict.reasons.iter().find_map(|reason| match reason {
            Reason::BelowFloor { product, short_by, .. } => {
                Some(QuoteError::BelowFloor { product: product.clone(), short_by: *short_by })
            }
            Reason::GiftsBelowFloor { short_by } => Some(QuoteError::GiftsBelowFloor { short_by: *short_by }),
            _ => None,
        });
        let other = match verdict.reasons[..] {
            [Reason::Margin] => QuoteError::MarginTooLow,
            _ => QuoteError::BeyondEverybody,
        };
        return Err(floor.unwrap_or(other).into());
    }
    rows.require_absent::<Case>(id)?;
    rows.require_absent::<Request>(id)?;
    let unit = rows.require::<Unit>(member.unit)?;
    let head = rows.require::<Post>(unit.head)?;
    // nor does the customer's manager decide on what a deputy asks for
    let asker = if customer.owner == head.holder.id { customer.owner } else { by.actor };
    let judged = Judged::of(&quote.content, totals);
    let track = match earlier(rows, before, verdict.level, &judged)? {
        Some(track) => track.resume(id, by.actor),
        None => Track::begin(steps(rows, verdict.level, unit, head, asker)?, id),
    };
    let Some(post) = track.open().next().map(|seat| seat.post) else {
        return Err(QuoteError::BeyondEverybody.into());
    };
    let case = Case {
        id,
        quote: quote.id,
        post,
        asked_by: by.actor,
        asked_by_name: member.name.clone(),
        asked_at: by.at,
        customer_name: customer.name.value.clone(),
        grade: customer.grade.value,
        unit: Some(customer.unit),
        content: quote.content.clone(),
        list: totals.list,
        total: totals.total,
        effective: totals.effective,
        reasons: verdict.reasons,
        because: quote.because.clone(),
        margin: earned.known(),
        found: quote.proof.as_ref().map(|proof| proof.judged.clone()),
        state: CaseState::Open,
        request: None,
        track: None,
    };
    let (quote, customer, unit) = (quote.id, quote.content.customer, member.unit);
    let level = verdict.level;
    let request = Request { id, quote, customer, unit, asked_by: by.actor, level, judged, track };
    Ok((post, spread(rows, request, Some(case))?))
}

/// Returns the way that a quote went before, if it was given back and nothing that is decided on has changed.
fn earlier<'a>(
    rows: &'a Rows,
    before: Option<&QuoteState>,
    level: Level,
    judged: &Judged,
) -> Result<Option<&'a Track>, Stop> {
    let Some(QuoteState::Returned { case, .. }) = before else { return Ok(None) };
    let same =
        |it: &&Request| it.level == level && it.judged == *judged && it.track.outcome == Outcome::Returned;
    Ok(rows.find::<Request>(*case)?.filter(same).map(|it| &it.track))
}

/// Returns the steps of the procedure for somebody of this unit.
fn steps(rows: &Rows, level: Level, unit: &Unit, head: &Post, asker: UserId) -> Result<Vec<Step>, Stop> {
    let mut steps = Vec::new();
    let mut asked = BTreeSet::new();
    for planned in plan(rows)?.of(level) {
        let mut seats = Vec::new();
        for place in &planned.places {
            let id = place.asked(unit, head, asker);
            let post = rows.require::<Post>(id)?;
            // never the one who asks, and nobody twice
            if post.people().any(|it| it.id != asker) && asked.insert(id) {
                seats.push(Seat::ahead(id, &post.title));
            }
        }
        let beyond = planned.beyond.map(|place| place.post(unit));
        if !seats.is_empty() {
            steps.push(Step { mode: planned.mode, limit: planned.limit, beyond, seats });
        }
    }
    Ok(steps)
}
