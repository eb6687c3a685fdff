//! A grant: what the organisation lets a device promise without asking, for some days. The server issues it when the
//! device asks ([`issue`]); customers and phones can check it without a secret.

use ciborium::Value;
use serde::{Deserialize, Serialize};

use super::claims::{self, Claims, label};
use super::sealed::{Kind, Opened, Unsigned};
use super::slices;
use super::{DeviceKey, Flaw, ISSUER_KEYS, IssuerKey, Pool, PublicKey, Slice, sha, withdrawn};
use crate::Entity;
use crate::authority::{self, LIMITS, Limits};
use crate::calendar;
use crate::organisation::{Member, Star};
use crate::record::entity;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{Bytes, ClientId, Date, GrantId, KeyId, LimitsId, Timestamp, UserId};

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
    /// What may be given away, where there is a bound for the month.
    pub slice: Option<Slice>,
}

impl GrantClaims {
    fn to_payload(&self) -> Vec<u8> {
        use label::{AUD, CNF, CTI, DEVICE, EXP, IAT, ISS, LIMITS, LIMITS_SHA, MONTH, NBF, ROOM, STAR, SUB};
        let slice = self.slice.map(|slice| {
            [(MONTH, Value::from(slice.month.to_string())), (ROOM, Value::from(slice.room.fen()))]
        });
        let mut claims = vec![
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
        ];
        claims.extend(slice.into_iter().flatten());
        claims::write(claims)
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
            slice: match read.money(label::ROOM)? {
                Some(room) => {
                    let month = read.text(label::MONTH)?.parse().map_err(|_| Flaw::Claims)?;
                    Some(Slice { month, room })
                }
                None => None,
            },
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
    /// What may be given away, where there is a bound for the month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slice: Option<Slice>,
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

    /// Returns by which key of the organisation it is signed.
    pub fn issuer(&self) -> Option<KeyId> {
        Opened::read(&self.sealed.0, Kind::Grant).ok().map(|opened| opened.key)
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
            slice: claims.slice,
            sealed,
        }
    }
}

impl Entity for Grant {
    entity!(Grant, GrantId);

    fn scope(&self) -> Scope {
        Scope::User(self.user)
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{}{}", Self::of_key(self.key), self.issued_at.in_index())]
    }
}

/// Returns the newest of these grants.
pub fn newest<'a>(grants: impl IntoIterator<Item = &'a Grant>) -> Option<&'a Grant> {
    grants.into_iter().max_by_key(|it| (it.issued_at, it.id))
}

/// Returns the newest of these grants, unless a key has signed it that the organisation has withdrawn: customers would
/// be told that it is not genuine.
pub fn newest_good<'a>(
    grants: impl IntoIterator<Item = &'a Grant>,
    withdrawn: &[KeyId],
) -> Option<&'a Grant> {
    newest(grants)
        .filter(|it| withdrawn.is_empty() || it.issuer().is_some_and(|key| !withdrawn.contains(&key)))
}

/// By what devices are granted something at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The limits in force.
    pub limits: &'a Limits,
    /// The manager's rating.
    pub star: Star,
    /// The first day of the month.
    pub month: Date,
    /// The clock.
    pub now: Timestamp,
    /// Keys of the organisation that count no more.
    pub withdrawn: &'a [KeyId],
}

impl Terms<'_> {
    /// Returns how the manager's pool of the month stands with these keys and their grants; `None`: there is no bound.
    pub fn pool(&self, keys: &[&DeviceKey], grants: &[&Grant]) -> Option<Pool> {
        let size = self.limits.of_star(self.star).month_max?;
        Some(Pool::of((self.month, size), keys, grants, self.now))
    }

    /// Returns the slice that this device is to have now.
    fn slice(&self, key: &DeviceKey, keys: &[&DeviceKey], grants: &[&Grant]) -> Option<Slice> {
        let more = self.pool(keys, grants)?.cut(key, grants, self.now);
        let room = more.unwrap_or_else(|| slices::held(key, grants, self.month, self.now));
        Some(Slice { month: self.month, room })
    }

    /// Says whether this device needs no other grant now: what it has lives on for half of its life, and says what its
    /// manager may give today.
    pub fn suffice(&self, key: &DeviceKey, keys: &[&DeviceKey], grants: &[&Grant]) -> bool {
        let own = grants.iter().copied().filter(|grant| grant.key == key.id);
        newest_good(own, self.withdrawn).is_some_and(|has| {
            let left = has.expires_at.ms().saturating_sub(self.now.ms());
            (RENEW_MS..=LIFE_MS).contains(&left)
                && (has.limits, has.star) == (self.limits.id, self.star)
                && has.slice == self.slice(key, keys, grants)
        })
    }
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
    if key.is_ended() {
        return Ok(Asked::Nothing);
    }
    let month = it.now.date_at(calendar::work_time(rows)?.offset).first_of_month();
    let withdrawn = withdrawn(rows.list::<IssuerKey>(ISSUER_KEYS)?);
    let terms = Terms { limits, star: member.star(), month, now: it.now, withdrawn: &withdrawn };
    let keys = rows.list::<DeviceKey>(&DeviceKey::of_user(key.user))?;
    rows.ask_lists(keys.iter().map(|key| Grant::of_key(key.id)))?;
    let mut grants = Vec::new();
    for key in &keys {
        grants.extend(rows.list::<Grant>(&Grant::of_key(key.id))?);
    }
    if terms.suffice(key, &keys, &grants) {
        return Ok(Asked::Fresh);
    }
    let slice = terms.slice(key, &keys, &grants);
    let over = |grant: &&&Grant| grant.key == key.id && grant.expires_at.ms() + LATE_MS < it.now.ms();
    let over = grants.iter().filter(over);
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
        star: terms.star,
        slice,
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
