//! `cargo xtask run`: builds what has changed and becomes the server, with a demo organisation on the first start.
//! Never removes a folder that isn't Leeway's own data.

use std::fs;
use std::path::{Path, PathBuf};

use crate::dist;
use crate::error::{About, Error, Result};
use crate::places::Places;
use crate::shell::Run;

/// By this file a folder is known as Leeway's data.
const DATABASE: &str = "leeway.sqlite";

/// What the developer asks for.
#[derive(clap::Args)]
pub struct Options {
    /// Port to listen on [default: 8080, with --lan 8443]
    #[arg(long)]
    port: Option<u16>,
    /// Folder of the data [default: leeway/demo in the user's data folder]
    #[arg(long)]
    data: Option<PathBuf>,
    /// Start over: remove the data first
    #[arg(long)]
    fresh: bool,
    /// Serve the local network over TLS, so that a real phone can be tried
    #[arg(long)]
    lan: bool,
}

/// Builds and serves. Returns only on failure.
pub fn run(places: &Places, options: &Options) -> Result<()> {
    let data = options.data.clone().unwrap_or_else(|| places.data.clone());
    if options.fresh {
        start_over(&data)?;
    }
    let app = dist::build(places)?;
    Run::cargo()
        .args(["build", "--release", "--package", "leeway-server"])
        .in_folder(&places.root)
        .check()?;
    fs::create_dir_all(&data).about(&data)?;
    println!("Starting the server; its data is in {}.", data.display());
    Err(serve(&places.server(true), &listen(options), &data, &app)
        .args(options.lan.then_some("--tls"))
        .become_it())
}

/// Prepares the server's program for a demo organisation.
pub fn serve(program: &Path, listen: &str, data: &Path, app: &Path) -> Run {
    let run = Run::new(program).args(["serve", "--listen", listen, "--data"]).arg(data).arg("--app").arg(app);
    run.arg("--demo")
}

fn listen(options: &Options) -> String {
    match (options.lan, options.port) {
        (false, port) => format!("127.0.0.1:{}", port.unwrap_or(8080)),
        (true, port) => format!("0.0.0.0:{}", port.unwrap_or(8443)),
    }
}

fn start_over(data: &Path) -> Result<()> {
    if !data.exists() {
        return Ok(());
    }
    if !data.join(DATABASE).is_file() && fs::read_dir(data).about(data)?.next().is_some() {
        return Err(Error::shape(data.display(), format!("holds no {DATABASE}, so it is not removed")));
    }
    println!("Removing the data in {}.", data.display());
    fs::remove_dir_all(data).about(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_data_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("demo");
        start_over(&data).unwrap();
        fs::create_dir(&data).unwrap();
        fs::write(data.join("thesis.txt"), "years of work").unwrap();
        assert!(start_over(&data).is_err() && data.join("thesis.txt").is_file());
        fs::write(data.join(DATABASE), "").unwrap();
        start_over(&data).unwrap();
        assert!(!data.exists());
    }

    #[test]
    fn the_address_is_the_loopback_unless_the_network_is_asked_for() {
        let options = |lan, port| Options { port, data: None, fresh: false, lan };
        let all = [
            options(false, None),
            options(false, Some(9000)),
            options(true, None),
            options(true, Some(9443)),
        ];
        let addresses = ["127.0.0.1:8080", "127.0.0.1:9000", "0.0.0.0:8443", "0.0.0.0:9443"];
        assert_eq!(all.each_ref().map(listen), addresses);
    }
}
