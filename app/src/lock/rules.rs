//! When it locks, what counts as the right digits, and how long to wait after wrong ones. Knows no screen and no store.

use leeway_core::values::Timestamp;
use serde::{Deserialize, Serialize};

/// How many digits it takes.
pub const PIN_DIGITS: usize = 6;
/// So many wrong tries are forgiven.
const FREE_TRIES: u32 = 5;
/// The wait after the next one; it doubles with each.
const FIRST_WAIT_MS: i64 = 30_000;
/// The longest wait.
const LAST_WAIT_MS: i64 = 15 * 60_000;

/// The lock as this device keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// Stirred in, so that equal digits look different on every device; hexadecimal.
    pub salt: String,
    /// What the right digits make with it; hexadecimal.
    pub proof: String,
    /// How often that was stirred.
    pub rounds: u32,
    /// Locks by itself after so many minutes out of sight; `None`: only when told to.
    pub after_min: Option<u16>,
    /// It is locked now.
    pub locked: bool,
    /// Wrong tries since the last right one.
    pub wrong: u32,
    /// No try counts before.
    pub wait_until: Timestamp,
}

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// The right digits.
    Right,
    /// Wrong ones.
    Wrong,
    /// Not looked at: too many wrong tries before.
    Wait {
        /// For so many seconds.
        seconds: u32,
    },
}

impl Lock {
    /// Says whether it has to be locked for somebody who was away since `left`.
    pub fn is_due(&self, left: Option<Timestamp>, now: Timestamp) -> bool {
        let Some(minutes) = self.after_min else { return self.locked };
        // a clock that was set back must not keep it open
        let away = left.map_or(0, |left| now.ms().saturating_sub(left.ms()).abs());
        self.locked || away >= i64::from(minutes) * 60_000
    }

    /// Returns how long no try counts; `None`: one does.
    pub fn wait(&self, now: Timestamp) -> Option<Tried> {
        // never longer than the longest wait, wherever the clock was when it began
        let left = (self.wait_until.ms() - now.ms()).min(LAST_WAIT_MS);
        let seconds = u32::try_from((left + 999) / 1_000).unwrap_or_default();
        (left > 0).then_some(Tried::Wait { seconds })
    }

    /// Takes note of a try that made `proof`.
    pub fn tried(&mut self, proof: &str, now: Timestamp) -> Tried {
        if let Some(wait) = self.wait(now) {
            return wait;
        }
        if proof == self.proof {
            (self.locked, self.wrong) = (false, 0);
            return Tried::Right;
        }
        self.wrong = self.wrong.saturating_add(1);
        if let Some(over) = self.wrong.checked_sub(FREE_TRIES) {
            let wait = FIRST_WAIT_MS.checked_shl(over.min(16)).unwrap_or(LAST_WAIT_MS).min(LAST_WAIT_MS);
            self.wait_until = Timestamp::from_ms(now.ms() + wait);
        }
        Tried::Wrong
    }
}

/// Returns the digits that were typed; `None` if they are none, too few or too many.
pub fn digits(typed: &str) -> Option<&str> {
    let typed = typed.trim();
    (typed.len() == PIN_DIGITS && typed.bytes().all(|it| it.is_ascii_digit())).then_some(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_ms(1_800_000_000_000 + seconds * 1_000)
    }

    fn lock() -> Lock {
        Lock {
            salt: "5a".into(),
            proof: "right".into(),
            rounds: 1,
            after_min: Some(5),
            locked: true,
            wrong: 0,
            wait_until: Timestamp::default(),
        }
    }

    #[test]
    fn it_locks_when_told_to_and_after_a_while() {
        let open = Lock { locked: false, ..lock() };
        assert!(lock().is_due(None, at(0)));
        assert!(!open.is_due(None, at(0)));
        assert!(!open.is_due(Some(at(0)), at(299)));
        assert!(open.is_due(Some(at(0)), at(300)));
        assert!(open.is_due(Some(at(300)), at(0)), "a clock that was set back");
        assert!(!Lock { after_min: None, ..open }.is_due(Some(at(0)), at(9_999)));
    }

    #[test]
    fn the_right_digits_open_it() {
        let mut it = Lock { wrong: 3, ..lock() };
        assert_eq!(it.tried("right", at(0)), Tried::Right);
        assert_eq!((it.locked, it.wrong), (false, 0));
    }

    #[test]
    fn wrong_digits_cost_more_and_more_time() {
        let mut it = lock();
        for _ in 1..FREE_TRIES {
            assert_eq!(it.tried("wrong", at(0)), Tried::Wrong);
            assert_eq!(it.wait(at(0)), None);
        }
        let mut now = at(0);
        for expected in [30, 60, 120, 240, 480, 900, 900] {
            assert_eq!(it.tried("wrong", now), Tried::Wrong);
            assert_eq!(it.wait(now), Some(Tried::Wait { seconds: expected }));
            // while it waits, not even the right ones count
            assert_eq!(it.tried("right", now), Tried::Wait { seconds: expected });
            now = Timestamp::from_ms(now.ms() + i64::from(expected) * 1_000);
            assert_eq!(it.wait(now), None);
        }
        assert_eq!(it.tried("right", now), Tried::Right);
        assert!(it.wait(at(-9_999_999)).is_none_or(|wait| wait == Tried::Wait { seconds: 900 }));
    }

    #[test]
    fn six_digits_and_nothing_else() {
        assert_eq!(digits(" 123456 "), Some("123456"));
        for other in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert_eq!(digits(other), None, "{other}");
        }
    }
}
