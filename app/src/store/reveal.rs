//! The transaction of a reveal: new confirmed rows, the end of answered commands, and what the pending ones make of the
//! new rows, all or nothing. It reads the queue itself, so a command taken meanwhile is in it or waits behind it.

use std::collections::HashMap;

use futures::future::{try_join, try_join3};
use leeway_core::refusal::RefusalData;
use leeway_core::sync::{Fate, Rebase, Rebased, Step};
use leeway_core::values::Timestamp;

use super::database::{At, Mode, Range, Tx};
use super::error::StoreError;
use super::facts::{self, Client, Cursor};
use super::outbox::{self, Entry, EntryState};
use super::rows::{self, Layers};
use super::schema::{META, OUT, OVER, ROWS, SCOPE, meta};
use super::staged::{Answer, Gathered, Staged};
use super::{Store, blobs, done};

/// What a reveal changed on the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Revealed {
    /// Rows changed, as the user sees them.
    pub rows: bool,
    /// The queue changed.
    pub queue: bool,
    /// Commands came back into the queue, for a server that has lost them.
    pub again: bool,
}

impl Store {
    /// Shows what the server answered: one relaxed transaction. If it is lost, the next pull brings it again.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written.
    pub async fn reveal(
        &self,
        client: Client,
        staged: &Staged,
        now: Timestamp,
    ) -> Result<Revealed, StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| {
            // asked at once: one way to the database and back
            let known = try_join(facts::read::<Client>(tx, meta::CLIENT), facts::read(tx, meta::CURSOR));
            let ((), (named, before), queue) =
                try_join3(facts::check_schema(tx), known, outbox::read(tx)).await?;
            if named != Some(client) {
                return Ok(Revealed::default()); // asked for under another name: what is acknowledged isn't ours
            }
            let before: Cursor = before.unwrap_or_default();
            let cursor = staged.cursor(&before, now);
            let held = queue.len();
            let (left, again) = done::settle(tx, queue, &staged.standing).await?;
            for answer in &staged.gathered.answers {
                write_rows(tx, answer).await?;
            }
            let ended = again || left.len() < held;
            let rows = !before.ready || !staged.is_empty() || ended;
            let mut queue = ended;
            if rows {
                queue |= rebase(tx, left).await?;
                blobs::tidy(tx).await?;
            }
            if before.epoch.is_some_and(|it| it != staged.standing.epoch) {
                blobs::offer_again(tx).await?;
            }
            facts::write(tx, meta::CURSOR, &cursor)?;
            Ok(Revealed { rows, queue, again })
        };
        self.connection().run(&[ROWS, OVER, OUT, META], Mode::Relaxed, work).await
    }

    /// Writes one page of a first sync: rows that are not to be taken for the whole yet.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written, and the page is to be asked for again.
    pub async fn lay(&self, page: &Gathered, cursor: &Cursor, first: bool) -> Result<(), StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| {
            facts::check_schema(tx).await?;
            if first {
                tx.clear(ROWS)?;
            }
            for answer in &page.answers {
                write_rows(tx, answer).await?;
            }
            facts::write(tx, meta::CURSOR, cursor)
        };
        self.connection().run(&[ROWS, META], Mode::Relaxed, work).await
    }
}

/// Writes one answer: what goes, then what comes.
async fn write_rows(tx: &Tx<'_>, answer: &Answer) -> Result<(), StoreError> {
    if answer.reset {
        tx.clear(ROWS)?;
    }
    for scope in &answer.cleared {
        for key in tx.row_keys_by(ROWS, SCOPE, Range::Only(scope)).await? {
            tx.delete(ROWS, At::Name(&key))?;
        }
    }
    for (key, scope) in &answer.deletes {
        // a row that moved is gone from its old scope only, and may have come in the new one already
        let held = tx.row(ROWS, key).await?;
        if held.is_some_and(|it| it.scope().as_deref() == Some(scope)) {
            tx.delete(ROWS, At::Name(key))?;
        }
    }
    for row in &answer.puts {
        tx.put_row(ROWS, row)?;
    }
    Ok(())
}

/// Runs the pending commands again on the confirmed rows and writes what they make of them. Returns whether any of them
/// fares differently from before.
async fn rebase(tx: &Tx<'_>, queue: Vec<Entry>) -> Result<bool, StoreError> {
    let done = run(tx, &queue).await?;
    if !facts::is_bare(tx).await? {
        tx.clear(OVER)?;
    }
    facts::note_bare(tx, done.overlay.is_empty()).await?;
    for (key, record) in &done.overlay {
        let stored = match record {
            Some(record) => rows::stored(record)?,
            None => rows::removed(*key)?,
        };
        tx.put_row(OVER, &stored)?;
    }
    let mut fates: HashMap<u64, Option<RefusalData>> = done
        .fates
        .into_iter()
        .map(|(seq, fate)| match fate {
            Fate::Applies => (seq, None),
            Fate::WouldBeRefused(refusal) => (seq, Some(refusal.to_data())),
        })
        .collect();
    let mut changed = false;
    for mut entry in queue {
        let doubt = fates.remove(&entry.seq()).flatten();
        if entry.doubt != doubt {
            entry.doubt = doubt;
            outbox::write(tx, &entry)?;
            changed = true;
        }
    }
    Ok(changed)
}

async fn run(tx: &Tx<'_>, queue: &[Entry]) -> Result<Rebased, StoreError> {
    // what the server refused has no effect any more; what this program doesn't understand it can't run
    let pending = queue
        .iter()
        .filter(|it| it.state != EntryState::Refused)
        .filter_map(|it| Some((it.seq(), it.envelope.open().ok()?)));
    let mut rebase = Rebase::new(pending);
    loop {
        match rebase.step() {
            Step::Need(reads) => rows::supply(tx, rebase.rows_mut(), reads, Layers::Confirmed).await?,
            Step::Done(done) => return Ok(done),
        }
    }
}
