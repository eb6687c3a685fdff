//! Days that are one tap away. Never reads a clock.

use leeway_core::values::Date;

/// Returns the Monday after this week.
pub fn next_week(today: Date) -> Date {
    today.plus_days(8 - i64::from(today.weekday()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_week_begins_on_its_monday() {
        let next = |day: &str| next_week(day.parse().unwrap()).to_string();
        assert_eq!(next("2026-11-16"), "2026-11-23");
        assert_eq!(next("2026-11-21"), "2026-11-23");
        assert_eq!(next("2026-11-22"), "2026-11-23");
        assert_eq!(next("2026-11-23"), "2026-11-30");
    }
}
