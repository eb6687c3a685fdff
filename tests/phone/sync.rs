//! The phone's side of `/sync/push` and `/sync/pull`, with what must hold of each answer.

use leeway_core::sync::protocol::{
    CORE_SCHEMA, Envelope, ErrorBody, OutcomeKind, PullRequest, PullResponse, PushRequest, PushResponse,
    WIRE_VERSION,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::shelf::Staged;
use super::{Fate, Phone};
use crate::truth::{Invariant, Violation};

/// How one exchange with the server went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    /// The server answered, and that was that.
    Done,
    /// There is more to do: further pages, further commands.
    More,
    /// No answer, or not a whole one.
    Lost,
}

/// A pull under way.
#[derive(Debug, Clone, Default)]
pub struct Pulling {
    staged: Staged,
    cookie: Option<String>,
    page: Option<String>,
}

enum Answer<T> {
    Good(T),
    Told(u16, ErrorBody),
    Lost,
}

impl Phone {
    async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Answer<T> {
        let request = self.http.post(format!("{}{path}", self.address)).header("cookie", &self.session);
        let Ok(answer) = request.json(body).send().await else { return Answer::Lost };
        let status = answer.status();
        let Ok(text) = answer.bytes().await else { return Answer::Lost };
        if status.is_success() {
            return serde_json::from_slice(&text).map_or(Answer::Lost, Answer::Good);
        }
        match serde_json::from_slice(&text) {
            // a server that is at fault or busy is asked again, as if it had not answered
            Ok(error) if status.is_client_error() => Answer::Told(status.as_u16(), error),
            _ => Answer::Lost,
        }
    }

    /// Pushes the oldest commands that wait, at most so many.
    ///
    /// # Errors
    /// What the answer violates.
    pub async fn push(&mut self, most: usize) -> Result<Met, Violation> {
        let batch = self.batch(most);
        if batch.is_empty() {
            return Ok(Met::Done);
        }
        let met = self.send(batch).await?;
        Ok(if met == Met::Done && self.waiting().next().is_some() { Met::More } else { met })
    }

    /// Takes the oldest commands that wait, up to the first that was answered already: one that overtook them.
    fn batch(&self, most: usize) -> Vec<Envelope> {
        let first = self.waiting().next().map_or(0, |it| it.seq);
        let in_a_row = self.waiting().zip(first..).take_while(|(it, seq)| it.seq == *seq);
        in_a_row.map(|(it, _)| it.clone()).take(most).collect()
    }

    /// Pushes what waits in two requests of which the second overtakes the first.
    ///
    /// # Errors
    /// What the answers violate.
    pub async fn push_overtaking(&mut self, first: usize) -> Result<Met, Violation> {
        let mut batch = self.batch(usize::MAX);
        if batch.len() < 2 {
            return self.push(usize::MAX).await;
        }
        let second = batch.split_off(first.clamp(1, batch.len() - 1));
        self.send(second).await?;
        self.send(batch).await
    }

    async fn send(&mut self, batch: Vec<Envelope>) -> Result<Met, Violation> {
        let request = PushRequest {
            v: WIRE_VERSION,
            epoch: self.epoch.clone(),
            client: self.client,
            incarnation: self.incarnation,
            cmds: batch,
        };
        let (first, last) = (request.cmds[0].seq, request.cmds[request.cmds.len() - 1].seq);
        match self.post::<PushResponse>("/sync/push", &request).await {
            Answer::Lost => Ok(Met::Lost),
            Answer::Good(answer) => self.take(first, last, &answer).map(|()| Met::Done),
            Answer::Told(409, error) if error.code == "gap" => {
                let expected = error.args["expected"].as_u64().unwrap();
                if expected <= self.acknowledged() {
                    let why = format!("{}: the server asks again for seq {expected}", self.name);
                    return Err(Violation::new(Invariant::NothingLost, why));
                }
                Ok(Met::More)
            }
            Answer::Told(status, error) => {
                let why = format!("{}: a push is answered {status} {}", self.name, error.code);
                Err(Violation::new(Invariant::Protocol, why))
            }
        }
    }

    /// Takes down what the server says of each command.
    fn take(&mut self, first: u64, last: u64, answer: &PushResponse) -> Result<(), Violation> {
        let seqs: Vec<u64> = answer.results.iter().map(|it| it.seq).collect();
        let told = first..first + u64::try_from(seqs.len()).unwrap();
        if !seqs.iter().copied().eq(told)
            || answer.last_seq < *seqs.last().unwrap_or(&0)
            || last > self.last_seq()
        {
            let why = format!(
                "{}: seqs {first}..={last} are answered by {seqs:?}, last {}",
                self.name, answer.last_seq
            );
            return Err(Violation::new(Invariant::InOrder, why));
        }
        for outcome in &answer.results {
            let asked = &mut self.asked[usize::try_from(outcome.seq).unwrap() - 1];
            let fate = match (outcome.outcome, &outcome.reason) {
                (OutcomeKind::Applied, _) | (OutcomeKind::Duplicate, None) => Fate::Applied,
                (OutcomeKind::Refused, _) | (OutcomeKind::Duplicate, Some(_)) => Fate::Refused,
            };
            if !matches!(asked.fate, Fate::Waiting | Fate::Settled) && asked.fate != fate {
                let why = format!("{}: seq {} was {:?}, now {fate:?}", self.name, outcome.seq, asked.fate);
                return Err(Violation::new(Invariant::NothingTwice, why));
            }
            asked.fate = fate;
        }
        Ok(())
    }

    /// Asks for one page. `limit`: most rows of it.
    ///
    /// # Errors
    /// What the answer violates.
    pub async fn pull(&mut self, limit: u32) -> Result<Met, Violation> {
        let mut pulling = self
            .pulling
            .take()
            .unwrap_or_else(|| Pulling { cookie: self.cookie.clone(), ..Pulling::default() });
        let opens = pulling.page.is_none();
        let request = PullRequest {
            epoch: self.epoch.clone(),
            client: self.client,
            cookie: pulling.cookie.clone(),
            page: pulling.page.clone(),
            limit: Some(limit),
            core_schema: CORE_SCHEMA,
            queue_len: u32::try_from(self.waiting().count()).unwrap(),
        };
        let answer: PullResponse = match self.post("/sync/pull", &request).await {
            Answer::Good(answer) => answer,
            Answer::Lost => {
                self.pulling = Some(pulling);
                return Ok(Met::Lost);
            }
            Answer::Told(status, error) => {
                let why = format!("{}: a pull is answered {status} {}", self.name, error.code);
                return Err(Violation::new(Invariant::Protocol, why));
            }
        };
        let opens = opens || answer.reset;
        if answer.reset {
            pulling.staged = Staged::default();
        }
        pulling.staged.add(&answer, opens);
        pulling.page.clone_from(&answer.page);
        self.epoch = Some(answer.epoch.clone());
        if answer.page.is_some() {
            self.pulling = Some(pulling);
            return Ok(Met::More);
        }
        pulling.cookie.clone_from(&answer.cookie);
        if !opens {
            // its pages are of different moments: only an answer that stands alone is shown
            self.pulling = Some(pulling);
            return Ok(Met::More);
        }
        self.reveal(pulling, answer.ack)?;
        Ok(Met::Done)
    }

    fn reveal(&mut self, pulling: Pulling, ack: u64) -> Result<(), Violation> {
        let known = if self.strict { self.acknowledged().max(self.shown) } else { self.shown };
        if ack < known || ack > self.last_seq() {
            let why = format!("{}: ack {ack}, {known} were answered, {} asked", self.name, self.last_seq());
            return Err(Violation::new(Invariant::ReadYourWrites, why));
        }
        for asked in self.asked.iter_mut().take(usize::try_from(ack).unwrap()) {
            if asked.fate == Fate::Waiting {
                asked.fate = Fate::Settled;
            }
        }
        self.shown = ack;
        self.cookie.clone_from(&pulling.cookie);
        self.shelf.reveal(pulling.staged);
        let shown = usize::try_from(ack).unwrap();
        self.shelf.rebase(self.asked.iter().skip(shown).map(|it| &it.envelope));
        Ok(())
    }

    /// Gives up a pull under way, as a phone does that starts again.
    pub fn restart(&mut self) {
        self.pulling = None;
    }

    /// Syncs until nothing is left to do, over a network that works.
    ///
    /// # Errors
    /// What the answers violate; [`Invariant::Liveness`] when it does not come to an end.
    pub async fn settle(&mut self) -> Result<(), Violation> {
        for _ in 0..200 {
            let pushed = self.push(100).await?;
            if pushed != Met::Lost && self.waiting().next().is_none() && self.pull(500).await? == Met::Done {
                return Ok(());
            }
        }
        let why = format!("{}: {} commands still wait", self.name, self.waiting().count());
        Err(Violation::new(Invariant::Liveness, why))
    }
}
