//! A post's place in a step: how far the post has come, in what time, and what it decided.

use serde::{Deserialize, Serialize};

use super::Limit;
use crate::approvals::Missing;
use crate::values::{CaseId, PostId, Timestamp, UserId, WorkTime};

/// A post's place in a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seat {
    /// Which post.
    pub post: PostId,
    /// What it is called.
    pub title: String,
    /// The case that it was asked by, once it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// How far it has come.
    #[serde(flatten)]
    pub state: SeatState,
    /// Its time, by the server's clock; none before the server has seen that it is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<SeatClock>,
}

/// How far a post has come with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "seat", rename_all = "snake_case")]
pub enum SeatState {
    /// Its turn has not come.
    Ahead,
    /// It is asked.
    Open,
    /// It has decided.
    Decided(Decision),
    /// Another post took its place.
    Passed {
        /// When.
        at: Timestamp,
        /// Which post.
        to: PostId,
        /// Why.
        why: PassReason,
    },
    /// It is not needed any more.
    Closed {
        /// When.
        at: Timestamp,
    },
}

/// Why a case went to another post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassReason {
    /// It was late (超时升级).
    Late,
    /// It was forwarded (转交).
    Forwarded,
}

/// What a post decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Who.
    pub by: UserId,
    /// Their name.
    pub by_name: String,
    /// When, by their device's clock.
    pub at: Timestamp,
    /// Approved, or returned.
    pub approved: bool,
    /// What was said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// What is missing, item by item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Missing>,
    /// It was made on an earlier request with the same content, and still counts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kept: bool,
}

/// The time of a post that is asked, by the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatClock {
    /// Since when it is asked.
    pub since: Timestamp,
    /// When it is to be warned.
    pub warn_at: Timestamp,
    /// From when it is late.
    pub due: Timestamp,
    /// When it was warned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warned: Option<Timestamp>,
    /// When it was found to be late: counted once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<Timestamp>,
}

impl SeatClock {
    pub(super) fn start(now: Timestamp, limit: Limit, time: &WorkTime) -> Self {
        let warn_at = time.add_working(now, limit.minutes.saturating_sub(limit.warn));
        Self { since: now, warn_at, due: time.add_working(now, limit.minutes), warned: None, late: None }
    }

    /// Returns when something is to be done next.
    pub(super) fn next(&self) -> Option<Timestamp> {
        match (self.warned, self.late) {
            (_, Some(_)) => None,
            (None, None) => Some(self.warn_at.min(self.due)),
            (Some(_), None) => Some(self.due),
        }
    }
}

impl Seat {
    /// Makes the place of a post whose turn has not come.
    pub fn ahead(post: PostId, title: &str) -> Self {
        Self { post, title: title.to_owned(), case: None, state: SeatState::Ahead, clock: None }
    }

    /// Returns whether the post is asked now.
    pub fn is_open(&self) -> bool {
        self.state == SeatState::Open
    }

    /// Returns what the post decided.
    pub fn decision(&self) -> Option<&Decision> {
        match &self.state {
            SeatState::Decided(decision) => Some(decision),
            _ => None,
        }
    }

    /// Returns whether its time is over.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.clock.is_some_and(|clock| clock.due <= now)
    }

    /// Returns whether the post did not decide in time.
    pub fn is_late(&self) -> bool {
        self.clock.is_some_and(|clock| clock.late.is_some())
    }
}
