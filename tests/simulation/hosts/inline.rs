//! The server's own SQLite, asked inline: its worker is a thread of its own, so an answer would come at a moment that no
//! seed decides. Here the whole simulation stands still until SQLite has answered, and what a disk takes is virtual:
//! before a transaction begins, and on both sides of its commit, so that a crash may come there. What counts is written
//! into the memory of T1 as well, a second book that phones are compared with. **Never** lets anything come in between
//! the two.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use fastrand::Rng;
use leeway_core::sync::digest::Digest;
use leeway_core::values::{BlobHash, ClientId, CommandId, Timestamp, UserId};
use leeway_core::{Changes, Key, Record, Scope};
use leeway_server::db::sqlite::Sqlite;
use leeway_server::db::{
    Client, Credential, Database, DbError, Device, Entry, Held, Mark, Organisation, Page, Past, Reading,
    RecoveryKey, Result, SessionRow, Sha256, Tally, Tenant, Wanted, Writing,
};
use leeway_server::host::Host;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::database::Memory;

/// As many snapshots as the engine reads at once: more would wait for it, and nothing would go on meanwhile.
const READERS: usize = 4;
/// The longest that a disk takes.
const SLOWEST_MS: u64 = 30;

/// Does at once what another thread does.
pub fn inline<T>(work: impl Future<Output = T>) -> T {
    // a call that has used up its turn would wait for the next one, which never comes
    futures::executor::block_on(tokio::task::unconstrained(work))
}

/// SQLite with its second book.
pub struct Inline {
    sqlite: Arc<Sqlite>,
    memory: Memory,
    writer: Arc<Semaphore>,
    readers: Arc<Semaphore>,
    disk: Disk,
}

impl Inline {
    /// Gives an open file its second book. Without dice its disk takes no time.
    pub fn new(sqlite: Arc<Sqlite>, memory: Memory, dice: Option<Rng>) -> Self {
        let (writer, readers) = (Arc::new(Semaphore::new(1)), Arc::new(Semaphore::new(READERS)));
        Self { sqlite, memory, writer, readers, disk: Disk(dice.map(|it| Arc::new(Mutex::new(it)))) }
    }
}

/// Says how long the disk takes.
#[derive(Clone)]
struct Disk(Option<Arc<Mutex<Rng>>>);

impl Disk {
    async fn busy(&self) {
        let Some(dice) = &self.0 else { return };
        let ms = {
            let mut dice = dice.lock().unwrap_or_else(PoisonError::into_inner);
            if dice.u8(..3) == 0 { dice.u64(1..SLOWEST_MS) } else { 0 }
        };
        if ms > 0 {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
    }
}

async fn place(of: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    Arc::clone(of).acquire_owned().await.map_err(|_| DbError::Closed)
}

/// A transaction under way.
struct Turn<T: ?Sized> {
    there: Box<T>,
    /// The same in the second book, if it writes.
    book: Option<Box<dyn Writing>>,
    disk: Disk,
    _place: OwnedSemaphorePermit,
}

#[async_trait]
impl Database for Inline {
    async fn read(&self, tenant: Tenant) -> Result<Box<dyn Reading>> {
        let _place = place(&self.readers).await?;
        self.disk.busy().await;
        let there = inline(self.sqlite.read(tenant))?;
        Ok(Box::new(Turn { there, book: None, disk: self.disk.clone(), _place }))
    }

    async fn write(&self, tenant: Tenant) -> Result<Box<dyn Writing>> {
        let _place = place(&self.writer).await?;
        self.disk.busy().await;
        let there = inline(self.sqlite.write(tenant))?;
        let book = Some(inline(self.memory.write(tenant))?);
        Ok(Box::new(Turn { there, book, disk: self.disk.clone(), _place }))
    }

    async fn read_copy(&self, _: Tenant) -> Option<Box<dyn Reading>> {
        None
    }

    async fn hosts(&self) -> Result<Vec<(Host, Tenant)>> {
        inline(self.sqlite.hosts())
    }

    fn tally(&self) -> &Tally {
        self.sqlite.tally()
    }

    async fn close(&self) {
        inline(self.sqlite.close());
    }
}

#[async_trait]
impl<T: Reading + ?Sized> Reading for Turn<T> {
    async fn organisation(&mut self) -> Result<Option<Organisation>> {
        inline(self.there.organisation())
    }

    async fn record(&mut self, key: Key) -> Result<Option<Record>> {
        inline(self.there.record(key))
    }

    async fn records_of(&mut self, keys: &[Key]) -> Result<Vec<Record>> {
        inline(self.there.records_of(keys))
    }

    async fn records(&mut self, prefix: &str) -> Result<Vec<Record>> {
        inline(self.there.records(prefix))
    }

    async fn first_records(&mut self, from: &str, until: &str, most: usize) -> Result<Vec<Record>> {
        inline(self.there.first_records(from, until, most))
    }

    async fn client(&mut self, id: ClientId) -> Result<Option<Client>> {
        inline(self.there.client(id))
    }

    async fn past_at(&mut self, client: ClientId, seq: u64) -> Result<Option<Past>> {
        inline(self.there.past_at(client, seq))
    }

    async fn pasts_of(&mut self, ids: &[CommandId]) -> Result<HashMap<CommandId, Past>> {
        inline(self.there.pasts_of(ids))
    }

    async fn mark(&mut self) -> Result<Mark> {
        inline(self.there.mark())
    }

    async fn knows(&mut self, mark: &Mark) -> Result<bool> {
        inline(self.there.knows(mark))
    }

    async fn grants(&mut self, user: UserId, since: Option<&Mark>) -> Result<Vec<Held>> {
        inline(self.there.grants(user, since))
    }

    async fn fresh_grants(&mut self, user: UserId, since: Option<&Mark>) -> Result<Vec<Held>> {
        inline(self.there.fresh_grants(user, since))
    }

    async fn stirred(&mut self, since: &Mark) -> Result<Vec<UserId>> {
        inline(self.there.stirred(since))
    }

    async fn digest(&mut self, scope: Scope, since: &Mark) -> Result<Option<Digest>> {
        inline(self.there.digest(scope, since))
    }

    async fn changed(&mut self, wanted: &Wanted) -> Result<Page> {
        inline(self.there.changed(wanted))
    }

    async fn credential(&mut self, user: UserId) -> Result<Option<Credential>> {
        inline(self.there.credential(user))
    }

    async fn session(&mut self, hash: &Sha256) -> Result<Option<SessionRow>> {
        inline(self.there.session(hash))
    }

    async fn device(&mut self, client: ClientId) -> Result<Option<Device>> {
        inline(self.there.device(client))
    }

    async fn devices(&mut self, user: UserId) -> Result<Vec<Device>> {
        inline(self.there.devices(user))
    }

    async fn recovery_keys(&mut self) -> Result<Vec<RecoveryKey>> {
        inline(self.there.recovery_keys())
    }

    async fn blob(&mut self, hash: BlobHash) -> Result<Option<u32>> {
        inline(self.there.blob(hash))
    }

    async fn end(self: Box<Self>) -> Result<()> {
        inline(self.there.end())
    }
}

#[async_trait]
impl Writing for Turn<dyn Writing> {
    async fn write(&mut self, changes: &Changes) -> Result<()> {
        inline(self.there.write(changes))?;
        self.book.as_mut().map_or(Ok(()), |book| inline(book.write(changes)))
    }

    async fn keep(&mut self, entries: &[Entry<'_>]) -> Result<()> {
        inline(self.there.keep(entries))?;
        self.book.as_mut().map_or(Ok(()), |book| inline(book.keep(entries)))
    }

    async fn found(&mut self, organisation: &Organisation, now: Timestamp) -> Result<()> {
        inline(self.there.found(organisation, now))?;
        self.book.as_mut().map_or(Ok(()), |book| inline(book.found(organisation, now)))
    }

    async fn set_hosts(&mut self, hosts: &[Host]) -> Result<()> {
        inline(self.there.set_hosts(hosts))
    }

    async fn put_client(&mut self, id: ClientId, client: &Client, now: Timestamp) -> Result<()> {
        inline(self.there.put_client(id, client, now))
    }

    async fn put_credential(&mut self, user: UserId, credential: &Credential) -> Result<()> {
        inline(self.there.put_credential(user, credential))
    }

    async fn put_session(&mut self, hash: &Sha256, session: &SessionRow) -> Result<()> {
        inline(self.there.put_session(hash, session))
    }

    async fn touch_session(&mut self, hash: &Sha256, seen_at: Timestamp) -> Result<()> {
        inline(self.there.touch_session(hash, seen_at))
    }

    async fn place_session(&mut self, hash: &Sha256, client: ClientId) -> Result<()> {
        inline(self.there.place_session(hash, client))
    }

    async fn put_device(&mut self, device: &Device) -> Result<()> {
        inline(self.there.put_device(device))
    }

    async fn end_session(&mut self, hash: &Sha256) -> Result<()> {
        inline(self.there.end_session(hash))
    }

    async fn end_sessions(&mut self, user: UserId, except: Option<&Sha256>) -> Result<()> {
        inline(self.there.end_sessions(user, except))
    }

    async fn end_stale_sessions(&mut self, made_before: Timestamp, seen_before: Timestamp) -> Result<()> {
        inline(self.there.end_stale_sessions(made_before, seen_before))
    }

    async fn put_epoch(&mut self, epoch: &str) -> Result<()> {
        inline(self.there.put_epoch(epoch))
    }

    async fn mark_durable(&mut self, until: Timestamp) -> Result<u64> {
        inline(self.there.mark_durable(until))
    }

    async fn put_recovery_key(&mut self, key: &RecoveryKey) -> Result<()> {
        inline(self.there.put_recovery_key(key))
    }

    async fn put_blob(&mut self, hash: BlobHash, bytes: u32, now: Timestamp) -> Result<()> {
        inline(self.there.put_blob(hash, bytes, now))
    }

    async fn commit(self: Box<Self>) -> Result<()> {
        let Self { there, book, disk, _place } = *self;
        disk.busy().await;
        // one after the other without a word in between: it counts in both, or in neither
        inline(there.commit())?;
        let booked = book.map_or(Ok(()), |book| inline(book.commit()));
        drop(_place);
        disk.busy().await;
        booked
    }
}
