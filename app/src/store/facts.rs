//! Single values of the store: who it is to the server, where the last reveal stood.

use futures::future::try_join;
use leeway_core::values::{ClientId, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::database::{At, Tx};
use super::error::StoreError;
use super::schema::{META, SCHEMA, meta};

/// Who this store is to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// The store.
    pub id: ClientId,
    /// Made with it: two of one client are a fork.
    pub incarnation: Uuid,
}

/// Where the last reveal stood.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Cursor {
    /// Whether a first sync has come to its end: before that, rows are only a part.
    #[serde(default)]
    pub ready: bool,
    /// The server's epoch.
    #[serde(default)]
    pub epoch: Option<String>,
    /// Where to go on; opaque.
    #[serde(default)]
    pub cookie: Option<String>,
    /// The next page of a first sync under way; opaque.
    #[serde(default)]
    pub page: Option<String>,
    /// When the rows were last compared with the server's, by this device's clock.
    #[serde(default)]
    pub checked: Option<Timestamp>,
    /// When the server last answered in full, by this device's clock.
    #[serde(default)]
    pub last_success: Option<Timestamp>,
    /// What the server's clock was then.
    #[serde(default)]
    pub server_time: Option<Timestamp>,
}

/// Reads a value; one that can't be read counts as absent.
pub(super) async fn read<T: DeserializeOwned>(tx: &Tx<'_>, name: &str) -> Result<Option<T>, StoreError> {
    let text = tx.text(META, At::Name(name)).await?;
    Ok(text.and_then(|it| serde_json::from_str(&it).ok()))
}

/// Writes a value.
pub(super) fn write<T: Serialize>(tx: &Tx<'_>, name: &str, value: &T) -> Result<(), StoreError> {
    tx.put_text(META, At::Name(name), &serde_json::to_string(value)?)
}

/// Reads the next place in the order of commands.
pub(super) async fn next_seq(tx: &Tx<'_>) -> Result<u64, StoreError> {
    Ok(read(tx, meta::NEXT_SEQ).await?.unwrap_or(1))
}

/// Takes this place, which was the next one.
pub(super) fn take_seq(tx: &Tx<'_>, seq: u64) -> Result<(), StoreError> {
    write(tx, meta::NEXT_SEQ, &(seq + 1))
}

/// Says whether nothing lies over the confirmed rows. Looking there instead would take long after a long queue: what was
/// deleted is passed over one by one.
pub(super) async fn is_bare(tx: &Tx<'_>) -> Result<bool, StoreError> {
    let (next, bare_at) = try_join(next_seq(tx), read::<u64>(tx, meta::BARE_AT)).await?;
    Ok(bare_at == Some(next))
}

/// Notes that nothing lies over the confirmed rows now, or that something may.
pub(super) async fn note_bare(tx: &Tx<'_>, bare: bool) -> Result<(), StoreError> {
    match bare {
        true => write(tx, meta::BARE_AT, &next_seq(tx).await?),
        false => tx.delete(META, At::Name(meta::BARE_AT)),
    }
}

/// Fails when a newer program has changed the layout.
pub(super) async fn check_schema(tx: &Tx<'_>) -> Result<(), StoreError> {
    match read::<u32>(tx, meta::SCHEMA).await? {
        Some(schema) if schema > SCHEMA => Err(StoreError::TooNew),
        _ => Ok(()),
    }
}
