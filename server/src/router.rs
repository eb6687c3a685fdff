//! Every address, in one table: the router is built from it, and the tests of rights and headers go through it.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, delete, get, patch, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::trace::{DefaultMakeSpan, TraceLayer};
use tracing::Level;

use crate::app::App;
use crate::error::ApiError;
use crate::http::{
    blobs, devices, files, frameworks, headers, health, json, keys, limits, members, openapi, paper,
    password, poke, pull, push, recovery_key, rehearsal, repair, session, spending,
};

/// One address with one method.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// The method, in capitals.
    pub method: &'static str,
    /// The address.
    pub path: &'static str,
    /// Whether it is a file of the app: sent as it was compressed, and not part of the API.
    pub is_file: bool,
    handler: fn() -> MethodRouter<App>,
}

const fn api(method: &'static str, path: &'static str, handler: fn() -> MethodRouter<App>) -> Route {
    Route { method, path, is_file: false, handler }
}

const fn file(path: &'static str, handler: fn() -> MethodRouter<App>) -> Route {
    Route { method: "GET", path, is_file: true, handler }
}

/// Every address. Who may use which is tested in `tests/http/rights.rs`, where each must have its line.
pub const ROUTES: &[Route] = &[
    api("POST", "/sync/push", || post(push::push)),
    api("POST", "/sync/pull", || post(pull::pull)),
    api("POST", "/sync/repair", || post(repair::repair)),
    api("GET", "/sync/poke", || get(poke::poke)),
    api("POST", "/api/session", || post(session::log_in)),
    api("GET", "/api/session", || get(session::who)),
    api("DELETE", "/api/session", || delete(session::log_out)),
    api("POST", "/api/password", || post(password::change)),
    api("POST", "/api/members/{id}/password", || post(members::reset_password)),
    api("GET", "/api/members/{id}/devices", || get(devices::of_member)),
    api("GET", "/api/devices", || get(devices::own)),
    api("POST", "/api/devices/key", || post(keys::ask)),
    api("POST", "/api/devices/{id}/removal", || post(devices::remove)),
    api("POST", "/api/rehearsal", || post(rehearsal::rehearsal)),
    api("GET", "/api/spending", || get(spending::spending)),
    api("GET", "/api/frameworks", || get(frameworks::partners)),
    api("POST", "/api/paper", || post(paper::state)),
    api("GET", "/api/quotes/{id}/paper.pdf", || get(paper::pdf)),
    api("GET", "/api/recovery-key", || get(recovery_key::recovery_key)),
    api("GET", "/blobs/{hash}", || get(blobs::fetch)),
    api("GET", "/blobs/{hash}/upload", || get(blobs::state)),
    api("PATCH", "/blobs/{hash}/upload", || patch(blobs::append)),
    api("GET", "/api/openapi.json", || get(openapi::document)),
    api("GET", "/.well-known/leeway-keys.json", || get(keys::well_known)),
    api("GET", "/healthz", || get(health::health)),
    file("/manifest.webmanifest", || get(files::manifest)),
    file("/", || get(files::file)),
    file("/{*path}", || get(files::file)),
];

/// Builds the router with what all addresses have in common, the outermost last.
pub fn router(app: &App) -> Router {
    let add = |router: Router<App>, route: &Route| router.route(route.path, (route.handler)());
    let (files, api): (Vec<_>, Vec<_>) = ROUTES.iter().partition(|route| route.is_file);
    let files = files.into_iter().fold(Router::new(), add);
    let api = api.into_iter().fold(Router::new(), add).layer(CompressionLayer::new());
    let span = DefaultMakeSpan::new().level(Level::INFO);
    Router::new()
        .merge(api)
        .merge(files)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(from_fn(json::only))
        .layer(
            CsrfLayer::new()
                .with_rejection_response(|_: ProtectionError| ApiError::CrossSite.into_response()),
        )
        .layer(from_fn_with_state(app.clone(), limits::keep))
        .layer(CatchPanicLayer::custom(limits::panicked))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(from_fn_with_state(app.clone(), headers::add))
        .with_state(app.clone())
}
