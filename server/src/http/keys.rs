//! Keys: a device hands in its own and is granted what it may promise, and everybody may have the organisation's. The
//! rules are in [`crate::proof`].

use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use leeway_core::sync::devices::{KeyAnswer, KeyRequest};
use leeway_core::sync::protocol::ErrorBody;
use serde_json::{Value, json};

use super::json::Received;
use crate::app::App;
use crate::auth::Actor;
use crate::error::ApiError;
use crate::proof;

/// Enrols the key of the device that this log-in is on, and grants it what its user may promise.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    post,
    path = "/api/devices/key",
    tag = "devices",
    request_body = KeyRequest,
    responses(
        (status = 200, description = "It is enrolled; a pull brings the grant", body = KeyAnswer),
        (status = 400, description = "`malformed_json`, `bad_request`: not a point of P-256", body = ErrorBody),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`foreign_client`: not the device of this log-in; `forbidden`: another device's key; `log_in_again`: a new key, and the log-in is older than five minutes; `must_change_password`, `device_removed`, `cross_site`", body = ErrorBody),
        (status = 415, description = "`not_json`, `encoded`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn ask(
    State(app): State<App>,
    actor: Actor,
    Received(request): Received<KeyRequest>,
) -> Result<Json<KeyAnswer>, ApiError> {
    let news = proof::ask(&app, &actor, request).await?;
    Ok(Json(KeyAnswer { news }))
}

/// Gives out the keys by which grants of this organisation are checked, as a JWK set (RFC 7517).
///
/// # Errors
/// [`ApiError`] when the database fails.
#[utoipa::path(
    get,
    path = "/.well-known/leeway-keys.json",
    tag = "operation",
    responses((status = 200, description = "The keys: EC, P-256, ES256", body = Object)),
)]
pub async fn well_known(State(app): State<App>) -> Result<Json<Value>, ApiError> {
    let keys = proof::keys(&app).await?.into_iter().map(|(id, key)| {
        let (x, y) = key.point()[1..].split_at(32);
        json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": id,
            "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        })
    });
    Ok(Json(json!({ "keys": keys.collect::<Vec<_>>() })))
}
