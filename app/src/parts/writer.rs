//! The writes of one page, one after the other, in the order of the taps. A field that is written twice before the
//! page has read its first write back names that one as seen. What was asked for is written even if the page goes.
//! Never applies a command itself: [`crate::commands`] does.

use std::future::Future;

use futures::StreamExt;
use futures::channel::{mpsc, oneshot};
use leeway_core::Body;
use leeway_core::values::CommandId;
use leptos::prelude::*;

use super::own_writes::OwnWrites;
use crate::commands::{Commands, DispatchError, use_commands};
use crate::drafts::Draft;
use crate::i18n::{I18n, errors, use_i18n};

type MakeBody = Box<dyn FnOnce(Option<CommandId>) -> Body>;

struct Job {
    field: String,
    shown: Option<CommandId>,
    body: MakeBody,
    draft: Option<Draft>,
    answer: oneshot::Sender<Result<CommandId, DispatchError>>,
}

enum Turn {
    Write(Box<Job>),
    Settle(oneshot::Sender<bool>),
}

/// Writes for one page. Copy; made once by [`use_writer`].
#[derive(Clone, Copy)]
pub struct Writer {
    turns: StoredValue<mpsc::UnboundedSender<Turn>, LocalStorage>,
    error: RwSignal<String>,
    failures: RwSignal<u32>,
}

/// Makes the writer of this page.
pub fn use_writer() -> Writer {
    let (turns, queue) = mpsc::unbounded();
    let (error, failures) = (RwSignal::new(String::new()), RwSignal::new(0));
    leptos::task::spawn_local(work(queue, use_commands(), use_i18n(), (error, failures)));
    Writer { turns: StoredValue::new_local(turns), error, failures }
}

impl Writer {
    /// Writes a field of a record, and lets the caller wait until it is on disk. It takes its place in the order at
    /// once. `shown` is the write of the field that stands on the screen; `body` gets the one that the author has
    /// seen. An empty field name: the command has no `seen`.
    pub fn field(
        self,
        field: impl Into<String>,
        shown: Option<CommandId>,
        draft: Option<Draft>,
        body: impl FnOnce(Option<CommandId>) -> Body + 'static,
    ) -> impl Future<Output = Result<CommandId, DispatchError>> + 'static {
        let (answer, wait) = oneshot::channel();
        let (field, body) = (field.into(), Box::new(body));
        self.turn(Turn::Write(Box::new(Job { field, shown, body, draft, answer })));
        async move { wait.await.unwrap_or(Err(DispatchError::NotLoggedIn)) }
    }

    /// The same, for a command without a field.
    pub fn write(
        self,
        body: Body,
        draft: Option<Draft>,
    ) -> impl Future<Output = Result<CommandId, DispatchError>> + 'static {
        self.field("", None, draft, move |_| body)
    }

    /// Writes a field without waiting; what went wrong stands in [`Writer::error`].
    pub fn put(
        self,
        field: impl Into<String>,
        shown: Option<CommandId>,
        draft: Option<Draft>,
        body: impl FnOnce(Option<CommandId>) -> Body + 'static,
    ) {
        drop(self.field(field, shown, draft, body));
    }

    /// Waits until all that was put before has been written. Returns whether all of it was taken.
    pub async fn settled(self) -> bool {
        let (done, wait) = oneshot::channel();
        self.turn(Turn::Settle(done));
        wait.await.unwrap_or(false)
    }

    /// What the last write was not taken for; empty after one that was.
    pub fn error(self) -> RwSignal<String> {
        self.error
    }

    /// Counts the writes that were not taken: a field that shows what was asked for goes back then.
    pub fn failures(self) -> RwSignal<u32> {
        self.failures
    }

    fn turn(self, turn: Turn) {
        // fails only when the page is gone, which then asks for nothing any more
        self.turns.try_with_value(|turns| turns.unbounded_send(turn).ok());
    }
}

async fn work(
    mut queue: mpsc::UnboundedReceiver<Turn>,
    commands: Commands,
    i18n: I18n,
    (error, failures): (RwSignal<String>, RwSignal<u32>),
) {
    let mut own = OwnWrites::default();
    let mut all_taken = true;
    while let Some(turn) = queue.next().await {
        match turn {
            Turn::Settle(done) => {
                let _ = done.send(all_taken);
                all_taken = true;
            }
            Turn::Write(job) => {
                let seen = own.seen(&job.field, job.shown);
                let body = (job.body)(seen);
                let written = match &job.draft {
                    Some(draft) => commands.dispatch_draft(body, draft).await,
                    None => commands.dispatch(body).await,
                };
                match &written {
                    Ok(id) if !job.field.is_empty() => own.note(job.field, seen, *id),
                    Ok(_) => {}
                    Err(_) => {
                        all_taken = false;
                        failures.try_update(|count| *count += 1);
                    }
                }
                let said = written.as_ref().err().map(|it| errors::dispatch(i18n, it)).unwrap_or_default();
                error.try_set(said);
                // nobody may be waiting for it any more
                let _ = job.answer.send(written);
            }
        }
    }
}
