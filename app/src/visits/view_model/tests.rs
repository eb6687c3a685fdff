use leeway_core::Context;
use leeway_core::stamped::Stamped;
use leeway_core::testing::sample::{by, day};
use leeway_core::values::UserId;
use leeway_core::visits::Choice;

use super::*;

fn visit(n: u128, on: &str, state: VisitState) -> Visit {
    Visit {
        id: VisitId::from_u128(n),
        customer: CustomerId::from_u128(1),
        by: UserId::from_u128(1),
        purpose: Purpose::Care,
        checklist: ChecklistId::from_u128(1),
        when: Stamped::new(&by(n), When { day: day(on), minute: None }),
        state,
        answers: BTreeMap::new(),
        next_step: None,
    }
}

fn item(key: &str, kind: ItemKind, required: bool) -> Item {
    Item { key: ItemKey(key.into()), question: key.into(), hint: None, kind, required }
}

fn checklist(n: u128, name: &str, version: u32, industry: Option<Industry>) -> Checklist {
    Checklist {
        id: ChecklistId::from_u128(n),
        name: name.into(),
        version,
        industry,
        purpose: None,
        items: vec![
            item("met", ItemKind::YesNo, true),
            item("why", ItemKind::Text, true),
            item("times", ItemKind::Number { unit: "次".into(), min: 0, max: 9 }, false),
        ],
        withdrawn: false,
    }
}

const OPEN: VisitState = VisitState::Open { since: Timestamp::from_ms(5) };
const FINISHED: VisitState =
    VisitState::Finished { since: Timestamp::from_ms(5), until: Timestamp::from_ms(9) };

#[test]
fn what_is_late_comes_first_and_what_is_under_way_leads_today() {
    let visits = [
        visit(1, "2026-11-21", VisitState::Planned),
        visit(2, "2026-11-18", VisitState::Planned),
        visit(3, "2026-11-19", OPEN),
        visit(4, "2026-11-30", VisitState::Planned),
        visit(5, "2026-11-20", FINISHED),
        visit(6, "2026-11-10", VisitState::Cancelled),
    ];
    let groups = Groups::of(&visits, &[], day("2026-11-21"));
    let ids = |rows: &[Row]| rows.iter().map(|it| it.id.uuid().as_u128()).collect::<Vec<_>>();
    assert_eq!(ids(&groups.overdue), [2]);
    assert_eq!(ids(&groups.today), [3, 1]);
    assert_eq!(ids(&groups.upcoming), [4]);
    assert_eq!(ids(&groups.done), [5, 6]);
    assert!(Groups::default().is_empty());
}

#[test]
fn a_visit_without_a_time_comes_after_those_with_one() {
    let mut early = visit(1, "2026-11-21", VisitState::Planned);
    early.when.value.minute = Some(600);
    let visits = [visit(2, "2026-11-21", VisitState::Planned), early];
    let groups = Groups::of(&visits, &[], day("2026-11-21"));
    assert_eq!(groups.today.first().map(|it| it.id), Some(VisitId::from_u128(1)));
}

#[test]
fn the_best_fitting_checklist_leads_in_its_newest_version() {
    let lists = [
        checklist(1, "通用", 1, None),
        checklist(2, "医疗", 1, Some(Industry::Medical)),
        checklist(3, "医疗", 2, Some(Industry::Medical)),
        checklist(4, "商贸", 1, Some(Industry::Commerce)),
        Checklist { withdrawn: true, ..checklist(5, "旧", 1, Some(Industry::Medical)) },
    ];
    let fitting = suggestions(&lists, Industry::Medical, Purpose::Care);
    assert_eq!(
        fitting.iter().map(|it| it.id).collect::<Vec<_>>(),
        [ChecklistId::from_u128(3), ChecklistId::from_u128(1)]
    );
    // one that was chosen before and is not on offer any more gives way to the best fitting
    assert_eq!(chosen(&fitting, "gone").map(|it| it.id), Some(ChecklistId::from_u128(3)));
    assert_eq!(
        chosen(&fitting, &ChecklistId::from_u128(1).to_string()).map(|it| it.id),
        Some(ChecklistId::from_u128(1))
    );
}

#[test]
fn a_plan_says_what_it_lacks_first() {
    let lists = [checklist(1, "通用", 1, None)];
    let mut form = PlanForm::default();
    assert_eq!(form.read(&lists), Err(PlanGap::Customer));
    form.customer = CustomerId::from_u128(1).to_string();
    assert_eq!(form.read(&lists), Err(PlanGap::Day));
    form.day = "2026-11-21".into();
    assert_eq!(form.read(&[]), Err(PlanGap::Checklist));
    form.time = "14:30".into();
    form.purpose = "renewal".into();
    let ready = form.read(&lists).unwrap();
    assert_eq!((ready.when.minute, ready.purpose), (Some(870), Purpose::Renewal));
}

#[test]
fn a_time_is_read_or_left_out() {
    assert_eq!(read_minute("09:05"), Some(545));
    assert_eq!(read_minute("09:05:00"), Some(545));
    for text in ["", "9", "24:00", "10:60", "a:b"] {
        assert_eq!(read_minute(text), None, "{text}");
    }
}

#[test]
fn every_purpose_reads_back() {
    for purpose in Purpose::ALL {
        assert_eq!(read_purpose(purpose_key(purpose)), purpose);
    }
    assert_eq!(read_purpose(""), Purpose::Care);
}

#[test]
fn what_is_typed_becomes_an_answer_or_says_why_not() {
    let number = ItemKind::Number { unit: String::new(), min: 1, max: 9 };
    assert_eq!(read_typed(&number, " 3 "), Ok(Some(Answer::Number(3))));
    assert_eq!(read_typed(&number, ""), Ok(None));
    assert_eq!(read_typed(&number, "three"), Err(TypedProblem::NotANumber));
    assert_eq!(read_typed(&number, "10"), Err(TypedProblem::Range { min: 1, max: 9 }));
    assert_eq!(read_typed(&ItemKind::Text, "  "), Ok(None));
    assert_eq!(read_typed(&ItemKind::Text, " a "), Ok(Some(Answer::Text("a".into()))));
    assert_eq!(read_typed(&ItemKind::Text, &"长".repeat(501)), Err(TypedProblem::TooLong));
}

#[test]
fn answers_stand_in_inputs_as_they_are_read() {
    let choice = ItemKind::Choice { choices: vec![Choice { key: "k".into(), label: "K".into() }] };
    assert!(choice.takes(&Answer::Choice(typed_form(&Answer::Choice("k".into())))));
    assert_eq!(typed_form(&Answer::YesNo(true)), "yes");
    assert_eq!(typed_form(&Answer::Number(-2)), "-2");
    assert_eq!(typed_form(&Answer::Date(day("2026-11-21"))), "2026-11-21");
}

#[test]
fn progress_counts_what_is_typed_too() {
    let list = checklist(1, "通用", 1, None);
    let mut visit = visit(1, "2026-11-21", OPEN);
    let before = Progress::of(&visit, &list, &[]);
    assert_eq!((before.answered, before.items, before.missing.len(), before.percent()), (0, 3, 2, 0));
    visit.answers.insert(ItemKey("met".into()), Stamped::new(&by(7), Answer::YesNo(true)));
    let after = Progress::of(&visit, &list, &[ItemKey("why".into())]);
    assert_eq!((after.answered, after.missing.len(), after.percent()), (2, 0, 66));
    assert!(Progress::of(&visit, &list, &[]).misses(&ItemKey("why".into())));
    assert_eq!(Progress::default().percent(), 100);
}

#[test]
fn the_last_write_is_the_newest_of_the_record() {
    let mut visit = visit(1, "2026-11-21", OPEN);
    assert_eq!(last_write(&visit), Timestamp::from_ms(1_000));
    let later = Context { at: Timestamp::from_ms(2_000), ..by(8) };
    visit.answers.insert(ItemKey("met".into()), Stamped::new(&later, Answer::YesNo(true)));
    assert_eq!(last_write(&visit), Timestamp::from_ms(2_000));
}

#[test]
fn month_ends_know_their_months() {
    let ends = near_ends(day("2026-01-31")).map(|it| it.to_string());
    assert_eq!(ends, ["2026-01-31", "2026-01-31", "2026-02-28", "2026-12-31"]);
    assert_eq!(near_ends(day("2026-12-05"))[2], day("2027-01-31"));
}

#[test]
fn digests_stand_by_day_newest_first() {
    let digest = |n: u128, ms: i64| VisitDigest {
        id: VisitId::from_u128(n),
        unit: leeway_core::values::UnitId::from_u128(1),
        by: UserId::from_u128(1),
        by_name: "陈".into(),
        customer_name: "医院".into(),
        purpose: Purpose::Care,
        finished_at: Timestamp::from_ms(ms),
        minutes: 30,
        answered: 3,
        items: 3,
        next_step: None,
    };
    let hour = 3_600_000;
    let days = by_day(vec![digest(1, 0), digest(2, 30 * hour), digest(3, 31 * hour)], |at| at.date_at(0));
    assert_eq!(days.len(), 2);
    assert_eq!(days[0].digests.iter().map(|it| it.id.uuid().as_u128()).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(days[1].day, day("1970-01-01"));
}
