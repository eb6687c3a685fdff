//! The tools that live in npm: `wasm-opt`, axe-core and Lighthouse, pinned by `xtask/node/package-lock.json`.
//! Never puts a `node_modules` folder into the checkout, and never runs install scripts.

use std::fs;
use std::path::{Path, PathBuf};

use super::{lock, remove};
use crate::error::{About, Error, Result};
use crate::hash::hex_of;
use crate::places::Places;
use crate::shell::Run;

/// The oldest Node that the tools run on.
const OLDEST_NODE: u32 = 20;

/// Returns the folder of the packages, after installing them if they are not there.
pub fn modules(places: &Places) -> Result<PathBuf> {
    let wanted = places.root.join("xtask/node");
    let lock_file = wanted.join("package-lock.json");
    let key = hex_of(&fs::read(&lock_file).about(&lock_file)?);
    let home = places.cache.join(format!("node-{}", &key[..12]));
    let modules = home.join("node_modules");
    node_is_new_enough()?;
    if !answers(&modules) {
        let _lock = lock(places)?;
        if !answers(&modules) {
            install(&wanted, &home)?;
        }
        if !answers(&modules) {
            return Err(Error::shape(modules.display(), "holds no working wasm-opt"));
        }
    }
    Ok(modules)
}

fn answers(modules: &Path) -> bool {
    let wasm_opt = Run::new(modules.join(".bin/wasm-opt")).arg("--version").output();
    let complete =
        ["axe-core/axe.min.js", "lighthouse/cli/index.js"].iter().all(|file| modules.join(file).is_file());
    complete && wasm_opt.is_ok_and(|(_, status)| status.success())
}

fn install(wanted: &Path, home: &Path) -> Result<()> {
    println!("Installing wasm-opt, axe-core and Lighthouse by npm: they shrink the app and judge its pages.");
    println!("  Once per machine; kept in {}.", home.display());
    let fresh = home.with_extension("partial");
    remove(&fresh)?;
    remove(home)?;
    fs::create_dir_all(&fresh).about(&fresh)?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(wanted.join(file), fresh.join(file)).about(&wanted.join(file))?;
    }
    Run::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).in_folder(&fresh).check()?;
    fs::rename(&fresh, home).about(home)
}

fn node_is_new_enough() -> Result<()> {
    let said = Run::new("node").arg("--version").output().map(|(said, _)| said).unwrap_or_default();
    match major(&said) {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        found => Err(Error::Missing {
            what: format!("Node {OLDEST_NODE} or newer with npm"),
            remedy: match found {
                Some(major) => format!("Node {major} is on PATH; install a newer one"),
                None => "install it from nodejs.org or your system's packages".to_owned(),
            },
        }),
    }
}

/// Returns the first number of "v20.20.2".
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node() {
        assert_eq!((major("v20.20.2\n"), major("not found"), major("")), (Some(20), None, None));
    }
}
