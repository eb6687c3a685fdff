//! `POST /sync/push`: commands come in. What happens to them is in [`crate::accept`].

use axum::Json;
use axum::extract::State;
use leeway_core::sync::protocol::{ErrorBody, PUSH_BYTES_MAX, PushRequest, PushResponse};

use super::json::Received;
use crate::accept;
use crate::app::{App, detached};
use crate::auth::Actor;
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
        (status = 403, description = "`foreign_client`, `must_change_password`, `cross_site`", body = ErrorBody),
        (status = 409, description = "`gap`, `payload_mismatch`, `client_forked`, `other_epoch`", body = ErrorBody),
        (status = 413, description = "`too_large`", body = ErrorBody),
        (status = 415, description = "`not_json`, `encoded`", body = ErrorBody),
        (status = 426, description = "`update_required`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn push(
    State(app): State<App>,
    actor: Actor,
    Received(request): Received<PushRequest, PUSH_BYTES_MAX>,
) -> Result<Json<PushResponse>, ApiError> {
    detached(async move { accept::push(&app, actor.user(), &request).await }).await.map(Json)
}
