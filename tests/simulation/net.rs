//! The network between the devices and the server: letters that wait until the world decides what becomes of them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use futures::channel::oneshot;
use leeway_app::sync::{ApiError, Bell, Server};
use leeway_core::organisation::Role;
use leeway_core::sync::protocol::{
    COMMAND_BYTES_MAX, ErrorBody, PullRequest, PullResponse, PushRequest, PushResponse, RepairRequest,
    RepairResponse, Session, UploadState,
};
use leeway_core::values::{BlobHash, UserId};
use leeway_server::error::ApiError as Refused;

/// What a device asks.
#[derive(Debug, Clone)]
pub enum Ask {
    Session,
    Push(PushRequest),
    Pull(PullRequest),
    Repair(RepairRequest),
}

/// What the server answers.
#[derive(Debug, Clone)]
pub enum Answer {
    Session(Session),
    Push(PushResponse),
    Pull(PullResponse),
    Repair(RepairResponse),
}

/// An ask on its way. Without a reply nobody waits for the answer any more.
#[derive(Debug)]
pub struct Letter {
    pub device: usize,
    pub user: UserId,
    pub ask: Ask,
    pub reply: Option<oneshot::Sender<Result<Answer, ApiError>>>,
}

/// What is on its way, and what went wrong so far, by kind.
#[derive(Debug, Default)]
pub struct Net {
    pub letters: Vec<Letter>,
    pub faults: BTreeMap<&'static str, u64>,
}

impl Net {
    pub fn count(&mut self, fault: &'static str) {
        *self.faults.entry(fault).or_default() += 1;
    }
}

/// The server as one device sees it.
pub struct Line {
    pub net: Rc<RefCell<Net>>,
    pub device: usize,
    pub user: UserId,
    /// How many pulls of this device came to their last page.
    pub pulls: Rc<std::cell::Cell<u32>>,
}

impl Line {
    async fn send(&self, ask: Ask) -> Result<Answer, ApiError> {
        let (reply, answer) = oneshot::channel();
        let letter = Letter { device: self.device, user: self.user, ask, reply: Some(reply) };
        self.net.borrow_mut().letters.push(letter);
        answer.await.unwrap_or(Err(ApiError::NotReached))
    }
}

impl Server for Line {
    async fn session(&self) -> Result<Session, ApiError> {
        match self.send(Ask::Session).await? {
            Answer::Session(it) => Ok(it),
            _ => Err(ApiError::NotReached),
        }
    }

    async fn push(&self, request: &PushRequest) -> Result<PushResponse, ApiError> {
        match self.send(Ask::Push(request.clone())).await? {
            Answer::Push(it) => Ok(it),
            _ => Err(ApiError::NotReached),
        }
    }

    async fn pull(&self, request: &PullRequest) -> Result<PullResponse, ApiError> {
        match self.send(Ask::Pull(request.clone())).await? {
            Answer::Pull(it) => {
                self.pulls.set(self.pulls.get() + u32::from(it.page.is_none()));
                Ok(it)
            }
            _ => Err(ApiError::NotReached),
        }
    }

    async fn repair(&self, request: &RepairRequest) -> Result<RepairResponse, ApiError> {
        match self.send(Ask::Repair(request.clone())).await? {
            Answer::Repair(it) => Ok(it),
            _ => Err(ApiError::NotReached),
        }
    }

    // no photo is taken in a history: what could go wrong with one is not about the order of commands
    async fn upload_state(&self, _: BlobHash) -> Result<UploadState, ApiError> {
        Err(ApiError::NotReached)
    }

    async fn send_piece(&self, _: BlobHash, _: u64, _: &[u8]) -> Result<UploadState, ApiError> {
        Err(ApiError::NotReached)
    }

    async fn fetch(&self, _: BlobHash, _: usize, _: usize) -> Result<Vec<u8>, ApiError> {
        Err(ApiError::NotReached)
    }

    fn ring(&self, _: Option<&Bell>) -> bool {
        false
    }
}

/// What the server says of whose session it is.
pub fn session(user: UserId) -> Session {
    Session {
        user,
        login: "someone".into(),
        name: "某人".into(),
        role: Role::Manager,
        organisation: "试点分公司".into(),
        must_change_password: false,
    }
}

/// What an answer comes to that crossed the wire as text.
pub fn wire<T: serde::Serialize + serde::de::DeserializeOwned>(it: &T) -> T {
    let text = serde_json::to_string(it).expect("a wire type has a text");
    assert!(text.len() < 100 * COMMAND_BYTES_MAX, "an answer without end");
    serde_json::from_str(&text).expect("a wire type reads what it writes")
}

/// Says no as it would come over the wire.
pub fn refused(error: &Refused) -> ApiError {
    let (status, code, args) = error.parts();
    match status.as_u16() {
        503 => ApiError::Busy(2),
        status => ApiError::Refused(status, ErrorBody { code: code.to_owned(), args }),
    }
}

/// Says in a few words what an answer holds.
pub fn brief(answer: &Answer) -> String {
    match answer {
        Answer::Session(_) => "who it is".to_owned(),
        Answer::Push(it) => {
            let each: Vec<String> =
                it.results.iter().map(|it| format!("{}:{:?}", it.seq, it.outcome)).collect();
            format!("up to {}: {}", it.last_seq, each.join(" "))
        }
        Answer::Repair(it) => format!("{} scopes are wrong", it.refill.len()),
        Answer::Pull(it) => format!(
            "reset {} drop {} fill {} rows {} ack {} page {} cookie {:?}",
            it.reset,
            it.drop.len(),
            it.fill.len(),
            it.rows.len(),
            it.ack,
            it.page.is_some(),
            it.cookie
        ),
    }
}
