//! Days of the calendar and moments on the clock. Nothing here ever reads a clock: a moment comes in with the command.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The Julian day number of 1970-01-01.
const EPOCH_DAY: i64 = 2_440_588;
const MS_PER_MINUTE: i64 = 60_000;
const MS_PER_DAY: i64 = 24 * 60 * MS_PER_MINUTE;

/// A day of the calendar from 0001-01-01 to 9999-12-31, written `2026-11-21`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
#[serde(try_from = "String", into = "String")]
pub struct Date(time::Date);

/// What keeps an input from being a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum DateError {
    /// It isn't written as `2026-11-21`.
    #[error("not a date of the form 2026-11-21")]
    Form,
    /// The calendar hasn't that day.
    #[error("no such day")]
    NoSuchDay,
}

impl Date {
    /// The first day.
    pub const MIN: Self = Self::nth_of_year(1, 1, time::Date::MIN);
    /// The last day.
    pub const MAX: Self = Self::nth_of_year(9_999, 365, time::Date::MAX);

    const fn nth_of_year(year: i32, day: u16, otherwise: time::Date) -> Self {
        match time::Date::from_ordinal_date(year, day) {
            Ok(date) => Self(date),
            Err(_) => Self(otherwise),
        }
    }

    /// Makes a date out of its parts.
    ///
    /// # Errors
    /// [`DateError::NoSuchDay`] when the calendar hasn't it.
    pub fn new(year: i32, month: u8, day: u8) -> Result<Self, DateError> {
        let month = time::Month::try_from(month).map_err(|_| DateError::NoSuchDay)?;
        let date = time::Date::from_calendar_date(year, month, day).map_err(|_| DateError::NoSuchDay)?;
        if (Self::MIN..=Self::MAX).contains(&Self(date)) { Ok(Self(date)) } else { Err(DateError::NoSuchDay) }
    }

    /// Returns the year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.0.year()
    }

    /// Returns the month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.0.month() as u8
    }

    /// Returns the day of the month, 1 to 31.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.0.day()
    }

    /// Returns the day of the week by ISO 8601: 1 is Monday, 7 is Sunday.
    #[must_use]
    pub const fn weekday(self) -> u8 {
        self.0.weekday().number_from_monday()
    }

    /// Returns the first day of its month.
    #[must_use]
    pub fn first_of_month(self) -> Self {
        self.plus_days(1 - i64::from(self.day()))
    }

    /// Returns the day so many days later, or earlier when negative. At either end of the calendar it stops.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self::from_julian(i64::from(self.0.to_julian_day()).saturating_add(days))
    }

    /// Returns how many days lie between: positive when `earlier` is the earlier one.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        i64::from(self.0.to_julian_day()) - i64::from(earlier.0.to_julian_day())
    }

    fn from_julian(day: i64) -> Self {
        let day = day.clamp(i64::from(Self::MIN.0.to_julian_day()), i64::from(Self::MAX.0.to_julian_day()));
        i32::try_from(day).ok().and_then(|day| time::Date::from_julian_day(day).ok()).map_or(Self::MAX, Self)
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let form = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !form {
            return Err(DateError::Form);
        }
        let part = |range: std::ops::Range<usize>| text.get(range).ok_or(DateError::Form);
        let year = part(0..4)?.parse().map_err(|_| DateError::Form)?;
        let month = part(5..7)?.parse().map_err(|_| DateError::Form)?;
        let day = part(8..10)?.parse().map_err(|_| DateError::Form)?;
        Self::new(year, month, day)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}-{:02}", self.year(), self.month(), self.day()))
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Date {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

/// A moment: milliseconds since 1970-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = i64))]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Makes a moment out of milliseconds.
    #[must_use]
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Returns the milliseconds.
    #[must_use]
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// Returns the moment so many minutes into a day, where clocks are `offset_minutes` ahead of UTC.
    #[must_use]
    pub fn of(day: Date, minute: i64, offset_minutes: i32) -> Self {
        let days = i64::from(day.0.to_julian_day()) - EPOCH_DAY;
        Self(
            days * MS_PER_DAY
                + minute.saturating_sub(i64::from(offset_minutes)).saturating_mul(MS_PER_MINUTE),
        )
    }

    /// Returns the day that it is then where clocks are so many minutes ahead of UTC (480 in China).
    #[must_use]
    pub fn date_at(self, offset_minutes: i32) -> Date {
        let local = self.0.saturating_add(i64::from(offset_minutes) * MS_PER_MINUTE);
        Date::from_julian(EPOCH_DAY + local.div_euclid(MS_PER_DAY))
    }

    /// Returns the moment so many times 24 hours later; earlier for a negative number. At the ends of time it stops.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(MS_PER_DAY)))
    }

    /// Writes it for an index, whose order is that of time. All that is before 1970 stands at its beginning.
    #[must_use]
    pub fn in_index(self) -> String {
        format!("{:015}", self.0.max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn reads_one_form_only() {
        assert_eq!(date("2026-11-21"), Date::new(2026, 11, 21).unwrap());
        assert_eq!(date("2024-02-29").to_string(), "2024-02-29");
        for wrong in [
            "",
            "2026-1-2",
            "2026/11/21",
            "20261121",
            "+026-11-21",
            "2026-11-21 ",
            "２０２６-11-21",
            "é026-11-2",
        ] {
            assert_eq!(wrong.parse::<Date>(), Err(DateError::Form), "{wrong:?}");
        }
        for wrong in ["2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-04-00", "0000-01-01"] {
            assert_eq!(wrong.parse::<Date>(), Err(DateError::NoSuchDay), "{wrong:?}");
        }
    }

    #[test]
    fn knows_its_parts() {
        let day = date("2026-11-21");
        assert_eq!((day.year(), day.month(), day.day()), (2026, 11, 21));
        assert_eq!(day.weekday(), 6);
        assert_eq!(date("2026-11-23").weekday(), 1);
        assert_eq!(date("2026-11-22").weekday(), 7);
        assert_eq!(day.first_of_month(), date("2026-11-01"));
        assert_eq!(date("2026-12-01").first_of_month(), date("2026-12-01"));
    }

    #[test]
    fn counts_days() {
        assert_eq!(date("2026-11-21").plus_days(10), date("2026-12-01"));
        assert_eq!(date("2024-03-01").plus_days(-1), date("2024-02-29"));
        assert_eq!(date("2027-01-01").days_since(date("2026-01-01")), 365);
        assert_eq!(date("2026-01-01").days_since(date("2027-01-01")), -365);
    }

    #[test]
    fn stops_at_both_ends() {
        assert_eq!(
            (Date::MIN.to_string().as_str(), Date::MAX.to_string().as_str()),
            ("0001-01-01", "9999-12-31")
        );
        assert_eq!(Date::MAX.plus_days(1), Date::MAX);
        assert_eq!(Date::MIN.plus_days(i64::MIN), Date::MIN);
        assert_eq!(Date::MIN.plus_days(i64::MAX), Date::MAX);
        assert_eq!(Timestamp::from_ms(i64::MAX).date_at(480), Date::MAX);
        assert_eq!(Timestamp::from_ms(i64::MIN).date_at(-480), Date::MIN);
    }

    #[test]
    fn a_moment_is_another_day_elsewhere() {
        assert_eq!(Timestamp::default().date_at(0), date("1970-01-01"));
        assert_eq!(Timestamp::from_ms(-1).date_at(0), date("1969-12-31"));
        assert_eq!(Timestamp::from_ms(16 * 3_600_000 - 1).date_at(480), date("1970-01-01"));
        assert_eq!(Timestamp::from_ms(16 * 3_600_000).date_at(480), date("1970-01-02"));
        assert_eq!(Timestamp::from_ms(0).date_at(-1), date("1969-12-31"));
        // 2026-11-21T12:00:00Z
        assert_eq!(Timestamp::from_ms(1_795_262_400_000).date_at(480), date("2026-11-21"));
    }

    #[test]
    fn wire_forms() {
        assert_eq!(serde_json::to_string(&date("2026-11-21")).unwrap(), "\"2026-11-21\"");
        assert_eq!(serde_json::from_str::<Date>("\"2026-11-21\"").unwrap(), date("2026-11-21"));
        assert!(serde_json::from_str::<Date>("\"2026-02-30\"").is_err());
        assert_eq!(serde_json::to_string(&Timestamp::from_ms(-5)).unwrap(), "-5");
        assert_eq!(serde_json::from_str::<Timestamp>("1795262400000").unwrap().ms(), 1_795_262_400_000);
    }

    proptest! {
        #[test]
        fn days_come_and_go(start in -500_000..500_000_i64, days in -100_000..100_000_i64) {
            let day = date("2026-11-21").plus_days(start);
            prop_assert_eq!(day.plus_days(days).days_since(day), days);
            prop_assert_eq!(day.to_string().parse(), Ok(day));
            let weekday = (i64::from(day.weekday()) - 1 + days).rem_euclid(7) + 1;
            prop_assert_eq!(i64::from(day.plus_days(days).weekday()), weekday);
        }

        #[test]
        fn no_input_panics(input in "\\PC{0,12}") {
            let _ = input.parse::<Date>();
        }
    }
}
