//! Public keys, and the records in which the organisation's and the devices' are kept. A private half is never here: the
//! phone's stays in its browser, which does not give it out, the server's in a file.

use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Chain, Flaw, Spent};
use crate::Entity;
use crate::record::entity;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{Bytes, ClientId, Date, KeyId, Money, Timestamp, UserId};

/// Bytes of an uncompressed point.
pub const POINT: usize = 65;

/// The public half of a P-256 key, checked to be a point of the curve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    point: [u8; POINT],
    key: VerifyingKey,
}

impl PublicKey {
    /// Reads an uncompressed point, which is how browsers write one.
    ///
    /// # Errors
    /// [`Flaw::Key`] when it is none of the curve.
    pub fn from_point(bytes: &[u8]) -> Result<Self, Flaw> {
        let point: [u8; POINT] = bytes.try_into().map_err(|_| Flaw::Key)?;
        let key = VerifyingKey::from_sec1_bytes(&point).map_err(|_| Flaw::Key)?;
        Ok(Self { point, key })
    }

    /// Returns the uncompressed point.
    pub const fn point(&self) -> &[u8; POINT] {
        &self.point
    }

    /// Returns its id, which follows from the point: nobody else's key has it.
    pub fn id(&self) -> KeyId {
        let mut id = [0; 16];
        id.copy_from_slice(&sha(&self.point)[..16]);
        KeyId::new(Uuid::from_bytes(id))
    }

    /// Says whether `signature` (r and s, 64 bytes) is this key's over `message`, by ES256.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|it| self.key.verify(message, &it).is_ok())
    }
}

/// Returns the SHA-256.
pub fn sha(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// A key by which the organisation signs grants; held by everybody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IssuerKey {
    /// Which one.
    pub id: KeyId,
    /// Its public half, an uncompressed point.
    pub public: Bytes,
    /// Since when.
    pub made_at: Timestamp,
    /// Since when it counts no more: somebody else may have come to know it. A key that was only followed by another one
    /// goes on proving what it has signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<Timestamp>,
}

/// Index: all keys of the organisation, oldest first.
pub const ISSUER_KEYS: &str = "issuer_key|";

/// Returns which of these keys count no more.
pub fn withdrawn<'a>(keys: impl IntoIterator<Item = &'a IssuerKey>) -> Vec<KeyId> {
    keys.into_iter().filter(|key| key.withdrawn_at.is_some()).map(|key| key.id).collect()
}

/// Withdraws a key of the organisation.
///
/// # Errors
/// [`Stop::Missing`] names rows that are needed; `NotFound` for a key that is none of the organisation's.
pub fn withdraw_key(rows: &Rows, id: KeyId, now: Timestamp) -> Result<Changes, Stop> {
    let key = rows.require::<IssuerKey>(id)?;
    match key.withdrawn_at {
        Some(_) => Ok(Changes::none()),
        None => Ok(Changes::none().put(IssuerKey { withdrawn_at: Some(now), ..key.clone() })),
    }
}

impl Entity for IssuerKey {
    entity!(IssuerKey, KeyId);

    fn scope(&self) -> Scope {
        Scope::Catalogue
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{ISSUER_KEYS}{}", self.made_at.in_index())]
    }
}

/// The key of a user's device, with how far its receipts have come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceKey {
    /// Which one.
    pub id: KeyId,
    /// Whose.
    pub user: UserId,
    /// On which device.
    pub client: ClientId,
    /// The organisation's number on its server: a receipt counts in no other.
    pub tenant: i64,
    /// Its public half, an uncompressed point.
    pub public: Bytes,
    /// Since when the server knows it, by the server's clock.
    pub enrolled_at: Timestamp,
    /// The device's own clock when it handed it in: since then it makes nothing binding without a receipt.
    pub since: Timestamp,
    /// How far its receipts have come.
    #[serde(default)]
    pub chain: Chain,
    /// What it has given away in the month of its last slice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<Spent>,
    /// Since when the device counts as lost, by the server's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost_at: Option<Timestamp>,
}

/// Index: all device keys, by user.
pub const DEVICE_KEYS: &str = "device_key|";

impl DeviceKey {
    /// Returns the index prefix of a user's keys.
    pub fn of_user(user: UserId) -> String {
        format!("{DEVICE_KEYS}{user}|")
    }

    /// Returns what it has given away in this month.
    pub fn spent_in(&self, month: Date) -> Money {
        self.spent.filter(|it| it.month == month).map_or(Money::ZERO, |it| it.money)
    }

    /// Says whether nothing that it signs from now on counts by itself: the device is lost, or has forked its chain.
    pub fn is_ended(&self) -> bool {
        self.lost_at.is_some() || self.chain.forked_at.is_some()
    }
}

impl Entity for DeviceKey {
    entity!(DeviceKey, KeyId);

    fn scope(&self) -> Scope {
        Scope::User(self.user)
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{}{}", Self::of_user(self.user), self.enrolled_at.in_index())]
    }
}
