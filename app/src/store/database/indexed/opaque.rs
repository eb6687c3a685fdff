//! Values that only the browser can read: keys.

use indexed_db_futures::prelude::*;
use wasm_bindgen::JsValue;

use super::super::At;
use super::{Tx, key};
use crate::store::error::StoreError;

impl Tx<'_> {
    /// Reads such a value.
    pub(in crate::store) async fn opaque(
        &self,
        store: &str,
        at: At<'_>,
    ) -> Result<Option<JsValue>, StoreError> {
        Ok(self.get(store, at).await?.filter(|it| !it.is_undefined()))
    }

    /// Writes such a value, as [`Tx::put_text`].
    pub(in crate::store) fn put_opaque(
        &self,
        store: &str,
        at: At<'_>,
        value: &JsValue,
    ) -> Result<(), StoreError> {
        self.transaction.object_store(store)?.put(value.clone()).with_key(key(at)).primitive()?;
        Ok(())
    }
}
