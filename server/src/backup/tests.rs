//! Cut off anywhere, broken in any way: the old state or the new one, and never a watermark ahead of a file.

use std::path::{Path, PathBuf};

use leeway_core::sync::protocol::{Envelope, OutcomeKind};
use leeway_core::values::{ClientId, CommandId, CustomerId, NoteId, Timestamp, UserId, VisitId};
use leeway_core::visits::VisitNote;
use leeway_core::{Changes, Scope};
use serde_json::json;
use sqlx::Connection;
use tempfile::TempDir;

use super::{BackupError, make, restore, verify};
use crate::config::database;
use crate::db::sqlite::Sqlite;
use crate::db::{Client, Database, Entry, Organisation, Tenant, Verdict};
use crate::folder;

const NOW: Timestamp = Timestamp::from_ms(1_000);
const CLIENT: ClientId = ClientId::from_u128(5);
const USER: UserId = UserId::from_u128(1);

/// A data folder whose database holds `n` commands, each with its note.
struct Place {
    folder: TempDir,
}

impl Place {
    async fn with(n: u64) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        drop(folder::hold(&place.data()).unwrap());
        let db = place.open().await;
        let mut writing = db.write(Tenant::FIRST).await.unwrap();
        let organisation = Organisation { name: "试点分公司".into(), epoch: "e1".into() };
        writing.found(&organisation, NOW).await.unwrap();
        let grant = Changes::none().grant(USER, Scope::Customer(CustomerId::from_u128(1)));
        writing.write(&grant).await.unwrap();
        writing.commit().await.unwrap();
        db.close().await;
        place.push(n).await;
        place
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("backup.sqlite")
    }

    async fn open(&self) -> Sqlite {
        Sqlite::open(&folder::prepare(&self.data()).unwrap()).await.unwrap()
    }

    async fn push(&self, n: u64) {
        let db = self.open().await;
        for _ in 0..n {
            let mut writing = db.write(Tenant::FIRST).await.unwrap();
            let known = writing.client(CLIENT).await.unwrap();
            let mut it = known.unwrap_or(Client { user: USER, incarnation: None, last_seq: 0, durable: 0 });
            it.last_seq += 1;
            writing.put_client(CLIENT, &it, NOW).await.unwrap();
            let id = u128::from(it.last_seq);
            let envelope = Envelope {
                seq: it.last_seq,
                id: CommandId::from_u128(id),
                by: USER,
                kind: "visits.open".into(),
                kv: 1,
                at: NOW,
                args: json!({}),
            };
            let verdict = Verdict { outcome: OutcomeKind::Applied, reason: None, decides: true };
            let entry = Entry {
                client: CLIENT,
                user: USER,
                envelope: &envelope,
                sha: [7; 32],
                verdict: &verdict,
                received_at: NOW,
            };
            writing.keep(&[entry]).await.unwrap();
            let note = VisitNote {
                id: NoteId::from_u128(id),
                visit: VisitId::from_u128(1),
                customer: CustomerId::from_u128(1),
                by: USER,
                at: NOW,
                text: "双路由".into(),
            };
            writing.write(&Changes::none().put(note)).await.unwrap();
            writing.commit().await.unwrap();
        }
        db.close().await;
    }

    /// Returns the epoch, the last command that has an outcome, and the last that is durable.
    async fn state(&self) -> (String, u64, u64) {
        let db = self.open().await;
        let mut reading = db.read(Tenant::FIRST).await.unwrap();
        let it = reading.client(CLIENT).await.unwrap().unwrap();
        let epoch = reading.organisation().await.unwrap().unwrap().epoch;
        reading.end().await.unwrap();
        db.close().await;
        (epoch, it.last_seq, it.durable)
    }

    async fn sql(&self, sql: &'static str) {
        let mut conn = super::live(&database(&self.data())).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("pragma foreign_keys = off; {sql}")))
            .execute(&mut conn)
            .await
            .unwrap();
        // or its log would go at some later time
        conn.close().await.unwrap();
    }

    /// Returns the names of all files in the folder and in the data folder.
    fn files(&self) -> Vec<String> {
        let names = |folder: &Path| {
            let all = std::fs::read_dir(folder).unwrap();
            all.map(|it| it.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
        };
        let mut all = [names(self.folder.path()), names(&self.data())].concat();
        all.sort();
        all
    }
}

fn e(n: u64, last_seq: u64, durable: u64) -> (String, u64, u64) {
    (format!("e{n}"), last_seq, durable)
}

#[tokio::test]
async fn a_backup_cut_off_anywhere_promises_nothing_that_it_does_not_hold() {
    let place = Place::with(3).await;
    let before = place.files();
    drop(make::copy(&place.data(), &place.file()).await.unwrap());
    assert_eq!((place.state().await, place.files()), (e(1, 3, 0), before));
    // whole and named, but the database was not told: less is known than is true
    make::copy(&place.data(), &place.file()).await.unwrap().keep(&place.file(), false).unwrap();
    assert_eq!(place.state().await, e(1, 3, 0));
    verify::file(&place.file()).await.unwrap();
    // what came after the copy is not in it
    let copy = make::copy(&place.data(), &place.file()).await.unwrap();
    place.push(2).await;
    let kept = copy.keep(&place.file(), true).unwrap();
    make::advance(&place.data(), &kept).await.unwrap();
    assert_eq!(place.state().await, e(1, 5, 3));
    make::make(&place.data(), &place.file(), true, None).await.unwrap();
    assert_eq!(place.state().await, e(1, 5, 5));
}

#[tokio::test]
async fn a_backup_does_not_overwrite_another_unless_told() {
    let place = Place::with(1).await;
    std::fs::write(place.file(), "precious").unwrap();
    let refused = make::make(&place.data(), &place.file(), false, None).await;
    assert!(matches!(refused, Err(BackupError::Exists(_))), "{refused:?}");
    // nor one that appears at the last moment
    let refused = make::copy(&place.data(), &place.file()).await.unwrap().keep(&place.file(), false);
    assert!(matches!(refused.map(drop), Err(BackupError::Exists(_))));
    assert_eq!(std::fs::read_to_string(place.file()).unwrap(), "precious");
    assert_eq!(place.state().await, e(1, 1, 0));
    make::make(&place.data(), &place.file(), true, None).await.unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(place.file()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_backup_of_another_history_promises_nothing() {
    let place = Place::with(3).await;
    let copy = make::copy(&place.data(), &place.file()).await.unwrap();
    place.sql("update tenant set epoch = 'e2'").await;
    let kept = copy.keep(&place.file(), false).unwrap();
    let refused = make::advance(&place.data(), &kept).await;
    assert!(matches!(refused, Err(BackupError::OtherEpoch)), "{refused:?}");
    assert_eq!(place.state().await, e(2, 3, 0));
}

#[tokio::test]
async fn what_is_wrong_is_named_and_not_backed_up() {
    for (sql, word) in [
        ("delete from command where seq = 2", "outcomes up to 3, but 2 commands"),
        ("update client set last_seq = 2", "outcomes up to 2, but 3 commands"),
        ("update client set durable_seq = 9", "durable up to 9 of 3"),
        ("update row set body = '{}' where rev = 1", "missing field"),
        ("update row set body = null", "EOF"),
        ("update row set typ = 'song'; update row_key set typ = 'song'", "type is not known"),
        ("update row set scope = 'catalogue'", "lives in catalogue"),
        ("update row set stamp = 99", "change number 99"),
        ("update scope_grant set stamp = 99", "change number 99"),
        ("delete from row_key", "not found under visit_note.visit|"),
        (
            "insert into row_key select tenant, 'x' || key, typ, id from row_key",
            "found under xvisit_note.visit|",
        ),
        ("update row set deleted = 1", "leads nowhere"),
        (
            "drop index row_live; insert into row select tenant, 'catalogue', typ, id, rev, 0, body, stamp from row",
            "lives 2 times",
        ),
        ("delete from tenant", "no organisation"),
        ("delete from clock", "has no clock"),
        ("delete from client", "a row of command names one of client"),
        ("drop table row_key", "can't be read"),
        ("insert into _sqlx_migrations values (999999, 'later', 0, 1, x'00', 0)", "newer version"),
    ] {
        let place = Place::with(3).await;
        verify::running(&database(&place.data())).await.unwrap();
        place.sql(sql).await;
        let said = verify::running(&database(&place.data())).await.unwrap_err().to_string();
        assert!(said.contains(word), "{sql}: {said}");
        let before = place.files();
        make::make(&place.data(), &place.file(), false, None).await.unwrap_err();
        assert_eq!(place.files(), before, "{sql}");
    }
}

#[tokio::test]
async fn a_backup_that_has_changed_is_refused_and_nothing_with_it() {
    let place = Place::with(3).await;
    make::make(&place.data(), &place.file(), false, None).await.unwrap();
    let whole = std::fs::read(place.file()).unwrap();
    let before = (place.state().await, place.files());
    let broken = place.folder.path().join("backup.sqlite");
    let mut cases: Vec<Vec<u8>> =
        (0..whole.len()).step_by(whole.len() / 40).map(|at| flipped(&whole, at)).collect();
    cases.extend([whole[..whole.len() / 2].to_vec(), Vec::new(), b"not a database at all".to_vec()]);
    for (n, bytes) in cases.into_iter().enumerate() {
        std::fs::write(&broken, bytes).unwrap();
        verify::file(&broken).await.expect_err(&format!("case {n}"));
        restore::restore(Tenant::FIRST, &place.data(), &broken, "e2", NOW).await.unwrap_err();
        assert_eq!((place.state().await, place.files()), before, "case {n}");
    }
}

fn flipped(whole: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    bytes[at] ^= 0x10;
    bytes
}

#[tokio::test]
async fn a_restore_begins_another_history_and_deletes_nothing() {
    let place = Place::with(3).await;
    make::make(&place.data(), &place.file(), false, None).await.unwrap();
    place.push(2).await;
    let restored = restore::restore(Tenant::FIRST, &place.data(), &place.file(), "e2", NOW).await.unwrap();
    assert_eq!(place.state().await, e(2, 3, 3), "what is in the backup is in a backup");
    verify::running(&database(&place.data())).await.unwrap();
    let before = restored.before.unwrap();
    verify::file(&before).await.unwrap();
    // the old one can be put back like any other
    let again = restore::restore(Tenant::FIRST, &place.data(), &before, "e3", NOW).await.unwrap();
    assert_eq!(place.state().await, e(3, 5, 5));
    assert!(before.exists() && again.before.unwrap() != before);
    // and where there is nothing, nothing steps aside
    let empty = tempfile::tempdir().unwrap();
    let restored = restore::restore(Tenant::FIRST, empty.path(), &place.file(), "e4", NOW).await.unwrap();
    assert_eq!(restored.before, None);
}

#[tokio::test]
async fn nothing_is_restored_under_a_running_server() {
    let place = Place::with(1).await;
    make::make(&place.data(), &place.file(), false, None).await.unwrap();
    let held = folder::hold(&place.data()).unwrap();
    let refused = restore::restore(Tenant::FIRST, &place.data(), &place.file(), "e2", NOW).await;
    assert!(matches!(refused, Err(BackupError::Folder(folder::FolderError::InUse(_)))), "{refused:?}");
    drop(held);
    assert_eq!(place.state().await, e(1, 1, 1));
}

#[tokio::test]
async fn a_restore_cut_off_is_not_served_and_can_be_run_again() {
    let place = Place::with(3).await;
    make::make(&place.data(), &place.file(), false, None).await.unwrap();
    let path = database(&place.data());
    let half = folder::restoring(&place.data());
    // cut off before the old files stepped aside, and after
    for aside in [false, true] {
        std::fs::copy(place.file(), &half).unwrap();
        if aside {
            std::fs::rename(&path, folder::beside(&path, ".before-7")).unwrap();
        }
        assert!(matches!(folder::prepare(&place.data()), Err(folder::FolderError::HalfRestored(_))));
        restore::restore(Tenant::FIRST, &place.data(), &place.file(), "e2", NOW).await.unwrap();
        assert!(!half.exists());
        assert_eq!(place.state().await, e(2, 3, 3));
    }
    assert!(folder::beside(&path, ".before-7").exists());
}

#[tokio::test]
async fn the_log_of_a_database_that_is_too_broken_to_open_goes_with_it() {
    let place = Place::with(1).await;
    make::make(&place.data(), &place.file(), false, None).await.unwrap();
    let path = database(&place.data());
    std::fs::write(&path, "rubbish that is no database at all").unwrap();
    std::fs::write(folder::beside(&path, "-wal"), "its log").unwrap();
    let restored = restore::restore(Tenant::FIRST, &place.data(), &place.file(), "e2", NOW).await.unwrap();
    let before = restored.before.unwrap();
    assert!(std::fs::read_to_string(&before).unwrap().starts_with("rubbish"));
    assert_eq!(std::fs::read_to_string(folder::beside(&before, "-wal")).unwrap(), "its log");
    assert_eq!(place.state().await, e(2, 1, 1));
}

#[tokio::test]
async fn a_backup_of_an_older_version_is_brought_up_to_date() {
    let place = Place::with(3).await;
    place
        .sql(
            "alter table client drop column durable_seq; drop index row_newest; drop index scope_grant_newest;
             drop index scope_grant_of; drop table recovery_key; drop table blob; drop table device; drop table host;
             alter table session drop column client; delete from _sqlx_migrations where version > 1",
        )
        .await;
    let refused = make::make(&place.data(), &place.file(), false, None).await;
    assert!(matches!(refused, Err(BackupError::OtherVersion(_))), "{refused:?}");
    std::fs::copy(database(&place.data()), place.file()).unwrap();
    verify::file(&place.file()).await.unwrap();
    restore::restore(Tenant::FIRST, &place.data(), &place.file(), "e2", NOW).await.unwrap();
    assert_eq!(place.state().await, e(2, 3, 3));
}

#[tokio::test]
async fn there_must_be_something() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = folder.path().join("nothing");
    for refused in [
        make::make(folder.path(), &nothing, false, None).await.map(drop),
        verify::file(&nothing).await,
        verify::running(&nothing).await,
        restore::restore(Tenant::FIRST, folder.path(), &nothing, "e2", NOW).await.map(drop),
    ] {
        assert!(matches!(refused, Err(BackupError::Missing(_))), "{refused:?}");
    }
    assert!(!nothing.exists() && !database(folder.path()).exists());
}
