use leeway_core::Entity;
use leeway_core::customers::ContactRole;
use leeway_core::testing::sample::{CHEN, LI, day, minute, stamped};
use leeway_core::values::UnitId;
use serde_json::json;

use super::*;
use crate::i18n::Locale;

fn customer() -> Customer {
    Customer {
        id: CustomerId::from_u128(1),
        owner: CHEN,
        unit: UnitId::from_u128(1),
        name: stamped("江畔医院".to_owned()),
        code: stamped(None),
        industry: stamped(Industry::Medical),
        grade: stamped(Grade::A),
        address: stamped(String::new()),
        handed: Vec::new(),
    }
}

fn contact() -> Contact {
    Contact {
        id: ContactId::from_u128(1),
        customer: CustomerId::from_u128(1),
        name: stamped("陈立".to_owned()),
        title: stamped(String::new()),
        phone: stamped("130 0000 6602".to_owned()),
        role: stamped(ContactRole::Coach),
    }
}

fn card(about: leeway_core::Key, field: &str, lost: Value, kept: Value) -> ClashCard {
    ClashCard {
        id: CommandId::from_u128(9),
        user: CHEN,
        about,
        field: field.to_owned(),
        lost,
        lost_by: CHEN,
        lost_at: minute(0),
        kept,
        kept_by: LI,
        kept_at: minute(5),
    }
}

#[test]
fn what_did_not_stay_is_written_on_what_stands_now() {
    let now = contact();
    let card = card(Contact::key(now.id), "phone", json!("130 0000 6620"), json!("130 0000 6602"));
    let body = put_back(&card, &Subject::Contact(now.clone())).unwrap();
    let change = ContactChange::Phone("130 0000 6620".to_owned());
    let expected = EditContact { contact: now.id, change, seen: Some(now.phone.write) };
    assert_eq!(body, Body::Customers(customers::Write::EditContact(expected)));
}

#[test]
fn values_are_read_as_people_wrote_them() {
    let subject = Subject::Customer(customer());
    let key = Customer::key(CustomerId::from_u128(1));
    let said = |field: &str, value: Value| {
        value_words(Locale::zh_CN, &card(key, field, Value::Null, Value::Null), Some(&subject), &value)
    };
    assert_eq!(said("grade", json!("B")), "B 类");
    assert_eq!(said("industry", json!("medical")), "医疗");
    assert_eq!(said("address", json!("")), "空");
    assert_eq!(said("code", json!(null)), "空");
    assert_eq!(said("amount", json!(12_345)), "¥123.45");
    assert_eq!(said("grade", json!("Z")), "\"Z\"");
}

#[test]
fn fields_have_names() {
    let name = |typ, field: &str| {
        let key = leeway_core::Key { typ, id: uuid::Uuid::from_u128(1) };
        field_words(Locale::zh_CN, &card(key, field, Value::Null, Value::Null), None)
    };
    assert_eq!(name(RecordType::Contact, "name"), "姓名");
    assert_eq!(name(RecordType::Customer, "name"), "名称");
    assert_eq!(name(RecordType::Visit, "answers.budget"), "答案");
    assert_eq!(name(RecordType::Visit, "of_tomorrow"), "内容");
}

#[test]
fn a_field_of_a_newer_version_is_left_alone() {
    let card = card(Customer::key(CustomerId::from_u128(1)), "colour", json!("red"), json!("blue"));
    assert_eq!(put_back(&card, &Subject::Customer(customer())), None);
    assert_eq!(route(&card), Some(Route::Customer(CustomerId::from_u128(1))));
}

#[test]
fn a_step_that_was_ticked_off_is_ticked_off_again_only_if_it_is_the_same() {
    let step = NextStep { text: "寄清单".to_owned(), day: day("2026-11-21"), done: false };
    let deal = |now: NextStep| Opportunity {
        id: OpportunityId::from_u128(1),
        customer: CustomerId::from_u128(1),
        by: CHEN,
        name: stamped("专线".to_owned()),
        amount: stamped(Money::from_fen(1)),
        expected: stamped(day("2026-12-01")),
        stage: opportunities::Stage::Lead,
        stage_since: minute(0),
        moves: Vec::new(),
        lost_reason: None,
        next_step: Some(stamped(now)),
    };
    let done = serde_json::to_value(NextStep { done: true, ..step.clone() }).unwrap();
    let key = Opportunity::key(OpportunityId::from_u128(1));
    let clash = card(key, "next_step", done, json!(null));
    let same = put_back(&clash, &Subject::Opportunity(deal(step.clone())));
    assert!(matches!(same, Some(Body::Opportunities(opportunities::Write::CompleteNextStep(_)))));
    let other = NextStep { text: "另一件".to_owned(), ..step };
    assert_eq!(put_back(&clash, &Subject::Opportunity(deal(other))), None);
}
