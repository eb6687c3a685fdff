//! Commands come in: order and author are checked, then core decides, and what it says is committed together
//! with the outcome. **Never** holds a rule of its own, and never drops what somebody typed: a refused command
//! is kept, and goes back to its sender as a card.
//!
//! Up to [`TOGETHER`] commands share a transaction; each has a savepoint, so that one which the schema doesn't
//! allow leaves no trace but its refusal. A transient failure ends the transaction and the push: the client
//! sends again, and what was committed before answers as a duplicate. When another transaction came in between, the
//! commands are judged anew, on what it left.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use leeway_core::command::BodyError;
use leeway_core::inbox::RefusalCard;
use leeway_core::organisation::Member;
use leeway_core::refusal::{GeneralError, RefusalData};
use leeway_core::sync::protocol::{
    COMMAND_BYTES_MAX, Envelope, Outcome, OutcomeKind, PUSH_MAX, PushRequest, PushResponse, WIRE_VERSION,
};
use leeway_core::values::{CommandId, UserId};
use leeway_core::{Changes, Command, Coverage, Entity, Read, Record, Refusal, Rows, Stop, apply};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::auth::token::fresh_id;
use crate::db::{self, Client, DbError, Entry, Reading, Tenant, Verdict, Writing, retrying};
use crate::deputies;
use crate::error::{ApiError, TooLarge};
#[cfg(feature = "plant")]
use crate::plant;

/// Most commands of one transaction.
const TOGETHER: usize = 25;

/// Takes in a push of this user.
///
/// # Errors
/// [`ApiError`] when the order is broken, the store is not the user's, or the database fails. What was
/// committed until then stays.
pub async fn push(app: &App, user: UserId, request: &PushRequest) -> Result<PushResponse, ApiError> {
    check(request)?;
    let mut results = Vec::with_capacity(request.cmds.len());
    let mut rest = request.cmds.as_slice();
    loop {
        let (now, later) = rest.split_at(rest.len().min(TOGETHER));
        let settled = retrying(app.db.as_ref(), Tenant::ONLY, |tx| async move {
            Batch::begin(app, user, request, tx).await?.settle_all(now).await
        });
        let (last_seq, outcomes, epoch) = settled.await?;
        results.extend(outcomes);
        if later.is_empty() {
            return Ok(PushResponse { last_seq, results, epoch });
        }
        rest = later;
    }
}

/// Checks what can be checked without the database.
fn check(request: &PushRequest) -> Result<(), ApiError> {
    if request.v != WIRE_VERSION {
        return Err(ApiError::UpdateRequired);
    }
    if request.cmds.len() > PUSH_MAX {
        return Err(ApiError::TooLarge { what: TooLarge::Commands, max: PUSH_MAX });
    }
    for envelope in &request.cmds {
        let bytes = serde_json::to_vec(envelope).map_err(|error| ApiError::Internal(error.to_string()))?;
        if bytes.len() > COMMAND_BYTES_MAX {
            let what = TooLarge::Command { seq: envelope.seq };
            return Err(ApiError::TooLarge { what, max: COMMAND_BYTES_MAX });
        }
        if envelope.seq == 0 || i64::try_from(envelope.seq).is_err() {
            return Err(ApiError::BadRequest("a seq counts from 1".into()));
        }
    }
    for pair in request.cmds.windows(2) {
        if let [one, next] = pair
            && next.seq != one.seq + 1
        {
            return Err(ApiError::Gap { expected: one.seq + 1 });
        }
    }
    Ok(())
}

/// Loads what a rule asked for.
pub(crate) async fn load(reading: &mut dyn Reading, rows: &mut Rows, reads: Vec<Read>) -> db::Result<()> {
    for read in reads {
        match read {
            Read::Key(key) => {
                let record = reading.record(key).await?;
                rows.supply(key, record);
            }
            Read::Prefix(prefix) => {
                let found = reading.records(&prefix).await?;
                rows.supply_list(&prefix, found);
            }
        }
    }
    Ok(())
}

/// The commands of one transaction.
struct Batch<'a> {
    app: &'a App,
    request: &'a PushRequest,
    user: UserId,
    client: Client,
    epoch: Option<String>,
    rows: Rows,
    tx: Box<dyn Writing>,
}

impl<'a> Batch<'a> {
    async fn begin(
        app: &'a App,
        user: UserId,
        request: &'a PushRequest,
        mut tx: Box<dyn Writing>,
    ) -> Result<Self, ApiError> {
        let epoch = tx.organisation().await?.map(|it| it.epoch);
        // in another history a copy of the client's store may stand under its name
        if request.epoch.is_some() && request.epoch != epoch {
            return Err(ApiError::OtherEpoch);
        }
        let client = match tx.client(request.client).await? {
            None => Client { user, incarnation: None, last_seq: 0, durable: 0 },
            Some(client) if client.user != user => return Err(ApiError::ForeignClient),
            Some(client) => client,
        };
        match client.incarnation {
            Some(known) if known != request.incarnation => return Err(ApiError::ClientForked),
            Some(_) => {}
            None => {
                let bound = Client { incarnation: Some(request.incarnation), ..client.clone() };
                tx.put_client(request.client, &bound, app.clock.now()).await?;
            }
        }
        let client = Client { incarnation: Some(request.incarnation), ..client };
        let mut rows = Rows::new(Coverage::Whole);
        // what they were deputy for until now is not theirs any more
        deputies::catch_up(tx.as_mut(), &mut rows, user, app.clock.now()).await?;
        Ok(Self { app, request, user, client, epoch, rows, tx })
    }

    /// Gives each command its outcome, and makes them count. Returns the last seq, the outcomes, and the epoch.
    async fn settle_all(
        mut self,
        envelopes: &[Envelope],
    ) -> Result<(u64, Vec<Outcome>, Option<String>), ApiError> {
        let expected = self.client.last_seq + 1;
        #[cfg(feature = "plant")]
        let expected = plant::gap_ignored(expected);
        if envelopes.first().is_some_and(|first| first.seq > expected) {
            return Err(ApiError::Gap { expected });
        }
        let mut outcomes = Vec::with_capacity(envelopes.len());
        for envelope in envelopes {
            outcomes.push(self.settle(envelope).await?);
        }
        let epoch = self.epoch.take();
        Ok((self.commit().await?, outcomes, epoch))
    }

    /// Gives one command its outcome, or finds the one that it had.
    async fn settle(&mut self, envelope: &Envelope) -> Result<Outcome, ApiError> {
        let sha = payload_sha(envelope);
        #[cfg(feature = "plant")]
        if plant::applied_twice(envelope.seq, self.client.last_seq)
            && let Ok(command) = envelope.open()
            && let Err(refusal) = self.run(&command).await?
        {
            self.refuse(envelope, &refusal, true).await?;
        }
        if envelope.seq <= self.client.last_seq {
            let past = self.tx.past_at(self.request.client, envelope.seq).await?;
            if past.as_ref().is_some_and(|past| past.sha != sha) {
                return Err(ApiError::PayloadMismatch { seq: envelope.seq });
            }
            let reason = past.and_then(|past| past.reason);
            return Ok(Outcome { seq: envelope.seq, outcome: OutcomeKind::Duplicate, reason });
        }
        let verdict = self.judge(envelope, &sha).await?;
        let now = self.app.clock.now();
        let client = self.request.client;
        let entry = Entry { client, user: self.user, envelope, sha, verdict: &verdict, received_at: now };
        self.tx.keep(&entry).await?;
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
        Ok(Outcome { seq: envelope.seq, outcome: verdict.outcome, reason: verdict.reason })
    }

    async fn judge(&mut self, envelope: &Envelope, sha: &db::Sha256) -> Result<Verdict, ApiError> {
        if let Some(past) = self.tx.past_of(envelope.id).await? {
            if past.user == self.user && past.sha == *sha {
                let outcome = OutcomeKind::Duplicate;
                return Ok(Verdict { outcome, reason: past.reason, decides: false });
            }
            let why = "the id is that of another command".to_owned();
            return self.refuse(envelope, &GeneralError::BadArgs { why }.into(), false).await;
        }
        if envelope.by != self.user {
            return self.refuse(envelope, &GeneralError::ForeignAuthor.into(), false).await;
        }
        #[cfg(feature = "plant")]
        if plant::stuck(envelope.id) {
            return Err(ApiError::Busy);
        }
        #[cfg(feature = "plant")]
        if plant::dropped(envelope.id) {
            return Ok(Verdict { outcome: OutcomeKind::Applied, reason: None, decides: true });
        }
        let refusal = match envelope.open() {
            Ok(command) => match self.run(&command).await? {
                Ok(()) => {
                    return Ok(Verdict { outcome: OutcomeKind::Applied, reason: None, decides: true });
                }
                Err(refusal) => refusal,
            },
            Err(BodyError::UnknownKind(kind) | BodyError::UnknownVersion { kind, .. }) => {
                GeneralError::UnknownKind { kind }.into()
            }
            Err(BodyError::BadArgs { why, .. }) => GeneralError::BadArgs { why }.into(),
        };
        self.refuse(envelope, &refusal, true).await
    }

    /// Lets core decide, and writes what it says.
    async fn run(&mut self, command: &Command) -> Result<Result<(), Refusal>, ApiError> {
        let changes = match self.decide(command).await? {
            Ok(changes) => changes,
            Err(refusal) => return Ok(Err(refusal)),
        };
        #[cfg(feature = "plant")]
        let changes = plant::dearer(changes);
        let now = self.app.clock.now();
        let changes = deputies::with_turn(self.tx.as_mut(), &self.rows, changes, now).await?;
        self.tx.savepoint().await?;
        match self.write(&changes).await {
            Ok(()) => {
                self.tx.release().await?;
                self.rows.absorb(&changes);
                Ok(Ok(()))
            }
            // the same command would fail again and again, and hold up all that follow
            Err(DbError::Constraint(error)) => {
                tracing::error!(command = %command.id, %error, "the schema does not allow what core decided");
                self.tx.roll_back().await?;
                Ok(Err(fault()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Runs the rule until it has all the rows that it asks for.
    async fn decide(&mut self, command: &Command) -> Result<Result<Changes, Refusal>, ApiError> {
        let mut asked = BTreeSet::new();
        loop {
            // a rule that panics would do so again at every resending
            let decided = catch_unwind(AssertUnwindSafe(|| apply(&self.rows, command)));
            let reads = match decided {
                Ok(Ok(changes)) => return Ok(Ok(changes)),
                Ok(Err(Stop::Refused(refusal))) => return Ok(Err(refusal)),
                Ok(Err(Stop::Missing(reads))) => reads,
                Err(_) => {
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

    /// Writes changes, and ends the log-ins of people who may not act any more, or act as somebody else.
    async fn write(&mut self, changes: &Changes) -> db::Result<()> {
        for member in changes.puts.iter().filter_map(Member::of) {
            let before = self.tx.record(Member::key(member.id)).await?;
            let role = before.as_ref().and_then(Member::of).map(|before| before.role);
            if !member.active || role.is_some_and(|role| role != member.role) {
                self.tx.end_sessions(member.id, None).await?;
            }
        }
        self.tx.write(changes).await
    }

    /// Keeps a command that is not accepted as a card of its sender. `decides`: nobody else can use its id.
    async fn refuse(
        &mut self,
        envelope: &Envelope,
        refusal: &Refusal,
        decides: bool,
    ) -> Result<Verdict, ApiError> {
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
        let changes = Changes::none().put(Record::from(card));
        self.tx.write(&changes).await?;
        self.rows.absorb(&changes);
        Ok(Verdict { outcome: OutcomeKind::Refused, reason: Some(reason), decides })
    }

    async fn commit(mut self) -> Result<u64, ApiError> {
        let now = self.app.clock.now();
        self.tx.put_client(self.request.client, &self.client, now).await?;
        #[cfg(feature = "plant")]
        if plant::ack_before_commit() {
            plant::commit_later(self.tx);
            return Ok(self.client.last_seq);
        }
        #[cfg(feature = "plant")]
        if plant::deaf_to_disk() {
            drop(self.tx.commit().await);
            return Ok(self.client.last_seq);
        }
        self.tx.commit().await?;
        Ok(self.client.last_seq)
    }
}

/// A kind as it came may be of any length; the log doesn't need all of it.
fn short(kind: &str) -> String {
    kind.chars().take(64).collect()
}

/// What is said when the server is at fault in a way that will not pass.
fn fault() -> Refusal {
    GeneralError::BadArgs { why: "the server can't decide on this".to_owned() }.into()
}

/// Returns the SHA-256 of what a command says, whatever its place in the order and that of its fields.
fn payload_sha(envelope: &Envelope) -> db::Sha256 {
    let mut sha = Sha256::new();
    for part in [envelope.id.uuid().as_bytes(), envelope.by.uuid().as_bytes()] {
        sha.update(part);
    }
    sha.update(envelope.at.ms().to_be_bytes());
    sha.update(envelope.kv.to_be_bytes());
    text(&mut sha, &envelope.kind);
    digest(&mut sha, &envelope.args);
    sha.finalize().into()
}

fn text(sha: &mut Sha256, text: &str) {
    sha.update(text.len().to_be_bytes());
    sha.update(text);
}

/// Digests a value with its fields in order. Each kind has a mark, each list its length, so that no two
/// values look alike.
fn digest(sha: &mut Sha256, value: &Value) {
    match value {
        Value::Null => sha.update(b"n"),
        Value::Bool(it) => sha.update(if *it { b"t" } else { b"f" }),
        Value::Number(it) => {
            sha.update(b"#");
            text(sha, &it.to_string());
        }
        Value::String(it) => {
            sha.update(b"s");
            text(sha, it);
        }
        Value::Array(items) => {
            sha.update(b"[");
            sha.update(items.len().to_be_bytes());
            for item in items {
                digest(sha, item);
            }
        }
        Value::Object(fields) => {
            sha.update(b"{");
            sha.update(fields.len().to_be_bytes());
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort();
            for name in names {
                text(sha, name);
                digest(sha, &fields[name]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leeway_core::values::Timestamp;

    fn envelope(seq: u64, args: &str) -> Envelope {
        Envelope {
            seq,
            id: CommandId::from_u128(7),
            by: UserId::from_u128(1),
            kind: "visits.open".into(),
            kv: 1,
            at: Timestamp::from_ms(5),
            args: serde_json::from_str(args).unwrap(),
        }
    }

    #[test]
    fn the_payload_is_what_is_said_not_how() {
        let one = payload_sha(&envelope(1, r#"{"a":1,"b":["x","y"]}"#));
        assert_eq!(one, payload_sha(&envelope(9, r#"{ "b": ["x", "y"], "a": 1 }"#)));
        for other in [
            r#"{"a":1,"b":["xy"]}"#,
            r#"{"a":1,"b":["y","x"]}"#,
            r#"{"a":1.0,"b":["x","y"]}"#,
            r#"{"a":"1","b":["x","y"]}"#,
            r#"{"a":1,"b":["x","y",null]}"#,
            r#"{"a":1}"#,
        ] {
            assert_ne!(one, payload_sha(&envelope(1, other)), "{other}");
        }
        let mut later = envelope(1, r#"{"a":1,"b":["x","y"]}"#);
        later.at = Timestamp::from_ms(6);
        assert_ne!(one, payload_sha(&later));
    }

    fn request(seqs: &[u64]) -> PushRequest {
        PushRequest {
            v: WIRE_VERSION,
            epoch: None,
            client: leeway_core::values::ClientId::from_u128(1),
            incarnation: uuid::Uuid::nil(),
            cmds: seqs.iter().map(|seq| envelope(*seq, "{}")).collect(),
        }
    }

    #[test]
    fn a_push_is_in_order_and_not_too_large() {
        assert!(check(&request(&[])).is_ok());
        assert!(check(&request(&[5, 6, 7])).is_ok());
        assert!(matches!(check(&request(&[5, 7])), Err(ApiError::Gap { expected: 6 })));
        assert!(matches!(check(&request(&[5, 4])), Err(ApiError::Gap { expected: 6 })));
        assert!(matches!(check(&request(&[0])), Err(ApiError::BadRequest(_))));
        assert!(matches!(check(&request(&[u64::MAX])), Err(ApiError::BadRequest(_))));
        let many: Vec<u64> = (1..=101).collect();
        let refused = check(&request(&many));
        assert!(matches!(refused, Err(ApiError::TooLarge { what: TooLarge::Commands, max: 100 })));
        let mut large = request(&[1, 2]);
        large.cmds[1].args = Value::String("x".repeat(COMMAND_BYTES_MAX));
        let refused = check(&large);
        assert!(matches!(refused, Err(ApiError::TooLarge { what: TooLarge::Command { seq: 2 }, .. })));
        assert!(matches!(check(&PushRequest { v: 2, ..request(&[]) }), Err(ApiError::UpdateRequired)));
    }
}
