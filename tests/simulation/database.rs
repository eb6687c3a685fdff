//! A database in memory behind the server's own trait: quick, and with all of its past kept, so that a device can be
//! compared with the moment that it shows.

mod data;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use leeway_core::sync::digest::Digest;
use leeway_core::values::{BlobHash, ClientId, CommandId, Timestamp, UserId};
use leeway_core::{Changes, Key, Record, Scope};
use leeway_server::db::{
    Client, Credential, Database, DbError, Device, Entry, Held, Mark, Organisation, Page, Past, Reading,
    RecoveryKey, Result, SessionRow, Sha256, Tally, Tenant, Wanted, Writing,
};
use leeway_server::host::Host;

use crate::plant::{self, Plant};

use data::Grant;
pub use data::{Data, Kept};

/// The database. Cloned values are the same database.
#[derive(Debug, Clone, Default)]
pub struct Memory(Arc<Mutex<Moments>>, Arc<Tally>);

/// What is there now, and what was there after each transaction.
#[derive(Debug, Default)]
struct Moments {
    now: Arc<Data>,
    moments: BTreeMap<(String, i64), Arc<Data>>,
}

impl Memory {
    /// Returns what is there now.
    pub fn now(&self) -> Arc<Data> {
        Arc::clone(&self.lock().now)
    }

    /// Returns what was there when a cookie of this epoch and number was given out.
    pub fn at(&self, epoch: &str, n: i64) -> Option<Arc<Data>> {
        self.lock().moments.get(&(epoch.to_owned(), n)).cloned()
    }

    /// Takes note that a backup holds this.
    pub fn mark_durable(&self, backup: &Data) {
        let mut data = Data::clone(&self.now());
        for (id, client) in Arc::make_mut(&mut data.clients) {
            client.durable = client.durable.max(backup.clients.get(id).map_or(0, |it| it.last_seq));
        }
        self.set(data);
    }

    /// Puts data in the place of what is there.
    pub fn set(&self, data: Data) {
        let mut lock = self.lock();
        let epoch = data.organisation.as_ref().map_or_else(String::new, |it| it.epoch.clone());
        let (n, data) = (data.n, Arc::new(data));
        lock.moments.insert((epoch, n), Arc::clone(&data));
        lock.now = data;
    }

    fn lock(&self) -> MutexGuard<'_, Moments> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A snapshot, or a transaction that writes.
struct Turn {
    memory: Memory,
    data: Data,
    stamp: Option<i64>,
}

#[async_trait]
impl Database for Memory {
    async fn read(&self, _: Tenant) -> Result<Box<dyn Reading>> {
        Ok(Box::new(self.turn()))
    }

    async fn write(&self, _: Tenant) -> Result<Box<dyn Writing>> {
        Ok(Box::new(self.turn()))
    }

    async fn read_copy(&self, _: Tenant) -> Option<Box<dyn Reading>> {
        None
    }

    async fn hosts(&self) -> Result<Vec<(Host, Tenant)>> {
        Ok(Vec::new())
    }

    fn tally(&self) -> &Tally {
        &self.1
    }

    async fn close(&self) {}
}

impl Memory {
    fn turn(&self) -> Turn {
        let data = Data::clone(&self.lock().now);
        Turn { memory: self.clone(), data, stamp: None }
    }
}

#[async_trait]
impl Reading for Turn {
    async fn organisation(&mut self) -> Result<Option<Organisation>> {
        Ok(self.data.organisation.clone())
    }

    async fn record(&mut self, key: Key) -> Result<Option<Record>> {
        Ok(self.data.live.get(&key).map(|(_, record)| Record::clone(record)))
    }

    async fn records_of(&mut self, keys: &[Key]) -> Result<Vec<Record>> {
        Ok(keys.iter().filter_map(|key| Some(Record::clone(&self.data.live.get(key)?.1))).collect())
    }

    async fn records(&mut self, prefix: &str) -> Result<Vec<Record>> {
        let mut seen = BTreeSet::new();
        let listed = self.data.keys.iter().filter(|(entry, _)| entry.starts_with(prefix));
        let keys: Vec<Key> = listed.map(|(_, key)| *key).filter(|key| seen.insert(*key)).collect();
        Ok(keys.iter().map(|key| Record::clone(&self.data.live[key].1)).collect())
    }

    async fn first_records(&mut self, from: &str, until: &str, most: usize) -> Result<Vec<Record>> {
        let listed = self.data.keys.iter().filter(|(entry, _)| (from..until).contains(&entry.as_str()));
        Ok(listed.take(most).map(|(_, key)| Record::clone(&self.data.live[key].1)).collect())
    }

    async fn client(&mut self, id: ClientId) -> Result<Option<Client>> {
        Ok(self.data.clients.get(&id).cloned())
    }

    async fn past_at(&mut self, client: ClientId, seq: u64) -> Result<Option<Past>> {
        Ok(self.data.places.get(&(client, seq)).map(|at| self.data.log[*at].past.clone()))
    }

    async fn pasts_of(&mut self, ids: &[CommandId]) -> Result<HashMap<CommandId, Past>> {
        let known = ids.iter().filter(|_| !plant::is(Plant::ForgottenIds));
        Ok(known.filter_map(|id| Some((*id, self.data.decision(*id)?.past.clone()))).collect())
    }

    async fn mark(&mut self) -> Result<Mark> {
        Ok(Mark((self.data.n + i64::from(plant::is(Plant::NaiveCookie))).to_string()))
    }

    async fn knows(&mut self, mark: &Mark) -> Result<bool> {
        Ok(mark.0.parse::<i64>().is_ok_and(|n| (0..=self.data.n).contains(&n)))
    }

    async fn grants(&mut self, user: UserId, since: Option<&Mark>) -> Result<Vec<Held>> {
        let since = since.map_or(-1, |mark| mark.0.parse::<i64>().unwrap_or(-1));
        let mine = self.data.grants.iter().filter(|((whose, _), _)| *whose == user);
        let held = mine.map(|(_, (scope, active, stamp))| Held {
            scope: *scope,
            active: *active,
            fresh: *stamp > since,
        });
        let told = |held: &Held| held.active || (held.fresh && !plant::is(Plant::KeptScope));
        Ok(held.filter(told).collect())
    }

    async fn stirred(&mut self, since: &Mark) -> Result<Vec<UserId>> {
        let since = since.0.parse::<i64>().unwrap_or(-1);
        let new = self.data.rows.iter().filter(|(_, row)| row.stamp > since);
        let scopes: BTreeSet<&String> = new.map(|((scope, ..), _)| scope).collect();
        let stirred =
            |scope, (_, active, stamp): &Grant| *stamp > since || (*active && scopes.contains(scope));
        let whose = self.data.grants.iter().filter(|((_, scope), grant)| stirred(scope, grant));
        Ok(whose.map(|((user, _), _)| *user).collect::<BTreeSet<_>>().into_iter().collect())
    }

    async fn digest(&mut self, scope: Scope, since: &Mark) -> Result<Option<Digest>> {
        let since = since.0.parse::<i64>().unwrap_or(-1);
        let home = scope.to_string();
        let mut sum = Digest::default();
        for ((_, typ, id), row) in self.data.rows.iter().filter(|((scope, ..), _)| *scope == home) {
            if row.stamp > since {
                return Ok(None);
            }
            if row.body.is_some() {
                sum = sum.with(typ, *id, row.rev);
            }
        }
        Ok(Some(sum))
    }

    async fn changed(&mut self, wanted: &Wanted) -> Result<Page> {
        Ok(self.data.changed(wanted))
    }

    async fn credential(&mut self, user: UserId) -> Result<Option<Credential>> {
        Ok(self.data.credentials.get(&user).cloned())
    }

    async fn session(&mut self, hash: &Sha256) -> Result<Option<SessionRow>> {
        Ok(self.data.sessions.get(hash).copied())
    }

    async fn device(&mut self, client: ClientId) -> Result<Option<Device>> {
        Ok(self.data.devices.get(&client).cloned())
    }

    async fn devices(&mut self, user: UserId) -> Result<Vec<Device>> {
        Ok(self.data.devices.values().filter(|it| it.user == user).cloned().collect())
    }

    async fn recovery_keys(&mut self) -> Result<Vec<RecoveryKey>> {
        Ok(Vec::new())
    }

    async fn blob(&mut self, _: BlobHash) -> Result<Option<u32>> {
        Ok(None)
    }

    async fn end(self: Box<Self>) -> Result<()> {
        Ok(())
    }
}

#[async_trait]
impl Writing for Turn {
    async fn write(&mut self, changes: &Changes) -> Result<()> {
        let stamp = self.stamp.unwrap_or(self.data.n + 1);
        let mut changes = changes.clone();
        changes.puts.retain(|it| !plant::is(Plant::NoCard) || !matches!(it, Record::RefusalCard(_)));
        if self.data.change(stamp, &changes)? {
            self.stamp = Some(stamp);
            self.data.n = stamp;
        }
        Ok(())
    }

    async fn put_client(&mut self, id: ClientId, client: &Client, _: Timestamp) -> Result<()> {
        let durable = self.data.clients.get(&id).map_or(0, |it| it.durable);
        Arc::make_mut(&mut self.data.clients).insert(id, Client { durable, ..client.clone() });
        Ok(())
    }

    async fn keep(&mut self, entries: &[Entry<'_>]) -> Result<()> {
        for entry in entries {
            let place = (entry.client, entry.envelope.seq);
            let at = self.data.log.len();
            let taken = Arc::make_mut(&mut self.data.places).insert(place, at).is_some()
                || (entry.verdict.decides
                    && Arc::make_mut(&mut self.data.decided).insert(entry.envelope.id, at).is_some());
            if taken {
                return Err(DbError::Unreadable(format!("two outcomes for one command: {entry:?}")));
            }
            let past = Past { user: entry.user, sha: entry.sha, reason: entry.verdict.reason.clone() };
            Arc::make_mut(&mut self.data.log).push(Arc::new(Kept {
                user: entry.user,
                envelope: entry.envelope.clone(),
                outcome: entry.verdict.outcome,
                decides: entry.verdict.decides,
                received_at: entry.received_at,
                past,
            }));
        }
        Ok(())
    }

    async fn put_credential(&mut self, user: UserId, credential: &Credential) -> Result<()> {
        Arc::make_mut(&mut self.data.credentials).insert(user, credential.clone());
        Ok(())
    }

    async fn put_session(&mut self, hash: &Sha256, session: &SessionRow) -> Result<()> {
        Arc::make_mut(&mut self.data.sessions).insert(*hash, *session);
        Ok(())
    }

    async fn touch_session(&mut self, hash: &Sha256, seen_at: Timestamp) -> Result<()> {
        if let Some(session) = Arc::make_mut(&mut self.data.sessions).get_mut(hash) {
            session.seen_at = seen_at;
        }
        Ok(())
    }

    async fn place_session(&mut self, _: &Sha256, _: ClientId) -> Result<()> {
        // the phones of a history come without a cookie
        Ok(())
    }

    async fn put_device(&mut self, device: &Device) -> Result<()> {
        Arc::make_mut(&mut self.data.devices).insert(device.client, device.clone());
        Ok(())
    }

    async fn end_session(&mut self, hash: &Sha256) -> Result<()> {
        Arc::make_mut(&mut self.data.sessions).remove(hash);
        Ok(())
    }

    async fn end_sessions(&mut self, user: UserId, except: Option<&Sha256>) -> Result<()> {
        Arc::make_mut(&mut self.data.sessions)
            .retain(|hash, session| session.user != user || Some(hash) == except);
        Ok(())
    }

    async fn end_stale_sessions(&mut self, made_before: Timestamp, seen_before: Timestamp) -> Result<()> {
        Arc::make_mut(&mut self.data.sessions)
            .retain(|_, it| it.made_at >= made_before && it.seen_at >= seen_before);
        Ok(())
    }

    async fn found(&mut self, organisation: &Organisation, _: Timestamp) -> Result<()> {
        self.data.organisation = Some(organisation.clone());
        Ok(())
    }

    async fn set_hosts(&mut self, _: &[Host]) -> Result<()> {
        Err(DbError::Unreadable("one organisation has a history, and answers for every host".into()))
    }

    async fn put_epoch(&mut self, epoch: &str) -> Result<()> {
        self.data = self.data.restored(epoch);
        Ok(())
    }

    async fn mark_durable(&mut self, _: Timestamp) -> Result<u64> {
        Err(DbError::Unreadable("histories mark by the backup itself".into()))
    }

    async fn put_recovery_key(&mut self, _: &RecoveryKey) -> Result<()> {
        Err(DbError::Unreadable("nobody is rescued in a history".into()))
    }

    async fn put_blob(&mut self, _: BlobHash, _: u32, _: Timestamp) -> Result<()> {
        Err(DbError::Unreadable("no photo is taken in a history".into()))
    }

    async fn commit(self: Box<Self>) -> Result<()> {
        self.memory.set(self.data);
        Ok(())
    }
}
