//! Photos beside a backup: a folder that all backups of one place share. A photo never changes and has the name of its
//! bytes, so only new ones are copied, after the database; what the copy of the database calls whole was whole before.
//! **Never** overwrites and never deletes: an older backup may name what the newest does not.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use leeway_core::values::BlobHash;
use object_store::GetOptions;
use sqlx::{Connection, SqliteConnection};

use super::{BackupError, Result, db, live, still};
use crate::blobs::{Blobs, upload};

/// Name of the folder, beside the backups.
const FOLDER: &str = "leeway-photos";
/// Most problems that are told.
const TOLD: usize = 20;

/// A blob that a database calls whole.
pub(super) struct Named {
    hash: BlobHash,
    bytes: u64,
}

/// Returns the folder for the photos of a backup.
#[must_use]
pub fn beside(backup: &Path) -> PathBuf {
    crate::folder::of(backup).join(FOLDER)
}

/// Reads which blobs a database calls whole; none in one from before there were any.
pub(super) async fn named(conn: &mut SqliteConnection, path: &Path) -> Result<Vec<Named>> {
    let there: Option<i64> =
        sqlx::query_scalar("select 1 from sqlite_master where type = 'table' and name = 'blob'")
            .fetch_optional(&mut *conn)
            .await
            .map_err(db(path))?;
    if there.is_none() {
        return Ok(Vec::new());
    }
    let found: Vec<(Vec<u8>, i64)> =
        sqlx::query_as("select distinct hash, bytes from blob").fetch_all(conn).await.map_err(db(path))?;
    let read = |(hash, bytes): (Vec<u8>, i64)| {
        Some(Named { hash: BlobHash::new(hash.try_into().ok()?), bytes: u64::try_from(bytes).ok()? })
    };
    Ok(found.into_iter().filter_map(read).collect())
}

/// Copies what is missing from one place to another, each checked against its name on the way. Returns how many, and
/// what could not be copied.
pub(super) async fn copy(named: &[Named], from: &Blobs, to: &Blobs) -> Result<(u64, Vec<String>)> {
    let (mut copied, mut missing) = (0, Vec::new());
    for Named { hash, bytes } in named {
        if to.length(*hash).await.map_err(BackupError::photos)? == Some(*bytes) {
            continue;
        }
        match sound(from, *hash).await? {
            Some(bytes) => {
                to.put(*hash, bytes).await.map_err(BackupError::photos)?;
                copied += 1;
            }
            None => missing.push(hash.to_string()),
        }
    }
    Ok((copied, missing))
}

/// Checks that all photos that a database calls whole are in a place. `read`: that each is what its name says, too.
///
/// # Errors
/// [`BackupError::Unsound`] says which are not.
pub async fn check(database: &Path, place: &Blobs, read: bool) -> Result<()> {
    // a backup is read without making files beside it, a database in use with what is in its log
    let mut conn = if read { still(database).await? } else { live(database).await? };
    let named = named(&mut conn, database).await?;
    let _ = conn.close().await;
    let mut problems = Vec::new();
    for Named { hash, bytes } in &named {
        let is_there = match read {
            true => sound(place, *hash).await?.is_some(),
            false => place.length(*hash).await.map_err(BackupError::photos)? == Some(*bytes),
        };
        if !is_there {
            problems.push(format!("photo {hash} is not in its place, or has changed"));
        }
        if problems.len() == TOLD {
            problems.push("and more".to_owned());
            break;
        }
    }
    match problems.is_empty() {
        true => Ok(()),
        false => Err(BackupError::Unsound { path: database.to_owned(), problems }),
    }
}

/// Checks the photos of a backup, in the folder beside it.
///
/// # Errors
/// [`BackupError::Unsound`] says which are not there.
pub async fn check_beside(backup: &Path) -> Result<()> {
    let folder = beside(backup);
    // a check makes no folder: where there is none, nothing is in it
    let place = if folder.is_dir() { Blobs::folder(&folder)? } else { Blobs::default() };
    check(backup, &place, true).await
}

/// Puts back what a place lacks of the photos beside a backup. Returns how many came, and how many are nowhere.
///
/// # Errors
/// [`BackupError`] when one of the places does not answer; what came until then stays.
pub async fn put_back(backup: &Path, place: &Blobs) -> Result<(u64, usize)> {
    let mut conn = still(backup).await?;
    let named = named(&mut conn, backup).await?;
    let _ = conn.close().await;
    if named.is_empty() {
        return Ok((0, 0));
    }
    let (copied, missing) = copy(&named, &Blobs::folder(&beside(backup))?, place).await?;
    Ok((copied, missing.len()))
}

/// Reads a blob; `None` if it is not there or not what its name says.
async fn sound(place: &Blobs, hash: BlobHash) -> Result<Option<Bytes>> {
    let Some(found) = place.get(hash, GetOptions::default()).await.map_err(BackupError::photos)? else {
        return Ok(None);
    };
    let bytes = found.bytes().await.map_err(BackupError::photos)?;
    let is_it = upload::is(hash, bytes.clone()).await.is_ok_and(|is| is);
    Ok(is_it.then_some(bytes))
}

#[cfg(test)]
mod tests {
    use leeway_core::values::Timestamp;
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::backup::{make, restore};
    use crate::db::sqlite::Sqlite;
    use crate::db::{Database, Organisation, Tenant};
    use crate::folder;

    const NOW: Timestamp = Timestamp::from_ms(1_000);

    fn hash(bytes: &'static [u8]) -> BlobHash {
        BlobHash::new(Sha256::digest(bytes).into())
    }

    /// Makes a data folder whose database calls these photos whole, and the place where they are.
    async fn data(folder: &Path, photos: &[&'static [u8]]) -> Blobs {
        drop(folder::hold(folder).unwrap());
        let place = Blobs::folder(&folder.join("blobs")).unwrap();
        let db = Sqlite::open(&folder::prepare(folder).unwrap()).await.unwrap();
        let mut writing = db.write(Tenant::FIRST).await.unwrap();
        let organisation = Organisation { name: "试点分公司".into(), epoch: "e1".into() };
        writing.found(&organisation, NOW).await.unwrap();
        for bytes in photos {
            place.put(hash(bytes), Bytes::from_static(bytes)).await.unwrap();
            writing.put_blob(hash(bytes), u32::try_from(bytes.len()).unwrap(), NOW).await.unwrap();
        }
        writing.commit().await.unwrap();
        db.close().await;
        place
    }

    fn file(folder: &Path, hash: BlobHash) -> PathBuf {
        let name = hash.to_string();
        folder.join("whole").join(&name[..2]).join(name)
    }

    #[tokio::test]
    async fn photos_go_along_with_a_backup_and_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let place = data(&folder.path().join("data"), &[b"one", b"two"]).await;
        let backup = |n: u8| folder.path().join(format!("{n}.sqlite"));
        let make =
            async |n: u8| make::make(&folder.path().join("data"), &backup(n), false, Some(&place)).await;
        let made = make(1).await.unwrap();
        assert_eq!((made.photos, made.missing), (2, 0));
        // the next one has them already
        assert_eq!(make(2).await.unwrap().photos, 0);
        for n in [1, 2] {
            check_beside(&backup(n)).await.unwrap();
        }
        // put back into an empty folder, and only what is missing
        let other = folder.path().join("other");
        restore::restore(Tenant::FIRST, &other, &backup(2), "e2", NOW).await.unwrap();
        let restored = Blobs::folder(&other.join("blobs")).unwrap();
        assert_eq!(put_back(&backup(2), &restored).await.unwrap(), (2, 0));
        assert_eq!(put_back(&backup(2), &restored).await.unwrap(), (0, 0));
        check(&crate::config::database(&other), &restored, false).await.unwrap();
    }

    #[tokio::test]
    async fn a_photo_that_is_lost_or_has_changed_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let live = folder.path().join("data");
        let place = data(&live, &[b"one", b"two"]).await;
        let backup = folder.path().join("backup.sqlite");
        make::make(&live, &backup, false, Some(&place)).await.unwrap();
        let (one, two) = (hash(b"one"), hash(b"two"));
        std::fs::write(file(&beside(&backup), one), "eno").unwrap();
        let said = check_beside(&backup).await.unwrap_err().to_string();
        assert!(said.contains(&one.to_string()) && !said.contains(&two.to_string()), "{said}");
        // what has changed is not put back in the place of what is lost
        std::fs::remove_file(file(&live.join("blobs"), one)).unwrap();
        assert_eq!(put_back(&backup, &place).await.unwrap(), (0, 1));
        let said = check(&crate::config::database(&live), &place, false).await.unwrap_err().to_string();
        assert!(said.contains(&one.to_string()), "{said}");
        // a backup is made all the same, and says so
        let made = make::make(&live, &folder.path().join("again/b.sqlite"), false, Some(&place)).await;
        assert!(made.is_err(), "there is no such folder");
        std::fs::create_dir(folder.path().join("again")).unwrap();
        let made =
            make::make(&live, &folder.path().join("again/b.sqlite"), false, Some(&place)).await.unwrap();
        assert_eq!((made.photos, made.missing), (1, 1));
    }
}
