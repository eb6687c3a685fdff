//! Papers. `POST /api/paper`: how one stands, for whoever holds it: its bytes are the right to know that one word, and
//! nothing else. Of a paper whose quote has not arrived it is noted that it was seen. `GET /api/quotes/{id}/paper.pdf`: the paper itself, for who holds the quote. **Never** says anything to who
//! sends what the organisation did not sign.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use leeway_core::Entity;
use leeway_core::calendar::WorkCalendar;
use leeway_core::paper::{Language, PaperState, number, paper_state};
use leeway_core::proof::Evidence;
use leeway_core::quotes::Quote;
use leeway_core::sync::protocol::ErrorBody;
use leeway_core::values::{QuoteId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::json::Received;
use super::query::Wanted;
use crate::app::{App, Ends};
use crate::auth::Actor;
use crate::error::ApiError;
use crate::pdf::{self, PdfError};
use crate::{deputies, papers, proof};

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
    if state == PaperState::Unknown {
        proof::witness(&app, &evidence, &genuine, now).await?;
    }
    Ok(Json(PaperAnswer { state, at: now }))
}

/// How a paper is wanted.
#[derive(Debug, Deserialize)]
pub struct Form {
    /// In which language.
    #[serde(default)]
    language: Language,
    /// Where the app comes from, as the browser knows it: a proxy may have changed the scheme on the way here.
    origin: String,
}

/// Returns the paper of a quote as a PDF.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    get,
    path = "/api/quotes/{id}/paper.pdf",
    tag = "papers",
    params(
        ("id" = String, Path, description = "The quote"),
        ("language" = Option<String>, Query, description = "`zh-CN`, which it is if it is not said, or `en`"),
        ("origin" = String, Query, description = "Where the app comes from, for the code: `https://HOST`"),
    ),
    responses(
        (status = 200, description = "The paper", content_type = "application/pdf", body = Vec<u8>),
        (status = 400, description = "`bad_request`: no such language, or another host's origin", body = ErrorBody),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`must_change_password`, `device_removed`", body = ErrorBody),
        (status = 404, description = "`not_found`: also when it is somebody else's", body = ErrorBody),
        (status = 501, description = "`no_font`: the operator has to install a Chinese one; the app prints meanwhile", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn pdf(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    Wanted(wanted): Wanted<Form>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id: QuoteId = id.parse().map_err(|_| ApiError::NotFound)?;
    if !is_own(&wanted.origin, &headers) {
        return Err(ApiError::BadRequest("another host's origin".to_owned()));
    }
    deputies::in_time(&app, actor.user()).await?;
    let paper = papers::of(&app, actor.user(), id, wanted.language, &wanted.origin).await?;
    let fonts = app.fonts.clone();
    let made = tokio::task::spawn_blocking(move || pdf::pdf(&paper, &fonts)).await;
    let bytes =
        made.map_err(|error| ApiError::Internal(error.to_string()))?.map_err(|error| match error {
            PdfError::NoFont => ApiError::NoFont,
            error => ApiError::Internal(error.to_string()),
        })?;
    let name = format!("attachment; filename=\"{}.pdf\"", number(id));
    let name = HeaderValue::try_from(name).map_err(|error| ApiError::Internal(error.to_string()))?;
    let kind = HeaderValue::from_static("application/pdf");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

/// Says whether an origin is the one that this request was sent to: nobody gets a paper that is checked elsewhere.
fn is_own(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok());
    let named = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    named.is_some() && named == host
}
