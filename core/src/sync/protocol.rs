//! The wire types of `/sync/push` and `/sync/pull` (sync.md 5.2). Unknown fields are passed over on both sides.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::command::{Body, BodyError, Command, KIND_VERSION};
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
pub const PAGE_MAX: u32 = 500;

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
        Self { seq, id: command.id, by: command.by, kind, kv: KIND_VERSION, at: command.at, args }
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
    /// The server's epoch as the client knows it.
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
