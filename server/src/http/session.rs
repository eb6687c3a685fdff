//! `/api/session`: log in, who am I, log out. A wrong name and a wrong password are **never** told apart, not
//! by the answer and not by its time.

use axum::Extension;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::AppendHeaders;
use leeway_core::organisation::Member;
use leeway_core::sync::devices::{KnownDevice, SessionAnswer};
use leeway_core::sync::protocol::{ErrorBody, Session};
use leeway_core::values::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::json::Received;
use crate::app::{App, Ends, detached};
use crate::auth::AnyActor;
use crate::auth::actor::member_called;
use crate::auth::token::{self, IDLE_MS, LIFE_MS, Token};
use crate::db::{SessionRow, noting};
use crate::devices;
use crate::error::ApiError;

/// Body of `POST /api/session`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct LogIn {
    /// Log-in name.
    pub login: String,
    /// Password.
    pub password: String,
}

/// Tells the browser to forget everything of this origin.
const CLEAR: header::HeaderName = header::HeaderName::from_static("clear-site-data");

/// Cookies with an answer.
type WithCookies<T> = (AppendHeaders<[(header::HeaderName, HeaderValue); 2]>, T);

fn answer(app: &App, member: &Member, must_change_password: bool) -> Session {
    Session {
        user: member.id,
        login: member.login.clone(),
        name: member.name.clone(),
        role: member.role,
        organisation: app.organisation.name.clone(),
        must_change_password,
    }
}

/// Logs in.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    post,
    path = "/api/session",
    tag = "session",
    request_body = LogIn,
    responses(
        (status = 200, description = "Who logged in; sets the session cookie", body = Session),
        (status = 400, description = "`malformed_json`, `bad_request`", body = ErrorBody),
        (status = 401, description = "`wrong_login`", body = ErrorBody),
        (status = 403, description = "`demo_password`, `cross_site`", body = ErrorBody),
        (status = 413, description = "`too_large`", body = ErrorBody),
        (status = 415, description = "`not_json`, `encoded`", body = ErrorBody),
        (status = 429, description = "`too_many_attempts`", body = ErrorBody),
    ),
)]
pub async fn log_in(
    State(app): State<App>,
    Extension(ends): Extension<Ends>,
    headers: HeaderMap,
    Received(asked): Received<LogIn>,
) -> Result<WithCookies<Json<Session>>, ApiError> {
    let login = asked.login.trim().to_lowercase();
    let now = app.clock.now();
    // the name may be anything: it is kept for five minutes, not in full length
    let account: String = login.chars().take(64).collect();
    app.throttle.attempt(&account, ends.peer.ip(), now)?;
    let mut reading = app.db.read(app.tenant).await?;
    let member = member_called(reading.as_mut(), &login).await?;
    let credential = match &member {
        Some(member) => reading.credential(member.id).await?,
        None => None,
    };
    reading.end().await?;
    let hash = credential.as_ref().map(|it| it.hash.clone());
    let is_right = app.passwords.verify(&asked.password, hash).await?;
    let (Some(member), Some(credential), true) = (member, credential, is_right) else {
        tracing::info!(peer = %ends.peer.ip(), "log-in refused");
        return Err(ApiError::WrongLogin);
    };
    app.throttle.forget(&account, ends.peer.ip());
    if credential.demo && !ends.local.ip().to_canonical().is_loopback() {
        return Err(ApiError::DemoPassword);
    }
    let token = Token::new()?;
    let (hash, old) = (token.hash(), Token::of(&headers).map(|old| old.hash()));
    let row = SessionRow { user: member.id, made_at: now, seen_at: now, device: None };
    let (db, tenant) = (app.db.clone(), app.tenant);
    detached(async move {
        let before = move |ms: i64| Timestamp::from_ms(now.ms() - ms);
        noting(db.as_ref(), tenant, move |mut writing| async move {
            writing.end_stale_sessions(before(LIFE_MS), before(IDLE_MS)).await?;
            if let Some(old) = old {
                writing.end_session(&old).await?;
            }
            writing.put_session(&hash, &row).await?;
            Ok(writing.commit().await?)
        })
        .await
    })
    .await?;
    tracing::info!(user = %member.id, peer = %ends.peer.ip(), "logged in");
    let cookies = token.set()?.map(|it| (header::SET_COOKIE, it));
    Ok((AppendHeaders(cookies), Json(answer(&app, &member, credential.must_change))))
}

/// Says who is logged in, and what is known of the device.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    get,
    path = "/api/session",
    tag = "session",
    responses(
        (status = 200, description = "Who is logged in", body = SessionAnswer),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn who(State(app): State<App>, any: AnyActor) -> Result<Json<SessionAnswer>, ApiError> {
    let session = answer(&app, &any.actor.member, any.must_change);
    let Some(standing) = any.actor.device else { return Ok(Json(SessionAnswer { session, device: None })) };
    let mut reading = app.db.read(app.tenant).await?;
    let client = reading.client(standing.client).await?;
    reading.end().await?;
    let device = client.map(|client| KnownDevice {
        acknowledged: client.last_seq,
        waiting: standing.waiting,
        seen_at: standing.seen_at,
        is_leaving: standing.is_leaving,
    });
    Ok(Json(SessionAnswer { session, device }))
}

/// Logs out on this device, which is empty then: the app clears it before, and the browser is asked to do so again
/// where the device was to be removed.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    delete,
    path = "/api/session",
    tag = "session",
    responses(
        (status = 204, description = "Logged out; the cookie is gone"),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`cross_site`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn log_out(State(app): State<App>, any: AnyActor) -> Result<(StatusCode, HeaderMap), ApiError> {
    let (user, session, device) = (any.actor.user(), any.actor.session, any.actor.device);
    detached(async move {
        let now = app.clock.now();
        noting(app.db.as_ref(), app.tenant, move |mut writing| async move {
            if let Some(device) = device {
                devices::leave(writing.as_mut(), device.client, now).await?;
            }
            writing.end_session(&session).await?;
            Ok(writing.commit().await?)
        })
        .await
    })
    .await?;
    tracing::info!(%user, "logged out");
    let mut headers = HeaderMap::new();
    for cookie in token::clear()? {
        headers.append(header::SET_COOKIE, cookie);
    }
    if device.is_some_and(|it| it.is_leaving) {
        headers.insert(CLEAR, HeaderValue::from_static("\"cache\", \"cookies\", \"storage\""));
    }
    Ok((StatusCode::NO_CONTENT, headers))
}
