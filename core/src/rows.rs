//! What a rule reads ([`Rows`]) and writes ([`Changes`]).
//!
//! A rule asks for rows while it runs; what is not loaded yet stops it with the names of what it needs, the
//! caller loads those and runs it again. So reads may depend on data, and the rule stays free of IO.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::{Entity, Key, Record};
use crate::refusal::{GeneralError, Stop};
use crate::scope::GrantChange;
use crate::values::{ClientId, Timestamp, UserId};

/// One thing to load before a rule can go on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Read {
    /// One record.
    Key(Key),
    /// All records with an index key that starts with this.
    Prefix(String),
}

/// How much of the organisation's data these rows were loaded from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Coverage {
    /// The phone: only the scopes that it holds. What is not found may still exist.
    #[default]
    Part,
    /// The server: what is not found does not exist.
    Whole,
}

/// A command on its arrival at the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// When, by the server's clock.
    pub at: Timestamp,
    /// From which device's store.
    pub client: ClientId,
}

/// The rows that a rule may read, loaded before or between its runs.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    coverage: Coverage,
    arrival: Option<Arrival>,
    records: BTreeMap<Key, Option<Record>>,
    lists: BTreeMap<String, BTreeSet<(String, Key)>>,
    /// What commands of this batch wrote or removed: newer than anything that is loaded later.
    changed: BTreeSet<Key>,
}

impl Rows {
    /// Makes an empty set, to be filled by [`Rows::supply`].
    pub fn new(coverage: Coverage) -> Self {
        Self { coverage, ..Self::default() }
    }

    /// Returns whether "not found" means "does not exist".
    pub fn coverage(&self) -> Coverage {
        self.coverage
    }

    /// Says that what is judged by these rows has just arrived at the server.
    #[must_use]
    pub fn arriving(self, arrival: Arrival) -> Self {
        Self { arrival: Some(arrival), ..self }
    }

    /// Returns when and from where what is judged has arrived; `None` on the device that made it.
    pub fn arrival(&self) -> Option<Arrival> {
        self.arrival
    }

    /// Adds one loaded record, or the knowledge that there is none under this key. What a command changed
    /// meanwhile stays.
    pub fn supply(&mut self, key: Key, record: Option<Record>) {
        if !self.changed.contains(&key) {
            self.records.insert(key, record);
        }
    }

    /// Adds one loaded list: all records that have an index key starting with `prefix`. What a command changed
    /// meanwhile stays, and is listed by what it is now.
    pub fn supply_list(&mut self, prefix: &str, found: Vec<Record>) {
        let mut keys: BTreeSet<Key> = self.changed.clone();
        for record in found {
            let key = record.key();
            keys.insert(key);
            self.supply(key, Some(record));
        }
        let records = keys.iter().filter_map(|key| self.records.get(key)?.as_ref());
        let list = records.flat_map(|it| matching(it, prefix).map(|entry| (entry, it.key()))).collect();
        self.lists.insert(prefix.to_owned(), list);
    }

    /// Returns the record, or `None` if there is none here.
    ///
    /// # Errors
    /// [`Stop::Missing`] if it was never loaded.
    pub fn find<T: Entity>(&self, id: T::Id) -> Result<Option<&T>, Stop> {
        let key = T::key(id);
        match self.records.get(&key) {
            Some(found) => Ok(found.as_ref().and_then(T::of)),
            None => Err(Stop::Missing(vec![Read::Key(key)])),
        }
    }

    /// Returns the record.
    ///
    /// # Errors
    /// [`Stop::Missing`] if it was never loaded, a refusal if there is none.
    pub fn require<T: Entity>(&self, id: T::Id) -> Result<&T, Stop> {
        self.find(id)?.ok_or_else(|| GeneralError::NotFound { typ: T::TYPE }.into())
    }

    /// Refuses if a record with this id is already there: ids are made once, by the command that creates.
    ///
    /// # Errors
    /// [`Stop::Missing`] if it was never loaded, a refusal if there is one.
    pub fn require_absent<T: Entity>(&self, id: T::Id) -> Result<(), Stop> {
        match self.find::<T>(id)? {
            None => Ok(()),
            Some(_) => Err(GeneralError::Exists { typ: T::TYPE }.into()),
        }
    }

    /// Asks for several records at once, where a rule knows beforehand what it reads: each asking is a way to the
    /// database and back.
    ///
    /// # Errors
    /// [`Stop::Missing`] names those that were never loaded.
    pub fn ask(&self, keys: impl IntoIterator<Item = Key>) -> Result<(), Stop> {
        let missing: Vec<Read> =
            keys.into_iter().filter(|key| !self.records.contains_key(key)).map(Read::Key).collect();
        if missing.is_empty() { Ok(()) } else { Err(Stop::Missing(missing)) }
    }

    /// Asks for several lists at once.
    ///
    /// # Errors
    /// [`Stop::Missing`] names those that were never loaded.
    pub fn ask_lists(&self, prefixes: impl IntoIterator<Item = String>) -> Result<(), Stop> {
        let missing: Vec<Read> =
            prefixes.into_iter().filter(|it| !self.lists.contains_key(it)).map(Read::Prefix).collect();
        if missing.is_empty() { Ok(()) } else { Err(Stop::Missing(missing)) }
    }

    /// Returns the records that have an index key starting with `prefix`, in the order of those keys. Under
    /// [`Coverage::Part`] there may be more of them elsewhere.
    ///
    /// # Errors
    /// [`Stop::Missing`] if the list was never loaded.
    pub fn list<T: Entity>(&self, prefix: &str) -> Result<Vec<&T>, Stop> {
        let list =
            self.lists.get(prefix).ok_or_else(|| Stop::Missing(vec![Read::Prefix(prefix.to_owned())]))?;
        Ok(list.iter().filter_map(|(_, key)| self.records.get(key)?.as_ref().and_then(T::of)).collect())
    }

    /// Takes in what a command changed, so that the next one sees it.
    pub fn absorb(&mut self, changes: &Changes) {
        for record in &changes.puts {
            self.replace(record.key(), Some(record.clone()));
        }
        for key in &changes.removes {
            self.replace(*key, None);
        }
    }

    /// Returns what was absorbed: each record once, as it is in the end. Without grants, which are no rows.
    pub fn written(&self) -> Changes {
        let mut written = Changes::none();
        for key in &self.changed {
            match self.records.get(key).and_then(Option::as_ref) {
                Some(record) => written.puts.push(record.clone()),
                None => written.removes.push(*key),
            }
        }
        written
    }

    fn replace(&mut self, key: Key, record: Option<Record>) {
        for (prefix, list) in &mut self.lists {
            list.retain(|(_, listed)| *listed != key);
            if let Some(record) = &record {
                list.extend(matching(record, prefix).map(|entry| (entry, key)));
            }
        }
        self.records.insert(key, record);
        self.changed.insert(key);
    }
}

fn matching<'a>(record: &Record, prefix: &'a str) -> impl Iterator<Item = String> + use<'a> {
    record.index_keys().into_iter().filter(move |entry| entry.starts_with(prefix))
}

/// What a command changes; written as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Changes {
    /// Records written, whole.
    pub puts: Vec<Record>,
    /// Records removed.
    pub removes: Vec<Key>,
    /// Who holds which rows from now on. The phone passes these over: its grants come from the server.
    pub grants: Vec<GrantChange>,
}

impl Changes {
    /// Starts with nothing changed.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds a written record.
    #[must_use]
    pub fn put(mut self, record: impl Into<Record>) -> Self {
        self.puts.push(record.into());
        self
    }

    /// Adds a written record, if there is one.
    #[must_use]
    pub fn put_some(self, record: Option<impl Into<Record>>) -> Self {
        match record {
            Some(record) => self.put(record),
            None => self,
        }
    }

    /// Adds a removed record.
    #[must_use]
    pub fn remove(mut self, key: Key) -> Self {
        self.removes.push(key);
        self
    }

    /// Adds a grant given.
    #[must_use]
    pub fn grant(mut self, user: UserId, scope: crate::Scope) -> Self {
        self.grants.push(GrantChange { user, scope, active: true });
        self
    }

    /// Adds a grant taken away.
    #[must_use]
    pub fn revoke(mut self, user: UserId, scope: crate::Scope) -> Self {
        self.grants.push(GrantChange { user, scope, active: false });
        self
    }

    /// Adds all that another change does, after this.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.puts.extend(other.puts);
        self.removes.extend(other.removes);
        self.grants.extend(other.grants);
        self
    }

    /// Adds what follows from this: a record that both write is written once, as it is in the end.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        let again: BTreeSet<Key> = other.keys().collect();
        self.puts.retain(|record| !again.contains(&record.key()));
        self.removes.retain(|key| !again.contains(key));
        self.and(other)
    }

    /// Returns the keys of all records that are written or removed.
    pub fn keys(&self) -> impl Iterator<Item = Key> + '_ {
        self.puts.iter().map(Record::key).chain(self.removes.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::{Member, Post, UNITS, Unit};
    use crate::testing::sample::{CHEN, HEAD, LI, member, unit};
    use crate::visits::{OPEN, Visit, VisitState};
    use crate::{organisation::Role, testing::sample};

    fn units(rows: &Rows) -> Vec<&str> {
        rows.list::<Unit>(UNITS).unwrap().into_iter().map(|unit| unit.name.as_str()).collect()
    }

    #[test]
    fn what_is_known_is_not_asked_for_again() {
        let mut rows = Rows::new(Coverage::Part);
        let (chen, li) = (Member::key(CHEN), Member::key(LI));
        assert_eq!(rows.ask([chen, li]), Err(Stop::Missing(vec![Read::Key(chen), Read::Key(li)])));
        rows.supply(chen, None);
        assert_eq!(rows.ask([chen, li]), Err(Stop::Missing(vec![Read::Key(li)])));
        rows.supply(li, Some(member(LI, "li", "李思", 1, Role::Manager).into()));
        assert_eq!(rows.ask([chen, li]), Ok(()));
    }

    #[test]
    fn what_was_never_loaded_is_missing_not_absent() {
        let mut rows = Rows::new(Coverage::Part);
        let key = Member::key(CHEN);
        let missing = Some(Stop::Missing(vec![Read::Key(key)]));
        assert_eq!(rows.find::<Member>(CHEN).err(), missing);
        assert_eq!(rows.require::<Member>(CHEN).err(), missing);
        assert_eq!(rows.require_absent::<Member>(CHEN).err(), missing);
        assert_eq!(rows.list::<Unit>(UNITS).err(), Some(Stop::Missing(vec![Read::Prefix(UNITS.into())])));
        rows.supply(key, None);
        assert_eq!(rows.find::<Member>(CHEN), Ok(None));
        assert_eq!(rows.require_absent::<Member>(CHEN), Ok(()));
        assert_eq!(
            rows.require::<Member>(CHEN).err(),
            Some(GeneralError::NotFound { typ: Member::TYPE }.into())
        );
        rows.supply(key, Some(member(CHEN, "chen", "陈静", 1, Role::Manager).into()));
        assert!(rows.require::<Member>(CHEN).is_ok());
        assert_eq!(
            rows.require_absent::<Member>(CHEN).err(),
            Some(GeneralError::Exists { typ: Member::TYPE }.into())
        );
    }

    #[test]
    fn a_list_is_in_the_order_of_its_keys_and_can_be_empty() {
        let mut rows = Rows::new(Coverage::Whole);
        rows.supply_list(UNITS, vec![unit(2).into(), unit(1).into()]);
        assert_eq!(units(&rows), ["政企1部", "政企2部"]);
        rows.supply_list("unit.name|x", vec![]);
        assert_eq!(rows.list::<Unit>("unit.name|x"), Ok(vec![]));
        assert_eq!(rows.list::<Member>(UNITS), Ok(vec![]));
    }

    #[test]
    fn what_a_command_changed_is_seen_in_lists_that_were_loaded_before() {
        let mut rows = Rows::new(Coverage::Whole);
        rows.supply_list(UNITS, vec![unit(1).into(), unit(2).into()]);
        let renamed = Unit { name: "政企9部".into(), ..unit(1) };
        rows.absorb(&Changes::none().put(renamed).remove(Unit::key(unit(2).id)));
        assert_eq!(units(&rows), ["政企9部"]);
    }

    #[test]
    fn what_a_command_changed_is_seen_in_lists_that_are_loaded_after() {
        let mut rows = Rows::new(Coverage::Part);
        let visit = |state| Visit { state, ..sample::visit() };
        let open = visit(VisitState::Planned);
        rows.supply(Visit::key(open.id), Some(open.clone().into()));
        rows.absorb(&Changes::none().put(visit(VisitState::Cancelled)).put(unit(1)));
        rows.supply_list(OPEN, vec![open.clone().into()]);
        rows.supply_list(UNITS, vec![unit(2).into()]);
        assert_eq!(rows.list::<Visit>(OPEN), Ok(vec![]));
        assert_eq!(units(&rows), ["政企1部", "政企2部"]);
        rows.absorb(&Changes::none().remove(Unit::key(unit(2).id)));
        rows.supply_list(UNITS, vec![unit(2).into()]);
        rows.supply(Visit::key(open.id), Some(open.clone().into()));
        assert_eq!(units(&rows), ["政企1部"]);
        assert_eq!(
            rows.find::<Visit>(open.id).map(|it| it.map(|it| it.state)),
            Ok(Some(VisitState::Cancelled))
        );
    }

    #[test]
    fn what_was_written_is_told_once_as_it_is_in_the_end() {
        let mut rows = Rows::new(Coverage::Whole);
        rows.supply(Unit::key(unit(3).id), Some(unit(3).into()));
        let renamed = Unit { name: "政企9部".into(), ..unit(1) };
        let gone = Unit::key(unit(2).id);
        rows.absorb(&Changes::none().put(unit(1)).put(unit(2)));
        rows.absorb(&Changes::none().put(renamed.clone()).remove(gone));
        assert_eq!(rows.written(), Changes::none().put(renamed.clone()).remove(gone));
        rows.absorb(&Changes::none().put(unit(2)));
        assert_eq!(rows.written(), Changes::none().put(renamed).put(unit(2)));
    }

    #[test]
    fn changes_name_all_that_they_touch() {
        let post = Post::key(HEAD);
        let changes = Changes::none()
            .put(unit(1))
            .put_some(None::<Unit>)
            .put_some(Some(unit(2)))
            .remove(post)
            .grant(LI, crate::Scope::Catalogue)
            .revoke(LI, crate::Scope::Catalogue);
        let keys: Vec<Key> = changes.keys().collect();
        assert_eq!(keys, [Unit::key(unit(1).id), Unit::key(unit(2).id), post]);
        assert_eq!(changes.grants.iter().map(|it| it.active).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn what_follows_is_written_once() {
        let renamed = Unit { name: "政企9部".into(), ..unit(1) };
        let first = Changes::none().put(unit(1)).put(unit(2)).remove(Unit::key(unit(3).id));
        let then = first.then(Changes::none().put(unit(3)).put(renamed.clone()));
        assert_eq!(then, Changes::none().put(unit(2)).put(unit(3)).put(renamed));
    }
}
