//! A grant: what the organisation lets a device promise without asking, for some days. The server issues it when the
//! device asks ([`issue`]); customers and phones can check it without a secret.

use ciborium::Value;
use serde::{Deserialize, Serialize};

use super::claims::{self, Claims, label};
use super::sealed::{Kind, Opened, Unsigned};
use super::{DeviceKey, Flaw, PublicKey, sha};
use crate::Entity;
use crate::authority::{self, LIMITS, Limits};
use crate::organisation::{Member, Star};
use crate::record::entity;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{Bytes, ClientId, GrantId, KeyId, LimitsId, Timestamp, UserId};

/// How long a grant lives. Within it, hard counters bound what is promised far from the server.
pub const LIFE_MS: i64 = 72 * 60 * 60 * 1_000;
/// A grant with less than this left is to be renewed.
pub const RENEW_MS: i64 = LIFE_MS / 2;
/// How long after its end what was signed under a grant may still arrive.
pub const LATE_MS: i64 = 14 * 24 * 60 * 60 * 1_000;

/// What a grant says.
#[derive(Debug, Clone, PartialEq)]
pub struct GrantClaims {
    /// Which one.
    pub id: GrantId,
    /// The organisation's name.
    pub issuer: String,
    /// The organisation's number on its server.
    pub tenant: i64,
    /// Who may promise.
    pub user: UserId,
    /// The device's store.
    pub client: ClientId,
    /// The key by which promises are signed.
    pub key: PublicKey,
    /// The server's time when it was issued; it counts from then on.
    pub issued_at: Timestamp,
    /// The end.
    pub expires_at: Timestamp,
    /// By which limits.
    pub limits: LimitsId,
    /// SHA-256 of those limits as they are stored.
    pub limits_sha: [u8; 32],
    /// As a manager of which rating.
    pub star: Star,
}

impl GrantClaims {
    fn to_payload(&self) -> Vec<u8> {
        use label::{AUD, CNF, CTI, DEVICE, EXP, IAT, ISS, LIMITS, LIMITS_SHA, NBF, STAR, SUB};
        claims::write(vec![
            (ISS, Value::from(self.issuer.as_str())),
            (SUB, claims::id(self.user)),
            (AUD, Value::from(self.tenant.to_string())),
            (EXP, claims::moment(self.expires_at)),
            (NBF, claims::moment(self.issued_at)),
            (IAT, claims::moment(self.issued_at)),
            (CTI, claims::id(self.id)),
            (CNF, confirmation(&self.key)),
            (DEVICE, claims::id(self.client)),
            (LIMITS, claims::id(self.limits)),
            (LIMITS_SHA, claims::bytes(self.limits_sha)),
            (STAR, Value::from(self.star.get())),
        ])
    }

    pub(super) fn from_payload(payload: &[u8]) -> Result<Self, Flaw> {
        let mut read = Claims::read(payload)?;
        let star = u8::try_from(read.number(label::STAR)?).map_err(|_| Flaw::Claims)?;
        let it = Self {
            id: read.id(label::CTI, GrantId::new)?,
            issuer: read.text(label::ISS)?,
            tenant: read.text(label::AUD)?.parse().map_err(|_| Flaw::Claims)?,
            user: read.id(label::SUB, UserId::new)?,
            client: read.id(label::DEVICE, ClientId::new)?,
            key: confirmed(read.take(label::CNF)?)?,
            issued_at: read.moment(label::IAT)?,
            expires_at: read.moment(label::EXP)?,
            limits: read.id(label::LIMITS, LimitsId::new)?,
            limits_sha: read.bytes(label::LIMITS_SHA)?,
            star: Star::try_from(star).map_err(|_| Flaw::Claims)?,
        };
        // one written form: nothing more in it, nothing twice, nothing in other words
        if it.to_payload() == payload { Ok(it) } else { Err(Flaw::NotCanonical) }
    }

    /// Puts it into an envelope, to be signed by the organisation's key.
    pub fn unsigned(&self, issuer: KeyId) -> Unsigned {
        Unsigned::new(Kind::Grant, self.tenant, issuer, self.to_payload())
    }

    /// Reads a grant that this key has signed for this organisation.
    ///
    /// # Errors
    /// [`Flaw`] says what is wrong with it.
    pub fn verify(bytes: &[u8], tenant: i64, issuer: &PublicKey) -> Result<Self, Flaw> {
        let opened = Opened::read(bytes, Kind::Grant)?;
        let it = Self::from_payload(opened.verify(tenant, issuer)?)?;
        if it.tenant == tenant { Ok(it) } else { Err(Flaw::Foreign) }
    }
}

/// A COSE key: an EC2 key (1: 2) on P-256 (-1: 1) with x and y.
fn confirmation(key: &PublicKey) -> Value {
    let (x, y) = key.point()[1..].split_at(32);
    let pairs = [
        (1, Value::from(2)),
        (-1, Value::from(1)),
        (-2, Value::Bytes(x.to_vec())),
        (-3, Value::Bytes(y.to_vec())),
    ];
    let cose = pairs.into_iter().map(|(name, value)| (Value::from(name), value)).collect();
    Value::Map(vec![(Value::from(1), Value::Map(cose))])
}

fn confirmed(value: Value) -> Result<PublicKey, Flaw> {
    let map = |value: Value| value.into_map().map_err(|_| Flaw::Claims);
    let (_, cose) = map(value)?.pop().ok_or(Flaw::Claims)?;
    let mut point = vec![4];
    for (_, coordinate) in map(cose)?.into_iter().skip(2) {
        point.extend(coordinate.into_bytes().map_err(|_| Flaw::Claims)?);
    }
    PublicKey::from_point(&point)
}

/// A grant as it was issued.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    /// Which one.
    pub id: GrantId,
    /// Who may promise.
    pub user: UserId,
    /// By which key.
    pub key: KeyId,
    /// By which limits.
    pub limits: LimitsId,
    /// As a manager of which rating.
    pub star: Star,
    /// Since when, by the server's clock.
    pub issued_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// The grant itself, as signed.
    pub sealed: Bytes,
}

/// Index: all grants, by key.
pub const GRANTS: &str = "grant|";

impl Grant {
    /// Returns the index prefix of a key's grants, oldest first.
    pub fn of_key(key: KeyId) -> String {
        format!("{GRANTS}{key}|")
    }

    /// Takes note of a grant that was signed.
    pub fn issued(claims: &GrantClaims, sealed: Bytes) -> Self {
        Self {
            id: claims.id,
            user: claims.user,
            key: claims.key.id(),
            limits: claims.limits,
            star: claims.star,
            issued_at: claims.issued_at,
            expires_at: claims.expires_at,
            sealed,
        }
    }

    /// Says whether no other one is needed now: it has half of its life, and says what its user may give today.
    pub fn is_fresh(&self, now: Timestamp, limits: Option<LimitsId>, star: Star) -> bool {
        let left = self.expires_at.ms().saturating_sub(now.ms());
        (RENEW_MS..=LIFE_MS).contains(&left) && Some(self.limits) == limits && self.star == star
    }
}

impl Entity for Grant {
    entity!(Grant, GrantId);

    fn scope(&self) -> Scope {
        Scope::User(self.user)
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{}{:015}", Self::of_key(self.key), self.issued_at.ms().max(0))]
    }
}

/// Returns the newest of these grants.
pub fn newest<'a>(grants: impl IntoIterator<Item = &'a Grant>) -> Option<&'a Grant> {
    grants.into_iter().max_by_key(|it| (it.issued_at, it.id))
}

/// Who issues a grant, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Issuing {
    /// The id of the grant to be made.
    pub grant: GrantId,
    /// The organisation's name.
    pub issuer: String,
    /// The server's clock.
    pub now: Timestamp,
}

/// What comes of a device's asking for a grant.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// This one is to be signed; with it go those that nothing can arrive under any more.
    Due(Box<GrantClaims>, Changes),
    /// The one that it has will do.
    Fresh,
    /// There is nothing to grant: no limits are in force, or the device is lost or has forked.
    Nothing,
}

/// Decides on what a device is granted that asks with this key.
///
/// # Errors
/// [`Stop::Missing`] names rows that are needed; [`GeneralError::Forbidden`] for who may not act.
pub fn issue(rows: &Rows, key: KeyId, it: &Issuing) -> Result<Asked, Stop> {
    let key = rows.require::<DeviceKey>(key)?;
    let member = match rows.find::<Member>(key.user)? {
        Some(member) if member.active => member,
        _ => return Err(GeneralError::Forbidden.into()),
    };
    let Some(limits) = authority::current(rows.list::<Limits>(LIMITS)?) else { return Ok(Asked::Nothing) };
    if key.lost_at.is_some() || key.chain.forked_at.is_some() {
        return Ok(Asked::Nothing);
    }
    let grants = rows.list::<Grant>(&Grant::of_key(key.id))?;
    if newest(grants.iter().copied())
        .is_some_and(|it_has| it_has.is_fresh(it.now, Some(limits.id), member.star()))
    {
        return Ok(Asked::Fresh);
    }
    let over = grants.into_iter().filter(|grant| grant.expires_at.ms() + LATE_MS < it.now.ms());
    let changes = over.fold(Changes::none(), |changes, grant| changes.remove(Grant::key(grant.id)));
    // whole seconds, as the envelope has it: the row says the same
    let issued_at = Timestamp::from_ms(it.now.ms().div_euclid(1_000) * 1_000);
    let claims = GrantClaims {
        id: it.grant,
        issuer: it.issuer.clone(),
        tenant: key.tenant,
        user: key.user,
        client: key.client,
        key: PublicKey::from_point(&key.public.0).map_err(|_| GeneralError::Forbidden)?,
        issued_at,
        expires_at: Timestamp::from_ms(issued_at.ms() + LIFE_MS),
        limits: limits.id,
        limits_sha: limits_sha(limits),
        star: member.star(),
    };
    Ok(Asked::Due(Box::new(claims), changes))
}

/// Returns the SHA-256 of limits as they are stored.
pub fn limits_sha(limits: &Limits) -> [u8; 32] {
    sha(&serde_json::to_vec(limits).unwrap_or_default())
}

/// Takes note of a device's key.
///
/// # Errors
/// [`Stop::Missing`] names rows that are needed; [`GeneralError::Forbidden`] for a key that is another device's.
pub fn enrol(rows: &Rows, it: DeviceKey) -> Result<Changes, Stop> {
    match rows.find::<DeviceKey>(it.id)? {
        None => Ok(Changes::none().put(it)),
        Some(known) if (known.user, known.client) == (it.user, it.client) => Ok(Changes::none()),
        Some(_) => Err(GeneralError::Forbidden.into()),
    }
}

/// Takes note that a device is lost.
///
/// # Errors
/// [`Stop::Missing`] names rows that are needed; it never refuses.
pub fn lose(rows: &Rows, user: UserId, client: ClientId, now: Timestamp) -> Result<Changes, Stop> {
    let keys = rows.list::<DeviceKey>(&DeviceKey::of_user(user))?;
    let lost = keys.into_iter().filter(|key| key.client == client && key.lost_at.is_none());
    let changes = lost.map(|key| DeviceKey { lost_at: Some(now), ..key.clone() });
    Ok(changes.fold(Changes::none(), Changes::put))
}
