//! Between this device and the server: one tab at a time pushes what waits and pulls what changed. Nothing else in the
//! app calls the network. **Never** drops a command, never edits one, never shows half an answer, and never asks the
//! browser whether it is online: only an answer of the server says so.
//!
//! Read: this file (when), [`push`], [`pull`], [`check`] and [`photos`] (what), [`api`] and [`poke`] (how), [`backoff`], [`status`]
//! (what the screens say).

pub mod account;
pub mod api;
pub mod backoff;
mod check;
mod photos;
mod poke;
mod pull;
mod push;
mod status;
mod tabs;
mod wake;

use std::cell::{Cell, RefCell};
use std::pin::pin;

use leeway_core::sync::protocol::Session;
use leeway_core::values::{Timestamp, UserId};

use crate::platform::page;
use crate::platform::tab_lock::TabLock;
use crate::platform::timer::{sleep, within};
use crate::store::{Cursor, Store, StoreError};
use backoff::{Ms, Situation};

pub(crate) use api::Http;
pub use api::{ApiError, Server};
pub(crate) use photos::{Fetched, fetch};
pub(crate) use status::record_state;
pub use status::{ParkReason, Parked, Phase, RecordState, SyncStatus, WaitState, Waiting, summary};
pub(crate) use tabs::Said;
pub use wake::{Bell, Ring};

/// After a command, more may follow: they go out together.
const SOON_MS: Ms = 150;
/// A server that has not answered by then is not there, as far as the screens are concerned.
const SILENT_MS: Ms = 3_000;
/// Nothing will change by itself: the user has to do something first.
const IDLE_MS: Ms = 60_000;

/// What the loop tells the app.
pub enum News {
    /// What it is doing.
    Phase(Phase),
    /// Rows changed.
    Rows,
    /// The queue changed.
    Queue,
    /// The server answered in full.
    Success(Timestamp),
    /// This device's clock is off.
    ClockOff(bool),
    /// Who is logged in, as the server says.
    Who(Session),
    /// The password must be changed first.
    MustChangePassword,
    /// The store was deleted behind the program's back.
    Wiped,
    /// This device is to be removed, and has sent what it could.
    Removed,
}

/// Why a round did not come to its end.
#[derive(Debug, PartialEq)]
pub enum End {
    /// The server did not answer.
    NotReached,
    /// The server asks to be left alone for so many seconds.
    Busy(u32),
    /// The session has ended, or is somebody else's.
    LoggedOut,
    /// The password must be changed first.
    MustChange,
    /// The server does not serve this program any more.
    TooOld,
    /// This device is to be removed.
    Removed,
    /// This device can't save or read.
    Store(StoreError),
}

impl From<StoreError> for End {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ApiError> for End {
    fn from(error: ApiError) -> Self {
        match (&error, error.code()) {
            (ApiError::Busy(seconds), _) => Self::Busy(*seconds),
            (_, "not_logged_in" | "foreign_client") => Self::LoggedOut,
            (_, "must_change_password") => Self::MustChange,
            (_, "device_removed") => Self::Removed,
            (ApiError::Refused(426, _), _) => Self::TooOld,
            (ApiError::Refused(401, _), _) => Self::LoggedOut,
            // anything else a server says is its fault: it stays, and is asked again later
            _ => Self::NotReached,
        }
    }
}

/// Pushes and pulls for one user.
pub struct Engine<S> {
    server: S,
    store: Store,
    user: UserId,
    bell: Bell,
    tell: Box<dyn Fn(News)>,
    /// Where the last answers stood that changed nothing, and so were not worth a write.
    ahead: RefCell<Option<Cursor>>,
    /// The server has said that the session is this user's.
    verified: Cell<bool>,
    /// The server has answered something in this round.
    speaks: Cell<bool>,
    waiting: Cell<usize>,
    noted: Cell<Timestamp>,
}

impl<S: Server> Engine<S> {
    /// Makes a loop that has not begun.
    pub fn new(server: S, store: Store, user: UserId, bell: Bell, tell: impl Fn(News) + 'static) -> Self {
        Self {
            server,
            store,
            user,
            bell,
            tell: Box::new(tell),
            ahead: RefCell::new(None),
            verified: Cell::new(false),
            speaks: Cell::new(false),
            waiting: Cell::new(0),
            noted: Cell::new(Timestamp::default()),
        }
    }

    /// Runs as long as the page lives; one tab at a time. Ends only when a newer program has changed the store, or
    /// this device is to be removed.
    pub async fn run(self) {
        let _lock = TabLock::acquire(&format!("leeway-sync-{}", self.user)).await;
        let mut failures = 0;
        loop {
            let mut end = self.round_heard().await.err();
            let listens = page::is_visible() && end.is_none();
            let poked = self.server.ring(listens.then_some(&self.bell));
            if end.is_none() {
                // text first: whatever rings now comes before the next piece of a photo
                (self.tell)(News::Phase(Phase::Online));
                end = self.photos().await.err();
            }
            failures = if end.is_none() { 0 } else { failures + 1 };
            (self.tell)(News::Phase(phase_after(end.as_ref())));
            match &end {
                Some(End::Store(StoreError::TooNew)) => return,
                Some(End::Store(StoreError::Wiped)) => {
                    (self.tell)(News::Wiped);
                    return;
                }
                Some(End::Removed) => {
                    (self.tell)(News::Removed);
                    return;
                }
                Some(End::MustChange) => (self.tell)(News::MustChangePassword),
                _ => {}
            }
            let ms = self.wait_after(end.as_ref(), failures, poked);
            if within(ms, self.bell.heard()).await == Some(Ring::Soon) {
                sleep(SOON_MS).await;
            }
        }
    }

    fn wait_after(&self, end: Option<&End>, failures: u32, poked: bool) -> Ms {
        let asked = match end {
            Some(End::Busy(seconds)) => Some(seconds.saturating_mul(1_000)),
            Some(End::LoggedOut | End::MustChange | End::TooOld | End::Removed) => return IDLE_MS,
            _ => None,
        };
        backoff::wait(Situation {
            failures,
            asked,
            visible: page::is_visible(),
            poked,
            waiting: self.waiting.get() > 0,
            dice: js_sys::Math::random(),
        })
    }

    /// Does a round; says so when the server is silent for long.
    async fn round_heard(&self) -> Result<(), End> {
        self.speaks.set(false);
        let mut round = pin!(self.round());
        if let Some(done) = within(SILENT_MS, &mut round).await {
            return done;
        }
        if !self.speaks.get() {
            (self.tell)(News::Phase(Phase::Offline));
        }
        round.await
    }

    /// Pushes all that waits, then pulls until what changed is shown; once a week, compares what is there.
    ///
    /// # Errors
    /// [`End`] says why it did not come to its end; what was done until then stays.
    pub async fn round(&self) -> Result<(), End> {
        if !self.verified.get() {
            self.verify().await?;
        }
        let done = async {
            self.push().await?;
            self.pull().await?;
            // what was sent and shown counts, whatever becomes of the comparison
            match self.check().await {
                Err(End::NotReached | End::Busy(_)) => Ok(()),
                done => done,
            }
        };
        let done = done.await;
        if matches!(done, Err(End::LoggedOut)) {
            self.verified.set(false);
        }
        done
    }

    /// Asks whose session it is: commands go out under their author's session only.
    async fn verify(&self) -> Result<(), End> {
        let session = self.server.session().await?;
        self.speaks.set(true);
        if session.user != self.user {
            return Err(End::LoggedOut);
        }
        self.verified.set(true);
        let must_change = session.must_change_password;
        (self.tell)(News::Who(session));
        if must_change { Err(End::MustChange) } else { Ok(()) }
    }
}

fn phase_after(end: Option<&End>) -> Phase {
    match end {
        None => Phase::Online,
        Some(End::NotReached | End::Busy(_)) => Phase::Offline,
        Some(End::LoggedOut | End::MustChange | End::Removed) => Phase::LoggedOut,
        Some(End::TooOld) => Phase::TooOld,
        Some(End::Store(StoreError::TooNew)) => Phase::Superseded,
        Some(End::Store(_)) => Phase::Blocked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leeway_core::sync::protocol::ErrorBody;

    #[track_caller]
    fn check(status: u16, code: &str, expected: End) {
        let body = ErrorBody { code: code.into(), args: serde_json::Value::Null };
        assert_eq!(End::from(ApiError::Refused(status, body)), expected);
    }

    #[test]
    fn what_the_server_says_is_told_apart() {
        check(401, "not_logged_in", End::LoggedOut);
        check(401, "of a newer server", End::LoggedOut);
        check(403, "foreign_client", End::LoggedOut);
        check(403, "must_change_password", End::MustChange);
        check(403, "device_removed", End::Removed);
        check(426, "update_required", End::TooOld);
        check(500, "internal", End::NotReached);
        assert_eq!(End::from(ApiError::Busy(7)), End::Busy(7));
        assert_eq!(End::from(ApiError::NotReached), End::NotReached);
    }

    #[test]
    fn each_end_has_its_word() {
        assert_eq!(phase_after(None), Phase::Online);
        assert_eq!(phase_after(Some(&End::Busy(1))), Phase::Offline);
        assert_eq!(phase_after(Some(&End::Store(StoreError::TooNew))), Phase::Superseded);
        assert_eq!(phase_after(Some(&End::Store(StoreError::Full))), Phase::Blocked);
    }
}
