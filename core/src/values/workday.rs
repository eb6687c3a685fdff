//! Working days: Monday to Friday, less statutory holidays, plus the weekends that are worked for them (调休). Which
//! those are is data that an admin keeps; it is never known here.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::date::Date;

/// Which days are worked, where they differ from Monday to Friday. A day in both lists is off: better to promise
/// too late than too early.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Calendar {
    /// Days off: statutory holidays.
    pub off: BTreeSet<Date>,
    /// Weekend days that are worked.
    pub on: BTreeSet<Date>,
}

impl Calendar {
    /// A calendar without exceptions: Monday to Friday.
    #[must_use]
    pub const fn empty() -> Self {
        Self { off: BTreeSet::new(), on: BTreeSet::new() }
    }

    /// Says whether the day is worked.
    #[must_use]
    pub fn is_workday(&self, date: Date) -> bool {
        !self.off.contains(&date) && (is_midweek(date) || self.on.contains(&date))
    }

    /// Returns the `n`-th working day after `date`; for 0 the date itself. At the end of the calendar it stops.
    #[must_use]
    pub fn add_workdays(&self, date: Date, n: u32) -> Date {
        let mut day = date;
        let mut left = n;
        while left > 0 && day < Date::MAX {
            day = day.plus_days(1);
            if self.is_workday(day) {
                left -= 1;
            }
        }
        day
    }

    /// Returns how many working days come after `from` up to and with `to`; negative when `to` is the earlier one.
    #[must_use]
    pub fn workdays_between(&self, from: Date, to: Date) -> i64 {
        if to < from {
            return -self.workdays_between(to, from);
        }
        if to == from {
            return 0;
        }
        let first = from.plus_days(1);
        let (mut count, days) = (0, to.days_since(from));
        // whole weeks have five each; what is left over is shorter than a week
        count += days / 7 * 5;
        count += (0..days % 7).map(|day| i64::from(is_midweek(first.plus_days(day)))).sum::<i64>();
        count -= counted(self.off.range(first..=to).filter(|day| is_midweek(**day)));
        count +=
            counted(self.on.range(first..=to).filter(|day| !is_midweek(**day) && !self.off.contains(day)));
        count
    }
}

fn counted<'a>(days: impl Iterator<Item = &'a Date>) -> i64 {
    days.map(|_| 1).sum()
}

fn is_midweek(date: Date) -> bool {
    date.weekday() <= 5
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// A holiday of a week in October with the Sunday before and the Saturday after it worked.
    fn october() -> Calendar {
        Calendar {
            off: (1..=7).map(|day| Date::new(2026, 10, day).unwrap()).collect(),
            on: [date("2026-09-27"), date("2026-10-10")].into(),
        }
    }

    #[test]
    fn monday_to_friday_without_exceptions() {
        let plain = Calendar::empty();
        let worked = (23..=29).map(|day| plain.is_workday(Date::new(2026, 11, day).unwrap()));
        assert!(worked.eq([true, true, true, true, true, false, false]));
    }

    #[test]
    fn holidays_are_off_and_their_weekends_worked() {
        let calendar = october();
        assert!(!calendar.is_workday(date("2026-10-01")));
        assert!(calendar.is_workday(date("2026-09-27")));
        assert!(calendar.is_workday(date("2026-10-10")));
        assert!(!calendar.is_workday(date("2026-10-11")));
        assert_eq!(calendar.add_workdays(date("2026-09-30"), 1), date("2026-10-08"));
        assert_eq!(calendar.add_workdays(date("2026-09-30"), 3), date("2026-10-10"));
        assert_eq!(calendar.workdays_between(date("2026-09-26"), date("2026-10-11")), 7);
    }

    #[test]
    fn a_day_in_both_lists_is_off() {
        let sunday = date("2026-09-27");
        let calendar = Calendar { off: [sunday].into(), on: [sunday].into() };
        assert!(!calendar.is_workday(sunday));
        assert_eq!(calendar.workdays_between(date("2026-09-25"), sunday), 0);
    }

    #[test]
    fn no_days_and_no_more_days() {
        let saturday = date("2026-11-21");
        assert_eq!(Calendar::empty().add_workdays(saturday, 0), saturday);
        assert_eq!(Calendar::empty().add_workdays(Date::MAX.plus_days(-3), u32::MAX), Date::MAX);
        assert_eq!(Calendar::empty().workdays_between(saturday, saturday), 0);
    }

    #[test]
    fn an_empty_object_is_an_empty_calendar() {
        assert_eq!(serde_json::from_str::<Calendar>("{}").unwrap(), Calendar::empty());
        let json = serde_json::to_string(&october()).unwrap();
        assert_eq!(serde_json::from_str::<Calendar>(&json).unwrap(), october());
    }

    fn calendars() -> impl Strategy<Value = Calendar> {
        let days = || {
            proptest::collection::btree_set(
                (0..200_i64).prop_map(|at| date("2026-06-01").plus_days(at)),
                0..40,
            )
        };
        (days(), days()).prop_map(|(off, on)| Calendar { off, on })
    }

    proptest! {
        #[test]
        fn counting_agrees_with_walking(calendar in calendars(), start in 0..200_i64, length in 0..200_i64) {
            let from = date("2026-06-01").plus_days(start);
            let walked = (1..=length).filter(|&day| calendar.is_workday(from.plus_days(day))).count();
            let to = from.plus_days(length);
            prop_assert_eq!(calendar.workdays_between(from, to), i64::try_from(walked).unwrap());
            prop_assert_eq!(calendar.workdays_between(to, from), -i64::try_from(walked).unwrap());
        }

        #[test]
        fn adding_is_undone_by_counting(calendar in calendars(), start in 0..200_i64, n in 1..100_u32) {
            let from = date("2026-06-01").plus_days(start);
            let to = calendar.add_workdays(from, n);
            prop_assert!(calendar.is_workday(to));
            prop_assert_eq!(calendar.workdays_between(from, to), i64::from(n));
        }
    }
}
