//! A command: what one user asked for, frozen when it was asked.
//!
//! On the wire a command is `{seq, id, by, kind, kv, at, args}` ([`crate::sync::protocol::Envelope`]); `kind` is
//! `feature.verb`. A kind's meaning never changes: a new meaning is a new kind. This module never decides
//! anything; [`crate::apply`] does.

use serde_json::Value;

use crate::values::{CommandId, Timestamp, UserId};
use crate::{approvals, authority, customers, inbox, opportunities, organisation, pricing, quotes, visits};

/// Version of every command kind that this core writes and understands.
pub const KIND_VERSION: u16 = 1;

/// One thing that a user asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// Made on the device when the user acted; makes resending harmless.
    pub id: CommandId,
    /// Who asked. The server refuses a command whose author is not the session's user.
    pub by: UserId,
    /// The device's clock when it was asked: shown to people, never decides anything.
    pub at: Timestamp,
    /// What was asked.
    pub body: Body,
}

impl Command {
    /// Returns what a rule may know about the asking.
    pub fn context(&self) -> Context {
        Context { command: self.id, actor: self.by, at: self.at }
    }
}

/// What a rule may know besides its input: no clock, no randomness, no locale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Context {
    /// The command that is being applied; also the id of what it leaves behind (cards, field stamps).
    pub command: CommandId,
    /// Who asked.
    pub actor: UserId,
    /// When it was asked, by the device's clock; for display.
    pub at: Timestamp,
}

/// Why stored or received parts are not a command that this core understands. The raw parts are kept.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BodyError {
    /// No feature knows this kind: it was written by a newer app, or it is garbage.
    #[error("unknown command kind {0}")]
    UnknownKind(String),
    /// The kind is known, this version of it is not.
    #[error("version {version} of {kind} is not known")]
    UnknownVersion {
        /// The kind that was named.
        kind: String,
        /// The version that was named.
        version: u16,
    },
    /// The arguments do not fit the kind.
    #[error("arguments of {kind}: {why}")]
    BadArgs {
        /// The kind that was named.
        kind: String,
        /// What the decoder said; for logs and for the inbox card.
        why: String,
    },
}

macro_rules! features {
    ($($(#[$doc:meta])* $variant:ident => $module:ident,)*) => {
        /// What can be asked: one line per feature, the writes are listed in the feature's `mod.rs`.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Body { $($(#[$doc])* $variant($module::Write),)* }

        impl Body {
            /// Splits into the `kind` and `args` of the wire form.
            pub fn to_parts(&self) -> (String, Value) {
                let (feature, write) = match self {
                    $(Self::$variant(it) => (stringify!($module), serde_json::to_value(it)),)*
                };
                let mut write = write.unwrap_or(Value::Null);
                let verb = write["kind"].as_str().unwrap_or_default().to_owned();
                (format!("{feature}.{verb}"), write["args"].take())
            }

            /// Reads the wire form of a command.
            ///
            /// # Errors
            /// [`BodyError`] when the kind, its version or its arguments are not understood.
            pub fn from_parts(kind: &str, version: u16, args: &Value) -> Result<Self, BodyError> {
                let unknown = || BodyError::UnknownKind(kind.to_owned());
                let (feature, verb) = kind.split_once('.').ok_or_else(unknown)?;
                if version != KIND_VERSION {
                    return Err(BodyError::UnknownVersion { kind: kind.to_owned(), version });
                }
                let write = serde_json::json!({ "kind": verb, "args": args });
                match feature {
                    $(stringify!($module) => serde_json::from_value(write).map(Self::$variant),)*
                    _ => return Err(unknown()),
                }
                .map_err(|e| {
                    let why = e.to_string();
                    if why.starts_with("unknown variant") && why.contains(&format!("`{verb}`")) { unknown() }
                    else { BodyError::BadArgs { kind: kind.to_owned(), why } }
                })
            }
        }
    };
}

features! {
    /// Customers and their contacts.
    Customers => customers,
    /// Visits with their checklists.
    Visits => visits,
    /// Quotes and their lines.
    Quotes => quotes,
    /// Decisions on quotes beyond the manager's own authority.
    Approvals => approvals,
    /// Opportunities and their stages.
    Opportunities => opportunities,
    /// Price-book versions.
    Pricing => pricing,
    /// Versions of the discount limits.
    Authority => authority,
    /// Units, members and posts.
    Organisation => organisation,
    /// The user's own cards.
    Inbox => inbox,
}
