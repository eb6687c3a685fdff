//! The calendar of the demo: China's holidays of 2026 with the weekends that are worked for them, as the State Council's
//! notice has them. Later years are announced a year ahead; an admin adds them.

use leeway_core::Body;
use leeway_core::calendar::{SetCalendar, Write};
use leeway_core::values::{Calendar, Date, WorkTime};

use super::history::History;
use super::people;

/// From and to, month and day: New Year, Spring Festival, Qingming, Labour Day, Dragon Boat, Mid-Autumn, National Day.
const OFF: [[(u8, u8); 2]; 7] = [
    [(1, 1), (1, 3)],
    [(2, 15), (2, 23)],
    [(4, 4), (4, 6)],
    [(5, 1), (5, 5)],
    [(6, 19), (6, 21)],
    [(9, 25), (9, 27)],
    [(10, 1), (10, 7)],
];
/// Saturdays and Sundays that are worked.
const ON: [(u8, u8); 6] = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)];

fn day((month, day): (u8, u8)) -> Option<Date> {
    Date::new(2026, month, day).ok()
}

fn holidays() -> Calendar {
    let days = |[from, to]: [(u8, u8); 2]| {
        let (from, to) = (day(from), day(to));
        let length = from.zip(to).map_or(-1, |(from, to)| to.days_since(from));
        (0..=length).filter_map(move |n| Some(from?.plus_days(n)))
    };
    Calendar { off: OFF.into_iter().flat_map(days).collect(), on: ON.into_iter().filter_map(day).collect() }
}

/// Tells how the calendar was set.
pub(super) fn set(history: &mut History) {
    let time = WorkTime { days: holidays(), ..WorkTime::default() };
    let at = history.days.at(-179, 545);
    history.ask(people::ADMIN, at, Body::Calendar(Write::Set(SetCalendar { time, seen: None })));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_are_those_of_the_notice() {
        let days = holidays();
        assert_eq!((days.off.len(), days.on.len()), (33, 6));
        assert!(days.on.iter().all(|day| day.weekday() >= 6), "only weekends are worked for others");
        let worked = days.workdays_between(day((9, 18)).unwrap(), day((10, 10)).unwrap());
        assert_eq!(worked, 11, "the 20th to the 24th, the 28th to the 30th, the 8th to the 10th");
    }
}
