//! A card is ended by its user. Ending one that is gone already is no error: another phone was quicker.

use serde::{Deserialize, Serialize};

use super::{ClashCard, InboxError, RefusalCard};
use crate::command::Context;
use crate::record::{Key, RecordType};
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::values::{CommandId, UserId};

/// Ends a card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dismiss {
    /// Which card.
    pub card: Key,
}

pub(super) fn dismiss(rows: &Rows, by: &Context, it: &Dismiss) -> Result<Changes, Stop> {
    let id = CommandId::new(it.card.id);
    let owner: Option<UserId> = match it.card.typ {
        RecordType::RefusalCard => rows.find::<RefusalCard>(id)?.map(|card| card.user),
        RecordType::ClashCard => rows.find::<ClashCard>(id)?.map(|card| card.user),
        _ => return Err(InboxError::NotACard { about: it.card }.into()),
    };
    match owner {
        None => Ok(Changes::none()),
        Some(owner) if owner == by.actor => Ok(Changes::none().remove(it.card)),
        Some(_) => Err(GeneralError::NotFound { typ: it.card.typ }.into()),
    }
}
