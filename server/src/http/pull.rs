//! `POST /sync/pull`: rows go out. Which ones is decided in [`crate::scope`].

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use leeway_core::sync::protocol::{ErrorBody, PullRequest, PullResponse};

use super::json::Received;
use crate::app::App;
use crate::auth::Actor;
use crate::devices;
use crate::error::ApiError;
use crate::scope;

/// Sends what changed in the user's scopes since the cookie.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    post,
    path = "/sync/pull",
    tag = "sync",
    request_body = PullRequest,
    responses(
        (status = 200, description = "A page of rows", body = PullResponse),
        (status = 400, description = "`malformed_json`, `bad_request`", body = ErrorBody),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`foreign_client`, `must_change_password`, `device_removed`, `cross_site`", body = ErrorBody),
        (status = 413, description = "`too_large`", body = ErrorBody),
        (status = 415, description = "`not_json`, `encoded`", body = ErrorBody),
        (status = 426, description = "`update_required`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn pull(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    Received(request): Received<PullRequest>,
) -> Result<Json<PullResponse>, ApiError> {
    devices::meet(&app, &actor, &headers, &request).await?;
    scope::pull(&app, actor.user(), &request).await.map(Json)
}
