//! Who uses this device: logging in and out, the password, the lock, and leaving for good.

use futures::future::try_join;
use leptos::task::spawn_local;

use super::App;
use crate::lock::Lock;
use crate::platform::{clock, known, page};
use crate::start::settle;
use crate::store::{Device, Store, StoreError};
use crate::sync::account::{
    self, AskError, LogInError, Named, OneTimePasswordError, PasswordError, PdfError, SignOutError,
};
use crate::sync::{Ring, Said, WaitState, summary};
use leeway_core::authority::{PublishLimits, Rehearsal};
use leeway_core::frameworks::Partner;
use leeway_core::paper::Language;
use leeway_core::spending::Report;
use leeway_core::sync::protocol::Session;
use leeway_core::values::{QuoteId, UnitId, UserId};
use leptos::prelude::*;

/// Clears a device of its user, and says so to the server.
///
/// # Errors
/// [`StoreError`] when this device can't save; then it has said nothing.
pub(crate) async fn clear_out(device: &Device, store: &Store) -> Result<(), StoreError> {
    store.clear().await?;
    device.remember(None).await?;
    known::note(None);
    let _ = account::log_out().await;
    Ok(())
}

/// Logging in and out.
impl App {
    /// Logs in. Somebody else than before has their own data: the page reloads.
    ///
    /// # Errors
    /// [`LogInError`].
    pub async fn log_in(self, login: &str, password: &str) -> Result<(), LogInError> {
        let session = account::log_in(login, password).await?;
        let before = self.me.get_untracked().map(|it| it.user);
        if before == Some(session.user) {
            self.remember(Some(&session)).await?;
            self.me.set(Some(session));
            self.fares(|it| it.log_in_again = false);
            self.look_for_grants();
            self.ring(Ring::Now);
        } else {
            self.say(&Said::OtherUser);
            let parts = self.parts.get_value();
            settle(&parts.device, &session).await?;
        }
        Ok(())
    }

    /// Logs out and clears this user's data from this device; the page reloads. `given_up`: so many unsent commands and
    /// photos the user gives up, by their own word.
    ///
    /// # Errors
    /// [`SignOutError`], above all when more or less than that waits.
    pub async fn sign_out(self, given_up: u32) -> Result<(), SignOutError> {
        match self.unsent().await? {
            unsent if unsent == given_up => account::log_out().await?,
            unsent => return Err(SignOutError::Unsent { unsent }),
        }
        // another tab may have written meanwhile: that work stays, for when this user comes back
        if self.unsent().await? == given_up {
            self.store().clear().await?;
        }
        self.remember(None).await?;
        self.say(&Said::OtherUser);
        page::replace("/");
        std::future::pending::<()>().await;
        Ok(())
    }

    /// Counts what this device alone has: commands and photos.
    async fn unsent(self) -> Result<u32, StoreError> {
        let store = self.store();
        let (queue, photos) = try_join(store.queue(), store.unsent_blobs()).await?;
        let commands = summary(&queue).into_iter().filter(|it| it.state != WaitState::Answered).count();
        Ok(u32::try_from(commands.saturating_add(photos)).unwrap_or(u32::MAX))
    }

    /// Changes the user's password.
    ///
    /// # Errors
    /// [`PasswordError`].
    pub async fn change_password(self, old: &str, new: &str) -> Result<(), PasswordError> {
        account::change_password(old, new).await?;
        if let Some(mut session) = self.me.get_untracked() {
            session.must_change_password = false;
            self.remember(Some(&session)).await?;
            self.me.set(Some(session));
        }
        self.ring(Ring::Now);
        Ok(())
    }

    /// Has the server make a password for a member, to be handed over; admins only.
    ///
    /// # Errors
    /// [`OneTimePasswordError`].
    pub async fn one_time_password(self, user: UserId) -> Result<String, OneTimePasswordError> {
        account::one_time_password(user).await
    }

    /// Has the server play the quotes of the last months by limits that are not published; admins only.
    ///
    /// # Errors
    /// [`AskError`].
    pub async fn rehearsal(self, draft: PublishLimits) -> Result<Rehearsal, AskError> {
        account::rehearsal(&draft).await
    }

    /// Asks the server what a unit gave beside what it won; the first of the user's units if none is named.
    ///
    /// # Errors
    /// [`AskError`].
    pub async fn spending(self, unit: Option<UnitId>) -> Result<Report, AskError> {
        account::spending(unit).await
    }

    /// Asks the server for customers with their framework agreements; admins only.
    ///
    /// # Errors
    /// [`AskError`].
    pub async fn partners(self, named: &Named) -> Result<Vec<Partner>, AskError> {
        account::partners(named).await
    }

    /// Has the server make the PDF of a quote's paper.
    ///
    /// # Errors
    /// [`PdfError`].
    pub async fn paper(self, quote: QuoteId, language: Language) -> Result<Vec<u8>, PdfError> {
        account::paper(quote, language, &page::origin()).await
    }

    /// Clears this device of the user, who or whose admin wants that: what could be sent was sent. Says so to the
    /// server last, which then forgets the log-in; should that fail, the next start does it.
    pub(super) fn clear_out(self) {
        spawn_local(async move {
            let parts = self.parts.get_value();
            if let Err(error) = clear_out(&parts.device, &parts.store).await {
                return self.failed(error);
            }
            self.say(&Said::OtherUser);
            page::replace(&format!("/{}", page::REMOVED));
        });
    }

    /// Returns the lock of this device.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub(crate) async fn lock(self) -> Result<Option<Lock>, StoreError> {
        let parts = self.parts.get_value();
        Ok(parts.device.who().await?.1)
    }

    /// Keeps the lock of this device; `None` ends it.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't save.
    pub(crate) async fn put_lock(self, lock: Option<Lock>) -> Result<(), StoreError> {
        let parts = self.parts.get_value();
        parts.device.put_lock(lock.as_ref()).await
    }

    /// Locks this device: every page loads anew, and stands before the lock.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't save.
    pub(crate) async fn lock_now(self, lock: Lock) -> Result<(), StoreError> {
        self.put_lock(Some(Lock { locked: true, ..lock })).await?;
        self.say(&Said::OtherUser);
        page::reload();
        Ok(())
    }

    /// Locks this device if its user was away for long enough.
    pub(crate) fn lock_if_due(self) {
        spawn_local(async move {
            let locked = async {
                match self.lock().await? {
                    Some(lock) if lock.is_due(known::left(), clock::now()) => self.lock_now(lock).await,
                    _ => Ok(()),
                }
            };
            if let Err(error) = locked.await {
                self.failed(error);
            }
        });
    }

    pub(super) async fn remember(self, session: Option<&Session>) -> Result<(), StoreError> {
        let parts = self.parts.get_value();
        parts.device.remember(session).await
    }
}
