//! Precedents are made once a day out of the quotes of the last year, as rows that everybody holds. Core says what they
//! are ([`leeway_core::spending::precedents`]); this says when. **Never** a rule of its own.
//!
//! Once a day and not with each quote: who watched a group from quote to quote would see what each one adds. What is the
//! same as before is not written, so several processes that make the same write it once.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use leeway_core::customers::{Customer, Grade};
use leeway_core::spending::{Deal, PRECEDENTS, Precedent, deals, precedents};
use leeway_core::values::{CustomerId, PrecedentId, Timestamp};
use leeway_core::{Changes, Entity, Key, Record};

use crate::app::{App, detached};
use crate::db::{Reading, Writing, retrying};
use crate::error::ApiError;
use crate::quoted::{self, of};
use crate::timer::sweep_every;

/// How often.
const EVERY: Duration = Duration::from_secs(86_400);
/// How far back it looks, in days.
const DAYS: i64 = 365;

/// Makes precedents for as long as it is polled: when the server starts, and once a day.
pub async fn watch(app: &App) {
    sweep_every(EVERY, "precedents", || renew(app)).await;
}

/// Makes all precedents anew, and writes those that have changed.
///
/// # Errors
/// [`ApiError`] when the database fails.
pub async fn renew(app: &App) -> Result<(), ApiError> {
    let mut reading = app.db.read(app.tenant).await?;
    let made = made(reading.as_mut(), app.clock.now()).await;
    reading.end().await?;
    let made = made?;
    let app = app.clone();
    detached(async move {
        let made = &made;
        retrying(app.db.as_ref(), app.tenant, |mut tx: Box<dyn Writing>| async move {
            let old: Vec<Precedent> = of(tx.records(PRECEDENTS).await?);
            let changes = changes(&old, made);
            if changes != Changes::none() {
                tx.write(&changes).await?;
            }
            Ok::<_, ApiError>(tx.commit().await?)
        })
        .await
    })
    .await
}

async fn made(reading: &mut dyn Reading, now: Timestamp) -> Result<Vec<Precedent>, ApiError> {
    let since = now.plus_days(-DAYS);
    let quotes = quoted::begun_since(reading, since, now).await?;
    let about = quoted::about(reading, &quotes).await?;
    let deals = deals(&quotes, &about);
    let grades = grades(reading, &deals).await?;
    let graded: Vec<(Deal<'_>, Grade)> = deals
        .into_iter()
        .filter_map(|deal| {
            let grade = *grades.get(&deal.quote.content.customer)?;
            Some((deal, grade))
        })
        .collect();
    Ok(precedents(&graded))
}

async fn grades(
    reading: &mut dyn Reading,
    deals: &[Deal<'_>],
) -> Result<HashMap<CustomerId, Grade>, ApiError> {
    let mut keys: Vec<Key> = deals.iter().map(|it| Customer::key(it.quote.content.customer)).collect();
    keys.sort_unstable();
    keys.dedup();
    let grade = |record: &Record| Customer::of(record).map(|it| (it.id, it.grade.value));
    Ok(reading.records_of(&keys).await?.iter().filter_map(grade).collect())
}

fn changes(old: &[Precedent], made: &[Precedent]) -> Changes {
    let before: BTreeMap<PrecedentId, &Precedent> = old.iter().map(|it| (it.id, it)).collect();
    let gone = old.iter().filter(|it| made.iter().all(|made| made.id != it.id));
    let changes = gone.fold(Changes::none(), |changes, it| changes.remove(Precedent::key(it.id)));
    let new = made.iter().filter(|it| before.get(&it.id) != Some(it));
    new.fold(changes, |changes, it| changes.put(it.clone()))
}
