//! Every route and every kind of actor. A route without its line here fails the test, so that nobody adds one
//! without saying who may use it.

use leeway_server::router::ROUTES;
use serde_json::{Value, json};

use crate::office::{CHEN, LI, Office, Phone, ZHOU};

/// Who asks.
const ACTORS: [&str; 9] = [
    "anonymous",
    "manager",
    "other manager",
    "unit head",
    "approver",
    "admin",
    "deactivated",
    "session ended",
    "must change password",
];

/// What each of [`ACTORS`] gets: the status, in their order.
struct Line {
    method: &'static str,
    path: &'static str,
    body: fn(&Phone<'_>) -> Value,
    gets: [u16; 9],
}

/// Open to everybody.
const OPEN: [u16; 9] = [200; 9];
/// For all who are logged in and have a password of their own.
const MEMBERS: [u16; 9] = [401, 200, 200, 200, 200, 200, 401, 401, 403];

/// For who holds a row that names it.
const NOBODY: [u16; 9] = [401, 404, 404, 404, 404, 404, 401, 401, 403];

fn nothing(_: &Phone<'_>) -> Value {
    Value::Null
}

fn lines() -> Vec<Line> {
    let line = |method, path, body, gets| Line { method, path, body, gets };
    vec![
        line("POST", "/sync/push", |phone| phone.batch(&[]), MEMBERS),
        line("POST", "/sync/pull", |phone| phone.pull_request(None, None, 500), MEMBERS),
        // everybody may try; the name and password of this body are nobody's
        line("GET", "/sync/poke", nothing, MEMBERS),
        // a store that nobody has pulled with is nobody's
        line(
            "POST",
            "/sync/repair",
            |_| json!({ "client": uuid::Uuid::from_u128(0xdead), "cookie": "", "digests": {} }),
            [401, 403, 403, 403, 403, 403, 401, 401, 403],
        ),
        line("POST", "/api/session", |_| json!({ "login": "nobody", "password": "x" }), [401; 9]),
        line("GET", "/api/session", nothing, [401, 200, 200, 200, 200, 200, 401, 401, 200]),
        line(
            "POST",
            "/api/password",
            |_| json!({ "old": "not this one", "new": "another good one" }),
            [401, 403, 403, 403, 403, 403, 401, 401, 403],
        ),
        // li's, so that nobody ends their own session here
        line(
            "POST",
            "/api/members/{id}/password",
            |_| json!({}),
            [401, 403, 403, 403, 403, 200, 401, 401, 403],
        ),
        line("GET", "/api/members/{id}/devices", nothing, [401, 403, 403, 403, 403, 200, 401, 401, 403]),
        line("GET", "/api/devices", nothing, MEMBERS),
        // each with a key of its own, on the device of the pull above
        line(
            "POST",
            "/api/devices/key",
            |phone| json!({ "client": phone.client, "key": crate::proof::Signer::of(phone).public(), "at": 0 }),
            MEMBERS,
        ),
        line("GET", "/.well-known/leeway-keys.json", nothing, OPEN),
        // nobody's
        line(
            "POST",
            "/api/devices/{id}/removal",
            |_| json!({}),
            [401, 404, 404, 404, 404, 404, 401, 401, 403],
        ),
        line(
            "POST",
            "/api/rehearsal",
            |_| crate::bargain::limits(),
            [401, 403, 403, 403, 403, 200, 401, 401, 403],
        ),
        // for whom a post of theirs decides
        line("GET", "/api/spending", nothing, [401, 403, 403, 200, 200, 403, 401, 401, 403]),
        line("GET", "/api/frameworks", nothing, [401, 403, 403, 403, 403, 200, 401, 401, 403]),
        // nobody signed this one
        line("POST", "/api/paper", |_| json!({ "paper": "MZXW6" }), [400; 9]),
        // without an origin there is no code to be made, before anything is looked up
        line("GET", "/api/quotes/{id}/paper.pdf", nothing, [401, 400, 400, 400, 400, 400, 401, 401, 403]),
        line("GET", "/api/recovery-key", nothing, MEMBERS),
        // to everybody who names no row of theirs, a photo does not exist
        line("GET", "/blobs/{hash}", nothing, NOBODY),
        line("GET", "/blobs/{hash}/upload", nothing, NOBODY),
        line("PATCH", "/blobs/{hash}/upload", nothing, [401, 400, 400, 400, 400, 400, 401, 401, 403]),
        line("GET", "/api/openapi.json", nothing, OPEN),
        line("GET", "/healthz", nothing, OPEN),
        line("GET", "/manifest.webmanifest", nothing, OPEN),
        line("GET", "/", nothing, OPEN),
        line("GET", "/{*path}", nothing, OPEN),
        // the last: it ends the sessions
        line("DELETE", "/api/session", nothing, [401, 204, 204, 204, 204, 204, 401, 401, 204]),
    ]
}

async fn actors(office: &Office) -> Vec<Phone<'_>> {
    let mut admin = office.log_in("admin").await;
    // deactivated while logged in
    let user = uuid::Uuid::from_u128(0x77);
    let member = json!({
        "user": user, "login": "leaving", "name": "离", "unit": crate::office::UNIT_1, "role": "admin", "star": 1,
    });
    admin.did("organisation.add_member", member).await;
    let (_, said) = admin.post(&format!("/api/members/{user}/password"), &json!({})).await;
    let leaving = office.log_in_with("leaving", said["password"].as_str().unwrap()).await;
    let leave = json!({ "user": user, "change": { "field": "active", "value": false } });
    admin.did("organisation.change_member", leave).await;
    // ended by its user
    let ended = office.log_in("admin").await;
    ended.request("DELETE", "/api/session").send().await.unwrap();
    vec![
        Phone::of(office, CHEN, "theme=dark".into()),
        office.log_in("chen").await,
        office.log_in("zhou").await,
        office.log_in("wang").await,
        office.log_in("zhao").await,
        admin.second(),
        leaving,
        ended,
        office.log_in("fresh").await,
    ]
}

#[tokio::test]
async fn everybody_gets_what_their_line_says_on_every_route() {
    let office = Office::open().await;
    std::fs::write(office.folder.path().join("app/manifest.webmanifest"), "{}").unwrap();
    let phones = actors(&office).await;
    let lines = lines();
    for route in ROUTES {
        let has_line = lines.iter().any(|line| (line.method, line.path) == (route.method, route.path));
        assert!(has_line, "{} {} has no line in the table of rights", route.method, route.path);
    }
    assert_eq!(lines.len(), ROUTES.len(), "a line without a route");
    let mut wrong = Vec::new();
    for line in &lines {
        let path = line
            .path
            .replace("{id}", &LI.to_string())
            .replace("{hash}", &"0f".repeat(32))
            .replace("{*path}", "index.html");
        for ((actor, phone), expected) in ACTORS.iter().zip(&phones).zip(line.gets) {
            let mut request = phone.request(line.method, &path);
            let body = (line.body)(phone);
            if !body.is_null() {
                request = request.json(&body);
            }
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            let is_stream =
                response.headers().get("content-type").is_some_and(|it| it == "text/event-stream");
            // one that goes on is not waited for
            let text = if is_stream { String::new() } else { response.text().await.unwrap() };
            if status != expected {
                wrong.push(format!("{} {path} as {actor}: {status}, not {expected}: {text}", line.method));
            }
            if status >= 400 {
                let error: Value = serde_json::from_str(&text).unwrap();
                assert!(error["code"].is_string(), "{text}");
                for secret in ["CHEN", "UNIT", "试点", "sql", "/data"] {
                    assert!(!text.contains(secret), "{text}");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn rights_are_about_rows_too() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let customer = chen.registers(1, "海港").await;
    // what only an admin may ask, asked by everybody else
    for login in ["chen", "zhou", "wang", "zhao"] {
        let mut phone = office.log_in(login).await;
        let promote = json!({ "user": ZHOU, "change": { "field": "role", "value": "admin" } });
        let outcome = phone.does("organisation.change_member", promote).await;
        assert_eq!(outcome.reason.unwrap().code, "general.forbidden", "{login}");
    }
    // and a customer of somebody else does not exist
    let mut zhou = office.log_in("zhou").await;
    let rename =
        json!({ "customer": customer, "change": { "field": "name", "value": "我的" }, "seen": null });
    assert_eq!(zhou.does("customers.edit", rename).await.reason.unwrap().code, "general.not_found");
}
