//! `/api/devices`: which devices somebody syncs with, and removing one. The rules are in [`crate::devices`].

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use leeway_core::sync::devices::Devices;
use leeway_core::sync::protocol::ErrorBody;
use leeway_core::values::{ClientId, UserId};

use crate::app::App;
use crate::auth::Actor;
use crate::devices;
use crate::error::ApiError;

/// Lists one's own devices.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    get,
    path = "/api/devices",
    tag = "devices",
    responses(
        (status = 200, description = "One's own devices", body = Devices),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`must_change_password`, `device_removed`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn own(State(app): State<App>, actor: Actor) -> Result<Json<Devices>, ApiError> {
    devices::list(&app, &actor, actor.user()).await.map(Json)
}

/// Lists a member's devices, for admins. Of somebody who is nobody, an empty list.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    get,
    path = "/api/members/{id}/devices",
    tag = "devices",
    params(("id" = uuid::Uuid, Path, description = "The member")),
    responses(
        (status = 200, description = "The member's devices", body = Devices),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`forbidden`, `must_change_password`, `device_removed`", body = ErrorBody),
        (status = 404, description = "`not_found`: no such id", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn of_member(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Json<Devices>, ApiError> {
    actor.admin()?;
    let user: UserId = id.parse().map_err(|_| ApiError::NotFound)?;
    devices::list(&app, &actor, user).await.map(Json)
}

/// Has a device removed: it gets no rows from now on, and clears itself as soon as it is in contact.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    post,
    path = "/api/devices/{id}/removal",
    tag = "devices",
    params(("id" = uuid::Uuid, Path, description = "The device's store")),
    responses(
        (status = 204, description = "It is to be removed, or was so already"),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`must_change_password`, `device_removed`, `cross_site`", body = ErrorBody),
        (status = 404, description = "`not_found`: no such device, or nothing of yours", body = ErrorBody),
        (status = 415, description = "`not_json`, `encoded`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn remove(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let client: ClientId = id.parse().map_err(|_| ApiError::NotFound)?;
    devices::remove(&app, &actor, client).await?;
    Ok(StatusCode::NO_CONTENT)
}
