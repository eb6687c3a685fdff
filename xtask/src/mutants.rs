//! `cargo xtask mutants`: cargo-mutants breaks the rules about money, one small change at a time, and the tests of core have
//! to see each. What came of every file is kept as a line of `docs/soak/mutants.jsonl`, with the changes that nothing saw, so
//! that files can be tried one by one; the share is the figure `mutants_caught_pct`. Never skips a change: one that does not
//! compile is none, and one whose tests run without end counts as not seen.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{About, Error, Result};
use crate::figures::Measured;
use crate::places::Places;
use crate::shell::Run;
use crate::{bench, soak, tools};

/// What is broken: authority, quotes, and the values that they compute with.
const AREA: [&str; 6] = [
    "core/src/authority/**/*.rs",
    "core/src/quotes/**/*.rs",
    "core/src/values/capitals.rs",
    "core/src/values/money.rs",
    "core/src/values/percent.rs",
    "core/src/values/rounding.rs",
];
/// The tests nearby: what they see needs no others.
const NEARBY: [&str; 3] = ["authority::", "quotes::", "values::"];
/// The figure.
pub const FIGURE: &str = "mutants_caught_pct";

/// What is asked for.
#[derive(Args)]
pub struct Options {
    /// Files to break, or patterns of them; none: all of the area
    files: Vec<String>,
}

/// What came of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Tried {
    file: String,
    commit: String,
    caught: u32,
    missed: Vec<String>,
    timeouts: Vec<String>,
    unviable: u32,
}

impl Tried {
    /// Says whether every change was seen.
    fn is_seen(&self) -> bool {
        self.missed.is_empty() && self.timeouts.is_empty()
    }
}

/// Breaks the files. Says whether every change was seen.
pub fn run(places: &Places, options: &Options) -> Result<bool> {
    let files: Vec<&str> = match options.files.is_empty() {
        true => AREA.to_vec(),
        false => options.files.iter().map(String::as_str).collect(),
    };
    let commit = soak::commit(places)?;
    let output = places.root.join("target");
    tools::remove(&output.join("mutants.out"))?;
    // first the tests nearby, then all of core's for what those did not see
    let nearby = tried(places, &files, &[], &NEARBY)?;
    let mut found = by_file(&nearby, &commit)?;
    let mut left = match found.values().all(Tried::is_seen) {
        true => BTreeMap::new(),
        false => by_file(&tried(places, &files, &["--iterate"], &[])?, &commit)?,
    };
    for it in found.values_mut() {
        let whole = left.remove(&it.file);
        it.caught += whole.as_ref().map_or(0, |whole| whole.caught);
        (it.missed, it.timeouts) = whole.map(|whole| (whole.missed, whole.timeouts)).unwrap_or_default();
    }
    let all = keep(&places.root.join("docs/soak/mutants.jsonl"), found.into_values().collect())?;
    let seen = share(&all);
    println!("{FIGURE} {:.2} of {} changes in {} files", seen.value, seen.n, all.len());
    bench::keep(places, &[seen], |_| "cargo xtask mutants".to_owned())?;
    Ok(all.iter().all(Tried::is_seen))
}

/// Has these files broken and the tests of this name run. Returns what the tool wrote.
fn tried(places: &Places, files: &[&str], options: &[&str], tests: &[&str]) -> Result<Value> {
    let folder = tools::cargo_mutants().folder(places)?;
    let output = places.root.join("target");
    let run = Run::new(folder.join("cargo-mutants"))
        .in_folder(&places.root)
        .args(["mutants", "--package", "leeway-core", "--no-shuffle", "--timeout-multiplier", "5"])
        .args(files.iter().flat_map(|file| ["--file", file]))
        .args(options)
        .arg("--output")
        .arg(&output)
        .args(["--", "--lib", "--"])
        .args(tests)
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    // 2: something was missed, 3: something ran without end
    let status = run.watch(|_| ())?;
    if !matches!(status.code(), Some(0 | 2 | 3)) {
        return Err(Error::Failed { line: "cargo mutants".to_owned(), status });
    }
    let path = output.join("mutants.out/outcomes.json");
    let text = fs::read(&path).about(&path)?;
    serde_json::from_slice(&text).map_err(|error| Error::shape(path.display(), error))
}

/// Sorts what the tool wrote by file.
fn by_file(outcomes: &Value, commit: &str) -> Result<BTreeMap<String, Tried>> {
    let wrong = |what: &str| Error::shape("outcomes.json", what.to_owned());
    let mut found: BTreeMap<String, Tried> = BTreeMap::new();
    for outcome in outcomes["outcomes"].as_array().ok_or_else(|| wrong("no outcomes"))? {
        let Some(mutant) = outcome["scenario"].get("Mutant") else { continue };
        let text = |of: &Value| of.as_str().map(str::to_owned);
        let file = text(&mutant["file"]).ok_or_else(|| wrong("a change without its file"))?;
        let name = text(&mutant["name"]).ok_or_else(|| wrong("a change without its name"))?;
        let it = found.entry(file.clone()).or_insert_with(|| Tried {
            file,
            commit: commit.to_owned(),
            caught: 0,
            missed: Vec::new(),
            timeouts: Vec::new(),
            unviable: 0,
        });
        match outcome["summary"].as_str().unwrap_or_default() {
            "CaughtMutant" => it.caught += 1,
            "MissedMutant" => it.missed.push(name),
            "Timeout" => it.timeouts.push(name),
            "Unviable" => it.unviable += 1,
            other => return Err(wrong(&format!("{name} ended as {other:?}"))),
        }
    }
    Ok(found)
}

/// Puts these lines in the place of older ones about the same files.
fn keep(path: &Path, fresh: Vec<Tried>) -> Result<Vec<Tried>> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        text => text.about(path)?,
    };
    let shape = |error| Error::shape(path.display(), error);
    let mut all: BTreeMap<String, Tried> = BTreeMap::new();
    for line in text.lines() {
        let it: Tried = serde_json::from_str(line).map_err(shape)?;
        all.insert(it.file.clone(), it);
    }
    all.extend(fresh.into_iter().map(|it| (it.file.clone(), it)));
    let lines: serde_json::Result<Vec<String>> = all.values().map(serde_json::to_string).collect();
    fs::write(path, lines.map_err(shape)?.join("\n") + "\n").about(path)?;
    Ok(all.into_values().collect())
}

/// Returns how many of all changes were seen, in per cent.
fn share(all: &[Tried]) -> Measured {
    let caught: u32 = all.iter().map(|it| it.caught).sum();
    let not = all.iter().map(|it| it.missed.len() + it.timeouts.len()).sum::<usize>();
    let n = caught + u32::try_from(not).unwrap_or(u32::MAX);
    let of = |caught: u32, n: u32| 100.0 * f64::from(caught) / f64::from(n.max(1));
    let each = all.iter().map(|it| {
        of(it.caught, it.caught + u32::try_from(it.missed.len() + it.timeouts.len()).unwrap_or(u32::MAX))
    });
    let (min, max) = each.fold((100.0, 0.0), |(min, max): (f64, f64), it| (min.min(it), max.max(it)));
    Measured { name: FIGURE.to_owned(), value: of(caught, n), unit: "%".to_owned(), n, min, max }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn outcome(file: &str, name: &str, summary: &str) -> Value {
        json!({ "scenario": { "Mutant": { "file": file, "name": name } }, "summary": summary })
    }

    #[test]
    fn what_was_not_seen_is_named_and_counted() {
        let outcomes = json!({ "outcomes": [
            { "scenario": "Baseline", "summary": "Success" },
            outcome("a.rs", "a.rs:1: replace + with -", "CaughtMutant"),
            outcome("a.rs", "a.rs:2: replace < with <=", "MissedMutant"),
            outcome("a.rs", "a.rs:3: replace x with loop", "Timeout"),
            outcome("a.rs", "a.rs:4: replace x with Default", "Unviable"),
            outcome("b.rs", "b.rs:1: replace ! with", "CaughtMutant"),
        ] });
        let found = by_file(&outcomes, "abc").unwrap();
        let a = &found["a.rs"];
        assert_eq!((a.caught, a.unviable, found.len()), (1, 1, 2));
        assert_eq!(a.missed, ["a.rs:2: replace < with <="]);
        assert_eq!(a.timeouts, ["a.rs:3: replace x with loop"]);
        let seen = share(&found.values().cloned().collect::<Vec<_>>());
        assert_eq!((seen.value, seen.n, seen.max), (50.0, 4, 100.0));
        let unknown = json!({ "outcomes": [outcome("a.rs", "x", "Failure")] });
        assert!(by_file(&unknown, "abc").is_err());
    }

    #[test]
    fn a_file_has_one_line_the_newest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mutants.jsonl");
        let of = |file: &str, caught| Tried {
            file: file.into(),
            commit: "abc".into(),
            caught,
            missed: Vec::new(),
            timeouts: Vec::new(),
            unviable: 0,
        };
        keep(&path, vec![of("b.rs", 1), of("a.rs", 2)]).unwrap();
        let all = keep(&path, vec![of("b.rs", 3)]).unwrap();
        assert_eq!(all, [of("a.rs", 2), of("b.rs", 3)]);
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 2);
    }
}
