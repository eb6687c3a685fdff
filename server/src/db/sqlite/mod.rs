//! SQLite: one file, one writer, several readers, each on a snapshot. Write-ahead log, flushed at every commit.
//!
//! Read: [`lane`] (connections), [`read`], [`pull`], [`mod@write`], [`rows`]. **Never** memory-maps the file, and
//! never uses a connection again whose `BEGIN` or `COMMIT` failed.

mod lane;
mod many;
mod pull;
mod read;
mod rows;
pub(crate) mod schema;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::{Database, Reading, Result, Tally, Tenant, Writing, stored};
use crate::host::Host;
use lane::Lane;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/sqlite");

/// How many snapshots may be read at once.
const READERS: usize = 4;
/// How long one connection waits for another: the writer lane is ours alone, so this is for other programs.
const BUSY: Duration = Duration::from_secs(10);
/// Older versions can lose a commit when the log is reset.
const OLDEST: (u32, u32, u32) = (3, 51, 3);

/// Why the database can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A newer server wrote it; this one must not touch it.
    #[error("{path} was written by a newer version of the server")]
    Newer {
        /// The file.
        path: PathBuf,
    },
    /// A migration failed.
    #[error("{path}: {source}")]
    Migrate {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: MigrateError,
    },
    /// The file can't be opened.
    #[error("{path}: {source}")]
    Open {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: sqlx::Error,
    },
    /// The library is too old.
    #[error("SQLite {0} is too old")]
    Library(String),
}

/// An open database file.
#[derive(Debug)]
pub struct Sqlite {
    writer: Arc<Lane>,
    readers: Arc<Lane>,
    tally: Tally,
}

impl Sqlite {
    /// Opens the file, makes it if it is missing, and brings its schema up to date.
    ///
    /// # Errors
    /// [`OpenError`] when it can't be opened, or was written by a newer server.
    pub async fn open(path: &Path) -> std::result::Result<Self, OpenError> {
        let base = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .synchronous(SqliteSynchronous::Full);
        #[cfg(feature = "plant")]
        let base = match crate::plant::lazy_flush() {
            true => base.synchronous(SqliteSynchronous::Normal),
            false => base,
        };
        let writing = base.clone().create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
        let open = |source| OpenError::Open { path: path.to_owned(), source };
        let mut conn = writing.connect().await.map_err(open)?;
        let version: String =
            sqlx::query_scalar("select sqlite_version()").fetch_one(&mut conn).await.map_err(open)?;
        if !recent(&version) {
            return Err(OpenError::Library(version));
        }
        migrate(&mut conn, path).await?;
        conn.close().await.map_err(open)?;
        Ok(Self {
            writer: Lane::new(writing, 1, "begin immediate"),
            readers: Lane::new(base.pragma("query_only", "on"), READERS, "begin"),
            tally: Tally::default(),
        })
    }
}

async fn migrate(conn: &mut SqliteConnection, path: &Path) -> std::result::Result<(), OpenError> {
    // not `run`: the compiler would not see that what it does may go on in another thread
    MIGRATIONS.run_direct(None, conn, false).await.map_err(|source| match source {
        MigrateError::VersionMissing(_) => OpenError::Newer { path: path.to_owned() },
        source => OpenError::Migrate { path: path.to_owned(), source },
    })
}

fn recent(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut part = || parts.next().unwrap_or(0);
    (part(), part(), part()) >= OLDEST
}

#[async_trait]
impl Database for Sqlite {
    async fn read(&self, tenant: Tenant) -> Result<Box<dyn Reading>> {
        Ok(Box::new(self.readers.begin(tenant).await?))
    }

    async fn write(&self, tenant: Tenant) -> Result<Box<dyn Writing>> {
        Ok(Box::new(self.writer.begin(tenant).await?))
    }

    async fn read_copy(&self, _tenant: Tenant) -> Option<Box<dyn Reading>> {
        None
    }

    async fn hosts(&self) -> Result<Vec<(Host, Tenant)>> {
        let mut turn = self.readers.begin(Tenant::FIRST).await?;
        let found = sqlx::query_as("select host, tenant from host order by tenant, host")
            .fetch_all(&mut turn.conn)
            .await?;
        turn.end("commit").await?;
        stored::hosts(found)
    }

    fn tally(&self) -> &Tally {
        &self.tally
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

#[cfg(test)]
mod tests {
    use leeway_core::customers::{Customer, Grade, Industry};
    use leeway_core::quotes::{Content, Quote, QuoteState};
    use leeway_core::stamped::Stamped;
    use leeway_core::values::{
        CommandId, CustomerId, Percent, PriceBookId, QuoteId, Timestamp, UnitId, UserId,
    };
    use leeway_core::{Changes, Context};

    use sqlx::Executor;

    use super::*;
    use crate::db::{DbError, Organisation, suite};
    use crate::error::ApiError;

    async fn open() -> (tempfile::TempDir, Sqlite) {
        let folder = tempfile::tempdir().unwrap();
        let db = Sqlite::open(&folder.path().join("leeway.sqlite")).await.unwrap();
        (folder, db)
    }

    suite::database_suite!(open);

    #[test]
    fn versions_are_compared_by_number() {
        assert!(recent("3.51.3") && recent("3.54.1") && recent("4.0.0"));
        assert!(!recent("3.51.2") && !recent("3.9.0") && !recent("garbage"));
    }

    #[tokio::test]
    async fn a_full_disk_is_told_from_a_fault() {
        let mut conn = SqliteConnectOptions::new().filename(":memory:").connect().await.unwrap();
        conn.execute("create table t (x); pragma max_page_count = 4").await.unwrap();
        let full = conn.execute("insert into t values (zeroblob(1000000))").await.unwrap_err();
        let full = DbError::from(full);
        assert!(matches!(full, DbError::Full(_)), "{full:?}");
        assert!(matches!(ApiError::from(full), ApiError::Busy));
        let fault = DbError::from(conn.execute("select * from nothing").await.unwrap_err());
        assert!(matches!(fault, DbError::Failed(_)), "{fault:?}");
    }

    #[tokio::test]
    async fn a_newer_schema_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("leeway.sqlite");
        Sqlite::open(&path).await.unwrap().close().await;
        let mut conn = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
        sqlx::query(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
             values (999999, 'later', 1, x'00', 0)",
        )
        .execute(&mut conn)
        .await
        .unwrap();
        conn.close().await.unwrap();
        assert!(matches!(Sqlite::open(&path).await, Err(OpenError::Newer { .. })));
    }

    #[tokio::test]
    async fn customers_of_an_older_server_are_found_by_their_manager() {
        let (_folder, db) = open().await;
        let owner = UserId::from_u128(1);
        let by = Context { command: CommandId::from_u128(1), actor: owner, at: Timestamp::from_ms(0) };
        let customer = Customer {
            id: CustomerId::from_u128(7),
            owner,
            unit: UnitId::from_u128(1),
            name: Stamped::new(&by, "海港医院".into()),
            code: Stamped::new(&by, None),
            industry: Stamped::new(&by, Industry::Medical),
            grade: Stamped::new(&by, Grade::A),
            address: Stamped::new(&by, String::new()),
            handed: Vec::new(),
        };
        let mut writing = db.write(Tenant::FIRST).await.unwrap();
        let organisation = Organisation { name: "试点分公司".into(), epoch: "e1".into() };
        writing.found(&organisation, Timestamp::from_ms(0)).await.unwrap();
        writing.write(&Changes::none().put(customer.clone())).await.unwrap();
        writing.commit().await.unwrap();
        let turn = db.writer.begin(Tenant::FIRST).await.unwrap();
        turn.end("delete from row_key where key like 'customer.owner|%'; commit").await.unwrap();
        let theirs = Customer::of_owner(owner);
        let found = async || {
            let mut reading = db.read(Tenant::FIRST).await.unwrap();
            reading.records(&theirs).await.unwrap()
        };
        assert_eq!(found().await, []);
        let turn = db.writer.begin(Tenant::FIRST).await.unwrap();
        let sql = concat!(include_str!("../../../migrations/sqlite/0004_customers_by_owner.sql"), "commit");
        turn.end(sql).await.unwrap();
        assert_eq!(found().await, [customer.into()]);
    }

    #[tokio::test]
    async fn quotes_of_before_are_found_by_who_made_them() {
        let (_folder, db) = open().await;
        let content = Content {
            customer: CustomerId::from_u128(1),
            opportunity: None,
            title: "专线".into(),
            book: PriceBookId::from_u128(1),
            months: 12,
            free_months: 0,
            overall: Percent::ZERO,
            valid_until: "2026-12-31".parse().unwrap(),
            lines: Vec::new(),
        };
        let quote = Quote {
            id: QuoteId::from_u128(1),
            by: UserId::from_u128(1),
            made_at: Timestamp::from_ms(1_795_262_400_000),
            content,
            state: QuoteState::Draft,
            flags: Vec::new(),
            proof: None,
            because: None,
            sent: None,
            versions: Vec::new(),
        };
        let mut writing = db.write(Tenant::FIRST).await.unwrap();
        let organisation = Organisation { name: "试点分公司".into(), epoch: "e1".into() };
        writing.found(&organisation, Timestamp::from_ms(0)).await.unwrap();
        writing.write(&Changes::none().put(quote.clone())).await.unwrap();
        writing.commit().await.unwrap();
        let turn = db.writer.begin(Tenant::FIRST).await.unwrap();
        turn.end("delete from row_key where key like 'quote.by|%'; commit").await.unwrap();
        let theirs = &Quote::of_manager(quote.by);
        let (from, until) = (format!("{theirs}{:015}", quote.made_at.ms()), format!("{theirs}~"));
        let found = async || {
            let mut reading = db.read(Tenant::FIRST).await.unwrap();
            reading.first_records(&from, &until, 9).await.unwrap()
        };
        assert_eq!(found().await, []);
        let turn = db.writer.begin(Tenant::FIRST).await.unwrap();
        let sql = concat!(include_str!("../../../migrations/sqlite/0008_quotes_by_manager.sql"), "commit");
        turn.end(sql).await.unwrap();
        assert_eq!(found().await, [quote.into()]);
    }

    #[tokio::test]
    async fn a_failed_commit_throws_the_connection_away() {
        let (_folder, db) = open().await;
        let turn = db.writer.begin(Tenant::FIRST).await.unwrap();
        assert!(turn.end("not sql").await.is_err());
        assert_eq!(db.writer.idle(), 0);
        let turn = db.writer.begin(Tenant::FIRST).await.unwrap();
        turn.end("commit").await.unwrap();
        assert_eq!(db.writer.idle(), 1);
    }
}
