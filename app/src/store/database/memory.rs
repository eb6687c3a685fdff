//! The database where there is no browser: for tests and simulations, with what can go wrong in a browser. A disk has a
//! name, and every connection of this thread to that name sees it. Never stands in for IndexedDB in a browser.
//!
//! As there: a transaction counts whole or not at all; what was committed [`Mode::Strict`] outlives a power failure and
//! brings along all that was committed before it; what was committed [`Mode::Relaxed`] after that may be lost.

mod disk;

use std::cell::RefCell;
use std::rc::Rc;

use super::{At, Closed, Layout, Mode, Range};
use crate::store::error::StoreError;
use crate::store::rows::units;
use crate::store::schema::SCOPE;

pub use disk::{Disk, Fault};
use disk::{Place, Undo, Value};

/// An open database.
pub(super) struct Open {
    disk: Rc<Disk>,
    opened: u64,
}

impl Open {
    /// Opens it.
    #[expect(clippy::unused_async, reason = "a browser's takes its time")]
    pub(super) async fn open(name: &str, _: Layout, _: &Closed) -> Result<Self, StoreError> {
        let disk = Disk::named(name);
        let opened = disk.opened.get();
        Ok(Self { disk, opened })
    }

    /// A disk that is there is never deleted behind the program's back.
    #[expect(clippy::unused_self, reason = "a browser's knows")]
    pub(super) fn is_made(&self) -> bool {
        false
    }

    /// Says whether it was closed behind the program's back.
    pub(super) fn is_lost(&self) -> bool {
        self.disk.opened.get() != self.opened
    }
}

/// Outside of a browser the page is always there.
pub(super) async fn may_begin(mode: Mode) -> u32 {
    times_called_off(mode)
}

/// And never goes.
pub(super) fn times_called_off(_: Mode) -> u32 {
    0
}

/// A transaction under way. What is not committed is undone when it is dropped.
pub(in crate::store) struct Tx<'a> {
    disk: &'a Disk,
    mode: Mode,
    undo: RefCell<Vec<Undo>>,
}

impl<'a> Tx<'a> {
    /// Begins one over these stores.
    pub(super) fn begin(open: &'a Open, _: &[&str], mode: Mode) -> Result<Self, StoreError> {
        if open.is_lost() {
            return Err(StoreError::Gone);
        }
        open.disk.step()?;
        Ok(Self { disk: &open.disk, mode, undo: RefCell::default() })
    }

    /// Makes it count.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        self.disk.step_awaited().await?;
        let undo = self.undo.take();
        match self.mode {
            Mode::Strict if !self.disk.lies.get() => self.disk.undo.borrow_mut().clear(),
            Mode::Relaxed | Mode::Strict if !undo.is_empty() => self.disk.undo.borrow_mut().push(undo),
            Mode::Relaxed | Mode::Strict | Mode::Read => {}
        }
        Ok(())
    }

    fn change(&self, store: &str, place: Place, value: Option<Value>) -> Result<(), StoreError> {
        self.disk.step()?;
        let mut stores = self.disk.stores.borrow_mut();
        let held = stores.entry(store.to_owned()).or_default();
        let before = match value {
            Some(value) => held.insert(place.clone(), value),
            None => held.remove(&place),
        };
        self.undo.borrow_mut().push((store.to_owned(), place, before));
        Ok(())
    }

    async fn get(&self, store: &str, place: &Place) -> Result<Option<Value>, StoreError> {
        self.disk.step_awaited().await?;
        Ok(self.disk.stores.borrow().get(store).and_then(|it| it.get(place)).cloned())
    }

    async fn all(&self, store: &str) -> Result<Vec<(Place, Value)>, StoreError> {
        self.disk.step_awaited().await?;
        let stores = self.disk.stores.borrow();
        let held = stores.get(store).into_iter().flatten();
        Ok(held.map(|(place, value)| (place.clone(), value.clone())).collect())
    }
}

impl Drop for Tx<'_> {
    fn drop(&mut self) {
        self.disk.take_back(self.undo.take());
    }
}

/// Texts.
impl Tx<'_> {
    /// Reads one text.
    pub(in crate::store) async fn text(&self, store: &str, at: At<'_>) -> Result<Option<String>, StoreError> {
        Ok(match self.get(store, &Place::of(at)).await? {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        })
    }

    /// Reads the texts at these places of a store, in their order.
    pub(in crate::store) async fn texts(
        &self,
        store: &str,
        places: std::ops::Range<u64>,
        limit: Option<u32>,
    ) -> Result<Vec<String>, StoreError> {
        let text = |(place, value)| match (place, value) {
            (Place::Number(place), Value::Text(text)) if places.contains(&place) => Some(text),
            _ => None,
        };
        let most = limit.map_or(usize::MAX, |it| usize::try_from(it).unwrap_or(usize::MAX));
        Ok(self.all(store).await?.into_iter().filter_map(text).take(most).collect())
    }

    /// Counts the texts at these places of a store.
    pub(in crate::store) async fn count(
        &self,
        store: &str,
        places: std::ops::Range<u64>,
    ) -> Result<usize, StoreError> {
        Ok(self.texts(store, places, None).await?.len())
    }

    /// Writes a text.
    pub(in crate::store) fn put_text(&self, store: &str, at: At<'_>, text: &str) -> Result<(), StoreError> {
        self.change(store, Place::of(at), Some(Value::Text(text.to_owned())))
    }

    /// Reads bytes.
    pub(in crate::store) async fn bytes(
        &self,
        store: &str,
        at: At<'_>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(match self.get(store, &Place::of(at)).await? {
            Some(Value::Bytes(bytes)) => Some(bytes.to_vec()),
            _ => None,
        })
    }

    /// Writes bytes.
    pub(in crate::store) fn put_bytes(
        &self,
        store: &str,
        at: At<'_>,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        self.change(store, Place::of(at), Some(Value::Bytes(bytes.into())))
    }

    /// Reads the names from the first (included) to the second (not included), in their order.
    pub(in crate::store) async fn names(
        &self,
        store: &str,
        (from, to): (&str, &str),
    ) -> Result<Vec<String>, StoreError> {
        let name = |place| match place {
            Place::Name(name) if units(&name, from).is_ge() && units(&name, to).is_lt() => Some(name),
            Place::Name(_) | Place::Number(_) => None,
        };
        Ok(self.all(store).await?.into_iter().filter_map(|(place, _)| name(place)).collect())
    }

    /// Removes a text or a row.
    pub(in crate::store) fn delete(&self, store: &str, at: At<'_>) -> Result<(), StoreError> {
        self.change(store, Place::of(at), None)
    }

    /// Removes all that a store holds.
    pub(in crate::store) fn clear(&self, store: &str) -> Result<(), StoreError> {
        let places: Vec<Place> =
            self.disk.stores.borrow().get(store).into_iter().flat_map(|it| it.keys().cloned()).collect();
        places.into_iter().try_for_each(|place| self.change(store, place, None))
    }
}

/// Rows.
impl Tx<'_> {
    /// Reads one row.
    pub(in crate::store) async fn row(&self, store: &str, key: &str) -> Result<Option<Row>, StoreError> {
        Ok(match self.get(store, &Place::Name(key.to_owned())).await? {
            Some(Value::Row(row)) => Some(row),
            _ => None,
        })
    }

    /// Writes a row.
    pub(in crate::store) fn put_row(&self, store: &str, row: &Stored) -> Result<(), StoreError> {
        self.change(store, Place::Name(row.key.clone()), Some(Value::Row(row.clone())))
    }

    /// Reads all keys of a store of rows.
    pub(in crate::store) async fn row_keys(&self, store: &str) -> Result<Vec<String>, StoreError> {
        Ok(self.all(store).await?.iter().map(|(place, _)| place.name()).collect())
    }

    /// Reads the rows whose index key is in the range, in the order of the index, at most `limit`.
    pub(in crate::store) async fn rows_by(
        &self,
        store: &str,
        index: &str,
        range: Range<'_>,
        limit: Option<u32>,
    ) -> Result<Vec<Row>, StoreError> {
        let inside = |key: &String| match range {
            Range::Only(only) => key == only,
            Range::Between(from, to) => units(key, from).is_ge() && units(key, to).is_lt(),
        };
        let mut found: Vec<(String, Row)> = Vec::new();
        for (_, value) in self.all(store).await? {
            let Value::Row(row) = value else { continue };
            let keys = if index == SCOPE { row.scope().into_iter().collect() } else { row.index_keys() };
            found.extend(keys.into_iter().filter(inside).map(|key| (key, row.clone())));
        }
        found.sort_by(|(a, row_a), (b, row_b)| units(a, b).then_with(|| row_a.key.cmp(&row_b.key)));
        let limit = limit.map_or(usize::MAX, |it| usize::try_from(it).unwrap_or(usize::MAX));
        Ok(found.into_iter().map(|(_, row)| row).take(limit).collect())
    }

    /// Reads the keys of the rows whose index key is in the range.
    pub(in crate::store) async fn row_keys_by(
        &self,
        store: &str,
        index: &str,
        range: Range<'_>,
    ) -> Result<Vec<String>, StoreError> {
        Ok(self.rows_by(store, index, range, None).await?.into_iter().map(|row| row.key).collect())
    }
}

/// A row, as it is written and as it is read.
#[derive(Clone)]
pub(in crate::store) struct Row {
    key: String,
    home: Option<(String, u64)>,
    index_keys: Vec<String>,
    body: Option<String>,
}

/// A row ready to be written.
pub(in crate::store) type Stored = Row;

impl Row {
    /// Puts a row together: where it is kept, its home scope with its rev there, its content. Without a home and a
    /// body it hides the one below.
    #[expect(clippy::unnecessary_wraps, reason = "a browser's may fail")]
    pub(in crate::store) fn new(
        key: &str,
        home: Option<(&str, u64)>,
        index_keys: &[String],
        body: Option<&str>,
    ) -> Result<Self, StoreError> {
        let (key, home) = (key.to_owned(), home.map(|(scope, rev)| (scope.to_owned(), rev)));
        Ok(Self { key, home, index_keys: index_keys.to_vec(), body: body.map(str::to_owned) })
    }

    /// Returns where it is kept.
    pub(in crate::store) fn key(&self) -> Option<String> {
        Some(self.key.clone())
    }

    /// Returns its home scope.
    pub(in crate::store) fn scope(&self) -> Option<String> {
        self.home.as_ref().map(|(scope, _)| scope.clone())
    }

    /// Returns its rev in that scope; 0 when it is not known.
    pub(in crate::store) fn rev(&self) -> u64 {
        self.home.as_ref().map_or(0, |(_, rev)| *rev)
    }

    /// Returns its content; `None` if it hides the row below.
    pub(in crate::store) fn body(&self) -> Option<String> {
        self.body.clone()
    }

    /// Returns its index keys.
    pub(in crate::store) fn index_keys(&self) -> Vec<String> {
        self.index_keys.clone()
    }
}
