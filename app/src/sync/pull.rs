//! What changed comes in. Pages are gathered and shown in one go, when one answer fits one page: every state on the
//! screen is one state of the server. Only a first sync is written page by page, and says so.

use futures::future::join;
use leeway_core::sync::protocol::{CORE_SCHEMA, PAGE_MAX, PullRequest, PullResponse};
use leeway_core::values::Timestamp;

use super::api::Server;
use super::{End, Engine, News, Phase, Ring};
use crate::platform::clock;
use crate::store::{Client, Cursor, Gathered, Staged, StoreError};

/// A busy server may change faster than a slow phone pulls: after so many rounds, what is there is shown.
const ROUNDS: u32 = 8;
/// More of a difference between the clocks than this is said.
const CLOCK_OFF_MS: u64 = 5 * 60 * 1_000;
/// Answers that change nothing are noted on disk this often.
const NOTE_EVERY_MS: i64 = 60_000;

/// A pull under way.
struct Pull {
    client: Client,
    cursor: Cursor,
    staged: Staged,
    /// The next answer opens a pull.
    opening: bool,
    /// This is a first sync: pages are written as they come.
    first: bool,
    /// Rows written so far.
    laid: usize,
}

/// A page of a first sync, to be written.
struct Page {
    rows: Gathered,
    /// Where it ends.
    cursor: Cursor,
    /// All rows go first.
    anew: bool,
}

/// What an answer is in its pull.
#[derive(Clone, Copy)]
struct Turn {
    /// It opens a pull: the server may start over in the middle, and what was asked for by page is void then.
    opens: bool,
    /// It is a whole pull by itself.
    alone: bool,
    /// It was asked for without a cookie.
    from_nothing: bool,
}

impl Pull {
    fn request(&self) -> PullRequest {
        PullRequest {
            epoch: self.cursor.epoch.clone(),
            client: self.client.id,
            cookie: self.cursor.cookie.clone(),
            page: self.cursor.page.clone(),
            limit: Some(PAGE_MAX),
            core_schema: CORE_SCHEMA,
            queue_len: 0,
        }
    }

    /// Moves on to where this answer ends.
    fn advance(&mut self, answer: &PullResponse) -> Turn {
        let turn = Turn {
            opens: self.opening || answer.reset,
            alone: self.opening && answer.page.is_none(),
            from_nothing: self.opening && self.cursor.cookie.is_none(),
        };
        self.cursor.epoch = Some(answer.epoch.clone());
        self.cursor.page.clone_from(&answer.page);
        if answer.page.is_none() {
            self.cursor.cookie.clone_from(&answer.cookie);
        } else if answer.reset {
            self.cursor.cookie = None;
        }
        self.opening = answer.page.is_none();
        turn
    }

    /// Adds an answer to what is gathered.
    fn stage(&mut self, answer: &PullResponse, turn: Turn) -> Result<(), StoreError> {
        if answer.reset {
            self.staged = Staged::default();
        }
        if turn.from_nothing && !self.first {
            // asked for without a cookie: what is here was wrong
            self.staged = Staged::anew();
        }
        self.staged.add(answer, turn.opens)
    }

    /// In a first sync, takes out what is gathered, to be written before the rest comes.
    fn page(&mut self, answer: &PullResponse, turn: Turn) -> Option<Page> {
        if !self.first || (answer.page.is_none() && turn.opens) {
            return None;
        }
        let rows = self.staged.take_rows();
        self.laid += rows.rows();
        let anew = turn.from_nothing || answer.reset;
        Some(Page { rows, cursor: self.cursor.clone(), anew })
    }
}

impl<S: Server> Engine<S> {
    /// Asks for what changed, until all of it is shown.
    pub(super) async fn pull(&self) -> Result<(), End> {
        let (client, stored) = self.store.standing().await?;
        let first = !stored.ready;
        let cursor = self.ahead.borrow().clone().filter(|_| !first).unwrap_or(stored);
        let opening = cursor.page.is_none();
        let mut pull = Pull { client, cursor, staged: Staged::default(), opening, first, laid: 0 };
        let mut rounds = 0;
        let (mut answer, mut turn) = self.gather(&mut pull).await?;
        loop {
            if first {
                (self.tell)(News::Phase(Phase::FirstSync { rows: count(pull.laid) }));
            }
            if answer.page.is_none() {
                rounds += 1;
            }
            let page = pull.page(&answer, turn);
            if answer.page.is_none() && (turn.alone || rounds >= ROUNDS) {
                self.lay(page).await?;
                return self.show(pull, &answer).await;
            }
            // the next answer comes, and is put into its stored form, while this one is put away
            let (next, laid) = join(self.gather(&mut pull), self.lay(page)).await;
            laid?;
            (answer, turn) = next?;
        }
    }

    /// Asks for the next answer, and adds it to what is gathered.
    async fn gather(&self, pull: &mut Pull) -> Result<(PullResponse, Turn), End> {
        let answer = self.ask(pull.request()).await?;
        let turn = pull.advance(&answer);
        pull.stage(&answer, turn)?;
        Ok((answer, turn))
    }

    async fn lay(&self, page: Option<Page>) -> Result<(), End> {
        if let Some(Page { rows, cursor, anew }) = page {
            self.store.lay(&rows, &cursor, anew).await?;
        }
        Ok(())
    }

    async fn ask(&self, request: PullRequest) -> Result<PullResponse, End> {
        let queue_len = count(self.store.queue_len().await?);
        let answer = self.server.pull(&PullRequest { queue_len, ..request }).await?;
        self.speaks.set(true);
        if answer.min_core > CORE_SCHEMA {
            return Err(End::TooOld);
        }
        (self.tell)(News::ClockOff(answer.now.ms().abs_diff(clock::now().ms()) > CLOCK_OFF_MS));
        Ok(answer)
    }

    async fn show(&self, pull: Pull, answer: &PullResponse) -> Result<(), End> {
        let now = clock::now();
        let queue = self.store.queue().await?;
        let ends = queue.iter().any(|it| it.ends_with(answer.ack, &answer.epoch));
        self.waiting.set(queue.iter().filter(|it| it.state.is_pending()).count());
        if pull.first || !pull.staged.is_empty() || ends || self.is_due(now) {
            let shown = self.store.reveal(pull.client, &pull.staged, now).await?;
            self.ahead.take();
            self.noted.set(now);
            if shown.again {
                self.bell.ring(Ring::Now);
            }
            if shown.rows {
                (self.tell)(News::Rows);
            }
            if shown.queue {
                (self.tell)(News::Queue);
            }
        } else {
            *self.ahead.borrow_mut() = Some(pull.cursor);
        }
        (self.tell)(News::Success(now));
        Ok(())
    }

    fn is_due(&self, now: Timestamp) -> bool {
        let noted = self.noted.get();
        now < noted || now.ms() - noted.ms() >= NOTE_EVERY_MS
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
