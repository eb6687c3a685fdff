//! `GET /api/openapi.json`: the routes and wire types, made from the code.

use axum::Json;
use leeway_core::sync::protocol::ErrorBody;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{Content, Ref};
use utoipa::{Modify, OpenApi};

use super::{
    blobs, devices, frameworks, health, keys, members, paper, password, poke, pull, push, recovery_key,
    rehearsal, repair, session, spending,
};
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
        rehearsal::rehearsal,
        spending::spending,
        frameworks::partners,
        devices::own,
        devices::of_member,
        devices::remove,
        keys::ask,
        keys::well_known,
        paper::state,
        paper::pdf,
        health::health,
        document,
    ),
    components(schemas(ErrorBody)),
    modifiers(&Cookie, &Hosts),
)]
pub struct Document;

struct Cookie;

impl Modify for Cookie {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE)));
        document.components.get_or_insert_default().add_security_scheme("session", cookie);
    }
}

/// Every address is an organisation's own, but for the one of a probe.
struct Hosts;

impl Modify for Hosts {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let content = Content::new(Some(Ref::from_schema_name("ErrorBody")));
        let response = ResponseBuilder::new()
            .description("`misdirected`: several organisations are served, and none of them at this host")
            .content("application/json", content)
            .build();
        let paths = document.paths.paths.iter_mut().filter(|(path, _)| *path != health::PATH);
        for item in paths.map(|(_, item)| item) {
            let all = [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete];
            for operation in all.into_iter().flatten() {
                operation.responses.responses.insert("421".to_owned(), response.clone().into());
            }
        }
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
