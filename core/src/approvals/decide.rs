//! The post decides: the quote becomes binding, or goes back with what is missing. First come, first counted.

use serde::{Deserialize, Serialize};

use super::{ApprovalError, Case, CaseState};
use crate::Entity;
use crate::command::Context;
use crate::organisation::{Post, actor};
use crate::quotes::{Quote, QuoteState};
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::values::CaseId;

/// Decides on a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decide {
    /// Which case.
    pub case: CaseId,
    /// Approved, or returned.
    pub approve: bool,
    /// What is missing, when returned; a word along the way, when approved.
    pub words: String,
}

/// Most characters of what is said.
pub const WORDS_MAX: u32 = 500;

pub(super) fn decide(rows: &Rows, by: &Context, it: &Decide) -> Result<Changes, Stop> {
    let member = actor(rows, by)?;
    let mut case = rows.require::<Case>(it.case)?.clone();
    if !rows.require::<Post>(case.post)?.may_decide(by.actor) {
        return Err(GeneralError::NotFound { typ: Case::TYPE }.into());
    }
    if case.asked_by == by.actor {
        return Err(ApprovalError::OwnRequest.into());
    }
    match &case.state {
        CaseState::Open => {}
        CaseState::Withdrawn { .. } => return Err(ApprovalError::Withdrawn.into()),
        CaseState::Decided { by_name, at, approved, .. } => {
            let (by_name, at, approved) = (by_name.clone(), *at, *approved);
            return Err(ApprovalError::Decided { by_name, at, approved }.into());
        }
    }
    let words = it.words.trim().to_owned();
    if words.chars().count() > WORDS_MAX as usize || (!it.approve && words.is_empty()) {
        return Err(ApprovalError::SayWhatIsMissing { max: WORDS_MAX }.into());
    }
    let by_name = member.name.clone();
    // the post's phone does not hold the quote: only the server changes it
    let waiting =
        |quote: &&Quote| matches!(quote.state, QuoteState::Submitted { case, .. } if case == it.case);
    let quote = rows.find::<Quote>(case.quote)?.filter(waiting).cloned().map(|mut quote| {
        let (case, by, by_name, at) = (it.case, by.actor, by_name.clone(), by.at);
        quote.state = match it.approve {
            true => QuoteState::Approved { case, by, by_name, at },
            false => QuoteState::Returned { case, by, by_name, at, missing: words.clone() },
        };
        quote
    });
    case.state = CaseState::Decided { by: by.actor, by_name, at: by.at, approved: it.approve, words };
    Ok(Changes::none().put(case).put_some(quote))
}
