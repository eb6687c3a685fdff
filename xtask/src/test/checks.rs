//! The parts that read code instead of running it. Never change a file.

use std::fs;

use super::Session;
use crate::error::{About, Result};
use crate::packages;
use crate::report::Verdict;
use crate::shell::{Run, on_path};
use crate::tools;

/// Asks rustfmt whether it would change anything.
pub(super) fn fmt(session: &mut Session) -> Result<Verdict> {
    session.cargo().args(["fmt", "--all", "--check"]).check()?;
    Ok(Verdict::Passed)
}

/// Asks clippy, for the machine and for the phone.
pub(super) fn clippy(session: &mut Session) -> Result<Verdict> {
    const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];
    const STRICT: [&str; 3] = ["--", "-D", "warnings"];
    session.cargo().args(["clippy", "--workspace", "--all-targets"]).args(STRICT).check()?;
    session
        .cargo()
        .args(["clippy", "--package", "leeway-server", "--features", "plant"])
        .args(STRICT)
        .check()?;
    tools::wasm_target(session.places)?;
    let wasm = |what: &[&str]| session.cargo().arg("clippy").args(what).args(WASM).args(STRICT).check();
    // the domain's tests compare with oracles that are no part of the phone
    wasm(&["--package", "leeway-core", "--package", "leeway-verify"])?;
    wasm(&["--package", "leeway-app", "--all-targets"])?;
    wasm(&["--package", "leeway-app", "--features", "bench"])?;
    Ok(Verdict::Passed)
}

/// Builds the documentation, of private items too: it is read by those who work here, so links to them are fine.
pub(super) fn doc(session: &mut Session) -> Result<Verdict> {
    let run = session.cargo().args(["doc", "--workspace", "--no-deps", "--document-private-items"]);
    run.env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links").check()?;
    Ok(Verdict::Passed)
}

/// Asks cargo-deny by the rules of `deny.toml`.
pub(super) fn deny(session: &mut Session) -> Result<Verdict> {
    cargo_deny(session)?.args(["check", "bans", "licenses", "sources"]).check()?;
    Ok(Verdict::Passed)
}

/// Asks the public database of faults, which may be out of reach: then the part is skipped, and counted so.
pub(super) fn advisories(session: &mut Session) -> Result<Verdict> {
    let mut out_of_reach = false;
    let run = cargo_deny(session)?.args(["check", "advisories"]).env("GIT_TERMINAL_PROMPT", "0");
    let status = run.watch(|line| out_of_reach |= is_out_of_reach(line))?;
    Ok(match (status.success(), out_of_reach) {
        (true, _) => Verdict::Passed,
        (false, true) => Verdict::Skipped("the advisory database is out of reach".to_owned()),
        (false, false) => Verdict::Failed("a dependency has a known fault".to_owned()),
    })
}

/// Has the frozen code of a paper read by zbar, as a phone would.
pub(super) fn code(session: &mut Session) -> Result<Verdict> {
    if on_path(&["zbarimg"]).is_none() {
        if !packages::can_install() {
            return Ok(Verdict::Skipped("there is no zbarimg: install zbar-tools".to_owned()));
        }
        packages::install(&["zbar-tools"])?;
    }
    let golden = session.places.root.join("core/golden");
    let read = |name: &str| {
        let path = golden.join(name);
        fs::read_to_string(&path).about(&path)
    };
    let (picture, expected) = (enlarged(&read("code.pbm")?), read("code.txt")?);
    let file = session.places.target.join("code.pbm");
    fs::write(&file, picture).about(&file)?;
    let found = Run::new("zbarimg").args(["--quiet", "--raw"]).arg(&file).text()?;
    Ok(match found.trim() == expected.trim() {
        true => Verdict::Passed,
        false => Verdict::Failed(format!("zbar reads {found}")),
    })
}

/// Draws a plain bitmap four times as large: no camera sees a module as one pixel.
fn enlarged(picture: &str) -> String {
    const TIMES: usize = 4;
    let rows = picture.lines().skip(2).map(|row| {
        let row: String = row.chars().flat_map(|module| [module; TIMES]).collect();
        vec![row; TIMES].join("\n")
    });
    let rows: Vec<String> = rows.collect();
    let side = rows.len() * TIMES;
    format!("P1\n{side} {side}\n{}\n", rows.join("\n"))
}

/// Has the frozen grant and receipt read by Python's COSE, in an environment of its own. Where that can't be had, the part
/// is skipped, and counted so.
pub(super) fn papers(session: &mut Session) -> Result<Verdict> {
    // the library expects lists where later versions of its decoder give tuples
    const LIBRARIES: [&str; 2] = ["pycose==1.1.0", "cbor2==5.6.5"];
    let Some(python) = on_path(&["python3"]) else {
        return Ok(Verdict::Skipped("there is no python3".to_owned()));
    };
    let own = session.places.target.join("papers");
    let program = own.join("bin/python");
    let install = |run: Run| run.output().is_ok_and(|(_, status)| status.success());
    let is_there = program.exists() || install(Run::new(&python).args(["-m", "venv"]).arg(&own));
    let pip = Run::new(&program).args(["-m", "pip", "install", "--quiet"]).args(LIBRARIES);
    if !is_there || !install(pip) {
        return Ok(Verdict::Skipped("pycose can't be installed".to_owned()));
    }
    let read = Run::new(&program).args(["tests/papers.py", "core/golden/proof.txt"]);
    session.count(read.in_folder(&session.places.root), |_, _| {})
}

fn cargo_deny(session: &Session) -> Result<Run> {
    let program = tools::cargo_deny().folder(session.places)?.join("cargo-deny");
    Ok(Run::new(program).in_folder(&session.places.root))
}

/// Says whether cargo-deny tells that it could not fetch its database.
fn is_out_of_reach(line: &str) -> bool {
    line.contains("failed to fetch advisory database") || line.contains("failed to load advisory database")
}
