//! A quote becomes binding, or goes to the post that may decide.
//!
//! The command carries everything that was shown to the customer and names the versions that it was judged by,
//! so that the server can honour a promise made offline, whatever happened to the draft meanwhile.

use serde::{Deserialize, Serialize};

use super::draft::about;
use super::{
    Content, Flag, LineInput, Quote, QuoteError, QuoteState, Totals, check_book, check_months, check_title,
    lines::price_all, totals,
};
use crate::Entity;
use crate::approvals::{Case, CaseState};
use crate::authority::{self, LIMITS, Level, Limits, Reason, Verdict, judge};
use crate::command::Context;
use crate::customers::{self, Customer};
use crate::inbox::RefusalCard;
use crate::organisation::{Member, Post, Star, Unit, actor};
use crate::pricing::PriceBook;
use crate::proof::{self, About};
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::values::{
    Bytes, CaseId, CommandId, CustomerId, Date, LimitsId, Money, OpportunityId, PostId, PriceBookId, QuoteId,
    UserId,
};

/// What the manager asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    /// To be binding at once, within their own authority.
    Binding,
    /// The decision of the post that may give this.
    Approval,
}

/// Makes a quote binding, or asks for approval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finalise {
    /// Which quote.
    pub quote: QuoteId,
    /// For whom.
    pub customer: CustomerId,
    /// About which opportunity.
    pub opportunity: Option<OpportunityId>,
    /// What it is called.
    pub title: String,
    /// The price-book version that it is honoured on.
    pub book: PriceBookId,
    /// The limits that it was judged by.
    pub limits: LimitsId,
    /// The manager's rating that it was judged by.
    pub star: Star,
    /// Term of the monthly charges.
    pub months: u16,
    /// Last day on which the customer may accept.
    pub valid_until: Date,
    /// The lines, as shown.
    pub lines: Vec<LineInput>,
    /// The total that was shown.
    pub total: Money,
    /// What is asked for.
    pub asks: Asks,
    /// The id of the case, if one is needed; made on the device.
    pub case: CaseId,
    /// Edits of this quote that were still in the outbox: they are part of what was shown, so a refusal of one
    /// of them is void.
    #[serde(default)]
    pub covers: Vec<CommandId>,
    /// The receipt by which the device made it binding; phones without a key have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Bytes>,
}

pub(super) fn finalise(rows: &Rows, by: &Context, it: &Finalise) -> Result<Changes, Stop> {
    let member = actor(rows, by)?;
    let customer = customers::served(rows, by, it.customer)?;
    let old = rows.find::<Quote>(it.quote)?;
    if let Some(old) = old {
        if old.content.customer != it.customer {
            return Err(GeneralError::NotFound { typ: Quote::TYPE }.into());
        }
        if !old.is_open() {
            return Err(QuoteError::NotADraft.into());
        }
    }
    about(rows, it.customer, it.opportunity)?;
    let book = rows.require::<PriceBook>(it.book)?;
    let limits = rows.require::<Limits>(it.limits)?;
    if !member.held(it.star) {
        return Err(QuoteError::StarNeverHeld.into());
    }
    let content = content(book, it)?;
    let totals = totals(&content)?;
    // what was signed goes to a post with the difference, not back
    if totals.total != it.total && it.receipt.is_none() {
        return Err(QuoteError::TotalDiffers { named: it.total, computed: totals.total }.into());
    }
    let mut quote = Quote {
        id: it.quote,
        by: by.actor,
        made_at: old.map_or(by.at, |old| old.made_at),
        content,
        state: QuoteState::Draft,
        flags: Vec::new(),
        proof: None,
    };
    let verdict = judge(limits, it.star, &totals);
    let mut changes = void_refusals(rows, by, it)?;
    let mut is_binding = it.asks == Asks::Binding && verdict.level == Level::Own;
    let flags = flags(rows, member, book, it)?;
    if let (Asks::Binding, Some(receipt)) = (it.asks, &it.receipt) {
        let about = About {
            quote: it.quote,
            content: &quote.content,
            totals: &totals,
            limits: it.limits,
            star: it.star,
            is_own: is_binding,
            has_changed: !flags.is_empty(),
        };
        let (proof, chain) = proof::examine(rows, by, receipt, &about)?;
        changes = changes.and(chain);
        is_binding = proof.judged.is_confirmed();
        quote.proof = Some(proof);
    } else if is_binding {
        is_binding = !proof::lacks_receipt(rows, by)?;
    }
    if is_binding {
        quote.state = QuoteState::Binding { at: by.at };
        quote.flags = flags;
        return Ok(changes.put(quote));
    }
    if quote.proof.is_none() {
        check_book(book)?;
    }
    let case = submit(rows, by, (member, customer), &quote, &totals, verdict, it.case)?;
    quote.state = QuoteState::Submitted { case: case.id, post: case.post, at: by.at };
    Ok(changes.put(quote).put(case))
}

fn content(book: &PriceBook, it: &Finalise) -> Result<Content, Stop> {
    check_months(it.months)?;
    if it.lines.is_empty() {
        return Err(QuoteError::NoLines.into());
    }
    Ok(Content {
        customer: it.customer,
        opportunity: it.opportunity,
        title: check_title(&it.title)?,
        book: it.book,
        months: it.months,
        valid_until: it.valid_until,
        lines: price_all(book, &it.lines)?,
    })
}

/// What changed between the promise and its arrival.
fn flags(rows: &Rows, member: &Member, book: &PriceBook, it: &Finalise) -> Result<Vec<Flag>, Stop> {
    let newest = authority::current(rows.list::<Limits>(LIMITS)?).map(|limits| limits.id);
    let checks = [
        (book.withdrawn_at.is_some(), Flag::BookWithdrawn),
        (newest.is_some_and(|id| id != it.limits), Flag::LimitsSuperseded),
        (member.star() != it.star, Flag::StarChanged),
    ];
    Ok(checks.into_iter().filter_map(|(changed, flag)| changed.then_some(flag)).collect())
}

/// Ends the cards of edits that this command carries: what they wanted is in it. Other cards are left alone.
fn void_refusals(rows: &Rows, by: &Context, it: &Finalise) -> Result<Changes, Stop> {
    let mut changes = Changes::none();
    for id in &it.covers {
        if rows
            .find::<RefusalCard>(*id)?
            .is_some_and(|card| card.user == by.actor && is_about(card, it.quote))
        {
            changes = changes.remove(RefusalCard::key(*id));
        }
    }
    Ok(changes)
}

fn is_about(card: &RefusalCard, quote: QuoteId) -> bool {
    let named = card.args.get("quote").and_then(serde_json::Value::as_str);
    card.kind.starts_with("quotes.") && named.and_then(|id| id.parse().ok()) == Some(quote)
}

/// Returns the post that decides at this level; who asks never decides on their own.
pub fn deciding_post(level: Level, unit: &Unit, head: &Post, asker: UserId) -> PostId {
    if level <= Level::UnitHead && head.holder.id != asker { unit.head } else { unit.approver }
}

/// Makes the case for the post that may decide.
fn submit(
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
        found: quote.proof.as_ref().map(|proof| proof.judged.clone()),
        state: CaseState::Open,
    })
}

#[cfg(test)]
mod tests;
