//! Writing that is done again when another transaction came in between. SQLite has one writer and never asks for
//! it; PostgreSQL lets several write at once, and undoes one of two whose results could not have come about one
//! after the other. **Never** repeats anything but the whole: the work reads anew what it decides on.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::RwLock;

use super::{Database, DbError, Tenant, Writing};

/// How often work is done at most. Each time at least one of those who got into each other's way is through.
const TRIES: u32 = 12;
/// Longest wait after the first try; doubled with each.
const FIRST_WAIT: Duration = Duration::from_millis(4);
/// Longest wait at all.
const LONGEST_WAIT: Duration = Duration::from_millis(250);

/// How often work is tried beside that of others; after that it is done alone, as far as this process goes.
const BESIDE: u32 = 3;

/// How often work was done again, since the database was opened.
#[derive(Debug, Default)]
pub struct Tally {
    retries: AtomicU64,
    /// Shared by those who write; taken alone by whoever has met others again and again.
    turns: RwLock<()>,
}

impl Tally {
    /// Returns the number.
    pub fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// What rules may read.
    Rows,
    /// What they never do.
    Notes,
}

/// One try, beside others or alone.
async fn attempt<T, E: Contention, F: Future<Output = Result<T, E>>>(
    db: &dyn Database,
    tenant: Tenant,
    kind: Kind,
    work: &impl Fn(Box<dyn Writing>) -> F,
    is_alone: bool,
) -> Result<T, E> {
    let turns = &db.tally().turns;
    let (_alone, _beside) =
        if is_alone { (Some(turns.write().await), None) } else { (None, Some(turns.read().await)) };
    let tx = match kind {
        Kind::Rows => db.write(tenant).await?,
        Kind::Notes => db.note(tenant).await?,
    };
    work(tx).await
}

/// An error of work that writes.
pub trait Contention: From<DbError> {
    /// Whether another transaction came in between: the same work may succeed now.
    fn is_contention(&self) -> bool;
}

impl Contention for DbError {
    fn is_contention(&self) -> bool {
        matches!(self, Self::Contention(_))
    }
}

/// Does work in a write transaction, which it commits itself, and does it again from the beginning when another
/// transaction came in between. It must have no effect but that of the transaction.
///
/// # Errors
/// What the work returns; after too many tries, its contention.
pub async fn retrying<T, E: Contention, F: Future<Output = Result<T, E>>>(
    db: &dyn Database,
    tenant: Tenant,
    work: impl Fn(Box<dyn Writing>) -> F,
) -> Result<T, E> {
    persist(db, tenant, Kind::Rows, work).await
}

/// The same for what no rule reads: see [`Database::note`].
///
/// # Errors
/// What the work returns; after too many tries, its contention.
pub async fn noting<T, E: Contention, F: Future<Output = Result<T, E>>>(
    db: &dyn Database,
    tenant: Tenant,
    work: impl Fn(Box<dyn Writing>) -> F,
) -> Result<T, E> {
    persist(db, tenant, Kind::Notes, work).await
}

async fn persist<T, E: Contention, F: Future<Output = Result<T, E>>>(
    db: &dyn Database,
    tenant: Tenant,
    kind: Kind,
    work: impl Fn(Box<dyn Writing>) -> F,
) -> Result<T, E> {
    let mut tries = 1;
    loop {
        match attempt(db, tenant, kind, &work, tries > BESIDE).await {
            Err(error) if error.is_contention() && tries < TRIES => {
                db.tally().retries.fetch_add(1, Ordering::Relaxed);
                tracing::debug!(tries, "another transaction came in between");
                tokio::time::sleep(wait(tries)).await;
                tries += 1;
            }
            done => return done,
        }
    }
}

/// Returns how long to wait: any time up to a limit, so that two do not meet again.
fn wait(tries: u32) -> Duration {
    let limit = FIRST_WAIT.saturating_mul(1 << tries.min(10)).min(LONGEST_WAIT);
    // without randomness everybody waits the longest: slow, not wrong
    let share = getrandom::u32().unwrap_or(u32::MAX);
    limit.mul_f64(f64::from(share) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_limit() {
        for tries in [1, 2, 5, 12, u32::MAX] {
            assert!((0..100).all(|_| wait(tries) <= LONGEST_WAIT), "{tries}");
        }
        assert!((0..100).all(|_| wait(1) <= FIRST_WAIT * 2));
        assert!((0..100).any(|_| wait(9) > FIRST_WAIT * 2));
    }
}
