//! `cargo xtask test`: every check of the project, part by part. A part that fails does not hide the others; the last
//! line counts what passed. `quick` leaves out what needs a release build or the network.
//! Never decides what is right: each part asks the tool or the test that does.

mod checks;
mod suites;

pub use suites::{environment, has_test};

use crate::clock::Watch;
use crate::error::{Error, Result};
use crate::places::Places;
use crate::report::{Counts, Outcome, Verdict, span, table};
use crate::shell::Run;

/// When a part runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// In every run.
    Always,
    /// Not in a quick run.
    Full,
    /// Only when it is asked for: other parts cover it.
    Named,
}

/// One part of the test run.
struct Part {
    name: &'static str,
    about: &'static str,
    when: When,
    run: fn(&mut Session) -> Result<Verdict>,
}

const PARTS: [Part; 17] = [
    part("fmt", "the format of the code", When::Always, checks::fmt),
    part("clippy", "lints, native and Wasm", When::Always, checks::clippy),
    part("doc", "the documentation builds without a warning", When::Always, checks::doc),
    part("deny", "licences and origins of dependencies", When::Always, checks::deny),
    part("advisories", "known faults of dependencies", When::Full, checks::advisories),
    part(
        "unit",
        "unit tests of all packages, and the server's over HTTP; on SQLite and PostgreSQL",
        When::Always,
        suites::unit,
    ),
    part("core", "the domain's tests alone", When::Named, |it| suites::package(it, "leeway-core")),
    part("app", "the app's native tests alone", When::Named, |it| suites::package(it, "leeway-app")),
    part("server", "the server's tests alone", When::Named, suites::server),
    part("xtask", "xtask's own tests alone", When::Named, |it| suites::package(it, "xtask")),
    part("tidy", "limits of size, directions between folders", When::Always, suites::tidy),
    part("papers", "grant and receipt, read by another implementation", When::Full, checks::papers),
    part("code", "the code on a paper, read by another program", When::Full, checks::code),
    part("wasm", "the app's store and sync in headless Chromium", When::Always, suites::wasm),
    part("build", "the app for release, and the server", When::Full, suites::build),
    part("stories", "browser stories against the real server", When::Full, suites::stories),
    part("harness", "fault harnesses, a few runs of each", When::Full, suites::harness),
];

const fn part(
    name: &'static str,
    about: &'static str,
    when: When,
    run: fn(&mut Session) -> Result<Verdict>,
) -> Part {
    Part { name, about, when, run }
}

/// What the parts share.
struct Session<'a> {
    places: &'a Places,
    /// What was typed after `--`: given on to test programs, to run only some tests.
    rest: &'a [String],
    counts: Counts,
}

impl Session<'_> {
    /// Prepares cargo in the checkout.
    fn cargo(&self) -> Run {
        Run::cargo().in_folder(&self.places.root).env("CARGO_TERM_COLOR", crate::shell::colours())
    }

    /// Runs a test program and counts its tests, as `hear` understands them.
    fn count(&mut self, run: Run, hear: fn(&mut Counts, &str)) -> Result<Verdict> {
        let line = run.line();
        let counts = &mut self.counts;
        let status = run.watch(|line| hear(counts, line))?;
        Ok(if status.success() { Verdict::Passed } else { Verdict::Failed(format!("`{line}` failed")) })
    }
}

/// Runs everything, `quick`, or the parts that are named. Says whether all is well; the sum is the last line printed.
pub fn run(places: &Places, what: &[String], rest: &[String]) -> Result<bool> {
    let mut outcomes = Vec::new();
    for part in chosen(what)? {
        println!("\n== {}: {}", part.name, part.about);
        let watch = Watch::start();
        let mut session = Session { places, rest, counts: Counts::default() };
        let verdict = (part.run)(&mut session).unwrap_or_else(|error| Verdict::Failed(error.to_string()));
        let outcome = Outcome { part: part.name, verdict, counts: session.counts, took: watch.elapsed() };
        match &outcome.verdict {
            Verdict::Failed(why) => println!("== {}: FAILED after {}: {why}", part.name, span(outcome.took)),
            Verdict::Skipped(why) => println!("== {}: skipped: {why}", part.name),
            Verdict::Passed => println!("== {}: ok, {}", part.name, span(outcome.took)),
        }
        outcomes.push(outcome);
    }
    println!("\n{}", table(&outcomes));
    Ok(!outcomes.iter().any(|outcome| matches!(outcome.verdict, Verdict::Failed(_))))
}

/// Returns the parts for a request, in the order of the table above.
fn chosen(what: &[String]) -> Result<Vec<&'static Part>> {
    const ALL: &[Part] = &PARTS;
    for name in what.iter().filter(|name| *name != "quick") {
        if !ALL.iter().any(|part| part.name == name) {
            let known = ALL.iter().map(|part| part.name).collect::<Vec<_>>().join(", ");
            return Err(Error::Unknown {
                what: "part",
                name: name.clone(),
                known: format!("quick, {known}"),
            });
        }
    }
    let quick = what.iter().any(|name| name == "quick");
    let wanted = |part: &&Part| match part.when {
        When::Always if quick || what.is_empty() => true,
        When::Full if what.is_empty() => true,
        _ => what.iter().any(|name| name == part.name),
    };
    Ok(ALL.iter().filter(wanted).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(what: &[&str], expected: &[&str]) {
        let what: Vec<_> = what.iter().map(|name| (*name).to_owned()).collect();
        let names: Vec<_> = chosen(&what).unwrap().iter().map(|part| part.name).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn a_request_chooses_its_parts() {
        let quick = ["fmt", "clippy", "doc", "deny", "unit", "tidy", "wasm"];
        let (unit, wasm) = quick[4..].split_at(2);
        let full =
            [&quick[..4], &["advisories"], unit, &["papers", "code"], wasm, &["build", "stories", "harness"]];
        let full = full.concat();
        check(&[], &full);
        check(&["quick"], &quick);
        check(&["tidy", "core"], &["core", "tidy"]);
        check(&["quick", "build"], &[&quick[..], &["build"]].concat());
    }

    #[test]
    fn an_unknown_part_is_answered_with_the_known_ones() {
        let error = chosen(&["storys".to_owned()]).err().unwrap().to_string();
        assert!(
            error.starts_with("there is no part called storys; there are: quick, fmt, clippy"),
            "{error}"
        );
    }
}
