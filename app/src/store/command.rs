//! The transaction of a command: what it did, its place in the queue and the end of its draft, all or nothing. Called
//! by [`crate::commands`] only.

use futures::future::try_join3;
use leeway_core::refusal::RefusalData;
use leeway_core::rows::Coverage;
use leeway_core::sync::protocol::Envelope;
use leeway_core::values::Blob;
use leeway_core::{Changes, Command, Refusal, Rows, Stop, apply};

use super::database::{At, Mode, Tx};
use super::error::StoreError;
use super::outbox::{self, Entry, EntryState};
use super::rows::{self, Layers};
use super::schema::{DRAFT, META, OUT, OVER, ROWS};
use super::{Store, blobs, facts};

/// What became of a command on this device.
#[derive(Debug, Clone, PartialEq)]
pub enum Taken {
    /// It is queued, and its effect is stored.
    Queued(Box<Entry>),
    /// A rule says no; nothing was written.
    Refused(Refusal),
}

impl Store {
    /// Applies a command to what the user sees and queues it, in one strict transaction; ends the draft under this key
    /// with it. Returns when the disk has it.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written.
    pub async fn take(&self, command: &Command, draft: Option<&str>) -> Result<Taken, StoreError> {
        self.take_with(command, draft, None).await
    }

    /// The same, and keeps in that transaction the bytes that the command names.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written.
    pub async fn take_with(
        &self,
        command: &Command,
        draft: Option<&str>,
        blob: Option<(Blob, &[u8])>,
    ) -> Result<Taken, StoreError> {
        let stores = [ROWS, OVER, OUT, DRAFT, META];
        let work = async |tx: &Tx<'_>, tried: u32| {
            if tried > 0
                && let Some(entry) = queued_before(tx, command).await?
            {
                return Ok(Taken::Queued(Box::new(entry)));
            }
            // asked at once: fewer ways to the database and back while a thumb waits
            let ((), seq, ran) =
                try_join3(facts::check_schema(tx), facts::next_seq(tx), run(tx, command)).await?;
            match ran {
                Err(refusal) => Ok(Taken::Refused(refusal)),
                Ok(changes) => {
                    let entry = enqueue(tx, command, seq, &changes, draft)?;
                    if let Some((blob, bytes)) = blob {
                        blobs::take(tx, blob, bytes).await?;
                    }
                    Ok(Taken::Queued(Box::new(entry)))
                }
            }
        };
        self.connection().run(&stores, Mode::Strict, work).await
    }
}

/// After a lost connection: was the first try written all the same?
async fn queued_before(tx: &Tx<'_>, command: &Command) -> Result<Option<Entry>, StoreError> {
    Ok(outbox::read(tx).await?.into_iter().find(|it| it.envelope.id == command.id))
}

/// Runs the rule, loading what it asks for.
async fn run(tx: &Tx<'_>, command: &Command) -> Result<Result<Changes, Refusal>, StoreError> {
    let mut rows = Rows::new(Coverage::Part);
    loop {
        match apply(&rows, command) {
            Ok(changes) => return Ok(Ok(changes)),
            Err(Stop::Refused(refusal)) => return Ok(Err(refusal)),
            Err(Stop::Missing(reads)) => rows::supply(tx, &mut rows, reads, Layers::Seen).await?,
        }
    }
}

fn enqueue(
    tx: &Tx<'_>,
    command: &Command,
    seq: u64,
    changes: &Changes,
    draft: Option<&str>,
) -> Result<Entry, StoreError> {
    facts::take_seq(tx, seq)?;
    let envelope = Envelope::seal(seq, command);
    let doubt: Option<RefusalData> = None;
    let entry =
        Entry { envelope, state: EntryState::Queued, keys: changes.keys().collect(), epoch: None, doubt };
    write_over(tx, changes)?;
    outbox::write(tx, &entry)?;
    if let Some(draft) = draft {
        tx.delete(DRAFT, At::Name(draft))?;
    }
    Ok(entry)
}

fn write_over(tx: &Tx<'_>, changes: &Changes) -> Result<(), StoreError> {
    for record in &changes.puts {
        tx.put_row(OVER, &rows::stored(record)?)?;
    }
    for key in &changes.removes {
        tx.put_row(OVER, &rows::removed(*key)?)?;
    }
    Ok(())
}
