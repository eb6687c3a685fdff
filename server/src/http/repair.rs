//! `POST /sync/repair`: does a phone hold what it should? What is compared is in [`crate::repair`].

use axum::Json;
use axum::extract::State;
use leeway_core::sync::protocol::{ErrorBody, REPAIR_BYTES_MAX, RepairRequest, RepairResponse};

use super::json::Received;
use crate::app::App;
use crate::auth::Actor;
use crate::error::ApiError;
use crate::repair;

/// Names the scopes in which the phone holds other rows than the server.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    post,
    path = "/sync/repair",
    tag = "sync",
    request_body = RepairRequest,
    responses(
        (status = 200, description = "What is to be fetched anew", body = RepairResponse),
        (status = 400, description = "`malformed_json`, `bad_request`", body = ErrorBody),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`foreign_client`, `must_change_password`, `cross_site`", body = ErrorBody),
        (status = 413, description = "`too_large`", body = ErrorBody),
        (status = 415, description = "`not_json`, `encoded`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn repair(
    State(app): State<App>,
    actor: Actor,
    Received(request): Received<RepairRequest, REPAIR_BYTES_MAX>,
) -> Result<Json<RepairResponse>, ApiError> {
    repair::repair(&app, actor.user(), &request).await.map(Json)
}
