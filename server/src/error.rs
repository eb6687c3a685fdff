//! Errors on their way out: status and JSON. The answer holds data, never a sentence; what went wrong inside
//! goes to the log and nowhere else.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leeway_core::sync::protocol::ErrorBody;
use serde_json::{Value, json};

use crate::db::{Contention, DbError};

/// What is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooLarge {
    /// The whole body, in bytes.
    Body,
    /// One command, in bytes.
    Command {
        /// Which one.
        seq: u64,
    },
    /// The number of commands.
    Commands,
    /// The number of scopes.
    Scopes,
    /// A blob: longer than the row that names it says.
    Blob,
}

/// What is wrong with a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeakPassword {
    /// Fewer characters than are needed.
    Short,
    /// More than anybody types.
    Long,
    /// One of those that everybody tries first.
    Common,
    /// The log-in name.
    Login,
    /// The old one.
    Same,
}

/// Why a request was not answered as asked.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The body is not JSON.
    #[error("not JSON: {0}")]
    MalformedJson(String),
    /// The body is JSON of another form.
    #[error("not what this route takes: {0}")]
    BadRequest(String),
    /// There are no letters for a Chinese paper.
    #[error("{}", crate::pdf::PdfError::NoFont)]
    NoFont,
    /// There is no session, or it has ended.
    #[error("not logged in")]
    NotLoggedIn,
    /// Name or password are wrong, or the person may not log in: never told apart.
    #[error("wrong name or password")]
    WrongLogin,
    /// The old password is wrong.
    #[error("wrong password")]
    WrongPassword,
    /// A new password is no good.
    #[error("weak password: {0:?}")]
    WeakPassword(WeakPassword),
    /// The password was given by somebody else and must be changed first.
    #[error("the password must be changed first")]
    MustChangePassword,
    /// A demo password, over the network.
    #[error("demo passwords are refused on a non-loopback address until changed")]
    DemoPassword,
    /// The role does not allow this.
    #[error("forbidden")]
    Forbidden,
    /// An admin changes their own password as everybody else does.
    #[error("not for yourself")]
    Yourself,
    /// The store belongs to another user.
    #[error("the client belongs to another user")]
    ForeignClient,
    /// What is asked for needs a log-in of just now.
    #[error("the log-in is too old for this")]
    LogInAgain,
    /// The device is to be removed: it may hand in what it has and log out, and nothing else.
    #[error("the device is to be removed")]
    DeviceRemoved,
    /// A request from a page of another site.
    #[error("a request from another site")]
    CrossSite,
    /// The address is of no organisation that is served here.
    #[error("no organisation has this host")]
    Misdirected,
    /// There is no such thing.
    #[error("not found")]
    NotFound,
    /// A row names the blob, but it has not come.
    #[error("the blob has not come yet")]
    Pending,
    /// The upload goes on elsewhere.
    #[error("the upload goes on at {offset}")]
    WrongOffset {
        /// Where.
        offset: u64,
    },
    /// The bytes are not what their name says, or not of the kind that the row says.
    #[error("the bytes are not the blob of this name")]
    WrongBlob,
    /// The part that is asked for lies beyond the end.
    #[error("no such part of {length} bytes")]
    Range {
        /// How much there is.
        length: u64,
    },
    /// The address does not take this method.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// Commands are missing in between.
    #[error("gap: expected {expected}")]
    Gap {
        /// The next that is wanted.
        expected: u64,
    },
    /// A command under a seq that has another one already.
    #[error("another payload under seq {seq}")]
    PayloadMismatch {
        /// Which one.
        seq: u64,
    },
    /// Another copy of the same store has pushed.
    #[error("the client was forked")]
    ClientForked,
    /// The client speaks of another history of the data: it must pull first.
    #[error("another epoch")]
    OtherEpoch,
    /// Too much at once.
    #[error("too large: {what:?}, at most {max}")]
    TooLarge {
        /// What.
        what: TooLarge,
        /// How much is taken.
        max: usize,
    },
    /// The body is not sent as JSON.
    #[error("not application/json")]
    NotJson,
    /// The body is compressed.
    #[error("request bodies are taken uncompressed")]
    Encoded,
    /// The app is older than the server serves.
    #[error("the app is too old")]
    UpdateRequired,
    /// Too many failures; wait.
    #[error("too many attempts, wait {seconds} s")]
    TooManyAttempts {
        /// How long.
        seconds: u64,
    },
    /// The server did not get to it in time.
    #[error("busy")]
    Busy,
    /// Others wrote the same again and again.
    #[error("contention: {0}")]
    Contention(#[source] DbError),
    /// The server is at fault.
    #[error("internal: {0}")]
    Internal(String),
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Closed => Self::Busy,
            DbError::Contention(_) => Self::Contention(error),
            DbError::Full(_) => {
                tracing::error!(%error, "nothing can be taken in");
                Self::Busy
            }
            error => Self::Internal(error.to_string()),
        }
    }
}

impl Contention for ApiError {
    fn is_contention(&self) -> bool {
        matches!(self, Self::Contention(_))
    }
}

/// The oldest record shapes that are still served.
pub const MIN_CORE: u32 = 1;

impl ApiError {
    /// Returns the status, the code and what a sentence about it needs.
    #[must_use]
    pub fn parts(&self) -> (StatusCode, &'static str, Value) {
        use StatusCode as S;
        let none = Value::Null;
        match self {
            Self::MalformedJson(why) => (S::BAD_REQUEST, "malformed_json", json!({ "why": why })),
            Self::BadRequest(why) => (S::BAD_REQUEST, "bad_request", json!({ "why": why })),
            Self::NoFont => (S::NOT_IMPLEMENTED, "no_font", none),
            Self::NotLoggedIn => (S::UNAUTHORIZED, "not_logged_in", none),
            Self::WrongLogin => (S::UNAUTHORIZED, "wrong_login", none),
            Self::WrongPassword => (S::FORBIDDEN, "wrong_password", none),
            Self::WeakPassword(why) => (S::UNPROCESSABLE_ENTITY, "weak_password", weak(*why)),
            Self::MustChangePassword => (S::FORBIDDEN, "must_change_password", none),
            Self::DemoPassword => (S::FORBIDDEN, "demo_password", none),
            Self::Forbidden => (S::FORBIDDEN, "forbidden", none),
            Self::Yourself => (S::CONFLICT, "yourself", none),
            Self::ForeignClient => (S::FORBIDDEN, "foreign_client", none),
            Self::LogInAgain => (S::FORBIDDEN, "log_in_again", none),
            Self::DeviceRemoved => (S::FORBIDDEN, "device_removed", none),
            Self::CrossSite => (S::FORBIDDEN, "cross_site", none),
            Self::Misdirected => (S::MISDIRECTED_REQUEST, "misdirected", none),
            Self::NotFound => (S::NOT_FOUND, "not_found", none),
            Self::Pending => (S::NOT_FOUND, "pending", none),
            Self::WrongOffset { offset } => (S::CONFLICT, "wrong_offset", json!({ "offset": offset })),
            Self::WrongBlob => (S::UNPROCESSABLE_ENTITY, "wrong_blob", none),
            Self::Range { length } => (S::RANGE_NOT_SATISFIABLE, "range", json!({ "length": length })),
            Self::MethodNotAllowed => (S::METHOD_NOT_ALLOWED, "method_not_allowed", none),
            Self::Gap { expected } => (S::CONFLICT, "gap", json!({ "expected": expected })),
            Self::PayloadMismatch { seq } => (S::CONFLICT, "payload_mismatch", json!({ "seq": seq })),
            Self::ClientForked => (S::CONFLICT, "client_forked", none),
            Self::OtherEpoch => (S::CONFLICT, "other_epoch", none),
            Self::TooLarge { what, max } => (S::PAYLOAD_TOO_LARGE, "too_large", large(*what, *max)),
            Self::NotJson => (S::UNSUPPORTED_MEDIA_TYPE, "not_json", none),
            Self::Encoded => (S::UNSUPPORTED_MEDIA_TYPE, "encoded", none),
            Self::UpdateRequired => (S::UPGRADE_REQUIRED, "update_required", json!({ "min_core": MIN_CORE })),
            Self::TooManyAttempts { seconds } => {
                (S::TOO_MANY_REQUESTS, "too_many_attempts", json!({ "seconds": seconds }))
            }
            Self::Busy | Self::Contention(_) => (S::SERVICE_UNAVAILABLE, "busy", none),
            Self::Internal(_) => (S::INTERNAL_SERVER_ERROR, "internal", none),
        }
    }
}

fn weak(why: WeakPassword) -> Value {
    match why {
        WeakPassword::Short => json!({ "why": "short", "min": crate::auth::password::MIN }),
        WeakPassword::Long => json!({ "why": "long", "max": crate::auth::password::MAX }),
        WeakPassword::Common => json!({ "why": "common" }),
        WeakPassword::Login => json!({ "why": "login" }),
        WeakPassword::Same => json!({ "why": "same" }),
    }
}

fn large(what: TooLarge, max: usize) -> Value {
    match what {
        TooLarge::Body => json!({ "what": "body", "max": max }),
        TooLarge::Command { seq } => json!({ "what": "command", "max": max, "seq": seq }),
        TooLarge::Commands => json!({ "what": "commands", "max": max }),
        TooLarge::Blob => json!({ "what": "blob", "max": max }),
        TooLarge::Scopes => json!({ "what": "scopes", "max": max }),
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code, args) = self.parts();
        // the operator has to know of both
        if status == StatusCode::INTERNAL_SERVER_ERROR || matches!(self, Self::NoFont) {
            tracing::error!(error = %self, "request failed");
        } else {
            tracing::debug!(error = %self, "request refused");
        }
        let mut response = (status, Json(ErrorBody { code: code.to_owned(), args })).into_response();
        let wait = match self {
            Self::TooManyAttempts { seconds } => Some(HeaderValue::from(seconds)),
            Self::Busy | Self::Contention(_) => Some(HeaderValue::from_static("2")),
            _ => None,
        };
        response.headers_mut().extend(wait.map(|wait| (header::RETRY_AFTER, wait)));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_wrong_inside_stays_inside() {
        let secret = ApiError::Internal("disk /data is full".into());
        let (status, code, args) = secret.parts();
        assert_eq!((status.as_u16(), code, args), (500, "internal", Value::Null));
    }

    #[test]
    fn waiting_is_said_in_a_header_too() {
        let response = ApiError::TooManyAttempts { seconds: 61 }.into_response();
        assert_eq!(response.headers()[header::RETRY_AFTER], "61");
        assert_eq!(ApiError::Busy.into_response().headers()[header::RETRY_AFTER], "2");
    }
}
