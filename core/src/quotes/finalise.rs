//! A quote becomes binding, or goes to the post that may decide.
//!
//! The command carries everything that was shown to the customer and names the versions that it was judged by,
//! so that the server can honour a promise made offline, whatever happened to the draft meanwhile.

use serde::{Deserialize, Serialize};

use super::draft::about;
use super::{
    Content, Earned, Flag, Line, LineInput, Prices, Quote, QuoteError, QuoteState, Totals, check_book,
    check_months, check_title, filing::filing, lines::price_all, quote::no_months, totals,
};
use crate::Entity;
use crate::approvals;
use crate::authority::{self, LIMITS, Level, Limits, Promised, ReasonCode, Situation, judge, promised};
use crate::command::Context;
use crate::customers::{self, Customer, Grade};
use crate::inbox::RefusalCard;
use crate::organisation::{Member, Star, actor};
use crate::pricing::{Costs, PriceBook};
use crate::proof::{self, About};
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::values::{
    Bytes, CaseId, CommandId, CustomerId, Date, LimitsId, Money, OpportunityId, Percent, PriceBookId,
    QuoteId, UnitId,
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
    /// The customer's grade that it was judged by; the one that the server knows if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// The customer's unit that it was judged by, where limits name regions; the one that the server knows if it is not
    /// said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Term of the monthly charges.
    pub months: u16,
    /// How many months of the term are not charged.
    #[serde(default, skip_serializing_if = "no_months")]
    pub free_months: u16,
    /// Discount off everything that is left after the lines' own.
    #[serde(default, skip_serializing_if = "Percent::is_zero")]
    pub overall: Percent,
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
    /// Why something is given away; judged by nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<ReasonCode>,
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
    rows.ask([PriceBook::key(it.book), Limits::key(it.limits), Costs::key(it.book)])?;
    let book = rows.require::<PriceBook>(it.book)?;
    let limits = rows.require::<Limits>(it.limits)?;
    if !member.held(it.star) {
        return Err(QuoteError::StarNeverHeld.into());
    }
    let prices = Prices::named(rows, by, book, it.customer, it.lines.iter().cloned())?;
    let content = content(&prices, it)?;
    let totals = totals(&content)?;
    let earned = Earned::of(rows, &content, &totals)?;
    // what was signed goes to a post with the difference, not back
    if totals.total != it.total && it.receipt.is_none() {
        return Err(QuoteError::TotalDiffers { named: it.total, computed: totals.total }.into());
    }
    let mut quote = Quote {
        id: it.quote,
        by: by.actor,
        made_at: old.map_or(by.at, |old| old.made_at),
        content: old.map_or_else(|| content.clone(), |old| old.content.clone()),
        state: QuoteState::Draft,
        flags: Vec::new(),
        proof: None,
        because: it.because.clone(),
        sent: old.and_then(|old| old.sent),
        versions: old.map_or_else(Vec::new, |old| old.versions.clone()),
    };
    quote.change(content);
    quote.sent = Some(by.at);
    let at = Situation { earned, ..situation(rows, by, it, limits, customer)? };
    let verdict = judge(limits, &at, &totals);
    let is_own = it.asks == Asks::Binding && verdict.level == Level::Own;
    let flags = flags(rows, (member, customer), (&prices, &quote.content.lines), it)?;
    let (is_binding, chain) = proven(rows, by, it, &mut quote, (&totals, is_own, !flags.is_empty()))?;
    let changes = void_refusals(rows, by, it)?.and(chain);
    if is_binding {
        quote.state = QuoteState::Binding { at: by.at };
        quote.flags = flags;
        let filed = filing(limits, (member, customer), &quote, &totals, by.at);
        return Ok(changes.put(quote).put_some(filed));
    }
    if quote.proof.is_none() {
        check_book(book)?;
        prices.check_ended(&quote.content.lines)?;
    }
    let before = old.map(|old| &old.state);
    let (post, asked) =
        approvals::submit(rows, by, (member, customer), &quote, &totals, (verdict, earned), before, it.case)?;
    quote.state = QuoteState::Submitted { case: it.case, post, at: by.at };
    Ok(changes.put(quote).and(asked))
}

/// Says whether the quote is binding, by its receipt if it came with one, and what that did to the device's chain.
fn proven(
    rows: &Rows,
    by: &Context,
    it: &Finalise,
    quote: &mut Quote,
    (totals, is_own, has_changed): (&Totals, bool, bool),
) -> Result<(bool, Changes), Stop> {
    let (Asks::Binding, Some(receipt)) = (it.asks, &it.receipt) else {
        return Ok((is_own && !proof::lacks_receipt(rows, by)?, Changes::none()));
    };
    let about = About {
        quote: it.quote,
        content: &quote.content,
        totals,
        limits: it.limits,
        star: it.star,
        is_own,
        has_changed,
    };
    let (found, chain) = proof::examine(rows, by, receipt, &about)?;
    let is_binding = found.judged.is_confirmed();
    quote.proof = Some(found);
    Ok((is_binding, chain))
}

fn content(prices: &Prices<'_>, it: &Finalise) -> Result<Content, Stop> {
    check_months(it.months, it.free_months)?;
    if it.lines.is_empty() {
        return Err(QuoteError::NoLines.into());
    }
    Ok(Content {
        customer: it.customer,
        opportunity: it.opportunity,
        title: check_title(&it.title)?,
        book: it.book,
        months: it.months,
        free_months: it.free_months,
        overall: it.overall,
        valid_until: it.valid_until,
        lines: price_all(prices, &it.lines)?,
    })
}

/// Says what the quote is judged in. What the customer was promised is only looked up if it counts.
fn situation(
    rows: &Rows,
    by: &Context,
    it: &Finalise,
    limits: &Limits,
    customer: &Customer,
) -> Result<Situation, Stop> {
    let promised = match limits.window_days {
        Some(days) => promised(rows.list::<Quote>(&Quote::of_customer(it.customer))?, it.quote, by.at, days),
        None => Promised::default(),
    };
    let grade = it.grade.unwrap_or(customer.grade.value);
    let unit = Some(it.unit.unwrap_or(customer.unit));
    let pool = match limits.of_star(it.star).month_max {
        Some(_) => proof::room(rows, by, it.receipt.as_ref())?,
        None => None,
    };
    Ok(Situation { star: it.star, grade, unit, months: it.months, promised, pool, earned: Earned::Hidden })
}

/// What changed between the promise and its arrival.
fn flags(
    rows: &Rows,
    (member, customer): (&Member, &Customer),
    (prices, lines): (&Prices<'_>, &[Line]),
    it: &Finalise,
) -> Result<Vec<Flag>, Stop> {
    let newest = authority::current(rows.list::<Limits>(LIMITS)?).map(|limits| limits.id);
    let checks = [
        (prices.book.withdrawn_at.is_some(), Flag::BookWithdrawn),
        (newest.is_some_and(|id| id != it.limits), Flag::LimitsSuperseded),
        (member.star() != it.star, Flag::StarChanged),
        (it.grade.is_some_and(|grade| grade != customer.grade.value), Flag::GradeChanged),
        (prices.check_ended(lines).is_err(), Flag::FrameworkEnded),
        (it.unit.is_some_and(|unit| unit != customer.unit), Flag::UnitChanged),
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

#[cfg(test)]
mod tests;

#[cfg(test)]
mod together;
