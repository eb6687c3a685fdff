//! What a harness tells: one line `SOAK {…}` at its end, which `cargo xtask soak` completes and keeps.

use std::collections::BTreeMap;

use leeway_e2e::truth::Violation;
use serde::Serialize;

/// What one run did.
#[derive(Debug, Default)]
pub struct Told {
    /// How many devices took part.
    pub devices: usize,
    /// How many steps they took.
    pub steps: usize,
    /// How many commands were asked.
    pub commands: usize,
    /// How many of them were refused, or clashed with another's.
    pub conflicts: usize,
    /// What happened to them.
    pub faults: BTreeMap<&'static str, u64>,
}

impl Told {
    /// Adds faults of one kind.
    pub fn fault(&mut self, kind: &'static str, count: u64) {
        if count > 0 {
            *self.faults.entry(kind).or_default() += count;
        }
    }

    /// Adds faults by kind.
    pub fn faults(&mut self, counts: BTreeMap<&'static str, u64>) {
        counts.into_iter().for_each(|(kind, count)| self.fault(kind, count));
    }
}

/// How a run ended.
pub type Outcome = Result<Told, (Told, Violation)>;

/// All runs so far.
#[derive(Debug, Default)]
pub struct Sum {
    runs: u64,
    violations: u64,
    faults: BTreeMap<&'static str, u64>,
    devices: Vec<usize>,
    steps: Vec<usize>,
    commands: usize,
    conflicts: usize,
}

#[derive(Serialize)]
struct Line<'a> {
    harness: &'a str,
    seed_from: u64,
    seed_to: u64,
    runs: u64,
    violations: u64,
    faults: &'a BTreeMap<&'static str, u64>,
    devices_median: usize,
    steps_median: usize,
    conflict_share: f64,
    minutes: f64,
}

impl Sum {
    /// Adds a run.
    pub fn add(&mut self, told: Told, violated: bool) {
        self.runs += 1;
        self.violations += u64::from(violated);
        for (kind, count) in told.faults {
            *self.faults.entry(kind).or_default() += count;
        }
        self.devices.push(told.devices);
        self.steps.push(told.steps);
        self.commands += told.commands;
        self.conflicts += told.conflicts;
    }

    /// Returns how many runs there were.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// Writes the line.
    #[expect(clippy::cast_precision_loss, reason = "a share is told with three digits")]
    pub fn line(&self, harness: &str, seed_from: u64, minutes: f64) -> String {
        let share = self.conflicts as f64 / self.commands.max(1) as f64;
        let line = Line {
            harness,
            seed_from,
            seed_to: seed_from + self.runs.saturating_sub(1),
            runs: self.runs,
            violations: self.violations,
            faults: &self.faults,
            devices_median: median(&self.devices),
            steps_median: median(&self.steps),
            conflict_share: (share * 1_000.0).round() / 1_000.0,
            minutes: (minutes * 10.0).round() / 10.0,
        };
        serde_json::to_string(&line).unwrap()
    }
}

fn median(of: &[usize]) -> usize {
    let mut sorted = of.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or(0)
}
