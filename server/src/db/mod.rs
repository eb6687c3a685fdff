//! What the server asks of its database: snapshots to read from, and write transactions that count one after the
//! other, whatever happens at the same time.
//!
//! Two engines: [`sqlite`], one file and one writer, and [`postgres`], for several server processes. Narrow on
//! purpose, so that an engine has little to implement and little to get wrong; the tests of `suite` run on each.
//! All that writes goes through [`retrying`], or [`noting`] if no rule reads it. This module **never** decides anything:
//! no rule, no right, no expiry is judged here.

mod paging;
pub mod postgres;
mod retry;
pub mod sqlite;
mod stored;
#[cfg(test)]
pub(crate) mod suite;

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use leeway_core::refusal::RefusalData;
use leeway_core::sync::digest::Digest;
use leeway_core::sync::protocol::{Envelope, OutcomeKind, WireRow};
use leeway_core::values::{BlobHash, ClientId, CommandId, Timestamp, UserId};
use leeway_core::{Changes, Key, Record, Scope};
use sqlx::postgres::PgDatabaseError;
use uuid::Uuid;

use crate::host::Host;

pub use retry::{Contention, Tally, noting, retrying};

/// Whose data is meant. Nothing is read or written without naming it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tenant(i64);

impl Tenant {
    /// The organisation that was there before any other.
    pub const FIRST: Self = Self(1);

    /// Names the organisation with this number; `None`: no organisation can have it.
    #[must_use]
    pub const fn new(number: i64) -> Option<Self> {
        if number >= Self::FIRST.0 { Some(Self(number)) } else { None }
    }

    /// Returns the number that follows.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Returns the number it has in the database.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// It is not the number of an organisation.
#[derive(Debug, thiserror::Error)]
#[error("organisations are numbered 1, 2, 3 …: `leeway-server tenant list` tells which there are")]
pub struct NotATenant;

impl FromStr for Tenant {
    type Err = NotATenant;

    fn from_str(text: &str) -> std::result::Result<Self, NotATenant> {
        text.parse().ok().and_then(Self::new).ok_or(NotATenant)
    }
}

/// Why the database did not answer.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A rule of the schema would be broken: the same input will fail again.
    #[error("the schema does not allow this: {0}")]
    Constraint(#[source] sqlx::Error),
    /// Another transaction came in between: the same work, done anew, may succeed. [`retrying`] does it.
    #[error("another transaction came in between: {0}")]
    Contention(#[source] sqlx::Error),
    /// There is no room: it helps when somebody makes some.
    #[error("the disk is full: {0}")]
    Full(#[source] sqlx::Error),
    /// Anything else: trying again may help.
    #[error("the database failed: {0}")]
    Failed(#[source] sqlx::Error),
    /// What is stored can't be read back.
    #[error("unreadable in the database: {0}")]
    Unreadable(String),
    /// The server is stopping.
    #[error("the database is closed")]
    Closed,
}

/// What SQLite and PostgreSQL call a full disk.
const FULL: [&str; 2] = ["13", "53100"];

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::error::ErrorKind::Other;
        let Some(it) = error.as_database_error() else { return Self::Failed(error) };
        if it.code().is_some_and(|code| FULL.contains(&&*code)) {
            return Self::Full(error);
        }
        match it.try_downcast_ref::<PgDatabaseError>().map(PgDatabaseError::code) {
            // a serialization failure, a deadlock
            Some("40001" | "40P01") => Self::Contention(error),
            // a value that is none, or beyond a limit of the program
            Some(code) if code.starts_with("22") || code.starts_with("54") => Self::Constraint(error),
            _ if !matches!(it.kind(), Other) => Self::Constraint(error),
            _ => Self::Failed(error),
        }
    }
}

/// Result of a call to the database.
pub type Result<T> = std::result::Result<T, DbError>;

/// The organisation that the tenant is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Names this history of the data: a cookie of another epoch is void.
    pub epoch: String,
}

/// A device's store, as the server knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Whose it is, for ever.
    pub user: UserId,
    /// Which copy of the store pushes; none before the first push.
    pub incarnation: Option<Uuid>,
    /// All commands up to this have an outcome.
    pub last_seq: u64,
    /// All commands up to this are in a checked backup, or in a replica.
    pub durable: u64,
}

/// SHA-256 of something.
pub type Sha256 = [u8; 32];

/// What became of a command.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Applied, refused, or a repetition.
    pub outcome: OutcomeKind,
    /// Why not.
    pub reason: Option<RefusalData>,
    /// Whether this entry decided the command of its id; a repetition or a stranger's copy does not.
    pub decides: bool,
}

/// A command with its outcome, to be kept.
#[derive(Debug)]
pub struct Entry<'a> {
    /// Which store it came from.
    pub client: ClientId,
    /// Whose session sent it.
    pub user: UserId,
    /// As it came.
    pub envelope: &'a Envelope,
    /// Of its payload, without the seq.
    pub sha: Sha256,
    /// What became of it.
    pub verdict: &'a Verdict,
    /// When it arrived.
    pub received_at: Timestamp,
}

/// What became of a command that arrived before.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// Whose session sent it.
    pub user: UserId,
    /// Of its payload, without the seq.
    pub sha: Sha256,
    /// Why not, if it was refused.
    pub reason: Option<RefusalData>,
}

/// A point in the order of changes, in the engine's own words: SQLite's commit number, PostgreSQL's snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark(pub String);

/// A grant, given or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Which rows.
    pub scope: Scope,
    /// Given, or taken away.
    pub active: bool,
    /// Changed since the mark.
    pub fresh: bool,
}

/// A place in the order of a pull: the last row that was sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Its scope, as written.
    pub scope: String,
    /// Its type, as written.
    pub typ: String,
    /// Its id.
    pub id: Uuid,
}

/// What a pull asks for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Who asks: only rows of scopes that they hold now.
    pub user: UserId,
    /// Changed since; `None`: all that there is.
    pub since: Option<Mark>,
    /// Go on after this row.
    pub after: Option<Position>,
    /// Most rows.
    pub limit: usize,
    /// Most bytes of bodies; at least one row is given.
    pub bytes: usize,
}

/// Rows in the order of their position.
#[derive(Debug, Default)]
pub struct Page {
    /// The rows.
    pub rows: Vec<WireRow>,
    /// There are more.
    pub more: bool,
}

/// How somebody proves who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// PHC string.
    pub hash: String,
    /// Given by somebody else: to be changed before anything else.
    pub must_change: bool,
    /// Printed by the demo: good on the loopback only.
    pub demo: bool,
    /// Since when.
    pub changed_at: Timestamp,
}

/// A log-in on one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionRow {
    /// Who.
    pub user: UserId,
    /// Since when.
    pub made_at: Timestamp,
    /// Last use, to the hour.
    pub seen_at: Timestamp,
    /// Which device it is on, once that has synced with it. Not written by [`Writing::put_session`].
    pub device: Option<Standing>,
}

/// What every request of a device asks about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its store.
    pub client: ClientId,
    /// Last contact, to the hour, or to when what waits changed.
    pub seen_at: Timestamp,
    /// How many commands waited on it then.
    pub waiting: u32,
    /// It is to be removed: it gets no rows any more.
    pub is_leaving: bool,
}

/// A device that synced: what its user and the admins see of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its store.
    pub client: ClientId,
    /// Whose it is, for ever.
    pub user: UserId,
    /// The browser by its name; empty: one that is not known.
    pub browser: String,
    /// The operating system by its name; empty: one that is not known.
    pub system: String,
    /// First contact.
    pub made_at: Timestamp,
    /// Last contact, to the hour, or to when what waits changed.
    pub seen_at: Timestamp,
    /// How many commands waited on it then.
    pub waiting: u32,
    /// Since when it is to be removed.
    pub removed_at: Option<Timestamp>,
    /// Since when it is empty, by its own word.
    pub wiped_at: Option<Timestamp>,
}

/// The public half of a recovery key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryKey {
    /// Follows from the public half.
    pub id: String,
    /// The uncompressed point.
    pub public: Vec<u8>,
    /// Since when.
    pub made_at: Timestamp,
    /// Until when it was given out; `None`: it still is.
    pub retired_at: Option<Timestamp>,
}

/// A database engine.
#[async_trait]
pub trait Database: Send + Sync {
    /// Begins to read: everything read is of one moment.
    async fn read(&self, tenant: Tenant) -> Result<Box<dyn Reading>>;
    /// Begins to write: what is read and written counts as if nobody else had written meanwhile, or not at all.
    /// Dropped without [`Writing::commit`], nothing has happened. Called by [`retrying`].
    async fn write(&self, tenant: Tenant) -> Result<Box<dyn Writing>>;
    /// Begins to write what no rule reads, as who was here when: of two that write the same row one is done again, and
    /// nobody else is in anybody's way. What is read is of one moment. Called by [`noting`].
    async fn note(&self, tenant: Tenant) -> Result<Box<dyn Writing>> {
        self.write(tenant).await
    }
    /// Begins to read from a copy that may be a moment behind; `None` if there is none, or it is too far behind.
    /// Its marks are good everywhere; whoever finds that it does not know a mark, or lacks a row that should be
    /// there, asks again by [`Database::read`].
    async fn read_copy(&self, tenant: Tenant) -> Option<Box<dyn Reading>>;
    /// Returns the host names of all organisations in this database, each with whose it is.
    async fn hosts(&self) -> Result<Vec<(Host, Tenant)>>;
    /// Counts how often work was done again.
    fn tally(&self) -> &Tally;
    /// Waits for transactions under way and closes all connections.
    async fn close(&self);
}

/// One snapshot.
#[async_trait]
pub trait Reading: Send {
    /// Returns who the tenant is; `None` before it is founded. The epoch is that of this snapshot: more may go into
    /// it than was given to [`Writing::found`].
    async fn organisation(&mut self) -> Result<Option<Organisation>>;
    /// Returns a record.
    async fn record(&mut self, key: Key) -> Result<Option<Record>>;
    /// Returns those of these records that are there, in no particular order.
    async fn records_of(&mut self, keys: &[Key]) -> Result<Vec<Record>>;
    /// Returns the records that have an index key starting with `prefix`, each once.
    async fn records(&mut self, prefix: &str) -> Result<Vec<Record>>;
    /// Returns the records with an index key from `from` up to `until`, those with the first keys first, at most so many.
    async fn first_records(&mut self, from: &str, until: &str, most: usize) -> Result<Vec<Record>>;
    /// Returns a device's store.
    async fn client(&mut self, id: ClientId) -> Result<Option<Client>>;
    /// Returns what became of the command at this place of a client's order.
    async fn past_at(&mut self, client: ClientId, seq: u64) -> Result<Option<Past>>;
    /// Returns the entries that decided the commands of these ids.
    async fn pasts_of(&mut self, ids: &[CommandId]) -> Result<HashMap<CommandId, Past>>;
    /// Returns where this snapshot stands.
    async fn mark(&mut self) -> Result<Mark>;
    /// Returns whether this snapshot can tell what changed since `mark`.
    async fn knows(&mut self, mark: &Mark) -> Result<bool>;
    /// Returns the user's grants that are active or were changed since `since`, in the order of their scopes.
    async fn grants(&mut self, user: UserId, since: Option<&Mark>) -> Result<Vec<Held>>;
    /// Returns those of [`Reading::grants`] that are fresh; without `since`, those that are active. Most pulls have
    /// none: an engine need not hand out all the others to say so.
    async fn fresh_grants(&mut self, user: UserId, since: Option<&Mark>) -> Result<Vec<Held>> {
        let told = |held: &Held| held.fresh && (held.active || since.is_some());
        Ok(self.grants(user, since).await?.into_iter().filter(told).collect())
    }
    /// Returns whom a change since `since` concerns: who holds a scope with rows that changed, and whose grants did.
    async fn stirred(&mut self, since: &Mark) -> Result<Vec<UserId>>;
    /// Returns the digest of a scope's live rows; `None` if any of its rows was written since `since`.
    async fn digest(&mut self, scope: Scope, since: &Mark) -> Result<Option<Digest>>;
    /// Returns a page of changed rows.
    async fn changed(&mut self, wanted: &Wanted) -> Result<Page>;
    /// Returns how somebody logs in.
    async fn credential(&mut self, user: UserId) -> Result<Option<Credential>>;
    /// Returns the log-in with this hash of its cookie.
    async fn session(&mut self, hash: &Sha256) -> Result<Option<SessionRow>>;
    /// Returns a device.
    async fn device(&mut self, client: ClientId) -> Result<Option<Device>>;
    /// Returns a user's devices, the one that was here last first.
    async fn devices(&mut self, user: UserId) -> Result<Vec<Device>>;
    /// Returns all recovery keys, the newest first.
    async fn recovery_keys(&mut self) -> Result<Vec<RecoveryKey>>;
    /// Returns how long a blob is of which all bytes have come; `None` if they have not.
    async fn blob(&mut self, hash: BlobHash) -> Result<Option<u32>>;
    /// Ends the reading; without it the connection is not used again.
    async fn end(self: Box<Self>) -> Result<()>;
}

/// One write transaction. Reads see what it wrote.
#[async_trait]
pub trait Writing: Reading {
    /// Writes records, index keys and grants.
    async fn write(&mut self, changes: &Changes) -> Result<()>;
    /// Writes what is known of a device's store, but not what is durable: that is the matter of backups.
    async fn put_client(&mut self, id: ClientId, client: &Client, now: Timestamp) -> Result<()>;
    /// Keeps commands with their outcomes.
    async fn keep(&mut self, entries: &[Entry<'_>]) -> Result<()>;
    /// Sets how somebody logs in.
    async fn put_credential(&mut self, user: UserId, credential: &Credential) -> Result<()>;
    /// Begins a log-in.
    async fn put_session(&mut self, hash: &Sha256, session: &SessionRow) -> Result<()>;
    /// Notes that a log-in was used.
    async fn touch_session(&mut self, hash: &Sha256, seen_at: Timestamp) -> Result<()>;
    /// Notes on which device a log-in is.
    async fn place_session(&mut self, hash: &Sha256, client: ClientId) -> Result<()>;
    /// Writes what is known of a device. Whose it is and since when never changes.
    async fn put_device(&mut self, device: &Device) -> Result<()>;
    /// Ends a log-in.
    async fn end_session(&mut self, hash: &Sha256) -> Result<()>;
    /// Ends all log-ins of a user but one.
    async fn end_sessions(&mut self, user: UserId, except: Option<&Sha256>) -> Result<()>;
    /// Ends log-ins that began or were last used before these times.
    async fn end_stale_sessions(&mut self, made_before: Timestamp, seen_before: Timestamp) -> Result<()>;
    /// Founds the organisation. Once.
    async fn found(&mut self, organisation: &Organisation, now: Timestamp) -> Result<()>;
    /// Says by which host names the organisation is reached, and by no other ones.
    async fn set_hosts(&mut self, hosts: &[Host]) -> Result<()>;
    /// Begins another history of the data: every cookie of before is void.
    async fn put_epoch(&mut self, epoch: &str) -> Result<()>;
    /// Says of each client's commands, from the first to the last before one that arrived after `until`, that they
    /// are in a backup. Returns for how many clients that was news.
    async fn mark_durable(&mut self, until: Timestamp) -> Result<u64>;
    /// Keeps a recovery key in the place of the one before, which is retired when this one was made.
    async fn put_recovery_key(&mut self, key: &RecoveryKey) -> Result<()>;
    /// Notes that all bytes of a blob have come. Again is no change.
    async fn put_blob(&mut self, hash: BlobHash, bytes: u32, now: Timestamp) -> Result<()>;
    /// Makes it count. When this returns, it is on the disk.
    async fn commit(self: Box<Self>) -> Result<()>;
}
