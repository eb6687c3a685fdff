//! The commands of one transaction: judged one after the other, each on what the ones before it left, and written
//! together at the end.

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};

use leeway_core::command::BodyError;
use leeway_core::inbox::RefusalCard;
use leeway_core::organisation::Member;
use leeway_core::proof::after_refusal;
use leeway_core::refusal::{GeneralError, RefusalData};
use leeway_core::scope::GrantChange;
use leeway_core::sync::protocol::{Envelope, Outcome, OutcomeKind, PushRequest, PushResponse};
use leeway_core::values::{ClientId, CommandId, Timestamp, UserId};
use leeway_core::{Arrival, Changes, Command, Coverage, Entity, Record, Refusal, Rows, Stop, apply};

use super::Halt;
use super::payload::payload_sha;
use crate::app::App;
use crate::approvals;
use crate::auth::token::fresh_id;
use crate::db::{self, Client, Entry, Past, Verdict, Writing};
use crate::deputies;
use crate::error::ApiError;
#[cfg(feature = "plant")]
use crate::plant;
use crate::rules::{load, read_ahead, ruled};

/// So often what the rules ask for is read ahead: what depends on what was read, on that again.
const AHEAD: usize = 4;

/// How commands are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judging {
    /// By core.
    ByRule,
    /// Not at all: the server can't decide on them.
    AsFault,
}

/// A command that has got its outcome in this transaction.
struct Settled<'a> {
    envelope: &'a Envelope,
    sha: db::Sha256,
    verdict: Verdict,
}

impl Settled<'_> {
    fn entry(&self, client: ClientId, user: UserId, received_at: Timestamp) -> Entry<'_> {
        Entry { client, user, envelope: self.envelope, sha: self.sha, verdict: &self.verdict, received_at }
    }
}

/// The commands of one transaction.
pub(super) struct Batch<'a> {
    app: &'a App,
    request: &'a PushRequest,
    user: UserId,
    judging: Judging,
    client: Client,
    epoch: Option<String>,
    /// What is read, and what the commands until now made of it.
    rows: Rows,
    grants: Vec<GrantChange>,
    /// What became of ids that had an outcome before.
    pasts: HashMap<CommandId, Past>,
    settled: Vec<Settled<'a>>,
    tx: Box<dyn Writing>,
}

impl<'a> Batch<'a> {
    pub(super) async fn begin(
        app: &'a App,
        user: UserId,
        request: &'a PushRequest,
        judging: Judging,
        mut tx: Box<dyn Writing>,
    ) -> Result<Self, Halt> {
        let epoch = tx.organisation().await?.map(|it| it.epoch);
        // in another history a copy of the client's store may stand under its name
        if request.epoch.is_some() && request.epoch != epoch {
            return Err(ApiError::OtherEpoch.into());
        }
        let client = match tx.client(request.client).await? {
            None => Client { user, incarnation: None, last_seq: 0, durable: 0 },
            Some(client) if client.user != user => return Err(ApiError::ForeignClient.into()),
            Some(client) => client,
        };
        match client.incarnation {
            Some(known) if known != request.incarnation => return Err(ApiError::ClientForked.into()),
            Some(_) => {}
            None => {
                let bound = Client { incarnation: Some(request.incarnation), ..client.clone() };
                tx.put_client(request.client, &bound, app.clock.now()).await?;
            }
        }
        let client = Client { incarnation: Some(request.incarnation), ..client };
        let arrival = Arrival { at: app.clock.now(), client: request.client };
        let mut rows = Rows::new(Coverage::Whole).arriving(arrival);
        // what they were deputy for until now is not theirs any more
        deputies::catch_up(tx.as_mut(), &mut rows, user, app.clock.now()).await?;
        let (grants, pasts, settled) = (Vec::new(), HashMap::new(), Vec::new());
        Ok(Self { app, request, user, judging, client, epoch, rows, grants, pasts, settled, tx })
    }

    /// Gives each command its outcome, and makes them count.
    pub(super) async fn settle_all(mut self, envelopes: &'a [Envelope]) -> Result<PushResponse, Halt> {
        let expected = self.client.last_seq + 1;
        #[cfg(feature = "plant")]
        let expected = plant::gap_ignored(expected);
        if envelopes.first().is_some_and(|first| first.seq > expected) {
            return Err(ApiError::Gap { expected }.into());
        }
        let fresh: Vec<&Envelope> = envelopes.iter().filter(|it| it.seq > self.client.last_seq).collect();
        let ids: Vec<CommandId> = fresh.iter().map(|it| it.id).collect();
        self.pasts = self.tx.pasts_of(&ids).await?;
        self.read_ahead(&fresh).await?;
        let mut results = Vec::with_capacity(envelopes.len());
        for envelope in envelopes {
            results.push(self.settle(envelope).await?);
        }
        let (last_seq, epoch) = (self.client.last_seq, self.epoch.take());
        self.commit().await?;
        Ok(PushResponse { last_seq, results, epoch })
    }

    /// Reads for all commands at once what their rules ask for on the rows as they are; what they ask for on what the
    /// others leave is read when their turn comes.
    async fn read_ahead(&mut self, envelopes: &[&Envelope]) -> Result<(), Halt> {
        let mine = envelopes.iter().filter(|it| it.by == self.user && !self.pasts.contains_key(&it.id));
        let commands: Vec<Command> = mine.filter_map(|it| it.open().ok()).collect();
        let lacks = |rows: &Rows, command: &Command| match guarded(rows, command) {
            Some(Err(Stop::Missing(missing))) => missing,
            _ => Vec::new(),
        };
        Ok(read_ahead(self.tx.as_mut(), &mut self.rows, commands, AHEAD, lacks).await?)
    }

    /// Gives one command its outcome, or finds the one that it had.
    async fn settle(&mut self, envelope: &'a Envelope) -> Result<Outcome, Halt> {
        let sha = payload_sha(envelope);
        #[cfg(feature = "plant")]
        if plant::applied_twice(envelope.seq, self.client.last_seq)
            && let Ok(command) = envelope.open()
            && let Err(refusal) = self.run(&command).await?
        {
            self.refuse(envelope, &refusal, true)?;
        }
        if envelope.seq <= self.client.last_seq {
            let past = self.tx.past_at(self.request.client, envelope.seq).await?;
            if past.as_ref().is_some_and(|past| past.sha != sha) {
                return Err(ApiError::PayloadMismatch { seq: envelope.seq }.into());
            }
            let reason = past.and_then(|past| past.reason);
            return Ok(Outcome { seq: envelope.seq, outcome: OutcomeKind::Duplicate, reason });
        }
        let verdict = self.judge(envelope, &sha).await?;
        self.client.last_seq = envelope.seq;
        match &verdict.reason {
            None => {
                tracing::debug!(user = %self.user, command = %envelope.id, kind = %envelope.kind, "applied")
            }
            Some(reason) => tracing::info!(
                user = %self.user, command = %envelope.id, kind = %short(&envelope.kind), reason = %reason.code,
                outcome = ?verdict.outcome, "command"
            ),
        }
        if verdict.decides {
            let past = Past { user: self.user, sha, reason: verdict.reason.clone() };
            self.pasts.insert(envelope.id, past);
        }
        let outcome = Outcome { seq: envelope.seq, outcome: verdict.outcome, reason: verdict.reason.clone() };
        self.settled.push(Settled { envelope, sha, verdict });
        Ok(outcome)
    }

    async fn judge(&mut self, envelope: &Envelope, sha: &db::Sha256) -> Result<Verdict, Halt> {
        if let Some(past) = self.pasts.get(&envelope.id) {
            if past.user == self.user && past.sha == *sha {
                let outcome = OutcomeKind::Duplicate;
                return Ok(Verdict { outcome, reason: past.reason.clone(), decides: false });
            }
            let why = "the id is that of another command".to_owned();
            return Ok(self.refuse(envelope, &GeneralError::BadArgs { why }.into(), false)?);
        }
        if envelope.by != self.user {
            return Ok(self.refuse(envelope, &GeneralError::ForeignAuthor.into(), false)?);
        }
        #[cfg(feature = "plant")]
        if plant::stuck(envelope.id) {
            return Err(ApiError::Busy.into());
        }
        #[cfg(feature = "plant")]
        if plant::dropped(envelope.id) {
            return Ok(Verdict { outcome: OutcomeKind::Applied, reason: None, decides: true });
        }
        let refusal = match envelope.open() {
            Ok(_) if self.judging == Judging::AsFault => fault(),
            Ok(command) => match self.run(&command).await? {
                Ok(()) => {
                    return Ok(Verdict { outcome: OutcomeKind::Applied, reason: None, decides: true });
                }
                Err(refusal) => {
                    self.leave_behind(&command).await?;
                    refusal
                }
            },
            Err(BodyError::UnknownKind(kind) | BodyError::UnknownVersion { kind, .. }) => {
                GeneralError::UnknownKind { kind }.into()
            }
            Err(BodyError::BadArgs { why, .. }) => GeneralError::BadArgs { why }.into(),
        };
        Ok(self.refuse(envelope, &refusal, true)?)
    }

    /// Lets core decide, and takes over what it says.
    async fn run(&mut self, command: &Command) -> Result<Result<(), Refusal>, Halt> {
        let changes = match self.decide(command).await? {
            Ok(changes) => changes,
            Err(refusal) => return Ok(Err(refusal)),
        };
        #[cfg(feature = "plant")]
        let changes = plant::dearer(changes);
        let now = self.app.clock.now();
        let changes = deputies::with_turn(self.tx.as_mut(), &self.rows, changes, now).await?;
        let changes = approvals::with_turn(self.tx.as_mut(), &self.rows, changes, now).await?;
        self.end_log_ins(&changes).await?;
        self.rows.absorb(&changes);
        self.grants.extend(changes.grants);
        Ok(Ok(()))
    }

    /// Runs the rule until it has all the rows that it asks for.
    async fn decide(&mut self, command: &Command) -> Result<Result<Changes, Refusal>, Halt> {
        let mut asked = BTreeSet::new();
        loop {
            let reads = match guarded(&self.rows, command) {
                Some(Ok(changes)) => return Ok(Ok(changes)),
                Some(Err(Stop::Refused(refusal))) => return Ok(Err(refusal)),
                Some(Err(Stop::Missing(reads))) => reads,
                None => {
                    tracing::error!(command = %command.id, "the rule panicked");
                    return Ok(Err(fault()));
                }
            };
            let known = asked.len();
            asked.extend(reads.iter().cloned());
            if asked.len() == known {
                tracing::error!(command = %command.id, ?reads, "the rule asks for what it was given");
                return Ok(Err(fault()));
            }
            load(self.tx.as_mut(), &mut self.rows, reads).await?;
        }
    }

    /// Takes over what a refused command leaves behind all the same.
    async fn leave_behind(&mut self, command: &Command) -> Result<(), Halt> {
        let rule = |rows: &Rows| after_refusal(rows, command);
        let left = ruled(self.tx.as_mut(), &mut self.rows, rule).await?;
        self.rows.absorb(&left);
        Ok(())
    }

    /// Ends the log-ins of people who may not act any more, or act as somebody else.
    async fn end_log_ins(&mut self, changes: &Changes) -> Result<(), Halt> {
        for member in changes.puts.iter().filter_map(Member::of) {
            if let Err(Stop::Missing(reads)) = self.rows.find::<Member>(member.id) {
                load(self.tx.as_mut(), &mut self.rows, reads).await?;
            }
            let before = self.rows.find::<Member>(member.id).ok().flatten();
            if !member.active || before.is_some_and(|before| before.role != member.role) {
                self.tx.end_sessions(member.id, None).await?;
            }
        }
        Ok(())
    }

    /// Makes a card of its sender out of a command that is not accepted. `decides`: nobody else can use its id.
    fn refuse(&mut self, envelope: &Envelope, refusal: &Refusal, decides: bool) -> Result<Verdict, ApiError> {
        let reason: RefusalData = refusal.to_data();
        // a card under an id that belongs to another command would take the place of that command's card
        let id = if decides { envelope.id } else { CommandId::new(fresh_id()?) };
        let card = RefusalCard {
            id,
            user: self.user,
            kind: envelope.kind.clone(),
            kv: envelope.kv,
            args: envelope.args.clone(),
            at: envelope.at,
            reason: reason.clone(),
        };
        self.rows.absorb(&Changes::none().put(Record::from(card)));
        Ok(Verdict { outcome: OutcomeKind::Refused, reason: Some(reason), decides })
    }

    /// Writes what came of it all, with the outcomes.
    async fn commit(mut self) -> Result<(), Halt> {
        let now = self.app.clock.now();
        let changes = Changes { grants: self.grants, ..self.rows.written() };
        self.tx.write(&changes).await?;
        let (client, user) = (self.request.client, self.user);
        let settled = self.settled.iter();
        let entries: Vec<Entry<'_>> = settled.map(|it| it.entry(client, user, now)).collect();
        self.tx.keep(&entries).await?;
        self.tx.put_client(client, &self.client, now).await?;
        #[cfg(feature = "plant")]
        if plant::ack_before_commit() {
            plant::commit_later(self.tx);
            return Ok(());
        }
        #[cfg(feature = "plant")]
        if plant::deaf_to_disk() {
            drop(self.tx.commit().await);
            return Ok(());
        }
        Ok(self.tx.commit().await?)
    }
}

/// Runs a rule; `None` if it panics, as it would at every resending.
fn guarded(rows: &Rows, command: &Command) -> Option<Result<Changes, Stop>> {
    catch_unwind(AssertUnwindSafe(|| apply(rows, command))).ok()
}

/// A kind as it came may be of any length; the log doesn't need all of it.
fn short(kind: &str) -> String {
    kind.chars().take(64).collect()
}

/// What is said when the server is at fault in a way that will not pass.
fn fault() -> Refusal {
    GeneralError::BadArgs { why: "the server can't decide on this".to_owned() }.into()
}
