//! From when until when somebody acts for somebody else, and what that makes of a period at a moment: the same for who acts
//! for a manager and for who stands in for a post.

use super::ActingState;
use crate::values::Timestamp;

/// Most days of an acting period. Who is away for longer hands over.
pub const DAYS_MAX: u16 = 90;

/// From when until when: at `until` it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
}

impl Times {
    /// Says whether they end before they begin, or at once.
    pub(crate) fn is_empty(self) -> bool {
        self.until <= self.from
    }

    /// Says whether they are longer than anybody acts for somebody else.
    pub(crate) fn is_too_long(self) -> bool {
        self.until > self.from.plus_days(DAYS_MAX.into())
    }

    /// Says whether there is a moment in both.
    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.from < other.until && other.from < self.until
    }

    /// Says whether all of these lies in the others.
    pub(crate) fn is_within(self, other: Self) -> bool {
        other.from <= self.from && self.until <= other.until
    }

    /// Returns what a period of these times becomes at this moment; `None` while it stays as it is. A clock that went back
    /// opens nothing anew, and closes nothing.
    pub(crate) fn due(self, state: &ActingState, now: Timestamp) -> Option<ActingState> {
        match state {
            ActingState::Over { .. } => None,
            _ if self.until <= now => Some(ActingState::Over { at: self.until, ended_by: None }),
            ActingState::Planned if self.from <= now => Some(ActingState::Open),
            ActingState::Planned | ActingState::Open => None,
        }
    }
}
