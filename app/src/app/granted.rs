//! Asking the server for what this device may promise: after a sync, and not more often than it is of use.

use leeway_core::values::UserId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::App;
use crate::platform::clock;
use crate::signing;
use crate::store::StoreError;
use crate::sync::account::{self, HandedIn};
use crate::sync::{Phase, Ring};

/// Between two looks at what this device holds.
const EVERY_MS: i64 = 60_000;

impl App {
    /// Looks at the next sync: what came may be other limits.
    pub(super) fn look_for_grants(self) {
        self.parts.with_value(|it| it.granted_at.take());
    }

    /// Looks whether this device needs a grant, and asks for it. Without an answer it looks again later.
    pub(super) fn keep_granted(self) {
        let parts = self.parts.get_value();
        let now = clock::now();
        let since = now.ms() - parts.granted_at.get().ms();
        let Some(me) = self.me.get_untracked().filter(|_| !(0..EVERY_MS).contains(&since)) else { return };
        parts.granted_at.set(now);
        spawn_local(async move {
            match ask(self, me.user).await {
                // the next sync brings it, and says that all is there
                Ok(true) => {
                    self.parts.with_value(|it| it.settled.set(true));
                    self.ring(Ring::Now);
                }
                Ok(false) => self.settle(),
                Err(error) => {
                    self.settle();
                    self.failed(error);
                }
            }
        });
    }

    /// Shows what sync is doing. Who reads that all is there goes where there is no network: that is said only when this
    /// device has what it promises by, or the server has said that there is nothing.
    pub(super) fn phase_is(self, phase: Phase) {
        let waits = phase == Phase::Online && !self.parts.with_value(|it| it.settled.get());
        self.parts.with_value(|it| it.holds_online.set(waits));
        if !waits {
            self.fares(|it| it.phase = phase);
        }
    }

    fn settle(self) {
        let was_held = self.parts.with_value(|it| {
            it.settled.set(true);
            it.holds_online.replace(false)
        });
        if was_held {
            self.phase_is(Phase::Online);
        }
    }
}

/// Returns whether rows came of it.
async fn ask(app: App, me: UserId) -> Result<bool, StoreError> {
    let store = app.store();
    let Some(request) = signing::asking(&store, me, clock::now()).await? else { return Ok(false) };
    let handed_in = account::hand_in_key(&request).await;
    app.fares(|it| it.log_in_again = handed_in == HandedIn::LogInAgain);
    match handed_in {
        HandedIn::Known { news } => Ok(news),
        // from here on it may count on receipts; by another log-in it is handed in again
        HandedIn::Perhaps | HandedIn::LogInAgain => Ok(false),
        HandedIn::Refused => {
            store.drop_device_key().await?;
            Ok(false)
        }
    }
}
