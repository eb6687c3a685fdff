//! A past visit as it was typed, and what still has to be said before it can be put on record. Whether it may be is
//! asked of core when it is taken.

use std::collections::BTreeMap;

use leeway_core::values::{ChecklistId, CustomerId, Date, Timestamp};
use leeway_core::visits::{Answer, Began, Checklist, Item, ItemKey, ItemKind, Purpose};

use super::{chosen, read_minute, read_purpose, read_typed};

/// How long a visit took, one tap each, in minutes.
pub const LASTED: [u16; 6] = [15, 30, 45, 60, 90, 120];
/// What most visits take.
const USUAL: u16 = 30;

/// What still has to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PastGap {
    /// Whom.
    Customer,
    /// Which day.
    Day,
    /// What time.
    Time,
    /// What was asked there.
    Checklist,
    /// What stands typed is no answer to so many items.
    Wrong(usize),
    /// So many required items have no answer.
    Missing(usize),
}

/// A past visit as it was typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PastForm {
    /// The customer's id.
    pub customer: String,
    /// The purpose's name, as stored.
    pub purpose: String,
    /// The checklist's id; empty for the best fitting.
    pub checklist: String,
    /// The day.
    pub day: String,
    /// When it began.
    pub time: String,
    /// How many minutes it took.
    pub lasted: String,
    /// The answers, as [`typed`] reads them.
    pub answers: String,
}

/// A past visit that can be put on record; its note apart.
#[derive(Debug, Clone, PartialEq)]
pub struct PastReady {
    /// Whom.
    pub customer: CustomerId,
    /// Why.
    pub purpose: Purpose,
    /// What was asked there.
    pub checklist: ChecklistId,
    /// When it began.
    pub began: Began,
    /// How many minutes it took.
    pub lasted: u16,
    /// The answers.
    pub answers: BTreeMap<ItemKey, Answer>,
}

impl PastForm {
    /// Reads the form. `suggested` are the checklists that fit, the best first; `offset` says how many minutes the
    /// clock on the wall was ahead of UTC at a moment.
    ///
    /// # Errors
    /// The first thing that is missing, in the order of the screen.
    pub fn read(
        &self,
        suggested: &[Checklist],
        offset: impl Fn(Timestamp) -> i32,
    ) -> Result<PastReady, PastGap> {
        let customer = self.customer.parse().map_err(|_| PastGap::Customer)?;
        let day: Date = self.day.parse().map_err(|_| PastGap::Day)?;
        let minute = read_minute(&self.time).ok_or(PastGap::Time)?;
        let checklist = chosen(suggested, &self.checklist).ok_or(PastGap::Checklist)?;
        let offset = offset(Timestamp::of(day, i64::from(minute), 0));
        let began = Began { day, minute, offset: i16::try_from(offset).unwrap_or_default() };
        Ok(PastReady {
            customer,
            purpose: read_purpose(&self.purpose),
            checklist: checklist.id,
            began,
            lasted: self.lasted.parse().unwrap_or(USUAL),
            answers: answers(checklist, &typed(&self.answers))?,
        })
    }
}

/// Returns how a new form says how long it took.
pub fn usual() -> String {
    USUAL.to_string()
}

fn answers(
    checklist: &Checklist,
    typed: &BTreeMap<String, String>,
) -> Result<BTreeMap<ItemKey, Answer>, PastGap> {
    let (mut given, mut wrong, mut missing) = (BTreeMap::new(), 0, 0);
    for item in &checklist.items {
        match typed.get(&item.key.0).map_or(Ok(None), |text| read_answer(item, text)) {
            Ok(Some(answer)) => {
                given.insert(item.key.clone(), answer);
            }
            Ok(None) if item.required => missing += 1,
            Ok(None) => {}
            Err(()) => wrong += 1,
        }
    }
    match (wrong, missing) {
        (0, 0) => Ok(given),
        (0, missing) => Err(PastGap::Missing(missing)),
        (wrong, _) => Err(PastGap::Wrong(wrong)),
    }
}

/// Reads what stands in the field of an item; `None` while nothing does.
fn read_answer(item: &Item, text: &str) -> Result<Option<Answer>, ()> {
    let answer = match &item.kind {
        _ if text.trim().is_empty() => return Ok(None),
        ItemKind::YesNo => Answer::YesNo(text == "yes"),
        ItemKind::Choice { .. } => Answer::Choice(text.to_owned()),
        ItemKind::Date => Answer::Date(text.parse().map_err(drop)?),
        kind @ (ItemKind::Number { .. } | ItemKind::Text) => return read_typed(kind, text).map_err(drop),
    };
    // an answer to an item of the same name in another list counts for none
    Ok(item.kind.takes(&answer).then_some(answer))
}

/// Says whether this item is required and nothing stands in its field.
pub fn is_missing(item: &Item, answers: &str) -> bool {
    item.required && typed(answers).get(&item.key.0).is_none_or(|text| text.trim().is_empty())
}

/// Reads the answers as a draft keeps them: what stands in the fields, by the items' keys.
pub fn typed(answers: &str) -> BTreeMap<String, String> {
    serde_json::from_str(answers).unwrap_or_default()
}

/// Puts what stands in an item's field among the answers.
pub fn with_typed(answers: &str, key: &ItemKey, text: &str) -> String {
    let mut all = typed(answers);
    all.insert(key.0.clone(), text.to_owned());
    serde_json::to_string(&all).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use leeway_core::testing::sample::{checklist, day};

    use super::*;

    fn form(answers: &[(&str, &str)]) -> PastForm {
        let put = |all: String, (key, text): &(&str, &str)| with_typed(&all, &ItemKey((*key).into()), text);
        PastForm {
            customer: CustomerId::from_u128(1).to_string(),
            day: "2026-11-20".into(),
            time: "09:30".into(),
            answers: answers.iter().fold(String::new(), put),
            ..PastForm::default()
        }
    }

    fn read(form: &PastForm) -> Result<PastReady, PastGap> {
        form.read(&[checklist()], |_| 480)
    }

    const REQUIRED: [(&str, &str); 2] = [("decider", "no"), ("line", "ours")];

    #[test]
    fn what_is_said_can_be_put_on_record() {
        let ready = read(&form(&[REQUIRED[0], REQUIRED[1], ("beds", " 40 "), ("pain", " ")])).unwrap();
        assert_eq!(ready.began, Began { day: day("2026-11-20"), minute: 570, offset: 480 });
        assert_eq!((ready.lasted, ready.purpose), (30, Purpose::Care));
        let given: Vec<_> = ready.answers.into_values().collect();
        assert_eq!(given, [Answer::Number(40), Answer::YesNo(false), Answer::Choice("ours".into())]);
    }

    #[test]
    fn gaps_are_told_in_the_order_of_the_screen() {
        assert_eq!(read(&PastForm::default()), Err(PastGap::Customer));
        assert_eq!(read(&PastForm { day: String::new(), ..form(&REQUIRED) }), Err(PastGap::Day));
        assert_eq!(read(&PastForm { time: "25:00".into(), ..form(&REQUIRED) }), Err(PastGap::Time));
        assert_eq!(form(&REQUIRED).read(&[], |_| 480), Err(PastGap::Checklist));
        assert_eq!(read(&form(&[])), Err(PastGap::Missing(2)));
        assert_eq!(read(&form(&[("beds", "many")])), Err(PastGap::Wrong(1)));
    }

    #[test]
    fn answers_to_another_list_count_for_none() {
        assert_eq!(read(&form(&[REQUIRED[0], ("line", "theirs")])), Err(PastGap::Missing(1)));
        assert!(is_missing(&checklist().items[0], ""));
        assert!(!is_missing(&checklist().items[0], &form(&REQUIRED).answers));
        assert!(!is_missing(&checklist().items[2], ""));
    }
}
