//! A case: the question to one post, with the quote frozen in it, so that what is decided on can't shift. It lives with
//! the post (ADR 0004).

use serde::{Deserialize, Serialize};

use super::request::Request;
use super::track::{Decision, Outcome, PassReason, Seat, SeatState, Track};
use crate::Entity;
use crate::authority::{Reason, ReasonCode};
use crate::customers::Grade;
use crate::proof;
use crate::quotes::{Content, Margin};
use crate::record::entity;
use crate::scope::Scope;
use crate::values::{CaseId, Money, Percent, PostId, QuoteId, Timestamp, UnitId, UserId};

/// How far a case has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CaseState {
    /// Waiting for the post.
    Open,
    /// Decided.
    Decided {
        /// Who.
        by: UserId,
        /// Their name.
        by_name: String,
        /// When.
        at: Timestamp,
        /// Approved, or returned.
        approved: bool,
        /// What was said.
        words: String,
    },
    /// The manager took it back.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
    /// Another post has it now.
    Passed {
        /// When.
        at: Timestamp,
        /// What that post is called.
        to: String,
        /// Why.
        why: PassReason,
    },
}

/// A question to a post, with the quote frozen in it: what is decided on can't shift.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Which one.
    pub id: CaseId,
    /// About which quote.
    pub quote: QuoteId,
    /// Who decides.
    pub post: PostId,
    /// Who asks.
    pub asked_by: UserId,
    /// Their name.
    pub asked_by_name: String,
    /// Since when.
    pub asked_at: Timestamp,
    /// The customer's name.
    pub customer_name: String,
    /// The customer's grade.
    pub grade: Grade,
    /// The customer's unit; `None`: the case is older than regions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The quote as it was asked for.
    pub content: Content,
    /// At list price.
    pub list: Money,
    /// What would be paid.
    pub total: Money,
    /// Effective discount over everything.
    pub effective: Percent,
    /// Why the level below the post's does not suffice.
    pub reasons: Vec<Reason>,
    /// What was found when a quote arrived that its device had made binding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<proof::Verdict>,
    /// Why something is given away, as who asks says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<ReasonCode>,
    /// What is left after the costs, as the server saw it when it was asked; `None`: it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin: Option<Margin>,
    /// How far it has come.
    #[serde(flatten)]
    pub state: CaseState,
    /// The request that it is a part of; `None`: it is the first case of its request, or older than requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<CaseId>,
    /// Where the request stands, as the server saw it last; `None`: it is older than requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<Track>,
}

impl Case {
    /// Returns the id of its request.
    pub fn of_request(&self) -> CaseId {
        self.request.unwrap_or(self.id)
    }

    /// Returns its place in its request.
    pub fn seat(&self) -> Option<&Seat> {
        self.track.as_ref()?.seat(self.id)
    }

    /// Makes the case of one place of a request, out of another of its cases.
    pub(super) fn at_seat(&self, request: &Request, id: CaseId, seat: &Seat) -> Self {
        Self {
            id,
            post: seat.post,
            state: state(&request.track, seat),
            request: (id != request.id).then_some(request.id),
            track: Some(request.track.clone()),
            ..self.clone()
        }
    }
}

fn state(track: &Track, seat: &Seat) -> CaseState {
    match &seat.state {
        SeatState::Ahead | SeatState::Open => CaseState::Open,
        SeatState::Decided(it) => decided(it),
        SeatState::Passed { at, to, why } => {
            let to = track.title(*to).unwrap_or_default().to_owned();
            CaseState::Passed { at: *at, to, why: *why }
        }
        // somebody else's decision made it needless
        SeatState::Closed { at } => match track.ended(seat) {
            Some(decision) if track.outcome != Outcome::Withdrawn => decided(decision),
            _ => CaseState::Withdrawn { at: *at },
        },
    }
}

fn decided(it: &Decision) -> CaseState {
    let (by_name, words) = (it.by_name.clone(), it.words.clone());
    CaseState::Decided { by: it.by, by_name, at: it.at, approved: it.approved, words }
}

/// Index: open cases, oldest first.
pub const OPEN: &str = "case.open|";
/// Index: all cases, oldest first.
pub const CASES: &str = "case|";

impl Entity for Case {
    entity!(Case, CaseId);

    fn scope(&self) -> Scope {
        Scope::Post(self.post)
    }

    fn index_keys(&self) -> Vec<String> {
        let at = self.asked_at.in_index();
        match self.state {
            CaseState::Open => vec![format!("{OPEN}{at}"), format!("{CASES}{at}")],
            _ => vec![format!("{CASES}{at}")],
        }
    }
}
