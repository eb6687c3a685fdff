//! What is kept on this device, in IndexedDB. **Never** calls the server, never decides anything.
//!
//! One database for each user, `leeway-<user id>`: confirmed rows, what pending commands made of them, the queue,
//! drafts, single values ([`schema`]). Read: [`database`] (the connection, in the browser and out of it),
//! [`rows`] (the two layers), [`command`] (one command, all or nothing), [`reveal`] (one answer of the server, all or
//! nothing), [`queue`] (what sync needs), [`done`] (kept for a
//! server that loses its end), [`check`] (are these the rows that the server has), [`blobs`] (photos).

mod blobs;
mod check;
mod command;
mod database;
mod device;
mod done;
mod drafts;
mod error;
mod facts;
mod keys;
mod outbox;
mod queue;
mod reveal;
mod rows;
mod schema;
mod staged;

use std::rc::Rc;

use futures::future::try_join_all;
use leeway_core::values::UserId;
use leeway_core::{Entity, Key, Record, Scope};

use database::{Connection, Layout, Mode, Tx};
use rows::Layers;
use schema::{ALL, META, OVER, ROWS, SCHEMA, after, meta};

pub use blobs::{BlobState, Held};
pub use command::Taken;
#[cfg(not(target_family = "wasm"))]
pub use database::memory::{Disk, Fault};
pub use device::Device;
pub use drafts::Typed;
pub use error::StoreError;
pub use facts::{Client, Cursor};
pub use outbox::{Entry, EntryState};
pub use reveal::Revealed;
pub use staged::{Gathered, Staged};

/// The store of one user on this device. Cheap to clone.
#[derive(Clone)]
pub struct Store(Rc<Connection>);

impl Store {
    /// Opens the store of a user.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't, or a newer program has been here.
    pub async fn open(user: UserId) -> Result<Self, StoreError> {
        Self::open_named(&format!("leeway-{user}")).await
    }

    /// Opens a store by the name of its database.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't, or a newer program has been here.
    pub async fn open_named(name: &str) -> Result<Self, StoreError> {
        let store = Self(Rc::new(Connection::new(name, Layout::User)));
        let read = async |tx: &Tx<'_>, _: u32| facts::read::<u32>(tx, meta::SCHEMA).await;
        match store.0.run(&[META], Mode::Read, read).await? {
            Some(schema) if schema > SCHEMA => return Err(StoreError::TooNew),
            Some(_) => {}
            None => {
                let write = async |tx: &Tx<'_>, _: u32| facts::write(tx, meta::SCHEMA, &SCHEMA);
                store.0.run(&[META], Mode::Strict, write).await?;
            }
        }
        Ok(store)
    }

    /// Says whether there was no such store on this device when it was opened.
    pub fn was_made(&self) -> bool {
        self.0.was_made()
    }

    /// Calls `tell` whenever the browser closes this store by itself, as it does when it deletes it. The next use says
    /// what became of it.
    pub fn on_closed(&self, tell: impl Fn() + 'static) {
        self.0.on_closed(tell);
    }

    /// Returns the record as the user sees it: what pending commands made of the confirmed one.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn get<T: Entity>(&self, id: T::Id) -> Result<Option<T>, StoreError> {
        Ok(self.record(T::key(id)).await?.as_ref().and_then(T::of).cloned())
    }

    /// Returns the records of these ids that there are, in the same order, as the user sees them; read at one moment.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn get_all<T: Entity>(
        &self,
        ids: impl IntoIterator<Item = T::Id>,
    ) -> Result<Vec<T>, StoreError> {
        let keys: Vec<Key> = ids.into_iter().map(T::key).collect();
        let records = self.records_of(&keys).await?;
        Ok(records.iter().filter_map(T::of).cloned().collect())
    }

    /// Returns the records that have an index key starting with `prefix`, in the order of those keys, as the
    /// user sees them. A record with two such keys comes once, at the first.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn list<T: Entity>(&self, prefix: &str) -> Result<Vec<T>, StoreError> {
        self.list_range(prefix, &after(prefix), None).await
    }

    /// Returns the records that have an index key from `from` (included) to `to` (not included), at most `limit`,
    /// in the order of those keys, as the user sees them.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn list_range<T: Entity>(
        &self,
        from: &str,
        to: &str,
        limit: Option<usize>,
    ) -> Result<Vec<T>, StoreError> {
        let records = self.records(from, to, T::TYPE.name(), limit).await?;
        Ok(records.iter().filter_map(T::of).cloned().collect())
    }

    /// Returns all records of a scope, as the user sees them, in no particular order: everything of one customer in one
    /// reading.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn list_scope(&self, scope: Scope) -> Result<Vec<Record>, StoreError> {
        let scope = scope.to_string();
        let work = async |tx: &Tx<'_>, _: u32| rows::of_scope(tx, &scope).await;
        self.0.run(&[ROWS, OVER, META], Mode::Read, work).await
    }

    async fn record(&self, key: Key) -> Result<Option<Record>, StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| rows::get(tx, key, Layers::Seen).await;
        self.0.run(&[ROWS, OVER, META], Mode::Read, work).await
    }

    async fn records_of(&self, keys: &[Key]) -> Result<Vec<Record>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        // asked all at once: a transaction for each would take most of a start
        let work = async |tx: &Tx<'_>, _: u32| {
            try_join_all(keys.iter().map(|key| rows::get(tx, *key, Layers::Seen))).await
        };
        Ok(self.0.run(&[ROWS, OVER, META], Mode::Read, work).await?.into_iter().flatten().collect())
    }

    async fn records(
        &self,
        from: &str,
        to: &str,
        typ: &str,
        limit: Option<usize>,
    ) -> Result<Vec<Record>, StoreError> {
        let typ = format!("{typ}/");
        let work =
            async |tx: &Tx<'_>, _: u32| rows::list(tx, (from, to), Some(&typ), limit, Layers::Seen).await;
        self.0.run(&[ROWS, OVER, META], Mode::Read, work).await
    }

    /// Forgets all that is kept of this user: after logging out with an empty queue. The database itself stays.
    ///
    /// # Errors
    /// [`StoreError`]; then all is as before.
    pub async fn clear(&self) -> Result<(), StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| {
            for store in ALL {
                tx.clear(store)?;
            }
            facts::write(tx, meta::SCHEMA, &SCHEMA)
        };
        self.0.run(&ALL, Mode::Strict, work).await
    }

    /// Stops all writing: a newer program has changed the store.
    pub fn supersede(&self) {
        self.0.supersede();
    }

    fn connection(&self) -> &Connection {
        &self.0
    }
}
