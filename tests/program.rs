//! The server as an operator's machine runs it: a process of its own that can be killed at any moment and started
//! again on the same data. **Never** outlives its owner.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Reads what `cargo xtask` says about the environment.
#[must_use]
pub fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run this by `cargo xtask soak`"))
}

/// Where the server keeps its data.
#[derive(Debug, Clone)]
pub enum Database {
    /// In a file of the data folder.
    File,
    /// In the PostgreSQL database of this address.
    Postgres(String),
}

impl Database {
    /// Returns the one that the environment names in `LEEWAY_POSTGRES`; without it, a file.
    #[must_use]
    pub fn of_environment() -> Self {
        std::env::var("LEEWAY_POSTGRES").map_or(Self::File, Self::Postgres)
    }
}

/// A server with a data folder of its own.
pub struct Program {
    port: u16,
    folder: tempfile::TempDir,
    database: Database,
    more: Vec<(String, String)>,
    program: Option<PathBuf>,
    process: Option<Child>,
}

impl Program {
    /// Founds a demo organisation and starts to serve it.
    #[must_use]
    pub fn found(database: Database) -> Self {
        let mut it = Self::new(database);
        it.start();
        it
    }

    /// Prepares a server on a copy of another one's data, which is stopped.
    #[must_use]
    pub fn copy_of(other: &Self) -> Self {
        let it = Self::new(other.database.clone());
        copy(&other.data(), &it.data());
        it
    }

    /// Prepares a server that is not started yet, on nothing.
    #[must_use]
    pub fn new(database: Database) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("app")).unwrap();
        std::fs::write(folder.path().join("app/index.html"), "<!doctype html>").unwrap();
        Self { port, folder, database, more: Vec::new(), program: None, process: None }
    }

    /// Returns where it listens.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns the number of its process while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(Child::id)
    }

    /// Returns the port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the folder of the data.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Sets a variable of its environment for the starts to come.
    pub fn set(&mut self, name: &str, value: &str) {
        self.more.retain(|(known, _)| known != name);
        self.more.push((name.to_owned(), value.to_owned()));
    }

    /// Takes a variable out of its environment again.
    pub fn unset(&mut self, name: &str) {
        self.more.retain(|(known, _)| known != name);
    }

    /// Names another build of the server for the starts to come.
    pub fn run_by(&mut self, program: &Path) {
        self.program = Some(program.to_owned());
    }

    /// Starts it, and waits until it listens. Returns how long that took.
    pub fn start(&mut self) -> Duration {
        self.try_start().unwrap_or_else(|| panic!("the server ended before it listened"))
    }

    /// Starts it; `None` when it ends instead of listening.
    pub fn try_start(&mut self) -> Option<Duration> {
        #[expect(clippy::disallowed_methods, reason = "reported, never asserted")]
        let from = Instant::now();
        let program = self.program.clone().unwrap_or_else(|| env("LEEWAY_SERVER").into());
        let mut command = Command::new(program);
        command
            .args(["serve", "--demo", "--listen", &format!("127.0.0.1:{}", self.port)])
            .arg("--data")
            .arg(self.data())
            .arg("--app")
            .arg(self.folder.path().join("app"))
            .env("LEEWAY_LOG", std::env::var("LEEWAY_LOG").unwrap_or_else(|_| "off".to_owned()))
            .envs(self.more.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped());
        if let Database::Postgres(url) = &self.database {
            command.env("DATABASE_URL", url);
        }
        let mut process = command.spawn().unwrap();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        while !line.starts_with("listening ") {
            line.clear();
            if out.read_line(&mut line).unwrap() == 0 {
                process.wait().unwrap();
                return None;
            }
        }
        // keep reading, or the server would stand still on a full pipe
        std::thread::spawn(move || out.read_to_end(&mut Vec::new()));
        self.process = Some(process);
        Some(from.elapsed())
    }

    /// Kills it as the system does when memory runs out: without a word.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Stops it as an operator would, and waits for its end.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let sent = Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap();
            assert!(sent.success());
            process.wait().unwrap();
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
