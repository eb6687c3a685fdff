//! Keystrokes that are no command yet. On this device only, never sent.

use std::collections::BTreeMap;

use super::Store;
use super::database::{At, Mode, Tx};
use super::error::StoreError;
use super::schema::DRAFT;

/// What was typed, by field.
pub type Typed = BTreeMap<String, String>;

impl Store {
    /// Reads what was typed under this key.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn draft(&self, key: &str) -> Result<Typed, StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| tx.text(DRAFT, At::Name(key)).await;
        let text = self.connection().run(&[DRAFT], Mode::Read, work).await?;
        Ok(text.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default())
    }

    /// Keeps what was typed under this key; nothing typed leaves nothing behind.
    ///
    /// # Errors
    /// [`StoreError`]; what was kept before is still there.
    pub async fn keep_draft(&self, key: &str, typed: &Typed) -> Result<(), StoreError> {
        let text = serde_json::to_string(typed)?;
        let work = async |tx: &Tx<'_>, _: u32| {
            if typed.is_empty() {
                tx.delete(DRAFT, At::Name(key))
            } else {
                tx.put_text(DRAFT, At::Name(key), &text)
            }
        };
        self.connection().run(&[DRAFT], Mode::Relaxed, work).await
    }
}
