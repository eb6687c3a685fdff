//! What happened in the demo organisation, told as commands and played through [`leeway_core::apply()`] in the order
//! of time. So the records are those that the rules make: stamps, moves, digests, cases and grants. Only what no
//! command makes is founded directly: the first people, units and posts, and the checklists. Never decides a rule.

use std::collections::BTreeMap;

use leeway_core::values::{CommandId, Timestamp, UserId};
use leeway_core::{Body, Changes, Command, Coverage, Key, Read, Record, Rows, Scope, Stop, apply};

use super::days::Days;
use super::{Seed, numbering};

/// The story so far.
pub(super) struct History {
    /// The calendar it is told on.
    pub(super) days: Days,
    asked: Vec<Command>,
    order: Vec<Key>,
    records: BTreeMap<Key, Record>,
    grants: BTreeMap<Key, Vec<(UserId, Scope)>>,
    /// Commands that were not accepted: none, or the story is wrong (a test sees to it).
    pub(super) refused: Vec<(Command, Stop)>,
}

impl History {
    /// Begins with nothing.
    pub(super) fn new(days: Days) -> Self {
        Self {
            days,
            asked: Vec::new(),
            order: Vec::new(),
            records: BTreeMap::new(),
            grants: BTreeMap::new(),
            refused: Vec::new(),
        }
    }

    /// Puts down a record that no command makes, with those who may hold rows because of it.
    pub(super) fn found(&mut self, record: impl Into<Record>, grants: Vec<(UserId, Scope)>) {
        let record = record.into();
        self.grants.entry(record.key()).or_default().extend(grants);
        self.put(record);
    }

    /// Tells what somebody asked, and when. Returns the command's id, for later ones that name it.
    pub(super) fn ask(&mut self, by: UserId, at: Timestamp, body: Body) -> CommandId {
        let number = u32::try_from(self.asked.len()).unwrap_or(u32::MAX);
        let id = numbering::command(number.saturating_add(1));
        self.asked.push(Command { id, by, at, body });
        id
    }

    /// Plays everything that was asked, oldest first; of one moment, in the order of telling.
    pub(super) fn play(&mut self) {
        let mut asked = std::mem::take(&mut self.asked);
        asked.sort_by_key(|command| command.at);
        for command in asked {
            match self.decide(&command) {
                Ok(changes) => self.take(changes),
                Err(stop) => self.refused.push((command, stop)),
            }
        }
    }

    fn decide(&self, command: &Command) -> Result<Changes, Stop> {
        let mut rows = Rows::new(Coverage::Whole);
        loop {
            match apply(&rows, command) {
                Err(Stop::Missing(reads)) => reads.iter().for_each(|read| self.load(&mut rows, read)),
                decided => return decided,
            }
        }
    }

    fn load(&self, rows: &mut Rows, read: &Read) {
        match read {
            Read::Key(key) => rows.supply(*key, self.records.get(key).cloned()),
            Read::Prefix(prefix) => {
                let listed =
                    |record: &&Record| record.index_keys().iter().any(|entry| entry.starts_with(prefix));
                rows.supply_list(prefix, self.records.values().filter(listed).cloned().collect());
            }
        }
    }

    fn take(&mut self, changes: Changes) {
        if let Some(first) = changes.puts.first() {
            let given = changes.grants.iter().filter(|grant| grant.active);
            let given: Vec<_> = given.map(|grant| (grant.user, grant.scope)).collect();
            self.grants.entry(first.key()).or_default().extend(given);
        }
        for key in &changes.removes {
            self.drop_record(key);
        }
        for record in changes.puts {
            self.put(record);
        }
    }

    fn put(&mut self, record: Record) {
        let key = record.key();
        if self.records.insert(key, record).is_none() {
            self.order.push(key);
        }
    }

    fn drop_record(&mut self, key: &Key) {
        self.records.remove(key);
        self.order.retain(|listed| listed != key);
    }

    /// Drops the records that are not kept any more.
    pub(super) fn clear(&mut self, gone: impl Fn(&Record) -> bool) {
        self.records.retain(|_, record| !gone(record));
        let left = &self.records;
        self.order.retain(|key| left.contains_key(key));
    }

    /// Ends the story: the records in the order in which they came to be.
    pub(super) fn into_seeds(mut self) -> Vec<Seed> {
        let seeds = self.order.iter().filter_map(|key| {
            let grants = self.grants.remove(key).unwrap_or_default();
            self.records.remove(key).map(|record| Seed { record, grants })
        });
        seeds.collect()
    }
}
