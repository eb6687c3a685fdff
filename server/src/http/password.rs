//! `POST /api/password`: everybody changes their own. All their other log-ins end with it.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use leeway_core::sync::protocol::ErrorBody;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::json::Received;
use crate::app::{App, Ends, detached};
use crate::auth::{AnyActor, password};
use crate::db::{Credential, retrying};
use crate::error::ApiError;

/// Body of `POST /api/password`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PasswordChange {
    /// The password so far.
    pub old: String,
    /// The new one: 8 to 128 characters, not one that everybody tries first.
    pub new: String,
}

/// Changes the password.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    post,
    path = "/api/password",
    tag = "session",
    request_body = PasswordChange,
    responses(
        (status = 204, description = "Changed; all other log-ins have ended"),
        (status = 400, description = "`malformed_json`, `bad_request`", body = ErrorBody),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`wrong_password`, `cross_site`", body = ErrorBody),
        (status = 413, description = "`too_large`", body = ErrorBody),
        (status = 415, description = "`not_json`, `encoded`", body = ErrorBody),
        (status = 422, description = "`weak_password`", body = ErrorBody),
        (status = 429, description = "`too_many_attempts`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn change(
    State(app): State<App>,
    any: AnyActor,
    Extension(ends): Extension<Ends>,
    Received(asked): Received<PasswordChange>,
) -> Result<StatusCode, ApiError> {
    let (member, session) = (any.actor.member, any.actor.session);
    let now = app.clock.now();
    app.throttle.attempt(&member.login, ends.peer.ip(), now)?;
    let mut reading = app.db.read(app.tenant).await?;
    let known = reading.credential(member.id).await?.map(|it| it.hash);
    reading.end().await?;
    if !app.passwords.verify(&asked.old, known).await? {
        return Err(ApiError::WrongPassword);
    }
    app.throttle.forget(&member.login, ends.peer.ip());
    password::check(&asked.new, &asked.old, &member.login).map_err(ApiError::WeakPassword)?;
    let hash = app.passwords.hash(&asked.new).await?;
    let credential = Credential { hash, must_change: false, demo: false, changed_at: now };
    detached(async move {
        let (user, credential) = (member.id, &credential);
        retrying(app.db.as_ref(), app.tenant, |mut writing| async move {
            writing.put_credential(user, credential).await?;
            writing.end_sessions(user, Some(&session)).await?;
            Ok::<_, ApiError>(writing.commit().await?)
        })
        .await?;
        tracing::info!(%user, "password changed");
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
