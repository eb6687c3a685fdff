//! How values are written for people. Exact: nothing is computed in floating point. Never reads a clock: what is
//! today comes in, and the offset of local time is asked for each moment.

use leeway_core::values::{Date, Money, Percent, Timestamp};

use super::{Lang, Locale, td_string};
use crate::platform::clock;

/// Writes an amount: `¥1,234.50`.
pub fn money(amount: Money) -> String {
    amount.to_string()
}

/// Writes an estimate: `¥386,000`; cents only where there are some.
pub fn estimate(amount: Money) -> String {
    let text = amount.to_string();
    text.strip_suffix(".00").map(str::to_owned).unwrap_or(text)
}

/// Writes a share in basis points, which may be below nothing: `36.5%`, `-12%`.
pub fn share(bp: i64) -> String {
    let minus = if bp < 0 { "-" } else { "" };
    let (whole, rest) = (bp.unsigned_abs() / 100, bp.unsigned_abs() % 100);
    match (rest, rest % 10) {
        (0, _) => format!("{minus}{whole}%"),
        (_, 0) => format!("{minus}{whole}.{}%", rest / 10),
        _ => format!("{minus}{whole}.{rest:02}%"),
    }
}

/// Writes a discount both ways: `8% = 9.2 折`, `8% off = 9.2 折`.
pub fn discount(lang: impl Lang, off: Percent) -> String {
    td_string!(lang.locale(), common.discount, percent = off.to_string(), zhe = off.zhe())
}

/// Writes a day with its weekday: `11月21日 周六`, `Sat 21 Nov`.
pub fn day(lang: impl Lang, date: Date) -> String {
    let locale = lang.locale();
    td_string!(
        locale,
        common.day,
        month = month(locale, date),
        day = date.day().to_string(),
        weekday = weekday(locale, date)
    )
}

/// Writes a day with its year: `2026年11月21日`, `21 Nov 2026`.
pub fn day_of_year(lang: impl Lang, date: Date) -> String {
    let locale = lang.locale();
    td_string!(
        locale,
        common.day_of_year,
        year = date.year().to_string(),
        month = month(locale, date),
        day = date.day().to_string()
    )
}

/// Writes a day as people say it: 今天, 明天, 昨天, else with its weekday; with its year when that is another one.
pub fn day_from(lang: impl Lang, date: Date, today: Date) -> String {
    let locale = lang.locale();
    match date.days_since(today) {
        0 => td_string!(locale, common.today).to_owned(),
        1 => td_string!(locale, common.tomorrow).to_owned(),
        -1 => td_string!(locale, common.yesterday).to_owned(),
        _ if date.year() == today.year() => day(locale, date),
        _ => day_of_year(locale, date),
    }
}

/// Writes the local time of a moment: `10:30`.
pub fn time(at: Timestamp) -> String {
    minute_of_day(local(at).1)
}

/// Writes the local day and time of a moment: `11月21日 周六 10:30`, `Sat 21 Nov, 10:30`.
pub fn date_time(lang: impl Lang, at: Timestamp) -> String {
    let locale = lang.locale();
    let (date, minute) = local(at);
    td_string!(locale, common.date_time, day = day(locale, date), time = minute_of_day(minute))
}

/// Writes a moment as people say it: `今天 14:30`, `Sat 21 Nov, 14:30`.
pub fn moment_from(lang: impl Lang, at: Timestamp, today: Date) -> String {
    let locale = lang.locale();
    let (date, minute) = local(at);
    td_string!(locale, common.date_time, day = day_from(locale, date, today), time = minute_of_day(minute))
}

/// Writes minutes after midnight: `10:30`.
pub fn minute_of_day(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Returns the local day of a moment.
pub fn day_of(at: Timestamp) -> Date {
    local(at).0
}

/// Returns the last local day of what is over at this moment.
pub fn last_day(until: Timestamp) -> Date {
    day_of(Timestamp::from_ms(until.ms().saturating_sub(1)))
}

/// Returns the moment at which a local day begins.
pub fn begin_of(day: Date) -> Timestamp {
    // the offset may be another one at that moment than at the one by which it is asked for
    let near = Timestamp::of(day, 0, clock::offset_minutes(Timestamp::of(day, 0, 0)));
    Timestamp::of(day, 0, clock::offset_minutes(near))
}

/// Returns the local day, and the minutes after its midnight.
fn local(at: Timestamp) -> (Date, u16) {
    let offset = clock::offset_minutes(at);
    let minute = at.ms().div_euclid(60_000).saturating_add(i64::from(offset)).rem_euclid(24 * 60);
    (at.date_at(offset), u16::try_from(minute).unwrap_or_default())
}

fn weekday(locale: Locale, date: Date) -> &'static str {
    match date.weekday() {
        1 => td_string!(locale, common.weekday.mon),
        2 => td_string!(locale, common.weekday.tue),
        3 => td_string!(locale, common.weekday.wed),
        4 => td_string!(locale, common.weekday.thu),
        5 => td_string!(locale, common.weekday.fri),
        6 => td_string!(locale, common.weekday.sat),
        _ => td_string!(locale, common.weekday.sun),
    }
}

fn month(locale: Locale, date: Date) -> &'static str {
    match date.month() {
        1 => td_string!(locale, common.month.m1),
        2 => td_string!(locale, common.month.m2),
        3 => td_string!(locale, common.month.m3),
        4 => td_string!(locale, common.month.m4),
        5 => td_string!(locale, common.month.m5),
        6 => td_string!(locale, common.month.m6),
        7 => td_string!(locale, common.month.m7),
        8 => td_string!(locale, common.month.m8),
        9 => td_string!(locale, common.month.m9),
        10 => td_string!(locale, common.month.m10),
        11 => td_string!(locale, common.month.m11),
        _ => td_string!(locale, common.month.m12),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_discount_is_said_both_ways() {
        let off = Percent::parse("8").unwrap();
        assert_eq!(discount(Locale::zh_CN, off), "8% = 9.2 折");
        assert_eq!(discount(Locale::en, off), "8% off = 9.2 折");
    }

    #[test]
    fn an_estimate_has_no_empty_cents() {
        assert_eq!(estimate(Money::from_fen(38_600_000)), "¥386,000");
        assert_eq!(estimate(Money::from_fen(38_600_050)), "¥386,000.50");
    }

    #[test]
    fn a_day_has_its_weekday() {
        assert_eq!(day(Locale::zh_CN, date("2026-11-21")), "11月21日 周六");
        assert_eq!(day(Locale::en, date("2026-11-21")), "Sat 21 Nov");
    }

    #[test]
    fn days_nearby_have_names() {
        let today = date("2026-12-31");
        let said = |text: &str| day_from(Locale::zh_CN, date(text), today);
        assert_eq!(said("2026-12-31"), "今天");
        assert_eq!(said("2027-01-01"), "明天");
        assert_eq!(said("2026-12-30"), "昨天");
        assert_eq!(said("2026-11-21"), "11月21日 周六");
        assert_eq!(said("2027-01-02"), "2027年1月2日");
        assert_eq!(day_from(Locale::en, date("2027-01-02"), today), "2 Jan 2027");
    }

    #[test]
    fn a_time_has_two_digits_each() {
        assert_eq!(minute_of_day(0), "00:00");
        assert_eq!(minute_of_day(630), "10:30");
        assert_eq!(minute_of_day(1439), "23:59");
    }
}
