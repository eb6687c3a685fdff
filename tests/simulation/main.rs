//! Simulated histories (T1 of the test plan): the app's own store and sync on two to five devices, the server's own
//! acceptance, scopes and repair, and a network, disks, clocks and people in which everything may go wrong. One seed is
//! one history, the same every time; every hundredth is told twice and compared. T2 ([`approvals`]) plays core alone
//! beside a model; T3 ([`hosts`]) plays the whole server on a simulated network instead. T13 and T14 ([`authority`]) play
//! what phones promise, by core's rules alone.
//!
//! Run by `cargo xtask soak t1` and, with few runs, by `cargo xtask test harness`; ends with one line `SOAK {json}`. A
//! violation ends the program with its seed and exit code 1; `--seed N` tells that history step by step.

#![expect(clippy::print_stdout, reason = "a harness speaks on its standard output")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a harness that can't go on ends with what stopped it"
)]

mod approvals;
mod authority;
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
mod slices;
mod world;

use std::num::NonZero;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread::available_parallelism;
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
    /// Requests on their way, beside a model
    T2,
    /// Hosts on a simulated network
    T3,
    /// Forged authority
    T13,
    /// Verdicts on what two phones promised
    T14,
}

impl Harness {
    fn name(self) -> &'static str {
        match self {
            Self::T1 => "t1",
            Self::T2 => "t2",
            Self::T3 => "t3",
            Self::T13 => "t13",
            Self::T14 => "t14",
        }
    }
}

/// What plays seeds.
enum Player {
    Letters,
    Approvals,
    Hosts(hosts::Founded),
    Authority(fn(u64, bool) -> Ended),
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
            Harness::T2 => Self::Approvals,
            Harness::T3 => Self::Hosts(runtime().block_on(hosts::Founded::new())),
            Harness::T13 => Self::Authority(authority::forge),
            Harness::T14 => Self::Authority(authority::verdicts),
        }
    }

    fn once(&self, seed: u64, tracing: bool) -> Ended {
        match self {
            Self::Letters => history(seed, tracing),
            Self::Approvals => approvals::play(seed, tracing),
            Self::Hosts(founded) => hosts::play(founded, seed, tracing),
            Self::Authority(play) => play(seed, tracing),
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
    authority::plant();
    let plan = Plan::of(&line);
    let from = now();
    let mut sum = Sum::default();
    let mut violated = false;
    std::thread::scope(|scope| {
        let (told, hear) = mpsc::channel();
        for _ in 0..plan.threads {
            let (told, plan) = (told.clone(), &plan);
            scope.spawn(move || plan.play(from, &told));
        }
        drop(told);
        for (seed, ended) in hear {
            if plan.is_told {
                ended.trace.iter().for_each(|step| println!("{step}"));
            }
            let violates = ended.done.is_err();
            if let Err(violation) = &ended.done {
                violated = true;
                println!("VIOLATION {} seed {seed}: {violation}", line.harness.name());
                println!("play it again: cargo xtask soak {} --seed {seed}", line.harness.name());
            }
            sum.add(ended.told, violates);
        }
    });
    println!("SOAK {}", sum.line(line.harness.name(), plan.first, from.elapsed().as_secs_f64() / 60.0));
    if violated { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Which seeds are played: by as many threads as there are processors, each history by one of them. A seed that was
/// taken is played to its end, so that those that were played are all there are up to the last.
struct Plan {
    harness: Harness,
    first: u64,
    runs: u64,
    end: Option<Duration>,
    threads: usize,
    /// Every step is told.
    is_told: bool,
    next: AtomicU64,
    ends: AtomicBool,
}

impl Plan {
    fn of(line: &Line) -> Self {
        let first = line.seed.unwrap_or(line.from);
        Self {
            harness: line.harness,
            first,
            runs: line.seed.map(|_| 1).or(line.runs).unwrap_or(u64::MAX),
            end: line.minutes.map(|it| Duration::from_secs_f64(it * 60.0)),
            threads: line.seed.map_or_else(|| available_parallelism().map_or(1, NonZero::get), |_| 1),
            is_told: line.seed.is_some(),
            next: AtomicU64::new(first),
            ends: AtomicBool::new(false),
        }
    }

    /// Plays seeds until there are no more, time is over, or one violates something.
    fn play(&self, from: Instant, told: &mpsc::Sender<(u64, Ended)>) {
        let player = Player::of(self.harness);
        while !self.ends.load(Ordering::SeqCst) && self.end.is_none_or(|end| from.elapsed() < end) {
            let seed = self.next.fetch_add(1, Ordering::SeqCst);
            if seed - self.first >= self.runs {
                return;
            }
            let ended = if self.is_told { player.once(seed, true) } else { player.play(seed) };
            if ended.done.is_err() {
                self.ends.store(true, Ordering::SeqCst);
            }
            if told.send((seed, ended)).is_err() {
                return;
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a soak ends by the clock; nothing is asserted by it")]
fn now() -> Instant {
    Instant::now()
}
