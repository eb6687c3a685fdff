//! Puts a backup in the place of the database. The server must be stopped; what was there stays beside it.
//!
//! The order, so that a restore may be cut off anywhere: the backup is checked; its copy is brought up to date, gets
//! a new epoch and is checked again; the copy gets the name by which a server knows that a restore is under way
//! ([`crate::folder::prepare`] refuses to serve then); the old files step aside; the copy takes their place. Before
//! the third step nothing has changed, after it the restore is run again.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use leeway_core::values::Timestamp;
use sqlx::Connection;
use tempfile::{NamedTempFile, TempDir};

use super::{BackupError, Result, io, live, seal, verify};
use crate::config::database;
use crate::db::sqlite::Sqlite;
use crate::db::{Database, Tenant, Writing, retrying};
use crate::folder::{self, beside, restoring};

/// What a restore did.
#[derive(Debug, PartialEq, Eq)]
pub struct Restored {
    /// Where the database of before is now, if there was one.
    pub before: Option<PathBuf>,
    /// Photos that were put back.
    pub photos: u64,
    /// Photos that the backup names, and that are nowhere.
    pub missing: usize,
}

/// Puts a backup of this organisation in the place of the database in its data folder.
///
/// # Errors
/// [`BackupError`] when a server holds the folder, or the backup is not sound, or of another organisation. Then nothing has changed.
pub async fn restore(
    tenant: Tenant,
    data: &Path,
    from: &Path,
    epoch: &str,
    now: Timestamp,
) -> Result<Restored> {
    let _hold = folder::hold(data)?;
    verify::file(from).await?;
    let staged = stage(tenant, data, from, epoch).await?;
    settle(&database(data)).await;
    let restored = swap(data, &staged.path().join(NAME), now)?;
    Ok(restored)
}

/// The copy's name while it is worked on, in a folder of its own: SQLite puts files beside it.
const NAME: &str = "leeway.sqlite";

/// Makes the copy that will be served. Dropped, it is gone.
async fn stage(tenant: Tenant, data: &Path, from: &Path, epoch: &str) -> Result<TempDir> {
    let folder = tempfile::Builder::new().prefix(".restore-").tempdir_in(data).map_err(io(data))?;
    let path = folder.path().join(NAME);
    // made for its owner only, whatever the permissions of the backup
    let mut file = NamedTempFile::new_in(folder.path()).map_err(io(folder.path()))?;
    let mut source = fs::File::open(from).map_err(io(from))?;
    std::io::copy(&mut source, file.as_file_mut()).map_err(io(&path))?;
    file.persist(&path).map_err(|error| io(&path)(error.error))?;
    seal::remove(&path).map_err(io(&path))?;
    let db = Sqlite::open(&path).await?;
    let whose = crate::organisation(&db, tenant).await?;
    if whose.is_none() {
        return Err(BackupError::OtherTenant { path: from.to_owned(), tenant: tenant.number() });
    }
    retrying(&db, tenant, |mut writing: Box<dyn Writing>| async move {
        writing.put_epoch(epoch).await?;
        // all that it holds is in a backup: the one it came from
        writing.mark_durable(Timestamp::from_ms(i64::MAX)).await?;
        writing.commit().await
    })
    .await?;
    db.close().await;
    verify::file(&path).await?;
    fs::File::open(&path).and_then(|file| file.sync_all()).map_err(io(&path))?;
    Ok(folder)
}

/// Lets SQLite bring its log into the old database, so that one file steps aside and not three. One that is too
/// broken for that steps aside as it is: SQLite would throw its log away.
async fn settle(path: &Path) {
    let mut head = [0; 16];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
    if read.is_err() || head != *b"SQLite format 3\0" {
        return;
    }
    let Ok(mut conn) = live(path).await else { return };
    if let Err(error) = sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut conn).await {
        tracing::warn!(%error, "the log of the old database stays beside it");
    }
    // the last connection to close takes the log away
    let _ = conn.close().await;
}

/// Lets the copy take the place of the database.
pub(super) fn swap(data: &Path, staged: &Path, now: Timestamp) -> Result<Restored> {
    let (path, half) = (database(data), restoring(data));
    fs::rename(staged, &half).map_err(io(&half))?;
    folder::sync(data).map_err(io(data))?;
    let before = step_aside(&path, now)?;
    folder::sync(data).map_err(io(data))?;
    fs::rename(&half, &path).map_err(io(&path))?;
    folder::sync(data).map_err(io(data))?;
    Ok(Restored { before, photos: 0, missing: 0 })
}

/// Moves the database and what SQLite keeps beside it out of the way, under a name that nothing has yet.
fn step_aside(path: &Path, now: Timestamp) -> Result<Option<PathBuf>> {
    let aside = (0..)
        .map(|n| beside(path, &format!(".before-{}", now.ms() + n)))
        .find(|aside| !["", "-wal", "-shm"].iter().any(|part| beside(aside, part).exists()));
    let Some(aside) = aside else { return Ok(None) };
    let mut before = None;
    // the log goes first: a database without its log is an older one, a log without its database is nothing
    for part in ["-shm", "-wal", ""] {
        let (old, new) = (beside(path, part), beside(&aside, part));
        if old.exists() {
            fs::rename(&old, &new).map_err(io(&old))?;
            before = Some(aside.clone());
        }
    }
    Ok(before)
}
