//! The tools that cargo and the system don't bring: each of exactly one version, kept per user and version in a
//! cache folder, so that a second checkout builds no tool again. A tool answers for its version before it is used.
//! Never touches what the developer has installed elsewhere, and never installs while another run does.

mod node;
mod versions;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::error::{About, Error, Result};
use crate::places::Places;
use crate::shell::Run;

pub use versions::locked_version;

/// A tool that cargo builds.
pub struct Tool {
    package: &'static str,
    version: String,
    /// The program that says its version.
    program: &'static str,
    /// What makes it answer: one that has no version to say is known by its folder alone.
    asked: &'static str,
    features: Option<&'static str>,
    /// Builds with the versions that the tool's authors tested, unless the registry can't give them.
    locked: bool,
    why: &'static str,
}

/// Bundles the app. 0.22 needs a newer compiler than ours.
pub fn trunk() -> Tool {
    tool("trunk", "0.21.14", "it bundles the app")
}

/// Cuts the compiled app in two. A library first of all, with a program as an extra.
pub fn wasm_split() -> Tool {
    Tool {
        program: "wasm-split-cli",
        asked: "--help",
        features: Some("build-binary"),
        ..tool("wasm_split_cli_support", "0.2.4", "it cuts the app in two")
    }
}

/// Drives Firefox.
pub fn geckodriver() -> Tool {
    tool("geckodriver", "0.37.1", "the stories drive Firefox with it")
}

/// Checks licences and origins of what we depend on.
pub fn cargo_deny() -> Tool {
    tool("cargo-deny", "0.20.2", "it checks licences and origins of dependencies")
}

/// Breaks the code, to see whether a test notices. Called by itself it takes itself for cargo, which has no version.
pub fn cargo_mutants() -> Tool {
    let why = "it breaks the code to see whether a test notices";
    Tool { asked: "--help", ..tool("cargo-mutants", "27.1.0", why) }
}

/// Runs tests side by side; only installed where `cargo nextest` is not there yet.
pub fn nextest() -> Tool {
    tool("cargo-nextest", "0.9.143", "it runs the unit tests")
}

/// Makes the JavaScript side of the app and runs Wasm tests: must be of the locked library's very version.
pub fn wasm_bindgen(places: &Places) -> Result<Tool> {
    let path = places.root.join("Cargo.lock");
    let version = locked_version(&fs::read_to_string(&path).about(&path)?, "wasm-bindgen")?;
    // its own lock file names a version of a dependency that registries have been seen without
    let why = "it makes the JavaScript side of the app and runs Wasm tests";
    let tool = tool("wasm-bindgen-cli", &version, why);
    Ok(Tool { program: "wasm-bindgen", locked: false, ..tool })
}

fn tool(package: &'static str, version: &str, why: &'static str) -> Tool {
    let version = version.to_owned();
    Tool { package, version, program: package, asked: "--version", features: None, locked: true, why }
}

impl Tool {
    /// Returns the folder of the tool's programs, after building them if they are not there.
    pub fn folder(&self, places: &Places) -> Result<PathBuf> {
        let home = places.cache.join(format!("{}-{}", self.package, self.version));
        let bin = home.join("bin");
        if !self.answers(&bin) {
            let _lock = lock(places)?;
            // another run may have built it meanwhile
            if !self.answers(&bin) {
                self.build(places, &home)?;
            }
            if !self.answers(&bin) {
                return Err(Error::shape(
                    bin.join(self.program).display(),
                    "does not start, or is of another version",
                ));
            }
        }
        Ok(bin)
    }

    fn answers(&self, bin: &Path) -> bool {
        let program = bin.join(self.program);
        // no answer is an answer: not there, or broken
        Run::new(program).arg(self.asked).output().is_ok_and(|(said, status)| {
            let says_it = self.asked == "--help" || said.split_whitespace().any(|word| word == self.version);
            status.success() && says_it
        })
    }

    fn build(&self, places: &Places, home: &Path) -> Result<()> {
        println!("Installing {} {}: {}.", self.package, self.version, self.why);
        println!("  Once per machine, some minutes; kept in {}.", home.display());
        let fresh = places.cache.join(format!("{}-{}.partial", self.package, self.version));
        let scratch = places.cache.join("building");
        for folder in [&fresh, &scratch, &home.to_path_buf()] {
            remove(folder)?;
        }
        let built = self.install(&fresh, &scratch, self.locked).or_else(|error| {
            println!("  {error}; trying {} a lock file.", if self.locked { "without" } else { "with" });
            self.install(&fresh, &scratch, !self.locked)
        });
        remove(&scratch)?;
        built?;
        fs::rename(&fresh, home).about(home)
    }

    /// Builds quickly rather than well: a tool runs for seconds.
    fn install(&self, into: &Path, scratch: &Path, locked: bool) -> Result<()> {
        let version = format!("={}", self.version);
        let run = Run::cargo()
            .args(["install", self.package, "--version", &version, "--quiet", "--root"])
            .arg(into)
            .args(locked.then_some("--locked"))
            .args(self.features.iter().flat_map(|it| ["--features", it]))
            .env("CARGO_TARGET_DIR", scratch)
            .env("CARGO_NET_OFFLINE", "false")
            .envs([
                ("CARGO_PROFILE_RELEASE_LTO", "off"),
                ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
                ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256"),
                ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
                ("CARGO_PROFILE_RELEASE_STRIP", "true"),
            ]);
        // away from the checkout, whose cargo configuration is about our own code
        run.in_folder(scratch.parent().unwrap_or(scratch)).check()
    }
}

/// Returns the folder of the Node packages (`axe-core`, `binaryen`, `lighthouse`), after installing them.
pub fn node_modules(places: &Places) -> Result<PathBuf> {
    node::modules(places)
}

/// Adds the Wasm target to the compiler where it is missing.
pub fn wasm_target(places: &Places) -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let sysroot = Run::new("rustc").args(["--print", "sysroot"]).in_folder(&places.root).text()?;
    if Path::new(&sysroot).join("lib/rustlib").join(TARGET).join("lib").is_dir() {
        return Ok(());
    }
    println!("Adding the target {TARGET}: the app is built for it.");
    Run::new("rustup").args(["target", "add", TARGET]).in_folder(&places.root).check().map_err(|error| {
        let remedy = format!("`rustup target add {TARGET}` did not do it: {error}");
        Error::Missing { what: format!("the compiler's target {TARGET}"), remedy }
    })
}

/// Returns what to put on PATH so that `cargo nextest` works: nothing where it works already.
pub fn nextest_folder(places: &Places) -> Result<Option<PathBuf>> {
    let answer = Run::cargo().args(["nextest", "--version"]).in_folder(&places.root).output();
    if answer.is_ok_and(|(said, status)| status.success() && said.contains("cargo-nextest 0.9.")) {
        return Ok(None);
    }
    nextest().folder(places).map(Some)
}

/// Waits until no other run installs anything. The lock ends with the file's handle, also when a run is killed.
pub fn lock(places: &Places) -> Result<File> {
    fs::create_dir_all(&places.cache).about(&places.cache)?;
    let path = places.cache.join("lock");
    let file = File::create(&path).about(&path)?;
    if file.try_lock().is_err() {
        println!("Waiting for another run that is installing tools.");
        file.lock().about(&path)?;
    }
    Ok(file)
}

/// Removes a folder if it is there.
pub fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error).about(folder),
        _ => Ok(()),
    }
}
