//! Simulated histories (T1 of the test plan): the app's own store and sync on two to five devices, the server's own
//! acceptance, scopes and repair, and a network, disks, clocks and people in which everything may go wrong. One seed is
//! one history, the same every time; every hundredth is told twice and compared.
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

use clap::Parser;
use report::{Sum, Told};
use world::World;

const NAME: &str = "t1";
/// Steps of a history, before all comes to rest.
const STEPS: u64 = 200;
/// How often a history is told twice.
const TWICE: u64 = 100;

/// How many histories.
#[derive(Parser)]
struct Line {
    /// The name of the harness
    harness: String,
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

/// How a history ended.
struct Ended {
    told: Told,
    trace: Vec<String>,
    done: Result<(), String>,
}

fn history(seed: u64, tracing: bool) -> Ended {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
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

/// Plays one seed, at times twice.
fn play(seed: u64) -> Ended {
    if !seed.is_multiple_of(TWICE) {
        return history(seed, false);
    }
    let once = history(seed, true);
    let again = history(seed, true);
    if once.trace == again.trace {
        return once;
    }
    let parts = once.trace.iter().zip(&again.trace).find(|(one, other)| one != other);
    Ended { done: Err(format!("told twice, it differs: {parts:?}")), ..once }
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
    let from = now();
    let mut sum = Sum::default();
    let mut violated = false;
    while !violated && sum.runs() < runs && end.is_none_or(|end| from.elapsed() < end) {
        let seed = first + sum.runs();
        let ended = if line.seed.is_some() { history(seed, true) } else { play(seed) };
        if line.seed.is_some() {
            ended.trace.iter().for_each(|step| println!("{step}"));
        }
        if let Err(violation) = &ended.done {
            violated = true;
            println!("VIOLATION {} seed {seed}: {violation}", line.harness);
            println!("play it again: cargo xtask soak {} --seed {seed}", line.harness);
        }
        sum.add(ended.told, violated);
    }
    println!("SOAK {}", sum.line(NAME, first, from.elapsed().as_secs_f64() / 60.0));
    if violated { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

#[expect(clippy::disallowed_methods, reason = "a soak ends by the clock; nothing is asserted by it")]
fn now() -> Instant {
    Instant::now()
}
