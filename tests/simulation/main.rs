//! Simulated histories (T1 of the test plan): the app's own store and sync on two to five devices, the server's own
//! acceptance, scopes and repair, and a network, disks, clocks and people in which everything may go wrong. One seed is
//! one history, the same every time; every hundredth is told twice and compared. T3 ([`hosts`]) plays the whole server on a
//! simulated network instead.
//!
//! Run by `cargo xtask soak t1` and, with few runs, by `cargo xtask test harness`; ends with one line `SOAK {json}`. A
//! violation ends the program with its seed and exit code 1; `--seed N` tells that history step by step.

#![expect(clippy::print_stdout, reason = "a harness speaks on its standard output")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a harness that can't go on ends with what stopped it"
)]

mod check;
mod database;
mod hosts;
mod moves;
mod net;
mod plant;
#[path = "../harness/report.rs"]
#[expect(dead_code, reason = "shared with the black-box harnesses")]
mod report;
mod server;
mod world;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum};
use report::{Sum, Told};
use world::World;

/// Steps of a history, before all comes to rest.
const STEPS: u64 = 200;
/// How often a history is told twice.
const TWICE: u64 = 100;

/// How many histories.
#[derive(Parser)]
struct Line {
    /// Which harness
    harness: Harness,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// Ends after so many histories
    #[arg(long)]
    runs: Option<u64>,
    /// Ends with the history under way after so many minutes
    #[arg(long)]
    minutes: Option<f64>,
    /// Plays this one seed and tells every step
    #[arg(long)]
    seed: Option<u64>,
}

/// The harnesses, by their number in the test plan.
#[derive(Clone, Copy, ValueEnum)]
enum Harness {
    /// Letters between the app's engine and the server's functions
    T1,
    /// Hosts on a simulated network
    T3,
}

impl Harness {
    fn name(self) -> &'static str {
        match self {
            Self::T1 => "t1",
            Self::T3 => "t3",
        }
    }
}

/// What plays seeds.
enum Player {
    Letters,
    Hosts(hosts::Founded),
}

/// How a history ended.
struct Ended {
    told: Told,
    trace: Vec<String>,
    done: Result<(), String>,
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime")
}

fn history(seed: u64, tracing: bool) -> Ended {
    runtime().block_on(async {
        let mut world = World::begin(seed, tracing).await;
        let mut done = Ok(());
        while done.is_ok() && world.steps < STEPS {
            done = world.step().await;
        }
        if done.is_ok() {
            done = world.settle().await;
        }
        let trace = std::mem::take(&mut world.trace);
        let told = world.told();
        world.end();
        Ended { told, trace, done }
    })
}

impl Player {
    fn of(harness: Harness) -> Self {
        match harness {
            Harness::T1 => Self::Letters,
            Harness::T3 => Self::Hosts(runtime().block_on(hosts::Founded::new())),
        }
    }

    fn once(&self, seed: u64, tracing: bool) -> Ended {
        match self {
            Self::Letters => history(seed, tracing),
            Self::Hosts(founded) => hosts::play(founded, seed, tracing),
        }
    }

    /// Plays one seed, at times twice.
    fn play(&self, seed: u64) -> Ended {
        if !seed.is_multiple_of(TWICE) {
            return self.once(seed, false);
        }
        let mut once = self.once(seed, true);
        let again = self.once(seed, true);
        if once.trace == again.trace {
            return once;
        }
        // what all hosts do in a hundred runs is not wholly in the hand of a seed: it is counted, and both must hold
        if matches!(self, Self::Hosts(_)) {
            once.told.fault("told_otherwise", 1);
            return Ended { done: once.done.and(again.done), ..once };
        }
        let parts = once.trace.iter().zip(&again.trace).find(|(one, other)| one != other);
        Ended { done: Err(format!("told twice, it differs: {parts:?}")), ..once }
    }
}

fn main() -> ExitCode {
    // libtest's own options may come along when cargo runs all tests of the package: there is nothing to do then
    if std::env::args().len() < 2 {
        return ExitCode::SUCCESS;
    }
    let line = Line::parse();
    let first = line.seed.unwrap_or(line.from);
    let runs = line.seed.map(|_| 1).or(line.runs).unwrap_or(u64::MAX);
    let end = line.minutes.map(|it| Duration::from_secs_f64(it * 60.0));
    let player = Player::of(line.harness);
    let from = now();
    let mut sum = Sum::default();
    let mut violated = false;
    while !violated && sum.runs() < runs && end.is_none_or(|end| from.elapsed() < end) {
        let seed = first + sum.runs();
        let ended = if line.seed.is_some() { player.once(seed, true) } else { player.play(seed) };
        if line.seed.is_some() {
            ended.trace.iter().for_each(|step| println!("{step}"));
        }
        if let Err(violation) = &ended.done {
            violated = true;
            println!("VIOLATION {} seed {seed}: {violation}", line.harness.name());
            println!("play it again: cargo xtask soak {} --seed {seed}", line.harness.name());
        }
        sum.add(ended.told, violated);
    }
    println!("SOAK {}", sum.line(line.harness.name(), first, from.elapsed().as_secs_f64() / 60.0));
    if violated { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

#[expect(clippy::disallowed_methods, reason = "a soak ends by the clock; nothing is asserted by it")]
fn now() -> Instant {
    Instant::now()
}
