//! The server as a phone sees it over the simulated network: HTTP like a browser's, with the app's own patience and the
//! app's own judgement of what an answer is.

use std::cell::{Cell, RefCell};
use std::io::Read;
use std::rc::Rc;
use std::time::Duration;

use flate2::read::GzDecoder;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, Response, header};
use hyper_util::rt::TokioIo;
use leeway_app::sync::api::{BODY_MS, PATIENCE_MS, judge, read};
use leeway_app::sync::{ApiError, Bell, Ring, Server};
use leeway_core::sync::protocol::{
    POKE_EVENT, PullRequest, PullResponse, PushRequest, PushResponse, RepairRequest, RepairResponse, Session,
    UploadState,
};
use leeway_core::values::BlobHash;
use serde::Serialize;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use turmoil::net::TcpStream;

use super::server::{HOST, PORT};
use crate::check::{self, History};

/// Rows of a page: few, so that pulls have pages.
const PAGE: u32 = 7;

type Sender = SendRequest<Full<Bytes>>;

/// The way to the server. Cloned, it is the same.
#[derive(Clone)]
pub struct Line(Rc<Inner>);

struct Inner {
    cookie: String,
    history: Rc<RefCell<History>>,
    at: usize,
    /// A connection that is kept for the next request.
    kept: RefCell<Option<Sender>>,
    ear: RefCell<Option<JoinHandle<()>>>,
    listens: Rc<Cell<bool>>,
    pulls: Cell<u32>,
    asked_again: Cell<u64>,
}

impl Line {
    /// The way of the phone at this place.
    pub fn new(cookie: String, history: &Rc<RefCell<History>>, at: usize) -> Self {
        Self(Rc::new(Inner {
            cookie,
            history: Rc::clone(history),
            at,
            kept: RefCell::default(),
            ear: RefCell::default(),
            listens: Rc::default(),
            pulls: Cell::default(),
            asked_again: Cell::default(),
        }))
    }

    /// Returns how many pulls came to their last page since this was asked last.
    pub fn pulls(&self) -> u32 {
        self.0.pulls.take()
    }

    /// Returns how many requests went out again by themselves since this was asked last.
    pub fn asked_again(&self) -> u64 {
        self.0.asked_again.take()
    }

    async fn post<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ApiError> {
        let text = serde_json::to_vec(body).map_err(|_| ApiError::NotReached)?;
        read(&self.call(Method::POST, path, text).await?)
    }

    async fn call(&self, method: Method, path: &str, body: Vec<u8>) -> Result<String, ApiError> {
        let whole = async {
            let answer = timeout(ms(PATIENCE_MS), self.send(self.request(method, path, body))).await;
            let (answer, sender) = answer.map_err(|_| ApiError::NotReached)??;
            let text = take(answer).await?;
            self.0.kept.replace(Some(sender));
            Ok(text)
        };
        timeout(ms(BODY_MS), whole).await.unwrap_or(Err(ApiError::NotReached))
    }

    fn request(&self, method: Method, path: &str, body: Vec<u8>) -> Request<Full<Bytes>> {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, HOST)
            .header(header::COOKIE, &self.0.cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT_ENCODING, "gzip")
            .header("sec-fetch-site", "same-origin")
            .body(Full::from(body))
            .expect("a request without surprises")
    }

    /// Sends a request, and waits for the beginning of its answer.
    async fn send(&self, request: Request<Full<Bytes>>) -> Result<(Response<Incoming>, Sender), ApiError> {
        let kept = self.0.kept.take();
        if let Some(mut sender) = kept.filter(|it| !it.is_closed()) {
            // a browser asks again by itself when a connection breaks that it had kept
            if let Ok(answer) = sender.send_request(request.clone()).await {
                return Ok((answer, sender));
            }
            self.0.asked_again.set(self.0.asked_again.get() + 1);
        }
        let mut sender = connect().await?;
        let answer = sender.send_request(request).await.map_err(|_| ApiError::NotReached)?;
        Ok((answer, sender))
    }
}

fn ms(ms: u32) -> Duration {
    Duration::from_millis(ms.into())
}

async fn connect() -> Result<Sender, ApiError> {
    let stream = TcpStream::connect((HOST, PORT)).await.map_err(|_| ApiError::NotReached)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|_| ApiError::NotReached)?;
    tokio::spawn(connection);
    Ok(sender)
}

/// Reads an answer to its end, and judges it.
async fn take(answer: Response<Incoming>) -> Result<String, ApiError> {
    let (head, body) = answer.into_parts();
    let bytes = body.collect().await.map_err(|_| ApiError::NotReached)?.to_bytes();
    let mut text = String::new();
    let done = match head.headers.contains_key(header::CONTENT_ENCODING) {
        true => GzDecoder::new(&*bytes).read_to_string(&mut text),
        false => (&*bytes).read_to_string(&mut text),
    };
    done.map_err(|_| ApiError::NotReached)?;
    let wait = head.headers.get(header::RETRY_AFTER).and_then(|it| it.to_str().ok()?.parse().ok());
    judge(head.status.as_u16(), wait, text)
}

/// Listens until the stream breaks off.
async fn hear(request: Request<Full<Bytes>>, bell: Bell, listens: Rc<Cell<bool>>) -> Result<(), ApiError> {
    let mut sender = connect().await?;
    let answer = sender.send_request(request).await.map_err(|_| ApiError::NotReached)?;
    if !answer.status().is_success() {
        return Ok(());
    }
    listens.set(true);
    let poke = format!("event: {POKE_EVENT}");
    let mut body = answer.into_body();
    while let Some(Ok(frame)) = body.frame().await {
        let told = frame.into_data().unwrap_or_default();
        if String::from_utf8_lossy(&told).contains(&poke) {
            bell.ring(Ring::Now);
        }
    }
    Ok(())
}

impl Server for Line {
    async fn session(&self) -> Result<Session, ApiError> {
        read(&self.call(Method::GET, "/api/session", Vec::new()).await?)
    }

    async fn push(&self, request: &PushRequest) -> Result<PushResponse, ApiError> {
        self.post("/sync/push", request).await
    }

    async fn pull(&self, request: &PullRequest) -> Result<PullResponse, ApiError> {
        let request = PullRequest { limit: Some(PAGE), ..request.clone() };
        let answer: PullResponse = self.post("/sync/pull", &request).await?;
        self.0.pulls.set(self.0.pulls.get() + u32::from(answer.page.is_none()));
        Ok(answer)
    }

    async fn repair(&self, request: &RepairRequest) -> Result<RepairResponse, ApiError> {
        let answer = self.post("/sync/repair", request).await?;
        let mut history = self.0.history.borrow_mut();
        history.wrongly_blamed |= check::blames(&history, self.0.at, request, &answer);
        Ok(answer)
    }

    // no photo is taken: what could go wrong with one is not about the order of commands
    async fn upload_state(&self, _: BlobHash) -> Result<UploadState, ApiError> {
        Err(ApiError::NotReached)
    }

    async fn send_piece(&self, _: BlobHash, _: u64, _: &[u8]) -> Result<UploadState, ApiError> {
        Err(ApiError::NotReached)
    }

    async fn fetch(&self, _: BlobHash, _: usize, _: usize) -> Result<Vec<u8>, ApiError> {
        Err(ApiError::NotReached)
    }

    fn ring(&self, bell: Option<&Bell>) -> bool {
        let mut ear = self.0.ear.borrow_mut();
        let Some(bell) = bell else {
            ear.take().inspect(JoinHandle::abort);
            self.0.listens.set(false);
            return false;
        };
        if ear.as_ref().is_none_or(JoinHandle::is_finished) {
            self.0.listens.set(false);
            let request = self.request(Method::GET, "/sync/poke", Vec::new());
            let (bell, listens) = (bell.clone(), Rc::clone(&self.0.listens));
            *ear = Some(tokio::task::spawn_local(async move {
                // what it misses comes with the next pull by the clock
                let _ = hear(request, bell, listens).await;
            }));
        }
        self.0.listens.get()
    }
}
