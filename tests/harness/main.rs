//! The fault harnesses of the test plan, black box: the real server as a process, simulated phones or a real browser,
//! and what goes wrong in between. Run by `cargo xtask soak NAME` and, with few runs, by `cargo xtask test harness`.
//!
//! A harness is a function from a seed to what was done, or to what did not hold. Each ends with one line
//! `SOAK {json}`. A violation ends the program at once with its seed and exit code 1; `--seed N` plays it again and
//! tells every step.

#![expect(clippy::print_stdout, reason = "a harness speaks on its standard output")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a harness that can't go on ends with what stopped it"
)]

#[path = "../e2e/engine.rs"]
#[expect(dead_code, reason = "shared with the stories, which use all of it")]
mod engine;
#[path = "../e2e/office.rs"]
#[expect(dead_code, reason = "shared with the stories, which use all of it")]
mod office;
#[path = "../e2e/phone.rs"]
#[expect(dead_code, reason = "shared with the stories, which use all of it")]
mod phone;
#[path = "../e2e/quotes.rs"]
#[expect(dead_code, reason = "shared with the stories, which use all of it")]
mod quotes;
#[path = "../e2e/teller.rs"]
#[expect(dead_code, reason = "shared with the stories, which use all of it")]
mod teller;
#[path = "../e2e/visits.rs"]
#[expect(dead_code, reason = "shared with the stories, which use all of it")]
mod visits;

mod branch;
mod browser_disk;
mod browser_kill;
mod browser_net;
mod desk;
mod disk;
mod kill;
mod net;
mod power;
mod report;
mod small_disk;
mod tabs;
mod versions;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use branch::Branch;
use clap::{Parser, ValueEnum};
use desk::Desk;
use leeway_e2e::program::Database;
use power::Power;
use report::{Outcome, Sum};
use tokio::task::JoinSet;
use versions::Builds;

/// The seed that is played.
static PLAYED: AtomicU64 = AtomicU64::new(0);

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
    /// A failing disk under the server
    T5,
    /// A failing network between simulated phones and the server
    T6,
    /// A failing network between a browser and the server
    T6Browser,
    /// SIGKILL of a browser while the app writes
    T7,
    /// A disk that fails under a browser
    T8,
    /// Power that fails under the server
    T9,
    /// Several tabs that come, go and freeze
    T10,
    /// Phones and servers of different builds
    T11,
}

impl Harness {
    fn name(self) -> &'static str {
        match self {
            Self::T4 => "t4",
            Self::T5 => "t5",
            Self::T6 => "t6",
            Self::T6Browser => "t6-browser",
            Self::T7 => "t7",
            Self::T8 => "t8",
            Self::T9 => "t9",
            Self::T10 => "t10",
            Self::T11 => "t11",
        }
    }

    /// Returns how many runs go on at once. They wait for stalls and starts more than they compute; where the load
    /// is the point, or all share a database, there is one.
    fn at_once(self) -> u64 {
        let shared = matches!(Database::of_environment(), Database::Postgres(_));
        match self {
            Self::T6 if !shared => 3,
            Self::T9 => 3,
            _ => 1,
        }
    }
}

/// What the runs of a harness share.
enum Stage {
    Phones(Arc<Branch>),
    Power(Box<Power>),
    Browser(Box<Desk>),
    Builds(Box<Builds>),
}

impl Stage {
    async fn of(harness: Harness) -> Self {
        match harness {
            Harness::T4 | Harness::T5 | Harness::T6 => Self::Phones(Arc::new(Branch::found().await)),
            Harness::T9 => Self::Power(Box::new(Power::prepare().await)),
            Harness::T8 => Self::Browser(Box::new(Desk::set_up_on(true).await)),
            Harness::T6Browser | Harness::T7 | Harness::T10 => Self::Browser(Box::new(Desk::set_up().await)),
            Harness::T11 => Self::Builds(Box::new(Builds::of_environment())),
        }
    }

    /// Plays some seeds; the outcomes come in their order.
    async fn run(&mut self, harness: Harness, seeds: std::ops::Range<u64>, trace: bool) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        match self {
            Self::Phones(branch) => {
                let mut tasks = JoinSet::new();
                for seed in seeds {
                    let branch = Arc::clone(branch);
                    tasks.spawn(async move {
                        let outcome = match harness {
                            Harness::T4 => kill::run(&branch, seed, trace).await,
                            Harness::T5 => disk::run(&branch, seed, trace).await,
                            _ => net::run(&branch, seed, trace).await,
                        };
                        (seed, outcome)
                    });
                }
                let mut done = tasks.join_all().await;
                done.sort_by_key(|(seed, _)| *seed);
                outcomes.extend(done.into_iter().map(|(_, outcome)| outcome));
            }
            Self::Power(power) => {
                let mut tasks = JoinSet::new();
                for seed in seeds {
                    let recording = power.recording(seed).await;
                    tasks.spawn(async move { (seed, power::run(recording, seed, trace).await) });
                }
                let mut done = tasks.join_all().await;
                done.sort_by_key(|(seed, _)| *seed);
                outcomes.extend(done.into_iter().map(|(_, outcome)| outcome));
            }
            Self::Browser(desk) => {
                for seed in seeds {
                    outcomes.push(match harness {
                        Harness::T7 => browser_kill::run(desk, seed, trace).await,
                        Harness::T8 => browser_disk::run(desk, seed, trace).await,
                        Harness::T10 => tabs::run(desk, seed, trace).await,
                        _ => browser_net::run(desk, seed, trace).await,
                    });
                }
            }
            Self::Builds(builds) => {
                for seed in seeds {
                    outcomes.push(versions::run(builds, seed, trace).await);
                }
            }
        }
        outcomes
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
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        println!(
            "STOPPED at seed {}, or one after it that was played beside it",
            PLAYED.load(Ordering::Relaxed)
        );
        tell(info);
    }));
    let mut stage = Stage::of(line.harness).await;
    let first = line.seed.unwrap_or(line.from);
    let runs = line.seed.map(|_| 1).or(line.runs).unwrap_or(u64::MAX);
    let end = line.minutes.map(|it| Duration::from_secs_f64(it * 60.0));
    let from = now();
    let mut sum = Sum::default();
    let mut violated = false;
    while !violated && sum.runs() < runs && end.is_none_or(|end| from.elapsed() < end) {
        let seed = first + sum.runs();
        let last = seed + line.harness.at_once().min(runs - sum.runs());
        PLAYED.store(seed, Ordering::Relaxed);
        for (outcome, seed) in
            stage.run(line.harness, seed..last, line.seed.is_some()).await.into_iter().zip(seed..)
        {
            match outcome {
                Ok(told) if !violated => sum.add(told, false),
                Err((told, violation)) if !violated => {
                    violated = true;
                    sum.add(told, true);
                    println!("VIOLATION {} seed {seed}: {violation}", line.harness.name());
                    println!("play it again: cargo xtask soak {} --seed {seed}", line.harness.name());
                }
                // behind a violation: this seed is played when that one is mended
                _ => {}
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
