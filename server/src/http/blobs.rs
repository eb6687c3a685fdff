//! `/blobs/{hash}`: photos come in by pieces, and go out, in parts if asked. Who may is in [`crate::blobs`]: a blob that
//! no row of theirs names is as unknown to them as one that nobody has. **Never** a page: what is sent can't run.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leeway_core::sync::protocol::{BLOB_PIECE_MAX, ErrorBody, UPLOAD_OFFSET, UploadState};
use leeway_core::values::BlobHash;
use object_store::{GetOptions, GetRange};

use super::json;
use crate::app::App;
use crate::auth::Actor;
use crate::blobs::{upload, whole_for};
use crate::deputies;
use crate::error::ApiError;

/// What a blob may do when somebody opens it as a page: nothing.
const CSP: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'");
/// The name says what is in it, for ever; but only this user's browser may keep it.
const KEEP: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");
/// The type of a piece. No form of another site can send it.
const PIECE: &str = "application/octet-stream";

/// Says whether a request that is not JSON is one of these.
pub fn takes(method: &Method, path: &str, headers: &HeaderMap) -> bool {
    let is_piece = headers.get(header::CONTENT_TYPE).is_some_and(|it| it == PIECE);
    method == Method::PATCH && path.starts_with("/blobs/") && is_piece
}

/// A piece of a blob, and where it begins.
#[derive(Debug)]
pub struct Piece {
    offset: u64,
    bytes: Bytes,
}

impl<S: Sync> FromRequest<S> for Piece {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let offset =
            request.headers().get(UPLOAD_OFFSET).and_then(|it| it.to_str().ok()?.parse::<u32>().ok());
        let offset = offset.ok_or_else(|| ApiError::BadRequest(format!("{UPLOAD_OFFSET} is missing")))?;
        // a body that is cut off is no piece: what came of it is sent again
        let bytes = json::read(request.into_body(), BLOB_PIECE_MAX).await?;
        Ok(Self { offset: offset.into(), bytes })
    }
}

/// Reads the name; what is none exists no more than what nobody names.
fn named(hash: &str) -> Result<BlobHash, ApiError> {
    hash.parse().map_err(|_| ApiError::NotFound)
}

/// Says how far a blob has come.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    get,
    path = "/blobs/{hash}/upload",
    tag = "blobs",
    params(("hash" = String, Path, description = "SHA-256 in small hexadecimal digits")),
    responses(
        (status = 200, description = "Where to go on", body = UploadState),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`must_change_password`", body = ErrorBody),
        (status = 404, description = "`not_found`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn state(
    State(app): State<App>,
    actor: Actor,
    Path(hash): Path<String>,
) -> Result<Json<UploadState>, ApiError> {
    deputies::in_time(&app, actor.user()).await?;
    upload::state(&app, actor.user(), named(&hash)?).await.map(Json)
}

/// Takes in a piece.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    patch,
    path = "/blobs/{hash}/upload",
    tag = "blobs",
    params(
        ("hash" = String, Path, description = "SHA-256 in small hexadecimal digits"),
        ("upload-offset" = u32, Header, description = "Where the piece begins"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 200, description = "Where to go on", body = UploadState),
        (status = 400, description = "`bad_request`", body = ErrorBody),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`must_change_password`, `cross_site`", body = ErrorBody),
        (status = 404, description = "`not_found`", body = ErrorBody),
        (status = 409, description = "`wrong_offset`", body = ErrorBody),
        (status = 413, description = "`too_large`", body = ErrorBody),
        (status = 415, description = "`not_json`, `encoded`", body = ErrorBody),
        (status = 422, description = "`wrong_blob`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn append(
    State(app): State<App>,
    actor: Actor,
    Path(hash): Path<String>,
    piece: Piece,
) -> Result<Json<UploadState>, ApiError> {
    deputies::in_time(&app, actor.user()).await?;
    upload::append(&app, actor.user(), named(&hash)?, piece.offset, piece.bytes).await.map(Json)
}

/// Sends a blob, or the part of it that `Range` names.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    get,
    path = "/blobs/{hash}",
    tag = "blobs",
    params(("hash" = String, Path, description = "SHA-256 in small hexadecimal digits")),
    responses(
        (status = 200, description = "The bytes", content_type = "image/jpeg", body = Vec<u8>),
        (status = 206, description = "The part asked for", content_type = "image/jpeg", body = Vec<u8>),
        (status = 304, description = "The browser has it"),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`must_change_password`", body = ErrorBody),
        (status = 404, description = "`not_found`, or `pending`: a row names it, it has not come", body = ErrorBody),
        (status = 416, description = "`range`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn fetch(
    State(app): State<App>,
    actor: Actor,
    Path(hash): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let hash = named(&hash)?;
    deputies::in_time(&app, actor.user()).await?;
    let blob = whole_for(&app, actor.user(), hash).await?;
    let etag = HeaderValue::try_from(format!("\"{hash}\""))
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    let own = [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::CACHE_CONTROL, KEEP),
        (header::ETAG, etag.clone()),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment")),
    ];
    let has_it = |it: &HeaderValue| it.as_bytes() == b"*" || it.to_str().is_ok_and(|it| lists(it, &etag));
    if headers.get_all(header::IF_NONE_MATCH).iter().any(has_it) {
        return Ok((StatusCode::NOT_MODIFIED, own).into_response());
    }
    let length = u64::from(blob.bytes);
    let part =
        headers.get(header::RANGE).map_or(Part::Whole, |it| part(it.to_str().unwrap_or_default(), length));
    let (status, (from, to)) = match part {
        Part::Whole => (StatusCode::OK, (0, length)),
        Part::Of(from, to) => (StatusCode::PARTIAL_CONTENT, (from, to)),
        Part::Beyond => return Err(ApiError::Range { length }),
    };
    let options = GetOptions { range: Some(GetRange::Bounded(from..to)), ..GetOptions::default() };
    // the database says whole, the store has lost it: to come again from a phone that still has it
    let found = app.blobs.get(hash, options).await?.ok_or(ApiError::Pending)?;
    let mut response = (status, own, Body::from_stream(found.into_stream())).into_response();
    let mut say = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    };
    say(header::CONTENT_TYPE, blob.media.mime().to_owned());
    say(header::CONTENT_LENGTH, (to - from).to_string());
    if status == StatusCode::PARTIAL_CONTENT {
        say(header::CONTENT_RANGE, format!("bytes {from}-{}/{length}", to - 1));
    }
    Ok(response)
}

/// Says whether a list of tags holds this one.
fn lists(list: &str, etag: &HeaderValue) -> bool {
    list.split(',').any(|it| it.trim().trim_start_matches("W/").as_bytes() == etag.as_bytes())
}

/// Which part of a blob is meant.
#[derive(Debug, PartialEq)]
enum Part {
    /// All of it; also when the range is none that we know, as HTTP has it.
    Whole,
    /// From here, to before there.
    Of(u64, u64),
    /// Nothing that it has.
    Beyond,
}

fn part(range: &str, length: u64) -> Part {
    let Some((from, to)) = range.strip_prefix("bytes=").and_then(|it| it.split_once('-')) else {
        return Part::Whole;
    };
    match (from.parse::<u64>(), to.parse::<u64>()) {
        (Ok(from), Ok(to)) if from <= to && from < length => Part::Of(from, length.min(to.saturating_add(1))),
        (Ok(from), Ok(to)) if from <= to => Part::Beyond,
        (Ok(from), Err(_)) if to.is_empty() && from < length => Part::Of(from, length),
        (Ok(_), Err(_)) if to.is_empty() => Part::Beyond,
        (Err(_), Ok(0)) if from.is_empty() => Part::Beyond,
        (Err(_), Ok(last)) if from.is_empty() && length > 0 => Part::Of(length.saturating_sub(last), length),
        _ => Part::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(range: &str, expected: Part) {
        assert_eq!(part(range, 10), expected, "{range}");
    }

    #[test]
    fn a_part_is_one_stretch_of_bytes() {
        check("bytes=0-3", Part::Of(0, 4));
        check("bytes=4-", Part::Of(4, 10));
        check("bytes=-3", Part::Of(7, 10));
        check("bytes=-99", Part::Of(0, 10));
        check("bytes=9-18446744073709551615", Part::Of(9, 10));
        check("bytes=10-", Part::Beyond);
        check("bytes=10-12", Part::Beyond);
        check("bytes=-0", Part::Beyond);
    }

    #[test]
    fn what_is_no_part_is_the_whole() {
        for range in ["", "bytes", "bytes=", "bytes=3-1", "bytes=0-1,4-5", "lines=0-1", "bytes=x-"] {
            check(range, Part::Whole);
        }
    }

    #[test]
    fn a_tag_is_found_in_its_list() {
        let tag = HeaderValue::from_static("\"a\"");
        assert!(lists("\"b\", W/\"a\"", &tag));
        assert!(!lists("\"b\"", &tag));
    }
}
