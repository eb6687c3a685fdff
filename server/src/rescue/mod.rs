//! Rescue: work that a phone could not send, brought in as a file by way of an operator (`docs/rescue.md`).
//!
//! Read [`key`] (to what a phone seals), [`file`](mod@file) (what it makes), [`import`] (how it comes in).
//! **Never** another way in: what a file holds goes through [`crate::accept`] like a push of its author.

pub mod file;
pub mod import;
pub mod key;

use std::io;
use std::path::PathBuf;

use crate::db::DbError;
use crate::error::ApiError;
use file::FileError;
use key::KeyTextError;

/// Why a rescue file was not imported. Nothing was changed, unless [`RescueError::CutOff`] says how much.
#[derive(Debug, thiserror::Error)]
pub enum RescueError {
    /// A file can't be read from the disk.
    #[error("{path}: {source}")]
    Io {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not a rescue file as it was written.
    #[error("{path} {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What is wrong.
        source: FileError,
    },
    /// The file with the key holds none.
    #[error("{path} {source}")]
    Key {
        /// Which one.
        path: PathBuf,
        /// What is wrong.
        source: KeyTextError,
    },
    /// It is sealed, and no key was given.
    #[error("{path} is sealed to the recovery key {key}: name the file with its private half, --key FILE")]
    NeedsKey {
        /// The rescue file.
        path: PathBuf,
        /// To which key.
        key: String,
    },
    /// Another key was given than the one it is sealed to.
    #[error(
        "{path} is sealed to the recovery key {key}, and {given} holds the key {held}: \
         `leeway-server recovery-key list` says when each was made"
    )]
    OtherKey {
        /// The rescue file.
        path: PathBuf,
        /// To which key.
        key: String,
        /// The file with the key.
        given: PathBuf,
        /// Which one that is.
        held: String,
    },
    /// It is sealed to a key that this organisation never had.
    #[error(
        "{path} is sealed to the recovery key {key}, which {organisation} never had: it is the file of another \
         organisation, and is imported on the server of that one"
    )]
    Foreign {
        /// The rescue file.
        path: PathBuf,
        /// To which key.
        key: String,
        /// Whom this server serves.
        organisation: String,
    },
    /// Nobody of that name may act.
    #[error("nobody who may act is called {0}: --user names who handed the file in, by their log-in name")]
    Nobody(String),
    /// It holds the work of somebody else.
    #[error(
        "{path} is not a file of {user}, but of {whose}: only what somebody did themselves comes in as theirs"
    )]
    OtherUser {
        /// The rescue file.
        path: PathBuf,
        /// Who was named.
        user: String,
        /// Whose it is.
        whose: String,
    },
    /// The database or a rule of the protocol stopped it.
    #[error("stopped after {done} of {all} commands: {source}; run it again, what is in comes in once only")]
    CutOff {
        /// How many are in.
        done: usize,
        /// Of how many.
        all: usize,
        /// Why.
        source: ApiError,
    },
    /// The database does not answer.
    #[error(transparent)]
    Db(#[from] DbError),
}
