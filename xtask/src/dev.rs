//! `cargo xtask dev`: the loop while writing code. Trunk serves the app on 8080, rebuilds it and reloads the page;
//! calls go on to the server on 8081, which is rebuilt and restarted when its code changes. Its data lies in the
//! target folder. A build that fails leaves the last one running. Never serves beyond the loopback.

use std::fs;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, SystemTime};

use crate::dist::{self, files};
use crate::error::{About, Result};
use crate::places::Places;
use crate::run::serve;
use crate::shell::Run;
use crate::soak;

/// What the server is built from.
const SERVER_INPUTS: [&str; 3] = ["server", "core", "Cargo.lock"];

/// Runs until Trunk or the terminal ends it.
pub fn run(places: &Places) -> Result<()> {
    crate::tools::wasm_target(places)?;
    let mut trunk = dist::trunk(places)?;
    build(places)?;
    let app = places.target.join("dev-dist");
    fs::create_dir_all(&app).about(&app)?;
    trunk = trunk.args(["serve", "--offline", "--port", "8080", "--dist"]).arg(&app);
    let mut trunk = trunk.spawn()?;
    let mut server = start(places, &app)?;
    let ended = follow(places, &app, &mut trunk, &mut server);
    for child in [&mut trunk, &mut server] {
        // it may have ended by itself
        let _ = child.kill().and_then(|()| child.wait());
    }
    ended
}

/// Restarts the server after each change that builds, until Trunk ends.
fn follow(places: &Places, app: &Path, trunk: &mut Child, server: &mut Child) -> Result<()> {
    let mut seen = newest(places)?;
    while trunk.try_wait().about(app)?.is_none() {
        std::thread::sleep(Duration::from_millis(500));
        let now = newest(places)?;
        if now == seen {
            continue;
        }
        seen = now;
        if build(places).is_ok() {
            let _ = server.kill().and_then(|()| server.wait());
            *server = start(places, app)?;
        }
    }
    Ok(())
}

fn build(places: &Places) -> Result<()> {
    Run::cargo().args(soak::server()).in_folder(&places.root).check()
}

fn start(places: &Places, app: &Path) -> Result<Child> {
    serve(&places.server(false), "127.0.0.1:8081", &places.target.join("dev-data"), app).spawn()
}

/// Returns when the server's code was last changed, and how many files it has.
fn newest(places: &Places) -> Result<(Option<SystemTime>, usize)> {
    let mut all = Vec::new();
    for input in SERVER_INPUTS.map(|input| places.root.join(input)) {
        all.extend(if input.is_dir() { files::below(&input)? } else { vec![input] });
    }
    // an editor may remove a file between the two looks
    let changed = all.iter().filter_map(|file| fs::metadata(file).and_then(|it| it.modified()).ok()).max();
    Ok((changed, all.len()))
}
