//! Who may answer for a post, and what their decision does to the case, the request and the quote.

use std::collections::BTreeSet;

use super::spread::{spread, tell_quote};
use super::stand_in::{may_answer, stand_ins};
use super::{ApprovalError, Case, CaseState, Decision, Missing, Request};
use crate::Entity;
use crate::command::Context;
use crate::customers::{self, Customer};
use crate::organisation::{Member, Post, actor};
use crate::quotes::{Quote, QuoteState};
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::values::{CaseId, CustomerId, UserId};

/// Most characters of what is said.
pub const WORDS_MAX: u32 = 500;
/// Most items of a return.
pub(super) const ITEMS_MAX: u32 = 100;

/// What somebody says for a post.
pub(super) struct Said<'a> {
    pub(super) approve: bool,
    pub(super) words: &'a str,
    pub(super) items: &'a [Missing],
}

/// Returns the case if this person may answer for its post, and it still waits for them.
pub(super) fn theirs(rows: &Rows, by: &Context, id: CaseId) -> Result<(Member, Case), Stop> {
    let member = actor(rows, by)?;
    let case = rows.require::<Case>(id)?;
    if !may_answer(rows, rows.require::<Post>(case.post)?, by.actor)? {
        return Err(GeneralError::NotFound { typ: Case::TYPE }.into());
    }
    if asks(rows, by.actor, case.asked_by, case.content.customer)? {
        return Err(ApprovalError::OwnRequest.into());
    }
    match &case.state {
        CaseState::Open => Ok((member.clone(), case.clone())),
        CaseState::Withdrawn { .. } => Err(ApprovalError::Withdrawn.into()),
        CaseState::Decided { by_name, at, approved, .. } => {
            let (by_name, at, approved) = (by_name.clone(), *at, *approved);
            Err(ApprovalError::Decided { by_name, at, approved }.into())
        }
        CaseState::Passed { at, to, why } => {
            Err(ApprovalError::Passed { to: to.clone(), at: *at, why: *why }.into())
        }
    }
}

/// Returns whether this person asks, or would decide for themselves: a customer may have changed hands since, and its
/// manager now, and who acts for them, are as good as the one who asked.
pub(super) fn asks(rows: &Rows, user: UserId, asked_by: UserId, customer: CustomerId) -> Result<bool, Stop> {
    match rows.find::<Customer>(customer)? {
        _ if user == asked_by => Ok(true),
        Some(customer) => customers::serves(rows, user, customer.owner),
        None => Ok(false),
    }
}

/// Returns whether there is anybody at the post who may decide on this.
pub(super) fn has_judge(
    rows: &Rows,
    post: &Post,
    asked_by: UserId,
    customer: CustomerId,
) -> Result<bool, Stop> {
    let people: BTreeSet<UserId> = post.people().map(|it| it.id).chain(stand_ins(rows, post.id)?).collect();
    for person in people {
        // a phone does not hold the people of other units
        let works = rows.find::<Member>(person)?.is_none_or(|member| member.active);
        if works && !asks(rows, person, asked_by, customer)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Decides on a case.
pub(super) fn answer(rows: &Rows, by: &Context, id: CaseId, said: &Said) -> Result<Changes, Stop> {
    let (member, mut case) = theirs(rows, by, id)?;
    let decision = decision(&member, by, said)?;
    let Some(request) = rows.find::<Request>(case.of_request())? else {
        // the post's phone does not hold the request, nor the quote; and cases older than requests have none
        let quote = alone(rows, &case, &decision)?;
        case.state = CaseState::Decided {
            by: by.actor,
            by_name: decision.by_name.clone(),
            at: by.at,
            approved: said.approve,
            words: decision.missing(),
        };
        return Ok(Changes::none().put(case).put_some(quote));
    };
    let mut request = request.clone();
    request.track.decide(request.id, id, decision);
    let quote = tell_quote(rows, &request)?;
    Ok(spread(rows, request, None)?.put_some(quote))
}

fn decision(member: &Member, by: &Context, said: &Said) -> Result<Decision, Stop> {
    let words = said.words.trim().to_owned();
    let max = WORDS_MAX as usize;
    let too_long = |words: &str| words.chars().count() > max;
    let items: Vec<Missing> = said
        .items
        .iter()
        .map(|item| Missing { line: item.line, words: item.words.trim().to_owned() })
        .collect();
    if items.len() > ITEMS_MAX as usize {
        return Err(ApprovalError::TooManyItems { max: ITEMS_MAX }.into());
    }
    let unclear = too_long(&words) || items.iter().any(|item| item.words.is_empty() || too_long(&item.words));
    if unclear || (!said.approve && words.is_empty() && items.is_empty()) {
        return Err(ApprovalError::SayWhatIsMissing { max: WORDS_MAX }.into());
    }
    let (by_name, approved) = (member.name.clone(), said.approve);
    Ok(Decision { by: by.actor, by_name, at: by.at, approved, words, items, kept: false })
}

impl Decision {
    /// Returns all that was said to be missing, a line each.
    pub fn missing(&self) -> String {
        let items = self.items.iter().map(|item| item.words.as_str());
        let words = Some(self.words.as_str()).filter(|words| !words.is_empty());
        items.chain(words).collect::<Vec<_>>().join("\n")
    }
}

/// Tells the quote of a case that has no request.
fn alone(rows: &Rows, case: &Case, decision: &Decision) -> Result<Option<Quote>, Stop> {
    let waiting =
        |quote: &&Quote| matches!(quote.state, QuoteState::Submitted { case: it, .. } if it == case.id);
    let quote = rows.find::<Quote>(case.quote)?.filter(waiting).cloned();
    Ok(quote.map(|mut quote| {
        let (case, by, by_name, at) = (case.id, decision.by, decision.by_name.clone(), decision.at);
        quote.state = match decision.approved {
            true => QuoteState::Approved { case, by, by_name, at },
            false => QuoteState::Returned { case, by, by_name, at, missing: decision.missing() },
        };
        quote
    }))
}
