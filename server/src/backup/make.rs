//! Takes a backup: a copy of one moment, checked, brought to the disk, and only then given its name. After that
//! the live database learns what is durable now.

use std::path::{Path, PathBuf};

use sqlx::{Connection, SqliteConnection};
use tempfile::NamedTempFile;

use super::photos::{self, Named};
use super::{BackupError, Result, db, io, live, seal, still, verify};
use crate::blobs::Blobs;
use crate::config::database;
use crate::db::sqlite::schema;
use crate::folder;

/// A copy on its way. Dropped, it is gone.
pub(super) struct Copy {
    file: NamedTempFile,
    held: Vec<Held>,
    named: Vec<Named>,
}

/// What the copy holds of a client.
struct Held {
    tenant: i64,
    epoch: String,
    client: Vec<u8>,
    last_seq: i64,
}

/// A backup that is on the disk under its name.
pub(super) struct Kept {
    held: Vec<Held>,
}

/// What a backup holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// Devices.
    pub clients: usize,
    /// Commands with their outcomes.
    pub commands: u64,
    /// Photos that no backup had yet.
    pub photos: u64,
    /// Photos that the database calls whole, and that are not where they should be.
    pub missing: usize,
}

/// Backs up the database of a data folder, whether it is being served or not. `replace`: a file that is there
/// gives way, once the new one is whole. `photos`: where they are, if they are to be copied, too.
///
/// # Errors
/// [`BackupError`]; then there is no new backup, unless the very last step failed: telling the database.
pub async fn make(data: &Path, to: &Path, replace: bool, photos: Option<&Blobs>) -> Result<Made> {
    if !replace && to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let copy = copy(data, to).await?;
    // before the copy gets its name: a backup has all that it names
    let (photos, missing) = match photos {
        Some(from) if !copy.named.is_empty() => {
            photos::copy(&copy.named, from, &Blobs::folder(&photos::beside(to))?).await?
        }
        _ => (0, Vec::new()),
    };
    for hash in &missing {
        tracing::error!(%hash, "a photo is not where it should be: it comes back only if a phone still has it");
    }
    let kept = copy.keep(to, replace)?;
    advance(data, &kept).await?;
    let commands = kept.held.iter().map(|it| u64::try_from(it.last_seq).unwrap_or(0)).sum();
    Ok(Made { clients: kept.held.len(), commands, photos, missing: missing.len() })
}

/// Copies one moment of the database into a file beside the target, and checks it.
pub(super) async fn copy(data: &Path, to: &Path) -> Result<Copy> {
    let source = database(data);
    let mut conn = live(&source).await?;
    if schema::version(&mut conn).await.map_err(db(&source))? != Some(schema::newest()) {
        conn.close().await.map_err(db(&source))?;
        return Err(BackupError::OtherVersion(source));
    }
    let folder = folder::of(to);
    // its owner's only, like the database; in the same folder, so that it can be renamed
    let file = tempfile::Builder::new().prefix(".leeway-backup-").tempfile_in(folder).map_err(io(folder))?;
    let name = path_text(file.path())?;
    sqlx::query("vacuum into ?").bind(name).execute(&mut conn).await.map_err(db(to))?;
    conn.close().await.map_err(db(&source))?;
    seal::add(file.path()).map_err(io(file.path()))?;
    verify::file(file.path()).await.map_err(|error| named(error, to))?;
    let mut copied = still(file.path()).await?;
    let held = held(&mut copied).await.map_err(db(to))?;
    let named = photos::named(&mut copied, to).await?;
    let _ = copied.close().await;
    Ok(Copy { file, held, named })
}

fn path_text(path: &Path) -> Result<String> {
    let text = path.to_str().map(str::to_owned);
    text.ok_or_else(|| io(path)(std::io::Error::other("the name is not Unicode")))
}

/// The copy has a name for the moment only; people know the one that it was to get.
fn named(error: BackupError, to: &Path) -> BackupError {
    match error {
        BackupError::Unsound { problems, .. } => {
            BackupError::Unsound { path: PathBuf::from(format!("the backup for {}", to.display())), problems }
        }
        error => error,
    }
}

async fn held(conn: &mut SqliteConnection) -> sqlx::Result<Vec<Held>> {
    let sql = "select c.tenant, t.epoch, c.id, c.last_seq from client c join tenant t on t.id = c.tenant";
    let found: Vec<(i64, String, Vec<u8>, i64)> = sqlx::query_as(sql).fetch_all(conn).await?;
    let read = |(tenant, epoch, client, last_seq)| Held { tenant, epoch, client, last_seq };
    Ok(found.into_iter().map(read).collect())
}

impl Copy {
    /// Gives the copy its name, and brings that to the disk.
    pub(super) fn keep(self, to: &Path, replace: bool) -> Result<Kept> {
        let Self { file, held, .. } = self;
        let done = if replace { file.persist(to) } else { file.persist_noclobber(to) };
        done.map_err(|error| match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => BackupError::Exists(to.to_owned()),
            _ => io(to)(error.error),
        })?;
        folder::sync(folder::of(to)).map_err(io(to))?;
        Ok(Kept { held })
    }
}

/// Says in the live database what the backup holds. Its commands may not be fewer than that, and it must be of the
/// same history: a restore in the meantime makes the backup one of something else.
pub(super) async fn advance(data: &Path, kept: &Kept) -> Result<()> {
    let path = database(data);
    let mut conn = live(&path).await?;
    let told = tell(&mut conn, &kept.held).await;
    let closed = conn.close().await;
    match told.map_err(db(&path))? {
        true => closed.map_err(db(&path)),
        false => Err(BackupError::OtherEpoch),
    }
}

async fn tell(conn: &mut SqliteConnection, held: &[Held]) -> sqlx::Result<bool> {
    let mut tx = conn.begin_with("begin immediate").await?;
    for it in held {
        let epoch: Option<String> = sqlx::query_scalar("select epoch from tenant where id = ?")
            .bind(it.tenant)
            .fetch_optional(&mut *tx)
            .await?;
        if epoch.as_ref() != Some(&it.epoch) {
            return Ok(false);
        }
        sqlx::query(
            "update client set durable_seq = max(durable_seq, min(last_seq, ?)) where tenant = ? and id = ?",
        )
        .bind(it.last_seq)
        .bind(it.tenant)
        .bind(&it.client)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(true)
}
