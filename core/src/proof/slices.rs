//! Slices: what a manager may give away alone in a month ([`crate::authority::Authority::month_max`]), cut among his
//! devices, so that all of them together stay within it although none knows what the others do.
//!
//! A device spends its own slice only. Within a month a slice grows and never shrinks: a grant that got lost on its way,
//! or an older one, allows less than the server has put aside, never more. So that there is something left for another
//! device, a slice is at most half of what is free. This module never takes anything back: what a device that is lost or
//! silent could still have promised is put aside until it could not arrive any more.

use serde::{Deserialize, Serialize};

use super::{DeviceKey, Grant, LATE_MS};
use crate::values::{Date, Money, Timestamp};

/// What a grant lets a device give away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// In which month: its first day.
    pub month: Date,
    /// How much, from the month's beginning on.
    pub room: Money,
}

/// What a device has given away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// In which month: its first day.
    pub month: Date,
    /// How much, from the month's beginning on.
    pub money: Money,
}

/// How a manager's pool of a month stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// Which month: its first day.
    pub month: Date,
    /// How much there was.
    pub size: Money,
    /// What his devices have given away, as far as is known here.
    pub spent: Money,
    /// What no device holds.
    pub free: Money,
}

impl Pool {
    /// Reads the pool off a manager's keys and their grants.
    pub fn of((month, size): (Date, Money), keys: &[&DeviceKey], grants: &[&Grant], now: Timestamp) -> Self {
        let sum = |each: &dyn Fn(&DeviceKey) -> Money| {
            Money::sum(keys.iter().map(|key| each(key))).unwrap_or(Money::MAX)
        };
        let spent = sum(&|key| key.spent_in(month));
        #[cfg(any(test, feature = "testing"))]
        if crate::testing::plant::is(crate::testing::plant::Plant::SliceForgotten) {
            return Self { month, size, spent, free: less(size, spent) };
        }
        let held = sum(&|key| held(key, grants, month, now));
        Self { month, size, spent, free: less(size, held) }
    }

    /// Returns the room that this device is to have next; `None`: what it has will do. More is cut off when what it has
    /// left is less than half of what is free; then both are the same.
    pub fn cut(&self, key: &DeviceKey, grants: &[&Grant], now: Timestamp) -> Option<Money> {
        let (held, spent) = (held(key, grants, self.month, now), key.spent_in(self.month));
        let rest = less(held, spent);
        if 2 * i128::from(rest.fen()) >= i128::from(self.free.fen()) {
            return None;
        }
        let more = self.free.fen() - rest.fen();
        held.checked_add(Money::from_fen(more / 2 + more % 2))
    }
}

/// Returns what is put aside for a device in this month: its slice, for as long as a promise under it may arrive, and what
/// it has spent in any case.
pub fn held(key: &DeviceKey, grants: &[&Grant], month: Date, now: Timestamp) -> Money {
    let counts = |grant: &&&Grant| grant.key == key.id && now.ms() <= grant.expires_at.ms() + LATE_MS;
    let rooms = grants.iter().filter(counts).filter_map(|grant| grant.slice);
    let rooms = rooms.filter(|slice| slice.month == month).map(|slice| slice.room);
    rooms.chain([key.spent_in(month)]).max().unwrap_or(Money::ZERO)
}

/// Returns what is left under this grant; nothing if it has no slice.
pub fn left(key: &DeviceKey, grant: &Grant) -> Money {
    grant.slice.map_or(Money::ZERO, |slice| less(slice.room, key.spent_in(slice.month)))
}

fn less(from: Money, what: Money) -> Money {
    from.checked_sub(what).unwrap_or(Money::ZERO).max(Money::ZERO)
}

#[cfg(test)]
mod tests;
