//! Commands that the server has done, kept for a server that loses its end: restored from a backup, or failed over to a
//! replica that lagged. It then asks for what it lacks, and gets it as it was. Never sends anything, never shows any of
//! it, and never keeps more than it must.

use futures::future::try_join;
use leeway_core::values::Timestamp;
use serde::{Deserialize, Serialize};

use super::Store;
use super::database::{Mode, Tx};
use super::error::StoreError;
use super::facts::{self, Client};
use super::outbox::{self, Done, Entry, EntryState};
use super::schema::{META, OUT, meta};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// Even what is in a backup stays for so long: the backup may be the one that is lost.
const LEAST_MS: i64 = 7 * DAY_MS;
/// What is in no backup after so long never will be.
const MOST_MS: i64 = 30 * DAY_MS;
/// What may go is looked for this often.
const TIDY_MS: i64 = DAY_MS / 4;

/// What is known of the done commands without reading them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Ledger {
    /// The highest seq that was done.
    last: u64,
    /// In which history of the data.
    #[serde(default)]
    epoch: String,
    /// When it was tidied last, by the server's clock.
    tidied: Timestamp,
}

/// Where the server stands, as its answer says.
#[derive(Debug, Clone, Default)]
pub(super) struct Standing {
    /// The last command of this store that has an outcome.
    pub(super) ack: u64,
    /// The last that is in a backup.
    pub(super) durable: u64,
    /// Its clock.
    pub(super) now: Timestamp,
    /// Its history of the data.
    pub(super) epoch: String,
}

impl Store {
    /// Returns who this store is to the server, and in which history of the data the server answered last; `None`: it
    /// never did, or this store has no name yet.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn sender(&self) -> Result<(Option<Client>, Option<String>), StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| {
            let (client, ledger) =
                try_join(facts::read(tx, meta::CLIENT), facts::read::<Ledger>(tx, meta::DONE)).await?;
            if let Some(ledger) = ledger.filter(|it| it.last > 0) {
                return Ok((client, Some(ledger.epoch)));
            }
            // what is answered stands in front; and a queue may be long
            let (first, _) = outbox::read_some(tx, 0, outbox::window()).await?;
            Ok((client, first.into_iter().find_map(|it| it.epoch)))
        };
        self.connection().run(&[OUT, META], Mode::Read, work).await
    }

    /// Takes back into the queue what the server lacks from `expected` on. Returns false if that is not here.
    ///
    /// # Errors
    /// [`StoreError`]; then all is as before.
    pub async fn send_again(&self, expected: u64) -> Result<bool, StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| {
            let queue = outbox::read(tx).await?;
            let mut again = take_from(tx, expected).await?;
            again.extend(queue.into_iter().filter(|it| it.state.is_answered() && it.seq() >= expected));
            let is_here = again.first().is_some_and(|it| it.seq() == expected);
            if is_here {
                let ledger: Ledger = facts::read(tx, meta::DONE).await?.unwrap_or_default();
                facts::write(tx, meta::DONE, &Ledger { last: expected.saturating_sub(1), ..ledger })?;
            }
            requeue(tx, again)?;
            Ok(is_here)
        };
        self.connection().run(&[OUT, META], Mode::Strict, work).await
    }
}

/// Moves what has ended out of the queue, and back into it what the server does not have any more. Returns the queue as
/// it is then, and whether something came back.
pub(super) async fn settle(
    tx: &Tx<'_>,
    queue: Vec<Entry>,
    standing: &Standing,
) -> Result<(Vec<Entry>, bool), StoreError> {
    let mut ledger: Ledger = facts::read(tx, meta::DONE).await?.unwrap_or_default();
    let before = ledger.clone();
    // what was answered beyond the ack, the server has lost again; and its former history answers for nothing
    let (answered, mut left): (Vec<_>, Vec<_>) = queue.into_iter().partition(|it| it.state.is_answered());
    let (ended, mut again): (Vec<_>, Vec<_>) =
        answered.into_iter().partition(|it| it.ends_with(standing.ack, &standing.epoch));
    if ledger.last > 0 && ledger.epoch != standing.epoch {
        // of what is done before, the last one tells whether a copy of this store has taken the name since
        let last = ledger.last.min(standing.ack);
        again.extend(take_from(tx, last).await?);
        ledger.last = last.saturating_sub(1);
    } else if ledger.last > standing.ack {
        again.extend(take_from(tx, standing.ack + 1).await?);
        ledger.last = standing.ack;
    }
    ledger.epoch.clone_from(&standing.epoch);
    for entry in ended {
        ledger.last = ledger.last.max(entry.seq());
        outbox::remove(tx, entry.seq())?;
        outbox::keep(tx, &Done { entry, at: standing.now })?;
    }
    let came_back = !again.is_empty();
    left.extend(requeue(tx, again)?);
    left.sort_by_key(Entry::seq);
    // what came back is not sure to be in any backup
    if !came_back && (standing.now.ms() - ledger.tidied.ms()).abs() >= TIDY_MS {
        tidy(tx, standing).await?;
        ledger.tidied = standing.now;
    }
    if ledger != before {
        facts::write(tx, meta::DONE, &ledger)?;
    }
    Ok((left, came_back))
}

/// Takes out all that is done, in order.
pub(super) async fn take_all(tx: &Tx<'_>) -> Result<Vec<Entry>, StoreError> {
    let ledger: Ledger = facts::read(tx, meta::DONE).await?.unwrap_or_default();
    facts::write(tx, meta::DONE, &Ledger { last: 0, ..ledger })?;
    take_from(tx, 0).await
}

async fn take_from(tx: &Tx<'_>, first: u64) -> Result<Vec<Entry>, StoreError> {
    let found = outbox::read_done(tx, first).await?;
    for done in &found {
        outbox::let_go(tx, done)?;
    }
    Ok(found.into_iter().map(|it| it.entry).collect())
}

fn requeue(tx: &Tx<'_>, entries: Vec<Entry>) -> Result<Vec<Entry>, StoreError> {
    let queue = |mut entry: Entry| {
        (entry.state, entry.epoch) = (EntryState::Queued, None);
        outbox::write(tx, &entry)?;
        Ok(entry)
    };
    entries.into_iter().map(queue).collect()
}

async fn tidy(tx: &Tx<'_>, standing: &Standing) -> Result<(), StoreError> {
    for done in outbox::read_done(tx, 0).await? {
        let age = standing.now.ms() - done.at.ms();
        let is_durable = done.entry.seq() <= standing.durable;
        if age >= MOST_MS || (age >= LEAST_MS && is_durable) {
            outbox::let_go(tx, &done)?;
        }
    }
    Ok(())
}
