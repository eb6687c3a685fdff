//! `cargo xtask bench server`: the real server under load. The generator is the program `load` of `leeway-e2e`; here it
//! is said what it runs and on which database, and its points become figures in `target/bench.json` and lines in
//! `docs/scale.jsonl`, out of which `docs/scale.md` is made. Never measures anything itself, and never keeps what a
//! `--quick` run gave.

mod model;

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::{Map, Value};

use crate::bench;
use crate::clock;
use crate::error::{About, Error, Result};
use crate::figures::Measured;
use crate::places::Places;
use crate::postgres::{Cluster, Purpose};
use crate::shell::Run;

/// Rows of 2,004 account managers with 200 customers each.
const ROWS: usize = 1_382_000;

/// What is asked for. Without options: everything that the documentation names, in about an hour.
#[derive(Args)]
pub struct Options {
    /// One day only, on this engine
    #[arg(long, value_enum)]
    engine: Option<Engine>,
    /// How many account managers work
    #[arg(long, default_value_t = 2_000, requires = "engine")]
    ams: usize,
    /// How much of the day, which is pressed into 20 minutes
    #[arg(long, default_value_t = 20.0, requires = "engine")]
    minutes: f64,
    /// About how many rows are in the database
    #[arg(long, default_value_t = ROWS, requires = "engine")]
    rows: usize,
    /// A minute of everything, on little data, to see that it works; nothing is kept
    #[arg(long, conflicts_with = "engine")]
    quick: bool,
    /// Only this part of everything, counted from 1: each has a database of its own
    #[arg(long, conflicts_with_all = ["engine", "quick"])]
    stage: Option<usize>,
    /// Only runs that begin like one of these, as in `day:2000`
    #[arg(long, value_delimiter = ',', requires = "stage", value_name = "RUN")]
    runs: Vec<String>,
    /// Measures nothing: tells the model that is fitted to what was measured before
    #[arg(long, conflicts_with_all = ["engine", "quick"])]
    model: bool,
}

/// Where the data are, and how many server processes there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    /// `SQLite`, one process
    Sqlite,
    /// `PostgreSQL`, one process
    Pg1,
    /// `PostgreSQL`, two processes
    Pg2,
}

/// What is run on one seeded database.
#[derive(Debug, Clone, PartialEq)]
struct Stage {
    engine: &'static str,
    rows: usize,
    runs: Vec<String>,
}

fn stage(engine: &'static str, rows: usize, runs: &[&str]) -> Stage {
    Stage { engine, rows, runs: runs.iter().map(|run| (*run).to_owned()).collect() }
}

fn plan(options: &Options) -> Vec<Stage> {
    let Options { engine, ams, minutes, rows, quick, .. } = options;
    let day = |processes| format!("day:{ams}:{minutes}:{processes}");
    match engine {
        _ if *quick => vec![
            stage("sqlite", 20_000, &["empty:200", "day:24:0.1", "rush:4:2"]),
            stage("postgres", 20_000, &["empty:200", "day:24:0.1:1", "day:24:0.1:2", "morning:48:0.1:2"]),
        ],
        Some(Engine::Sqlite) => vec![stage("sqlite", *rows, &[&day(1)])],
        Some(Engine::Pg1) => vec![stage("postgres", *rows, &[&day(1)])],
        Some(Engine::Pg2) => vec![stage("postgres", *rows, &[&day(2)])],
        None => vec![
            stage("sqlite", ROWS, &["empty:2000", "day:100:3", "day:500:3", "day:2000:20", "rush:32:20"]),
            stage("sqlite", 100_000, &["day:100:3"]),
            stage("sqlite", 5_000_000, &["day:100:3"]),
            stage(
                "postgres",
                ROWS,
                &[
                    "empty:2000",
                    "day:100:3",
                    "day:500:3",
                    "day:2000:6:1",
                    "day:2000:6:2",
                    "rush:32:20:1",
                    "rush:32:20:2",
                ],
            ),
            stage("postgres", 100_000, &["day:100:3"]),
            stage("postgres", 5_000_000, &["day:100:3", "morning:10000:10:2"]),
        ],
    }
}

/// Runs what is asked for.
pub fn run(places: &Places, options: &Options) -> Result<()> {
    if options.model {
        return tell(places);
    }
    let cargo = || Run::cargo().in_folder(&places.root).args(["build", "--release"]);
    cargo().args(["--package", "leeway-server"]).check()?;
    cargo().args(["--package", "leeway-e2e", "--bin", "load"]).check()?;
    let commit = bench::commit(places)?;
    let mut points = Vec::new();
    for stage in chosen(plan(options), options.stage, &options.runs)? {
        points.extend(play(places, &stage, &commit, options.quick)?);
    }
    if options.quick {
        let n = figures(&points).len();
        println!("\nNothing is kept of a quick run; it would have given {n} figures.");
        return Ok(());
    }
    // a figure of several parts takes those that were not run now from before
    let is_of_now = |point: &Value| point["commit"].as_str().is_some_and(|it| same_source(it, &commit));
    let measured = figures(&latest(read(places)?.into_iter().filter(is_of_now).collect()));
    bench::keep(places, &measured, |_| "cargo xtask bench server".to_owned())
}

/// Returns the part that is asked for, with the runs that are asked for, or all.
fn chosen(plan: Vec<Stage>, part: Option<usize>, runs: &[String]) -> Result<Vec<Stage>> {
    let Some(part) = part else { return Ok(plan) };
    let stages = plan.len();
    let stage = part.checked_sub(1).and_then(|it| plan.into_iter().nth(it));
    let mut stage = stage.ok_or_else(|| Error::Missing {
        what: format!("stage {part}"),
        remedy: format!("the parts are counted from 1 to {stages}"),
    })?;
    stage.runs.retain(|it| runs.is_empty() || runs.iter().any(|wanted| it.starts_with(wanted.as_str())));
    Ok(vec![stage])
}

/// Says whether two commits are of one source; the points that are kept change the checkout.
fn same_source(one: &str, other: &str) -> bool {
    let clean = |it: &str| it.trim_end_matches("-dirty").to_owned();
    clean(one) == clean(other)
}

/// Keeps the last point of each kind of run on each database.
fn latest(points: Vec<Value>) -> Vec<Value> {
    let of = |point: &Value| {
        // a seeded database has a few rows more or less
        let rows = point["rows"].as_f64().unwrap_or_default().max(1.0).log10().round();
        let names =
            ["kind", "engine", "processes", "phones", "day_minutes"].map(|name| point[name].to_string());
        (names, rows.to_string())
    };
    points.into_iter().map(|point| (of(&point), point)).collect::<BTreeMap<_, _>>().into_values().collect()
}

/// Runs one stage. Its points are kept as they come: the next may take an hour, or fail.
fn play(places: &Places, stage: &Stage, commit: &str, quick: bool) -> Result<Vec<Value>> {
    let cluster = match stage.engine {
        "postgres" => Some(Cluster::start(Purpose::Load)?),
        _ => None,
    };
    let program = places.target.join("release").join(format!("load{}", std::env::consts::EXE_SUFFIX));
    let rows = stage.rows.to_string();
    let run = Run::new(program).args(["--engine", stage.engine, "--rows", &rows]).args(&stage.runs);
    let run = run.env("LEEWAY_SERVER", places.server(true));
    let run = run.envs(cluster.iter().flat_map(Cluster::variables)).in_folder(&places.root);
    let line = run.line();
    let mut points = Vec::new();
    let mut wrong = None;
    let status = run.watch(|line| {
        let Some(json) = line.strip_prefix("POINT ") else { return };
        let kept = serde_json::from_str::<Map<String, Value>>(json)
            .map_err(|error| Error::shape(line, error))
            .and_then(|point| if quick { Ok(point) } else { append(places, point, commit) });
        match kept {
            Ok(point) => points.push(Value::Object(point)),
            Err(error) => wrong = Some(error),
        }
    })?;
    match wrong {
        Some(error) => Err(error),
        None if status.success() => Ok(points),
        None => Err(Error::Failed { line, status }),
    }
}

/// Adds a point to those of before.
fn append(places: &Places, mut point: Map<String, Value>, commit: &str) -> Result<Map<String, Value>> {
    let file = kept(places);
    point.insert("commit".to_owned(), commit.into());
    point.insert("at".to_owned(), clock::now().into());
    let mut open = OpenOptions::new().append(true).create(true).open(&file).about(&file)?;
    writeln!(open, "{}", Value::Object(point.clone())).about(&file)?;
    Ok(point)
}

fn kept(places: &Places) -> PathBuf {
    places.root.join("docs/scale.jsonl")
}

/// Reads all points that were kept.
fn read(places: &Places) -> Result<Vec<Value>> {
    let file = kept(places);
    let text = fs::read_to_string(&file).about(&file)?;
    let points: serde_json::Result<Vec<Value>> = text.lines().map(serde_json::from_str).collect();
    points.map_err(|error| Error::shape(file.display(), error))
}

/// Tells the model of each engine.
fn tell(places: &Places) -> Result<()> {
    let points = read(places)?;
    for engine in ["sqlite", "postgres"] {
        let seen = model::seen(&points, engine);
        match model::fit(&seen) {
            Some(costs) => println!("{engine}\n{}", model::tell(&seen, &costs)),
            None => println!("{engine}: too few points for a model"),
        }
    }
    Ok(())
}

/// Reads the figures out of the points of one run.
fn figures(points: &[Value]) -> Vec<Measured> {
    let is = |point: &&Value, kind: &str, engine: &str| point["kind"] == kind && point["engine"] == engine;
    let days = |engine: &'static str, processes: u64| {
        let of = move |point: &&Value| is(point, "day", engine) && point["processes"] == processes;
        points.iter().filter(of).max_by_key(|point| point["phones"].as_u64())
    };
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    let mut found = Vec::new();
    let mut add = |name: &str, unit: &str, values: &[f64]| {
        let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
        let n = u32::try_from(values.len()).unwrap_or(u32::MAX);
        if n > 0 {
            let (name, unit) = (name.to_owned(), unit.to_owned());
            found.push(Measured { name, value: highest, unit, n, min: lowest, max: highest });
        }
    };
    // the slower engine counts
    let empty: Vec<f64> =
        points.iter().filter(|it| it["kind"] == "empty").map(|it| number(&it["pull"]["p95"])).collect();
    add("pull_empty_200_scopes_p95_ms", "ms", &empty);
    let of_2000 = days("sqlite", 1).filter(|point| point["phones"] == 2_000);
    let p99: Vec<f64> = of_2000.map(|point| number(&point["all"]["p99"])).into_iter().collect();
    add("sqlite_2000_am_p99_ms", "ms", &p99);
    let cost =
        |point: &Value| number(&point["server_ms_per_request"]) + number(&point["database_ms_per_request"]);
    let (one, two) = (days("postgres", 1), days("postgres", 2));
    if let (Some(one), Some(two)) = (one, two) {
        add("pg_cpu_two_over_one", "ratio", &[round(cost(two) / cost(one))]);
    }
    let retries: Vec<f64> =
        [one, two].into_iter().flatten().map(|point| number(&point["retries_pct"])).collect();
    add("pg_retries_pct", "%", &retries);
    found
}

fn round(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn figures_are_read_out_of_the_points_of_a_run() {
        let day = |engine: &str, processes: u64, phones: u64, cost: f64, retries: f64| {
            json!({
                "kind": "day", "engine": engine, "processes": processes, "phones": phones, "all": {"p99": 40.5},
                "server_ms_per_request": cost, "database_ms_per_request": 1.0, "retries_pct": retries,
            })
        };
        let points = [
            json!({"kind": "empty", "engine": "sqlite", "pull": {"p95": 1.5}}),
            json!({"kind": "empty", "engine": "postgres", "pull": {"p95": 3.5}}),
            day("sqlite", 1, 100, 9.0, 0.0),
            day("sqlite", 1, 2_000, 1.0, 0.0),
            day("postgres", 1, 2_000, 1.0, 0.25),
            day("postgres", 2, 2_000, 1.2, 0.75),
        ];
        let found: Vec<_> = figures(&points).into_iter().map(|it| (it.name, it.value, it.min)).collect();
        let expected = [
            ("pull_empty_200_scopes_p95_ms", 3.5, 1.5),
            ("sqlite_2000_am_p99_ms", 40.5, 40.5),
            ("pg_cpu_two_over_one", 1.1, 1.1),
            ("pg_retries_pct", 0.75, 0.25),
        ];
        assert_eq!(found, expected.map(|(name, value, min)| (name.to_owned(), value, min)));
        // fewer account managers are another figure
        assert!(figures(&points[2..3]).is_empty());
    }

    #[test]
    fn one_day_or_everything() {
        let options = |engine, quick| Options {
            engine,
            ams: 50,
            minutes: 2.5,
            rows: 7,
            quick,
            stage: None,
            runs: Vec::new(),
            model: false,
        };
        let one = plan(&options(Some(Engine::Pg2), false));
        assert_eq!(one, [stage("postgres", 7, &["day:50:2.5:2"])]);
        assert!(plan(&options(None, false)).iter().any(|it| it.runs.contains(&"day:2000:20".to_owned())));
        assert!(plan(&options(None, true)).iter().all(|it| it.rows < 100_000));
        let all = plan(&options(None, false));
        assert_eq!(chosen(all.clone(), Some(2), &[]).unwrap(), all[1..2]);
        assert_eq!(chosen(all.clone(), None, &[]).unwrap(), all);
        let days = chosen(all.clone(), Some(4), &["empty".to_owned(), "day:2000".to_owned()]).unwrap();
        assert_eq!(days[0].runs, ["empty:2000", "day:2000:6:1", "day:2000:6:2"]);
        for beyond in [0, all.len() + 1] {
            assert!(chosen(all.clone(), Some(beyond), &[]).is_err());
        }
    }

    #[test]
    fn of_points_alike_the_last_counts() {
        let day = |rows: u64, phones: u64, p99: f64| {
            json!({"kind": "day", "engine": "sqlite", "processes": 1, "phones": phones, "day_minutes": 20.0,
                "rows": rows, "all": {"p99": p99}})
        };
        let points = vec![day(1_382_000, 2_000, 9.0), day(100_000, 2_000, 5.0), day(1_384_100, 2_000, 7.0)];
        let kept: Vec<f64> = latest(points).iter().map(|it| it["all"]["p99"].as_f64().unwrap()).collect();
        assert_eq!(kept, [5.0, 7.0]);
        assert!(same_source("a1b2-dirty", "a1b2") && !same_source("a1b2", "a1b3"));
    }
}
