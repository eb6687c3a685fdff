//! The printed words of a paper, in both languages. They are part of the document, as the amount in capitals is: phone,
//! printer and server must put down the same. Everything else that people read is in the app's own sentences.

use serde::{Deserialize, Serialize};

use crate::pricing::Charge;
use crate::values::{Date, Percent, Timestamp};

/// In which language a paper is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Language {
    /// Chinese.
    #[default]
    #[serde(rename = "zh-CN")]
    Chinese,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// Returns its tag.
    pub const fn tag(self) -> &'static str {
        self.of("zh-CN", "en")
    }

    /// Picks the text in this language.
    pub(super) const fn of(self, chinese: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    /// Writes a day: `2026年11月20日`, `20 November 2026`.
    pub(super) fn day(self, date: Date) -> String {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let (year, month, day) = (date.year(), date.month(), date.day());
        match self {
            Self::Chinese => format!("{year}年{month}月{day}日"),
            Self::English => {
                let name = MONTHS.get(usize::from(month).saturating_sub(1)).copied().unwrap_or_default();
                format!("{day} {name} {year}")
            }
        }
    }

    /// Writes a moment by a clock that is this far from UTC: `2026年11月20日 10:58`.
    pub(super) fn moment(self, at: Timestamp, offset_minutes: i32) -> String {
        let minute = at.ms().div_euclid(60_000).saturating_add(i64::from(offset_minutes)).rem_euclid(24 * 60);
        let comma = self.of("", ",");
        format!("{}{comma} {:02}:{:02}", self.day(at.date_at(offset_minutes)), minute / 60, minute % 60)
    }

    /// Writes a discount both ways: `8% = 9.2 折`.
    pub(super) fn discount(self, off: Percent) -> String {
        format!("{off}{} = {} 折", self.of("", " off"), off.zhe())
    }

    /// Says how a price is meant.
    pub(super) const fn charged(self, charge: Charge) -> &'static str {
        match charge {
            Charge::OneOff => self.of("一次性", "once"),
            Charge::Monthly => self.of("每月", "a month"),
            Charge::Usage => self.of("每月，按用量", "a month, by use"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sample::{day, percent};

    #[test]
    fn days_moments_and_discounts_are_written_in_full() {
        let (zh, en) = (Language::Chinese, Language::English);
        assert_eq!(zh.day(day("2026-11-20")), "2026年11月20日");
        assert_eq!(en.day(day("2026-01-02")), "2 January 2026");
        let at = Timestamp::of(day("2026-11-20"), 10 * 60 + 58, 480);
        assert_eq!(zh.moment(at, 480), "2026年11月20日 10:58");
        assert_eq!(en.moment(at, 0), "20 November 2026, 02:58");
        assert_eq!(zh.discount(percent("8")), "8% = 9.2 折");
        assert_eq!(en.discount(percent("12.25")), "12.25% off = 8.775 折");
        assert_eq!(serde_json::to_string(&zh).unwrap(), format!("\"{}\"", zh.tag()));
    }
}
