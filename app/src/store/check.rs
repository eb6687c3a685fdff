//! Whether the rows that are kept here are those that the server has. Never looks into a row, and never changes one:
//! what is wrong comes anew.

use std::collections::BTreeMap;

use leeway_core::scope::Scope;
use leeway_core::sync::digest::Digest;
use leeway_core::values::Timestamp;
use uuid::Uuid;

use super::Store;
use super::database::{Mode, Range, Row, Tx};
use super::error::StoreError;
use super::facts::{self, Cursor};
use super::schema::{META, ROWS, SCOPE, after, meta};

/// What is kept here, as the server can compare it.
pub struct Digests {
    /// Where the last reveal stood.
    pub cookie: String,
    /// Of each scope that has rows here.
    pub scopes: BTreeMap<Scope, Digest>,
}

impl Store {
    /// Sums up the confirmed rows; `None` before the first sync has come to its end.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn digests(&self) -> Result<Option<Digests>, StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| {
            let cursor: Cursor = facts::read(tx, meta::CURSOR).await?.unwrap_or_default();
            let Some(cookie) = cursor.cookie.filter(|_| cursor.ready) else { return Ok(None) };
            let rows = tx.rows_by(ROWS, SCOPE, Range::Between("", &after("")), None).await?;
            let mut scopes = BTreeMap::<Scope, Digest>::new();
            for row in &rows {
                if let Some((scope, typ, id)) = place(row) {
                    let sum = scopes.entry(scope).or_default();
                    *sum = sum.with(&typ, id, row.rev());
                }
            }
            Ok(Some(Digests { cookie, scopes }))
        };
        self.connection().run(&[ROWS, META], Mode::Read, work).await
    }

    /// Takes note that the rows were compared. If they are not the server's, the next pull brings all of them.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't save.
    pub async fn checked(&self, are_right: bool, now: Timestamp) -> Result<(), StoreError> {
        let work = async |tx: &Tx<'_>, _: u32| {
            let mut cursor: Cursor = facts::read(tx, meta::CURSOR).await?.unwrap_or_default();
            cursor.checked = Some(now);
            if !are_right {
                (cursor.cookie, cursor.page) = (None, None);
            }
            facts::write(tx, meta::CURSOR, &cursor)
        };
        self.connection().run(&[META], Mode::Relaxed, work).await
    }
}

fn place(row: &Row) -> Option<(Scope, String, Uuid)> {
    let key = row.key()?;
    let (typ, id) = key.split_once('/')?;
    Some((row.scope()?.parse().ok()?, typ.to_owned(), id.parse().ok()?))
}
