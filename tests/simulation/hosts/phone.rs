//! A phone's host: somebody who works on it, and the app's own store, queue and sync engine. A crash takes the program;
//! what its disk has kept is there when it begins again.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use fastrand::Rng;
use futures::FutureExt;
use leeway_app::platform::{clock, ids};
use leeway_app::store::{Disk, Store, StoreError, Taken};
use leeway_app::sync::{Bell, End, Engine, Ring, Server, SyncStatus, backoff, summary};
use leeway_core::values::{Timestamp, UserId};
use leeway_core::{Body, Command};
use leeway_server::clock::Clock;
use tokio::time::{sleep, timeout};

use super::line::Line;
use super::server::cookie;
use crate::check::{self, History};
use crate::moves;

/// Reveals of a server that changes faster than a phone pulls need not be of one moment.
const BUSY_PULLS: u32 = 8;
/// After a command, more may follow: they go out together.
const SOON: Duration = Duration::from_millis(150);
/// Between two things that somebody does, at most.
const THINKS_MS: u64 = 2_000;
/// One thing in so many is about a quote.
const QUOTES: u8 = 5;

/// What phones and world have in common.
pub struct Stage {
    pub history: Rc<RefCell<History>>,
    pub time: Clock,
    /// Nobody begins anything any more.
    pub is_quiet: Cell<bool>,
    /// Raised whenever all phones are to sync anew, as if they never had.
    pub turn: Cell<u32>,
    pub trace: RefCell<Option<Vec<String>>>,
}

impl Stage {
    /// Tells a step, if anybody wants to hear it.
    pub fn say(&self, what: impl FnOnce() -> String) {
        if let Some(trace) = self.trace.borrow_mut().as_mut() {
            trace.push(format!("{:7} {}", self.time.now().ms() - crate::world::NOON.ms(), what()));
        }
    }
}

/// What of a phone outlives its program.
pub struct Phone {
    pub at: usize,
    pub user: UserId,
    pub disk: Rc<Disk>,
    /// Its disk's name.
    pub store: String,
    pub stage: Rc<Stage>,
    /// How far its clock is off.
    pub skew_ms: Cell<i64>,
    pub bell: Bell,
    /// Whether its server may ring.
    pub listens: bool,
    pub dice: RefCell<Rng>,
    pub done: Cell<u64>,
    pub asked_again: Cell<u64>,
    /// How many rounds in a row came to nothing in this turn.
    pub in_vain: Cell<u32>,
    /// The last turn in which a round came to its end.
    pub synced: Cell<u32>,
}

/// Runs the program until it crashes.
pub async fn run(phone: Rc<Phone>) -> turmoil::Result {
    let tabs = phone.awake(phone.open()).await?;
    phone.stage.say(|| format!("{} starts", phone.at));
    let line = Line::new(cookie(phone.at), &phone.stage.history, phone.at);
    let engine = Engine::new(line.clone(), tabs[0].clone(), phone.user, phone.bell.clone(), |_| ());
    // the one first that was first the last time
    tokio::select! {
        biased;
        done = phone.awake(phone.work(&tabs)) => done,
        done = phone.awake(phone.sync(&engine, &line, &tabs[0])) => done,
    }
}

impl Phone {
    /// Goes on with something by this phone's own clock, as long as its program runs.
    async fn awake<T>(&self, what: impl Future<Output = T>) -> T {
        let mut what = pin!(what);
        poll_fn(|cx| {
            if self.disk.has_crashed() {
                return Poll::Pending;
            }
            clock::stand_at(Timestamp::from_ms(self.stage.time.now().ms() + self.skew_ms.get()));
            what.as_mut().poll(cx)
        })
        .await
    }

    /// Opens the store in both tabs. Where its disk has no space left, the app says so, and somebody opens it again.
    async fn open(&self) -> Result<[Store; 2], String> {
        let tab = || Store::open_named(&self.store);
        loop {
            match async { Ok([tab().await?, tab().await?]) }.await {
                Err(StoreError::Full) => {
                    self.stage.say(|| format!("{} can't start: no space left", self.at));
                    sleep(SOON).await;
                }
                done => return done.map_err(|error| error.to_string()),
            }
        }
    }

    /// Somebody works.
    async fn work(&self, tabs: &[Store; 2]) -> turmoil::Result {
        loop {
            let ms = self.dice.borrow_mut().u64(100..THINKS_MS);
            sleep(Duration::from_millis(ms)).await;
            if self.stage.is_quiet.get() {
                continue;
            }
            let (tab, mut dice) = {
                let mut dice = self.dice.borrow_mut();
                (tabs[dice.usize(..2)].clone(), dice.fork())
            };
            let act = async {
                let body = self.choose(&mut dice, &tab).await.ok()?;
                let command = Command { id: ids::command(), by: self.user, at: clock::now(), body };
                let taken = tab.take(&command, None).await;
                Some((command.id, taken))
            };
            // no disk of ours waits: what has not ended by now never will
            let Some(done) = act.now_or_never() else { return pending().await };
            self.done.set(self.done.get() + 1);
            if let Some((id, Ok(Taken::Queued(entry)))) = done {
                self.stage.say(|| format!("{} saves {} {}", self.at, entry.envelope.kind, check::short(id)));
                self.stage.history.borrow_mut().phones[self.at].saves(id);
                self.bell.ring(Ring::Soon);
            }
        }
    }

    /// Chooses something to do: often a quote.
    async fn choose(&self, dice: &mut Rng, tab: &Store) -> Result<Body, StoreError> {
        if dice.u8(..QUOTES) == 0
            && let Some(body) = moves::quotes::choose(dice, tab, self.user).await?
        {
            return Ok(body);
        }
        moves::choose(dice, tab).await
    }

    /// Syncs whenever the app would.
    async fn sync(&self, engine: &Engine<Line>, line: &Line, store: &Store) -> turmoil::Result {
        let mut failures = 0;
        loop {
            let turn = self.stage.turn.get();
            line.pulls();
            let done = engine.round().await;
            self.stage.say(|| format!("{} ends its round: {done:?}", self.at));
            self.asked_again.set(self.asked_again.get() + line.asked_again());
            if done.is_ok() {
                self.check(line, store).await?;
            }
            failures = if done.is_ok() { 0 } else { failures + 1 };
            if turn == self.stage.turn.get() {
                self.in_vain.set(if done.is_ok() { 0 } else { self.in_vain.get() + 1 });
                self.synced.set(if done.is_ok() { turn } else { self.synced.get() });
            }
            let poked = line.ring((self.listens && done.is_ok()).then_some(&self.bell));
            let wait = backoff::wait(backoff::Situation {
                failures,
                asked: match done {
                    Err(End::Busy(seconds)) => Some(seconds.saturating_mul(1_000)),
                    _ => None,
                },
                visible: true,
                poked,
                waiting: store.queue_len().await.is_ok_and(|it| it > 0),
                dice: self.dice.borrow_mut().f64(),
            });
            let heard = timeout(Duration::from_millis(wait.into()), self.bell.heard()).await;
            if heard == Ok(Ring::Soon) {
                sleep(SOON).await;
            }
        }
    }

    /// What is shown after a round is what is so.
    async fn check(&self, line: &Line, store: &Store) -> turmoil::Result {
        if line.pulls() >= BUSY_PULLS {
            return Ok(());
        }
        let history = self.stage.history.borrow();
        check::reveal(&history, self.at)?;
        // a disk that is full or gone shows nothing
        if let Some(Ok(queue)) = store.queue().now_or_never() {
            let mut shown = SyncStatus::default();
            shown.count(&summary(&queue));
            check::count(&history, self.at, shown.waiting)?;
        }
        Ok(())
    }
}
