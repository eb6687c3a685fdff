//! `POST /sync/push`: commands come in. What happens to them is in [`crate::accept`].

use axum::Json;
use axum::extract::State;
use leeway_core::sync::protocol::{ErrorBody, PUSH_BYTES_MAX, PushRequest, PushResponse};

use super::json::Received;
use crate::accept;
use crate::app::{App, detached};
use crate::auth::LeavingActor;
use crate::error::ApiError;

/// Takes in commands, in order, and says what became of each.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    post,
    path = "/sync/push",
    tag = "sync",
    request_body = PushRequest,
    responses(
        (status = 200, description = "An outcome for each command", body = PushResponse),
        (status = 400, description = "`malformed_json`, `bad_request`", body = ErrorBody),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`foreign_client`, `must_change_password`, `device_removed`, `cross_site`", body = ErrorBody),
        (status = 409, description = "`gap`, `payload_mismatch`, `client_forked`, `other_epoch`", body = ErrorBody),
        (status = 413, description = "`too_large`", body = ErrorBody),
        (status = 415, description = "`not_json`, `encoded`", body = ErrorBody),
        (status = 426, description = "`update_required`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn push(
    State(app): State<App>,
    LeavingActor(actor): LeavingActor,
    Received(request): Received<PushRequest, PUSH_BYTES_MAX>,
) -> Result<Json<PushResponse>, ApiError> {
    // a device that is to be removed hands in its own work, and no other's
    if actor.device.is_some_and(|it| it.is_leaving && it.client != request.client) {
        return Err(ApiError::DeviceRemoved);
    }
    detached(async move { accept::push(&app, actor.user(), &request).await }).await.map(Json)
}
