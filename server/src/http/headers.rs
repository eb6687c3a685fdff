//! The headers of every answer, errors included: what a page of ours may do, and who may frame, embed or
//! guess it.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;

/// What a page may load and run: our own files, and Wasm. Nothing inline, nothing from elsewhere.
pub const CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
    base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'";

/// The headers that every answer has.
pub const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
             magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
        ),
    ),
];

/// Said over TLS only: browsers then insist on it for two years.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// Adds the headers. What an answer says about caching stays; one that says nothing is not cached.
pub async fn add(State(app): State<App>, request: Request, next: Next) -> Response {
    dress(next.run(request).await, app.tls)
}

/// Gives an answer the headers that it lacks.
pub(crate) fn dress(mut response: Response, is_encrypted: bool) -> Response {
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        // a handler may be stricter
        headers.entry(name).or_insert(value);
    }
    if is_encrypted {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
