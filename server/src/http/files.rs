//! The built app: its files, compressed when it was built, and its one page for every screen's address.
//! **Never** answers a missing file with the page: an old tab would take that for its program.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::app::App;
use crate::error::ApiError;

const PAGE: &str = "/index.html";
const MANIFEST: &str = "/manifest.webmanifest";
const MANIFEST_EN: &str = "/manifest.en.webmanifest";

/// Where customers check a paper (`docs/adr/0021`): a page of its own beside the app, with a worker of its own.
const PAPERS: &str = "/V/";
const PAPERS_PAGE: &str = "/V/index.html";

/// The name changes with the content.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// To be asked for each time; unchanged costs no more than the asking.
const ASK: HeaderValue = HeaderValue::from_static("no-cache");

/// Sends a file, or the page for the address of a screen.
pub async fn file(State(app): State<App>, request: Request) -> Response {
    let path = request.uri().path();
    if is_hidden(path) || is_ours(path) {
        return ApiError::NotFound.into_response();
    }
    if is_near(path) {
        return Redirect::permanent(PAPERS).into_response();
    }
    if path == PAPERS {
        return send(&app, request, PAPERS_PAGE).await;
    }
    let path = if is_screen(path, request.headers()) { PAGE.to_owned() } else { path.to_owned() };
    send(&app, request, &path).await
}

/// Sends the manifest in the language that the browser prefers.
pub async fn manifest(State(app): State<App>, request: Request) -> Response {
    let path = if prefers_english(request.headers()) { MANIFEST_EN } else { MANIFEST };
    let mut response = send(&app, request, path).await;
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-language"));
    response
}

async fn send(app: &App, mut request: Request, path: &str) -> Response {
    let Ok(uri) = path.parse::<Uri>() else { return ApiError::NotFound.into_response() };
    *request.uri_mut() = uri;
    let folder = ServeDir::new(&app.files)
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false);
    let mut response = match folder.oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    };
    if response.status().is_client_error() {
        return ApiError::NotFound.into_response();
    }
    let caching = if is_hashed(path) { FOR_EVER } else { ASK };
    response.headers_mut().insert(header::CACHE_CONTROL, caching);
    response
}

/// Addresses of the server itself: what is not among them does not exist. `/sync` alone is a screen of the app.
fn is_ours(path: &str) -> bool {
    ["/api/", "/blobs/", "/sync/"].iter().any(|ours| path.starts_with(ours)) || path == "/api"
}

/// What somebody may type or a scanner may make of the page's address. Browsers keep what stands behind the `#`.
fn is_near(path: &str) -> bool {
    path != PAPERS && path.trim_end_matches('/').eq_ignore_ascii_case(PAPERS.trim_end_matches('/'))
}

/// Files that the build leaves for itself.
fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.'))
}

/// Screens have no dot in their last part; files do.
fn is_screen(path: &str, headers: &HeaderMap) -> bool {
    let is_named = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let accepts = headers.get_all(header::ACCEPT).iter().filter_map(|it| it.to_str().ok());
    !is_named && (path == "/" || accepts.into_iter().any(|it| it.contains("text/html")))
}

/// The bundler's names end in `-` and 16 hexadecimal digits.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let hash = stem.rsplit_once('-').map_or("", |(_, hash)| hash);
    hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Reads the first of the preferred languages; Chinese unless it is English.
fn prefers_english(headers: &HeaderMap) -> bool {
    let languages = headers.get(header::ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let weigh = |entry: &str| {
        let (tag, weight) = entry.split_once(";q=").unwrap_or((entry, "1"));
        (tag.trim().to_lowercase(), weight.trim().parse::<f32>().unwrap_or(0.0))
    };
    let all = languages.split(',').map(weigh).filter(|(tag, _)| !tag.is_empty());
    // the first of equals counts
    let best = all.reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.is_some_and(|(tag, _)| tag == "en" || tag.starts_with("en-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn a_screen_is_a_navigation_without_a_dot() {
        let page = headers(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
        let script = headers(header::ACCEPT, "*/*");
        assert!(is_screen("/", &script) && is_screen("/", &HeaderMap::new()));
        assert!(is_screen("/visits/0198c0de", &page) && is_screen("/me/", &page));
        assert!(!is_screen("/visits/0198c0de", &script));
        assert!(!is_screen("/leeway-app-0123456789abcdef.js", &page));
    }

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        for name in
            ["/a-0123456789abcdef.css", "/leeway-app-0123456789ABCDEF_bg.wasm", "/x/a-b-0123456789abcdef.js"]
        {
            assert!(is_hashed(name), "{name}");
        }
        for name in [
            "/",
            "/index.html",
            "/sw.js",
            "/icons/icon-192.png",
            "/a-0123456789abcdeg.css",
            "/0123456789abcdef.js",
        ] {
            assert!(!is_hashed(name), "{name}");
        }
    }

    #[test]
    fn the_servers_own_and_hidden_addresses_are_no_files() {
        assert!(is_ours("/api") && is_ours("/api/nothing") && is_ours("/sync/push"));
        assert!(is_near("/v") && is_near("/V") && is_near("/v/") && !is_near(PAPERS) && !is_near("/visits"));
        assert!(!is_ours("/apis") && !is_ours("/") && !is_ours("/sync"));
        assert!(is_hidden("/.stage/sw.js") && is_hidden("/a/../b") && !is_hidden("/sw.js"));
    }

    #[test]
    fn the_manifest_follows_the_first_language() {
        let english = |value| prefers_english(&headers(header::ACCEPT_LANGUAGE, value));
        assert!(english("en") && english("en-GB,zh;q=0.9") && english("zh;q=0.5, EN-us;q=0.8"));
        assert!(!english("zh-CN,en;q=0.9") && !english("de") && !english("") && !english("zh,en"));
        assert!(!prefers_english(&HeaderMap::new()));
    }
}
