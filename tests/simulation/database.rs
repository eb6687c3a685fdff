//! A database in memory behind the server's own trait: quick, and with all of its past kept, so that a device can be
//! compared with the moment that it shows.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use leeway_core::sync::digest::Digest;
use leeway_core::sync::protocol::{Envelope, OutcomeKind, WireRow};
use leeway_core::values::{BlobHash, ClientId, CommandId, Timestamp, UserId};
use leeway_core::{Changes, Key, Record, Scope};
use leeway_server::db::{
    Client, Credential, Database, DbError, Device, Entry, Held, Mark, Organisation, Page, Past, Position,
    Reading, RecoveryKey, Result, SessionRow, Sha256, Tally, Tenant, Wanted, Writing,
};
use leeway_server::host::Host;
use serde_json::Value;
use uuid::Uuid;

use crate::plant::{self, Plant};

/// One command as the server keeps it.
#[derive(Debug)]
pub struct Kept {
    pub user: UserId,
    pub envelope: Envelope,
    pub outcome: OutcomeKind,
    pub decides: bool,
    pub received_at: Timestamp,
    past: Past,
}

/// A row with its home, its type and its id.
type Place = (String, String, Uuid);

#[derive(Debug)]
struct Row {
    scope: Scope,
    rev: u64,
    stamp: i64,
    /// Its content; `None`: it has gone from here.
    body: Option<Value>,
    /// The same as text, made once: every reveal is compared with it.
    text: Option<String>,
}

impl Row {
    fn new(scope: Scope, rev: u64, stamp: i64, body: Option<Value>) -> Arc<Self> {
        let text = body.as_ref().map(Value::to_string);
        Arc::new(Self { scope, rev, stamp, body, text })
    }
}

/// The scope, whether it is held, and since when that is so.
type Grant = (Scope, bool, i64);

/// All that a database holds at one moment.
///
/// Shared until it is written to: a snapshot costs nothing, a transaction only what it touches.
#[derive(Debug, Clone, Default)]
pub struct Data {
    organisation: Option<Organisation>,
    n: i64,
    clients: Arc<BTreeMap<ClientId, Client>>,
    /// Everything that was ever decided, in that order.
    pub log: Arc<Vec<Arc<Kept>>>,
    places: Arc<BTreeMap<(ClientId, u64), usize>>,
    decided: Arc<BTreeMap<CommandId, usize>>,
    grants: Arc<BTreeMap<(UserId, String), Grant>>,
    rows: Arc<BTreeMap<Place, Arc<Row>>>,
    live: Arc<BTreeMap<Key, (String, Arc<Record>)>>,
    keys: Arc<BTreeSet<(String, Key)>>,
    credentials: Arc<BTreeMap<UserId, Credential>>,
    sessions: Arc<BTreeMap<Sha256, SessionRow>>,
    devices: Arc<BTreeMap<ClientId, Device>>,
}

impl Data {
    /// Returns what this user may see: the live rows of the scopes that they hold.
    pub fn view(&self, user: UserId) -> BTreeMap<String, String> {
        let held = self.grants.iter().filter(|((whose, _), (_, active, _))| *whose == user && *active);
        let scopes: BTreeSet<&String> = held.map(|((_, scope), _)| scope).collect();
        let mine = self.rows.iter().filter(|((scope, ..), _)| scopes.contains(scope));
        mine.filter_map(|((_, typ, id), row)| Some((format!("{typ}/{id}"), row.text.clone()?))).collect()
    }

    /// Returns all live records.
    pub fn records(&self) -> BTreeMap<Key, Record> {
        self.live.iter().map(|(key, (_, record))| (*key, Record::clone(record))).collect()
    }

    /// Returns the same data as a restored backup: another history, and all that it holds is in a backup.
    pub fn restored(&self, epoch: &str) -> Self {
        let mut data = self.clone();
        data.organisation = data.organisation.map(|it| Organisation { epoch: epoch.to_owned(), ..it });
        for client in Arc::make_mut(&mut data.clients).values_mut() {
            client.durable = client.last_seq;
        }
        data
    }

    /// Returns the organisation.
    pub fn organisation(&self) -> Option<Organisation> {
        self.organisation.clone()
    }

    /// Returns how often rows or grants were changed.
    pub fn changes(&self) -> i64 {
        self.n
    }

    /// Returns what became of a command, if anything did.
    pub fn decision(&self, id: CommandId) -> Option<&Kept> {
        self.decided.get(&id).map(|at| &*self.log[*at])
    }

    fn put(&mut self, stamp: i64, record: &Record) -> Result<bool> {
        let key = record.key();
        let scope = record.scope();
        let body = record.to_body().map_err(|error| DbError::Unreadable(error.to_string()))?;
        let at = |scope: &str| (scope.to_owned(), key.typ.name().to_owned(), key.id);
        let home = scope.to_string();
        let mut rev = 0;
        if let Some((old, _)) = self.live.get(&key) {
            let row = &self.rows[&at(old)];
            if *old == home && row.body.as_ref() == Some(&body) {
                return Ok(false);
            }
            rev = row.rev;
            if *old != home {
                let gone = Row::new(row.scope, rev + 1, stamp, None);
                Arc::make_mut(&mut self.rows).insert(at(old), gone);
            }
        }
        let there = self.rows.get(&at(&home)).map_or(0, |row| row.rev + 1);
        let row = Row::new(scope, there.max(rev + 1), stamp, Some(body));
        Arc::make_mut(&mut self.rows).insert(at(&home), row);
        self.unlist(key);
        Arc::make_mut(&mut self.keys).extend(record.index_keys().into_iter().map(|entry| (entry, key)));
        Arc::make_mut(&mut self.live).insert(key, (home, Arc::new(record.clone())));
        Ok(true)
    }

    fn unlist(&mut self, key: Key) {
        if let Some((_, record)) = self.live.get(&key) {
            let keys = Arc::make_mut(&mut self.keys);
            for entry in record.index_keys() {
                keys.remove(&(entry, key));
            }
        }
    }

    fn remove(&mut self, stamp: i64, key: Key) -> bool {
        self.unlist(key);
        let Some((home, _)) = Arc::make_mut(&mut self.live).remove(&key) else { return false };
        let place = (home, key.typ.name().to_owned(), key.id);
        let row = &self.rows[&place];
        let gone = Row::new(row.scope, row.rev + 1, stamp, None);
        Arc::make_mut(&mut self.rows).insert(place, gone);
        true
    }

    fn change(&mut self, stamp: i64, changes: &Changes) -> Result<bool> {
        let mut any = false;
        for record in &changes.puts {
            any |= self.put(stamp, record)?;
        }
        for key in &changes.removes {
            any |= self.remove(stamp, *key);
        }
        let last: BTreeMap<_, _> = changes
            .grants
            .iter()
            .map(|it| ((it.user, it.scope.to_string()), (it.scope, it.active)))
            .collect();
        for (whose, (scope, active)) in last {
            if self.grants.get(&whose).is_some_and(|held| held.1) != active {
                Arc::make_mut(&mut self.grants).insert(whose, (scope, active, stamp));
                any = true;
            }
        }
        Ok(any)
    }

    fn changed(&self, wanted: &Wanted) -> Page {
        let since = wanted.since.as_ref().map_or(-1, |mark| mark.0.parse::<i64>().unwrap_or(-1));
        let mut page = Page::default();
        let mut bytes = 0;
        for ((scope, typ, id), row) in self.rows.iter() {
            let place = Position { scope: scope.clone(), typ: typ.clone(), id: *id };
            let Some((_, true, granted)) = self.grants.get(&(wanted.user, scope.clone())) else { continue };
            let new = if *granted > since { row.body.is_some() } else { row.stamp > since };
            if !new || wanted.after.as_ref().is_some_and(|after| place <= *after) {
                continue;
            }
            bytes += row.text.as_ref().map_or(0, String::len);
            if page.rows.len() == wanted.limit.max(1) || (bytes > wanted.bytes && !page.rows.is_empty()) {
                page.more = true;
                break;
            }
            let (deleted, body) = (row.body.is_none(), row.body.clone().unwrap_or(Value::Null));
            page.rows.push(WireRow {
                scope: row.scope,
                typ: typ.clone(),
                id: *id,
                rev: row.rev,
                deleted,
                body,
            });
        }
        page
    }
}

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
