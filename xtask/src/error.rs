//! What can go wrong in a developer's command, as data; the sentence is made when it is printed.
//! Never ends the process: `main` alone does.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;

/// The result of every step.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a step stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read, written or removed.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A program could not be started at all.
    #[error("can't start `{line}`: {source}")]
    Start {
        /// The command line.
        line: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A program ended with a failure, which it has explained itself.
    #[error("`{line}` failed ({status})")]
    Failed {
        /// The command line.
        line: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// Something that this command can't install is not there.
    #[error("{what} is missing; {remedy}")]
    Missing {
        /// The thing.
        what: String,
        /// What the developer should do.
        remedy: String,
    },
    /// A file or an answer is not shaped as agreed.
    #[error("{what}: {why}")]
    Shape {
        /// The file or the answer.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// The developer asked for something that does not exist.
    #[error("there is no {what} called {name}; there are: {known}")]
    Unknown {
        /// "part" or "figure".
        what: &'static str,
        /// What was asked for.
        name: String,
        /// What could have been asked for.
        known: String,
    },
}

impl Error {
    /// Makes the error for a value that is not shaped as agreed.
    pub fn shape(what: impl ToString, why: impl ToString) -> Self {
        Self::Shape { what: what.to_string(), why: why.to_string() }
    }
}

/// Says which file an input or output error is about.
pub trait About<T> {
    /// Turns the error into [`Error::File`].
    fn about(self, path: &Path) -> Result<T>;
}

impl<T> About<T> for std::io::Result<T> {
    fn about(self, path: &Path) -> Result<T> {
        self.map_err(|source| Error::File { path: path.to_path_buf(), source })
    }
}
