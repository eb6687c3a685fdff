//! One of a kind at a time. Never does anything itself.

use std::cell::Cell;

#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Idle,
    Busy,
    Again,
}

/// Keeps work from being done twice at once: what is asked for meanwhile is done once more afterwards.
#[derive(Default)]
pub(crate) struct Single(Cell<State>);

impl Single {
    /// Says whether to begin; if not, whoever is at it will do it again.
    pub(crate) fn begin(&self) -> bool {
        let is_idle = self.0.get() == State::Idle;
        self.0.set(if is_idle { State::Busy } else { State::Again });
        is_idle
    }

    /// Says, at the end, whether to do it again.
    pub(crate) fn again(&self) -> bool {
        let again = self.0.get() == State::Again;
        self.0.set(if again { State::Busy } else { State::Idle });
        again
    }
}

#[cfg(test)]
mod tests {
    use super::Single;

    #[test]
    fn what_is_asked_for_meanwhile_is_done_once_more() {
        let single = Single::default();
        assert!(single.begin());
        assert!(!single.begin());
        assert!(!single.begin());
        assert!(single.again());
        assert!(!single.again());
        assert!(single.begin());
    }
}
