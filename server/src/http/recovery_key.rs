//! `GET /api/recovery-key`: the public half to which phones seal what they can't send. **Never** a private half: the
//! server has none.

use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use leeway_core::sync::protocol::{ErrorBody, RecoveryKey, RecoveryKeyAnswer};

use crate::app::App;
use crate::auth::Actor;
use crate::error::ApiError;

/// Gives out the newest recovery key.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    get,
    path = "/api/recovery-key",
    tag = "session",
    responses(
        (status = 200, description = "The key, if the organisation has one", body = RecoveryKeyAnswer),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`must_change_password`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn recovery_key(State(app): State<App>, _: Actor) -> Result<Json<RecoveryKeyAnswer>, ApiError> {
    let mut reading = app.db.read(app.tenant).await?;
    let keys = reading.recovery_keys().await?;
    reading.end().await?;
    let newest = keys.into_iter().find(|key| key.retired_at.is_none());
    let key = newest.map(|key| RecoveryKey { id: key.id, public: STANDARD.encode(key.public) });
    Ok(Json(RecoveryKeyAnswer { key }))
}
