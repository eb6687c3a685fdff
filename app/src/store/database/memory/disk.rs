//! What is kept under a name, and what goes wrong with it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::pending;
use std::rc::Rc;

use super::Row;
use crate::store::database::At;
use crate::store::error::StoreError;

thread_local! {
    static DISKS: RefCell<BTreeMap<String, Rc<Disk>>> = RefCell::default();
}

/// What goes wrong next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection is lost.
    Gone,
    /// No space is left.
    Full,
    /// The program ends in the middle: the call never returns, and whoever awaits it is dropped.
    Crash,
}

/// All that is kept under one name.
#[derive(Default)]
pub struct Disk {
    pub(super) stores: RefCell<BTreeMap<String, BTreeMap<Place, Value>>>,
    /// What takes back the commits since the last strict one, oldest first.
    pub(super) undo: RefCell<Vec<Vec<Undo>>>,
    due: Cell<Option<(u64, Fault)>>,
    steps: Cell<u64>,
    crashed: Cell<bool>,
    pub(super) lies: Cell<bool>,
    pub(super) opened: Cell<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Number(u64),
    Name(String),
}

impl Place {
    pub(super) fn of(at: At<'_>) -> Self {
        match at {
            At::Name(name) => Self::Name(name.to_owned()),
            At::Place(place) => Self::Number(place),
        }
    }

    pub(super) fn name(&self) -> String {
        match self {
            Self::Name(name) => name.clone(),
            Self::Number(place) => place.to_string(),
        }
    }
}

#[derive(Clone)]
pub(super) enum Value {
    Text(String),
    Row(Row),
    Bytes(Rc<[u8]>),
}

/// What was at a place of a store before.
pub(super) type Undo = (String, Place, Option<Value>);

impl Disk {
    /// Returns the disk of this name, empty at its first use.
    pub fn named(name: &str) -> Rc<Self> {
        DISKS.with(|disks| Rc::clone(disks.borrow_mut().entry(name.to_owned()).or_default()))
    }

    /// Lets something go wrong at the `after`-th step from now; a step is a begin, a read, a write or a commit.
    pub fn plan(&self, after: u64, fault: Fault) {
        self.due.set(Some((self.steps.get() + after, fault)));
    }

    /// Lets it call saved what it has not written yet, as cheap disks do.
    pub fn lie(&self, lies: bool) {
        self.lies.set(lies);
    }

    /// Takes back what was planned.
    pub fn calm(&self) {
        self.due.take();
        self.crashed.set(false);
    }

    /// Says whether a call has met [`Fault::Crash`]: whoever awaits it is to be dropped.
    pub fn has_crashed(&self) -> bool {
        self.crashed.get()
    }

    /// Cuts the power: of the commits since the last strict one, the first `kept` remain.
    pub fn cut_power(&self, kept: usize) {
        let lost = {
            let mut undo = self.undo.borrow_mut();
            let kept = kept.min(undo.len());
            undo.split_off(kept)
        };
        lost.into_iter().rev().for_each(|commit| self.take_back(commit));
        self.opened.set(self.opened.get() + 1);
    }

    /// Returns how many commits a power failure could take.
    pub fn at_risk(&self) -> usize {
        self.undo.borrow().len()
    }

    /// Removes everything, as a browser does that needs the space.
    pub fn evict(&self) {
        self.stores.borrow_mut().clear();
        self.undo.borrow_mut().clear();
        self.opened.set(self.opened.get() + 1);
    }

    /// Loses one row without a word, as a broken disk does. Returns false if there is none.
    pub fn lose_row(&self, store: &str, n: usize) -> bool {
        let mut stores = self.stores.borrow_mut();
        let Some(rows) = stores.get_mut(store) else { return false };
        let place = rows.keys().cycle().nth(n % rows.len().max(1)).cloned();
        place.is_some_and(|place| rows.remove(&place).is_some())
    }

    /// Returns a copy of everything under another name: a cloned profile.
    pub fn copy_to(&self, name: &str) {
        let copy = Self::named(name);
        copy.stores.replace(self.stores.borrow().clone());
        copy.undo.borrow_mut().clear();
    }

    /// Returns what a store of rows holds: the content by key, `None` where a row hides the one below.
    pub fn bodies(&self, store: &str) -> BTreeMap<String, Option<String>> {
        let stores = self.stores.borrow();
        let rows = stores.get(store).into_iter().flatten().filter_map(|(_, value)| match value {
            Value::Row(row) => Some((row.key.clone(), row.body.clone())),
            Value::Text(_) | Value::Bytes(_) => None,
        });
        rows.collect()
    }

    /// Returns one text.
    pub fn text(&self, store: &str, name: &str) -> Option<String> {
        match self.stores.borrow().get(store)?.get(&Place::Name(name.to_owned()))? {
            Value::Text(text) => Some(text.clone()),
            Value::Row(_) | Value::Bytes(_) => None,
        }
    }

    /// Returns all texts of a store, in the order of their keys.
    pub fn texts(&self, store: &str) -> Vec<String> {
        let stores = self.stores.borrow();
        let texts = stores.get(store).into_iter().flatten().filter_map(|(_, value)| match value {
            Value::Text(text) => Some(text.clone()),
            Value::Row(_) | Value::Bytes(_) => None,
        });
        texts.collect()
    }

    /// Forgets a disk that nobody needs any more.
    pub fn forget(name: &str) {
        DISKS.with(|disks| disks.borrow_mut().remove(name));
    }

    pub(super) fn take_back(&self, commit: Vec<Undo>) {
        let mut stores = self.stores.borrow_mut();
        for (store, place, before) in commit.into_iter().rev() {
            let store = stores.entry(store).or_default();
            match before {
                Some(value) => store.insert(place, value),
                None => store.remove(&place),
            };
        }
    }

    pub(super) fn step(&self) -> Result<(), StoreError> {
        match self.stumble() {
            None => Ok(()),
            Some(Fault::Gone) => {
                self.opened.set(self.opened.get() + 1);
                Err(StoreError::Gone)
            }
            // a write that is asked for can't wait: the crash shows at the next await, which is the commit
            Some(Fault::Full | Fault::Crash) => Err(StoreError::Full),
        }
    }

    pub(super) async fn step_awaited(&self) -> Result<(), StoreError> {
        if matches!(self.due.get(), Some((at, Fault::Crash)) if at <= self.steps.get() + 1) {
            self.due.take();
            self.crashed.set(true);
            pending::<()>().await;
        }
        self.step()
    }

    fn stumble(&self) -> Option<Fault> {
        let now = self.steps.get() + 1;
        self.steps.set(now);
        let (at, fault) = self.due.get()?;
        (at <= now && fault != Fault::Crash).then(|| {
            self.due.take();
            fault
        })
    }
}
