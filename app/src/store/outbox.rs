//! The queue: commands in the order in which they were asked. A payload is never edited here; what changes is only
//! where a command stands on its way.

use leeway_core::record::Key;
use leeway_core::refusal::RefusalData;
use leeway_core::sync::protocol::Envelope;
use serde::{Deserialize, Serialize};

use super::database::{At, Tx};
use super::error::StoreError;
use super::schema::OUT;

/// Parked commands stand behind all others, so that those keep an order without gaps.
pub(super) const PARKED_FROM: u64 = 1 << 40;

/// Where a queued command stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// Saved on this device.
    Queued,
    /// In a push that has not been answered.
    Sent,
    /// The server applied it; its rows have not come yet.
    Applied,
    /// The server refused it; its card has not come yet.
    Refused,
    /// Larger than the server takes.
    TooLarge,
    /// The server won't take it in this form.
    Malformed,
}

impl EntryState {
    /// Says whether it waits to be sent, or for an answer.
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Queued | Self::Sent)
    }

    /// Says whether it can't go out now.
    pub const fn is_parked(self) -> bool {
        matches!(self, Self::TooLarge | Self::Malformed)
    }
}

/// A queued command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The command as it goes out, frozen.
    pub envelope: Envelope,
    /// Where it stands.
    pub state: EntryState,
    /// The records that it wrote or removed when it was asked.
    pub keys: Vec<Key>,
    /// Why the server will probably refuse it, by the latest rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<RefusalData>,
}

impl Entry {
    /// Returns its place in the order.
    pub const fn seq(&self) -> u64 {
        self.envelope.seq
    }

    /// Says whether it ends with rows that stand behind the server's `ack`. Only what the server has answered may: a
    /// copy of this store may have sent another command under the same seq.
    pub const fn ends_with(&self, ack: u64) -> bool {
        self.envelope.seq <= ack && matches!(self.state, EntryState::Applied | EntryState::Refused)
    }
}

/// Reads the whole queue, oldest first. An entry that a newer program wrote in a form that this one can't read is left
/// alone.
pub(super) async fn read(tx: &Tx<'_>) -> Result<Vec<Entry>, StoreError> {
    Ok(tx.texts(OUT).await?.iter().filter_map(|it| serde_json::from_str(it).ok()).collect())
}

/// Writes an entry at its place.
pub(super) fn write(tx: &Tx<'_>, entry: &Entry) -> Result<(), StoreError> {
    tx.put_text(OUT, At::Place(entry.seq()), &serde_json::to_string(entry)?)
}

/// Removes the entry at this place.
pub(super) fn remove(tx: &Tx<'_>, seq: u64) -> Result<(), StoreError> {
    tx.delete(OUT, At::Place(seq))
}
