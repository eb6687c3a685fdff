//! What is put on record is what the visit itself would have left, for visits of all sorts.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::super::{AddNote, AnswerItem, Finish, Open, Plan, VisitDigest, Write};
use super::*;
use crate::testing::sample::{CHEN, LI, checklist, day, minute};
use crate::testing::{Office, commands, told};
use crate::values::{CommandId, UserId};
use crate::{Body, Command, Refusal};

/// Visits are put on record in this minute.
const NOW: i64 = 600;

fn ask(by: UserId, write: Write, at: Timestamp) -> Command {
    Command { id: CommandId::from_u128(500), by, at, body: Body::Visits(write) }
}

#[track_caller]
fn check(office: &mut Office, by: UserId, it: RecordVisit, expected: Expect) {
    let command = ask(by, Write::Record(it), minute(NOW));
    expected.assert_eq(&told(&office.take(&command)));
}

fn with(answers: &[(&str, Answer)]) -> RecordVisit {
    let answers = answers.iter().map(|(key, it)| (ItemKey((*key).into()), it.clone())).collect();
    RecordVisit { answers, ..commands::record_visit() }
}

/// So many minutes before it is put on record it began, and lasted so long.
fn ended(ago: i64, lasted: u16) -> RecordVisit {
    let at = minute(NOW - ago);
    let day = at.date_at(480);
    let into = (at.ms() - Timestamp::of(day, 0, 480).ms()) / 60_000;
    let began = Began { day, minute: u16::try_from(into).unwrap(), offset: 480 };
    assert_eq!(began.at(), at);
    RecordVisit { began, lasted, ..commands::record_visit() }
}

#[test]
fn a_past_visit_leaves_visit_note_and_digest() {
    let mut office = Office::new();
    check(
        &mut office,
        CHEN,
        commands::record_visit(),
        expect!["put visit/9, put visit_note/9, put visit_digest/9"],
    );
    let digest = office.get::<VisitDigest>(VisitId::from_u128(9));
    assert_eq!((digest.minutes, digest.answered, digest.items), (40, 2, 5));
    let plain = RecordVisit { note: None, visit: VisitId::from_u128(10), ..commands::record_visit() };
    check(&mut office, CHEN, plain, expect!["put visit/10, put visit_digest/10"]);
}

#[test]
fn it_is_over_and_not_too_long_ago() {
    let office = &mut Office::new();
    let two_years = i64::from(RECORD_DAYS) * 24 * 60;
    check(office, CHEN, ended(40, 41), expect!["refused visits.not_over"]);
    check(office, CHEN, ended(-5, 1), expect!["refused visits.not_over"]);
    check(office, CHEN, ended(two_years + 1, 30), expect![[r#"refused visits.too_long_ago {"days":731}"#]]);
    check(office, CHEN, ended(40, 40), expect!["put visit/9, put visit_note/9, put visit_digest/9"]);
    let mut office = Office::new();
    check(
        &mut office,
        CHEN,
        ended(two_years, 30),
        expect!["put visit/9, put visit_note/9, put visit_digest/9"],
    );
}

#[test]
fn times_that_no_clock_shows_are_refused() {
    let office = &mut Office::new();
    let began = |minute, offset| Began { day: day("2026-12-01"), minute, offset };
    let at = |began| RecordVisit { began, ..commands::record_visit() };
    check(
        office,
        CHEN,
        at(began(1_440, 480)),
        expect![[r#"refused general.bad_args {"why":"a day has no minute 1440"}"#]],
    );
    check(
        office,
        CHEN,
        at(began(0, i16::MIN)),
        expect![[r#"refused general.bad_args {"why":"no clock is -32768 minutes from UTC"}"#]],
    );
    check(
        office,
        CHEN,
        RecordVisit { lasted: 1_441, ..at(began(0, 0)) },
        expect![[r#"refused general.bad_args {"why":"no visit takes 1441 minutes"}"#]],
    );
    let first = Began { day: Date::MIN, minute: 0, offset: 840 };
    check(office, CHEN, at(first), expect![[r#"refused visits.too_long_ago {"days":731}"#]]);
    let last = Began { day: Date::MAX, minute: 1_439, offset: -840 };
    check(office, CHEN, at(last), expect!["refused visits.not_over"]);
}

#[test]
fn answers_are_those_of_the_checklist() {
    let office = &mut Office::new();
    let line = ("line", Answer::Choice("ours".into()));
    check(
        office,
        CHEN,
        with(std::slice::from_ref(&line)),
        expect![[r#"refused visits.missing_answers {"items":["见到关键人了吗"]}"#]],
    );
    check(
        office,
        CHEN,
        with(&[("floor", Answer::Number(1))]),
        expect![[r#"refused visits.no_such_item {"item":"floor"}"#]],
    );
    check(
        office,
        CHEN,
        with(&[("decider", Answer::Number(1)), line]),
        expect![[r#"refused visits.wrong_answer {"question":"见到关键人了吗"}"#]],
    );
    office.put(Checklist { withdrawn: true, ..checklist() });
    check(
        office,
        CHEN,
        commands::record_visit(),
        expect![[r#"refused visits.checklist_withdrawn {"name":"医疗走访"}"#]],
    );
}

#[test]
fn a_visit_is_put_on_record_once_by_the_customers_manager() {
    let office = &mut Office::new();
    check(office, LI, commands::record_visit(), expect![[r#"refused general.not_found {"typ":"customer"}"#]]);
    check(
        office,
        CHEN,
        commands::record_visit(),
        expect!["put visit/9, put visit_note/9, put visit_digest/9"],
    );
    check(office, CHEN, commands::record_visit(), expect![[r#"refused general.exists {"typ":"visit"}"#]]);
    let other = RecordVisit { visit: VisitId::from_u128(10), ..commands::record_visit() };
    check(office, CHEN, other, expect![[r#"refused general.exists {"typ":"visit_note"}"#]]);
}

/// The oracle: the same visit by the commands that a manager gives on the spot, each at its time.
fn on_the_spot(office: &mut Office, by: UserId, it: &RecordVisit) -> Result<(), Refusal> {
    let since = it.began.at();
    let until = Timestamp::from_ms(since.ms() + i64::from(it.lasted) * 60_000);
    let plan = Plan {
        visit: it.visit,
        customer: it.customer,
        purpose: it.purpose,
        checklist: it.checklist,
        when: When { day: it.began.day, minute: Some(it.began.minute) },
    };
    let mut all = vec![(Write::Plan(plan), minute(NOW)), (Write::Open(Open { visit: it.visit }), since)];
    for (item, answer) in &it.answers {
        let (item, answer) = (item.clone(), answer.clone());
        all.push((Write::Answer(AnswerItem { visit: it.visit, item, answer, seen: None }), minute(NOW)));
    }
    if let Some(note) = &it.note {
        let add = AddNote { visit: it.visit, note: note.note, text: note.text.clone() };
        all.push((Write::Note(add), minute(NOW)));
    }
    all.push((Write::Finish(Finish { visit: it.visit }), until));
    all.into_iter().try_for_each(|(write, at)| office.take(&ask(by, write, at)).map(drop))
}

fn answers() -> impl Strategy<Value = BTreeMap<ItemKey, Answer>> {
    let text = "[a-z字 ]{0,3}";
    let answer = prop_oneof![
        any::<bool>().prop_map(Answer::YesNo),
        prop_oneof![Just("ours"), Just("other"), Just("nobody")].prop_map(|it| Answer::Choice(it.into())),
        (0i64..10_001).prop_map(Answer::Number),
        text.prop_map(Answer::Text),
        Just(Answer::Date(Date::MIN)),
    ];
    // what fits is what is wanted most; the rest is wrong in some way
    let good = (any::<bool>(), 1i64..9_999, any::<[bool; 5]>()).prop_map(|(yes, n, given)| {
        let all = [
            ("decider", Answer::YesNo(yes)),
            ("line", Answer::Choice(if yes { "ours" } else { "other" }.into())),
            ("beds", Answer::Number(n)),
            ("pain", Answer::Text("影像慢".into())),
            ("ends", Answer::Date(day("2027-03-31"))),
        ];
        let kept = all.into_iter().zip(given).filter(|((key, _), given)| *given || *key == "decider");
        kept.map(|((key, it), _)| (ItemKey(key.into()), it)).collect()
    });
    let key = prop_oneof![Just("decider"), Just("line"), Just("beds"), Just("pain"), Just("floor")];
    let any = prop::collection::btree_map(key.prop_map(|it| ItemKey(it.into())), answer, 0..5);
    prop_oneof![4 => good, 1 => any]
}

fn visits() -> impl Strategy<Value = (UserId, RecordVisit)> {
    let began = (0i64..700, 0u16..1_440, -840i16..=840).prop_map(|(ago, minute, offset)| Began {
        day: day("2027-01-13").plus_days(-ago),
        minute,
        offset,
    });
    let note = prop::option::of("[ a-z字]{0,4}")
        .prop_map(|text| text.map(|text| RecordedNote { note: NoteId::from_u128(9), text }));
    let by = prop_oneof![9 => Just(CHEN), 1 => Just(LI)];
    let whom = prop_oneof![9 => 1u128..3, 1 => 3u128..5];
    let purpose = prop::sample::select(&Purpose::ALL[..]);
    (by, whom, purpose, began, 0..=LASTED_MAX, answers(), note).prop_map(
        |(by, whom, purpose, began, lasted, answers, note)| {
            let customer = CustomerId::from_u128(whom);
            (by, RecordVisit { customer, purpose, began, lasted, answers, note, ..commands::record_visit() })
        },
    )
}

proptest! {
    #[test]
    fn it_is_what_the_visit_itself_would_have_left((by, it) in visits()) {
        let (mut one, mut other) = (Office::new(), Office::new());
        let recorded = one.take(&ask(by, Write::Record(it.clone()), minute(NOW))).map(drop);
        let made = on_the_spot(&mut other, by, &it);
        prop_assert_eq!(&recorded, &made);
        if recorded.is_ok() {
            prop_assert_eq!(one.records(), other.records());
        }
    }
}
