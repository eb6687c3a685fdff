//! What the opportunity pages say about steps, amounts and forms, in both languages. Never decides.

use leeway_core::values::{Date, MoneyError};
use leeway_core::visits::NextStep;

use super::view_model::{StartGap, StepState};
use crate::i18n::{Lang, format, td_string};

/// What is wrong with an amount and what to do.
pub fn amount(lang: impl Lang, it: MoneyError) -> &'static str {
    let locale = lang.locale();
    match it {
        MoneyError::Empty => td_string!(locale, opportunities.gap.amount),
        MoneyError::NotANumber => td_string!(locale, opportunities.gap.not_an_amount),
        MoneyError::TooManyDecimals => td_string!(locale, opportunities.gap.decimals),
        MoneyError::TooLarge => td_string!(locale, opportunities.gap.too_large),
        MoneyError::Negative => td_string!(locale, opportunities.gap.negative),
    }
}

/// What a new opportunity lacks.
pub fn gap(lang: impl Lang, it: StartGap) -> String {
    let locale = lang.locale();
    match it {
        StartGap::Customer => td_string!(locale, opportunities.gap.customer).to_owned(),
        StartGap::Name => {
            let max = leeway_core::opportunities::NAME_MAX.to_string();
            td_string!(locale, opportunities.gap.name, max = max)
        }
        StartGap::Amount(error) => amount(locale, error).to_owned(),
        StartGap::Expected => td_string!(locale, opportunities.gap.expected).to_owned(),
        StartGap::Step => td_string!(locale, opportunities.gap.step).to_owned(),
        StartGap::StepDay => td_string!(locale, opportunities.gap.step_day).to_owned(),
    }
}

/// The tag of a row: how the next step stands.
pub fn step_tag(lang: impl Lang, it: StepState, days: i64) -> String {
    let locale = lang.locale();
    match it {
        StepState::Missing => td_string!(locale, opportunities.step.missing).to_owned(),
        StepState::Overdue(late) => td_string!(locale, opportunities.step.overdue, days = late.to_string()),
        StepState::Due => td_string!(locale, opportunities.step.in_stage, days = days.to_string()),
    }
}

/// The next step in one line: `11月24日 周二 带三年方案`.
pub fn step_line(lang: impl Lang, it: &NextStep, today: Date) -> String {
    let locale = lang.locale();
    let day = format::day_from(locale, it.day, today);
    td_string!(locale, opportunities.step.line, day = day, text = it.text.clone())
}

#[cfg(test)]
mod tests {
    use leeway_core::testing::sample::day;

    use super::*;
    use crate::i18n::Locale;

    #[test]
    fn a_step_is_one_line() {
        let step = NextStep { text: "送方案".into(), day: day("2026-11-22"), done: false };
        assert!(step_line(Locale::zh_CN, &step, day("2026-11-21")).contains("明天"));
        assert!(step_tag(Locale::en, StepState::Overdue(3), 9).contains('3'));
        assert!(step_tag(Locale::zh_CN, StepState::Due, 9).contains('9'));
    }
}
