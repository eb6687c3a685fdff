//! The queue: commands in the order in which they were asked. A payload is never edited here; what changes is only
//! where a command stands on its way. Behind the queue lie commands that the server has done: kept until they are in
//! one of its backups, for a server that loses its end.

use leeway_core::record::Key;
use leeway_core::refusal::RefusalData;
use leeway_core::sync::protocol::{Envelope, PUSH_MAX};
use leeway_core::values::Timestamp;
use serde::{Deserialize, Serialize};

use super::database::{At, Tx};
use super::error::StoreError;
use super::schema::OUT;

/// Parked commands stand behind all others, so that those keep an order without gaps.
pub(super) const PARKED_FROM: u64 = 1 << 40;
/// Done commands stand behind the queue, which is read often.
const DONE_FROM: u64 = 1 << 41;
/// Where places end: numbers of JavaScript are whole up to 2^53.
const END: u64 = 1 << 53;

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

    /// Says whether the server has answered.
    pub const fn is_answered(self) -> bool {
        matches!(self, Self::Applied | Self::Refused)
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
    /// In which history of the data the server answered it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
    /// Why the server will probably refuse it, by the latest rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<RefusalData>,
}

impl Entry {
    /// Returns its place in the order.
    pub const fn seq(&self) -> u64 {
        self.envelope.seq
    }

    /// Says whether it ends with rows that stand behind the server's `ack` in this history of the data. Only what the
    /// server has answered there may: a copy of this store may have sent another command under the same seq.
    pub fn ends_with(&self, ack: u64, epoch: &str) -> bool {
        let is_of_now = self.epoch.as_deref().is_none_or(|it| it == epoch);
        self.envelope.seq <= ack && self.state.is_answered() && is_of_now
    }
}

/// A command that the server has done, and whose rows have come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Done {
    /// As it was in the queue.
    pub(super) entry: Entry,
    /// When its rows came, by the server's clock.
    pub(super) at: Timestamp,
}

/// Reads the whole queue, oldest first. An entry that a newer program wrote in a form that this one can't read is left
/// alone.
pub(super) async fn read(tx: &Tx<'_>) -> Result<Vec<Entry>, StoreError> {
    read_some(tx, 0, None).await.map(|(entries, _)| entries)
}

/// Reads the queue from this place on, at most so many; and whether that was all.
pub(super) async fn read_some(
    tx: &Tx<'_>,
    from: u64,
    limit: Option<u32>,
) -> Result<(Vec<Entry>, bool), StoreError> {
    let texts = tx.texts(OUT, from..DONE_FROM, limit).await?;
    let was_all = limit.is_none_or(|it| u32::try_from(texts.len()).is_ok_and(|found| found < it));
    Ok((texts.iter().filter_map(|it| serde_json::from_str(it).ok()).collect(), was_all))
}

/// Returns how much of the queue a push can hold.
pub(super) fn window() -> Option<u32> {
    u32::try_from(PUSH_MAX).ok()
}

/// Counts the queue, with what a newer program wrote.
pub(super) async fn count(tx: &Tx<'_>) -> Result<usize, StoreError> {
    tx.count(OUT, 0..DONE_FROM).await
}

/// Writes an entry at its place.
pub(super) fn write(tx: &Tx<'_>, entry: &Entry) -> Result<(), StoreError> {
    tx.put_text(OUT, At::Place(entry.seq()), &serde_json::to_string(entry)?)
}

/// Removes the entry at this place.
pub(super) fn remove(tx: &Tx<'_>, seq: u64) -> Result<(), StoreError> {
    tx.delete(OUT, At::Place(seq))
}

/// Reads what is done, from this seq on, in order.
pub(super) async fn read_done(tx: &Tx<'_>, first: u64) -> Result<Vec<Done>, StoreError> {
    let texts = tx.texts(OUT, DONE_FROM + first..END, None).await?;
    Ok(texts.iter().filter_map(|it| serde_json::from_str(it).ok()).collect())
}

/// Keeps what is done.
pub(super) fn keep(tx: &Tx<'_>, done: &Done) -> Result<(), StoreError> {
    tx.put_text(OUT, At::Place(DONE_FROM + done.entry.seq()), &serde_json::to_string(done)?)
}

/// Lets go of what is done.
pub(super) fn let_go(tx: &Tx<'_>, done: &Done) -> Result<(), StoreError> {
    tx.delete(OUT, At::Place(DONE_FROM + done.entry.seq()))
}
