//! Starting other programs: what is run is printed first, and what went wrong says which command it was.
//! Never passes on the variables that cargo sets for xtask itself: build scripts of some crates watch them and
//! would run again each time.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use crate::error::{Error, Result};

/// The variables by which cargo tells a program about its own package.
const ABOUT_XTASK: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];

/// A program about to be started.
pub struct Run {
    command: Command,
    quiet: bool,
}

impl Run {
    /// Prepares a program found by path or on PATH.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| ABOUT_XTASK.iter().any(|own| name.starts_with(own))) {
                command.env_remove(name);
            }
        }
        Self { command, quiet: false }
    }

    /// Prepares cargo, the one that started xtask.
    pub fn cargo() -> Self {
        Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    /// Adds arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    /// Adds one argument.
    pub fn arg(self, arg: impl AsRef<OsStr>) -> Self {
        self.args([arg])
    }

    /// Sets one variable of the environment.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets several variables of the environment.
    pub fn envs<K: AsRef<OsStr>, V: AsRef<OsStr>>(mut self, vars: impl IntoIterator<Item = (K, V)>) -> Self {
        self.command.envs(vars);
        self
    }

    /// Sets the folder to run in.
    pub fn in_folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Does not print the command line.
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// Runs to the end; a failure is an error.
    pub fn check(mut self) -> Result<()> {
        self.announce();
        let line = self.line();
        let status = self.command.status().map_err(|source| Error::Start { line: line.clone(), source })?;
        if status.success() { Ok(()) } else { Err(Error::Failed { line, status }) }
    }

    /// Runs to the end and returns what was printed on both streams, and how it ended. Shows nothing.
    pub fn output(mut self) -> Result<(String, ExitStatus)> {
        let line = self.line();
        let output = self.command.output().map_err(|source| Error::Start { line, source })?;
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        Ok((text, output.status))
    }

    /// Runs to the end and returns what was printed on the standard stream; a failure is an error.
    pub fn text(mut self) -> Result<String> {
        let line = self.line();
        self.command.stderr(Stdio::inherit());
        let output = self.command.output().map_err(|source| Error::Start { line: line.clone(), source })?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        } else {
            Err(Error::Failed { line, status: output.status })
        }
    }

    /// Runs to the end, shows both streams as they come, and gives each line, without colours, to `seen`.
    pub fn watch(mut self, mut seen: impl FnMut(&str) + Send) -> Result<ExitStatus> {
        self.announce();
        let line = self.line();
        let failed = |source| Error::Start { line: line.clone(), source };
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped()).stdin(Stdio::null());
        let mut child = self.command.spawn().map_err(failed)?;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let seen = std::sync::Mutex::new(&mut seen);
        let tell = |text: &str| {
            if let Ok(mut seen) = seen.lock() {
                seen(text);
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(|| out.map(|out| relay(out, std::io::stdout(), &tell)));
            scope.spawn(|| err.map(|err| relay(err, std::io::stderr(), &tell)));
        });
        child.wait().map_err(failed)
    }

    /// Starts it beside xtask.
    pub fn spawn(mut self) -> Result<Child> {
        self.announce();
        let line = self.line();
        self.command.spawn().map_err(|source| Error::Start { line, source })
    }

    /// Becomes that program: signals and the exit status are then its own. Returns only on failure.
    #[cfg(unix)]
    pub fn become_it(mut self) -> Error {
        use std::os::unix::process::CommandExt;
        self.announce();
        let line = self.line();
        Error::Start { line, source: self.command.exec() }
    }

    /// Runs it to the end: there is no way here to become it.
    #[cfg(not(unix))]
    pub fn become_it(self) -> Error {
        match self.check() {
            Ok(()) => std::process::exit(0),
            Err(error) => error,
        }
    }

    fn announce(&self) {
        if !self.quiet {
            println!("  $ {}", self.line());
        }
    }

    /// Returns the command line as one would type it: the program's name without its folder.
    pub fn line(&self) -> String {
        let program = Path::new(self.command.get_program());
        let mut words = vec![program.file_name().unwrap_or(program.as_os_str()).to_string_lossy()];
        words.extend(self.command.get_args().map(|arg| arg.to_string_lossy()));
        words.join(" ")
    }
}

/// Copies a stream line by line. Bytes that are not UTF-8 are shown as replacement characters.
fn relay(from: impl Read, mut to: impl Write, tell: &impl Fn(&str)) {
    let mut from = BufReader::new(from);
    let mut bytes = Vec::new();
    while matches!(from.read_until(b'\n', &mut bytes), Ok(read) if read > 0) {
        let text = String::from_utf8_lossy(&bytes);
        // a closed terminal must not stop the tests
        let _ = to.write_all(text.as_bytes()).and_then(|()| to.flush());
        tell(plain(text.trim_end()).as_str());
        bytes.clear();
    }
}

/// Returns a line without terminal colours.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(next) = chars.next() {
        if next == '\u{1b}' {
            // a sequence ends with its first letter
            chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            text.push(next);
        }
    }
    text
}

/// Says whether somebody watches: then child programs may use colours although they write into a pipe.
pub fn colours() -> &'static str {
    use std::io::IsTerminal;
    if std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() { "always" } else { "never" }
}

/// Finds a program on PATH.
pub fn on_path(names: &[&str]) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file()))
}

/// Returns PATH with folders put in front.
pub fn path_with(folders: &[std::path::PathBuf]) -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(std::env::split_paths(&path));
    // a folder with a colon in its name can't stand on PATH: then the plain PATH serves
    std::env::join_paths(all).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_off() {
        assert_eq!(
            plain("\u{1b}[32;1m     Summary\u{1b}[0m [ 0.1s] 3 tests run"),
            "     Summary [ 0.1s] 3 tests run"
        );
        assert_eq!(plain("plain 余地"), "plain 余地");
    }

    #[test]
    fn a_watched_program_is_heard_on_both_streams() {
        let mut lines = Vec::new();
        let run = Run::new("sh").args(["-c", "echo out; echo err >&2; exit 3"]).quiet();
        let status = run.watch(|line| lines.push(line.to_owned())).unwrap();
        lines.sort();
        assert_eq!((status.code(), lines), (Some(3), vec!["err".to_owned(), "out".to_owned()]));
    }

    #[test]
    fn a_failure_names_the_command() {
        let error = Run::new("sh").args(["-c", "exit 2"]).quiet().check().unwrap_err();
        assert_eq!(error.to_string(), "`sh -c exit 2` failed (exit status: 2)");
    }
}
