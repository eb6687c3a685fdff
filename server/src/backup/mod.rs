//! Backups of SQLite: taken while the server runs, checked before they count, put back with a new epoch.
//! PostgreSQL has its own tools; what the two have in common is the durable watermark (docs/adr/0009).
//!
//! Read: [`mod@make`], [`mod@verify`], [`seal`], [`mod@restore`], [`photos`]. Each step leaves on the disk either what was there
//! before or something whole, so that it may be killed anywhere, and the watermark moves last of all. This module
//! **never** deletes a database, and never overwrites a backup unless it is told to.

pub mod make;
pub mod photos;
pub mod restore;
pub mod seal;
pub mod verify;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};

use crate::blobs::BlobError;
use crate::db::DbError;
use crate::db::sqlite::OpenError;
use crate::folder::FolderError;

/// How long to wait for a server that is writing.
const BUSY: Duration = Duration::from_secs(30);

/// Why a backup was not made, checked or put back. What was there before is still there.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is nothing to back up, to check or to restore.
    #[error("there is no database {0}")]
    Missing(PathBuf),
    /// The file is there already.
    #[error("{0} is there already; --force replaces it")]
    Exists(PathBuf),
    /// The program and the database don't belong together.
    #[error("{0} was written by another version of the server: back it up with that one")]
    OtherVersion(PathBuf),
    /// It holds the data of somebody else.
    #[error("{path} is no backup of organisation {tenant}: name the one that it is of by --tenant")]
    OtherTenant {
        /// Which file.
        path: PathBuf,
        /// Whose it was to be.
        tenant: i64,
    },
    /// The content is not what it should be.
    #[error("{path} is not sound:\n  {}", problems.join("\n  "))]
    Unsound {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it, a line each.
        problems: Vec<String>,
    },
    /// Another history of the data has begun in the meantime, by a restore.
    #[error("the database was restored while this backup was made: make another one")]
    OtherEpoch,
    /// The database says no.
    #[error("{path}: {source}")]
    Db {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: sqlx::Error,
    },
    /// The operating system says no.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The place of the photos says no.
    #[error(transparent)]
    Photos(#[from] BlobError),
    /// The copy can't be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The copy can't be written to.
    #[error(transparent)]
    Write(#[from] DbError),
}

/// Result of anything here.
pub type Result<T> = std::result::Result<T, BackupError>;

impl BackupError {
    fn photos(error: object_store::Error) -> Self {
        Self::Photos(error.into())
    }
}

fn io(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    |source| crate::folder::at(path)(source).into()
}

fn db(path: &Path) -> impl FnOnce(sqlx::Error) -> BackupError {
    |source| BackupError::Db { path: path.to_owned(), source }
}

/// Opens a database that others may be using; its schema stays as it is.
async fn live(path: &Path) -> Result<SqliteConnection> {
    if !path.is_file() {
        return Err(BackupError::Missing(path.to_owned()));
    }
    let options = SqliteConnectOptions::new().filename(path).foreign_keys(true).busy_timeout(BUSY);
    options.connect().await.map_err(db(path))
}

/// Opens a file that nobody writes to, without making other files beside it.
async fn still(path: &Path) -> Result<SqliteConnection> {
    if !path.is_file() {
        return Err(BackupError::Missing(path.to_owned()));
    }
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(true);
    options.connect().await.map_err(db(path))
}

#[cfg(test)]
mod tests;
