//! How long requests took, and what went wrong. A time counts from when the request was due by the schedule, not from
//! when it could be sent: who waits in a queue is not left out. **Never** forgets the slow ones: every time is kept.

use serde::Serialize;
use tokio::time::Instant;

/// Most failures that are told.
const TOLD: usize = 5;

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Commands went in.
    Push,
    /// A pull, or its first page.
    Pull,
    /// A further page of a pull.
    Page,
    /// Who is logged in.
    Session,
}

/// What a phone, or all of them, took down.
#[derive(Debug, Default)]
pub struct Laps {
    times: Vec<(Kind, u32)>,
    failures: Vec<String>,
    failed: usize,
    /// Commands that were answered.
    pub commands: usize,
    /// Rows that came.
    pub rows: usize,
}

/// Times in milliseconds.
#[derive(Debug, Clone, Serialize)]
pub struct Times {
    /// How many.
    pub n: usize,
    /// Half are quicker.
    pub p50: f64,
    /// 95 of 100 are quicker.
    pub p95: f64,
    /// 99 of 100 are quicker.
    pub p99: f64,
    /// The slowest.
    pub max: f64,
}

impl Laps {
    /// Takes down a request that was due then and is answered now.
    pub fn add(&mut self, kind: Kind, due: Instant) {
        let micros = Instant::now().saturating_duration_since(due).as_micros();
        self.times.push((kind, u32::try_from(micros).unwrap_or(u32::MAX)));
    }

    /// Takes down what should not be.
    pub fn failed(&mut self, why: String) {
        self.failed += 1;
        if self.failures.len() < TOLD {
            self.failures.push(why);
        }
    }

    /// Takes in those of another.
    pub fn join(&mut self, other: Self) {
        self.times.extend(other.times);
        self.failures.extend(other.failures);
        self.failures.truncate(TOLD);
        self.failed += other.failed;
        self.commands += other.commands;
        self.rows += other.rows;
    }

    /// Says how often something went wrong.
    pub fn errors(&self) -> usize {
        self.failed
    }

    /// Returns some of what went wrong.
    pub fn failures(&self) -> &[String] {
        &self.failures
    }

    /// Sums up the times of these kinds.
    pub fn times(&self, kinds: &[Kind]) -> Times {
        let chosen = self.times.iter().filter(|(kind, _)| kinds.contains(kind));
        let mut micros: Vec<u32> = chosen.map(|(_, micros)| *micros).collect();
        micros.sort_unstable();
        let at = |of_thousand: usize| {
            let last = micros.len().saturating_sub(1);
            let place = (micros.len() * of_thousand).div_ceil(1_000).saturating_sub(1).min(last);
            f64::from(micros.get(place).copied().unwrap_or(0)) / 1_000.0
        };
        Times { n: micros.len(), p50: at(500), p95: at(950), p99: at(990), max: at(1_000) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_times_that_were_taken() {
        let times = (1..=1_000).map(|ms| (Kind::Pull, ms * 1_000)).collect();
        let mut laps = Laps { times, ..Laps::default() };
        laps.times.push((Kind::Push, 9_000_000));
        let times = laps.times(&[Kind::Pull]);
        assert_eq!(
            (times.n, times.p50, times.p95, times.p99, times.max),
            (1_000, 500.0, 950.0, 990.0, 1_000.0)
        );
        assert_eq!(laps.times(&[Kind::Push]).p50, 9_000.0);
        assert_eq!(laps.times(&[Kind::Page]).max, 0.0);
    }
}
