//! Working time: the office hours of working days. What is promised within so many working minutes is counted here,
//! by one fixed offset from UTC, whatever a phone's own time zone is.

use serde::{Deserialize, Serialize};

use super::date::{Date, Timestamp};
use super::workday::Calendar;

const MS_PER_MINUTE: i64 = 60_000;
const MINUTES_PER_DAY: u16 = 24 * 60;
/// The earliest and the latest offset from UTC that is in use anywhere.
const OFFSETS: std::ops::RangeInclusive<i32> = -12 * 60..=14 * 60;

/// A stretch of a day that is worked, in minutes after midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Its first minute.
    pub from: u16,
    /// The minute at which it is over.
    pub to: u16,
}

/// When the organisation works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkTime {
    /// Which days are worked.
    #[serde(default)]
    pub days: Calendar,
    /// When, on such a day: in order, and apart from each other.
    pub hours: Vec<Span>,
    /// Minutes that the organisation's wall clock is ahead of UTC.
    pub offset: i32,
}

/// Why office hours can't be counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoursError {
    /// Nothing is worked.
    None,
    /// A stretch ends before it begins, begins before the one before it has ended, or passes midnight.
    Order,
    /// No clock on earth is that far from UTC.
    Offset,
}

impl Default for WorkTime {
    /// Monday to Friday from 9:00 to 12:00 and from 13:30 to 18:00, in China.
    fn default() -> Self {
        let hours = vec![Span { from: 9 * 60, to: 12 * 60 }, Span { from: 13 * 60 + 30, to: 18 * 60 }];
        Self { days: Calendar::empty(), hours, offset: 8 * 60 }
    }
}

impl WorkTime {
    /// Says whether one can count by it.
    ///
    /// # Errors
    /// [`HoursError`] says what is wrong with it.
    pub fn check(&self) -> Result<(), HoursError> {
        if self.hours.is_empty() {
            return Err(HoursError::None);
        }
        let mut after = 0;
        for (n, span) in self.hours.iter().enumerate() {
            let begins = n == 0 || span.from > after;
            if !begins || span.to <= span.from || span.to > MINUTES_PER_DAY {
                return Err(HoursError::Order);
            }
            after = span.to;
        }
        if OFFSETS.contains(&self.offset) { Ok(()) } else { Err(HoursError::Offset) }
    }

    /// Returns how many minutes of a working day are worked.
    #[must_use]
    pub fn minutes_a_day(&self) -> i64 {
        self.hours.iter().map(|span| i64::from(span.to) - i64::from(span.from)).sum()
    }

    /// Returns the moment at which so many working minutes have passed since `at`; for 0 the moment itself. At the end
    /// of the calendar it stops.
    #[must_use]
    pub fn add_working(&self, at: Timestamp, minutes: u32) -> Timestamp {
        let mut left = i64::from(minutes) * MS_PER_MINUTE;
        if left == 0 {
            return at;
        }
        let mut day = at.date_at(self.offset);
        loop {
            for (from, to) in self.spans(day) {
                let from = from.max(at.ms());
                if from < to && left <= to - from {
                    return Timestamp::from_ms(from + left);
                }
                left -= (to - from).max(0);
            }
            if day == Date::MAX {
                return Timestamp::of(day, i64::from(MINUTES_PER_DAY), self.offset);
            }
            day = day.plus_days(1);
        }
    }

    /// Returns how many whole working minutes lie between; negative when `to` is the earlier one.
    #[must_use]
    pub fn working_between(&self, from: Timestamp, to: Timestamp) -> i64 {
        if to < from {
            return -self.working_between(to, from);
        }
        let (first, last) = (from.date_at(self.offset), to.date_at(self.offset));
        let worked = |day: Date| -> i64 {
            let spans = self.spans(day).map(|(begins, ends)| ends.min(to.ms()) - begins.max(from.ms()));
            spans.map(|ms| ms.max(0)).sum()
        };
        if first == last {
            return worked(first) / MS_PER_MINUTE;
        }
        // the days between the two are counted, not walked
        let between = self.days.workdays_between(first, last) - i64::from(self.days.is_workday(last));
        (worked(first) + worked(last)) / MS_PER_MINUTE + between * self.minutes_a_day()
    }

    /// Returns the stretches of a day that are worked, as moments.
    fn spans(&self, day: Date) -> impl Iterator<Item = (i64, i64)> {
        let hours = if self.days.is_workday(day) { self.hours.as_slice() } else { &[] };
        let moment = move |minute: u16| Timestamp::of(day, i64::from(minute), self.offset).ms();
        hours.iter().map(move |span| (moment(span.from), moment(span.to)))
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// The end of September 2026 in China: Friday 25 to Sunday 27 are off, and so are the first days of October; Sunday
    /// 20 is worked.
    fn autumn() -> WorkTime {
        let off = (25..=27).map(|day| Date::new(2026, 9, day).unwrap());
        let off = off.chain((1..=7).map(|day| Date::new(2026, 10, day).unwrap())).collect();
        WorkTime { days: Calendar { off, on: [date("2026-09-20")].into() }, ..WorkTime::default() }
    }

    fn at(day: &str, hour: i64, minute: i64) -> Timestamp {
        Timestamp::of(date(day), hour * 60 + minute, 480)
    }

    fn written(at: Timestamp) -> String {
        let day = at.date_at(480);
        let minute = (at.ms() - Timestamp::of(day, 0, 480).ms()) / MS_PER_MINUTE;
        format!("{day} {:02}:{:02}", minute / 60, minute % 60)
    }

    #[track_caller]
    fn check(from: Timestamp, minutes: u32, expected: Expect) {
        let to = autumn().add_working(from, minutes);
        expected.assert_eq(&written(to));
        assert_eq!(autumn().working_between(from, to), i64::from(minutes));
    }

    #[test]
    fn time_stands_still_at_noon_at_night_and_on_days_off() {
        check(at("2026-09-21", 9, 0), 60, expect!["2026-09-21 10:00"]);
        check(at("2026-09-21", 9, 0), 180, expect!["2026-09-21 12:00"]);
        check(at("2026-09-21", 9, 0), 181, expect!["2026-09-21 13:31"]);
        check(at("2026-09-21", 12, 45), 1, expect!["2026-09-21 13:31"]);
        check(at("2026-09-21", 17, 0), 90, expect!["2026-09-22 09:30"]);
        check(at("2026-09-21", 23, 0), 450, expect!["2026-09-22 18:00"]);
        check(at("2026-09-24", 17, 0), 90, expect!["2026-09-28 09:30"]);
        check(at("2026-09-30", 17, 59), 2, expect!["2026-10-08 09:01"]);
        check(at("2026-09-26", 3, 0), 0, expect!["2026-09-26 03:00"]);
    }

    #[test]
    fn a_weekend_that_is_worked_counts() {
        check(at("2026-09-18", 17, 0), 90, expect!["2026-09-20 09:30"]);
        check(at("2026-09-18", 17, 0), 60 + 450 + 1, expect!["2026-09-21 09:01"]);
    }

    #[test]
    fn hours_are_in_order_and_there_are_some() {
        let with = |hours: &[(u16, u16)], offset| {
            let hours = hours.iter().map(|(from, to)| Span { from: *from, to: *to }).collect();
            WorkTime { hours, offset, ..WorkTime::default() }.check()
        };
        assert_eq!(WorkTime::default().check(), Ok(()));
        assert_eq!(with(&[(0, 1_440)], 840), Ok(()));
        assert_eq!(with(&[], 480), Err(HoursError::None));
        for wrong in
            [&[(60, 60)][..], &[(60, 50)], &[(0, 1_441)], &[(60, 120), (120, 180)], &[(60, 120), (0, 30)]]
        {
            assert_eq!(with(wrong, 480), Err(HoursError::Order), "{wrong:?}");
        }
        assert_eq!(with(&[(60, 120)], 841), Err(HoursError::Offset));
        assert_eq!(with(&[(60, 120)], -721), Err(HoursError::Offset));
    }

    #[test]
    fn the_calendar_ends() {
        let last = Timestamp::of(Date::MAX, 0, 480);
        assert_eq!(autumn().add_working(last, u32::MAX), Timestamp::of(Date::MAX, 1_440, 480));
    }

    fn times() -> impl Strategy<Value = WorkTime> {
        let days = || {
            proptest::collection::btree_set((0..20_i64).prop_map(|n| date("2026-09-14").plus_days(n)), 0..6)
        };
        let spans =
            (0..600_u16, 1..200_u16, 1..200_u16, 1..200_u16).prop_map(|(from, first, gap, second)| {
                let (to, again) = (from + first, from + first + gap);
                vec![Span { from, to }, Span { from: again, to: again + second }]
            });
        (days(), days(), spans, -720..=840_i32).prop_map(|(off, on, hours, offset)| WorkTime {
            days: Calendar { off, on },
            hours,
            offset,
        })
    }

    /// Minute by minute, as one would count on a clock's face.
    fn is_worked(time: &WorkTime, minute: i64) -> bool {
        let at = Timestamp::from_ms(minute * MS_PER_MINUTE);
        let day = at.date_at(time.offset);
        let of_day = (at.ms() - Timestamp::of(day, 0, time.offset).ms()) / MS_PER_MINUTE;
        let within = |span: &Span| (i64::from(span.from)..i64::from(span.to)).contains(&of_day);
        time.days.is_workday(day) && time.hours.iter().any(within)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn counting_agrees_with_walking_minute_by_minute(
            time in times(), start in 0..14_400_i64, n in 1..900_u32,
        ) {
            prop_assert_eq!(time.check(), Ok(()));
            let start = Timestamp::of(date("2026-09-16"), 0, 0).ms() / MS_PER_MINUTE + start;
            let (mut minute, mut left) = (start, n);
            while left > 0 {
                left -= u32::from(is_worked(&time, minute));
                minute += 1;
            }
            let (from, to) = (Timestamp::from_ms(start * MS_PER_MINUTE), Timestamp::from_ms(minute * MS_PER_MINUTE));
            prop_assert_eq!(time.add_working(from, n), to);
            prop_assert_eq!(time.working_between(from, to), i64::from(n));
            prop_assert_eq!(time.working_between(to, from), -i64::from(n));
        }
    }
}
