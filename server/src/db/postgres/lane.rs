//! Connections of one kind, each used by one transaction at a time. A connection comes back only from a transaction
//! that ended well: whatever else happens, a dropped future included, it is closed, and PostgreSQL undoes what was
//! under way. **Never** begins a transaction without naming the tenant, but for the one that asks whom there is, and never
//! does work again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, Row};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::history::History;
use crate::db::{DbError, Result, Tenant};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);

/// No organisation has this number.
const NOBODY: i64 = 0;

/// What the transactions of a lane are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Reading on the primary.
    Read,
    /// Writing.
    Write,
    /// Writing what no rule reads.
    Note,
    /// Reading on a standby.
    Copy,
}

impl Use {
    const fn begin(self) -> &'static str {
        match self {
            Self::Read | Self::Copy => "begin isolation level repeatable read, read only",
            Self::Write => "begin isolation level serializable",
            // serializable transactions watch whole pages, and the tables of notes have few
            Self::Note => "begin isolation level repeatable read",
        }
    }
}

/// Up to so many connections of one kind.
#[derive(Debug)]
pub(super) struct Lane {
    options: PgConnectOptions,
    width: u32,
    purpose: Use,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Link>>,
    /// The history of the primary, as the newest connection found it; shared by all lanes.
    current: Arc<Mutex<History>>,
}

/// A connection, and the history that it found on the other side.
#[derive(Debug)]
struct Link {
    conn: PgConnection,
    history: History,
}

/// A transaction under way.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) conn: PgConnection,
    pub(super) tenant: i64,
    pub(super) history: History,
    lane: Arc<Lane>,
    // after the connection, so that it is closed before the next one begins
    _permit: OwnedSemaphorePermit,
}

impl Lane {
    pub(super) fn new(
        options: PgConnectOptions,
        width: usize,
        purpose: Use,
        current: &Arc<Mutex<History>>,
    ) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(width));
        let width = u32::try_from(width).unwrap_or(1);
        let current = Arc::clone(current);
        Arc::new(Self { options, width, purpose, permits, idle: Mutex::default(), current })
    }

    /// Begins a transaction when a connection is free. Returns it with what the server said of itself just before,
    /// if it is a copy.
    pub(super) async fn begin(self: &Arc<Self>, tenant: Tenant) -> Result<(Turn, Option<PgRow>)> {
        self.enter(Some(tenant)).await
    }

    /// Begins a transaction that sees no data of anybody, only which host names there are.
    pub(super) async fn begin_for_nobody(self: &Arc<Self>) -> Result<Turn> {
        Ok(self.enter(None).await?.0)
    }

    async fn enter(self: &Arc<Self>, tenant: Option<Tenant>) -> Result<(Turn, Option<PgRow>)> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| DbError::Closed)?;
        loop {
            // one that the server has closed meanwhile fails here, before anything was begun
            let (mut link, is_old) = match self.with_idle(Vec::pop) {
                Some(link) => (link, true),
                None => (self.connect().await?, false),
            };
            match self.start(&mut link.conn, tenant).await {
                Ok(state) => {
                    let Link { conn, history } = link;
                    let lane = Arc::clone(self);
                    let tenant = tenant.map_or(NOBODY, Tenant::number);
                    return Ok((Turn { conn, tenant, history, lane, _permit: permit }, state));
                }
                Err(error) if is_old => tracing::debug!(%error, "a database connection is gone"),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Begins on this connection, in one message. What a copy says of itself is asked before: the snapshot must not
    /// be older.
    async fn start(&self, conn: &mut PgConnection, tenant: Option<Tenant>) -> sqlx::Result<Option<PgRow>> {
        let state = match self.purpose {
            Use::Copy => Some(sqlx::query(super::standby::STATE).fetch_one(&mut *conn).await?),
            Use::Read | Use::Write | Use::Note => None,
        };
        // a number and a text of ours
        let tenant = tenant.map(|it| it.to_string()).unwrap_or_default();
        let begin = format!("{}; set local leeway.tenant = '{tenant}'", self.purpose.begin());
        sqlx::raw_sql(AssertSqlSafe(begin)).execute(conn).await?;
        Ok(state)
    }

    async fn connect(&self) -> Result<Link> {
        let late = |_| sqlx::Error::Io(std::io::ErrorKind::TimedOut.into());
        let mut conn = tokio::time::timeout(CONNECT, self.options.connect()).await.map_err(late)??;
        if self.purpose == Use::Copy {
            // what a copy belongs to may change while it is connected: it is asked at each beginning
            return Ok(Link { conn, history: History::default() });
        }
        let history = History::of_primary(&mut conn).await?;
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if *current != history {
            tracing::warn!("the database has another history than before: what devices have pulled is void");
            current.clone_from(&history);
        }
        drop(current);
        Ok(Link { conn, history })
    }

    /// Waits for all transactions and closes all connections. Later ones get [`DbError::Closed`].
    pub(super) async fn close(&self) {
        let all = self.permits.acquire_many(self.width).await;
        self.permits.close();
        drop(all);
        for link in self.with_idle(std::mem::take) {
            if let Err(error) = link.conn.close().await {
                tracing::warn!(%error, "a database connection did not close well");
            }
        }
    }

    fn with_idle<T>(&self, act: impl FnOnce(&mut Vec<Link>) -> T) -> T {
        act(&mut self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }

    #[cfg(test)]
    pub(super) fn idle(&self) -> usize {
        self.with_idle(|idle| idle.len())
    }
}

impl Turn {
    /// Whether this is a standby.
    pub(super) fn is_copy(&self) -> bool {
        self.lane.purpose == Use::Copy
    }

    /// Ends the transaction, and gives the connection back if that went well.
    pub(super) async fn end(mut self, how: &'static str) -> Result<()> {
        sqlx::raw_sql(how).execute(&mut self.conn).await?;
        let Self { conn, history, lane, .. } = self;
        lane.with_idle(|idle| idle.push(Link { conn, history }));
        Ok(())
    }
}

/// Reads a text out of a row.
pub(super) fn text(row: &PgRow, column: &str) -> Result<String> {
    Ok(row.try_get::<String, _>(column)?)
}
