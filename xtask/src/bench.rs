//! `cargo xtask bench [NAME...]`: measures figures, prints them and keeps them in `target/bench.json`.
//!
//! The sizes are counted here, from the built app. The browser figures come from the test `bench` of `leeway-e2e`:
//! it is called with the names of the tests to run (see [`FIGURES`]), one at a time on one thread, in the
//! environment that the stories have, with a server built for release; and it prints for each figure one line
//! `FIGURE {"name":…,"value":…,"unit":…,"n":…,"min":…,"max":…}`. Where a figure starts and ends is written at that test.
//! Never says whether a figure is good enough: the budgets stand in the documentation and in the tests.

use std::path::Path;

use crate::dist::first_load::{self, Part};
use crate::dist::papers;
use crate::error::{About, Error, Result};
use crate::figures::{self, Figure, Measured};
use crate::places::Places;
use crate::shell::Run;
use crate::test::{environment, has_test};
use crate::{clock, dist};

/// Where a figure comes from.
enum Source {
    /// Counted from the files of the built app.
    Files(fn(&Path) -> Result<Vec<Part>>),
    /// Measured by the test of this name.
    Test(&'static str),
    /// Measured by the program of this folder below `tests/bench`, made into Wasm and run by Node.
    Wasm(&'static str),
}

/// Every figure there is.
const FIGURES: [(&str, Source); 17] = [
    // everything that a first visit fetches until the network is idle, less the background precache
    ("first_load_br_kb", Source::Files(first_load::first_load)),
    // everything that the service worker keeps, the first load included
    ("precache_br_kb", Source::Files(first_load::precached)),
    // everything of the verification page, its worker included: at most 100
    ("verify_page_kb", Source::Files(papers::transferred)),
    // at most 500
    ("verify_verdict_ms", Source::Test("verify_verdict_ms")),
    ("cold_start_ms", Source::Test("cold_start_ms")),
    ("cold_start_4x_ms", Source::Test("cold_start_4x_ms")),
    ("command_p95_ms", Source::Test("command_p95_ms")),
    ("first_sync_10k_s", Source::Test("first_sync_10k_s")),
    ("push_1k_s", Source::Test("push_1k_s")),
    ("reconnect_to_synced_s", Source::Test("reconnect_to_synced_s")),
    // at most 40
    ("receipt_p95_ms", Source::Test("receipts")),
    ("approval_due_lag_max_s", Source::Test("approvals")),
    ("approval_due_spread_s", Source::Test("approvals")),
    ("quote_50_lines_ms", Source::Wasm("keypad")),
    ("lighthouse_perf", Source::Test("lighthouse")),
    ("lighthouse_accessibility", Source::Test("lighthouse")),
    ("lighthouse_best_practices", Source::Test("lighthouse")),
];

/// Measures the named figures, or all.
pub fn run(places: &Places, names: &[String]) -> Result<()> {
    let chosen = chosen(names)?;
    let by_itself = chosen.iter().all(|(_, source)| matches!(source, Source::Wasm(_)));
    let app = if by_itself { Default::default() } else { dist::build(places)? };
    let mut measured = Vec::new();
    let mut tests = Vec::new();
    for (name, source) in chosen {
        match source {
            Source::Files(count) => measured.push(size(name, &count(&app)?)),
            Source::Test(test) if !tests.contains(test) => tests.push(*test),
            Source::Test(_) => {}
            Source::Wasm(folder) => measured.push(in_wasm(places, folder)?),
        }
    }
    let failed = if tests.is_empty() { None } else { in_browsers(places, &tests, &mut measured)? };
    keep(places, &measured, |name| format!("cargo xtask bench {name}"))?;
    failed.map_or(Ok(()), Err)
}

fn chosen(names: &[String]) -> Result<Vec<&'static (&'static str, Source)>> {
    const ALL: &[(&str, Source)] = &FIGURES;
    if let Some(name) = names.iter().find(|name| !ALL.iter().any(|(known, _)| known == name)) {
        let known = ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        return Err(Error::Unknown { what: "figure", name: name.clone(), known });
    }
    Ok(ALL.iter().filter(|(name, _)| names.is_empty() || names.iter().any(|it| it == name)).collect())
}

/// Prints what is counted and returns the sum. KB are of 1,024 bytes.
fn size(name: &str, parts: &[Part]) -> Measured {
    println!("\n{name}, brotli:");
    for Part { url, bytes } in parts {
        println!("  {:>9.1} KB  {url}", kilobytes(*bytes));
    }
    let value = kilobytes(parts.iter().map(|part| part.bytes).sum());
    Measured { name: name.to_owned(), value, unit: "KB".to_owned(), n: 1, min: value, max: value }
}

/// Returns bytes as KB with one decimal.
#[expect(clippy::cast_precision_loss, reason = "an app of 2^53 bytes would have other problems")]
fn kilobytes(bytes: u64) -> f64 {
    (bytes as f64 / 102.4).round() / 10.0
}

/// Makes a program into Wasm like the app's and runs it in Node, whose engine is Chromium's.
fn in_wasm(places: &Places, folder: &str) -> Result<Measured> {
    let package = format!("leeway-{folder}");
    let wasm = places.target.join("wasm32-unknown-unknown/wasm-release").join(package.replace('-', "_"));
    let made = places.target.join("wasm-bindgen").join(folder);
    crate::tools::wasm_target(places)?;
    let build = ["build", "--profile", "wasm-release", "--target", "wasm32-unknown-unknown", "--package"];
    Run::cargo().in_folder(&places.root).args(build).arg(&package).check()?;
    let bindgen = crate::tools::wasm_bindgen(places)?.folder(places)?.join("wasm-bindgen");
    let wasm = wasm.with_extension("wasm");
    Run::new(bindgen).args(["--target", "nodejs", "--out-dir"]).arg(&made).arg(&wasm).check()?;
    let script = places.root.join("tests/bench").join(folder).join("run.mjs");
    let run = Run::new("node").arg(&script).arg(&made);
    let line = run.line();
    let mut found = None;
    let status = run.watch(|line| found = figure(line).or(found.take()))?;
    match found {
        Some(figure) if status.success() => figure,
        _ => Err(Error::Failed { line, status }),
    }
}

/// Runs the tests that measure, and takes down their figures. A failing test is returned after the others have run.
fn in_browsers(places: &Places, tests: &[&str], measured: &mut Vec<Measured>) -> Result<Option<Error>> {
    if !has_test(places, "leeway-e2e", "bench")? {
        println!("\nleeway-e2e has no test called bench: {} not measured.", tests.join(", "));
        return Ok(None);
    }
    let cargo = || Run::cargo().in_folder(&places.root);
    cargo().args(["build", "--release", "--package", "leeway-server"]).check()?;
    let run = cargo()
        .args(["test", "--package", "leeway-e2e", "--test", "bench", "--", "--nocapture", "--test-threads=1"])
        .args(tests)
        .envs(environment(places, true)?);
    let line = run.line();
    let mut wrong = None;
    let status = run.watch(|line| match figure(line) {
        Some(Ok(figure)) => measured.push(figure),
        Some(Err(error)) => wrong = Some(error),
        None => {}
    })?;
    Ok(wrong.or_else(|| (!status.success()).then_some(Error::Failed { line, status })))
}

/// Reads a line `FIGURE {…}`. With `--nocapture` it may follow a test's name on the same line.
fn figure(line: &str) -> Option<Result<Measured>> {
    let (_, json) = line.split_once("FIGURE {")?;
    Some(serde_json::from_str(&format!("{{{json}")).map_err(|error| Error::shape(line, error)))
}

/// Prints the figures.
pub fn tell(measured: &[Measured]) {
    println!();
    for Measured { name, value, unit, n, min, max } in measured {
        println!("{name:<26} {value:>9} {unit:<6} n {n}, {min} to {max}");
    }
}

/// Prints the figures and puts them into the list, each with what to type to measure it again.
pub fn keep(places: &Places, measured: &[Measured], command: impl Fn(&str) -> String) -> Result<()> {
    let file = places.target.join("bench.json");
    let mut list = figures::read(&file)?;
    let commit = commit(places)?;
    tell(measured);
    for measured in measured {
        let command = command(&measured.name);
        figures::upsert(
            &mut list,
            Figure { measured: measured.clone(), commit: commit.clone(), at: clock::now(), command },
        );
    }
    std::fs::create_dir_all(&places.target).about(&places.target)?;
    figures::write(&file, &list)?;
    println!("Kept in {}.", file.display());
    Ok(())
}

/// Names what is measured, and whether the checkout differs from it.
pub fn commit(places: &Places) -> Result<String> {
    let git = Run::new("git").args(["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]);
    git.in_folder(&places.root).text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_line_is_read_wherever_it_stands() {
        let json = r#"{"name":"push_1k_s","value":2.5,"unit":"s","n":3,"min":2.4,"max":2.9}"#;
        let read = figure(&format!("test push_1k_s ... FIGURE {json}")).unwrap().unwrap();
        assert_eq!((read.name.as_str(), read.value, read.n), ("push_1k_s", 2.5, 3));
        assert!(figure("running 3 tests").is_none());
        assert!(figure("FIGURE {\"name\":1}").unwrap().is_err());
    }

    #[test]
    fn sizes_are_summed_in_kilobytes_of_1024() {
        let part = |bytes| Part { url: "/x".into(), bytes };
        let sum = size("first_load_br_kb", &[part(200 * 1024), part(512)]);
        assert_eq!((sum.value, sum.n), (200.5, 1));
    }

    #[test]
    fn all_figures_or_the_named_ones() {
        assert_eq!(chosen(&[]).unwrap().len(), FIGURES.len());
        assert_eq!(chosen(&["push_1k_s".into()]).unwrap().len(), 1);
        assert!(chosen(&["push".into()]).is_err());
    }
}
