//! `GET /healthz`: whether the server can answer, its database included.

use axum::Json;
use axum::extract::State;
use leeway_core::sync::protocol::ErrorBody;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::ApiError;

/// Its address, which is answered by whatever name the server is called.
pub const PATH: &str = "/healthz";

/// Answer of `GET /healthz`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always true: what is not well does not answer like this.
    pub ok: bool,
    /// How often this process has done a write transaction again, because another one came in between.
    pub retries: u64,
}

/// Answers when all is well.
///
/// # Errors
/// [`ApiError`] when the database does not answer.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "operation",
    responses(
        (status = 200, description = "All is well", body = Health),
        (status = 500, description = "`internal`", body = ErrorBody),
        (status = 503, description = "`busy`: stopping, or overloaded", body = ErrorBody),
    ),
)]
pub async fn health(State(app): State<App>) -> Result<Json<Health>, ApiError> {
    let mut reading = app.db.read(app.tenant).await?;
    reading.organisation().await?.ok_or_else(|| ApiError::Internal("the organisation is gone".into()))?;
    reading.end().await?;
    Ok(Json(Health { ok: true, retries: app.db.tally().retries() }))
}
