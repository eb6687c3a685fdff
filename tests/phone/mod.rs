//! A simulated phone: holds rows, asks for what core allows on them, queues it, pushes and pulls over the real
//! protocol, and takes down what the server said of each command. **Never** forgets a command that was not answered,
//! never changes one, and never asks the server anything that the app would not ask.
//!
//! [`shelf`] has its rows, [`work`] what its user does, [`sync`] its network, [`photos`] its pictures.

pub mod photos;
pub mod shelf;
pub mod sync;
pub mod work;

use std::time::Duration;

use leeway_core::sync::protocol::{Envelope, Session};
use leeway_core::values::{ClientId, CommandId, Timestamp, UserId};
use leeway_core::{Body, Command};
use serde_json::json;
use uuid::Uuid;

use crate::dice::Dice;
use shelf::Shelf;
use sync::Pulling;

/// The password of all demo accounts.
pub const PASSWORD: &str = "yudi-demo-2026";
/// An answer that takes longer counts as lost.
pub const PATIENCE: Duration = Duration::from_secs(1);

/// What the phone knows of a command's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing: it waits in the outbox.
    Waiting,
    /// A push was answered: it counts.
    Applied,
    /// A push was answered: it does not.
    Refused,
    /// A pull said that it has an outcome; the answer that told which was lost.
    Settled,
}

/// A command that was asked here.
#[derive(Debug, Clone)]
pub struct Asked {
    /// As it goes out, for ever.
    pub envelope: Envelope,
    /// What became of it.
    pub fate: Fate,
}

/// A phone with its user logged in.
#[derive(Debug, Clone)]
pub struct Phone {
    /// How a trace calls it.
    pub name: String,
    /// Who uses it.
    pub user: UserId,
    /// Where it thinks the server is.
    pub address: String,
    /// Its rows.
    pub shelf: Shelf,
    /// Everything that was ever asked here, in order: the n-th has seq n + 1.
    pub asked: Vec<Asked>,
    /// Whether `ack` of a pull must cover what was acknowledged before (read your writes).
    pub strict: bool,
    /// Its store, to the server.
    pub client: ClientId,
    http: reqwest::Client,
    session: String,
    incarnation: Uuid,
    epoch: Option<String>,
    cookie: Option<String>,
    pulling: Option<Pulling>,
    /// Commands up to this are covered by a reveal.
    shown: u64,
    clock: i64,
    minute: i64,
}

impl Phone {
    /// Logs in on a new phone.
    pub async fn log_in(address: &str, login: &str, name: &str, dice: &mut Dice) -> Self {
        let http = http();
        let body = json!({ "login": login, "password": PASSWORD });
        let answer = http.post(format!("{address}/api/session")).timeout(Duration::from_secs(60)).json(&body);
        let answer = answer.send().await.unwrap();
        assert!(answer.status().is_success(), "log-in of {login}: {}", answer.status());
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        let session = cookie.split(';').next().unwrap().to_owned();
        let who: Session = answer.json().await.unwrap();
        let mut phone = Self {
            name: name.to_owned(),
            user: who.user,
            address: address.to_owned(),
            shelf: Shelf::default(),
            asked: Vec::new(),
            strict: true,
            client: ClientId::new(dice.id()),
            http,
            session,
            incarnation: dice.id(),
            epoch: None,
            cookie: None,
            pulling: None,
            shown: 0,
            clock: 0,
            minute: 0,
        };
        phone.set_clock(dice);
        phone
    }

    /// Returns another phone of the same user, in the same log-in, with nothing on it.
    #[must_use]
    pub fn fresh(&self, name: &str, dice: &mut Dice) -> Self {
        let mut phone = Self {
            name: name.to_owned(),
            shelf: Shelf::default(),
            asked: Vec::new(),
            client: ClientId::new(dice.id()),
            http: http(),
            incarnation: dice.id(),
            cookie: None,
            epoch: None,
            pulling: None,
            shown: 0,
            ..self.clone()
        };
        phone.set_clock(dice);
        phone
    }

    /// Sets its clock to some minute of 2026 and some second that no other phone has: the time of a command then
    /// says which one it is.
    fn set_clock(&mut self, dice: &mut Dice) {
        self.clock = 1_795_000_000_000 + i64::try_from(dice.millis(1_000_000_000)).unwrap();
        self.minute = 997 + i64::try_from(dice.millis(90_000)).unwrap();
    }

    /// Asks for something: it is judged on this phone's rows, and queued if it stands. Says whether it does.
    pub fn ask(&mut self, body: Body, dice: &mut Dice) -> bool {
        self.clock += self.minute;
        let command = Command {
            id: CommandId::new(dice.id()),
            by: self.user,
            at: Timestamp::from_ms(self.clock),
            body,
        };
        if self.shelf.ask(&command).is_err() {
            return false;
        }
        let seq = u64::try_from(self.asked.len()).unwrap() + 1;
        self.asked.push(Asked { envelope: Envelope::seal(seq, &command), fate: Fate::Waiting });
        true
    }

    /// Returns the commands that have no outcome yet, as far as this phone knows.
    pub fn waiting(&self) -> impl Iterator<Item = &Envelope> {
        self.asked.iter().filter(|it| it.fate == Fate::Waiting).map(|it| &it.envelope)
    }

    /// Returns the last seq that the server has answered for.
    #[must_use]
    pub fn acknowledged(&self) -> u64 {
        let known = self.asked.iter().take_while(|it| it.fate != Fate::Waiting).count();
        u64::try_from(known).unwrap()
    }

    /// Returns the last seq that was asked.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        u64::try_from(self.asked.len()).unwrap()
    }
}

/// Each request has a connection of its own: what befalls one never befalls another.
fn http() -> reqwest::Client {
    reqwest::Client::builder().pool_max_idle_per_host(0).timeout(PATIENCE).no_proxy().build().unwrap()
}
