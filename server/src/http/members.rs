//! `POST /api/members/{id}/password`: an admin lets somebody in who has no password, or lost it. The password
//! is said once, works until it is changed at the first log-in, and **never** comes from the admin.

use axum::Json;
use axum::extract::{Path, State};
use leeway_core::sync::protocol::ErrorBody;
use leeway_core::values::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::{App, detached};
use crate::auth::actor::active_member;
use crate::auth::{Actor, password};
use crate::db::{Credential, retrying};
use crate::error::ApiError;

/// Answer of `POST /api/members/{id}/password`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct OneTimePassword {
    /// To be handed over; it can't be read again.
    pub password: String,
}

/// Makes a one-time password for a member, and ends their log-ins.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    post,
    path = "/api/members/{id}/password",
    tag = "members",
    params(("id" = uuid::Uuid, Path, description = "The member")),
    responses(
        (status = 200, description = "The password, once", body = OneTimePassword),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`forbidden`, `must_change_password`, `cross_site`", body = ErrorBody),
        (status = 404, description = "`not_found`: no such member, or not active", body = ErrorBody),
        (status = 409, description = "`yourself`", body = ErrorBody),
        (status = 415, description = "`not_json`, `encoded`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn reset_password(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Json<OneTimePassword>, ApiError> {
    actor.admin()?;
    let user: UserId = id.parse().map_err(|_| ApiError::NotFound)?;
    if user == actor.user() {
        return Err(ApiError::Yourself);
    }
    let password = password::one_time()?;
    let hash = app.passwords.hash(&password).await?;
    let credential = Credential { hash, must_change: true, demo: false, changed_at: app.clock.now() };
    detached(async move {
        let credential = &credential;
        retrying(app.db.as_ref(), app.tenant, |mut writing| async move {
            active_member(writing.as_mut(), user).await?.ok_or(ApiError::NotFound)?;
            writing.put_credential(user, credential).await?;
            writing.end_sessions(user, None).await?;
            Ok::<_, ApiError>(writing.commit().await?)
        })
        .await?;
        tracing::info!(by = %actor.user(), %user, "one-time password made");
        Ok(())
    })
    .await?;
    Ok(Json(OneTimePassword { password }))
}
