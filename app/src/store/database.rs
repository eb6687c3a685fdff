//! The connection to one database: opened when needed, opened again when the browser lost it. Never waits for
//! anything but IndexedDB inside a transaction: the browser would commit it half-way.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use indexed_db_futures::database::Database;
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions,
};
use indexed_db_futures::{KeyPath, KeyRange};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::error::StoreError;
use super::reads::{self, Read};
use super::schema::{ALL, IDB_VERSION, IX, META, OVER, ROWS, SCOPE};
use crate::platform::timer::within;

/// Opening takes milliseconds; a browser that gives no answer at all has a broken store.
const OPEN_MS: u32 = 8_000;
const TRIES: u32 = 3;

/// What a transaction may do, and when it counts as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Only reads.
    Read,
    /// Writes; done when the operating system has it.
    Relaxed,
    /// Writes; done when the disk has it. For what is called saved.
    Strict,
}

/// Which stores a database has.
#[derive(Debug, Clone, Copy)]
pub(super) enum Layout {
    /// A user's database.
    User,
    /// Who uses this device.
    Device,
}

/// The connection to one database.
pub(super) struct Connection {
    name: String,
    layout: Layout,
    open: RefCell<Option<Open>>,
    superseded: Cell<bool>,
}

struct Open {
    database: Rc<Database>,
    lost: Rc<Cell<bool>>,
    _listener: Closure<dyn Fn()>,
}

impl Connection {
    /// Makes a connection that is opened at its first use.
    pub(super) fn new(name: &str, layout: Layout) -> Self {
        Self { name: name.to_owned(), layout, open: RefCell::new(None), superseded: Cell::new(false) }
    }

    /// Stops all writing: a newer program has changed the store.
    pub(super) fn supersede(&self) {
        self.superseded.set(true);
    }

    /// Does `work` in one transaction; it counts only if `work` returns `Ok`. When the connection was lost, opens it
    /// again and does the same work again, at most three times in all; `work` is told which try it is. A read waits
    /// while the page is gone.
    pub(super) async fn run<T>(
        &self,
        stores: &[&str],
        mode: Mode,
        work: impl AsyncFn(&Tx<'_>, u32) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if mode != Mode::Read && self.superseded.get() {
            return Err(StoreError::TooNew);
        }
        let mut tried = 0;
        loop {
            let times_gone = if mode == Mode::Read { reads::page_is_there().await } else { 0 };
            match self.attempt(stores, mode, &work, tried).await {
                Err(_) if mode == Mode::Read && reads::times_gone() != times_gone => {}
                Err(StoreError::Gone) if tried + 1 < TRIES => tried += 1,
                done => return done,
            }
        }
    }

    async fn attempt<T>(
        &self,
        stores: &[&str],
        mode: Mode,
        work: &impl AsyncFn(&Tx<'_>, u32) -> Result<T, StoreError>,
        tried: u32,
    ) -> Result<T, StoreError> {
        let database = self.database().await?;
        let attempt = async {
            let tx = Tx::begin(&database, stores, mode)?;
            // dropped on an error, which aborts: all or nothing
            let done = work(&tx, tried).await?;
            if mode != Mode::Read {
                tx.commit().await?;
            }
            Ok(done)
        };
        let done = attempt.await;
        if matches!(done, Err(StoreError::Gone)) {
            self.let_go(&database);
        }
        done
    }

    /// Gives up a connection that was lost, unless another one has taken its place already.
    fn let_go(&self, lost: &Rc<Database>) {
        let mut held = self.open.borrow_mut();
        if held.as_ref().is_some_and(|it| Rc::ptr_eq(&it.database, lost)) {
            held.take();
        }
    }

    async fn database(&self) -> Result<Rc<Database>, StoreError> {
        if let Some(open) = &*self.open.borrow()
            && !open.lost.get()
        {
            return Ok(Rc::clone(&open.database));
        }
        let open = self.open().await?;
        let mut held = self.open.borrow_mut();
        // somebody else may have been quicker; theirs may be in use
        if held.as_ref().is_none_or(|it| it.lost.get()) {
            *held = Some(open);
        }
        held.as_ref().map(|it| Rc::clone(&it.database)).ok_or(StoreError::Gone)
    }

    async fn open(&self) -> Result<Open, StoreError> {
        let layout = self.layout;
        let opening = Database::open(self.name.as_str())
            .with_version(IDB_VERSION)
            .with_on_upgrade_needed(move |_, database| create(&database, layout))
            .build()?;
        let database = within(OPEN_MS, opening).await.ok_or(StoreError::Blocked)??;
        let lost = Rc::new(Cell::new(false));
        let (flag, held) = (Rc::clone(&lost), database.clone());
        // another page wants to change or delete the database: let go, and open again at the next use
        let listener = Closure::<dyn Fn()>::new(move || {
            flag.set(true);
            held.as_sys().close();
        });
        let sys: &web_sys::IdbDatabase = database.as_sys();
        sys.set_onversionchange(Some(listener.as_ref().unchecked_ref()));
        sys.set_onclose(Some(listener.as_ref().unchecked_ref()));
        Ok(Open { database: Rc::new(database), lost, _listener: listener })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let sys: &web_sys::IdbDatabase = self.database.as_sys();
        sys.set_onversionchange(None);
        sys.set_onclose(None);
        sys.close();
    }
}

fn create(database: &Database, layout: Layout) -> indexed_db_futures::Result<()> {
    let stores: &[&str] = match layout {
        Layout::User => &ALL,
        Layout::Device => &[META],
    };
    for &name in stores {
        let store = database.create_object_store(name).build()?;
        if name == ROWS || name == OVER {
            store.create_index(SCOPE, KeyPath::One(SCOPE)).build()?;
            store.create_index(IX, KeyPath::One(IX)).with_multi_entry(true).build()?;
        }
    }
    Ok(())
}

/// A transaction under way. What is not committed is undone when it is dropped.
pub(super) struct Tx<'a> {
    transaction: Transaction<'a>,
    _read: Option<Read>,
}

impl<'a> Tx<'a> {
    fn begin(database: &'a Database, stores: &[&str], mode: Mode) -> Result<Self, StoreError> {
        let durability = match mode {
            Mode::Strict => TransactionDurability::Strict,
            Mode::Read | Mode::Relaxed => TransactionDurability::Relaxed,
        };
        let kind = match mode {
            Mode::Read => TransactionMode::Readonly,
            Mode::Relaxed | Mode::Strict => TransactionMode::Readwrite,
        };
        let names: Vec<String> = stores.iter().map(|&it| it.to_owned()).collect();
        let mut options = TransactionOptions::new();
        options.set_durability(durability);
        let transaction = database.transaction(names).with_mode(kind).with_options(options).build()?;
        let read = (mode == Mode::Read).then(|| reads::begin(&sys(&transaction)));
        Ok(Self { transaction, _read: read })
    }

    async fn commit(self) -> Result<(), StoreError> {
        let sys = sys(&self.transaction);
        match self.transaction.commit().await {
            Ok(()) => Ok(()),
            Err(indexed_db_futures::error::Error::MissingData(_)) => Err(StoreError::of_abort(sys.error())),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads one value.
    pub(super) async fn get(&self, store: &str, key: &JsValue) -> Result<Option<JsValue>, StoreError> {
        let store = self.transaction.object_store(store)?;
        let request = store.get::<JsValue, JsValue, _>(KeyRange::Only(key.clone())).primitive()?;
        Ok(request.await?)
    }

    /// Reads all values with a key in the range.
    pub(super) async fn all(&self, store: &str, range: Range<'_>) -> Result<Vec<JsValue>, StoreError> {
        let store = self.transaction.object_store(store)?;
        let request = match range.bounds() {
            None => store.get_all::<JsValue>().primitive()?.await?,
            Some(bounds) => store.get_all::<JsValue>().with_query::<JsValue, _>(bounds).primitive()?.await?,
        };
        Ok(request.collect::<Result<_, _>>()?)
    }

    /// Reads all keys of a store.
    pub(super) async fn keys(&self, store: &str) -> Result<Vec<JsValue>, StoreError> {
        let store = self.transaction.object_store(store)?;
        let request = store.get_all_keys::<JsValue>().primitive()?;
        Ok(request.await?.collect::<Result<_, _>>()?)
    }

    /// Reads the values whose index key is in the range, in the order of the index, at most `limit`.
    pub(super) async fn all_by(
        &self,
        store: &str,
        index: &str,
        range: Range<'_>,
        limit: Option<u32>,
    ) -> Result<Vec<JsValue>, StoreError> {
        let store = self.transaction.object_store(store)?;
        let index = store.index(index)?;
        let query = index.get_all::<JsValue>().with_query::<JsValue, _>(range.bounds_or_all());
        let request = match limit {
            None => query.primitive()?.await?,
            Some(limit) => query.with_limit(limit).primitive()?.await?,
        };
        Ok(request.collect::<Result<_, _>>()?)
    }

    /// Reads the keys of the values whose index key is in the range.
    pub(super) async fn keys_by(
        &self,
        store: &str,
        index: &str,
        range: Range<'_>,
    ) -> Result<Vec<JsValue>, StoreError> {
        let store = self.transaction.object_store(store)?;
        let index = store.index(index)?;
        let query = index.get_all_keys::<JsValue>().with_query::<JsValue, _>(range.bounds_or_all());
        let request = query.primitive()?;
        Ok(request.await?.collect::<Result<_, _>>()?)
    }

    /// Writes a value. Goes out at once; that it arrived is known when the transaction is committed.
    pub(super) fn put(&self, store: &str, key: &JsValue, value: &JsValue) -> Result<(), StoreError> {
        self.transaction.object_store(store)?.put(value.clone()).with_key(key.clone()).primitive()?;
        Ok(())
    }

    /// Removes a value, as [`Tx::put`].
    pub(super) fn delete(&self, store: &str, key: &JsValue) -> Result<(), StoreError> {
        self.transaction
            .object_store(store)?
            .delete::<JsValue, _>(KeyRange::Only(key.clone()))
            .primitive()?;
        Ok(())
    }

    /// Removes all values, as [`Tx::put`].
    pub(super) fn clear(&self, store: &str) -> Result<(), StoreError> {
        self.transaction.object_store(store)?.clear()?;
        Ok(())
    }
}

fn sys(transaction: &Transaction<'_>) -> web_sys::IdbTransaction {
    transaction.as_sys().clone().unchecked_into()
}

/// Which keys.
#[derive(Debug, Clone, Copy)]
pub(super) enum Range<'a> {
    /// All of them.
    All,
    /// This one.
    Only(&'a str),
    /// From the first (included) to the second (not included).
    Between(&'a str, &'a str),
}

impl Range<'_> {
    fn bounds(self) -> Option<KeyRange<JsValue>> {
        match self {
            Self::All => None,
            Self::Only(key) => Some(KeyRange::Only(key.into())),
            Self::Between(from, to) => Some(KeyRange::Bound(from.into(), false, to.into(), true)),
        }
    }

    fn bounds_or_all(self) -> KeyRange<JsValue> {
        // the empty string is the first of all strings
        self.bounds().unwrap_or_else(|| KeyRange::LowerBound("".into(), false))
    }
}
