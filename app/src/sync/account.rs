//! Log in, log out, change a password, rehearse limits: the only calls that a page makes and waits for. And what is
//! asked once a session.

use leeway_core::authority::{PublishLimits, Rehearsal};
use leeway_core::frameworks::Partner;
use leeway_core::paper::Language;
use leeway_core::spending::Report;
use leeway_core::sync::devices::{Device, KeyRequest, SessionAnswer};
use leeway_core::sync::protocol::{RecoveryKeyAnswer, Session};
use leeway_core::values::{ClientId, CustomerId, QuoteId, UnitId, UserId};

use super::api::{self, ApiError};
use crate::store::StoreError;

/// Why logging in did not work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogInError {
    /// Name or password are wrong.
    #[error("name or password are wrong")]
    Wrong,
    /// Too many tries.
    #[error("too many tries")]
    TooMany {
        /// Try again after so many seconds.
        seconds: u32,
    },
    /// A demo password works on the server's own machine only, until it is changed.
    #[error("a demo password")]
    DemoPassword,
    /// The server did not answer.
    #[error("no network")]
    Offline,
    /// The server answered something that this program does not expect.
    #[error("unexpected answer {0}")]
    Server(u16),
    /// This device can't save.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why logging out did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignOutError {
    /// Commands wait to be sent; they would be lost.
    #[error("{unsent} commands wait")]
    Unsent {
        /// How many.
        unsent: u32,
    },
    /// The server did not answer: it must hear of it, or the session would live on.
    #[error("no network")]
    Offline,
    /// The server answered something that this program does not expect.
    #[error("unexpected answer {0}")]
    Server(u16),
    /// This device can't save.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is wrong with a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer characters than are needed.
    Short {
        /// How many are.
        min: u32,
    },
    /// More than anybody types.
    Long {
        /// How many are taken.
        max: u32,
    },
    /// One of those that everybody tries first.
    Common,
    /// The log-in name.
    Login,
    /// The old one.
    Same,
}

/// Why the password was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// The present password is wrong.
    #[error("the present password is wrong")]
    Wrong,
    /// The new one is no good.
    #[error("weak: {0:?}")]
    Weak(Weakness),
    /// Too many tries.
    #[error("too many tries")]
    TooMany {
        /// Try again after so many seconds.
        seconds: u32,
    },
    /// The session has ended.
    #[error("not logged in")]
    NotLoggedIn,
    /// The server did not answer.
    #[error("no network")]
    Offline,
    /// The server answered something that this program does not expect.
    #[error("unexpected answer {0}")]
    Server(u16),
    /// This device can't save.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why no one-time password was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OneTimePasswordError {
    /// The session has ended.
    #[error("not logged in")]
    NotLoggedIn,
    /// Only admins may.
    #[error("forbidden")]
    Forbidden,
    /// There is no such member, or they are not active, or not sent to the server yet.
    #[error("no such member")]
    NotFound,
    /// One's own password is changed in another way.
    #[error("not for yourself")]
    Yourself,
    /// The server did not answer.
    #[error("no network")]
    Offline,
    /// The server answered something that this program does not expect.
    #[error("unexpected answer {0}")]
    Server(u16),
}

/// Why devices were not listed, or one is not removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DevicesError {
    /// The session has ended.
    #[error("not logged in")]
    NotLoggedIn,
    /// There is no such device any more.
    #[error("no such device")]
    NotFound,
    /// The server did not answer.
    #[error("no network")]
    Offline,
    /// The server answered something that this program does not expect.
    #[error("unexpected answer {0}")]
    Server(u16),
}

impl From<ApiError> for DevicesError {
    fn from(error: ApiError) -> Self {
        match (&error, error.code()) {
            (ApiError::NotReached | ApiError::Busy(_), _) => Self::Offline,
            (_, "not_logged_in") => Self::NotLoggedIn,
            (_, "not_found") => Self::NotFound,
            _ => Self::Server(error.status()),
        }
    }
}

/// The server was not heard.
pub(crate) struct NotHeard;

/// Asks who is logged in on a device that knows nobody, and what is safe at the server; `None` when nobody is.
pub(crate) async fn known() -> Result<Option<SessionAnswer>, NotHeard> {
    match api::session().await {
        Ok(answer) => Ok(Some(answer)),
        Err(ApiError::NotReached | ApiError::Busy(_)) => Err(NotHeard),
        Err(ApiError::Refused(..)) => Ok(None),
    }
}

/// Lists one's own devices, or a member's, the one that was here last first.
pub(crate) async fn devices(of: Option<UserId>) -> Result<Vec<Device>, DevicesError> {
    Ok(api::devices(of).await?.devices)
}

/// Has a device removed.
pub(crate) async fn remove_device(client: ClientId) -> Result<(), DevicesError> {
    Ok(api::remove_device(client).await?)
}

/// Logs in at the server.
pub(crate) async fn log_in(login: &str, password: &str) -> Result<Session, LogInError> {
    api::log_in(login, password).await.map_err(|error| match (&error, error.code()) {
        (ApiError::NotReached, _) => LogInError::Offline,
        (ApiError::Busy(seconds), _) => LogInError::TooMany { seconds: *seconds },
        (_, "wrong_login") => LogInError::Wrong,
        (_, "demo_password") => LogInError::DemoPassword,
        _ => LogInError::Server(error.status()),
    })
}

/// Asks for the key to which `public/rescue.js` seals what can't be sent; `None` when there is no answer of use.
pub(crate) async fn recovery_key() -> Option<RecoveryKeyAnswer> {
    api::recovery_key().await.ok()
}

/// What became of a key that was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HandedIn {
    /// The server knows it. `news`: rows came of it.
    Known {
        /// Rows came of it.
        news: bool,
    },
    /// The server may know it: there was no answer.
    Perhaps,
    /// The server takes no keys, or not this one.
    Refused,
    /// The server takes a new key only by a log-in of just now.
    LogInAgain,
}

/// Hands in this device's key, and asks for what it may promise.
pub(crate) async fn hand_in_key(request: &KeyRequest) -> HandedIn {
    match api::hand_in_key(request).await {
        Ok(answer) => HandedIn::Known { news: answer.news },
        Err(ApiError::Refused(400 | 404 | 405, _)) => HandedIn::Refused,
        Err(error) if error.code() == "log_in_again" => HandedIn::LogInAgain,
        Err(_) => HandedIn::Perhaps,
    }
}

/// Logs out at the server. A session that has ended already is no error.
pub(crate) async fn log_out() -> Result<(), SignOutError> {
    match api::log_out().await {
        Ok(()) => Ok(()),
        Err(error) if error.status() == 401 => Ok(()),
        Err(ApiError::NotReached | ApiError::Busy(_)) => Err(SignOutError::Offline),
        Err(error) => Err(SignOutError::Server(error.status())),
    }
}

/// Changes the password at the server.
pub(crate) async fn change_password(old: &str, new: &str) -> Result<(), PasswordError> {
    api::change_password(old, new).await.map_err(|error| match (&error, error.code()) {
        (ApiError::NotReached, _) => PasswordError::Offline,
        (ApiError::Busy(seconds), _) => PasswordError::TooMany { seconds: *seconds },
        (_, "wrong_password") => PasswordError::Wrong,
        (_, "weak_password") => PasswordError::Weak(weakness(&error)),
        (_, "not_logged_in") => PasswordError::NotLoggedIn,
        _ => PasswordError::Server(error.status()),
    })
}

/// Asks for a password for somebody who has none, or lost it.
pub(crate) async fn one_time_password(user: UserId) -> Result<String, OneTimePasswordError> {
    api::one_time_password(user).await.map_err(|error| match (&error, error.code()) {
        (ApiError::NotReached | ApiError::Busy(_), _) => OneTimePasswordError::Offline,
        (_, "not_logged_in") => OneTimePasswordError::NotLoggedIn,
        (_, "forbidden") => OneTimePasswordError::Forbidden,
        (_, "not_found") => OneTimePasswordError::NotFound,
        (_, "yourself") => OneTimePasswordError::Yourself,
        _ => OneTimePasswordError::Server(error.status()),
    })
}

/// Why there is no PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// The server did not answer.
    #[error("no network")]
    Offline,
    /// The server does not know the quote yet, or the session has ended.
    #[error("unknown")]
    Unknown,
    /// The server makes none: it has no font, or answered something that this program does not expect.
    #[error("unexpected answer {0}")]
    Server(u16),
}

/// Has the server make the PDF of a quote's paper.
pub(crate) async fn paper(quote: QuoteId, language: Language, origin: &str) -> Result<Vec<u8>, PdfError> {
    api::paper(quote, language, origin).await.map_err(|error| match error.status() {
        0 => PdfError::Offline,
        401 | 403 | 404 => PdfError::Unknown,
        status => PdfError::Server(status),
    })
}

/// Why the server did not tell what only it knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// The server did not answer.
    #[error("no network")]
    Offline,
    /// The session has ended, or its user may not know this.
    #[error("forbidden")]
    Forbidden,
    /// The server answered something that this program does not expect.
    #[error("unexpected answer {0}")]
    Server(u16),
}

impl AskError {
    fn of(error: &ApiError) -> Self {
        match (error, error.code()) {
            (ApiError::NotReached | ApiError::Busy(_), _) => Self::Offline,
            (_, "not_logged_in" | "forbidden") => Self::Forbidden,
            _ => Self::Server(error.status()),
        }
    }
}

/// Asks what limits that are not published would have made of the quotes of the last months.
pub(crate) async fn rehearsal(draft: &PublishLimits) -> Result<Rehearsal, AskError> {
    api::rehearsal(draft).await.map_err(|error| AskError::of(&error))
}

/// Asks what a unit gave beside what it won; the first of the user's units if none is named.
pub(crate) async fn spending(unit: Option<UnitId>) -> Result<Report, AskError> {
    api::spending(unit).await.map_err(|error| AskError::of(&error))
}

/// Which customers are asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Named {
    /// Those whose names begin so, or the one with this credit code.
    By(String),
    /// This one.
    One(CustomerId),
}

/// Asks for customers with their framework agreements.
pub(crate) async fn partners(named: &Named) -> Result<Vec<Partner>, AskError> {
    api::partners(named).await.map_err(|error| AskError::of(&error))
}

fn weakness(error: &ApiError) -> Weakness {
    let ApiError::Refused(_, body) = error else { return Weakness::Common };
    let bound = |name| error.number(name).and_then(|it| u32::try_from(it).ok()).unwrap_or_default();
    match body.args.get("why").and_then(|it| it.as_str()) {
        Some("short") => Weakness::Short { min: bound("min") },
        Some("long") => Weakness::Long { max: bound("max") },
        Some("login") => Weakness::Login,
        Some("same") => Weakness::Same,
        _ => Weakness::Common,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leeway_core::sync::protocol::ErrorBody;
    use serde_json::json;

    #[test]
    fn a_weak_password_is_told_why() {
        let refused = |args| ApiError::Refused(422, ErrorBody { code: "weak_password".into(), args });
        let check = |args, expected| assert_eq!(weakness(&refused(args)), expected);
        check(json!({ "why": "short", "min": 8 }), Weakness::Short { min: 8 });
        check(json!({ "why": "long", "max": 128 }), Weakness::Long { max: 128 });
        check(json!({ "why": "login" }), Weakness::Login);
        check(json!({ "why": "same" }), Weakness::Same);
        check(json!({ "why": "common" }), Weakness::Common);
        check(json!({ "why": "of a newer server" }), Weakness::Common);
    }
}
