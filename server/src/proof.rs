//! Grants: the organisation's key ([`crate::issuer`]) signs what core says that a device may promise. **Never** a rule of
//! its own.

use leeway_core::proof::{self, Asked, DeviceKey, Evidence, Genuine, IssuerKey, Issuing, PublicKey};
use leeway_core::sync::devices::KeyRequest;
use leeway_core::values::{ClientId, GrantId, KeyId, Timestamp, UserId};
use leeway_core::{Changes, Coverage, Entity as _, Rows, Stop};

use crate::app::{App, detached};
use crate::auth::Actor;
use crate::auth::token::fresh_id;
use crate::db::{self, Reading, Writing, retrying};
use crate::error::ApiError;
use crate::rules::decided;

/// How old a log-in may be by which a device's key becomes known: whoever finds a phone with an open log-in and an empty
/// store can't promise anything by it.
const FRESH_MS: i64 = 5 * 60 * 1_000;

/// Enrols a device's key, and grants it what core says. Returns whether a row came of it.
///
/// # Errors
/// [`ApiError::ForeignClient`] for a device that this log-in is not on, [`ApiError::BadRequest`] for what is no key,
/// [`ApiError::Forbidden`] for somebody else's, [`ApiError::LogInAgain`] for a new one by an old log-in.
pub async fn ask(app: &App, actor: &Actor, request: KeyRequest) -> Result<bool, ApiError> {
    let KeyRequest { client, key: public, at: since } = request;
    if actor.device.is_none_or(|device| device.client != client) {
        return Err(ApiError::ForeignClient);
    }
    let key = PublicKey::from_point(&public.0).map_err(|flaw| ApiError::BadRequest(flaw.to_string()))?;
    let (app, user, now) = (app.clone(), actor.user(), app.clock.now());
    let is_fresh = now.ms().saturating_sub(actor.since.ms()) <= FRESH_MS;
    let asks = DeviceKey {
        id: key.id(),
        user,
        client,
        tenant: app.tenant.number(),
        public,
        enrolled_at: now,
        since,
        chain: proof::Chain::default(),
        spent: None,
        lost_at: None,
    };
    detached(async move {
        let (app, asks) = (&app, &asks);
        retrying(app.db.as_ref(), app.tenant, |tx| async move { settle(app, tx, asks, is_fresh).await }).await
    })
    .await
}

async fn settle(
    app: &App,
    mut tx: Box<dyn Writing>,
    asks: &DeviceKey,
    is_fresh: bool,
) -> Result<bool, ApiError> {
    let mut rows = Rows::new(Coverage::Whole);
    let enrolled = run(tx.as_mut(), &mut rows, |rows| proof::enrol(rows, asks.clone())).await?;
    if enrolled != Changes::none() && !is_fresh {
        return Err(ApiError::LogInAgain);
    }
    rows.absorb(&enrolled);
    let issuing = Issuing {
        grant: GrantId::new(fresh_id()?),
        issuer: app.organisation.name.clone(),
        now: asks.enrolled_at,
    };
    let granted = match run(tx.as_mut(), &mut rows, |rows| proof::issue(rows, asks.id, &issuing)).await? {
        Asked::Due(claims, changes) => {
            let pair = app.issuer.pair()?;
            let known = own_key(tx.as_mut(), &mut rows, pair.row(issuing.now)?).await?;
            known.and(changes).put(pair.sign(&claims)?)
        }
        Asked::Fresh | Asked::Nothing => Changes::none(),
    };
    let changes = enrolled.and(granted);
    let news = changes != Changes::none();
    if news {
        tx.write(&changes).await?;
        tracing::info!(user = %asks.user, client = %asks.client, key = %asks.id, "a device was granted what it may promise");
    }
    tx.commit().await?;
    Ok(news)
}

/// Returns the row of the key that signs, if there is none yet.
async fn own_key(reading: &mut dyn Reading, rows: &mut Rows, key: IssuerKey) -> Result<Changes, ApiError> {
    match run(reading, rows, |rows| rows.find::<IssuerKey>(key.id).map(Option::<&_>::cloned)).await? {
        None => Ok(Changes::none().put(key)),
        Some(known) if known.withdrawn_at.is_none() => Ok(Changes::none()),
        Some(_) => Err(ApiError::Internal(format!(
            "the key {} is withdrawn, and still signs: `leeway-server issuer-key new` makes another",
            key.id
        ))),
    }
}

/// Notes in the transaction of its removal that a device is lost: what its keys sign from now on goes to a post.
pub(crate) async fn lose(
    tx: &mut dyn Writing,
    user: UserId,
    client: ClientId,
    now: Timestamp,
) -> Result<(), ApiError> {
    let mut rows = Rows::new(Coverage::Whole);
    let changes = run(tx, &mut rows, |rows| proof::lose(rows, user, client, now)).await?;
    if changes != Changes::none() {
        tx.write(&changes).await?;
    }
    Ok(())
}

/// Takes note that somebody holds a genuine paper whose quote has not arrived.
///
/// # Errors
/// When the database fails.
pub async fn witness(
    app: &App,
    evidence: &Evidence,
    genuine: &Genuine,
    now: Timestamp,
) -> Result<(), ApiError> {
    let (app, evidence, genuine) = (app.clone(), evidence.clone(), genuine.clone());
    detached(async move {
        let (evidence, genuine) = (&evidence, &genuine);
        retrying(app.db.as_ref(), app.tenant, |mut tx: Box<dyn Writing>| async move {
            let mut rows = Rows::new(Coverage::Whole);
            let rule = |rows: &Rows| proof::witness(rows, evidence, genuine, now);
            let changes = run(tx.as_mut(), &mut rows, rule).await?;
            if changes != Changes::none() {
                tx.write(&changes).await?;
            }
            Ok::<_, ApiError>(tx.commit().await?)
        })
        .await
    })
    .await
}

/// Returns the public keys by which grants of this organisation are checked, the oldest first; without those that were
/// withdrawn.
///
/// # Errors
/// When the database fails.
pub async fn keys(app: &App) -> Result<Vec<(KeyId, PublicKey)>, ApiError> {
    let mut reading = app.db.read(app.tenant).await?;
    let keys = issuer_keys(reading.as_mut()).await?;
    reading.end().await?;
    let good = keys.into_iter().filter(|key| key.withdrawn_at.is_none());
    Ok(good.filter_map(|it| Some((it.id, PublicKey::from_point(&it.public.0).ok()?))).collect())
}

/// Returns all keys that the organisation ever had, the oldest first.
pub(crate) async fn issuer_keys(reading: &mut dyn Reading) -> db::Result<Vec<IssuerKey>> {
    let found = reading.records(proof::ISSUER_KEYS).await?;
    let mut keys: Vec<_> = found.iter().filter_map(IssuerKey::of).cloned().collect();
    keys.sort_unstable_by_key(|key| (key.made_at, key.id));
    Ok(keys)
}

/// Runs a rule about keys. What it refuses is nobody's to ask for.
async fn run<T>(
    reading: &mut dyn Reading,
    rows: &mut Rows,
    rule: impl Fn(&Rows) -> Result<T, Stop>,
) -> Result<T, ApiError> {
    decided(reading, rows, rule).await?.map_err(|_| ApiError::Forbidden)
}
