//! `cargo xtask bench peers`: Leeway against what one would take instead of it to store and sync in a browser (raw
//! IndexedDB, RxDB, PouchDB, Replicache), in one run of the peers harness, where all take turns on the same machine.
//!
//! The harness is a folder of its own, named by `--harness` or `LEEWAY_PEERS`. It says what each workload is; Leeway
//! joins by `tests/bench/leeway-peer.mjs`, with a server built for release and an app built like the one that ships, with
//! the feature `bench`. A figure here is time (bytes, memory) of Leeway ÷ that of the peer: the median of all repetitions
//! over the median of all repetitions; smallest and largest are those of single repetitions. Below 1 is better.
//!
//! What each workload starts and ends with:
//! - W1 strict: 300 writes one after the other; each starts with the call and ends when the disk has it. For Leeway a
//!   write is the command `visits/record`: judged, its rows in the overlay, itself in the outbox.
//! - W3: from opening the address of the list of visits in a fresh tab until its first 50 rows are in the document.
//! - W4: the 50 visits of one customer out of 10,000, with answers and notes; the median of 20 customers.
//! - W5: from an empty store until all visits are on the device and the first 50 are read.
//! - W5 bytes: what came down for 10,000 visits while the harness has everybody compress. Leeway's server always does.
//! - W6: 1,000 changes made offline; from the start of the push until the client knows that the server has all.
//! - W7: 100 visits changed on the server; from the start of the pull until they are in the store.
//! - W8: memory of the page's process after W5.
//! - kill: 200 writes, then the page's process is killed; how many are there in the next one.
//!
//! Never says whether a figure is good enough.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::{About, Error, Result};
use crate::figures::Measured;
use crate::places::Places;
use crate::shell::Run;
use crate::{bench, browsers, dist};

/// How Leeway is called in the harness.
const OURS: &str = "leeway";
const PEERS: [&str; 4] = ["raw-idb", "rxdb", "pouchdb", "replicache"];
/// The harness ends by itself after this long.
const MINUTES: &str = "60";

/// Settings of the run.
#[derive(clap::Args)]
pub struct Options {
    /// The folder of the peers harness, with its npm packages installed
    #[arg(long, env = "LEEWAY_PEERS", value_name = "FOLDER")]
    harness: Option<PathBuf>,
    /// How often each workload is measured
    #[arg(long, default_value_t = 5)]
    repetitions: u32,
    /// Small sizes, once, to try whether all works; keeps nothing
    #[arg(long)]
    quick: bool,
}

/// A value of a workload, as the harness names it.
type Value = (&'static str, &'static str);

/// What is divided by what.
enum Figure {
    /// Ours by that of a peer.
    Against(&'static str, Value),
    /// Like [`Figure::Against`]; the value is so many a second, so the time is its reciprocal.
    AgainstRate(&'static str, Value),
    /// Ours by another of ours.
    Over(Value, Value),
    /// Ours as it is.
    Plain(Value, &'static str),
    /// The worst of ours.
    Least(Value, &'static str),
}

/// From the start to the first list.
const TO_LIST: Value = ("W5", "to_list_ms");

const FIGURES: [(&str, Figure); 14] = [
    ("w1_strict_vs_raw", Figure::AgainstRate("raw-idb", ("W1s", "ops_per_s"))),
    ("w1_strict_vs_rxdb", Figure::AgainstRate("rxdb", ("W1s", "ops_per_s"))),
    ("w3_vs_pouchdb", Figure::Against("pouchdb", ("W3", "dom_ms"))),
    ("w4_vs_raw", Figure::Against("raw-idb", ("W4", "p50"))),
    ("w5_10k_vs_raw", Figure::Against("raw-idb", TO_LIST)),
    ("w5_10k_vs_rxdb", Figure::Against("rxdb", TO_LIST)),
    ("w5_10k_vs_pouchdb", Figure::Against("pouchdb", TO_LIST)),
    ("w5_30k_over_10k", Figure::Over(("W5_30k", "to_list_ms"), TO_LIST)),
    ("w5_bytes_vs_raw", Figure::Against("raw-idb", ("W5_gzip", "down_bytes"))),
    ("w6_vs_rxdb", Figure::Against("rxdb", ("W6", "ms"))),
    ("w6_requests", Figure::Plain(("W6", "requests"), "requests")),
    ("w7_vs_raw", Figure::Against("raw-idb", ("W7", "pull_ms"))),
    ("w8_rss_vs_replicache", Figure::Against("replicache", ("W8", "rss"))),
    ("kill_alive_of_200", Figure::Least(("crash", "survived"), "writes")),
];

/// What the harness wrote down.
#[derive(Deserialize)]
struct Results {
    /// By peer and workload; each sample has its repetition as `rep`, and its values.
    samples: BTreeMap<String, BTreeMap<String, Vec<BTreeMap<String, serde_json::Value>>>>,
    /// Checks that failed, and what was left out.
    errors: Vec<String>,
}

/// Measures, and keeps the figures.
pub fn run(places: &Places, options: &Options) -> Result<()> {
    let harness = harness(options.harness.as_deref())?;
    let app = dist::build_bench(places)?;
    let cargo = Run::cargo().in_folder(&places.root);
    cargo.args(["build", "--release", "--package", "leeway-server"]).check()?;
    Run::new("node").arg("build.mjs").in_folder(&harness).quiet().check()?;
    let kept = places.target.join(if options.quick { "peers-quick.json" } else { "peers.json" });
    let data = tempfile::tempdir().about(Path::new("a folder for the servers' data"))?;
    let run = Run::new("node")
        .args(["run.mjs", "--minutes", MINUTES, "--peers", &[&PEERS[..], &[OURS]].concat().join(",")])
        .args(["--reps", &if options.quick { 1 } else { options.repetitions }.to_string()])
        .arg("--peer-file")
        .arg(places.root.join("tests/bench/leeway-peer.mjs"))
        .arg("--out")
        .arg(&kept)
        .args(options.quick.then_some("--smoke"))
        .envs(browsers::chromium()?)
        .env("LEEWAY_PEERS", &harness)
        .env("LEEWAY_SERVER", places.server(true))
        .env("LEEWAY_DIST", &app)
        .env("LEEWAY_COMMIT", bench::commit(places)?)
        .env("LEEWAY_BENCH_DATA", data.path());
    run.in_folder(&harness).check()?;
    let text = fs::read_to_string(&kept).about(&kept)?;
    let results: Results =
        serde_json::from_str(&text).map_err(|error| Error::shape(kept.display(), error))?;
    for error in &results.errors {
        println!("not measured: {error}");
    }
    let measured: Vec<Measured> = FIGURES.iter().filter_map(|it| results.figure(it)).collect();
    println!("All that the harness wrote down is in {}.", kept.display());
    if options.quick {
        bench::tell(&measured);
        return Ok(());
    }
    bench::keep(places, &measured, |_| "cargo xtask bench peers".to_owned())?;
    match FIGURES.iter().find(|(name, _)| !measured.iter().any(|it| it.name == *name)) {
        Some((name, _)) => Err(Error::shape(kept.display(), format!("no samples for {name}"))),
        None => Ok(()),
    }
}

/// Returns the harness's folder, if it is one.
fn harness(named: Option<&Path>) -> Result<PathBuf> {
    let remedy = "name the folder of the peers harness by --harness or LEEWAY_PEERS: a Node program beside this checkout \
                  that measures storage libraries in a real browser (run.mjs, lib/external-peer.mjs, peers/)";
    let missing =
        |what: &str, remedy: &str| Error::Missing { what: what.to_owned(), remedy: remedy.to_owned() };
    let folder = named.ok_or_else(|| missing("the peers harness", remedy))?;
    if !["run.mjs", "lib/external-peer.mjs", "src/workload.js"].iter().all(|it| folder.join(it).is_file()) {
        return Err(missing(&format!("a peers harness in {}", folder.display()), remedy));
    }
    if !folder.join("node_modules/playwright-core").is_dir() {
        return Err(missing("the packages of the peers harness", "run `npm ci` in its folder"));
    }
    folder.canonicalize().about(folder)
}

impl Results {
    /// Returns the figure; `None` without samples of both sides.
    fn figure(&self, (name, figure): &(&str, Figure)) -> Option<Measured> {
        let ours = |value| self.values(OURS, value);
        let (all, single, unit): (f64, Vec<f64>, &str) = match figure {
            Figure::Against(peer, value) => {
                let (all, single) = ratio(&ours(value), &self.values(peer, value))?;
                (all, single, "ratio")
            }
            Figure::AgainstRate(peer, value) => {
                let (all, single) = ratio(&self.values(peer, value), &ours(value))?;
                (all, single, "ratio")
            }
            Figure::Over(value, other) => {
                let (all, single) = ratio(&ours(value), &ours(other))?;
                (all, single, "ratio")
            }
            Figure::Plain(value, unit) => {
                let all: Vec<f64> = ours(value).into_values().flatten().collect();
                (median(&all)?, all, unit)
            }
            Figure::Least(value, unit) => {
                let all: Vec<f64> = ours(value).into_values().flatten().collect();
                (all.iter().copied().min_by(f64::total_cmp)?, all, unit)
            }
        };
        let bound = |pick: fn(f64, f64) -> f64| single.iter().copied().reduce(pick).map(rounded);
        Some(Measured {
            name: (*name).to_owned(),
            value: rounded(all),
            unit: unit.to_owned(),
            n: u32::try_from(single.len()).unwrap_or(u32::MAX),
            min: bound(f64::min)?,
            max: bound(f64::max)?,
        })
    }

    /// Returns the samples of a value, by repetition.
    fn values(&self, peer: &str, (workload, field): &Value) -> BTreeMap<u64, Vec<f64>> {
        let mut found = BTreeMap::<u64, Vec<f64>>::new();
        let samples = self.samples.get(peer).and_then(|it| it.get(*workload));
        for sample in samples.into_iter().flatten() {
            let number = |name: &str| sample.get(name);
            if let (Some(rep), Some(value)) =
                (number("rep").and_then(|it| it.as_u64()), number(field).and_then(|it| it.as_f64()))
            {
                found.entry(rep).or_default().push(value);
            }
        }
        found
    }
}

/// Returns the median of all over the median of all, and the same of each repetition that has both.
fn ratio(above: &BTreeMap<u64, Vec<f64>>, below: &BTreeMap<u64, Vec<f64>>) -> Option<(f64, Vec<f64>)> {
    let all = |of: &BTreeMap<u64, Vec<f64>>| median(&of.values().flatten().copied().collect::<Vec<_>>());
    let one = |(rep, above): (&u64, &Vec<f64>)| Some(median(above)? / median(below.get(rep)?)?);
    Some((all(above)? / all(below)?, above.iter().filter_map(one).collect()))
}

fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    match sorted.len() % 2 {
        0 => Some((sorted.get(middle - 1)? + upper) / 2.0),
        _ => Some(upper),
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn results() -> Results {
        let of = |values: [(u64, f64); 3], field: &str| {
            let sample = |(rep, value)| json!({ "rep": rep, field: value });
            json!(values.map(sample))
        };
        let results = json!({
            "samples": {
                "leeway": {
                    "W1s": of([(0, 500.0), (1, 400.0), (2, 250.0)], "ops_per_s"),
                    "W5": of([(0, 1000.0), (1, 900.0), (2, 2000.0)], "to_list_ms"),
                    "crash": of([(0, 200.0), (1, 199.0), (2, 200.0)], "survived"),
                },
                "raw-idb": {
                    "W1s": of([(0, 1000.0), (1, 1000.0), (2, 1000.0)], "ops_per_s"),
                    "W5": of([(0, 500.0), (1, 900.0), (2, 800.0)], "to_list_ms"),
                },
            },
            "errors": [],
        });
        serde_json::from_value(results).unwrap()
    }

    fn figure(name: &str) -> Option<(f64, u32, f64, f64)> {
        let known = FIGURES.iter().find(|it| it.0 == name).unwrap();
        results().figure(known).map(|it| (it.value, it.n, it.min, it.max))
    }

    #[test]
    fn a_figure_is_our_median_over_theirs() {
        assert_eq!(figure("w5_10k_vs_raw"), Some((1.25, 3, 1.0, 2.5)));
    }

    #[test]
    fn of_a_rate_more_is_less_time() {
        assert_eq!(figure("w1_strict_vs_raw"), Some((2.5, 3, 2.0, 4.0)));
    }

    #[test]
    fn one_lost_write_counts() {
        assert_eq!(figure("kill_alive_of_200"), Some((199.0, 3, 199.0, 200.0)));
    }

    #[test]
    fn without_samples_there_is_no_figure() {
        assert_eq!(figure("w5_10k_vs_rxdb"), None);
        assert_eq!(figure("w5_30k_over_10k"), None);
    }

    #[test]
    fn a_folder_that_is_no_harness_is_told() {
        let empty = tempfile::tempdir().unwrap();
        assert!(harness(None).unwrap_err().to_string().contains("--harness"));
        assert!(harness(Some(empty.path())).unwrap_err().to_string().contains("a peers harness in"));
    }
}
