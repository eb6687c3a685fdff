//! Former builds of Leeway, for the harness in which builds of different days meet: the server, the fault harnesses with
//! their phones, and the frozen commands, as they were when they landed. Built once per user, kept by commit in the cache.
//! Never touches the checkout.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::error::{About, Error, Result};
use crate::places::Places;
use crate::shell::Run;
use crate::tools;

/// The last three that landed, oldest first. Whoever lands the next one moves them up.
const LANDED: [&str; 3] = [
    "6c331929883249701e103e3e762cd93336048585",
    "efcb58d02f15607352c0a1d7de702c94d76345dc",
    "a24079640b6ef1b48d8ccc84667bfdfe2892dd89",
];

/// What is kept of a build, by the names that the harness knows.
const PROGRAMS: [&str; 2] = ["leeway-server", "harness"];
/// Where they are built, below the others: not in the checkout's own target, for cargo tells two checkouts apart by the
/// times of their files only.
const TARGET: &str = "target";
/// The folder of its frozen commands.
const FROZEN: &str = "core/golden/frozen";

/// Returns the folders of the former builds, oldest first, after building those that are not there.
pub fn folders(places: &Places) -> Result<Vec<PathBuf>> {
    let home = places.cache.join("builds");
    let folders = LANDED.map(|commit| home.join(commit));
    if folders.iter().any(|kept| !kept.is_dir()) {
        let _lock = tools::lock(places)?;
        let target = home.join(TARGET);
        for (commit, kept) in LANDED.iter().zip(&folders) {
            // another run may have built it meanwhile
            if !kept.is_dir() {
                println!(
                    "Building Leeway as it was at {}: today's phones and servers meet those.",
                    &commit[..7]
                );
                println!("  Once per user, some minutes; kept in {}.", kept.display());
                let fresh = home.join(format!("{commit}.partial"));
                tools::remove(&fresh)?;
                make(places, commit, &fresh, &target)?;
                fs::rename(&fresh, kept).about(kept)?;
            }
        }
        tools::remove(&target)?;
    }
    Ok(folders.into())
}

fn make(places: &Places, commit: &str, fresh: &Path, target: &Path) -> Result<()> {
    let source = fresh.join("source");
    fs::create_dir_all(&source).about(&source)?;
    let archive = fresh.join("source.tar");
    let git = Run::new("git").args(["archive", "--format=tar", "--output"]).arg(&archive).arg(commit);
    git.in_folder(&places.root).check()?;
    // files of now, or cargo would take the build of another commit for that of this one
    Run::new("tar").arg("-xmf").arg(&archive).arg("-C").arg(&source).check()?;
    for (what, program) in [
        (&["build", "--package", "leeway-server"][..], PROGRAMS[0]),
        (&["test", "--package", "leeway-e2e", "--test", "harness", "--no-run"][..], PROGRAMS[1]),
    ] {
        let run = Run::cargo().in_folder(&source).args(what).args(["--message-format", "json"]);
        let said = run.env("CARGO_TARGET_DIR", target).env("CARGO_PROFILE_DEV_DEBUG", "0").text()?;
        let made =
            executable(&said, program).ok_or_else(|| Error::shape(program, "cargo did not name it"))?;
        let to = fresh.join(program);
        fs::copy(&made, &to).about(&to)?;
    }
    let frozen = fresh.join("frozen");
    fs::rename(source.join(FROZEN), &frozen).about(&frozen)?;
    fs::remove_file(&archive).about(&archive)?;
    tools::remove(&source)
}

/// Finds in cargo's messages where it put a program.
fn executable(said: &str, name: &str) -> Option<PathBuf> {
    let made = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let of_name = made.filter(|it| it["target"]["name"] == name);
    of_name.filter_map(|it| it["executable"].as_str().map(PathBuf::from)).next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_says_where_a_program_is() {
        let said = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"leeway_core"},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"harness"},"executable":"/t/debug/deps/harness-1"}"#,
            "\nnot json\n",
        );
        assert_eq!(executable(said, "harness"), Some(PathBuf::from("/t/debug/deps/harness-1")));
        assert_eq!(executable(said, "leeway_core"), None);
    }
}
