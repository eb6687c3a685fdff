//! The server's addresses. Every call ends: a server that takes a call and never answers counts as no network. Never
//! decides what an answer means for the queue.

use std::rc::Rc;

use gloo_net::http::{Method, RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use leeway_core::authority::{PublishLimits, Rehearsal};
use leeway_core::frameworks::Partner;
use leeway_core::paper::Language;
use leeway_core::spending::Report;
use leeway_core::sync::devices::{Devices, KeyAnswer, KeyRequest, SessionAnswer};
use leeway_core::sync::protocol::{
    ErrorBody, PullRequest, PullResponse, PushRequest, PushResponse, RecoveryKeyAnswer, RepairRequest,
    RepairResponse, Session, UPLOAD_OFFSET, UploadState,
};
use leeway_core::values::{BlobHash, ClientId, QuoteId, UnitId, UserId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::account::Named;
use super::poke::Poke;
use super::wake::Bell;

/// How long the server may take before it begins to answer.
pub const PATIENCE_MS: u32 = 10_000;
/// How long the whole answer may take: a page of rows on a bad network.
pub const BODY_MS: u32 = 45_000;

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
    /// Asks how far a photo has come.
    async fn upload_state(&self, hash: BlobHash) -> Result<UploadState, ApiError>;
    /// Hands in the piece of a photo that begins at `offset`.
    async fn send_piece(&self, hash: BlobHash, offset: u64, piece: &[u8]) -> Result<UploadState, ApiError>;
    /// Asks for the bytes of a photo from here (included) to there (not included).
    async fn fetch(&self, hash: BlobHash, from: usize, to: usize) -> Result<Vec<u8>, ApiError>;
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

    async fn upload_state(&self, hash: BlobHash) -> Result<UploadState, ApiError> {
        read(&call(Method::GET, &format!("/blobs/{hash}/upload"), None).await?)
    }

    async fn send_piece(&self, hash: BlobHash, offset: u64, piece: &[u8]) -> Result<UploadState, ApiError> {
        let piece = js_sys::Uint8Array::from(piece);
        let patience = Patience::begin();
        let response = patience
            .send(RequestBuilder::new(&format!("/blobs/{hash}/upload")).method(Method::PATCH), |builder| {
                let builder = builder.header(UPLOAD_OFFSET, &offset.to_string());
                builder.header("content-type", "application/octet-stream").body(piece)
            })
            .await?;
        read(&text(response).await?)
    }

    async fn fetch(&self, hash: BlobHash, from: usize, to: usize) -> Result<Vec<u8>, ApiError> {
        let patience = Patience::begin();
        let range = format!("bytes={from}-{}", to.saturating_sub(1));
        let builder = RequestBuilder::new(&format!("/blobs/{hash}")).header("range", &range);
        let response = patience.send(builder, RequestBuilder::build).await?;
        // a whole answer where a part was asked for would be put behind the part that is here
        match response.status() {
            206 => response.binary().await.map_err(|_| ApiError::NotReached),
            200..=299 => Err(ApiError::NotReached),
            _ => Err(text(response).await.err().unwrap_or(ApiError::NotReached)),
        }
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

/// Hands in this device's key. Returns whether rows came of it.
pub(super) async fn hand_in_key(request: &KeyRequest) -> Result<KeyAnswer, ApiError> {
    read(&call(Method::POST, "/api/devices/key", write(request)).await?)
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

pub(super) async fn rehearsal(draft: &PublishLimits) -> Result<Rehearsal, ApiError> {
    read(&call(Method::POST, "/api/rehearsal", write(draft)).await?)
}

pub(super) async fn spending(unit: Option<UnitId>) -> Result<Report, ApiError> {
    let path = match unit {
        Some(unit) => format!("/api/spending?unit={unit}"),
        None => "/api/spending".to_owned(),
    };
    read(&call(Method::GET, &path, None).await?)
}

pub(super) async fn partners(named: &Named) -> Result<Vec<Partner>, ApiError> {
    let path = match named {
        Named::By(name) => format!("/api/frameworks?name={}", js_sys::encode_uri_component(name)),
        Named::One(customer) => format!("/api/frameworks?customer={customer}"),
    };
    read(&call(Method::GET, &path, None).await?)
}

/// Asks for the PDF of a quote's paper, to be checked at this origin.
pub(super) async fn paper(quote: QuoteId, language: Language, origin: &str) -> Result<Vec<u8>, ApiError> {
    let address = format!("/api/quotes/{quote}/paper.pdf?language={}&origin={origin}", language.tag());
    let patience = Patience::begin();
    let response = patience.send(RequestBuilder::new(&address), RequestBuilder::build).await?;
    match response.status() {
        200 => response.binary().await.map_err(|_| ApiError::NotReached),
        _ => Err(text(response).await.err().unwrap_or(ApiError::NotReached)),
    }
}

fn write(body: &impl Serialize) -> Option<String> {
    serde_json::to_string(body).ok()
}

/// Reads what the server said.
///
/// # Errors
/// [`ApiError::NotReached`] when somebody else said it.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    // what isn't in our form isn't our server's
    serde_json::from_str(text).map_err(|_| ApiError::NotReached)
}

async fn call(method: Method, path: &str, body: Option<String>) -> Result<String, ApiError> {
    let patience = Patience::begin();
    let response = patience
        .send(RequestBuilder::new(path).method(method), |builder| match body {
            Some(body) => builder.header("content-type", "application/json").body(body),
            None => builder.build(),
        })
        .await?;
    text(response).await
}

/// How long one call may take. Dropped, the call may take for ever: keep it until the answer has been read.
struct Patience {
    abort: Option<Rc<web_sys::AbortController>>,
    _whole: Timeout,
}

impl Patience {
    fn begin() -> Self {
        let abort = web_sys::AbortController::new().ok().map(Rc::new);
        let _whole = give_up(BODY_MS, abort.clone());
        Self { abort, _whole }
    }

    /// Sends a request, and waits for the beginning of its answer.
    async fn send(
        &self,
        builder: RequestBuilder,
        finish: impl FnOnce(RequestBuilder) -> Result<gloo_net::http::Request, gloo_net::Error>,
    ) -> Result<Response, ApiError> {
        let _first = give_up(PATIENCE_MS, self.abort.clone());
        let signal = self.abort.as_ref().map(|it| it.signal());
        // never in the browser's own cache: it would be there when this user has signed out
        let builder = builder.cache(web_sys::RequestCache::NoStore).abort_signal(signal.as_ref());
        let request = finish(builder).map_err(|_| ApiError::NotReached)?;
        request.send().await.map_err(|_| ApiError::NotReached)
    }
}

fn give_up(ms: u32, abort: Option<Rc<web_sys::AbortController>>) -> Timeout {
    Timeout::new(ms, move || {
        if let Some(abort) = abort {
            abort.abort();
        }
    })
}

/// Reads an answer to its end.
async fn text(response: Response) -> Result<String, ApiError> {
    let wait = response.headers().get("retry-after").and_then(|it| it.parse().ok());
    let status = response.status();
    let text = response.text().await.map_err(|_| ApiError::NotReached)?;
    judge(status, wait, text)
}

/// Tells an answer from what is none. `wait`: for how many seconds the server asks to be left alone.
///
/// # Errors
/// What was said instead of an answer.
pub fn judge(status: u16, wait: Option<u32>, text: String) -> Result<String, ApiError> {
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
