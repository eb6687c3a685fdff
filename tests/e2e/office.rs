//! The server as an operator would run it: a process with its own data folder and port. Stopped with the test.

use std::fmt::Display;
use std::io::{BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::engine::Engine;
use crate::phone::Phone;
use crate::teller::Teller;

/// The password of all demo accounts.
pub const PASSWORD: &str = "yudi-demo-2026";

/// Reads what `cargo xtask test` says about the environment.
pub fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test stories`"))
}

/// A server with a demo organisation of its own.
pub struct Office {
    port: u16,
    folder: tempfile::TempDir,
    tls: bool,
    process: Option<Child>,
    deaf: Option<Deaf>,
}

/// Accepts connections and never answers.
struct Deaf {
    stop: Arc<AtomicBool>,
    port: u16,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Office {
    /// Starts a server with fresh demo data.
    pub fn open() -> Self {
        Self::open_with(false)
    }

    /// The same over TLS, with a certificate made at start: for engines that drop Secure cookies on plain http.
    pub fn open_with_tls() -> Self {
        Self::open_with(true)
    }

    fn open_with(tls: bool) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        copy(Path::new(&env("LEEWAY_DIST")), &folder.path().join("app"));
        let mut office = Self { port, folder, tls, process: None, deaf: None };
        office.start();
        office
    }

    /// Returns the address that browsers use.
    pub fn address(&self) -> String {
        format!("{}://127.0.0.1:{}", if self.tls { "https" } else { "http" }, self.port)
    }

    /// Starts the server again, on the same data and port.
    pub fn start(&mut self) {
        self.deaf = None;
        let mut process = Command::new(env("LEEWAY_SERVER"))
            .args(["serve", "--demo", "--listen", &format!("127.0.0.1:{}", self.port)])
            .arg("--data")
            .arg(self.folder.path().join("data"))
            .arg("--app")
            .arg(self.folder.path().join("app"))
            .args(self.tls.then_some("--tls"))
            .env("LEEWAY_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        while !line.starts_with("listening ") {
            line.clear();
            assert!(out.read_line(&mut line).unwrap() > 0, "the server ended before it listened");
        }
        // keep reading, or the server would stand still on a full pipe
        std::thread::spawn(move || out.read_to_end(&mut Vec::new()));
        self.process = Some(process);
    }

    /// Starts it anew without TLS, which the teller doesn't speak.
    pub fn start_plain(&mut self) {
        self.stop();
        self.tls = false;
        self.start();
    }

    /// Stops the server as an operator would, and waits for its end.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            signal("TERM", process.id());
            process.wait().unwrap();
        }
    }

    /// Puts a server in its place that accepts and never answers.
    pub fn go_deaf(&mut self) {
        self.stop();
        let listener = TcpListener::bind(("127.0.0.1", self.port)).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = std::thread::spawn(move || {
            let mut held = Vec::new();
            for stream in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                held.extend(stream);
            }
        });
        self.deaf = Some(Deaf { stop, port: self.port, thread: Some(thread) });
    }

    /// Returns the folder of the server's data.
    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Returns the folder of the built app, this server's own.
    pub fn app(&self) -> std::path::PathBuf {
        self.folder.path().join("app")
    }

    /// Deploys a new version: the same app under another build id.
    pub fn deploy(&self, build: &str) {
        let done = Command::new(env("LEEWAY_XTASK"))
            .args(["stamp", "--build", build, "--dist"])
            .arg(self.folder.path().join("app"))
            .status()
            .unwrap();
        assert!(done.success(), "stamping a new build failed");
    }

    /// Runs a task of an operator on the data, while it is served or not, and returns what it prints.
    pub fn operate(&self, arguments: &[&str]) -> String {
        let done = Command::new(env("LEEWAY_SERVER"))
            .args(arguments)
            .arg("--data")
            .arg(self.folder.path().join("data"))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    /// Opens a fresh browser at phone size.
    pub async fn phone(&self) -> Phone {
        Phone::open(Engine::Chromium, &self.address()).await
    }

    /// Opens a fresh browser, logged in, with its data there.
    pub async fn phone_of(&self, login: &str) -> Phone {
        let phone = self.phone().await;
        phone.log_in(login).await;
        phone
    }

    /// Logs in without a browser, to ask the server what it has.
    pub async fn teller(&self, login: &str) -> Teller {
        Teller::log_in(&self.address(), login, PASSWORD).await
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Drop for Deaf {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // one more connection, so that it looks
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// Sends a signal to a process that this test started, or to its group by the number with a `-` before it.
pub fn signal(name: &str, process: impl Display) {
    let sent = Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status().unwrap();
    assert!(sent.success());
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap_or_else(|e| panic!("{}: {e}", from.display())) {
        let path: PathBuf = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
