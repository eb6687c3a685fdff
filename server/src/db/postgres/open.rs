//! Opening: the owner brings the schema up to date and lets the server's role use it; then the server's role is
//! looked at, and its connections are prepared. **Never** serves by a role that row-level security does not bind.

use std::str::FromStr;
use std::sync::{Arc, Mutex};

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};

use super::history::History;
use super::lane::{Lane, Use};
use super::standby::Watch;
use super::{Copy, Postgres};
use crate::config::Address;
use crate::db::{DbError, Tally};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/postgres");

/// How many snapshots may be read at once, of the primary and of the standby each.
const READERS: usize = 12;
/// How many transactions may write at once: more would get into each other's way rather than be done sooner.
const WRITERS: usize = 8;
/// How many may write notes at once.
const NOTERS: usize = 4;
/// The oldest version that is served.
const OLDEST: u32 = 14;

/// For every connection of the server. Short statements only: one that hangs must not hold back others. Small tables
/// are read by index, too: a serializable transaction watches what it has read, and should not watch whole tables.
const SETTINGS: [(&str, &str); 6] = [
    ("statement_timeout", "30s"),
    ("lock_timeout", "10s"),
    ("idle_in_transaction_session_timeout", "30s"),
    ("client_connection_check_interval", "10s"),
    ("enable_seqscan", "off"),
    ("jit", "off"),
];

/// Where the database is.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// The primary, by the server's own role.
    pub primary: Address,
    /// The primary, by the owner of the tables; without it the server's role owns them.
    pub owner: Option<Address>,
    /// A standby that answers pulls.
    pub standby: Option<Address>,
}

/// Why the database can't be opened. Addresses are never told: there may be passwords in them.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The setting is not what it should be.
    #[error(
        "{setting} is not the address of a PostgreSQL database, like postgres://leeway@localhost/leeway: {source}"
    )]
    Address {
        /// The variable of the environment.
        setting: &'static str,
        /// What is wrong with it.
        source: sqlx::Error,
    },
    /// Nobody answers there, or not to this role.
    #[error("{setting}: {source}; is it running, does the database exist, may the role log in?")]
    Connect {
        /// The variable of the environment.
        setting: &'static str,
        /// What went wrong.
        source: DbError,
    },
    /// A newer server wrote it; this one must not touch it.
    #[error("the database was written by a newer version of the server")]
    Newer,
    /// A migration failed.
    #[error("the schema can't be brought up to date by {setting}: {source}")]
    Migrate {
        /// The variable of the environment.
        setting: &'static str,
        /// What went wrong.
        source: MigrateError,
    },
    /// The server's role can't be let in.
    #[error("the owner of the tables can't let {role} use them: {source}")]
    Grant {
        /// The server's role.
        role: String,
        /// What went wrong.
        source: sqlx::Error,
    },
    /// Row-level security does not bind the role.
    #[error(
        "{role} may read the data of every tenant, as superusers do: name another role in {PRIMARY}, \
         made by `create role leeway login`, and the owner of the database in {OWNER}"
    )]
    Unbound {
        /// The server's role.
        role: String,
    },
    /// The server is too old.
    #[error("PostgreSQL {0} is too old: at least {OLDEST} is needed")]
    Version(u32),
}

const PRIMARY: &str = "DATABASE_URL";
const OWNER: &str = "DATABASE_OWNER_URL";
const STANDBY: &str = "DATABASE_STANDBY_URL";

fn options(address: &Address, setting: &'static str) -> Result<PgConnectOptions, OpenError> {
    let url = address.text();
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        let source = sqlx::Error::Configuration("it does not begin with postgres://".into());
        return Err(OpenError::Address { setting, source });
    }
    PgConnectOptions::from_str(url).map_err(|source| OpenError::Address { setting, source })
}

/// Prepares a connection of the server.
fn serving(options: PgConnectOptions) -> PgConnectOptions {
    options.options(SETTINGS).application_name("leeway-server")
}

impl Postgres {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// [`OpenError`] says which setting is wrong, and what to do.
    pub async fn open(addresses: &Addresses) -> Result<Self, OpenError> {
        let primary = options(&addresses.primary, PRIMARY)?;
        let standby = addresses.standby.as_ref().map(|it| options(it, STANDBY)).transpose()?;
        let owner = match &addresses.owner {
            Some(owner) => (options(owner, OWNER)?, OWNER),
            None => (primary.clone(), PRIMARY),
        };
        // first of all: tables must not come to belong to a role that is refused
        let history = examine(&primary).await?;
        migrate(&owner.0, owner.1, primary.get_username()).await?;
        let current = Arc::new(Mutex::new(history));
        let lane = |options, width, purpose| Lane::new(serving(options), width, purpose, &current);
        let readers = lane(primary.clone(), READERS, Use::Read);
        let copy = standby.map(|options| Copy {
            lane: lane(options, READERS, Use::Copy),
            watch: Watch::new(&readers, &current),
        });
        let noters = lane(primary.clone(), NOTERS, Use::Note);
        let writers = lane(primary, WRITERS, Use::Write);
        Ok(Self { writers, noters, readers, copy, tally: Tally::default() })
    }
}

/// Brings the schema up to date, and lets the server's role use it: rows of the journal are never deleted, other
/// than by the owner.
async fn migrate(owner: &PgConnectOptions, setting: &'static str, role: &str) -> Result<(), OpenError> {
    let failed = |source: sqlx::Error| OpenError::Connect { setting, source: source.into() };
    let mut conn = owner.connect().await.map_err(failed)?;
    let version: i32 = sqlx::query_scalar("select current_setting('server_version_num')::int / 10000")
        .fetch_one(&mut conn)
        .await
        .map_err(failed)?;
    let version = version.unsigned_abs();
    if version < OLDEST {
        return Err(OpenError::Version(version));
    }
    // not `run`: the compiler would not see that what it does may go on in another thread
    MIGRATIONS.run_direct(None, &mut conn, false).await.map_err(|source| match source {
        MigrateError::VersionMissing(_) => OpenError::Newer,
        source => OpenError::Migrate { setting, source },
    })?;
    if owner.get_username() != role {
        grant(&mut conn, role).await.map_err(|source| OpenError::Grant { role: role.to_owned(), source })?;
    }
    conn.close().await.map_err(failed)
}

async fn grant(conn: &mut PgConnection, role: &str) -> sqlx::Result<()> {
    // several processes may start at once, and two that grant the same at once disturb each other
    let sql: String = sqlx::query_scalar(
        "select format('
            begin;
            select pg_advisory_xact_lock(hashtextextended(''leeway.grant'', 0));
            grant usage on schema %1$I to %2$I;
            grant select, insert, update on all tables in schema %1$I to %2$I;
            grant delete on %1$I.row_key, %1$I.session, %1$I.host to %2$I;
            revoke all on %1$I._sqlx_migrations from %2$I;
            commit', current_schema(), $1)",
    )
    .bind(role)
    .fetch_one(&mut *conn)
    .await?;
    // the names were quoted by PostgreSQL
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await?;
    Ok(())
}

/// Looks at the server's role, and at the history of what it reaches.
async fn examine(primary: &PgConnectOptions) -> Result<History, OpenError> {
    let failed = |source| OpenError::Connect { setting: PRIMARY, source };
    let mut conn = primary.connect().await.map_err(|error| failed(error.into()))?;
    let (role, is_free): (String, bool) = sqlx::query_as(
        "select rolname::text, rolsuper or rolbypassrls from pg_roles where rolname = current_user",
    )
    .fetch_one(&mut conn)
    .await
    .map_err(|error| failed(error.into()))?;
    if is_free {
        return Err(OpenError::Unbound { role });
    }
    let history = History::of_primary(&mut conn).await.map_err(failed)?;
    conn.close().await.map_err(|error| failed(error.into()))?;
    Ok(history)
}
