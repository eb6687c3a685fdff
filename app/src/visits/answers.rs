//! Answers as people read them, and what is wrong with what was typed, in both languages.

use leeway_core::visits::{Answer, Item, ItemKind, TEXT_MAX};

use super::view_model::TypedProblem;
use crate::i18n::{Lang, format, td_string};

/// Writes an answer.
pub fn answer(lang: impl Lang, item: &Item, it: &Answer) -> String {
    let locale = lang.locale();
    match it {
        Answer::YesNo(true) => td_string!(locale, visits.item.yes).to_owned(),
        Answer::YesNo(false) => td_string!(locale, visits.item.no).to_owned(),
        Answer::Text(text) => text.clone(),
        Answer::Date(day) => format::day_of_year(locale, *day),
        Answer::Choice(key) => match &item.kind {
            // a choice that a newer version of the list dropped is still readable by its key
            ItemKind::Choice { choices } => {
                choices.iter().find(|it| it.key == *key).map_or(key, |it| &it.label).clone()
            }
            _ => key.clone(),
        },
        Answer::Number(number) => match &item.kind {
            ItemKind::Number { unit, .. } if !unit.is_empty() => {
                td_string!(locale, visits.item.number, number = number.to_string(), unit = unit.clone())
            }
            _ => number.to_string(),
        },
    }
}

/// Says what is wrong and what to do.
pub fn problem(lang: impl Lang, it: TypedProblem) -> String {
    let locale = lang.locale();
    match it {
        TypedProblem::NotANumber => td_string!(locale, visits.item.not_a_number).to_owned(),
        TypedProblem::Range { min, max } => {
            td_string!(locale, visits.item.range, min = min.to_string(), max = max.to_string())
        }
        TypedProblem::TooLong => td_string!(locale, visits.item.too_long, max = TEXT_MAX.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use leeway_core::testing::sample::{checklist, day};

    use super::*;
    use crate::i18n::Locale;

    fn said(key: &str, it: &Answer) -> String {
        let list = checklist();
        let item = list.items.iter().find(|item| item.key.0 == key).unwrap();
        answer(Locale::zh_CN, item, it)
    }

    #[test]
    fn every_kind_of_answer_is_readable() {
        assert_eq!(said("decider", &Answer::YesNo(true)), "是");
        assert_eq!(said("line", &Answer::Choice("ours".into())), "本公司");
        assert_eq!(said("line", &Answer::Choice("gone".into())), "gone");
        assert_eq!(said("beds", &Answer::Number(120)), "120 张");
        assert_eq!(said("ends", &Answer::Date(day("2026-12-31"))), "2026年12月31日");
    }

    #[test]
    fn problems_name_the_bounds() {
        let range = TypedProblem::Range { min: 1, max: 9 };
        assert!(problem(Locale::zh_CN, range).contains('9'));
        assert!(problem(Locale::en, TypedProblem::TooLong).contains("500"));
    }
}
