//! `GET /api/openapi.json`: the routes and wire types, made from the code.

use axum::Json;
use leeway_core::sync::protocol::ErrorBody;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{blobs, devices, health, members, password, poke, pull, push, recovery_key, repair, session};
use crate::auth::token::COOKIE;

/// The document.
#[derive(OpenApi)]
#[openapi(
    info(title = "Leeway", description = "Sync, log-in and administration of Leeway."),
    paths(
        push::push,
        pull::pull,
        poke::poke,
        repair::repair,
        session::log_in,
        session::who,
        session::log_out,
        password::change,
        recovery_key::recovery_key,
        blobs::state,
        blobs::append,
        blobs::fetch,
        members::reset_password,
        devices::own,
        devices::of_member,
        devices::remove,
        health::health,
        document,
    ),
    components(schemas(ErrorBody)),
    modifiers(&Cookie),
)]
pub struct Document;

struct Cookie;

impl Modify for Cookie {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE)));
        document.components.get_or_insert_default().add_security_scheme("session", cookie);
    }
}

/// Sends the document.
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    tag = "operation",
    responses((status = 200, description = "This document", body = Object)),
)]
pub async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(Document::openapi())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::router::ROUTES;

    #[test]
    fn every_route_but_the_files_is_documented_and_nothing_else() {
        let document = serde_json::to_value(Document::openapi()).unwrap();
        let documented: BTreeSet<String> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, methods)| {
                methods.as_object().unwrap().keys().map(move |it| format!("{} {path}", it.to_uppercase()))
            })
            .collect();
        let routed: BTreeSet<String> = ROUTES
            .iter()
            .filter(|route| !route.is_file)
            .map(|route| format!("{} {}", route.method, route.path))
            .collect();
        assert_eq!(documented, routed);
    }
}
