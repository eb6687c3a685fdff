//! The built app, as browsers fetch it.

use std::fs;

use reqwest::StatusCode;

use crate::office::{Office, answer, check_error};

const HASHED: &str = "leeway-app-0123456789abcdef";

async fn office() -> Office {
    let office = Office::open().await;
    let app = office.folder.path().join("app");
    fs::create_dir_all(app.join("icons")).unwrap();
    fs::create_dir_all(app.join(".stage")).unwrap();
    for (name, text) in [
        ("sw.js", "worker"),
        ("boot.js", "boot"),
        ("manifest.webmanifest", "{\"lang\":\"zh-CN\"}"),
        ("manifest.en.webmanifest", "{\"lang\":\"en\"}"),
        ("icons/icon.svg", "<svg/>"),
        (".stage/sw.js", "half-built"),
    ] {
        fs::write(app.join(name), text).unwrap();
    }
    for end in [".js", ".js.br", ".js.gz", "_bg.wasm"] {
        fs::write(app.join(format!("{HASHED}{end}")), format!("the file {end}")).unwrap();
    }
    office
}

async fn get(office: &Office, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let mut request = office.request("GET", path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn hashed_files_are_kept_and_others_asked_for() {
    let office = office().await;
    for (path, typ, caching) in [
        (format!("/{HASHED}.js"), "text/javascript", "public, max-age=31536000, immutable"),
        (format!("/{HASHED}_bg.wasm"), "application/wasm", "public, max-age=31536000, immutable"),
        ("/".into(), "text/html", "no-cache"),
        ("/index.html".into(), "text/html", "no-cache"),
        ("/sw.js".into(), "text/javascript", "no-cache"),
        ("/boot.js".into(), "text/javascript", "no-cache"),
        ("/manifest.webmanifest".into(), "application/manifest+json", "no-cache"),
        ("/icons/icon.svg".into(), "image/svg+xml", "no-cache"),
    ] {
        let response = get(&office, &path, &[]).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(response.headers()["content-type"], typ, "{path}");
        assert_eq!(response.headers()["cache-control"], caching, "{path}");
    }
}

#[tokio::test]
async fn files_come_as_they_were_compressed_at_the_build() {
    let office = office().await;
    let path = format!("/{HASHED}.js");
    for (accepts, encoding, text) in [
        ("gzip, deflate, br", Some("br"), "the file .js.br"),
        ("gzip", Some("gzip"), "the file .js.gz"),
        ("identity", None, "the file .js"),
    ] {
        let response = get(&office, &path, &[("accept-encoding", accepts)]).await;
        assert_eq!(response.headers().get("content-encoding").map(|it| it.to_str().unwrap()), encoding);
        assert_eq!(response.headers()["content-type"], "text/javascript");
        assert_eq!(response.headers()["vary"], "accept-encoding");
        assert_eq!(response.text().await.unwrap(), text);
    }
}

#[tokio::test]
async fn a_screen_is_the_page_and_a_missing_file_is_not() {
    let office = office().await;
    let page = [("accept", "text/html,application/xhtml+xml")];
    for path in ["/", "/today", "/visits/0198c0de-0000-7000-8000-000000000000", "/me/sync", "/today?from=x"] {
        let response = get(&office, path, &page).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert!(response.text().await.unwrap().contains("the page"), "{path}");
    }
    for path in [
        "/leeway-app-fedcba9876543210.js",
        "/leeway-app-fedcba9876543210_bg.wasm",
        "/gone.css",
        "/icons/gone.png",
        "/icons/",
        "/favicon.ico",
    ] {
        for headers in [&[("accept", "*/*")], &[("sec-fetch-dest", "script")]] {
            let response = answer(get(&office, path, headers).await).await;
            check_error(&response, 404, "not_found", &serde_json::Value::Null);
        }
    }
    let script = get(&office, "/leeway-app-fedcba9876543210.js", &page).await;
    assert_eq!(script.status(), StatusCode::NOT_FOUND, "not even for somebody who opens it");
}

#[tokio::test]
async fn what_is_not_the_app_is_not_served() {
    let office = office().await;
    fs::write(office.folder.path().join("secret.txt"), "secret").unwrap();
    let page = ("accept", "text/html");
    for path in [
        "/api/nothing",
        "/api",
        "/sync/nothing",
        "/.stage/sw.js",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/icons/..%2f..%2fsecret.txt",
        "/data/leeway.sqlite",
        "/%00.txt",
    ] {
        let response = get(&office, path, &[page]).await;
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status == StatusCode::NOT_FOUND && !text.contains("secret"), "{path}: {status} {text}");
    }
    let posted = office.request("POST", "/today").send().await.unwrap();
    check_error(&answer(posted).await, 405, "method_not_allowed", &serde_json::Value::Null);
}

#[tokio::test]
async fn the_manifest_speaks_the_browsers_language() {
    let office = office().await;
    for (languages, lang) in [("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("en-GB,en;q=0.9", "en"), ("de", "zh-CN")]
    {
        let response = get(&office, "/manifest.webmanifest", &[("accept-language", languages)]).await;
        assert_eq!(response.headers()["content-type"], "application/manifest+json");
        let vary: Vec<_> = response.headers().get_all("vary").iter().map(|it| it.to_str().unwrap()).collect();
        assert!(vary.contains(&"accept-language"), "{vary:?}");
        assert!(response.text().await.unwrap().contains(&format!("\"{lang}\"")), "{languages}");
    }
    let named = get(&office, "/manifest.en.webmanifest", &[("accept-language", "zh")]).await;
    assert!(named.text().await.unwrap().contains("\"en\""));
}

#[tokio::test]
async fn an_unchanged_file_is_not_sent_again() {
    let office = office().await;
    let first = get(&office, "/sw.js", &[]).await;
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let again = get(&office, "/sw.js", &[("if-none-match", &tag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(again.headers()["cache-control"], "no-cache");
    fs::write(office.folder.path().join("app/sw.js"), "worker of the next build").unwrap();
    let next = get(&office, "/sw.js", &[("if-none-match", &tag)]).await;
    assert_eq!(next.text().await.unwrap(), "worker of the next build");
}
