//! The wire types of `/sync/push`, `/sync/pull`, `/sync/poke` and `/sync/repair` (sync.md 5.2). Unknown fields are passed over on both sides.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::digest::Digest;
use crate::command::{Body, BodyError, Command};
use crate::record::{Key, Record, RecordType, UnknownType};
use crate::refusal::RefusalData;
use crate::scope::Scope;
use crate::values::{ClientId, CommandId, Timestamp, UserId};

/// Version of the wire form.
pub const WIRE_VERSION: u16 = 1;
/// Version of the record shapes that this core knows.
pub const CORE_SCHEMA: u32 = 1;
/// Most commands of one push.
pub const PUSH_MAX: usize = 100;
/// Most bytes of one push.
pub const PUSH_BYTES_MAX: usize = 256 * 1024;
/// Most bytes of one command.
pub const COMMAND_BYTES_MAX: usize = 64 * 1024;
/// Most rows of one page of a pull.
pub const PAGE_MAX: u32 = 1_000;
/// Most scopes of one repair.
pub const REPAIR_SCOPES_MAX: usize = 5_000;
/// Most bytes of one repair.
pub const REPAIR_BYTES_MAX: usize = 512 * 1024;
/// Most bytes of one piece of a blob.
pub const BLOB_PIECE_MAX: usize = 512 * 1024;
/// Fewest bytes of a piece that is not the last.
pub const BLOB_PIECE_MIN: usize = 16 * 1024;
/// Header of `PATCH /blobs/{hash}/upload`: where the piece begins.
pub const UPLOAD_OFFSET: &str = "upload-offset";
/// Name of the one event of `GET /sync/poke`. It says that a pull may bring something, and nothing else.
pub const POKE_EVENT: &str = "poke";
/// Seconds between two signs of life on `GET /sync/poke`; a phone that hears nothing for two of them asks anew.
pub const POKE_HEARTBEAT_S: u64 = 25;

/// A command on the wire, and frozen in the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Envelope {
    /// Its place in the order of this client, from 1, without gaps.
    pub seq: u64,
    /// The command's id.
    #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
    pub id: CommandId,
    /// Who asked.
    #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
    pub by: UserId,
    /// `feature.verb`.
    pub kind: String,
    /// Version of the kind.
    pub kv: u16,
    /// The device's clock when it was asked, in ms UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub at: Timestamp,
    /// What was asked.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub args: Value,
}

impl Envelope {
    /// Freezes a command at its place in the order.
    pub fn seal(seq: u64, command: &Command) -> Self {
        let (kind, args) = command.body.to_parts();
        let kv = Body::version(&kind, &args);
        Self { seq, id: command.id, by: command.by, kind, kv, at: command.at, args }
    }

    /// Reads the command.
    ///
    /// # Errors
    /// [`BodyError`] when this core does not understand it; the envelope is kept as it is.
    pub fn open(&self) -> Result<Command, BodyError> {
        let body = Body::from_parts(&self.kind, self.kv, &self.args)?;
        Ok(Command { id: self.id, by: self.by, at: self.at, body })
    }
}

/// Body of `POST /sync/push`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushRequest {
    /// [`WIRE_VERSION`].
    pub v: u16,
    /// The server's epoch when it answered a push last; in another one, the client must pull before it pushes.
    #[serde(default)]
    pub epoch: Option<String>,
    /// The device's store.
    #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
    pub client: ClientId,
    /// Made anew whenever the store is opened on another profile: two of one client are a fork.
    pub incarnation: Uuid,
    /// The commands, in order.
    pub cmds: Vec<Envelope>,
}

/// What became of one pushed command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// It counts.
    Applied,
    /// It does not, for the reason given.
    Refused,
    /// It had an outcome before; nothing was done again.
    Duplicate,
}

/// The answer to one pushed command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Outcome {
    /// Its place in the order.
    pub seq: u64,
    /// What became of it.
    pub outcome: OutcomeKind,
    /// Why not, when refused.
    #[serde(default, flatten, skip_serializing_if = "Option::is_none")]
    pub reason: Option<RefusalData>,
}

/// Answer of `POST /sync/push`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushResponse {
    /// The last command of this client that has an outcome.
    pub last_seq: u64,
    /// One per pushed command up to it.
    pub results: Vec<Outcome>,
    /// The server's epoch: what is said counts in this history of the data only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
}

/// Body of `POST /sync/pull`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PullRequest {
    /// The server's epoch as the client knows it.
    #[serde(default)]
    pub epoch: Option<String>,
    /// The device's store.
    #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
    pub client: ClientId,
    /// Where the last reveal stood; opaque. `None`: everything.
    #[serde(default)]
    pub cookie: Option<String>,
    /// The next page of a pull under way; opaque.
    #[serde(default)]
    pub page: Option<String>,
    /// Most rows of the answer.
    #[serde(default)]
    pub limit: Option<u32>,
    /// [`CORE_SCHEMA`].
    pub core_schema: u32,
    /// How many commands wait on the device.
    #[serde(default)]
    pub queue_len: u32,
}

/// A row on the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WireRow {
    /// Its home.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub scope: Scope,
    /// Its type, as written by the server; may be newer than this core.
    pub typ: String,
    /// Its id.
    pub id: Uuid,
    /// Counts its writes.
    pub rev: u64,
    /// Gone from this scope.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// Its content; absent when deleted.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub body: Value,
}

impl WireRow {
    /// Returns the key it is stored under.
    ///
    /// # Errors
    /// When the type is newer than this core.
    pub fn key(&self) -> Result<Key, UnknownType> {
        Ok(Key { typ: self.typ.parse::<RecordType>()?, id: self.id })
    }

    /// Reads the record; `None` if it is deleted, of an unknown type or of an unreadable form.
    pub fn record(&self) -> Option<Record> {
        if self.deleted {
            return None;
        }
        Record::from_body(self.typ.parse().ok()?, &self.body).ok()
    }
}

/// Answer of `POST /sync/pull`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PullResponse {
    /// The cookie is void (other epoch, too old): drop all rows, keep the outbox, take this as the first page.
    #[serde(default)]
    pub reset: bool,
    /// The server's epoch.
    pub epoch: String,
    /// Scopes that the user no longer holds: their rows go.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub drop: Vec<Scope>,
    /// Scopes newly held: their rows go first, then come whole in this pull.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub fill: Vec<Scope>,
    /// Changed rows.
    pub rows: Vec<WireRow>,
    /// The last command of this client that has an outcome, read in the snapshot of the rows.
    pub ack: u64,
    /// All commands of this client up to here are in a checked backup or a replica, read in that snapshot, too:
    /// the phone may forget them. Never beyond `ack`.
    #[serde(default)]
    pub durable: u64,
    /// More pages: ask again with this. The rows are not to be shown yet.
    #[serde(default)]
    pub page: Option<String>,
    /// On the last page: where this pull stands.
    #[serde(default)]
    pub cookie: Option<String>,
    /// The server's clock, in ms UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub now: Timestamp,
    /// The oldest [`CORE_SCHEMA`] that the server still serves.
    pub min_core: u32,
}

/// Body of `POST /sync/repair`: what the phone holds, for the server to compare. To be asked between pulls, with
/// the cookie of the last reveal and of its rows only, without what is staged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RepairRequest {
    /// The device's store.
    #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
    pub client: ClientId,
    /// Where the last reveal stood. A scope that has changed since is not judged.
    pub cookie: String,
    /// The digest of each scope of which the phone has rows.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub digests: BTreeMap<Scope, Digest>,
}

/// Answer of `POST /sync/repair`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RepairResponse {
    /// Scopes in which the phone is wrong: other rows, rows of a scope that it doesn't hold, none of one that it
    /// does. Any at all: the phone forgets its cookie, and its next pull brings everything anew.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub refill: Vec<Scope>,
}

/// Answer of `GET` and `PATCH /blobs/{hash}/upload`: how far a blob has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadState {
    /// The server has all bytes before this one: the next piece begins here.
    pub offset: u64,
    /// It has all of them, and they are the blob of this name. Nothing more is to be sent.
    #[serde(default)]
    pub whole: bool,
}

/// What an error answer of any route looks like: data, never a sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// What is wrong, as in `gap`, `payload_mismatch`, `client_forked`, `not_logged_in`, `too_large`.
    pub code: String,
    /// What the sentence needs.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub args: Value,
}

/// Who is logged in; the answer of the session routes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// The user.
    #[cfg_attr(feature = "openapi", schema(value_type = Uuid))]
    pub user: UserId,
    /// Their log-in name.
    pub login: String,
    /// Their name.
    pub name: String,
    /// `manager`, `unit_head`, `approver` or `admin`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub role: crate::organisation::Role,
    /// The organisation's name.
    pub organisation: String,
    /// The password was given by somebody else and must be changed first.
    #[serde(default)]
    pub must_change_password: bool,
}

/// Answer of `GET /api/recovery-key`. The phone keeps it, to be able to export without a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryKeyAnswer {
    /// The key to which rescue files are sealed; `None`: the organisation has none.
    #[serde(default)]
    pub key: Option<RecoveryKey>,
}

/// The public half of the organisation's recovery key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryKey {
    /// By which a rescue file names it.
    pub id: String,
    /// The uncompressed P-256 point in Base64.
    pub public: String,
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use serde::de::DeserializeOwned;
    use serde_json::json;

    use super::*;
    use crate::Entity;
    use crate::organisation::Role;
    use crate::quotes::QuoteError;
    use crate::testing::{numbers, sample};
    use crate::visits::Visit;

    /// Freezes the written form, and reads it back with a field that is not known yet.
    #[track_caller]
    fn check<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(it: &T, expected: Expect) {
        expected.assert_eq(&numbers(&serde_json::to_string_pretty(it).unwrap()));
        let mut json = serde_json::to_value(it).unwrap();
        json["of_a_newer_version"] = json!({ "a": [1] });
        assert_eq!(serde_json::from_value::<T>(json).unwrap(), *it);
    }

    fn envelope() -> Envelope {
        Envelope {
            seq: 3,
            id: CommandId::from_u128(30),
            by: sample::CHEN,
            kind: "visits.open".into(),
            kv: 1,
            at: sample::minute(1),
            args: json!({ "visit": sample::visit().id }),
        }
    }

    #[test]
    fn a_push() {
        check(
            &PushRequest {
                v: WIRE_VERSION,
                epoch: Some("e1".into()),
                client: ClientId::from_u128(8),
                incarnation: Uuid::from_u128(9),
                cmds: vec![envelope()],
            },
            expect![[r#"
                {
                  "v": 1,
                  "epoch": "e1",
                  "client": "8",
                  "incarnation": "9",
                  "cmds": [
                    {
                      "seq": 3,
                      "id": "30",
                      "by": "1",
                      "kind": "visits.open",
                      "kv": 1,
                      "at": 1800000060000,
                      "args": {
                        "visit": "1"
                      }
                    }
                  ]
                }"#]],
        );
    }

    #[test]
    fn the_answer_to_a_push() {
        let reason = Some(crate::Refusal::from(QuoteError::Quantity { max: 9 }).to_data());
        let bare = Some(crate::Refusal::from(QuoteError::NoLines).to_data());
        let outcome = |seq, outcome, reason| Outcome { seq, outcome, reason };
        let results = vec![
            outcome(1, OutcomeKind::Applied, None),
            outcome(2, OutcomeKind::Refused, reason),
            outcome(3, OutcomeKind::Refused, bare),
            outcome(4, OutcomeKind::Duplicate, None),
        ];
        for result in &results {
            let json = serde_json::to_string(result).unwrap();
            assert_eq!(serde_json::from_str::<Outcome>(&json).unwrap(), *result);
        }
        check(
            &PushResponse { last_seq: 4, results, epoch: Some("e1".into()) },
            expect![[r#"
            {
              "last_seq": 4,
              "results": [
                {
                  "seq": 1,
                  "outcome": "applied"
                },
                {
                  "seq": 2,
                  "outcome": "refused",
                  "code": "quotes.quantity",
                  "args": {
                    "max": 9
                  }
                },
                {
                  "seq": 3,
                  "outcome": "refused",
                  "code": "quotes.no_lines"
                },
                {
                  "seq": 4,
                  "outcome": "duplicate"
                }
              ],
              "epoch": "e1"
            }"#]],
        );
    }

    #[test]
    fn a_pull() {
        let first = PullRequest {
            epoch: None,
            client: ClientId::from_u128(8),
            cookie: None,
            page: None,
            limit: None,
            core_schema: CORE_SCHEMA,
            queue_len: 0,
        };
        check(
            &first,
            expect![[r#"
            {
              "epoch": null,
              "client": "8",
              "cookie": null,
              "page": null,
              "limit": null,
              "core_schema": 1,
              "queue_len": 0
            }"#]],
        );
        let short = json!({ "client": first.client, "core_schema": 1 });
        assert_eq!(serde_json::from_value::<PullRequest>(short).unwrap(), first);
        let later = PullRequest {
            epoch: Some("e1".into()),
            cookie: Some("c".into()),
            page: Some("p".into()),
            limit: Some(PAGE_MAX),
            queue_len: 5,
            ..first
        };
        check(
            &later,
            expect![[r#"
            {
              "epoch": "e1",
              "client": "8",
              "cookie": "c",
              "page": "p",
              "limit": 1000,
              "core_schema": 1,
              "queue_len": 5
            }"#]],
        );
    }

    #[test]
    fn the_answer_to_a_pull() {
        let note = sample::note();
        let row = WireRow {
            scope: note.scope(),
            typ: "visit_note".into(),
            id: note.id.uuid(),
            rev: 2,
            deleted: false,
            body: Record::from(note).to_body().unwrap(),
        };
        let gone = WireRow { rev: 3, deleted: true, body: Value::Null, ..row.clone() };
        check(
            &PullResponse {
                reset: true,
                epoch: "e1".into(),
                drop: vec![Scope::Catalogue],
                fill: vec![sample::visit().scope()],
                rows: vec![row, gone],
                ack: 4,
                durable: 3,
                page: None,
                cookie: Some("c".into()),
                now: sample::minute(2),
                min_core: 1,
            },
            expect![[r#"
                {
                  "reset": true,
                  "epoch": "e1",
                  "drop": [
                    "catalogue"
                  ],
                  "fill": [
                    "customer:1"
                  ],
                  "rows": [
                    {
                      "scope": "customer:1",
                      "typ": "visit_note",
                      "id": "1",
                      "rev": 2,
                      "body": {
                        "at": 1800000300000,
                        "by": "1",
                        "customer": "1",
                        "id": "1",
                        "text": "何工要求双路由",
                        "visit": "1"
                      }
                    },
                    {
                      "scope": "customer:1",
                      "typ": "visit_note",
                      "id": "1",
                      "rev": 3,
                      "deleted": true
                    }
                  ],
                  "ack": 4,
                  "durable": 3,
                  "page": null,
                  "cookie": "c",
                  "now": 1800000120000,
                  "min_core": 1
                }"#]],
        );
        let short = json!({ "epoch": "e", "rows": [], "ack": 0, "now": 5, "min_core": 1 });
        let short: PullResponse = serde_json::from_value(short).unwrap();
        let absent = (short.reset, short.durable, short.page, short.cookie, short.drop, short.fill);
        assert_eq!(absent, <_>::default());
    }

    #[test]
    fn an_upload() {
        check(
            &UploadState { offset: 65_536, whole: true },
            expect![[r#"
                {
                  "offset": 65536,
                  "whole": true
                }"#]],
        );
    }

    #[test]
    fn a_recovery_key() {
        let key = RecoveryKey { id: "0123456789abcdef".into(), public: "BAAA".into() };
        check(
            &RecoveryKeyAnswer { key: Some(key) },
            expect![[r#"
                {
                  "key": {
                    "id": "0123456789abcdef",
                    "public": "BAAA"
                  }
                }"#]],
        );
        assert_eq!(serde_json::from_value::<RecoveryKeyAnswer>(json!({})).unwrap().key, None);
    }

    #[test]
    fn a_repair() {
        let sum = Digest::default().with("visit", sample::visit().id.uuid(), 2);
        check(
            &RepairRequest {
                client: ClientId::from_u128(8),
                cookie: "c".into(),
                digests: BTreeMap::from([
                    (Scope::Catalogue, Digest::default()),
                    (sample::visit().scope(), sum),
                ]),
            },
            expect![[r#"
                {
                  "client": "8",
                  "cookie": "c",
                  "digests": {
                    "customer:1": "f2ddc513805debf9",
                    "catalogue": "0000000000000000"
                  }
                }"#]],
        );
        check(
            &RepairResponse { refill: vec![Scope::Catalogue] },
            expect![[r#"
            {
              "refill": [
                "catalogue"
              ]
            }"#]],
        );
    }

    #[test]
    fn an_error_and_a_session() {
        check(
            &ErrorBody { code: "too_large".into(), args: Value::Null },
            expect![[r#"
                {
                  "code": "too_large"
                }"#]],
        );
        check(
            &ErrorBody { code: "gap".into(), args: json!({ "expected": 4 }) },
            expect![[r#"
                {
                  "code": "gap",
                  "args": {
                    "expected": 4
                  }
                }"#]],
        );
        check(
            &Session {
                user: sample::CHEN,
                login: "chen".into(),
                name: "陈静".into(),
                role: Role::UnitHead,
                organisation: "海港分公司".into(),
                must_change_password: true,
            },
            expect![[r#"
                {
                  "user": "1",
                  "login": "chen",
                  "name": "陈静",
                  "role": "unit_head",
                  "organisation": "海港分公司",
                  "must_change_password": true
                }"#]],
        );
    }

    #[test]
    fn a_row_that_this_core_does_not_know_is_no_record() {
        let visit = sample::visit();
        let row = |typ: &str, body: Value| WireRow {
            scope: visit.scope(),
            typ: typ.into(),
            id: visit.id.uuid(),
            rev: 1,
            deleted: false,
            body,
        };
        let body = Record::from(visit.clone()).to_body().unwrap();
        let known = row("visit", body.clone());
        assert_eq!(known.key(), Ok(Visit::key(visit.id)));
        assert_eq!(known.record(), Some(visit.clone().into()));
        assert_eq!(WireRow { deleted: true, ..known }.record(), None);
        assert_eq!(row("visit", json!({ "id": 7 })).record(), None);
        assert_eq!(row("project", body.clone()).record(), None);
        assert_eq!(row("project", body).key(), Err(UnknownType("project".into())));
    }

    #[test]
    fn what_is_not_understood_is_kept_as_it_came() {
        let later = Envelope { kind: "visits.sing".into(), args: json!({ "key": "C" }), ..envelope() };
        let json = serde_json::to_string(&later).unwrap();
        let kept: Envelope = serde_json::from_str(&json).unwrap();
        assert_eq!(serde_json::to_string(&kept).unwrap(), json);
        assert_eq!(kept.open(), Err(BodyError::UnknownKind("visits.sing".into())));
    }
}
