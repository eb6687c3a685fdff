//! The three browser engines: how each is started and what it is told. Nothing here knows the app.

use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;
use thirtyfour::prelude::*;
use thirtyfour::{Capabilities, ChromiumLikeCapabilities};

use crate::office::env;

/// A browser engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Chromium, by chromedriver.
    Chromium,
    /// Firefox, by geckodriver.
    Firefox,
    /// WebKitGTK's MiniBrowser: the nearest to Safari that runs here, and not the same.
    WebKit,
}

/// A driver process of one browser's own; ends with it.
pub struct DriverServer {
    /// Where it listens.
    pub address: String,
    process: Child,
    _scratch: tempfile::TempDir,
}

impl Engine {
    /// Starts its driver on a free port.
    pub fn start(self) -> DriverServer {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let scratch = tempfile::tempdir().unwrap();
        let mut command = match self {
            Self::Chromium => Command::new(env("CHROMEDRIVER")),
            Self::Firefox => Command::new(env("GECKODRIVER")),
            Self::WebKit => {
                // has no headless mode: a screen that nobody sees
                let mut command = Command::new("xvfb-run");
                command.arg("-a").arg(env("WEBKITDRIVER"));
                command
            }
        };
        let process = command
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // what a killed browser leaves behind goes with its driver
            .env("TMPDIR", scratch.path())
            .process_group(0)
            .spawn()
            .unwrap_or_else(|e| panic!("the driver of {self:?}: {e}"));
        let mut server =
            DriverServer { address: format!("http://127.0.0.1:{port}"), process, _scratch: scratch };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(server.process.try_wait().unwrap().is_none(), "the driver of {self:?} ended");
            std::thread::yield_now();
        }
        server
    }

    /// Returns what the browser is told at its start.
    pub fn wishes(self, profile: &Path) -> Capabilities {
        match self {
            Self::Chromium => chromium(profile),
            Self::Firefox => {
                let mut wishes = DesiredCapabilities::firefox();
                wishes.set_firefox_binary(&env("FIREFOX")).unwrap();
                wishes.set_headless().unwrap();
                wishes.into()
            }
            Self::WebKit => {
                let mut wishes = Capabilities::new();
                wishes.set("browserName", "MiniBrowser").unwrap();
                wishes.set("acceptInsecureCerts", true).unwrap();
                let options = json!({ "binary": env("MINIBROWSER"), "args": ["--automation"] });
                wishes.set("webkitgtk:browserOptions", options).unwrap();
                wishes
            }
        }
    }
}

fn chromium(profile: &Path) -> Capabilities {
    let mut wishes = DesiredCapabilities::chrome();
    wishes.set_binary(&env("CHROMIUM")).unwrap();
    for arg in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=zh-CN",
        "--window-size=390,844",
    ] {
        wishes.add_arg(arg).unwrap();
    }
    wishes.add_arg(&format!("--user-data-dir={}", profile.display())).unwrap();
    wishes.into()
}

impl Drop for DriverServer {
    fn drop(&mut self) {
        // the whole group: neither xvfb-run nor a driver takes along what it started
        drop(Command::new("kill").args(["-TERM", "--", &format!("-{}", self.process.id())]).status());
        drop(self.process.wait());
    }
}
