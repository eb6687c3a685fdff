//! `GET /api/spending`: what was given in a unit beside what it won. For those who hold or deputise a post that decides
//! there, in numbers with the names that they belong to: they hold neither the quotes nor the customers. **Never** for
//! anybody else, and never a quote.

use axum::Json;
use axum::extract::State;
use leeway_core::calendar::WorkCalendar;
use leeway_core::customers::Customer;
use leeway_core::organisation::{Member, POSTS, Post, UNITS, Unit};
use leeway_core::spending::{self, Called, Report, Spending, begin, deals};
use leeway_core::sync::protocol::ErrorBody;
use leeway_core::values::{Timestamp, UnitId, UserId, WorkTime};
use leeway_core::{Entity, Key, Record};
use serde::Deserialize;

use super::query::Wanted;
use crate::app::App;
use crate::auth::Actor;
use crate::db::Reading;
use crate::error::ApiError;
use crate::quoted::{self, of};

/// So long before the first day that is counted a quote may have been begun, in days.
const BEFORE: i64 = 366;

/// What is asked for.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// Of which unit; the first of those that may be asked for if it is not said.
    unit: Option<UnitId>,
}

/// Adds up what a unit gave and won since the quarter three before this one.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    get,
    path = "/api/spending",
    tag = "authority",
    params(("unit" = Option<uuid::Uuid>, Query, description = "Of which unit; the first if it is not said")),
    responses(
        (status = 200, description = "What was given and what was won", body = Report),
        (status = 400, description = "`bad_request`: no unit's id", body = ErrorBody),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`forbidden`: no post of theirs decides there; `must_change_password`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn spending(
    State(app): State<App>,
    actor: Actor,
    Wanted(asked): Wanted<Asked>,
) -> Result<Json<Report>, ApiError> {
    let mut reading = app.db.read(app.tenant).await?;
    let report = report(reading.as_mut(), &actor, asked.unit, app.clock.now()).await;
    reading.end().await?;
    report.map(Json)
}

async fn report(
    reading: &mut dyn Reading,
    actor: &Actor,
    asked: Option<UnitId>,
    now: Timestamp,
) -> Result<Report, ApiError> {
    let units = units(reading, actor.user()).await?;
    let unit = match asked {
        Some(id) => units.iter().find(|unit| unit.id == id),
        None => units.first(),
    };
    let unit = unit.ok_or(ApiError::Forbidden)?.id;
    let members: Vec<Member> = of(reading.records(&Member::of_unit(unit)).await?);
    let calendar = reading.record(WorkCalendar::key(WorkCalendar::ID)).await?;
    let time = calendar.as_ref().and_then(WorkCalendar::of).map(|it| it.time.clone());
    let offset = time.unwrap_or_else(WorkTime::default).offset;
    let since = begin(now.date_at(offset));
    let managers: Vec<UserId> = members.iter().map(|it| it.id).collect();
    let begun = Timestamp::of(since.plus_days(-BEFORE), 0, offset);
    let quotes = quoted::of_managers(reading, &managers, begun).await?;
    let about = quoted::about(reading, &quotes).await?;
    let spending = spending::spending(&deals(&quotes, &about), since, offset);
    let units = units.into_iter().map(|unit| Called { id: unit.id.into(), name: unit.name }).collect();
    Ok(Report { unit, units, names: names(reading, &members, &spending).await?, spending })
}

/// Returns the units for which a post of this person decides, by name.
async fn units(reading: &mut dyn Reading, user: UserId) -> Result<Vec<Unit>, ApiError> {
    let posts: Vec<Post> = of(reading.records(POSTS).await?);
    let decides = |id| posts.iter().any(|post| post.id == id && post.may_decide(user));
    let mut units: Vec<Unit> = of(reading.records(UNITS).await?);
    units.retain(|unit| decides(unit.head) || decides(unit.approver));
    units.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(units)
}

/// Returns what the managers and customers among the figures are called.
async fn names(
    reading: &mut dyn Reading,
    members: &[Member],
    spending: &Spending,
) -> Result<Vec<Called>, ApiError> {
    let keys: Vec<Key> = spending.customers.iter().map(|(id, _)| Customer::key(*id)).collect();
    let customers = reading.records_of(&keys).await?;
    let customer = |record: &Record| match record {
        Record::Customer(it) => Some(Called { id: it.id.into(), name: it.name.value.clone() }),
        _ => None,
    };
    let given = |it: &&Member| spending.managers.iter().any(|(id, _)| *id == it.id);
    let managers = members.iter().filter(given).map(|it| Called { id: it.id.into(), name: it.name.clone() });
    Ok(managers.chain(customers.iter().filter_map(customer)).collect())
}
