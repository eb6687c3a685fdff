//! A receipt meets the rows: signature, chain and grant are looked up, the verdict is given, the chain goes on.

use super::verdict::{self, Facts, Window};
use super::{
    DeviceKey, Flaw, Grant, Proof, ProofError, PublicKey, ReceiptClaims, Received, Spent, Step, Witness,
    newest, slices,
};
use crate::Entity as _;
use crate::command::{Body, Command, Context};
use crate::organisation::Star;
use crate::quotes::{Content, Quote, Totals, Write};
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{Bytes, LimitsId, Money, QuoteId, Timestamp};

/// What a receipt has to be about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Which quote.
    pub quote: QuoteId,
    /// What the customer reads, as computed here.
    pub content: &'a Content,
    /// Its sums.
    pub totals: &'a Totals,
    /// The limits that it was judged by.
    pub limits: LimitsId,
    /// The rating that it was judged by.
    pub star: Star,
    /// Those limits leave it to the manager.
    pub is_own: bool,
    /// Something has changed meanwhile, for no fault of anybody's.
    pub has_changed: bool,
}

/// Examines a receipt. Returns what the quote keeps of it, and the chain with the receipt at its end.
pub(crate) fn examine(
    rows: &Rows,
    by: &Context,
    sealed: &Bytes,
    about: &About<'_>,
) -> Result<(Proof, Changes), Stop> {
    let (key, claims) = verified(rows, by, sealed)?;
    if claims.quote != about.quote {
        return Err(ProofError::Forged { flaw: Flaw::Foreign }.into());
    }
    let step = key.chain.step(&claims);
    // here and not at the server: it is this device's own chain, and another tab was quicker
    if rows.arrival().is_none() && matches!(step, Step::Gap | Step::Fork) {
        return Err(ProofError::Moved.into());
    }
    let grant = rows.find::<Grant>(claims.grant)?.filter(|grant| grant.key == key.id);
    let seen = witnessed(rows, sealed)?;
    let judged = verdict::judge(&facts(rows, key, grant, &claims, about, seen));
    let under = grant.map(|grant| grant.sealed.clone()).unwrap_or_default();
    let witnessed_at = seen.map(|it| it.at);
    let proof = Proof { receipt: sealed.clone(), grant: claims.grant, under, witnessed_at, judged };
    let changes = moved(key, step, &claims, sealed, rows)?;
    Ok((
        proof,
        seen.map(|it| it.id).into_iter().fold(changes, |changes, id| changes.remove(Witness::key(id))),
    ))
}

/// Returns what witnesses a receipt that arrives.
fn witnessed<'a>(rows: &'a Rows, sealed: &Bytes) -> Result<Option<&'a Witness>, Stop> {
    match rows.arrival() {
        Some(_) => rows.find::<Witness>(Witness::of(sealed)),
        None => Ok(None),
    }
}

fn facts(
    rows: &Rows,
    key: &DeviceKey,
    grant: Option<&Grant>,
    claims: &ReceiptClaims,
    about: &About<'_>,
    seen: Option<&Witness>,
) -> Facts {
    // the grant itself is a time that the device had from the server
    let from = grant.map_or(claims.server_time, |grant| grant.issued_at.max(claims.server_time));
    Facts {
        step: key.chain.step(claims),
        grant: grant.map(|grant| Window { from: grant.issued_at, until: grant.expires_at }),
        from,
        until: seen
            .map(|it| it.at)
            .or(rows.arrival().map(|arrival| arrival.at))
            .unwrap_or_else(|| from.max(claims.at)),
        at: claims.at,
        is_same: claims.is_about(about.content, about.totals) && counts_on(key, grant, claims, about.totals),
        is_within: about.is_own
            && grant.is_some_and(|grant| (grant.limits, grant.star) == (about.limits, about.star)),
        has_changed: about.has_changed,
        lost_at: key.lost_at,
    }
}

/// Returns the key of a receipt with what the receipt says, if the key is the actor's and has signed it.
fn verified<'a>(
    rows: &'a Rows,
    by: &Context,
    sealed: &Bytes,
) -> Result<(&'a DeviceKey, ReceiptClaims), Stop> {
    let forged = |flaw| ProofError::Forged { flaw };
    let received = Received::read(sealed).map_err(forged)?;
    let key = match rows.find::<DeviceKey>(received.key())? {
        Some(key) if key.user == by.actor => key,
        _ => return Err(forged(Flaw::Foreign).into()),
    };
    let public = PublicKey::from_point(&key.public.0).map_err(forged)?;
    let claims = received.verify(key.tenant, &public).map_err(forged)?;
    Ok((key, claims.clone()))
}

/// Says whether what the receipt counts as given away is what was given away before, and this.
fn counts_on(key: &DeviceKey, grant: Option<&Grant>, claims: &ReceiptClaims, totals: &Totals) -> bool {
    let slice = grant.and_then(|grant| grant.slice);
    claims.spent == slice.and_then(|slice| key.spent_in(slice.month).checked_add(totals.cut))
}

fn moved(
    key: &DeviceKey,
    step: Step,
    claims: &ReceiptClaims,
    sealed: &Bytes,
    rows: &Rows,
) -> Result<Changes, Stop> {
    let mut key = key.clone();
    match step {
        Step::Next => {
            key.chain = key.chain.with(claims.seq, sealed);
            let slice = rows.find::<Grant>(claims.grant)?.and_then(|grant| grant.slice);
            if let (Some(slice), Some(money)) = (slice, claims.spent) {
                // what was said to be given away once is given away
                key.spent = Some(Spent { month: slice.month, money: money.max(key.spent_in(slice.month)) });
            }
        }
        Step::Fork => key.chain.forked_at = Some(now(rows, claims)),
        Step::Gap | Step::Quarantined => return Ok(Changes::none()),
    }
    Ok(Changes::none().put(key))
}

/// Returns what the device that asks may still give away by itself in this month, where there is a bound: under the grant
/// that its receipt names, or, without a receipt, under its newest one. On the device itself only a receipt counts.
pub(crate) fn room(rows: &Rows, by: &Context, sealed: Option<&Bytes>) -> Result<Option<Money>, Stop> {
    if let Some(sealed) = sealed {
        // what can't be read is refused when it is examined
        let Ok(received) = Received::read(sealed) else { return Ok(Some(Money::ZERO)) };
        let key = rows.find::<DeviceKey>(received.key())?;
        let grant = rows.find::<Grant>(received.grant())?;
        return Ok(Some(key.zip(grant).map_or(Money::ZERO, |(key, grant)| slices::left(key, grant))));
    }
    let Some(arrival) = rows.arrival() else { return Ok(None) };
    let keys = rows.list::<DeviceKey>(&DeviceKey::of_user(by.actor))?;
    let key = keys.into_iter().filter(|key| key.client == arrival.client).max_by_key(|key| key.enrolled_at);
    let Some(key) = key else { return Ok(Some(Money::ZERO)) };
    let grant = newest(rows.list::<Grant>(&Grant::of_key(key.id))?);
    Ok(Some(grant.map_or(Money::ZERO, |grant| slices::left(key, grant))))
}

fn now(rows: &Rows, claims: &ReceiptClaims) -> Timestamp {
    rows.arrival().map_or(claims.at, |arrival| arrival.at)
}

/// Says whether a binding quote without a receipt comes from a device that had a key when it was made.
pub(crate) fn lacks_receipt(rows: &Rows, by: &Context) -> Result<bool, Stop> {
    let Some(arrival) = rows.arrival() else { return Ok(false) };
    let keys = rows.list::<DeviceKey>(&DeviceKey::of_user(by.actor))?;
    Ok(keys.iter().any(|key| key.client == arrival.client && key.since <= by.at))
}

/// Returns what a refused command leaves behind all the same: its receipt was signed and stands in its chain, or the
/// next one would seem to follow nothing.
///
/// # Errors
/// [`Stop::Missing`] names rows that are needed; it never refuses.
pub fn after_refusal(rows: &Rows, command: &Command) -> Result<Changes, Stop> {
    let Body::Quotes(Write::Finalise(it)) = &command.body else { return Ok(Changes::none()) };
    let Some(sealed) = &it.receipt else { return Ok(Changes::none()) };
    let (key, claims) = match verified(rows, &command.context(), sealed) {
        Ok(verified) => verified,
        Err(Stop::Refused(_)) => return Ok(Changes::none()),
        Err(missing) => return Err(missing),
    };
    let known = rows.find::<Quote>(it.quote)?.and_then(|quote| quote.proof.as_ref());
    let is_repeated = known.is_some_and(|proof| proof.receipt == *sealed);
    if is_repeated || claims.quote != it.quote {
        return Ok(Changes::none());
    }
    match key.chain.step(&claims) {
        // on the device it is what another tab has just made, or the server knows
        Step::Fork if rows.arrival().is_none() => Ok(Changes::none()),
        step => moved(key, step, &claims, sealed, rows),
    }
}
