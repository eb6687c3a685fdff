//! Simulated histories (T1 of the test plan): the app's own store and sync on two to five devices, the server's own
//! acceptance and scopes, and a network, disks, clocks and people in which everything may go wrong. One seed is one
//! history, the same every time.
//!
//! `LEEWAY_RUNS`: how many histories; `LEEWAY_SEED`: from which seed on; with `LEEWAY_RUNS=1` the trace is printed.

#![cfg(test)]

mod check;
mod database;
mod moves;
mod net;
mod world;

use std::collections::BTreeMap;

use world::World;

/// Histories of a plain test run.
const RUNS: u64 = 500;
/// Steps of a history.
const STEPS: u64 = 200;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs one history. Returns what went wrong, and the trace.
fn history(
    seed: u64,
    tracing: bool,
    faults: &mut BTreeMap<&'static str, u64>,
) -> (Result<(), String>, Vec<String>) {
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
        for (kind, count) in world.faults() {
            *faults.entry(kind).or_default() += count;
        }
        let trace = std::mem::take(&mut world.trace);
        world.end();
        (done, trace)
    })
}

#[test]
fn histories_end_well() {
    let (from, runs) = (number("LEEWAY_SEED").unwrap_or(0), number("LEEWAY_RUNS").unwrap_or(RUNS));
    let mut faults = BTreeMap::new();
    for seed in from..from + runs {
        let (done, trace) = history(seed, runs == 1, &mut faults);
        trace.iter().for_each(|line| println!("{line}"));
        assert_eq!(done, Ok(()), "seed {seed}: again by LEEWAY_SEED={seed} LEEWAY_RUNS=1");
    }
    println!("{runs} histories from {from}: {faults:?}");
}

#[test]
fn a_history_is_the_same_every_time() {
    for seed in 0..20 {
        let once = history(seed, true, &mut BTreeMap::new());
        assert_eq!(once, history(seed, true, &mut BTreeMap::new()), "seed {seed}");
    }
}
