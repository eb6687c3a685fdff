//! `POST /api/paper`: how a paper stands, for whoever holds it: its bytes are the right to know that one word. **Never**
//! says anything else of the quote, and nothing at all to who sends what the organisation did not sign.

use axum::extract::State;
use axum::{Extension, Json};
use leeway_core::Entity;
use leeway_core::calendar::WorkCalendar;
use leeway_core::paper::{PaperState, paper_state};
use leeway_core::proof::Evidence;
use leeway_core::quotes::Quote;
use leeway_core::sync::protocol::ErrorBody;
use leeway_core::values::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::json::Received;
use crate::app::{App, Ends};
use crate::error::ApiError;
use crate::proof;

/// Most bytes of a request: a paper and a little JSON.
const BYTES_MAX: usize = 4 * 1_024;
/// Where attempts are counted that bring no genuine paper. Nobody can be called so: a log-in name has no `#`.
const STRANGER: &str = "#paper";

/// Body of `POST /api/paper`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PaperQuestion {
    /// What the code on the paper holds behind the `#`.
    pub paper: String,
}

/// Answer of `POST /api/paper`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PaperAnswer {
    /// How it stands.
    pub state: PaperState,
    /// As of when.
    pub at: Timestamp,
}

/// Says how a paper stands.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    post,
    path = "/api/paper",
    tag = "papers",
    request_body = PaperQuestion,
    responses(
        (status = 200, description = "How it stands now", body = PaperAnswer),
        (status = 400, description = "`malformed_json`, `bad_request`: not signed by this organisation", body = ErrorBody),
        (status = 403, description = "`cross_site`", body = ErrorBody),
        (status = 413, description = "`too_large`", body = ErrorBody),
        (status = 415, description = "`not_json`, `encoded`", body = ErrorBody),
        (status = 429, description = "`too_many_attempts`", body = ErrorBody),
    ),
)]
pub async fn state(
    State(app): State<App>,
    Extension(ends): Extension<Ends>,
    Received(asked): Received<PaperQuestion, BYTES_MAX>,
) -> Result<Json<PaperAnswer>, ApiError> {
    let (peer, now) = (ends.peer.ip(), app.clock.now());
    app.throttle.attempt(STRANGER, peer, now)?;
    let keys: Vec<_> = proof::keys(&app).await?.into_iter().map(|(_, key)| key).collect();
    let evidence = Evidence::from_text(&asked.paper);
    let checked = evidence.and_then(|evidence| Ok((evidence.check(&keys)?, evidence)));
    let (genuine, evidence) = checked.map_err(|flaw| ApiError::BadRequest(flaw.to_string()))?;
    // who holds one paper may not ask about it without end, but about each that they hold
    app.throttle.forget(STRANGER, peer);
    app.throttle.attempt(&format!("{STRANGER} {}", genuine.receipt.quote), peer, now)?;
    let mut reading = app.db.read(app.tenant).await?;
    let quote = reading.record(Quote::key(genuine.receipt.quote)).await?;
    let calendar = reading.record(WorkCalendar::key(WorkCalendar::ID)).await?;
    reading.end().await?;
    let time = calendar.as_ref().and_then(WorkCalendar::of).map(|it| it.time.clone()).unwrap_or_default();
    let quote = quote.as_ref().and_then(Quote::of);
    let state = paper_state(&evidence, &genuine, quote, now.date_at(time.offset));
    Ok(Json(PaperAnswer { state, at: now }))
}
