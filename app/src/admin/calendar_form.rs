//! What the calendar's form means: days and office hours as they are typed, line by line. Never reads the store.

use std::collections::BTreeSet;

use leeway_core::values::{Date, Span, WorkTime};

/// What can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalendarProblem {
    /// A stretch of time.
    Hours(String),
    /// A day, or days from and to.
    Day(String),
}

/// The longest run of days that one line may name.
const RUN_MAX: i64 = 366;

/// Writes days, those in a row as one line: `2026-10-01~2026-10-07`.
pub fn typed_days(days: &BTreeSet<Date>) -> String {
    let mut runs: Vec<(Date, Date)> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some((_, last)) if last.plus_days(1) == *day => *last = *day,
            _ => runs.push((*day, *day)),
        }
    }
    let line = |(first, last): &(Date, Date)| match first == last {
        true => first.to_string(),
        false => format!("{first}~{last}"),
    };
    runs.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Reads days as they are typed.
pub fn read_days(text: &str) -> Result<BTreeSet<Date>, CalendarProblem> {
    let mut days = BTreeSet::new();
    for line in text.split([',', '，', '\n']).map(str::trim).filter(|line| !line.is_empty()) {
        let bad = || CalendarProblem::Day(line.to_owned());
        let (first, last) = line.split_once(['~', '～']).unwrap_or((line, line));
        let read = |text: &str| text.trim().parse::<Date>().map_err(|_| bad());
        let (first, last) = (read(first)?, read(last)?);
        let more = last.days_since(first);
        if !(0..=RUN_MAX).contains(&more) {
            return Err(bad());
        }
        days.extend((0..=more).map(|n| first.plus_days(n)));
    }
    Ok(days)
}

/// Writes office hours: `09:00-12:00 13:30-18:00`.
pub fn typed_hours(hours: &[Span]) -> String {
    let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    hours.iter().map(|it| format!("{}-{}", time(it.from), time(it.to))).collect::<Vec<_>>().join(" ")
}

/// Reads office hours as they are typed.
pub fn read_hours(text: &str) -> Result<Vec<Span>, CalendarProblem> {
    text.split_whitespace()
        .map(|part| {
            let (from, to) = part.split_once(['-', '–', '～', '~'])?;
            Some(Span { from: minute(from)?, to: minute(to)? })
        })
        .zip(text.split_whitespace())
        .map(|(span, part)| span.ok_or_else(|| CalendarProblem::Hours(part.to_owned())))
        .collect()
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once([':', '：'])?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
}

/// Reads the whole form; the offset from UTC stays as it was.
pub fn read(hours: &str, off: &str, on: &str, before: &WorkTime) -> Result<WorkTime, CalendarProblem> {
    let mut time = WorkTime { hours: read_hours(hours)?, ..before.clone() };
    time.days.off = read_days(off)?;
    time.days.on = read_days(on)?;
    Ok(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let days = read_days("2026-10-01~2026-10-07\n2026-01-01，2026-01-02\n\n 2026-12-31 ").unwrap();
        assert_eq!(days.len(), 10);
        assert_eq!(typed_days(&days), "2026-01-01~2026-01-02\n2026-10-01~2026-10-07\n2026-12-31");
        assert_eq!(read_days(&typed_days(&days)), Ok(days));
        let hours = WorkTime::default().hours;
        assert_eq!(typed_hours(&hours), "09:00-12:00 13:30-18:00");
        assert_eq!(read_hours(" 9:00-12:00  13：30～18:00 "), Ok(hours));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for wrong in ["2026-13-01", "2026-10-07~2026-10-01", "2020-01-01~2026-01-01", "国庆"] {
            let text = format!("2026-10-01\n{wrong}");
            assert_eq!(read_days(&text), Err(CalendarProblem::Day(wrong.to_owned())));
        }
        for wrong in ["9", "9:00", "9:00-25:00", "9:00-9:60", "-"] {
            let text = format!("09:00-12:00 {wrong}");
            assert_eq!(read_hours(&text), Err(CalendarProblem::Hours(wrong.to_owned())));
        }
        let all = read("9:00-12:00", "2026-10-01", "2026-10-10", &WorkTime::default()).unwrap();
        assert_eq!((all.hours.len(), all.days.off.len(), all.days.on.len(), all.offset), (1, 1, 1, 480));
    }
}
