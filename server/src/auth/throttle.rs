//! Failed attempts, counted by account and peer, in memory. A success forgets them. **Never** locks an account:
//! somebody else's failures from elsewhere don't count.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use leeway_core::values::Timestamp;

use crate::error::ApiError;

/// How many failures are let through in a window.
const FAILURES: usize = 10;
/// How long a failure counts.
const WINDOW_MS: i64 = 5 * 60 * 1_000;
/// How many pairs are remembered at most.
const PAIRS: usize = 10_000;

type Pair = (String, IpAddr);

/// Counts failures.
#[derive(Debug, Clone, Default)]
pub struct Throttle(Arc<Mutex<HashMap<Pair, Vec<Timestamp>>>>);

impl Throttle {
    /// Lets an attempt through, or says how long to wait. The attempt counts as failed until
    /// [`Throttle::forget`], so that many at once don't slip through.
    ///
    /// # Errors
    /// [`ApiError::TooManyAttempts`].
    pub fn attempt(&self, account: &str, peer: IpAddr, now: Timestamp) -> Result<(), ApiError> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= PAIRS {
            all.retain(|_, times| times.last().is_some_and(|last| counts(*last, now)));
            if all.len() >= PAIRS {
                // somebody makes up names: forgetting all is safer than remembering without end
                all.clear();
            }
        }
        let times = all.entry((account.to_owned(), peer)).or_default();
        times.retain(|at| counts(*at, now));
        if times.len() >= FAILURES {
            let oldest = times.first().map_or(now.ms(), |at| at.ms());
            let left = (oldest + WINDOW_MS - now.ms()).clamp(1, WINDOW_MS);
            return Err(ApiError::TooManyAttempts { seconds: left.unsigned_abs().div_ceil(1_000) });
        }
        times.push(now);
        Ok(())
    }

    /// Forgets the failures of a pair: the password was right.
    pub fn forget(&self, account: &str, peer: IpAddr) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&(account.to_owned(), peer));
    }
}

fn counts(at: Timestamp, now: Timestamp) -> bool {
    now.ms().saturating_sub(at.ms()) < WINDOW_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 7));

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    #[test]
    fn ten_failures_in_five_minutes_are_enough() {
        let throttle = Throttle::default();
        for n in 0..10 {
            throttle.attempt("chen", HERE, at(n * 1_000)).unwrap();
        }
        let refused = throttle.attempt("chen", HERE, at(10_000));
        assert!(matches!(refused, Err(ApiError::TooManyAttempts { seconds: 290 })), "{refused:?}");
        throttle.attempt("li", HERE, at(10_000)).unwrap();
        throttle.attempt("chen", THERE, at(10_000)).unwrap();
        throttle.attempt("chen", HERE, at(300_000)).unwrap();
        assert!(throttle.attempt("chen", HERE, at(300_500)).is_err());
    }

    #[test]
    fn a_success_forgets() {
        let throttle = Throttle::default();
        for _ in 0..3 {
            for _ in 0..9 {
                throttle.attempt("chen", HERE, at(0)).unwrap();
            }
            throttle.forget("chen", HERE);
        }
    }

    #[test]
    fn made_up_names_do_not_fill_the_memory() {
        let throttle = Throttle::default();
        for n in 0..=PAIRS {
            throttle.attempt(&n.to_string(), HERE, at(0)).unwrap();
        }
        assert!(throttle.0.lock().unwrap().len() <= PAIRS);
    }
}
