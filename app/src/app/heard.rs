//! What the app hears, of the loop in this tab and of other tabs, and what it tells those.

use leeway_core::sync::protocol::Session;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::App;
use crate::platform::channel::Channel;
use crate::platform::page;
use crate::store::StoreError;
use crate::sync::account;
use crate::sync::{Bell, News, Ring, Said, SyncStatus};

impl App {
    /// Says whether sync runs in this tab.
    pub(crate) fn leads(self) -> bool {
        self.parts.with_value(|it| it.leads.get())
    }

    /// Rings for sync, in whichever tab it runs.
    pub(crate) fn ring(self, ring: Ring) {
        self.parts.with_value(|it| it.bell.ring(ring));
        self.say(&Said::Ring { now: ring == Ring::Now });
    }

    /// Returns the bell that sync listens to.
    pub(crate) fn bell(self) -> Bell {
        self.parts.with_value(|it| it.bell.clone())
    }

    /// Opens the channel to the other tabs.
    pub(crate) fn connect(self, channel: Channel) {
        self.parts.with_value(|it| it.channel.replace(Some(channel)));
        self.say(&Said::Hello);
    }

    pub(super) fn say(self, said: &Said) {
        self.parts.with_value(|it| {
            if let Some(channel) = &*it.channel.borrow() {
                channel.say(&said.to_text());
            }
        });
    }

    /// Hears another tab.
    pub(crate) fn hear(self, said: Said) {
        match said {
            Said::Rows => self.read_rows(),
            Said::Queue => self.read_queue(),
            Said::Took => {
                self.read_rows();
                self.read_queue();
                self.bell().ring(Ring::Soon);
            }
            Said::Ring { now } => {
                let ring = if now { Ring::Now } else { Ring::Soon };
                self.bell().ring(ring);
            }
            Said::Hello => self.say_how_it_fares(),
            Said::Fares { phase, last_success, clock_off } => self.status.update(|it| {
                (it.phase, it.last_success, it.clock_off) = (phase, last_success, clock_off);
            }),
            Said::OtherUser => page::replace("/"),
        }
    }

    /// Hears the loop of this tab.
    pub(crate) fn heed(self, news: News) {
        self.parts.with_value(|it| it.leads.set(true));
        match news {
            News::Rows => {
                self.read_rows();
                self.look_for_grants();
                self.say(&Said::Rows);
            }
            News::Queue => self.queue_changed(),
            News::Who(session) => {
                self.take_who(session);
                self.fetch_recovery_key();
            }
            News::MustChangePassword => {
                if let Some(mut session) = self.me.get_untracked() {
                    session.must_change_password = true;
                    self.take_who(session);
                }
            }
            News::Wiped => self.failed(StoreError::Wiped),
            News::Removed => self.clear_out(),
            News::Phase(phase) => self.phase_is(phase),
            News::Success(at) => {
                self.fares(|it| it.last_success = Some(at));
                self.keep_granted();
            }
            News::ClockOff(off) => self.fares(|it| it.clock_off = off),
        }
    }

    pub(super) fn fares(self, change: impl FnOnce(&mut SyncStatus)) {
        let before = self.status.get_untracked();
        let mut after = before.clone();
        change(&mut after);
        if after != before {
            self.status.set(after);
            self.say_how_it_fares();
        }
    }

    fn say_how_it_fares(self) {
        if self.leads() {
            let SyncStatus { phase, last_success, clock_off, .. } = self.status.get_untracked();
            self.say(&Said::Fares { phase, last_success, clock_off });
        }
    }

    fn take_who(self, session: Session) {
        if self.me.get_untracked().as_ref() != Some(&session) {
            self.me.set(Some(session.clone()));
            spawn_local(async move {
                if let Err(error) = self.remember(Some(&session)).await {
                    self.failed(error);
                }
            });
        }
    }

    fn fetch_recovery_key(self) {
        spawn_local(async move {
            // without an answer the one of before is good still
            if let Some(answer) = account::recovery_key().await {
                let parts = self.parts.get_value();
                if let Err(error) = parts.device.keep_recovery_key(&answer).await {
                    self.failed(error);
                }
            }
        });
    }
}
