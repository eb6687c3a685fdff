//! The server's addresses. Every call ends: a server that takes a call and never answers counts as no network. Never
//! decides what an answer means for the queue.

use std::rc::Rc;

use gloo_net::http::{Method, RequestBuilder};
use gloo_timers::callback::Timeout;
use leeway_core::sync::devices::{Devices, SessionAnswer};
use leeway_core::sync::protocol::{
    ErrorBody, PullRequest, PullResponse, PushRequest, PushResponse, RecoveryKeyAnswer, RepairRequest,
    RepairResponse, Session,
};
use leeway_core::values::{ClientId, UserId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::poke::Poke;
use super::wake::Bell;

/// How long the server may take before it begins to answer.
const PATIENCE_MS: u32 = 10_000;
/// How long the whole answer may take: a page of rows on a bad network.
const BODY_MS: u32 = 45_000;

/// Why there was no answer of use.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiError {
    /// No network, no server, no answer in time, or somebody else's answer (a hotel's log-in page).
    NotReached,
    /// The server asks to be left alone for so many seconds.
    Busy(u32),
    /// The server says no, with this status and these data.
    Refused(u16, ErrorBody),
}

impl ApiError {
    /// Returns the code that the server gave.
    pub(super) fn code(&self) -> &str {
        match self {
            Self::Refused(_, body) => &body.code,
            Self::NotReached | Self::Busy(_) => "",
        }
    }

    /// Returns one number out of what the server gave.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        match self {
            Self::Refused(_, body) => body.args.get(name)?.as_u64(),
            Self::NotReached | Self::Busy(_) => None,
        }
    }

    /// Returns the status, 0 when there was none.
    pub(super) const fn status(&self) -> u16 {
        match self {
            Self::Refused(status, _) => *status,
            Self::Busy(_) => 429,
            Self::NotReached => 0,
        }
    }
}

/// What sync asks of the server.
#[expect(async_fn_in_trait, reason = "a page has one thread")]
pub trait Server {
    /// Asks whose session it is.
    async fn session(&self) -> Result<Session, ApiError>;
    /// Hands in commands.
    async fn push(&self, request: &PushRequest) -> Result<PushResponse, ApiError>;
    /// Asks for what changed.
    async fn pull(&self, request: &PullRequest) -> Result<PullResponse, ApiError>;
    /// Asks whether the rows of this device are the server's.
    async fn repair(&self, request: &RepairRequest) -> Result<RepairResponse, ApiError>;
    /// Lets the server ring when something changed, or not any more. Returns whether it does: a bell that is only
    /// being hung up does not yet.
    fn ring(&self, bell: Option<&Bell>) -> bool;
}

/// The server that the page came from.
#[derive(Default)]
pub(crate) struct Http(Poke);

impl Server for Http {
    async fn session(&self) -> Result<Session, ApiError> {
        read(&call(Method::GET, "/api/session", None).await?)
    }

    async fn push(&self, request: &PushRequest) -> Result<PushResponse, ApiError> {
        read(&call(Method::POST, "/sync/push", write(request)).await?)
    }

    async fn pull(&self, request: &PullRequest) -> Result<PullResponse, ApiError> {
        read(&call(Method::POST, "/sync/pull", write(request)).await?)
    }

    async fn repair(&self, request: &RepairRequest) -> Result<RepairResponse, ApiError> {
        read(&call(Method::POST, "/sync/repair", write(request)).await?)
    }

    fn ring(&self, bell: Option<&Bell>) -> bool {
        self.0.ring(bell)
    }
}

pub(super) async fn recovery_key() -> Result<RecoveryKeyAnswer, ApiError> {
    read(&call(Method::GET, "/api/recovery-key", None).await?)
}

pub(super) async fn log_in(login: &str, password: &str) -> Result<Session, ApiError> {
    let body = json!({ "login": login, "password": password }).to_string();
    read(&call(Method::POST, "/api/session", Some(body)).await?)
}

/// Asks whose session it is, and what the server knows of this device.
pub(super) async fn session() -> Result<SessionAnswer, ApiError> {
    read(&call(Method::GET, "/api/session", None).await?)
}

/// Asks for one's own devices, or a member's.
pub(super) async fn devices(of: Option<UserId>) -> Result<Devices, ApiError> {
    let path = of.map_or_else(|| "/api/devices".to_owned(), |user| format!("/api/members/{user}/devices"));
    read(&call(Method::GET, &path, None).await?)
}

pub(super) async fn remove_device(client: ClientId) -> Result<(), ApiError> {
    call(Method::POST, &format!("/api/devices/{client}/removal"), None).await.map(drop)
}

pub(super) async fn log_out() -> Result<(), ApiError> {
    call(Method::DELETE, "/api/session", None).await.map(drop)
}

pub(super) async fn change_password(old: &str, new: &str) -> Result<(), ApiError> {
    let body = json!({ "old": old, "new": new }).to_string();
    call(Method::POST, "/api/password", Some(body)).await.map(drop)
}

pub(super) async fn one_time_password(user: UserId) -> Result<String, ApiError> {
    let text = call(Method::POST, &format!("/api/members/{user}/password"), None).await?;
    let answer: serde_json::Value = read(&text)?;
    answer.get("password").and_then(|it| it.as_str()).map(str::to_owned).ok_or(ApiError::NotReached)
}

fn write(body: &impl Serialize) -> Option<String> {
    serde_json::to_string(body).ok()
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    // what isn't in our form isn't our server's
    serde_json::from_str(text).map_err(|_| ApiError::NotReached)
}

async fn call(method: Method, path: &str, body: Option<String>) -> Result<String, ApiError> {
    let abort = web_sys::AbortController::new().ok().map(Rc::new);
    let patience = |ms| {
        let abort = abort.clone();
        Timeout::new(ms, move || {
            if let Some(abort) = abort {
                abort.abort();
            }
        })
    };
    let (first, _whole) = (patience(PATIENCE_MS), patience(BODY_MS));
    let signal = abort.as_ref().map(|it| it.signal());
    let builder = RequestBuilder::new(path)
        .method(method)
        .cache(web_sys::RequestCache::NoStore)
        .abort_signal(signal.as_ref());
    let request = match body {
        Some(body) => builder.header("content-type", "application/json").body(body),
        None => builder.build(),
    };
    let response = request.map_err(|_| ApiError::NotReached)?.send().await;
    let response = response.map_err(|_| ApiError::NotReached)?;
    drop(first);
    let wait = response.headers().get("retry-after").and_then(|it| it.parse().ok());
    let status = response.status();
    let text = response.text().await.map_err(|_| ApiError::NotReached)?;
    match status {
        200..=299 => Ok(text),
        429 | 503 => Err(ApiError::Busy(wait.unwrap_or(2))),
        // proxies answer these for a server that isn't there
        502 | 504 => Err(ApiError::NotReached),
        _ => match serde_json::from_str(&text) {
            Ok(body) => Err(ApiError::Refused(status, body)),
            Err(_) => Err(ApiError::NotReached),
        },
    }
}
