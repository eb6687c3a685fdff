//! One answer. Answers to different items from two phones are both kept; to the same item, both are shown.

use serde::{Deserialize, Serialize};

use super::{Answer, Checklist, ItemKey, Visit, VisitError, VisitState, live};
use crate::Entity;
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::stamped::write_slot;
use crate::values::{CommandId, VisitId};

/// Answers one item of the checklist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerItem {
    /// Which visit.
    pub visit: VisitId,
    /// Which item.
    pub item: ItemKey,
    /// The answer.
    pub answer: Answer,
    /// The write of this answer that the author saw; `None` if it was empty.
    pub seen: Option<CommandId>,
}

pub(super) fn answer(rows: &Rows, by: &Context, it: &AnswerItem) -> Result<Changes, Stop> {
    let mut visit = live(rows, by, it.visit)?;
    if !matches!(visit.state, VisitState::Open { .. }) {
        return Err(VisitError::NotOpen.into());
    }
    fitting(rows.require::<Checklist>(visit.checklist)?, &it.item, &it.answer)?;
    let about = Visit::key(visit.id);
    let mut slot = visit.answers.remove(&it.item);
    let card = write_slot(&mut slot, by, about, &format!("answers.{}", it.item), it.answer.clone(), it.seen);
    visit.answers.extend(slot.map(|answer| (it.item.clone(), answer)));
    Ok(Changes::none().put(visit).put_some(card))
}

/// Refuses an answer that this checklist does not ask for.
pub(super) fn fitting(checklist: &Checklist, key: &ItemKey, answer: &Answer) -> Result<(), VisitError> {
    match checklist.item(key) {
        None => Err(VisitError::NoSuchItem { item: key.clone() }),
        Some(item) if !item.kind.takes(answer) => {
            Err(VisitError::WrongAnswer { question: item.question.clone() })
        }
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::{Open, Write};
    use super::*;
    use crate::testing::sample::{CHEN, LI, day};
    use crate::testing::{Office, commands};
    use crate::values::UserId;

    const VISIT: VisitId = VisitId::from_u128(7);

    fn opened() -> Office {
        let office = Office::new().after(CHEN, Write::Plan(commands::plan()));
        office.after(CHEN, Write::Open(Open { visit: VISIT }))
    }

    #[track_caller]
    fn check(office: &mut Office, by: UserId, item: &str, answer: Answer, expected: Expect) {
        expected.assert_eq(&office.tell(by, Write::Answer(commands::answer(item, answer))));
    }

    #[test]
    fn an_answer_fits_its_item() {
        let office = &mut opened();
        check(office, CHEN, "decider", Answer::YesNo(false), expect!["put visit/7"]);
        check(
            office,
            CHEN,
            "decider",
            Answer::Text("yes".into()),
            expect![[r#"refused visits.wrong_answer {"question":"见到关键人了吗"}"#]],
        );
        check(office, CHEN, "line", Answer::Choice("other".into()), expect!["put visit/7"]);
        check(
            office,
            CHEN,
            "line",
            Answer::Choice("neither".into()),
            expect![[r#"refused visits.wrong_answer {"question":"现用谁家专线"}"#]],
        );
        check(office, CHEN, "beds", Answer::Number(9_999), expect!["put visit/7"]);
        check(
            office,
            CHEN,
            "beds",
            Answer::Number(10_000),
            expect![[r#"refused visits.wrong_answer {"question":"床位数"}"#]],
        );
        check(office, CHEN, "pain", Answer::Text("影像慢".into()), expect!["put visit/7"]);
        check(
            office,
            CHEN,
            "pain",
            Answer::Text(" ".into()),
            expect![[r#"refused visits.wrong_answer {"question":"最头疼的事"}"#]],
        );
        check(office, CHEN, "ends", Answer::Date(day("2027-01-01")), expect!["put visit/7"]);
        check(
            office,
            CHEN,
            "floor",
            Answer::Number(1),
            expect![[r#"refused visits.no_such_item {"item":"floor"}"#]],
        );
    }

    #[test]
    fn only_an_open_visit_of_ones_own_is_answered() {
        let mut office = Office::new();
        check(
            &mut office,
            CHEN,
            "decider",
            Answer::YesNo(true),
            expect![[r#"refused general.not_found {"typ":"visit"}"#]],
        );
        let mut office = office.after(CHEN, Write::Plan(commands::plan()));
        check(&mut office, CHEN, "decider", Answer::YesNo(true), expect!["refused visits.not_open"]);
        check(
            &mut opened(),
            LI,
            "decider",
            Answer::YesNo(true),
            expect![[r#"refused general.not_found {"typ":"visit"}"#]],
        );
    }

    #[test]
    fn two_phones_that_answer_different_items_are_both_kept() {
        let mut office = opened();
        check(&mut office, CHEN, "decider", Answer::YesNo(true), expect!["put visit/7"]);
        check(&mut office, CHEN, "line", Answer::Choice("ours".into()), expect!["put visit/7"]);
        let answers = &office.get::<Visit>(VISIT).answers;
        let values: Vec<&Answer> = answers.values().map(|it| &it.value).collect();
        assert_eq!(values, [&Answer::YesNo(true), &Answer::Choice("ours".into())]);
        assert_eq!(office.clashes(CHEN), "");
    }

    #[test]
    fn two_phones_that_answer_one_item_are_both_shown() {
        let mut office = opened();
        check(&mut office, CHEN, "decider", Answer::YesNo(true), expect!["put visit/7"]);
        check(&mut office, CHEN, "decider", Answer::YesNo(false), expect!["put visit/7, put clash/104"]);
        check(&mut office, CHEN, "decider", Answer::YesNo(false), expect!["put visit/7"]);
        expect![[r#"
            visit/7 answers.decider
              {"kind":"yes_no","value":true}
              {"kind":"yes_no","value":false}"#]]
        .assert_eq(&office.clashes(CHEN));
        let past = &office.get::<Visit>(VISIT).answers[&ItemKey("decider".into())].past;
        assert_eq!(
            past.iter().map(|it| &it.value).collect::<Vec<_>>(),
            [&Answer::YesNo(true), &Answer::YesNo(false)]
        );
    }

    #[test]
    fn an_answer_that_was_seen_is_changed_without_a_card() {
        let mut office = opened();
        check(&mut office, CHEN, "decider", Answer::YesNo(true), expect!["put visit/7"]);
        let key = ItemKey("decider".into());
        let seen = Some(office.get::<Visit>(VISIT).answers[&key].write);
        let again = AnswerItem { seen, ..commands::answer("decider", Answer::YesNo(false)) };
        expect!["put visit/7"].assert_eq(&office.tell(CHEN, Write::Answer(again)));
    }
}
