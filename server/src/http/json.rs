//! JSON on its way in: of a limited size, uncompressed, sent as JSON. **Never** logged.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::blobs;
use crate::error::{ApiError, TooLarge};

/// Most bytes of a body that nobody said anything else about.
pub const SMALL: usize = 16 * 1024;
/// A body that is too large is read on up to this, so that its sender is still listening to the answer.
const PATIENCE: usize = 4 * 1024 * 1024;

/// A body of at most `MAX` bytes.
#[derive(Debug)]
pub struct Received<T, const MAX: usize = SMALL>(pub T);

impl<T: DeserializeOwned, S: Sync, const MAX: usize> FromRequest<S> for Received<T, MAX> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let bytes = read(request.into_body(), MAX).await?;
        parse(&bytes).map(Self)
    }
}

pub(super) async fn read(body: Body, max: usize) -> Result<Bytes, ApiError> {
    let mut stream = body.into_data_stream();
    let mut kept = Vec::new();
    let mut total = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| ApiError::BadRequest(error.to_string()))?;
        total += chunk.len();
        if total <= max {
            kept.extend_from_slice(&chunk);
        } else if total > PATIENCE {
            break;
        }
    }
    if total > max {
        return Err(ApiError::TooLarge { what: TooLarge::Body, max });
    }
    Ok(kept.into())
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| {
        if !error.is_data() {
            return ApiError::MalformedJson(error.to_string());
        }
        // a wrong form may show before a syntax error further on
        match serde_json::from_slice::<IgnoredAny>(bytes) {
            Ok(_) => ApiError::BadRequest(error.to_string()),
            Err(malformed) => ApiError::MalformedJson(malformed.to_string()),
        }
    })
}

/// Refuses bodies that are not sent as plain JSON, but for pieces of blobs where those are taken. A form of another
/// site can send neither.
pub async fn only(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    match check(request.method(), path, request.headers()) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

fn check(method: &Method, path: &str, headers: &HeaderMap) -> Result<(), ApiError> {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|it| it != "identity") {
        return Err(ApiError::Encoded);
    }
    if method.is_safe() {
        return Ok(());
    }
    let is_empty = headers.get(header::CONTENT_LENGTH).is_none_or(|it| it == "0")
        && !headers.contains_key(header::TRANSFER_ENCODING);
    match headers.get(header::CONTENT_TYPE) {
        None if is_empty => Ok(()),
        Some(value) if is_json(value.as_bytes()) => Ok(()),
        Some(_) if blobs::takes(method, path, headers) => Ok(()),
        _ => Err(ApiError::NotJson),
    }
}

fn is_json(value: &[u8]) -> bool {
    let essence = value.split(|byte| *byte == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(b"application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &'static str)]) -> HeaderMap {
        all.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_plain_json_comes_in() {
        let json = ("content-type", "application/json; charset=utf-8");
        let length = ("content-length", "2");
        assert!(check(&Method::POST, "/sync/push", &headers(&[json, length])).is_ok());
        assert!(check(&Method::POST, "/sync/push", &headers(&[])).is_ok());
        assert!(check(&Method::DELETE, "/sync/push", &headers(&[("content-length", "0")])).is_ok());
        assert!(check(&Method::GET, "/sync/push", &headers(&[])).is_ok());
        for wrong in [
            vec![length],
            vec![("transfer-encoding", "chunked")],
            vec![length, ("content-type", "text/plain")],
            vec![length, ("content-type", "application/json-seq")],
            vec![length, ("content-type", "application/x-www-form-urlencoded")],
        ] {
            assert!(
                matches!(check(&Method::POST, "/sync/push", &headers(&wrong)), Err(ApiError::NotJson)),
                "{wrong:?}"
            );
        }
        let piece = headers(&[length, ("content-type", "application/octet-stream")]);
        assert!(check(&Method::PATCH, "/blobs/x/upload", &piece).is_ok());
        assert!(matches!(check(&Method::PATCH, "/sync/push", &piece), Err(ApiError::NotJson)));
        assert!(matches!(check(&Method::POST, "/blobs/x/upload", &piece), Err(ApiError::NotJson)));
        let gzip = headers(&[json, length, ("content-encoding", "gzip")]);
        assert!(matches!(check(&Method::POST, "/sync/push", &gzip), Err(ApiError::Encoded)));
    }

    #[tokio::test]
    async fn a_large_body_is_refused_after_reading_some_more() {
        assert_eq!(read(Body::from("12345"), 5).await.unwrap().len(), 5);
        let refused = read(Body::from("123456"), 5).await;
        assert!(matches!(refused, Err(ApiError::TooLarge { what: TooLarge::Body, max: 5 })));
    }

    #[test]
    fn bad_json_is_told_from_json_of_another_form() {
        assert!(matches!(parse::<u8>(b"{"), Err(ApiError::MalformedJson(_))));
        assert!(matches!(parse::<u8>(b"\"x\""), Err(ApiError::BadRequest(_))));
        assert!(matches!(parse::<String>(b"\"\xff\""), Err(ApiError::MalformedJson(_))));
        let deep = "[".repeat(1_000);
        assert!(matches!(parse::<serde_json::Value>(deep.as_bytes()), Err(ApiError::MalformedJson(_))));
    }
}
