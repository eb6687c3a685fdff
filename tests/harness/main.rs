//! The fault harnesses of the test plan, black box: the real server as a process, simulated phones or a real browser,
//! and what goes wrong in between. Run by `cargo xtask soak NAME` and, with few runs, by `cargo xtask test harness`.
//!
//! A harness is a function from a seed to what was done, or to what did not hold. Each ends with one line
//! `SOAK {json}`. A violation ends the program at once with its seed and exit code 1; `--seed N` plays it again and
//! tells every step.

#![expect(clippy::print_stdout, reason = "a harness speaks on its standard output")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a harness that can't go on ends with what stopped it"
)]

mod branch;
mod kill;
mod net;
mod report;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use branch::Branch;
use clap::{Parser, ValueEnum};
use report::{Outcome, Sum};

/// Which harness, and how much of it.
#[derive(Parser)]
struct Line {
    /// Which one
    harness: Harness,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// Ends after so many runs
    #[arg(long)]
    runs: Option<u64>,
    /// Ends with the run under way after so many minutes
    #[arg(long)]
    minutes: Option<f64>,
    /// Plays this one seed and tells every step
    #[arg(long)]
    seed: Option<u64>,
}

/// The harnesses, by their number in the test plan.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Harness {
    /// `kill -9` of the server under load
    T4,
    /// A failing network between simulated phones and the server
    T6,
}

impl Harness {
    fn name(self) -> &'static str {
        match self {
            Self::T4 => "t4",
            Self::T6 => "t6",
        }
    }
}

/// What the runs of a harness share.
enum Stage {
    Phones(Branch),
}

impl Stage {
    async fn of(_: Harness) -> Self {
        Self::Phones(Branch::found().await)
    }

    async fn run(&mut self, harness: Harness, seed: u64, trace: bool) -> Outcome {
        match (self, harness) {
            (Self::Phones(branch), Harness::T4) => kill::run(branch, seed, trace).await,
            (Self::Phones(branch), Harness::T6) => net::run(branch, seed, trace).await,
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    // libtest's own options may come along when cargo runs all tests of the package: there is nothing to do then
    let args: Vec<String> = std::env::args().collect();
    if args.len() < 2 {
        return ExitCode::SUCCESS;
    }
    let line = Line::parse();
    let mut stage = Stage::of(line.harness).await;
    let first = line.seed.unwrap_or(line.from);
    let runs = line.seed.map(|_| 1).or(line.runs).unwrap_or(u64::MAX);
    let end = line.minutes.map(|it| Duration::from_secs_f64(it * 60.0));
    let from = now();
    let mut sum = Sum::default();
    let mut violated = false;
    while !violated && sum.runs() < runs && end.is_none_or(|end| from.elapsed() < end) {
        let seed = first + sum.runs();
        match stage.run(line.harness, seed, line.seed.is_some()).await {
            Ok(told) => sum.add(told, false),
            Err((told, violation)) => {
                violated = true;
                sum.add(told, true);
                println!("VIOLATION {} seed {seed}: {violation}", line.harness.name());
                println!("play it again: cargo xtask soak {} --seed {seed}", line.harness.name());
            }
        }
    }
    println!("SOAK {}", sum.line(line.harness.name(), first, from.elapsed().as_secs_f64() / 60.0));
    if violated { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

#[expect(clippy::disallowed_methods, reason = "a soak ends by the clock; nothing is asserted by it")]
fn now() -> Instant {
    Instant::now()
}
