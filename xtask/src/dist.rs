//! The built app in `dist/`: when it has to be built, how, and what the build hook adds to Trunk's output.
//! Never builds what nothing has changed, and never lets Trunk fetch a tool.

pub mod files;
pub mod first_load;
pub mod papers;
pub mod precache;
mod split;
mod styles;
pub mod twins;

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{About, Error, Result};
use crate::hash::hex_of;
use crate::places::Places;
use crate::shell::{Run, path_with};
use crate::tools;

/// Everything that the built app is made of, and what makes it.
const INPUTS: [&str; 10] = [
    "app",
    "core",
    "public",
    "verify",
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    "rust-toolchain.toml",
    ".cargo/config.toml",
    "xtask/src/dist",
];

/// Builds the app for release if anything has changed since the last time, and returns its folder.
pub fn build(places: &Places) -> Result<PathBuf> {
    built(places, places.dist(), "dist-inputs", &[])
}

/// Builds the same app with the door for the bench against peers, into a folder of its own: nobody ships it.
pub fn build_bench(places: &Places) -> Result<PathBuf> {
    built(places, places.target.join("dist-bench"), "dist-bench-inputs", &["--features", "bench"])
}

fn built(places: &Places, dist: PathBuf, note: &str, options: &[&str]) -> Result<PathBuf> {
    let note = places.target.join(note);
    let inputs = inputs(&places.root)?;
    if holds(&note, &dist, &inputs) {
        println!("The app in {} is up to date.", dist.display());
        return Ok(dist);
    }
    println!("Building the app for release: some minutes.");
    tools::wasm_target(places)?;
    // Trunk's --offline forbids cargo the network too, so the crates have to be there before
    Run::cargo()
        .args(["fetch", "--quiet", "--target", "wasm32-unknown-unknown"])
        .in_folder(&places.root)
        .quiet()
        .check()?;
    trunk(places)?.args(["build", "--release", "--offline", "--dist"]).arg(&dist).args(options).check()?;
    let list = dist.join(precache::LIST);
    let built = fs::read(&list).about(&list)?;
    fs::create_dir_all(&places.target).about(&places.target)?;
    fs::write(&note, note_of(&inputs, &built)).about(&note)?;
    Ok(dist)
}

/// Prepares Trunk with exactly our tools in front of PATH.
pub fn trunk(places: &Places) -> Result<Run> {
    let trunk = tools::trunk().folder(places)?;
    let bindgen = tools::wasm_bindgen(places)?.folder(places)?;
    let node = tools::node_modules(places)?.join(".bin");
    let run = Run::new(trunk.join("trunk")).env("PATH", path_with(&[trunk, bindgen, node]));
    // Trunk reads this variable as a flag and refuses the usual "1"
    let plain = std::env::var_os("NO_COLOR").map(|_| ("NO_COLOR", "true"));
    Ok(run.envs(plain).in_folder(&places.root))
}

/// Adds to Trunk's output what makes it deployable. Called by the hook in `Trunk.toml`, before `dist/` is swapped;
/// a debug build stays as it is, so that the service worker passes everything through.
pub fn post_build(places: &Places) -> Result<()> {
    let variable =
        |name: &str| std::env::var(name).map_err(|_| Error::shape(name, "is not set; Trunk calls this"));
    if variable("TRUNK_PROFILE")? != "release" {
        return Ok(());
    }
    let staged = PathBuf::from(variable("TRUNK_STAGING_DIR")?);
    split::replace(places, &staged)?;
    styles::join(&staged)?;
    papers::write(places, &staged)?;
    let build = std::env::var("LEEWAY_BUILD_ID").ok();
    let precache = precache::write(&staged, build.as_deref())?;
    twins::write(&staged)?;
    println!("Build {}: {} files to keep offline.", precache.build, precache.files.len());
    Ok(())
}

/// Gives a built app another build id, as if it had been built again.
pub fn stamp(dist: &Path, build: &str) -> Result<()> {
    precache::write(dist, Some(build))?;
    twins::write(dist)
}

/// Says whether the note is about these inputs and about the app that lies there now.
fn holds(note: &Path, dist: &Path, inputs: &str) -> bool {
    let (note, list) = (fs::read_to_string(note), fs::read(dist.join(precache::LIST)));
    matches!((note, list), (Ok(note), Ok(list)) if note == note_of(inputs, &list))
}

fn note_of(inputs: &str, list: &[u8]) -> String {
    format!("{inputs} {}\n", hex_of(list))
}

/// Returns a digest over all inputs, and over the build id that was asked for.
fn inputs(root: &Path) -> Result<String> {
    let mut all = std::env::var("LEEWAY_BUILD_ID").unwrap_or_default();
    for input in INPUTS {
        let path = root.join(input);
        let files = if path.is_dir() { files::below(&path)? } else { vec![path] };
        for file in files {
            let bytes = fs::read(&file).about(&file)?;
            let name = file.strip_prefix(root).unwrap_or(&file);
            all.push_str(&format!("\n{} {}", name.display(), hex_of(&bytes)));
        }
    }
    Ok(hex_of(all.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_app_is_up_to_date_only_for_its_inputs_and_its_own_output() {
        let folder = tempfile::tempdir().unwrap();
        let (note, dist) = (folder.path().join("note"), folder.path().join("dist"));
        assert!(!holds(&note, &dist, "in"));
        fs::create_dir(&dist).unwrap();
        fs::write(dist.join(precache::LIST), "out").unwrap();
        assert!(!holds(&note, &dist, "in"));
        fs::write(&note, note_of("in", b"out")).unwrap();
        assert!(holds(&note, &dist, "in"));
        assert!(!holds(&note, &dist, "changed"));
        fs::write(dist.join(precache::LIST), "built by hand").unwrap();
        assert!(!holds(&note, &dist, "in"));
    }
}
