//! `POST /api/rehearsal`: what limits that are not published would have made of the quotes of the last months. For
//! admins, in numbers only: they hold no customer's rows. **Never** changes anything.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use leeway_core::authority::{self, LIMITS, Limits, Past, PublishLimits, Rehearsal, rehearse};
use leeway_core::customers::{Customer, Grade};
use leeway_core::organisation::{Member, Star};
use leeway_core::pricing::{COSTS, Costs};
use leeway_core::quotes::{Content, Earned, Quote, QuoteState, totals};
use leeway_core::sync::protocol::ErrorBody;
use leeway_core::values::{CustomerId, PriceBookId, Timestamp, UnitId, UserId};
use leeway_core::{Entity, Key, Record};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::json::Received;
use crate::app::App;
use crate::auth::Actor;
use crate::db::Reading;
use crate::error::ApiError;
use crate::quoted::{self, of};

/// How far back it looks, in days.
pub const DAYS: u16 = 90;
/// Most bytes of a request.
const BYTES_MAX: usize = 256 * 1024;

/// Answer of `POST /api/rehearsal`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RehearsalAnswer {
    /// How far back it looked, in days.
    pub days: u16,
    /// How many quotes there were, and whom they would have needed.
    #[serde(flatten)]
    pub rehearsal: Rehearsal,
}

/// Plays the quotes of the last months by other limits.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    post,
    path = "/api/rehearsal",
    tag = "authority",
    request_body(content = serde_json::Value, description = "The arguments of the command `authority.publish`"),
    responses(
        (status = 200, description = "How many quotes each level decides on", body = RehearsalAnswer),
        (status = 400, description = "`malformed_json`, `bad_request`: also if it could not be published", body = ErrorBody),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`forbidden`, `must_change_password`, `cross_site`", body = ErrorBody),
        (status = 413, description = "`too_large`", body = ErrorBody),
        (status = 415, description = "`not_json`, `encoded`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn rehearsal(
    State(app): State<App>,
    actor: Actor,
    Received(asked): Received<PublishLimits, BYTES_MAX>,
) -> Result<Json<RehearsalAnswer>, ApiError> {
    actor.admin()?;
    let now = app.clock.now();
    let draft = authority::draft(&asked, now).map_err(|error| ApiError::BadRequest(error.to_string()))?;
    let mut reading = app.db.read(app.tenant).await?;
    let versions: Vec<Limits> = of(reading.records(LIMITS).await?);
    let past = past(reading.as_mut(), now).await?;
    reading.end().await?;
    // before the first version nobody may give anything: nothing to compare with
    let current = authority::current(&versions).unwrap_or(&draft);
    Ok(Json(RehearsalAnswer { days: DAYS, rehearsal: rehearse(current, &draft, &past) }))
}

/// Reads the quotes that were made final or sent to somebody, in the order in which that happened.
async fn past(reading: &mut dyn Reading, now: Timestamp) -> Result<Vec<Past>, ApiError> {
    let since = now.plus_days(-i64::from(DAYS));
    let begun = quoted::begun_since(reading, since, now).await?.into_iter();
    let mut quotes: Vec<(Timestamp, Quote)> =
        begun.filter_map(|quote| Some((asked_at(&quote)?, quote))).collect();
    quotes.retain(|(at, _)| *at > since);
    quotes.sort_by_key(|(at, quote)| (*at, quote.id));
    let (stars, customers) = who(reading, &quotes).await?;
    let costs = costs(reading).await?;
    let earned = |content: &Content| match totals(content) {
        Ok(sums) => Earned::by(costs.get(&content.book), content, &sums),
        Err(_) => Earned::Unknown,
    };
    let past = |(at, quote): (Timestamp, Quote)| Past {
        at,
        earned: earned(&quote.content),
        star: stars.get(&quote.by).copied().unwrap_or(Star::ONE),
        grade: customers.get(&quote.content.customer).map_or(Grade::C, |it| it.0),
        unit: customers.get(&quote.content.customer).map(|it| it.1),
        content: quote.content,
    };
    Ok(quotes.into_iter().map(past).collect())
}

/// Reads what products cost, by the version of the price book.
async fn costs(reading: &mut dyn Reading) -> Result<HashMap<PriceBookId, Costs>, ApiError> {
    Ok(of::<Costs>(reading.records(COSTS).await?).into_iter().map(|it| (it.id, it)).collect())
}

/// Says when a quote was made final or sent to somebody; `None` for a draft.
fn asked_at(quote: &Quote) -> Option<Timestamp> {
    match quote.state {
        QuoteState::Draft => None,
        QuoteState::Submitted { at, .. }
        | QuoteState::Binding { at }
        | QuoteState::Approved { at, .. }
        | QuoteState::Returned { at, .. } => Some(at),
    }
}

/// Reads the ratings of who made the quotes, and the grades and units of those they were for.
async fn who(
    reading: &mut dyn Reading,
    quotes: &[(Timestamp, Quote)],
) -> Result<(HashMap<UserId, Star>, HashMap<CustomerId, (Grade, UnitId)>), ApiError> {
    let mut keys: Vec<Key> = quotes
        .iter()
        .flat_map(|(_, quote)| [Member::key(quote.by), Customer::key(quote.content.customer)])
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let (mut stars, mut customers) = (HashMap::new(), HashMap::new());
    for record in reading.records_of(&keys).await? {
        match record {
            Record::Member(it) => _ = stars.insert(it.id, it.star()),
            Record::Customer(it) => _ = customers.insert(it.id, (it.grade.value, it.unit)),
            _ => {}
        }
    }
    Ok((stars, customers))
}
