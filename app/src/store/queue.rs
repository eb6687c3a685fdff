//! What sync reads and writes of the queue.

use futures::future::try_join;
use leeway_core::sync::protocol::{OutcomeKind, PUSH_BYTES_MAX, PUSH_MAX, PushResponse};

use super::database::{Mode, Tx};
use super::error::StoreError;
use super::facts::{self, Client, Cursor};
use super::outbox::{self, Entry, EntryState, PARKED_FROM};
use super::schema::{META, OUT, meta};
use super::{Store, done};
use crate::platform::ids;

/// Room in a push for what is not a command.
const HEAD_BYTES: usize = 1_024;

impl Store {
    /// Returns the whole queue, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn queue(&self) -> Result<Vec<Entry>, StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| outbox::read(tx).await;
        self.connection().run(&[OUT], Mode::Read, work).await
    }

    /// Counts the queue.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn queue_len(&self) -> Result<usize, StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| outbox::count(tx).await;
        self.connection().run(&[OUT], Mode::Read, work).await
    }

    /// Returns who this store is to the server, and where the last reveal stood. Who it is, is made up at the first
    /// time.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't save.
    pub async fn standing(&self) -> Result<(Client, Cursor), StoreError> {
        let known = async |tx: &Tx<'_>, _: u32| {
            let (client, cursor) =
                try_join(facts::read(tx, meta::CLIENT), facts::read(tx, meta::CURSOR)).await?;
            facts::check_schema(tx).await?;
            Ok(client.map(|client| (client, cursor.unwrap_or_default())))
        };
        // a write costs the disk's time, and is needed once
        if let Some(known) = self.connection().run(&[META], Mode::Read, known).await? {
            return Ok(known);
        }
        let work = async |tx: &Tx<'_>, _: u32| {
            facts::check_schema(tx).await?;
            let cursor = facts::read(tx, meta::CURSOR).await?.unwrap_or_default();
            if let Some(client) = facts::read(tx, meta::CLIENT).await? {
                return Ok((client, cursor));
            }
            let client = new_client();
            facts::write(tx, meta::CLIENT, &client)?;
            Ok((client, cursor))
        };
        self.connection().run(&[META], Mode::Strict, work).await
    }

    /// Returns where the last reveal stood.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn cursor(&self) -> Result<Cursor, StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| facts::read(tx, meta::CURSOR).await;
        Ok(self.connection().run(&[META], Mode::Read, work).await?.unwrap_or_default())
    }

    /// Takes the next commands to send, from `from` on, at most `most`, and marks them as sent.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't save.
    pub async fn next_batch(&self, from: u64, most: usize) -> Result<Vec<Entry>, StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| {
            let mut batch = Vec::new();
            let (mut bytes, mut at) = (HEAD_BYTES, from);
            loop {
                let (some, was_all) = outbox::read_some(tx, at, outbox::window()).await?;
                // a full window without a readable entry is of a newer program: look behind all of it
                let (some, was_all) = match some.last().map(Entry::seq) {
                    Some(last) => {
                        at = last + 1;
                        (some, was_all)
                    }
                    None if was_all => return Ok(batch),
                    None => outbox::read_some(tx, at, None).await?,
                };
                for mut entry in some.into_iter().filter(|it| it.state.is_pending()) {
                    bytes += serde_json::to_vec(&entry.envelope)?.len() + 1;
                    if batch.len() >= most.min(PUSH_MAX) || (bytes > PUSH_BYTES_MAX && !batch.is_empty()) {
                        return Ok(batch);
                    }
                    if entry.state != EntryState::Sent {
                        entry.state = EntryState::Sent;
                        outbox::write(tx, &entry)?;
                    }
                    batch.push(entry);
                }
                if was_all {
                    return Ok(batch);
                }
            }
        };
        self.connection().run(&[OUT], Mode::Relaxed, work).await
    }

    /// Takes note of the server's answers; with `None`, that there was none, so that the commands wait again.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't save.
    pub async fn answered(&self, answer: Option<&PushResponse>) -> Result<(), StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| {
            // of a long queue, only what was in the push
            let first = answer.and_then(|it| it.results.iter().map(|it| it.seq).min());
            let sent = match first {
                Some(first) => outbox::read_some(tx, first, outbox::window()).await?.0,
                None => outbox::read(tx).await?,
            };
            for mut entry in sent.into_iter().filter(|it| it.state.is_pending()) {
                let outcome = answer.and_then(|it| it.results.iter().find(|it| it.seq == entry.seq()));
                let state = match outcome.map(|it| it.outcome) {
                    Some(OutcomeKind::Applied | OutcomeKind::Duplicate) => EntryState::Applied,
                    Some(OutcomeKind::Refused) => EntryState::Refused,
                    None => EntryState::Queued,
                };
                if entry.state != state {
                    entry.state = state;
                    entry.epoch = answer.filter(|_| state.is_answered()).and_then(|it| it.epoch.clone());
                    outbox::write(tx, &entry)?;
                }
            }
            Ok(())
        };
        self.connection().run(&[OUT], Mode::Relaxed, work).await
    }

    /// Starts over under a new name for the server: all that waits, and all that the server may have had from another
    /// copy of this store instead, goes out again in the same order, from place 1. The commands keep their ids, by which
    /// the server counts them once. `park` sets one of them aside. Strict: a half-renamed queue would be lost work.
    ///
    /// # Errors
    /// [`StoreError`]; then all is as before.
    pub async fn reissue(&self, park: Option<(u64, EntryState)>) -> Result<(), StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| {
            let queue = outbox::read(tx).await?;
            let mut next = 1;
            let mut parked = queue.iter().map(Entry::seq).filter(|it| *it >= PARKED_FROM).max();
            let done = done::take_all(tx).await?;
            let queue = queue.into_iter().filter(|it| !it.state.is_parked());
            for entry in queue.clone() {
                outbox::remove(tx, entry.seq())?;
            }
            for mut entry in done.into_iter().chain(queue) {
                match park {
                    Some((seq, why)) if seq == entry.seq() => {
                        let place = parked.map_or(PARKED_FROM, |it| it + 1);
                        parked = Some(place);
                        (entry.envelope.seq, entry.state) = (place, why);
                    }
                    _ => {
                        (entry.envelope.seq, entry.state) = (next, EntryState::Queued);
                        next += 1;
                    }
                }
                outbox::write(tx, &entry)?;
            }
            facts::note_bare(tx, false).await?;
            facts::write(tx, meta::NEXT_SEQ, &next)?;
            facts::write(tx, meta::CLIENT, &new_client())
        };
        self.connection().run(&[OUT, META], Mode::Strict, work).await
    }

    /// Puts a parked command back at the end of the queue.
    ///
    /// # Errors
    /// [`StoreError`]; then it is parked still.
    pub async fn unpark(&self, seq: u64) -> Result<(), StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| {
            let queue = outbox::read(tx).await?;
            let Some(mut entry) = queue.into_iter().find(|it| it.seq() == seq && it.state.is_parked()) else {
                return Ok(());
            };
            outbox::remove(tx, seq)?;
            let next = facts::next_seq(tx).await?;
            facts::take_seq(tx, next)?;
            (entry.envelope.seq, entry.state) = (next, EntryState::Queued);
            outbox::write(tx, &entry)
        };
        self.connection().run(&[OUT, META], Mode::Strict, work).await
    }
}

fn new_client() -> Client {
    Client { id: ids::client(), incarnation: ids::uuid() }
}
