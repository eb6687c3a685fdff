//! `cargo xtask soak NAME`: a fault harness of the test plan, for as long as one likes. It goes on from the last seed
//! in `docs/soak/NAME.jsonl` and appends what it did as one line. The harnesses are the test `harness` of
//! `leeway-e2e`, which prints `SOAK {…}` at its end. Never judges: a violation is the harness's word.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::slice;

use clap::Args;
use serde_json::{Map, Value};

use crate::error::{About, Error, Result};
use crate::places::Places;
use crate::shell::Run;
use crate::{browsers, builds, dist};

/// A harness.
pub struct Harness {
    /// Its name.
    pub name: &'static str,
    /// The test of `leeway-e2e` that it is in.
    test: &'static str,
    /// Whether it needs the built app and a browser.
    browser: bool,
    /// Whether it needs former builds.
    builds: bool,
    /// How much of it CI runs: the runs yield to the minutes.
    ci: (u32, f32),
}

/// The test in which server and phones are one program.
const SIMULATION: &str = "simulation";

/// Every harness, by its number in the test plan.
pub const HARNESSES: [Harness; 14] = [
    Harness { test: SIMULATION, ..harness("t1", false, (100_000, 0.4)) },
    Harness { test: SIMULATION, ..harness("t2", false, (20_000, 0.4)) },
    Harness { test: SIMULATION, ..harness("t3", false, (20_000, 0.4)) },
    harness("t4", false, (60, 0.3)),
    harness("t5", false, (60, 0.2)),
    harness("t6", false, (200, 0.3)),
    harness("t6-browser", true, (6, 0.3)),
    harness("t7", true, (12, 0.3)),
    harness("t8", true, (9, 0.4)),
    harness("t9", false, (20, 0.35)),
    harness("t10", true, (4, 0.3)),
    Harness { builds: true, ..harness("t11", false, (7, 2.0)) },
    Harness { test: SIMULATION, ..harness("t13", false, (50_000, 0.3)) },
    Harness { test: SIMULATION, ..harness("t14", false, (20_000, 0.2)) },
];

const fn harness(name: &'static str, browser: bool, ci: (u32, f32)) -> Harness {
    Harness { name, test: "harness", browser, builds: false, ci }
}

/// What ships, and xtask: built together with one choice of features, so that what they depend on is built once. Without
/// the black-box tests, whose libraries would change others under the program (`serde_json/preserve_order`).
pub const SHIPPED: [&str; 3] = ["--workspace", "--exclude", "leeway-e2e"];

/// What switches bugs on purpose on.
const PLANTED: [&str; 2] = ["--features", "leeway-server/plant"];

/// Says how cargo builds the server that tests run against.
pub fn server() -> impl Iterator<Item = &'static str> {
    ["build"].into_iter().chain(SHIPPED).chain(["--bin", "leeway-server"])
}

/// What is asked for.
#[derive(Args)]
pub struct Options {
    /// Which harness
    name: String,
    /// Ends after so many minutes
    #[arg(long)]
    minutes: Option<f32>,
    /// Ends after so many runs
    #[arg(long)]
    runs: Option<u32>,
    /// Plays this one seed again and tells every step; keeps nothing
    #[arg(long, conflicts_with_all = ["minutes", "runs"])]
    seed: Option<u64>,
}

/// Runs a harness. Says whether everything held.
pub fn run(places: &Places, options: &Options) -> Result<bool> {
    let harness = HARNESSES.iter().find(|it| it.name == options.name).ok_or_else(|| {
        let known = HARNESSES.iter().map(|it| it.name).collect::<Vec<_>>().join(", ");
        Error::Unknown { what: "harness", name: options.name.clone(), known }
    })?;
    let file = places.root.join("docs/soak").join(format!("{}.jsonl", harness.name));
    let mut args = vec![harness.name.to_owned()];
    let mut say = |option: &str, value: Option<String>| {
        args.extend(value.into_iter().flat_map(|value| [format!("--{option}"), value]));
    };
    say("seed", options.seed.map(|it| it.to_string()));
    say("minutes", options.minutes.map(|it| it.to_string()));
    say("runs", options.runs.map(|it| it.to_string()));
    if options.minutes.is_none() && options.runs.is_none() && options.seed.is_none() {
        say("minutes", Some("10".to_owned()));
    }
    say("from", Some(next_seed(&file)?.to_string()));
    let planted = std::env::var_os("LEEWAY_PLANT").is_some();
    // what is tried is what stands here now, whatever is written while it runs
    let commit = commit(places)?;
    build(places, slice::from_ref(harness), planted)?;
    let mut said = None;
    // what is planted is found at once
    let how = How { planted, is_long: harness.test == SIMULATION && !planted && options.seed.is_none() };
    let status = program(places, harness, how, &args)?.watch(|line| said = soak(line).or(said.take()))?;
    let Some(said) = said else {
        return Err(Error::Failed { line: format!("soak {}", harness.name), status });
    };
    if options.seed.is_none() && !planted {
        append(&file, &complete(said, &commit))?;
        println!("Kept in {}.", file.display());
    }
    Ok(status.success())
}

/// Prepares a harness with its CI counts, from the first seed.
pub fn in_ci(places: &Places, harness: &Harness) -> Result<Run> {
    let (runs, minutes) = harness.ci;
    let args = [harness.name, "--runs", &runs.to_string(), "--minutes", &minutes.to_string()];
    program(places, harness, How::default(), &args.map(str::to_owned))
}

/// Builds what these harnesses run against. An app that `LEEWAY_DIST` names is taken as it is.
pub fn build(places: &Places, harnesses: &[Harness], planted: bool) -> Result<()> {
    if harnesses.iter().any(|it| it.browser) && std::env::var_os("LEEWAY_DIST").is_none() {
        dist::build(places)?;
    }
    if harnesses.iter().any(|it| it.builds) {
        builds::folders(places)?;
    }
    Run::cargo().in_folder(&places.root).args(server()).args(features(planted)).check()
}

fn features(planted: bool) -> &'static [&'static str] {
    if planted { &PLANTED } else { &[] }
}

/// How a harness is built.
#[derive(Clone, Copy, Default)]
struct How {
    /// With the server's bugs on purpose, where the server is part of it.
    planted: bool,
    /// Optimised, which takes minutes and pays where it computes for longer.
    is_long: bool,
}

/// Prepares a harness.
fn program(places: &Places, harness: &Harness, how: How, args: &[String]) -> Result<Run> {
    let run = Run::cargo().in_folder(&places.root);
    let run = run.args(["test", "--package", "leeway-e2e", "--test", harness.test]);
    let run = run.args(features(how.planted && harness.test == SIMULATION));
    let run =
        run.args(how.is_long.then_some(["--profile", "soak"]).into_iter().flatten()).arg("--").args(args);
    let mut run = run.env("LEEWAY_SERVER", places.server(false));
    if harness.builds {
        let folders = std::env::join_paths(builds::folders(places)?);
        run = run.env("LEEWAY_BUILDS", folders.map_err(|error| Error::shape("LEEWAY_BUILDS", error))?);
    }
    if !harness.browser {
        return Ok(run);
    }
    let dist = std::env::var_os("LEEWAY_DIST").map_or_else(|| places.dist(), PathBuf::from);
    Ok(run.env("LEEWAY_DIST", dist).envs(browsers::chromium()?))
}

/// Reads the line `SOAK {…}`.
fn soak(line: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(line.strip_prefix("SOAK ")?).ok()
}

/// Returns the seed after the last one that was kept.
fn next_seed(file: &Path) -> Result<u64> {
    let text = match fs::read_to_string(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        text => text.about(file)?,
    };
    let Some(last) = text.lines().last() else { return Ok(1) };
    let line: Value = serde_json::from_str(last).map_err(|error| Error::shape(file.display(), error))?;
    let last = line["seed_to"].as_u64().ok_or_else(|| Error::shape(file.display(), "no seed_to"))?;
    Ok(last + 1)
}

/// Says what was tried, in the order of the test plan.
fn complete(mut said: Map<String, Value>, commit: &str) -> String {
    const ORDER: [&str; 11] = [
        "harness",
        "commit",
        "seed_from",
        "seed_to",
        "runs",
        "violations",
        "faults",
        "devices_median",
        "steps_median",
        "conflict_share",
        "minutes",
    ];
    said.insert("commit".to_owned(), commit.into());
    let field = |name: &str| format!("{}:{}", Value::from(name), said.get(name).unwrap_or(&Value::Null));
    format!("{{{}}}", ORDER.map(field).join(","))
}

/// Returns the commit that is tried. Lines of soaks before this one don't make it another.
/// Returns the commit that stands here, with `-dirty` where the checkout differs from it.
pub fn commit(places: &Places) -> Result<String> {
    let git = |args: &[&str]| Run::new("git").args(args).in_folder(&places.root).text();
    let head = git(&["rev-parse", "--short=12", "HEAD"])?;
    let changed = git(&["status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/soak"])?;
    Ok(if changed.is_empty() { head } else { format!("{head}-dirty") })
}

fn append(file: &PathBuf, line: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).about(folder)?;
    }
    let mut open = OpenOptions::new().append(true).create(true).open(file).about(file)?;
    writeln!(open, "{line}").about(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_soak_goes_on_behind_the_last_seed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("t4.jsonl");
        assert_eq!(next_seed(&file).unwrap(), 1);
        append(&file, r#"{"harness":"t4","seed_to":40}"#).unwrap();
        append(&file, r#"{"harness":"t4","seed_to":55}"#).unwrap();
        assert_eq!(next_seed(&file).unwrap(), 56);
        append(&file, r#"{"harness":"t4"}"#).unwrap();
        assert!(next_seed(&file).is_err());
    }

    #[test]
    fn a_line_has_the_form_of_the_test_plan() {
        let said = soak(
            r#"SOAK {"harness":"t4","seed_from":1,"seed_to":2,"runs":2,"violations":0,"faults":{"kill":3},"devices_median":8,"steps_median":300,"conflict_share":0.05,"minutes":0.4}"#,
        );
        assert_eq!(
            complete(said.unwrap(), "abc"),
            r#"{"harness":"t4","commit":"abc","seed_from":1,"seed_to":2,"runs":2,"violations":0,"faults":{"kill":3},"devices_median":8,"steps_median":300,"conflict_share":0.05,"minutes":0.4}"#
        );
        assert!(soak("seed 7").is_none());
    }
}
