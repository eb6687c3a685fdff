//! The parts that run tests: natively, in a browser as Wasm, and as stories against the built server.
//! Never start a server or a browser by themselves: the tests do, and stop it again.
//!
//! What the tests of `leeway-e2e` may rely on in their environment:
//!
//! | variable | is |
//! | --- | --- |
//! | `LEEWAY_SERVER` | the built server program |
//! | `LEEWAY_DIST` | the built app, for `--app` |
//! | `LEEWAY_NODE_MODULES` | the folder with `axe-core` and `lighthouse` |
//! | `LEEWAY_XTASK` | this program, for `stamp --dist DIR --build ID` |
//! | `CHROMIUM`, `CHROMEDRIVER`, `CHROME_PATH` | Chromium (twice: Lighthouse wants its own name) and its driver |
//! | `FIREFOX`, `GECKODRIVER` | Firefox and its driver |
//! | `MINIBROWSER`, `WEBKITDRIVER`, `XVFB` | WebKitGTK's browser, its driver and the display that it needs |

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Session;
use crate::error::{About, Error, Result};
use crate::places::Places;
use crate::postgres::{Cluster, Purpose};
use crate::report::{Counts, Verdict};
use crate::shell::{Run, path_with};
use crate::soak::SHIPPED;
use crate::{browsers, dist, soak, tools};

/// How many stories run at once: each waits for its browser more than it computes.
const STORIES_AT_ONCE: &str = "--test-threads=2";

/// Runs the native tests of all packages but the black-box ones.
pub(super) fn unit(session: &mut Session) -> Result<Verdict> {
    with_database(session, &SHIPPED)
}

/// Runs the native tests of the server.
pub(super) fn server(session: &mut Session) -> Result<Verdict> {
    with_database(session, &["--package", "leeway-server"])
}

/// Runs the native tests of one package.
pub(super) fn package(session: &mut Session, package: &str) -> Result<Verdict> {
    nextest(session, &["--package", package], &[])
}

/// Runs the checks of the tree itself, and the tests of what loads the server.
pub(super) fn tidy(session: &mut Session) -> Result<Verdict> {
    // the load is run by hand only; here it is compiled, and its parts are tried
    black_box(session, "tidy", |run| Ok(run.args(["--bin", "load", "--"])))
}

/// Runs the app's Wasm tests in headless Chromium.
pub(super) fn wasm(session: &mut Session) -> Result<Verdict> {
    if !has_test(session.places, "leeway-app", "browser")? {
        return Ok(absent("leeway-app", "browser"));
    }
    tools::wasm_target(session.places)?;
    let runner =
        tools::wasm_bindgen(session.places)?.folder(session.places)?.join("wasm-bindgen-test-runner");
    let browser = browsers::chromium()?;
    let run = session
        .cargo()
        .args([
            "test",
            "--package",
            "leeway-app",
            "--target",
            "wasm32-unknown-unknown",
            "--test",
            "browser",
            "--",
        ])
        .args(session.rest)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities(session.places, &browser)?)
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300")
        .envs(browser);
    session.count(run, Counts::hear_libtest)
}

/// Builds what the stories run against.
pub(super) fn build(session: &mut Session) -> Result<Verdict> {
    dist::build(session.places)?;
    session.cargo().args(soak::server()).check()?;
    Ok(Verdict::Passed)
}

/// Runs the stories.
pub(super) fn stories(session: &mut Session) -> Result<Verdict> {
    if !has_test(session.places, "leeway-e2e", "e2e")? {
        return Ok(absent("leeway-e2e", "e2e"));
    }
    // quick when the part before has done it, needed when the stories are asked for alone
    build(session)?;
    let environment = environment(session.places, false)?;
    black_box(session, "e2e", |run| Ok(run.args(["--", STORIES_AT_ONCE]).envs(environment)))
}

/// Runs the fault harnesses, each for less than a minute. One that finds something does not hide the others.
pub(super) fn harness(session: &mut Session) -> Result<Verdict> {
    soak::build(session.places, &soak::HARNESSES, false)?;
    let mut failed = Vec::new();
    for harness in &soak::HARNESSES {
        let run = soak::in_ci(session.places, harness)?;
        if session.count(run, Counts::hear_soak)? != Verdict::Passed {
            failed.push(harness.name);
        }
    }
    Ok(match failed.is_empty() {
        true => Verdict::Passed,
        false => Verdict::Failed(format!("{} found something", failed.join(", "))),
    })
}

/// Returns what the tests of `leeway-e2e` are told, after installing browsers and tools.
pub fn environment(places: &Places, release: bool) -> Result<Vec<(&'static str, OsString)>> {
    let browsers = browsers::all()?;
    let chromium = browsers.iter().find(|(name, _)| *name == "CHROMIUM").map(|(_, path)| path.clone());
    let own = std::env::current_exe().about(Path::new("xtask"))?;
    let more = [
        ("LEEWAY_SERVER", places.server(release)),
        ("LEEWAY_DIST", places.dist()),
        ("LEEWAY_NODE_MODULES", tools::node_modules(places)?),
        ("LEEWAY_XTASK", own),
        ("GECKODRIVER", tools::geckodriver().folder(places)?.join("geckodriver")),
    ];
    let chrome_path = chromium.map(|path| ("CHROME_PATH", path));
    let all = browsers.into_iter().chain(more).chain(chrome_path);
    Ok(all.map(|(name, path)| (name, path.into_os_string())).collect())
}

/// Says whether a package has an integration test of that name.
pub fn has_test(places: &Places, package: &str, test: &str) -> Result<bool> {
    let run = Run::cargo().args(["metadata", "--no-deps", "--format-version", "1"]).in_folder(&places.root);
    let metadata: Value =
        serde_json::from_str(&run.text()?).map_err(|error| Error::shape("cargo metadata", error))?;
    Ok(names_test(&metadata, package, test))
}

fn names_test(metadata: &Value, package: &str, test: &str) -> bool {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let package = list(&metadata["packages"]).into_iter().find(|it| it["name"] == package);
    let targets = package.map(|it| list(&it["targets"])).unwrap_or_default();
    targets.iter().any(|target| target["name"] == test && list(&target["kind"]).contains(&json!("test")))
}

fn absent(package: &str, test: &str) -> Verdict {
    Verdict::Skipped(format!("{package} has no test called {test}"))
}

/// Runs tests that need PostgreSQL among others, and then once more those over HTTP, with the server on it.
fn with_database(session: &mut Session, packages: &[&str]) -> Result<Verdict> {
    let cluster = Cluster::start(Purpose::Tests)?;
    let mut variables = cluster.variables().to_vec();
    // plain `cargo test` ignores, and says so, what needs the cluster
    let all = nextest(session, &[packages, &["--run-ignored", "all"]].concat(), &variables)?;
    variables.push(("LEEWAY_HTTP_ON", "postgres".to_owned()));
    let http =
        nextest(session, &[&SHIPPED[..], &["--test", "http", "--run-ignored", "all"]].concat(), &variables)?;
    Ok(if all == Verdict::Passed { http } else { all })
}

fn nextest(session: &mut Session, what: &[&str], variables: &[(&str, String)]) -> Result<Verdict> {
    let folder = tools::nextest_folder(session.places)?;
    let run = session
        .cargo()
        .args(["nextest", "run", "--no-fail-fast", "--no-tests=pass"])
        .args(what)
        .args(session.rest)
        .envs(variables.iter().cloned())
        .env("PATH", path_with(&folder.into_iter().collect::<Vec<_>>()));
    session.count(run, Counts::hear_nextest)
}

/// Runs a test of `leeway-e2e`.
fn black_box(session: &mut Session, test: &str, with: impl FnOnce(Run) -> Result<Run>) -> Result<Verdict> {
    if !has_test(session.places, "leeway-e2e", test)? {
        return Ok(absent("leeway-e2e", test));
    }
    let run = with(session.cargo().args(["test", "--package", "leeway-e2e", "--test", test]))?;
    session.count(run.args(session.rest), Counts::hear_libtest)
}

/// Writes what the Wasm test runner asks of its browser, and returns the file.
fn capabilities(places: &Places, browser: &[(&str, PathBuf)]) -> Result<PathBuf> {
    let binary =
        browser.iter().find(|(name, _)| *name == "CHROMIUM").map(|(_, path)| path.display().to_string());
    let wishes = json!({ "goog:chromeOptions": { "binary": binary, "args": [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ] } });
    let file = places.target.join("webdriver.json");
    fs::write(&file, wishes.to_string()).about(&file)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_target_is_found_by_package_name_and_kind() {
        let metadata = json!({ "packages": [
            { "name": "leeway-app", "targets": [{ "name": "leeway_app", "kind": ["lib"] }] },
            { "name": "leeway-e2e", "targets": [
                { "name": "tidy", "kind": ["test"] },
                { "name": "e2e", "kind": ["lib"] },
            ] },
        ] });
        assert!(names_test(&metadata, "leeway-e2e", "tidy"));
        assert!(!names_test(&metadata, "leeway-e2e", "e2e"));
        assert!(!names_test(&metadata, "leeway-app", "browser"));
        assert!(!names_test(&metadata, "gone", "tidy"));
    }
}
