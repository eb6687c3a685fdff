//! A phone as the server sees it: requests in the order and of the form that the app sends. It keeps what the protocol
//! asks it to keep (its place in the order, cookie, epoch, what was not answered) and no rows, so that thousands fit
//! into one process. **Never** judges a command: what it sends is legal by how it was made ([`crate::script`]).

use std::time::Duration;

use leeway_core::Body;
use leeway_core::Command;
use leeway_core::sync::protocol::{
    CORE_SCHEMA, Envelope, OutcomeKind, PUSH_MAX, PullRequest, PullResponse, PushRequest, PushResponse,
    WIRE_VERSION, WireRow,
};
use leeway_core::values::{ClientId, CommandId, Timestamp};
use reqwest::{Method, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use uuid::Uuid;

use crate::laps::{Kind, Laps};
use crate::people::Person;

/// Whoever waits longer has given up.
const PATIENCE: Duration = Duration::from_secs(30);
/// The server closes a connection on which nothing was asked for ten seconds; it is not to be used shortly before.
const IDLE: Duration = Duration::from_secs(7);

/// One phone.
pub struct Phone {
    /// Who uses it.
    pub person: Person,
    /// Its store, to the server.
    pub client: ClientId,
    /// Where its last pull stood.
    pub cookie: Option<String>,
    http: reqwest::Client,
    address: String,
    incarnation: Uuid,
    epoch: Option<String>,
    last_seq: u64,
    queue: Vec<Envelope>,
}

/// What a pull brought.
#[derive(Default)]
pub struct Pulled {
    /// The rows of all pages.
    pub rows: Vec<WireRow>,
    /// The server's clock.
    pub now: i64,
}

impl Phone {
    /// Makes a phone that has pulled up to `cookie`: a cookie names a moment, not a phone.
    pub fn new(person: Person, client: ClientId, address: &str, cookie: Option<String>) -> Self {
        let http = reqwest::Client::builder()
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(IDLE)
            .timeout(PATIENCE)
            .no_proxy()
            .build()
            .unwrap();
        let incarnation = Uuid::now_v7();
        let (address, queue) = (address.to_owned(), Vec::new());
        Self { person, client, cookie, http, address, incarnation, epoch: None, last_seq: 0, queue }
    }

    /// Returns the same phone with a connection of its own and nothing queued.
    pub fn again(&self) -> Self {
        Self::new(self.person, self.client, &self.address, None)
    }

    /// Prepares a request of this phone's log-in.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.request_at(method, &self.address, path)
    }

    /// Prepares a request of this phone's log-in to another server.
    pub fn request_at(&self, method: Method, address: &str, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{address}{path}")).header("cookie", self.person.session())
    }

    /// Queues what its user did.
    pub fn ask(&mut self, bodies: Vec<Body>, at: i64) {
        for body in bodies {
            self.last_seq += 1;
            let id = CommandId::new(Uuid::now_v7());
            let command = Command { id, by: self.person.user, at: Timestamp::from_ms(at), body };
            self.queue.push(Envelope::seal(self.last_seq, &command));
        }
    }

    /// Asks who is logged in, as an app does that was opened.
    pub async fn look_up(&self, due: Instant, laps: &mut Laps) {
        let answer = self.request(Method::GET, "/api/session").send().await;
        laps.add(Kind::Session, due);
        if !answer.is_ok_and(|it| it.status().is_success()) {
            laps.failed("the session was not found".into());
        }
    }

    /// Pushes what is queued. What got no answer stays, and goes out with the next push.
    pub async fn push(&mut self, due: Instant, laps: &mut Laps) {
        let cmds: Vec<Envelope> = self.queue.iter().take(PUSH_MAX).cloned().collect();
        if cmds.is_empty() {
            return;
        }
        let (v, epoch) = (WIRE_VERSION, self.epoch.clone());
        let body = PushRequest { v, epoch, client: self.client, incarnation: self.incarnation, cmds };
        let answer = self.request(Method::POST, "/sync/push").json(&body).send().await;
        let answer = read::<PushResponse>(answer).await;
        laps.add(Kind::Push, due);
        match answer {
            Ok(answer) => {
                laps.commands += answer.results.len();
                for told in answer.results.iter().filter(|it| it.outcome != OutcomeKind::Applied) {
                    laps.failed(format!("a command was {:?}: {:?}", told.outcome, told.reason));
                }
                self.queue.retain(|it| it.seq > answer.last_seq);
                self.epoch = answer.epoch;
            }
            Err(why) => laps.failed(format!("push: {why}")),
        }
    }

    /// Pulls up to the last page. The time of the first counts from `due`, that of another from the answer before.
    pub async fn pull(&mut self, due: Instant, laps: &mut Laps) -> Pulled {
        let mut pulled = Pulled::default();
        let mut page = None;
        let mut from = due;
        loop {
            let body = PullRequest {
                epoch: self.epoch.clone(),
                client: self.client,
                cookie: self.cookie.clone(),
                page: page.take(),
                limit: None,
                core_schema: CORE_SCHEMA,
                queue_len: u32::try_from(self.queue.len()).unwrap(),
            };
            let answer = self.request(Method::POST, "/sync/pull").json(&body).send().await;
            let answer = read::<PullResponse>(answer).await;
            laps.add(if from == due { Kind::Pull } else { Kind::Page }, from);
            let answer = match answer {
                Ok(answer) => answer,
                Err(why) => {
                    laps.failed(format!("pull: {why}"));
                    return pulled;
                }
            };
            laps.rows += answer.rows.len();
            if answer.reset || answer.ack > self.last_seq {
                laps.failed(format!("reset {}, ack {} of {}", answer.reset, answer.ack, self.last_seq));
            }
            pulled.now = answer.now.ms();
            pulled.rows.extend(answer.rows);
            match answer.page {
                Some(next) => page = Some(next),
                None => {
                    self.cookie = answer.cookie;
                    return pulled;
                }
            }
            from = Instant::now();
        }
    }
}

async fn read<T: DeserializeOwned>(answer: reqwest::Result<Response>) -> Result<T, String> {
    let answer = answer.map_err(|error| format!("{error:?}"))?;
    let status = answer.status();
    let text = answer.bytes().await.map_err(|error| format!("{error:?}"))?;
    if !status.is_success() {
        return Err(format!("{status} {}", String::from_utf8_lossy(&text)));
    }
    serde_json::from_slice(&text).map_err(|error| error.to_string())
}
