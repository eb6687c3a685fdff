//! Who uses this device. A database of its own, so that the app opens at once, also without a network.

use futures::future::join;
use leeway_core::sync::protocol::{RecoveryKeyAnswer, Session};

use super::database::{At, Connection, Layout, Mode, Tx};
use super::error::StoreError;
use super::facts;
use super::schema::META;
use crate::lock::Lock;

const NAME: &str = "leeway-device";
const SESSION: &str = "session";
const LOCK: &str = "lock";
/// Read by `public/rescue.js`, as is the session.
const RECOVERY_KEY: &str = "recovery_key";

/// Who uses this device.
pub struct Device(Connection);

impl Default for Device {
    fn default() -> Self {
        Self::named(NAME)
    }
}

impl Device {
    /// Opens the record of this name at its first use.
    pub fn named(name: &str) -> Self {
        Self(Connection::new(name, Layout::Device))
    }

    /// Returns who logged in last and has not logged out.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn session(&self) -> Result<Option<Session>, StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| facts::read(tx, SESSION).await;
        self.0.run(&[META], Mode::Read, work).await
    }

    /// Returns who logged in last, and the lock before what is theirs.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn who(&self) -> Result<(Option<Session>, Option<Lock>), StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| {
            let (session, lock) = join(facts::read(tx, SESSION), facts::read(tx, LOCK)).await;
            Ok((session?, lock?))
        };
        self.0.run(&[META], Mode::Read, work).await
    }

    /// Keeps the lock; `None`: there is none any more.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't save.
    pub async fn put_lock(&self, lock: Option<&Lock>) -> Result<(), StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| match lock {
            Some(lock) => facts::write(tx, LOCK, lock),
            None => tx.delete(META, At::Name(LOCK)),
        };
        self.0.run(&[META], Mode::Strict, work).await
    }

    /// Remembers who logged in; `None`: nobody, and no lock either.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't save.
    pub async fn remember(&self, session: Option<&Session>) -> Result<(), StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| match session {
            Some(session) => facts::write(tx, SESSION, session),
            None => {
                tx.delete(META, At::Name(SESSION))?;
                tx.delete(META, At::Name(LOCK))
            }
        };
        self.0.run(&[META], Mode::Strict, work).await
    }

    /// Keeps the organisation's recovery key, for an export without a network.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read or save.
    pub async fn keep_recovery_key(&self, answer: &RecoveryKeyAnswer) -> Result<(), StoreError> {
        let read = async |tx: &Tx<'_>, _: u32| facts::read::<RecoveryKeyAnswer>(tx, RECOVERY_KEY).await;
        if self.0.run(&[META], Mode::Read, read).await?.as_ref() == Some(answer) {
            return Ok(());
        }
        let work = async |tx: &Tx<'_>, _: u32| facts::write(tx, RECOVERY_KEY, answer);
        self.0.run(&[META], Mode::Relaxed, work).await
    }
}
