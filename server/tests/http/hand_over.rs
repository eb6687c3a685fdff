//! A customer changes hands: who had it loses every row, the successor gets the whole history, and what was still
//! unsent comes back as a card.

use std::collections::BTreeSet;

use leeway_core::sync::protocol::{OutcomeKind, PullResponse};
use leeway_core::values::UserId;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::office::{CHEN, LI, Office, Phone, ZHOU, of_type};

const CONTACT: Uuid = Uuid::from_u128(0x3001);
const DEAL: Uuid = Uuid::from_u128(0x3002);

fn contact(customer: Uuid, id: Uuid) -> Value {
    json!({
        "contact": id, "customer": customer, "name": "何工", "title": "科长", "phone": "", "role": "decider",
    })
}

fn deal(customer: Uuid) -> Value {
    json!({
        "opportunity": DEAL, "customer": customer, "name": "互联", "amount": 100_000, "expected": "2026-12-20",
        "next_step": "送方案", "next_day": "2026-11-30",
    })
}

fn rename(customer: Uuid, name: &str) -> Value {
    json!({ "customer": customer, "change": { "field": "name", "value": name }, "seen": null })
}

fn give(customer: Uuid, to: UserId, seen: Option<&str>) -> Value {
    json!({ "customer": customer, "to": to, "seen": seen })
}

/// A customer with a contact and an opportunity.
async fn history(chen: &mut Phone<'_>) -> Uuid {
    let customer = chen.registers(1, "海港医院").await;
    chen.did("customers.add_contact", contact(customer, CONTACT)).await;
    chen.did("opportunities.start", deal(customer)).await;
    customer
}

/// What lives with the customer, of what was pulled.
fn keys(pulled: &PullResponse) -> BTreeSet<(String, Uuid)> {
    let of_customer = ["customer", "contact", "opportunity"];
    let rows = pulled.rows.iter().filter(|row| !row.deleted && of_customer.contains(&row.typ.as_str()));
    rows.map(|row| (row.typ.clone(), row.id)).collect()
}

fn scopes(said: &[leeway_core::Scope]) -> Vec<String> {
    said.iter().map(ToString::to_string).collect()
}

/// The last hand-over of the only customer that was pulled.
fn last_hand_over(pulled: &PullResponse) -> String {
    let customers = of_type(&pulled.rows, "customer");
    customers[0].body["handed"].as_array().unwrap().last().unwrap()["write"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn rows_leave_unsent_work_comes_back_as_cards_and_the_successor_has_the_history() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let mut li = office.log_in("li").await;
    let customer = history(&mut chen).await;
    let mine = chen.pull(None).await;
    let (chen_had, li_had) = (mine.cookie.clone().unwrap(), li.pull(None).await.cookie.unwrap());
    // another phone of hers gives it away, while this one has work that waits
    let mut second = chen.second();
    let unsent = [
        chen.envelope("customers.edit", rename(customer, "海港总医院")),
        chen.envelope("customers.add_contact", contact(customer, Uuid::from_u128(0x3003))),
    ];
    second.did("customers.hand_over", give(customer, LI, None)).await;

    // what waited is refused, each with a card that keeps what was typed
    let answer = chen.push(&unsent).await;
    for (outcome, sent) in answer.results.iter().zip(&unsent) {
        assert_eq!(outcome.outcome, OutcomeKind::Refused);
        let reason = outcome.reason.clone().unwrap();
        assert_eq!(
            (reason.code.as_str(), &reason.args),
            ("general.not_found", &json!({ "typ": "customer" }))
        );
        let news = chen.pull(Some(&chen_had)).await;
        let card =
            of_type(&news.rows, "refusal").into_iter().find(|row| row.id == Uuid::from(sent.id)).unwrap();
        assert_eq!((&card.body["args"], &card.body["kind"]), (&sent.args, &json!(sent.kind)));
    }

    // the rows leave
    let news = chen.pull(Some(&chen_had)).await;
    let scope = format!("customer:{customer}");
    assert_eq!((scopes(&news.drop), keys(&news)), (vec![scope.clone()], BTreeSet::new()));
    assert_eq!(keys(&chen.second().pull(None).await), BTreeSet::new(), "nor has a new phone of hers any");

    // the successor has everything, and goes on with it
    let filled = li.pull(Some(&li_had)).await;
    assert_eq!((scopes(&filled.fill), keys(&filled)), (vec![scope], keys(&mine)));
    assert_eq!(
        of_type(&filled.rows, "customer")[0].body["name"]["value"],
        "海港医院",
        "nothing of it came in"
    );
    assert_eq!(of_type(&filled.rows, "opportunity")[0].body["by"], json!(LI));
    li.did("customers.edit", rename(customer, "海港中心医院")).await;
}

#[tokio::test]
async fn who_gets_it_back_has_all_of_it_again() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let mut li = office.log_in("li").await;
    let customer = history(&mut chen).await;
    let before = chen.pull(None).await;
    chen.did("customers.hand_over", give(customer, LI, None)).await;
    let without = chen.pull(before.cookie.as_deref()).await.cookie.unwrap();
    li.did("customers.edit", rename(customer, "海港总医院")).await;
    let held = li.pull(None).await;
    let seen = last_hand_over(&held);
    li.did("customers.hand_over", give(customer, CHEN, Some(&seen))).await;
    let again = chen.pull(Some(&without)).await;
    assert_eq!((scopes(&again.fill), again.drop.len()), (vec![format!("customer:{customer}")], 0));
    assert_eq!(keys(&again), keys(&before));
    assert_eq!(of_type(&again.rows, "customer")[0].body["name"]["value"], "海港总医院");
    assert_eq!(scopes(&li.pull(held.cookie.as_deref()).await.drop), [format!("customer:{customer}")]);
    // a phone that had not heard of it can't give it away a second time
    let late = chen.does("customers.hand_over", give(customer, LI, None)).await;
    assert_eq!(late.reason.unwrap().code, "customers.handed_over");
}

#[tokio::test]
async fn an_admin_gives_all_of_one_who_leaves_to_a_manager_of_another_unit() {
    let office = Office::open().await;
    let (mut chen, mut admin) = (office.log_in("chen").await, office.log_in("admin").await);
    for n in 0..30 {
        chen.registers(n, &format!("客户{n}")).await;
    }
    let zhou = office.log_in("zhou").await;
    let zhou_had = zhou.pull(None).await.cookie.unwrap();
    let leave = json!({ "user": CHEN, "change": { "field": "active", "value": false } });
    admin.did("organisation.change_member", leave).await;
    admin.did("organisation.hand_over", json!({ "from": CHEN, "to": ZHOU })).await;
    let filled = zhou.pull(Some(&zhou_had)).await;
    assert_eq!((filled.fill.len(), keys(&filled).len()), (30, 30));
    assert!(of_type(&filled.rows, "customer").iter().all(|row| row.body["owner"] == json!(ZHOU)));
    // who comes back has nothing
    let back = json!({ "user": CHEN, "change": { "field": "active", "value": true } });
    admin.did("organisation.change_member", back).await;
    let chen = office.log_in("chen").await;
    assert_eq!(keys(&chen.pull(None).await), BTreeSet::new());
    // and nobody but an admin may ask for it
    let mut wang = office.log_in("wang").await;
    let refused = wang.does("organisation.hand_over", json!({ "from": ZHOU, "to": LI })).await;
    assert_eq!(refused.reason.unwrap().code, "general.forbidden");
}
