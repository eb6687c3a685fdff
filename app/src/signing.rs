//! What this device may promise, and the receipt by which it does. Core says whether it may and what is signed, the
//! browser signs, [`crate::commands`] writes. Never decides anything, and never signs twice at one place.

use leeway_core::authority::Limits;
use leeway_core::calendar::WorkCalendar;
use leeway_core::organisation::{Member, Star};
use leeway_core::proof::{
    self, Allowance, Barrier, DEVICE_KEYS, DeviceKey, GRANTS, Grant, ISSUER_KEYS, IssuerKey, Pool, PublicKey,
    ReceiptClaims, Received, Spent, Standing, Terms, content_sha, may_bind,
};
use leeway_core::quotes::{Asks, Content, Finalise, Totals, Write, totals};
use leeway_core::sync::devices::KeyRequest;
use leeway_core::values::{Bytes, Date, KeyId, Money, Timestamp, UserId};
use leeway_core::{Body, authority};

use crate::platform::device_key::KeyPair;
use crate::platform::tab_lock::TabLock;
use crate::store::{Client, Cursor, Entry, Store, StoreError};

/// What this device holds to promise by, at one moment.
#[derive(Debug, Clone, PartialEq)]
pub enum Powers {
    /// A key that the server may know, or may not: no row has come. It promises nothing.
    HandedIn,
    /// A key that the server knows.
    Enrolled(Box<Enrolled>),
}

/// How a device stands that the server knows the key of.
#[derive(Debug, Clone, PartialEq)]
pub struct Enrolled {
    key: DeviceKey,
    grant: Option<Grant>,
    /// This device's clock at the last contact.
    contact: Timestamp,
    /// The latest that it was when something was asked since.
    latest: Timestamp,
    /// Promises that the server has not seen.
    unseen: usize,
    /// The last time that came from the server.
    server_time: Timestamp,
    /// How what the manager may give away in this month stands, by what is known here; `None`: there is no bound.
    pool: Option<Pool>,
}

impl Powers {
    /// Reads them; `None` on a device without a key: there, quotes are binding as they were before there were receipts.
    ///
    /// # Errors
    /// [`StoreError`] when this device can't read.
    pub async fn read(store: &Store, now: Timestamp) -> Result<Option<Self>, StoreError> {
        let (client, cursor) = store.standing().await?;
        let Some(key) = own_key(store, client).await? else {
            return Ok(store.device_key().await?.map(|_| Self::HandedIn));
        };
        let grants = store.list::<Grant>(&Grant::of_key(key.id)).await?;
        let user = key.user;
        let withdrawn = withdrawn(store).await?;
        let mut enrolled = Enrolled::of(key, (&grants, &withdrawn), &cursor, &store.queue().await?);
        let held = Held::read(store, user, now).await?;
        enrolled.pool = held.and_then(|held| enrolled.pool(held));
        Ok(Some(Self::Enrolled(Box::new(enrolled))))
    }

    /// Returns how what the manager may give away in this month stands; `None`: there is no bound.
    pub fn pool(&self) -> Option<Pool> {
        match self {
            Self::HandedIn => None,
            Self::Enrolled(it) => it.pool,
        }
    }

    /// Returns what this device may still give away in this month, where there is a bound.
    pub fn left(&self) -> Money {
        match self {
            Self::HandedIn => Money::ZERO,
            Self::Enrolled(it) => it.left(),
        }
    }

    /// Says whether this device may make a quote of this total binding now that is judged by these limits.
    ///
    /// # Errors
    /// [`Barrier`] says why it may not.
    pub fn may_bind(
        &self,
        limits: &Limits,
        star: Star,
        sums: &Totals,
        now: Timestamp,
    ) -> Result<Allowance, Barrier> {
        let Self::Enrolled(it) = self else { return Err(Barrier::NoGrant) };
        let Enrolled { contact, latest, unseen, .. } = **it;
        let standing = Standing { now, contact, latest, unseen };
        let grant = it.grant.as_ref().filter(|grant| (grant.limits, grant.star) == (limits.id, star));
        may_bind(&it.key, grant, &standing, Some((sums.total, limits.of_star(star).deal_cap)))
    }
}

impl Enrolled {
    fn of(
        key: DeviceKey,
        (grants, withdrawn): (&[Grant], &[KeyId]),
        cursor: &Cursor,
        queue: &[Entry],
    ) -> Self {
        let grant = proof::newest_good(grants, withdrawn).cloned();
        let issued_at = grant.as_ref().map(|grant| grant.issued_at);
        Self {
            key: last_signed(key, queue, grants),
            grant,
            contact: cursor.last_success.unwrap_or_default(),
            latest: queue.iter().map(|entry| entry.envelope.at).max().unwrap_or_default(),
            unseen: queue.iter().filter(|it| it.state.is_pending() && receipt_of(it).is_some()).count(),
            server_time: cursor.server_time.max(issued_at).unwrap_or_default(),
            pool: None,
        }
    }

    /// Counts the pool with what this device has given away and the server has not seen.
    fn pool(&self, mut held: Held) -> Option<Pool> {
        held.keys.iter_mut().filter(|key| key.id == self.key.id).for_each(|key| *key = self.key.clone());
        held.asked(|terms, keys, grants| terms.pool(keys, grants))
    }

    fn left(&self) -> Money {
        self.grant.as_ref().map_or(Money::ZERO, |grant| proof::left(&self.key, grant))
    }

    fn claims(
        &self,
        made: &Finalise,
        content: &Content,
        sums: &Totals,
        at: Timestamp,
    ) -> Option<ReceiptClaims> {
        let grant = self.grant.as_ref()?;
        // another tab may have spent it meanwhile
        if grant.slice.is_some() && sums.cut > self.left() {
            return None;
        }
        Some(ReceiptClaims {
            grant: grant.id,
            quote: made.quote,
            content_sha: content_sha(content),
            customer: content.customer,
            total: sums.total,
            discount: sums.effective,
            seq: self.key.chain.seq + 1,
            previous: self.key.chain.previous(),
            at,
            server_time: self.server_time,
            spent: match grant.slice {
                Some(slice) => Some(self.key.spent_in(slice.month).checked_add(sums.cut)?),
                None => None,
            },
        })
    }
}

/// Returns the row of this device's key, as the server knows it.
async fn own_key(store: &Store, client: Client) -> Result<Option<DeviceKey>, StoreError> {
    let keys = store.list::<DeviceKey>(DEVICE_KEYS).await?;
    Ok(keys.into_iter().filter(|key| key.client == client.id).max_by_key(|key| key.enrolled_at))
}

/// Returns the keys of the organisation that count no more.
async fn withdrawn(store: &Store) -> Result<Vec<KeyId>, StoreError> {
    Ok(proof::withdrawn(&store.list::<IssuerKey>(ISSUER_KEYS).await?))
}

fn receipt_of(entry: &Entry) -> Option<Bytes> {
    match entry.envelope.open().ok()?.body {
        Body::Quotes(Write::Finalise(it)) => it.receipt,
        _ => None,
    }
}

/// Returns the key as it has signed and given away: also what stands in the queue without effect, for it was signed all
/// the same.
fn last_signed(key: DeviceKey, queue: &[Entry], grants: &[Grant]) -> DeviceKey {
    let queued = queue.iter().filter_map(receipt_of).filter_map(|sealed| {
        let received = Received::read(&sealed).ok().filter(|it| it.key() == key.id)?;
        (received.seq() > key.chain.seq).then_some((received, sealed))
    });
    let Some((last, sealed)) = queued.max_by_key(|(received, _)| received.seq()) else { return key };
    let slice = grants.iter().find(|grant| grant.id == last.grant()).and_then(|grant| grant.slice);
    let spent = slice.zip(last.spent()).map(|(slice, money)| Spent { month: slice.month, money });
    DeviceKey { chain: key.chain.with(last.seq(), &sealed), spent: spent.or(key.spent), ..key }
}

/// A quote with its receipt. No other tab signs until this is dropped: keep it until the quote is written.
pub struct Signed {
    /// What is asked for.
    pub made: Finalise,
    _lock: Option<TabLock>,
}

impl Signed {
    /// Takes what needs no receipt.
    pub const fn unsigned(made: Finalise) -> Self {
        Self { made, _lock: None }
    }
}

/// Signs a quote that is to be binding. One that this device may not promise is asked for instead.
///
/// # Errors
/// [`StoreError`] when this device can't read.
pub async fn sign(
    store: &Store,
    made: Finalise,
    content: &Content,
    limits: &Limits,
    now: Timestamp,
) -> Result<Signed, StoreError> {
    let lock = TabLock::acquire("leeway-sign").await;
    let Some(powers) = Powers::read(store, now).await? else { return Ok(Signed::unsigned(made)) };
    match receipt(store, &powers, &made, (content, limits), now).await? {
        Some(receipt) => {
            let made = Finalise { receipt: Some(receipt), ..made };
            Ok(Signed { made, _lock: Some(lock) })
        }
        None => Ok(Signed::unsigned(Finalise { asks: Asks::Approval, ..made })),
    }
}

async fn receipt(
    store: &Store,
    powers: &Powers,
    made: &Finalise,
    (content, limits): (&Content, &Limits),
    now: Timestamp,
) -> Result<Option<Bytes>, StoreError> {
    let Ok(sums) = totals(content) else { return Ok(None) };
    let (Powers::Enrolled(it), Ok(_)) = (powers, powers.may_bind(limits, made.star, &sums, now)) else {
        return Ok(None);
    };
    let Some(claims) = it.claims(made, content, &sums, now) else { return Ok(None) };
    let Some(pair) = store.device_key().await? else { return Ok(None) };
    if key_id(&pair).await != Some(it.key.id) {
        return Ok(None);
    }
    let unsigned = claims.unsigned(it.key.tenant, it.key.id);
    let signature = pair.sign(&unsigned.to_be_signed()).await;
    Ok(signature.map(|signature| unsigned.signed(signature)))
}

async fn key_id(pair: &KeyPair) -> Option<KeyId> {
    PublicKey::from_point(&pair.public().await?).ok().map(|key| key.id())
}

/// Says what to hand in, if a grant is needed now; makes a key where there is none.
///
/// # Errors
/// [`StoreError`] when this device can't read or save.
pub async fn asking(store: &Store, me: UserId, now: Timestamp) -> Result<Option<KeyRequest>, StoreError> {
    let (client, cursor) = store.standing().await?;
    if !cursor.ready {
        return Ok(None);
    }
    let known = own_key(store, client).await?;
    let pair = store.device_key().await?;
    let public = match &pair {
        Some(pair) => pair.public().await,
        None => None,
    };
    let id = public.as_deref().and_then(|point| PublicKey::from_point(point).ok()).map(|key| key.id());
    if let (Some(known), Some(public)) = (&known, &public)
        && id == Some(known.id)
    {
        let asks = KeyRequest { client: client.id, key: Bytes(public.clone()), at: now };
        return Ok(needs(store, known, me, now).await?.then_some(asks));
    }
    // a key that another store was known by stays that store's
    let foreign = match id {
        Some(id) => store.get::<DeviceKey>(id).await?.is_some_and(|key| key.client != client.id),
        None => true,
    };
    let public = if foreign { fresh(store).await? } else { public };
    Ok(public.map(|public| KeyRequest { client: client.id, key: Bytes(public), at: now }))
}

async fn fresh(store: &Store) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(pair) = KeyPair::make().await else { return Ok(None) };
    store.keep_device_key(&pair).await?;
    Ok(pair.public().await)
}

async fn needs(store: &Store, key: &DeviceKey, me: UserId, now: Timestamp) -> Result<bool, StoreError> {
    let Some(held) = Held::read(store, me, now).await?.filter(|_| !key.is_ended()) else { return Ok(false) };
    Ok(!held.asked(|terms, keys, grants| terms.suffice(key, keys, grants)))
}

/// What all devices of a user hold, and by what they are granted more.
struct Held {
    limits: Limits,
    star: Star,
    month: Date,
    now: Timestamp,
    keys: Vec<DeviceKey>,
    grants: Vec<Grant>,
    withdrawn: Vec<KeyId>,
}

impl Held {
    /// Reads it; `None` where no limits are in force.
    async fn read(store: &Store, me: UserId, now: Timestamp) -> Result<Option<Self>, StoreError> {
        let limits = store.list::<Limits>(authority::LIMITS).await?;
        let Some(limits) = authority::current(&limits).cloned() else { return Ok(None) };
        let time = store.get::<WorkCalendar>(WorkCalendar::ID).await?.map(|it| it.time).unwrap_or_default();
        Ok(Some(Self {
            limits,
            star: store.get::<Member>(me).await?.map_or(Star::ONE, |member| member.star()),
            month: now.date_at(time.offset).first_of_month(),
            now,
            keys: store.list::<DeviceKey>(&DeviceKey::of_user(me)).await?,
            grants: store.list::<Grant>(GRANTS).await?,
            withdrawn: withdrawn(store).await?,
        }))
    }

    fn asked<T>(&self, ask: impl FnOnce(&Terms<'_>, &[&DeviceKey], &[&Grant]) -> T) -> T {
        let Self { limits, star, month, now, withdrawn, .. } = self;
        let terms = Terms { limits, star: *star, month: *month, now: *now, withdrawn };
        let (keys, grants) = (self.keys.iter().collect::<Vec<_>>(), self.grants.iter().collect::<Vec<_>>());
        ask(&terms, &keys, &grants)
    }
}

#[cfg(test)]
mod tests;
