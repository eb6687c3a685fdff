//! The calendar that the demo is told on: every day and moment stands relative to the day of seeding. Never reads a
//! clock, and never gives a moment that is still to come.

use leeway_core::values::{Date, Timestamp};

/// China has one time zone, 8 hours ahead of UTC.
const OFFSET_MINUTES: i32 = 480;
const MS_PER_MINUTE: i64 = 60_000;
const MS_PER_DAY: i64 = 1_440 * MS_PER_MINUTE;

/// The day and moment of seeding.
#[derive(Debug, Clone, Copy)]
pub(super) struct Days {
    /// The day that counts as today.
    pub(super) today: Date,
    /// The moment of seeding.
    pub(super) now: Timestamp,
}

impl Days {
    /// Returns the day so many days from today.
    pub(super) fn day(self, offset: i64) -> Date {
        self.today.plus_days(offset)
    }

    /// Returns the moment on that day, so many minutes after midnight in China; the moment of seeding if that is
    /// still to come.
    pub(super) fn at(self, offset: i64, minute: i64) -> Timestamp {
        let local = self.now.ms() + i64::from(OFFSET_MINUTES) * MS_PER_MINUTE;
        let midnight = self.now.ms() - local.rem_euclid(MS_PER_DAY);
        let days = self.day(offset).days_since(self.now.date_at(OFFSET_MINUTES));
        Timestamp::from_ms((midnight + days * MS_PER_DAY + minute * MS_PER_MINUTE).min(self.now.ms()))
    }

    /// Returns the moment so many minutes before the seeding.
    pub(super) fn minutes_ago(self, minutes: i64) -> Timestamp {
        Timestamp::from_ms(self.now.ms() - minutes * MS_PER_MINUTE)
    }

    /// Returns how many days from today the `n`-th working day is, backwards when negative. Holidays are left out
    /// of this: the demo knows weekends only.
    pub(super) fn workday(self, n: i64) -> i64 {
        let (mut offset, mut left) = (0, n.abs());
        while left > 0 {
            offset += n.signum();
            if self.day(offset).weekday() <= 5 {
                left -= 1;
            }
        }
        offset
    }

    /// Moves a day off a weekend, away from today: what is due later waits until Monday, what is past was on Friday.
    pub(super) fn off_weekend(self, offset: i64) -> i64 {
        match (self.day(offset).weekday(), offset.signum()) {
            (6, 1) => offset + 2,
            (7, 1) => offset + 1,
            (6, -1) => offset - 1,
            (7, -1) => offset - 2,
            _ => offset,
        }
    }
}
