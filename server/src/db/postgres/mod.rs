//! PostgreSQL: several writers, several server processes, pulls from a standby if there is one.
//!
//! Write transactions are serializable: of those that could not have come about one after the other, all but one
//! end with a contention and are done again by [`super::retrying`]. Reading transactions are one snapshot, and wait
//! for nobody. Row-level security lets a transaction see the tenant that it has named, in the one place where
//! transactions begin ([`lane`]).
//!
//! Read: [`open`] (roles, migrations, settings), [`lane`], [`read`], [`mod@write`], [`rows`], then [`pull`] with
//! [`snapshot`] (cookies), [`history`] (epochs) and [`standby`]. **Never** uses a connection again whose transaction
//! did not end well, never tells a password.

mod history;
mod lane;
mod open;
mod pull;
mod read;
mod rows;
mod snapshot;
mod standby;
#[cfg(test)]
mod tests;
mod write;

use std::sync::Arc;

use async_trait::async_trait;

use super::{Database, Reading, Result, Tally, Tenant, Writing, stored};
use crate::host::Host;
use lane::Lane;
use standby::Watch;

pub use open::{Addresses, OpenError};

/// A database on a PostgreSQL server.
#[derive(Debug)]
pub struct Postgres {
    writers: Arc<Lane>,
    noters: Arc<Lane>,
    readers: Arc<Lane>,
    copy: Option<Copy>,
    tally: Tally,
}

/// A standby, and how it is judged.
#[derive(Debug)]
struct Copy {
    lane: Arc<Lane>,
    watch: Watch,
}

impl Copy {
    /// Begins to read there, if it may answer.
    async fn begin(&self, tenant: Tenant) -> Result<Option<Box<dyn Reading>>> {
        let (mut turn, state) = self.lane.begin(tenant).await?;
        let history = match &state {
            Some(state) => self.watch.admits(state, tenant).await?,
            None => None,
        };
        let Some(history) = history else {
            turn.end("rollback").await?;
            return Ok(None);
        };
        turn.history = history;
        Ok(Some(Box::new(turn)))
    }
}

#[async_trait]
impl Database for Postgres {
    async fn read(&self, tenant: Tenant) -> Result<Box<dyn Reading>> {
        Ok(Box::new(self.readers.begin(tenant).await?.0))
    }

    async fn write(&self, tenant: Tenant) -> Result<Box<dyn Writing>> {
        Ok(Box::new(self.writers.begin(tenant).await?.0))
    }

    async fn note(&self, tenant: Tenant) -> Result<Box<dyn Writing>> {
        Ok(Box::new(self.noters.begin(tenant).await?.0))
    }

    async fn read_copy(&self, tenant: Tenant) -> Option<Box<dyn Reading>> {
        match self.copy.as_ref()?.begin(tenant).await {
            Ok(reading) => reading,
            Err(error) => {
                tracing::warn!(%error, "the standby does not answer");
                None
            }
        }
    }

    async fn hosts(&self) -> Result<Vec<(Host, Tenant)>> {
        let mut turn = self.readers.begin_for_nobody().await?;
        let found = sqlx::query_as("select host, tenant from host order by tenant, host")
            .fetch_all(&mut turn.conn)
            .await?;
        turn.end("rollback").await?;
        stored::hosts(found)
    }

    fn tally(&self) -> &Tally {
        &self.tally
    }

    async fn close(&self) {
        if let Some(copy) = &self.copy {
            copy.lane.close().await;
        }
        self.readers.close().await;
        self.writers.close().await;
        self.noters.close().await;
    }
}
