//! The headers of every answer, whatever the route and whatever went wrong.

use leeway_server::http::headers::{ALWAYS, CSP};
use leeway_server::router::ROUTES;

use crate::office::Office;

/// Fails unless the answer has all that every answer has.
fn check(response: &reqwest::Response, what: &str) {
    for (name, value) in ALWAYS {
        assert_eq!(response.headers().get_all(&name).iter().count(), 1, "{what}: {name}");
        assert_eq!(response.headers()[&name], value, "{what}");
    }
    assert!(response.headers().contains_key("cache-control"), "{what}");
    let hsts = response.headers().contains_key("strict-transport-security");
    assert!(!hsts, "{what}: without TLS nobody promises it");
    for telling in ["server", "x-powered-by"] {
        assert!(!response.headers().contains_key(telling), "{what}: {telling}");
    }
}

#[tokio::test]
async fn every_route_has_them_right_or_wrong() {
    let office = Office::open().await;
    let chen = office.log_in("chen").await;
    for route in ROUTES {
        let path = route.path.replace("{id}", "x").replace("{*path}", "index.html");
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"] {
            let what = format!("{method} {path}");
            check(&office.request(method, &path).send().await.unwrap(), &what);
            let with_body = chen.request(method, &path).header("content-type", "application/json").body("{");
            check(&with_body.send().await.unwrap(), &what);
        }
    }
    for (what, request) in [
        ("a missing file", office.request("GET", "/gone-0123456789abcdef.js")),
        ("a form", office.request("POST", "/sync/push").header("content-type", "text/plain").body("x")),
        ("another site", office.request("POST", "/sync/push").header("sec-fetch-site", "cross-site")),
        ("a screen", office.request("GET", "/visits/1").header("accept", "text/html")),
    ] {
        check(&request.send().await.unwrap(), what);
    }
}

#[tokio::test]
async fn a_log_in_and_its_cookie_have_them() {
    let office = Office::open().await;
    let response = office.try_log_in("chen", crate::office::PASSWORD).await;
    check(&response, "log-in");
    assert_eq!(response.headers()["cache-control"], "no-store");
}

#[test]
fn the_policy_allows_nothing_inline_and_nothing_from_elsewhere() {
    let expected = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' \
         blob: data:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri \
         'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'";
    assert_eq!(CSP, expected);
}
