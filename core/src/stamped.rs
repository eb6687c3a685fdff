//! A field that knows who wrote it last, so that two phones can change one record and both be heard.
//!
//! A write names the write that its author saw (`seen`). If the field was written by somebody else in between,
//! the later arrival wins, and the one that lost gets a card with both values (sync.md 5.1). The stamp is the
//! id of the command, not a counter: a device that writes twice offline saw its own first write, and no clock
//! is involved (ADR 0003).

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::command::Context;
use crate::inbox::ClashCard;
use crate::record::Key;
use crate::values::{CommandId, Timestamp, UserId};

/// A value with its last write and, oldest first, the values before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: DeserializeOwned"))]
pub struct Stamped<T> {
    /// What is there now.
    pub value: T,
    /// Who wrote it.
    pub by: UserId,
    /// When, by the writer's clock; for display.
    pub at: Timestamp,
    /// The command that wrote it.
    pub write: CommandId,
    /// What was there before; every value is kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub past: Vec<Past<T>>,
}

/// A value that was there before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Past<T> {
    /// What was there.
    pub value: T,
    /// Who wrote it.
    pub by: UserId,
    /// When, by the writer's clock.
    pub at: Timestamp,
    /// The command that wrote it.
    pub write: CommandId,
}

impl<T: Clone + PartialEq + Serialize> Stamped<T> {
    /// Makes the first value.
    pub fn new(by: &Context, value: T) -> Self {
        Self { value, by: by.actor, at: by.at, write: by.command, past: Vec::new() }
    }

    /// Makes the first value of another field that was written with this one.
    pub fn stamp<U>(&self, value: U) -> Stamped<U> {
        Stamped { value, by: self.by, at: self.at, write: self.write, past: Vec::new() }
    }

    /// Says whether both were written by one command.
    pub fn is_stamped_like<U>(&self, other: &Stamped<U>) -> bool {
        (self.write, self.by, self.at) == (other.write, other.by, other.at)
    }

    /// Writes `value`. Returns the value that lost if somebody else had written since `seen`, and wrote
    /// something different.
    pub fn write(&mut self, by: &Context, value: T, seen: Option<CommandId>) -> Option<Past<T>> {
        if self.write == by.command || self.past.iter().any(|past| past.write == by.command) {
            return None; // the same command again
        }
        let clash = seen != Some(self.write) && self.value != value;
        let lost = Past { value: self.value.clone(), by: self.by, at: self.at, write: self.write };
        self.past.push(lost.clone());
        self.value = value;
        self.by = by.actor;
        self.at = by.at;
        self.write = by.command;
        clash.then_some(lost)
    }

    /// Writes `value` and makes the card for the one that lost, if there was a clash. `field` names the field
    /// of the record `about`.
    pub fn write_or_clash(
        &mut self,
        by: &Context,
        about: Key,
        field: &str,
        value: T,
        seen: Option<CommandId>,
    ) -> Option<ClashCard> {
        let lost = self.write(by, value, seen)?;
        Some(ClashCard {
            id: by.command,
            user: lost.by,
            about,
            field: field.to_owned(),
            lost: serde_json::to_value(&lost.value).unwrap_or(Value::Null),
            lost_by: lost.by,
            lost_at: lost.at,
            kept: serde_json::to_value(&self.value).unwrap_or(Value::Null),
            kept_by: by.actor,
            kept_at: by.at,
        })
    }
}

/// Writes into a field that may not have been written yet.
pub fn write_slot<T: Clone + PartialEq + Serialize>(
    slot: &mut Option<Stamped<T>>,
    by: &Context,
    about: Key,
    field: &str,
    value: T,
    seen: Option<CommandId>,
) -> Option<ClashCard> {
    match slot {
        Some(stamped) => stamped.write_or_clash(by, about, field, value, seen),
        None => {
            *slot = Some(Stamped::new(by, value));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(command: u128) -> Context {
        Context {
            command: CommandId::from_u128(command),
            actor: UserId::from_u128(1),
            at: Timestamp::from_ms(i64::try_from(command).unwrap()),
        }
    }

    #[test]
    fn a_write_on_what_was_seen_is_no_clash() {
        let mut field = Stamped::new(&by(1), "a");
        assert_eq!(field.write(&by(2), "b", Some(CommandId::from_u128(1))), None);
        assert_eq!(field.value, "b");
    }

    #[test]
    fn a_write_past_an_unseen_one_names_what_lost() {
        let mut field = Stamped::new(&by(1), "a");
        field.write(&by(2), "b", Some(CommandId::from_u128(1)));
        let lost = field.write(&by(3), "c", Some(CommandId::from_u128(1)));
        assert_eq!(lost.map(|it| it.value), Some("b"));
        assert_eq!(field.value, "c");
        assert_eq!(field.past.iter().map(|it| it.value).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn the_same_value_twice_is_no_clash_and_a_command_twice_is_one_write() {
        let mut field = Stamped::new(&by(1), "a");
        field.write(&by(2), "b", Some(CommandId::from_u128(1)));
        assert_eq!(field.write(&by(3), "b", Some(CommandId::from_u128(1))), None);
        assert_eq!(field.write(&by(3), "b", Some(CommandId::from_u128(1))), None);
        assert_eq!(field.past.len(), 2);
        field.write(&by(4), "c", Some(CommandId::from_u128(3)));
        assert_eq!(field.write(&by(2), "b", Some(CommandId::from_u128(1))), None);
        assert_eq!((field.value, field.past.len()), ("c", 3));
    }

    #[test]
    fn a_device_that_writes_twice_offline_clashes_once() {
        let mut field = Stamped::new(&by(1), "a");
        field.write(&by(9), "other phone", Some(CommandId::from_u128(1)));
        assert!(field.write(&by(2), "b", Some(CommandId::from_u128(1))).is_some());
        assert_eq!(field.write(&by(3), "c", Some(CommandId::from_u128(2))), None);
    }
}
