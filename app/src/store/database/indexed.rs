//! The database as a browser has it: IndexedDB. The only module that names it. Never decides what is kept.

mod opaque;

use std::cell::Cell;
use std::rc::Rc;

use indexed_db_futures::database::Database;
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{
    Transaction, TransactionDurability, TransactionMode, TransactionOptions,
};
use indexed_db_futures::{KeyPath, KeyRange};
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::under_way::{self, Begun};
use super::{At, Closed, Layout, Mode, Range};
use crate::platform::timer::within;
use crate::store::error::StoreError;
use crate::store::schema::{ALL, IDB_VERSION, IX, META, OVER, ROWS, SCOPE};

pub(super) use under_way::{may_begin, times_called_off};

/// Opening takes milliseconds; a browser that gives no answer at all has a broken store.
const OPEN_MS: u32 = 8_000;

thread_local! {
    /// The names of a row's fields, made once: each row would make them anew.
    static FIELDS: Fields = Fields {
        key: "key".into(),
        scope: SCOPE.into(),
        rev: "rev".into(),
        ix: IX.into(),
        body: "body".into(),
    };
}

/// The fields of a row.
struct Fields {
    key: JsValue,
    scope: JsValue,
    rev: JsValue,
    ix: JsValue,
    body: JsValue,
}

/// An open database.
pub(super) struct Open {
    database: Database,
    made: bool,
    lost: Rc<Cell<bool>>,
    _listeners: [Closure<dyn Fn()>; 2],
}

impl Open {
    /// Opens it, and makes it if it is not there. `closed` is told when the browser closes it by itself.
    pub(super) async fn open(name: &str, layout: Layout, closed: &Closed) -> Result<Self, StoreError> {
        let made = Rc::new(Cell::new(false));
        let making = Rc::clone(&made);
        let opening = Database::open(name)
            .with_version(IDB_VERSION)
            .with_on_upgrade_needed(move |_, database| {
                making.set(true);
                create(&database, layout)
            })
            .build()?;
        let database = within(OPEN_MS, opening).await.ok_or(StoreError::Blocked)??;
        let lost = Rc::new(Cell::new(false));
        let (flag, held) = (Rc::clone(&lost), database.clone());
        // another page wants to change or delete the database: let go, and open again at the next use
        let changing = Closure::<dyn Fn()>::new(move || {
            flag.set(true);
            held.as_sys().close();
        });
        let (flag, closed) = (Rc::clone(&lost), closed.clone());
        let closing = Closure::<dyn Fn()>::new(move || {
            flag.set(true);
            closed.tell();
        });
        let sys: &web_sys::IdbDatabase = database.as_sys();
        sys.set_onversionchange(Some(changing.as_ref().unchecked_ref()));
        sys.set_onclose(Some(closing.as_ref().unchecked_ref()));
        Ok(Self { database, made: made.get(), lost, _listeners: [changing, closing] })
    }

    /// Says whether it was not there before.
    pub(super) fn is_made(&self) -> bool {
        self.made
    }

    /// Says whether the browser has closed it.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.get()
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
pub(in crate::store) struct Tx<'a> {
    transaction: Transaction<'a>,
    _begun: Begun,
}

impl<'a> Tx<'a> {
    /// Begins one over these stores.
    pub(super) fn begin(open: &'a Open, stores: &[&str], mode: Mode) -> Result<Self, StoreError> {
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
        let transaction = open.database.transaction(names).with_mode(kind).with_options(options).build()?;
        let begun = under_way::begin(&sys(&transaction), mode);
        Ok(Self { transaction, _begun: begun })
    }

    /// Makes it count.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        let sys = sys(&self.transaction);
        match self.transaction.commit().await {
            Ok(()) => Ok(()),
            Err(indexed_db_futures::error::Error::MissingData(_)) => Err(StoreError::of_abort(sys.error())),
            Err(error) => Err(error.into()),
        }
    }
}

/// Texts: single values, drafts, the queue.
impl Tx<'_> {
    /// Reads one text.
    pub(in crate::store) async fn text(&self, store: &str, at: At<'_>) -> Result<Option<String>, StoreError> {
        Ok(self.get(store, at).await?.and_then(|it| it.as_string()))
    }

    /// Reads the texts at these places of a store, in their order, at most `limit`.
    pub(in crate::store) async fn texts(
        &self,
        store: &str,
        places: std::ops::Range<u64>,
        limit: Option<u32>,
    ) -> Result<Vec<String>, StoreError> {
        let store = self.transaction.object_store(store)?;
        let (from, to) = (key(At::Place(places.start)), key(At::Place(places.end)));
        let query =
            store.get_all::<JsValue>().with_query::<JsValue, _>(KeyRange::Bound(from, false, to, true));
        let request = match limit {
            None => query.primitive()?.await?,
            Some(limit) => query.with_limit(limit).primitive()?.await?,
        };
        Ok(texts(&request.collect::<Result<Vec<_>, _>>()?))
    }

    /// Counts the texts at these places of a store.
    pub(in crate::store) async fn count(
        &self,
        store: &str,
        places: std::ops::Range<u64>,
    ) -> Result<usize, StoreError> {
        let store = self.transaction.object_store(store)?;
        let (from, to) = (key(At::Place(places.start)), key(At::Place(places.end)));
        let range = KeyRange::Bound(from, false, to, true);
        Ok(usize::try_from(store.count().with_query::<JsValue, _>(range).primitive()?.await?).unwrap_or(0))
    }

    /// Writes a text. Goes out at once; that it arrived is known when the transaction is committed.
    pub(in crate::store) fn put_text(&self, store: &str, at: At<'_>, text: &str) -> Result<(), StoreError> {
        self.transaction.object_store(store)?.put(JsValue::from_str(text)).with_key(key(at)).primitive()?;
        Ok(())
    }

    /// Reads bytes.
    pub(in crate::store) async fn bytes(
        &self,
        store: &str,
        at: At<'_>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.get(store, at).await?;
        Ok(found.and_then(|it| it.dyn_into::<Uint8Array>().ok()).map(|it| it.to_vec()))
    }

    /// Writes bytes, as [`Tx::put_text`].
    pub(in crate::store) fn put_bytes(
        &self,
        store: &str,
        at: At<'_>,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        let bytes = JsValue::from(Uint8Array::from(bytes));
        self.transaction.object_store(store)?.put(bytes).with_key(key(at)).primitive()?;
        Ok(())
    }

    /// Reads the names from the first (included) to the second (not included), in their order.
    pub(in crate::store) async fn names(
        &self,
        store: &str,
        (from, to): (&str, &str),
    ) -> Result<Vec<String>, StoreError> {
        let store = self.transaction.object_store(store)?;
        let range = bounds(Range::Between(from, to));
        let found = store.get_all_keys::<JsValue>().with_query::<JsValue, _>(range).primitive()?.await?;
        Ok(texts(&found.collect::<Result<Vec<_>, _>>()?))
    }

    /// Removes a text or a row, as [`Tx::put_text`].
    pub(in crate::store) fn delete(&self, store: &str, at: At<'_>) -> Result<(), StoreError> {
        let range = KeyRange::Only(key(at));
        self.transaction.object_store(store)?.delete::<JsValue, _>(range).primitive()?;
        Ok(())
    }

    /// Removes all that a store holds, as [`Tx::put_text`].
    pub(in crate::store) fn clear(&self, store: &str) -> Result<(), StoreError> {
        self.transaction.object_store(store)?.clear()?;
        Ok(())
    }

    async fn get(&self, store: &str, at: At<'_>) -> Result<Option<JsValue>, StoreError> {
        let store = self.transaction.object_store(store)?;
        Ok(store.get::<JsValue, JsValue, _>(KeyRange::Only(key(at))).primitive()?.await?)
    }
}

/// Rows.
impl Tx<'_> {
    /// Reads one row.
    pub(in crate::store) async fn row(&self, store: &str, key: &str) -> Result<Option<Row>, StoreError> {
        Ok(self.get(store, At::Name(key)).await?.map(Row))
    }

    /// Writes a row, as [`Tx::put_text`].
    pub(in crate::store) fn put_row(&self, store: &str, row: &Stored) -> Result<(), StoreError> {
        let store = self.transaction.object_store(store)?;
        store.put(row.value.clone()).with_key(row.key.clone()).primitive()?;
        Ok(())
    }

    /// Reads all keys of a store of rows.
    pub(in crate::store) async fn row_keys(&self, store: &str) -> Result<Vec<String>, StoreError> {
        let store = self.transaction.object_store(store)?;
        let found = store.get_all_keys::<JsValue>().primitive()?.await?;
        Ok(texts(&found.collect::<Result<Vec<_>, _>>()?))
    }

    /// Reads the rows whose index key is in the range, in the order of the index, at most `limit`.
    pub(in crate::store) async fn rows_by(
        &self,
        store: &str,
        index: &str,
        range: Range<'_>,
        limit: Option<u32>,
    ) -> Result<Vec<Row>, StoreError> {
        let store = self.transaction.object_store(store)?;
        let index = store.index(index)?;
        let query = index.get_all::<JsValue>().with_query::<JsValue, _>(bounds(range));
        let request = match limit {
            None => query.primitive()?.await?,
            Some(limit) => query.with_limit(limit).primitive()?.await?,
        };
        Ok(request.map(|it| it.map(Row)).collect::<Result<_, _>>()?)
    }

    /// Reads the keys of the rows whose index key is in the range.
    pub(in crate::store) async fn row_keys_by(
        &self,
        store: &str,
        index: &str,
        range: Range<'_>,
    ) -> Result<Vec<String>, StoreError> {
        let store = self.transaction.object_store(store)?;
        let index = store.index(index)?;
        let query = index.get_all_keys::<JsValue>().with_query::<JsValue, _>(bounds(range));
        Ok(texts(&query.primitive()?.await?.collect::<Result<Vec<_>, _>>()?))
    }
}

/// A row ready to be written.
pub(in crate::store) struct Stored {
    key: JsValue,
    value: JsValue,
}

impl Stored {
    /// Puts a row together: where it is kept, its home scope with its rev there, its content. Without a home and a
    /// body it hides the one below.
    pub(in crate::store) fn new(
        key: &str,
        home: Option<(&str, u64)>,
        index_keys: &[String],
        body: Option<&str>,
    ) -> Result<Self, StoreError> {
        let (key, value) = (JsValue::from_str(key), Object::new());
        let set = |name: &JsValue, field: &JsValue| {
            Reflect::set(&value, name, field).map(drop).map_err(|e| StoreError::of_js(&e))
        };
        let list: Array = index_keys.iter().map(|it| JsValue::from_str(it)).collect();
        FIELDS.with(|names| {
            set(&names.key, &key)?;
            if let Some((scope, rev)) = home {
                set(&names.scope, &scope.into())?;
                set(&names.rev, &number(rev))?;
            }
            set(&names.ix, &list)?;
            set(&names.body, &body.map_or(JsValue::NULL, JsValue::from_str))
        })?;
        Ok(Self { key, value: value.into() })
    }
}

/// A row as it was read. Its fields are fetched when they are asked for.
pub(in crate::store) struct Row(JsValue);

impl Row {
    /// Returns where it is kept.
    pub(in crate::store) fn key(&self) -> Option<String> {
        self.field(|it| &it.key)?.as_string()
    }

    /// Returns its home scope.
    pub(in crate::store) fn scope(&self) -> Option<String> {
        self.field(|it| &it.scope)?.as_string()
    }

    /// Returns its rev in that scope; 0 when it is not known.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "written as a whole number")]
    pub(in crate::store) fn rev(&self) -> u64 {
        self.field(|it| &it.rev).and_then(|it| it.as_f64()).map_or(0, |it| it as u64)
    }

    /// Returns its content; `None` if it hides the row below.
    pub(in crate::store) fn body(&self) -> Option<String> {
        self.field(|it| &it.body)?.as_string()
    }

    /// Returns its index keys.
    pub(in crate::store) fn index_keys(&self) -> Vec<String> {
        let list = self.field(|it| &it.ix).and_then(|it| it.dyn_into::<Array>().ok()).unwrap_or_default();
        list.iter().filter_map(|it| it.as_string()).collect()
    }

    fn field(&self, name: fn(&Fields) -> &JsValue) -> Option<JsValue> {
        FIELDS.with(|names| Reflect::get(&self.0, name(names))).ok()
    }
}

fn texts(found: &[JsValue]) -> Vec<String> {
    found.iter().filter_map(JsValue::as_string).collect()
}

fn sys(transaction: &Transaction<'_>) -> web_sys::IdbTransaction {
    transaction.as_sys().clone().unchecked_into()
}

fn key(at: At<'_>) -> JsValue {
    match at {
        At::Name(name) => JsValue::from_str(name),
        At::Place(place) => number(place),
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody asks for 2^53 things")]
fn number(n: u64) -> JsValue {
    JsValue::from_f64(n as f64)
}

fn bounds(range: Range<'_>) -> KeyRange<JsValue> {
    match range {
        Range::Only(key) => KeyRange::Only(key.into()),
        Range::Between(from, to) => KeyRange::Bound(from.into(), false, to.into(), true),
    }
}
