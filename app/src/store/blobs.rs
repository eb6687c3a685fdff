//! Photos on this device: bytes beside the rows that name them. Those of the user's own are written in the transaction of
//! their command, and stay at least until the server has them; those of others come when they are looked at. **Never**
//! the reason why a command is not saved, and never kept longer than a row, a pending command or the overlay names them.

use leeway_core::values::{Blob, BlobHash};
use serde::{Deserialize, Serialize};

use super::Store;
use super::database::{At, Mode, Range, Tx};
use super::error::StoreError;
use super::facts;
use super::outbox;
use super::schema::{IX, META, OVER, ROWS, after, meta};

/// Where a blob stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlobState {
    /// Saved on this device, and nowhere else.
    Waiting,
    /// The server has it, too.
    Sent,
    /// The server takes these bytes for something else: they stay, and are not sent again by themselves.
    Stuck,
}

/// What is known of a blob on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Where it stands.
    pub state: BlobState,
    /// How long it is.
    pub bytes: u32,
}

impl Store {
    /// Returns where a blob stands; `None` if this device does not have it.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn held(&self, hash: BlobHash) -> Result<Option<Held>, StoreError> {
        let name = named(meta::BLOB, hash);
        let work = async |tx: &Tx<'_>, _: u32| facts::read(tx, &name).await;
        self.connection().run(&[META], Mode::Read, work).await
    }

    /// Returns the bytes of a blob; `None` if this device does not have them.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn bytes(&self, hash: BlobHash) -> Result<Option<Vec<u8>>, StoreError> {
        self.read_bytes(&named(meta::BYTES, hash)).await
    }

    /// Returns what has come so far of a blob that is being fetched.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn part(&self, hash: BlobHash) -> Result<Vec<u8>, StoreError> {
        Ok(self.read_bytes(&named(meta::PART, hash)).await?.unwrap_or_default())
    }

    async fn read_bytes(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| tx.bytes(META, At::Name(name)).await;
        self.connection().run(&[META], Mode::Read, work).await
    }

    /// Keeps what has come so far of a blob; nothing: begins anew.
    ///
    /// # Errors
    /// [`StoreError`]; then as much as before is there.
    pub async fn keep_part(&self, hash: BlobHash, bytes: &[u8]) -> Result<(), StoreError> {
        let name = named(meta::PART, hash);
        let work = async |tx: &Tx<'_>, _: u32| match bytes {
            [] => tx.delete(META, At::Name(&name)),
            some => tx.put_bytes(META, At::Name(&name), some),
        };
        self.connection().run(&[META], Mode::Relaxed, work).await
    }

    /// Keeps a blob that was fetched, if a row still names it.
    ///
    /// # Errors
    /// [`StoreError`]; then it is not kept.
    pub async fn keep_fetched(&self, hash: BlobHash, bytes: &[u8]) -> Result<(), StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| {
            tx.delete(META, At::Name(&named(meta::PART, hash)))?;
            if facts::read::<Held>(tx, &named(meta::BLOB, hash)).await?.is_none()
                && is_named(tx, hash).await?
            {
                write(tx, hash, BlobState::Sent, bytes)?;
            }
            Ok(())
        };
        self.connection().run(&[ROWS, OVER, META], Mode::Relaxed, work).await
    }

    /// Returns the blobs that wait to be sent.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn waiting_blobs(&self) -> Result<Vec<(BlobHash, Held)>, StoreError> {
        let all =
            self.connection().run(&[META], Mode::Read, async |tx: &Tx<'_>, _: u32| all(tx).await).await?;
        Ok(all.into_iter().filter(|(_, held)| held.state == BlobState::Waiting).collect())
    }

    /// Returns how many blobs are on this device only.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn unsent_blobs(&self) -> Result<usize, StoreError> {
        let all =
            self.connection().run(&[META], Mode::Read, async |tx: &Tx<'_>, _: u32| all(tx).await).await?;
        Ok(all.into_iter().filter(|(_, held)| held.state != BlobState::Sent).count())
    }

    /// Takes note of where a blob stands now.
    ///
    /// # Errors
    /// [`StoreError`]; then it stands where it stood.
    pub async fn mark_blob(&self, hash: BlobHash, state: BlobState) -> Result<(), StoreError> {
        let name = named(meta::BLOB, hash);
        let work = async |tx: &Tx<'_>, _: u32| match facts::read::<Held>(tx, &name).await? {
            Some(held) if held.state != state => facts::write(tx, &name, &Held { state, ..held }),
            _ => Ok(()),
        };
        self.connection().run(&[META], Mode::Relaxed, work).await
    }

    /// Frees the room of all blobs that the server has; they come back when they are looked at. Returns how many bytes.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was freed.
    pub async fn free_blobs(&self) -> Result<u64, StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| {
            let mut freed = 0;
            for (hash, held) in all(tx).await?.into_iter().filter(|(_, it)| it.state == BlobState::Sent) {
                forget(tx, hash)?;
                freed += u64::from(held.bytes);
            }
            for name in tx.names(META, (meta::PART, &after(meta::PART))).await? {
                tx.delete(META, At::Name(&name))?;
            }
            Ok(freed)
        };
        self.connection().run(&[META], Mode::Relaxed, work).await
    }
}

fn named(kind: &str, hash: BlobHash) -> String {
    format!("{kind}{hash}")
}

/// Reads what is known of all blobs.
async fn all(tx: &Tx<'_>) -> Result<Vec<(BlobHash, Held)>, StoreError> {
    let mut found = Vec::new();
    for name in tx.names(META, (meta::BLOB, &after(meta::BLOB))).await? {
        let hash = name.strip_prefix(meta::BLOB).and_then(|it| it.parse().ok());
        if let (Some(hash), Some(held)) = (hash, facts::read(tx, &name).await?) {
            found.push((hash, held));
        }
    }
    Ok(found)
}

/// Keeps the bytes that a command of this device names. Bytes that the server has already are not sent again.
pub(super) async fn take(tx: &Tx<'_>, blob: Blob, bytes: &[u8]) -> Result<(), StoreError> {
    match facts::read::<Held>(tx, &named(meta::BLOB, blob.hash)).await? {
        Some(_) => Ok(()),
        None => write(tx, blob.hash, BlobState::Waiting, bytes),
    }
}

fn write(tx: &Tx<'_>, hash: BlobHash, state: BlobState, bytes: &[u8]) -> Result<(), StoreError> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    facts::write(tx, &named(meta::BLOB, hash), &Held { state, bytes: length })?;
    tx.put_bytes(META, At::Name(&named(meta::BYTES, hash)), bytes)
}

fn forget(tx: &Tx<'_>, hash: BlobHash) -> Result<(), StoreError> {
    tx.delete(META, At::Name(&named(meta::BLOB, hash)))?;
    tx.delete(META, At::Name(&named(meta::BYTES, hash)))
}

async fn is_named(tx: &Tx<'_>, hash: BlobHash) -> Result<bool, StoreError> {
    let key = Blob::key(hash);
    let confirmed = tx.row_keys_by(ROWS, IX, Range::Only(&key)).await?;
    Ok(!confirmed.is_empty() || !tx.row_keys_by(OVER, IX, Range::Only(&key)).await?.is_empty())
}

/// Forgets blobs that nothing names any more: lost with their scope, or taken back. What a command of the queue speaks of
/// stays, whatever has become of its effect. Call it when rows and overlay are as they will be.
pub(super) async fn tidy(tx: &Tx<'_>) -> Result<(), StoreError> {
    let held = all(tx).await?;
    if held.is_empty() {
        return Ok(());
    }
    let queue = outbox::read(tx).await?;
    let asked: Vec<String> = queue.iter().map(|it| it.envelope.args.to_string()).collect();
    for (hash, _) in held {
        let text = hash.to_string();
        if !asked.iter().any(|args| args.contains(&text)) && !is_named(tx, hash).await? {
            forget(tx, hash)?;
        }
    }
    Ok(())
}

/// Has everything that was sent offered again: the server has another history than before, and may have lost it. What
/// it still has costs one question each.
pub(super) async fn offer_again(tx: &Tx<'_>) -> Result<(), StoreError> {
    for (hash, held) in all(tx).await?.into_iter().filter(|(_, it)| it.state == BlobState::Sent) {
        facts::write(tx, &named(meta::BLOB, hash), &Held { state: BlobState::Waiting, ..held })?;
    }
    Ok(())
}
