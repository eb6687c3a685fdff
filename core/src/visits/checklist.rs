//! A checklist version: what is asked on a visit. A version is never edited; an old visit shows its own.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Purpose;
use crate::customers::Industry;
use crate::values::{ChecklistId, Date};

/// One version of a checklist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checklist {
    /// This version.
    pub id: ChecklistId,
    /// Its name.
    pub name: String,
    /// Which version of that name.
    pub version: u32,
    /// For which line of business; `None` for all.
    pub industry: Option<Industry>,
    /// For which purpose; `None` for all.
    pub purpose: Option<Purpose>,
    /// What is asked, in order.
    pub items: Vec<Item>,
    /// True: not for new visits any more.
    #[serde(default)]
    pub withdrawn: bool,
}

/// Index: checklists for new visits, by name.
pub const CHECKLISTS: &str = "checklist.name|";

impl Checklist {
    /// Returns the item with this key.
    pub fn item(&self, key: &ItemKey) -> Option<&Item> {
        self.items.iter().find(|item| item.key == *key)
    }

    /// Returns how well it fits: 2 for line of business and purpose, 1 for one of them, 0 for a general one,
    /// `None` if it is made for another.
    pub fn fit(&self, industry: Industry, purpose: Purpose) -> Option<u8> {
        let score = |wanted: Option<bool>| wanted.map_or(Some(0), |same| same.then_some(1));
        let industry = score(self.industry.map(|it| it == industry))?;
        let purpose = score(self.purpose.map(|it| it == purpose))?;
        Some(industry + purpose)
    }
}

/// Names an item within its checklist, over all its versions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ItemKey(pub String);

impl fmt::Display for ItemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One thing to ask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its name in the checklist.
    pub key: ItemKey,
    /// The question.
    pub question: String,
    /// Why it is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What kind of answer.
    #[serde(flatten)]
    pub kind: ItemKind,
    /// Whether the visit can't end without it.
    pub required: bool,
}

/// What kind of answer an item takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ItemKind {
    /// Yes or no.
    YesNo,
    /// One of several.
    Choice {
        /// What can be chosen.
        choices: Vec<Choice>,
    },
    /// A whole number.
    Number {
        /// Its unit, as written behind it.
        unit: String,
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// A text.
    Text,
    /// A day.
    Date,
}

/// One of several answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Its name in the item, over all versions.
    pub key: String,
    /// What people read.
    pub label: String,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Answer {
    /// Yes or no.
    YesNo(bool),
    /// The key of the chosen one.
    Choice(String),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
    /// A day.
    Date(Date),
}

/// Most characters of a text answer.
pub const TEXT_MAX: usize = 500;

impl ItemKind {
    /// Returns whether this answer can be given to this kind of item.
    pub fn takes(&self, answer: &Answer) -> bool {
        match (self, answer) {
            (Self::YesNo, Answer::YesNo(_)) | (Self::Date, Answer::Date(_)) => true,
            (Self::Choice { choices }, Answer::Choice(key)) => choices.iter().any(|it| it.key == *key),
            (Self::Number { min, max, .. }, Answer::Number(n)) => (*min..=*max).contains(n),
            (Self::Text, Answer::Text(text)) => !text.trim().is_empty() && text.chars().count() <= TEXT_MAX,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sample;

    #[test]
    fn the_closer_fit_wins_and_a_foreign_one_never_fits() {
        let fit = |industry, purpose| {
            let list = Checklist { industry, purpose, ..sample::checklist() };
            list.fit(Industry::Medical, Purpose::Care)
        };
        assert_eq!(fit(None, None), Some(0));
        assert_eq!(fit(Some(Industry::Medical), None), Some(1));
        assert_eq!(fit(None, Some(Purpose::Care)), Some(1));
        assert_eq!(fit(Some(Industry::Medical), Some(Purpose::Care)), Some(2));
        assert_eq!(fit(Some(Industry::Education), Some(Purpose::Care)), None);
        assert_eq!(fit(Some(Industry::Medical), Some(Purpose::Offer)), None);
    }

    #[test]
    fn a_kind_takes_its_own_answers_only() {
        let items = sample::checklist().items;
        let answers = [
            Answer::YesNo(true),
            Answer::Choice("ours".into()),
            Answer::Number(5),
            Answer::Text("a".into()),
            Answer::Date(Date::MIN),
        ];
        for (at, item) in items.iter().enumerate() {
            let taken: Vec<bool> = answers.iter().map(|answer| item.kind.takes(answer)).collect();
            assert_eq!(taken, (0..5).map(|it| it == at).collect::<Vec<_>>(), "{}", item.key);
        }
    }

    #[test]
    fn bounds_are_inclusive() {
        let number = ItemKind::Number { unit: String::new(), min: -2, max: 2 };
        let taken: Vec<i64> = (-4..=4).filter(|n| number.takes(&Answer::Number(*n))).collect();
        assert_eq!(taken, [-2, -1, 0, 1, 2]);
        assert!(ItemKind::Text.takes(&Answer::Text("字".repeat(TEXT_MAX))));
        assert!(!ItemKind::Text.takes(&Answer::Text("字".repeat(TEXT_MAX + 1))));
        assert!(!ItemKind::Text.takes(&Answer::Text(" \u{3000}".into())));
    }
}
