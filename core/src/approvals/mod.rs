//! Approvals of one level: a case goes to the post that may decide, whose holder or deputy decides once.

mod decide;

use serde::{Deserialize, Serialize};

use crate::Entity;
use crate::authority::Reason;
use crate::command::{Context, writes};
use crate::customers::Grade;
use crate::proof;
use crate::quotes::Content;
use crate::record::entity;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{CaseId, Money, Percent, PostId, QuoteId, Timestamp, UserId};

pub use decide::{Decide, WORDS_MAX};

writes! {
    /// What can be asked about cases.
    pub enum Write {
        /// Decides on a case.
        Decide(Decide) = "decide",
    }
}

/// Why a decision does not count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum ApprovalError {
    /// Holder or deputy was quicker.
    #[error("{by_name} has decided")]
    Decided {
        /// Who.
        by_name: String,
        /// When.
        at: Timestamp,
        /// What.
        approved: bool,
    },
    /// The manager took the request back.
    #[error("the request was withdrawn")]
    Withdrawn,
    /// Nobody decides on their own request.
    #[error("nobody decides on their own request")]
    OwnRequest,
    /// A return says what is missing.
    #[error("say what is missing, in at most {max} characters")]
    SayWhatIsMissing {
        /// Most characters.
        max: u32,
    },
}

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
    /// How far it has come.
    #[serde(flatten)]
    pub state: CaseState,
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
        let at = format!("{:015}", self.asked_at.ms().max(0));
        match self.state {
            CaseState::Open => vec![format!("{OPEN}{at}"), format!("{CASES}{at}")],
            _ => vec![format!("{CASES}{at}")],
        }
    }
}

pub(crate) fn apply(rows: &Rows, by: &Context, write: &Write) -> Result<Changes, Stop> {
    match write {
        Write::Decide(it) => decide::decide(rows, by, it),
    }
}
