//! The key by which this device signs: a thing of the browser's own, which it keeps beside the values and lets nobody
//! read.

use super::Store;
#[cfg(target_family = "wasm")]
use super::database::{At, Mode, Tx};
use super::error::StoreError;
#[cfg(target_family = "wasm")]
use super::schema::{META, meta};
use crate::platform::device_key::KeyPair;

#[cfg(target_family = "wasm")]
impl Store {
    /// Returns this device's key, if it has one.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn device_key(&self) -> Result<Option<KeyPair>, StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| tx.opaque(META, At::Name(meta::DEVICE_KEY)).await;
        Ok(self.connection().run(&[META], Mode::Read, work).await?.map(KeyPair::kept))
    }

    /// Keeps this device's key.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't save.
    pub async fn keep_device_key(&self, key: &KeyPair) -> Result<(), StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| tx.put_opaque(META, At::Name(meta::DEVICE_KEY), key.to_keep());
        self.connection().run(&[META], Mode::Strict, work).await
    }

    /// Forgets this device's key.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't save.
    pub async fn drop_device_key(&self) -> Result<(), StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| tx.delete(META, At::Name(meta::DEVICE_KEY));
        self.connection().run(&[META], Mode::Strict, work).await
    }
}

/// Outside of a browser nobody makes keys, and there is none.
#[cfg(not(target_family = "wasm"))]
impl Store {
    /// Returns this device's key, if it has one.
    ///
    /// # Errors
    /// Never.
    pub async fn device_key(&self) -> Result<Option<KeyPair>, StoreError> {
        Ok(None)
    }

    /// Keeps this device's key.
    ///
    /// # Errors
    /// Never.
    pub async fn keep_device_key(&self, _: &KeyPair) -> Result<(), StoreError> {
        Ok(())
    }

    /// Forgets this device's key.
    ///
    /// # Errors
    /// Never.
    pub async fn drop_device_key(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
