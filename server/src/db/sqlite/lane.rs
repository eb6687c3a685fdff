//! Connections of one kind, each used by one transaction at a time. A connection comes back only from a
//! transaction that ended well: whatever else happens, a dropped future included, it is closed, and SQLite
//! forgets what was under way. **Never** retries.

use std::sync::{Arc, Mutex, PoisonError};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::db::{DbError, Result, Tenant};

/// Up to so many connections of one kind.
#[derive(Debug)]
pub(super) struct Lane {
    options: SqliteConnectOptions,
    width: u32,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<SqliteConnection>>,
    begin: &'static str,
}

/// A transaction under way.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) conn: SqliteConnection,
    pub(super) tenant: i64,
    /// The commit number, once something was written that needs one.
    pub(super) stamp: Option<i64>,
    lane: Arc<Lane>,
    // after the connection, so that it is closed before the next one begins
    _permit: OwnedSemaphorePermit,
}

impl Lane {
    pub(super) fn new(options: SqliteConnectOptions, width: usize, begin: &'static str) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(width));
        let width = u32::try_from(width).unwrap_or(1);
        Arc::new(Self { options, width, permits, idle: Mutex::default(), begin })
    }

    /// Begins a transaction when a connection is free.
    pub(super) async fn begin(self: &Arc<Self>, tenant: Tenant) -> Result<Turn> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| DbError::Closed)?;
        let held = self.with_idle(Vec::pop);
        let mut conn = match held {
            Some(conn) => conn,
            None => self.options.connect().await?,
        };
        sqlx::query(self.begin).execute(&mut conn).await?;
        Ok(Turn { conn, tenant: tenant.number(), stamp: None, lane: Arc::clone(self), _permit: permit })
    }

    /// Waits for all transactions and closes all connections. Later ones get [`DbError::Closed`].
    pub(super) async fn close(&self) {
        let all = self.permits.acquire_many(self.width).await;
        self.permits.close();
        drop(all);
        for conn in self.with_idle(std::mem::take) {
            if let Err(error) = conn.close().await {
                tracing::warn!(%error, "a database connection did not close well");
            }
        }
    }

    fn with_idle<T>(&self, act: impl FnOnce(&mut Vec<SqliteConnection>) -> T) -> T {
        act(&mut self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }

    #[cfg(test)]
    pub(super) fn idle(&self) -> usize {
        self.with_idle(|idle| idle.len())
    }
}

impl Turn {
    /// Ends the transaction, and gives the connection back if that went well.
    pub(super) async fn end(mut self, how: &'static str) -> Result<()> {
        sqlx::query(how).execute(&mut self.conn).await?;
        let Self { conn, lane, .. } = self;
        lane.with_idle(|idle| idle.push(conn));
        Ok(())
    }
}
