//! The document of the API, as a client gets it.

use serde_json::Value;

use crate::office::Office;

#[tokio::test]
async fn the_document_names_the_wire_types() {
    let office = Office::open().await;
    let document: Value =
        office.request("GET", "/api/openapi.json").send().await.unwrap().json().await.unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for name in [
        "PushRequest",
        "PushResponse",
        "PullRequest",
        "PullResponse",
        "Envelope",
        "Outcome",
        "WireRow",
        "ErrorBody",
        "Session",
        "LogIn",
        "PasswordChange",
        "OneTimePassword",
        "Health",
        "RecoveryKeyAnswer",
    ] {
        assert!(schemas.contains_key(name), "{name}");
    }
    assert_eq!(document["components"]["securitySchemes"]["session"]["name"], "__Host-s");
    assert!(document["paths"]["/sync/push"]["post"]["responses"]["409"].is_object());
    for (path, item) in document["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            let is_told = operation["responses"]["421"].is_object();
            assert_eq!(is_told, path != "/healthz", "{path}: an address is of one organisation");
        }
    }
}

#[tokio::test]
async fn every_schema_that_is_referred_to_is_there() {
    let office = Office::open().await;
    let text = office.request("GET", "/api/openapi.json").send().await.unwrap().text().await.unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let mark = "\"#/components/schemas/";
    for part in text.split(mark).skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "{name}");
    }
}

#[tokio::test]
async fn all_is_well() {
    let office = Office::open().await;
    let response = office.request("GET", "/healthz").send().await.unwrap();
    assert_eq!(response.json::<Value>().await.unwrap(), serde_json::json!({ "ok": true, "retries": 0 }));
}
