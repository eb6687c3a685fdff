//! The rows that a phone holds: those that the server confirmed, and over them what pending commands made of them.
//! The same two layers as on a real phone; **never** changed but by a reveal and by core.

use std::collections::{BTreeMap, BTreeSet};

use leeway_core::sync::protocol::{Envelope, PullResponse, WireRow};
use leeway_core::sync::{Rebase, Step};
use leeway_core::{Command, Coverage, Entity, Key, Read, Record, Refusal, Rows, Scope, Stop, apply};
use uuid::Uuid;

/// Both layers.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    confirmed: BTreeMap<Key, (WireRow, Record)>,
    index: BTreeSet<(String, Key)>,
    over: BTreeMap<Key, Option<Record>>,
}

/// Answers of one pull, until they may be shown.
#[derive(Debug, Clone, Default)]
pub struct Staged {
    answers: Vec<Stage>,
    refilled: BTreeSet<Scope>,
}

#[derive(Debug, Clone)]
struct Stage {
    reset: bool,
    cleared: BTreeSet<Scope>,
    rows: Vec<WireRow>,
}

impl Staged {
    /// Adds an answer; `opens`: it is the first page of a pull.
    pub fn add(&mut self, answer: &PullResponse, opens: bool) {
        if opens {
            self.refilled.clear();
        }
        let mut cleared: BTreeSet<Scope> = answer.drop.iter().copied().collect();
        cleared.extend(answer.fill.iter().copied().filter(|scope| self.refilled.insert(*scope)));
        self.answers.push(Stage { reset: answer.reset && opens, cleared, rows: answer.rows.clone() });
    }

    /// Says how many rows are staged.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.answers.iter().map(|it| it.rows.len()).sum()
    }
}

impl Shelf {
    /// Shows what was staged, in one go.
    pub fn reveal(&mut self, staged: Staged) {
        for stage in staged.answers {
            if stage.reset {
                self.confirmed.clear();
                self.index.clear();
            }
            let gone: Vec<Key> = self
                .confirmed
                .iter()
                .filter(|(_, (row, _))| stage.cleared.contains(&row.scope))
                .map(|(key, _)| *key)
                .collect();
            gone.into_iter().for_each(|key| self.remove(key));
            for row in stage.rows {
                // of a type that a newer server has: the app keeps such rows as they came, and shows nothing of them
                let Ok(key) = row.key() else { continue };
                if !row.deleted {
                    self.put(key, row);
                } else if self.confirmed.get(&key).is_some_and(|(held, _)| held.scope == row.scope) {
                    self.remove(key);
                }
            }
        }
    }

    fn put(&mut self, key: Key, row: WireRow) {
        self.remove(key);
        let record = row.record().unwrap_or_else(|| panic!("a row that core can't read: {row:?}"));
        self.index.extend(record.index_keys().into_iter().map(|entry| (entry, key)));
        self.confirmed.insert(key, (row, record));
    }

    fn remove(&mut self, key: Key) {
        if let Some((_, record)) = self.confirmed.remove(&key) {
            for entry in record.index_keys() {
                self.index.remove(&(entry, key));
            }
        }
    }

    /// Runs the pending commands anew over the confirmed rows.
    pub fn rebase<'a>(&mut self, pending: impl Iterator<Item = &'a Envelope>) {
        let pending = pending.map(|it| (it.seq, it.open().unwrap()));
        let mut rebase = Rebase::new(pending.collect::<Vec<_>>());
        loop {
            match rebase.step() {
                Step::Need(reads) => self.supply(rebase.rows_mut(), &reads, false),
                Step::Done(done) => {
                    self.over = done.overlay;
                    return;
                }
            }
        }
    }

    /// Runs a new command over what the user sees. Nothing stays when it is refused.
    ///
    /// # Errors
    /// Why core refuses it here.
    pub fn ask(&mut self, command: &Command) -> Result<(), Refusal> {
        let mut rows = Rows::new(Coverage::Part);
        loop {
            match apply(&rows, command) {
                Err(Stop::Missing(reads)) => self.supply(&mut rows, &reads, true),
                Err(Stop::Refused(refusal)) => return Err(refusal),
                Ok(changes) => {
                    self.over.extend(changes.puts.into_iter().map(|it| (it.key(), Some(it))));
                    self.over.extend(changes.removes.into_iter().map(|key| (key, None)));
                    return Ok(());
                }
            }
        }
    }

    fn supply(&self, rows: &mut Rows, reads: &[Read], seen: bool) {
        for read in reads {
            match read {
                Read::Key(key) if seen => rows.supply(*key, self.record(*key).cloned()),
                Read::Key(key) => rows.supply(*key, self.confirmed.get(key).map(|(_, it)| it.clone())),
                Read::Prefix(prefix) => rows.supply_list(prefix, self.list(prefix, seen)),
            }
        }
    }

    fn list(&self, prefix: &str, seen: bool) -> Vec<Record> {
        let first = Key { typ: leeway_core::RecordType::ALL[0], id: Uuid::nil() };
        let found = self.index.range((prefix.to_owned(), first)..);
        let keys: BTreeSet<Key> =
            found.take_while(|(entry, _)| entry.starts_with(prefix)).map(|(_, key)| *key).collect();
        let confirmed = keys.iter().filter(|key| !seen || !self.over.contains_key(key));
        let mut all: Vec<Record> = confirmed.map(|key| self.confirmed[key].1.clone()).collect();
        if seen {
            let over = self.over.values().flatten();
            all.extend(
                over.filter(|it| it.index_keys().iter().any(|entry| entry.starts_with(prefix))).cloned(),
            );
        }
        all
    }

    fn record(&self, key: Key) -> Option<&Record> {
        match self.over.get(&key) {
            Some(over) => over.as_ref(),
            None => self.confirmed.get(&key).map(|(_, record)| record),
        }
    }

    /// Returns a record as the user sees it.
    #[must_use]
    pub fn get<T: Entity>(&self, id: T::Id) -> Option<&T> {
        self.record(T::key(id)).and_then(T::of)
    }

    /// Returns all records of a kind, as the user sees them.
    #[must_use]
    pub fn all<T: Entity>(&self) -> Vec<&T> {
        let ends = Key { typ: T::TYPE, id: Uuid::nil() }..=Key { typ: T::TYPE, id: Uuid::max() };
        let confirmed = self.confirmed.range(ends.clone()).filter(|(key, _)| !self.over.contains_key(key));
        let over = self.over.range(ends).filter_map(|(_, it)| it.as_ref());
        confirmed.map(|(_, (_, record))| record).chain(over).filter_map(T::of).collect()
    }

    /// Returns the confirmed rows.
    #[must_use]
    pub fn confirmed(&self) -> BTreeMap<Key, &WireRow> {
        self.confirmed.iter().map(|(key, (row, _))| (*key, row)).collect()
    }

    /// Says whether pending commands change what is seen.
    #[must_use]
    pub fn has_overlay(&self) -> bool {
        !self.over.is_empty()
    }
}
