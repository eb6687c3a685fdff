//! The only way to write: a command is applied here, by the same rules as on the server, and queued, in one
//! transaction. Never sends anything: [`crate::sync`] does.

use leeway_core::record::Key;
use leeway_core::values::{Blob, CommandId};
use leeway_core::{Body, Command, Refusal};
use leptos::prelude::*;

use crate::app::{App, use_app};
use crate::drafts::Draft;
use crate::platform::{clock, ids, page};
use crate::store::{StoreError, Taken};

/// Why a command was not taken. Nothing was written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DispatchError {
    /// A rule says no.
    #[error(transparent)]
    Refused(Refusal),
    /// This device can't save.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nobody ever logged in here.
    #[error("nobody is logged in")]
    NotLoggedIn,
}

/// The mark in the browser's timeline: a command is on disk.
const SAVED: &str = "leeway:saved";

/// Takes commands. Copy; from [`use_commands`].
#[derive(Clone, Copy)]
pub struct Commands {
    app: App,
}

/// Returns the door to all writing.
pub fn use_commands() -> Commands {
    Commands { app: use_app() }
}

impl Commands {
    /// Applies the command here and queues it for the server, in one transaction. Returns when it is on disk.
    ///
    /// # Errors
    /// [`DispatchError`]; then nothing was written.
    pub async fn dispatch(self, body: Body) -> Result<CommandId, DispatchError> {
        self.take(body, None).await
    }

    /// The same, and ends the draft that it was typed in, in the same transaction.
    ///
    /// # Errors
    /// [`DispatchError`]; then nothing was written, and the draft is there.
    pub async fn dispatch_draft(self, body: Body, draft: &Draft) -> Result<CommandId, DispatchError> {
        let Some(handle) = draft.handle() else { return self.take(body, None).await };
        // the last keystrokes must not be written behind the command that takes them over
        handle.hold();
        let taken = self.take(body, Some(handle.key())).await;
        match taken {
            Ok(_) => handle.end(),
            Err(_) => handle.resume(),
        }
        taken
    }

    /// The same as [`Commands::dispatch`], and keeps the bytes that the command names, in the same transaction.
    ///
    /// # Errors
    /// [`DispatchError`]; then nothing was written, neither command nor bytes.
    pub async fn dispatch_with(
        self,
        body: Body,
        blob: Blob,
        bytes: &[u8],
    ) -> Result<CommandId, DispatchError> {
        self.take_with(body, None, Some((blob, bytes))).await
    }

    /// Returns the commands still in the outbox that touch this record, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn pending_for(self, key: Key) -> Result<Vec<CommandId>, StoreError> {
        let queue = self.app.store().queue().await?;
        Ok(queue.into_iter().filter(|it| it.keys.contains(&key)).map(|it| it.envelope.id).collect())
    }

    async fn take(self, body: Body, draft: Option<&str>) -> Result<CommandId, DispatchError> {
        self.take_with(body, draft, None).await
    }

    async fn take_with(
        self,
        body: Body,
        draft: Option<&str>,
        blob: Option<(Blob, &[u8])>,
    ) -> Result<CommandId, DispatchError> {
        let Some(me) = self.app.me().get_untracked() else { return Err(DispatchError::NotLoggedIn) };
        let command = Command { id: ids::command(), by: me.user, at: clock::now(), body };
        let store = self.app.store();
        let mut taken = store.take_with(&command, draft, blob).await;
        // photos that the server has give way to what somebody has just said
        if taken == Err(StoreError::Full) && store.free_blobs().await.is_ok_and(|freed| freed > 0) {
            taken = store.take_with(&command, draft, blob).await;
        }
        match taken? {
            Taken::Queued(entry) => {
                page::mark(SAVED);
                self.app.took(*entry);
                Ok(command.id)
            }
            Taken::Refused(refusal) => Err(DispatchError::Refused(refusal)),
        }
    }
}
