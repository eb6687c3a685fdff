//! All that the database holds at one moment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leeway_core::sync::protocol::{Envelope, OutcomeKind, WireRow};
use leeway_core::values::{ClientId, CommandId, Timestamp, UserId};
use leeway_core::{Changes, Key, Record, Scope};
use leeway_server::db::{
    Client, Credential, DbError, Device, Organisation, Page, Past, Position, Result, SessionRow, Sha256,
    Wanted,
};
use serde_json::Value;
use uuid::Uuid;

/// One command as the server keeps it.
#[derive(Debug)]
pub struct Kept {
    pub user: UserId,
    pub envelope: Envelope,
    pub outcome: OutcomeKind,
    pub decides: bool,
    pub received_at: Timestamp,
    pub(super) past: Past,
}

/// A row with its home, its type and its id.
pub(super) type Place = (String, String, Uuid);

#[derive(Debug)]
pub(super) struct Row {
    scope: Scope,
    pub(super) rev: u64,
    pub(super) stamp: i64,
    /// Its content; `None`: it has gone from here.
    pub(super) body: Option<Value>,
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
pub(super) type Grant = (Scope, bool, i64);

/// All that a database holds at one moment.
///
/// Shared until it is written to: a snapshot costs nothing, a transaction only what it touches.
#[derive(Debug, Clone, Default)]
pub struct Data {
    pub(super) organisation: Option<Organisation>,
    pub(super) n: i64,
    pub(super) clients: Arc<BTreeMap<ClientId, Client>>,
    /// Everything that was ever decided, in that order.
    pub log: Arc<Vec<Arc<Kept>>>,
    pub(super) places: Arc<BTreeMap<(ClientId, u64), usize>>,
    pub(super) decided: Arc<BTreeMap<CommandId, usize>>,
    pub(super) grants: Arc<BTreeMap<(UserId, String), Grant>>,
    pub(super) rows: Arc<BTreeMap<Place, Arc<Row>>>,
    pub(super) live: Arc<BTreeMap<Key, (String, Arc<Record>)>>,
    pub(super) keys: Arc<BTreeSet<(String, Key)>>,
    pub(super) credentials: Arc<BTreeMap<UserId, Credential>>,
    pub(super) sessions: Arc<BTreeMap<Sha256, SessionRow>>,
    pub(super) devices: Arc<BTreeMap<ClientId, Device>>,
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

    pub(super) fn change(&mut self, stamp: i64, changes: &Changes) -> Result<bool> {
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

    pub(super) fn changed(&self, wanted: &Wanted) -> Page {
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
