//! The user's own cards: commands that were not accepted, and fields that two people wrote. A card stays until
//! the user ends it; nothing that was typed is ever deleted by sync.

mod dismiss;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Entity;
use crate::command::{Context, writes};
use crate::record::{Key, entity};
use crate::refusal::{RefusalData, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{CommandId, Timestamp, UserId};

pub use dismiss::Dismiss;

writes! {
    /// What a user may ask about their cards.
    pub enum Write {
        /// Ends a card.
        Dismiss(Dismiss) = "dismiss",
    }
}

/// Why a card stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum InboxError {
    /// Only the two kinds of card can be ended.
    #[error("{about} is not a card")]
    NotACard {
        /// What was named.
        about: Key,
    },
}

/// A command that was not accepted, with all that was typed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefusalCard {
    /// The command that was refused.
    pub id: CommandId,
    /// Whose it was.
    pub user: UserId,
    /// Its kind, as it came.
    pub kind: String,
    /// The version of the kind, as it came.
    pub kv: u16,
    /// What was typed, as it came.
    pub args: Value,
    /// When it was asked, by the device's clock.
    pub at: Timestamp,
    /// Why not.
    pub reason: RefusalData,
}

/// Index: refusals of the user.
pub const REFUSALS: &str = "refusal|";
/// Index: clashes of the user.
pub const CLASHES: &str = "clash|";

impl Entity for RefusalCard {
    entity!(RefusalCard, CommandId);

    fn scope(&self) -> Scope {
        Scope::User(self.user)
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{REFUSALS}{}", self.id)]
    }
}

/// Two people, or two phones, wrote one field: both values, for the one whose value did not stay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClashCard {
    /// The command whose value stayed.
    pub id: CommandId,
    /// Whose value did not stay.
    pub user: UserId,
    /// The record.
    pub about: Key,
    /// Its field.
    pub field: String,
    /// The value that did not stay.
    pub lost: Value,
    /// Who wrote it.
    pub lost_by: UserId,
    /// When.
    pub lost_at: Timestamp,
    /// The value that stayed.
    pub kept: Value,
    /// Who wrote it.
    pub kept_by: UserId,
    /// When.
    pub kept_at: Timestamp,
}

impl Entity for ClashCard {
    entity!(ClashCard, CommandId);

    fn scope(&self) -> Scope {
        Scope::User(self.user)
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{CLASHES}{}", self.id)]
    }
}

pub(crate) fn apply(rows: &Rows, by: &Context, write: &Write) -> Result<Changes, Stop> {
    match write {
        Write::Dismiss(it) => dismiss::dismiss(rows, by, it),
    }
}
