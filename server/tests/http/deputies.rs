//! Somebody acts for a manager who is away: the rows come and go by the server's clock, also when nobody turned them,
//! and what a deputy had not sent when it was over comes back as a card.

use std::collections::BTreeSet;

use leeway_core::sync::protocol::{OutcomeKind, PullResponse};
use leeway_core::values::UserId;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::office::{ADMIN, CHEN, LI, NOON, Office, Phone, WANG, of_type};
use crate::poke::poked;

const MINUTE: i64 = 60_000;

/// The n-th period: Li acts for Chen, from and until so many minutes after noon.
fn period(n: u128, from: i64, until: i64) -> Value {
    let at = |minutes: i64| NOON.ms() + minutes * MINUTE;
    json!({
        "period": Uuid::from_u128(0x5000 + n), "manager": CHEN, "deputy": LI, "from": at(from), "until": at(until),
    })
}

fn ends(n: u128) -> Value {
    json!({ "period": Uuid::from_u128(0x5000 + n) })
}

fn contact(customer: Uuid, n: u128) -> Value {
    json!({
        "contact": Uuid::from_u128(0x3000 + n), "customer": customer, "name": "何工", "title": "", "phone": "",
        "role": "decider",
    })
}

/// What lives with customers, of what was pulled.
fn keys(pulled: &PullResponse) -> BTreeSet<(String, Uuid)> {
    let of_customer = ["customer", "contact"];
    let rows = pulled.rows.iter().filter(|row| !row.deleted && of_customer.contains(&row.typ.as_str()));
    rows.map(|row| (row.typ.clone(), row.id)).collect()
}

fn states(pulled: &PullResponse) -> Vec<String> {
    let periods = of_type(&pulled.rows, "acting_period");
    periods.iter().map(|row| row.body["state"].as_str().unwrap().to_owned()).collect()
}

/// Two customers of Chen's, one with a contact.
async fn history(chen: &mut Phone<'_>) -> [Uuid; 2] {
    let all = [chen.registers(1, "海港医院").await, chen.registers(2, "滨江中学").await];
    chen.did("customers.add_contact", contact(all[0], 1)).await;
    all
}

#[tokio::test]
async fn a_period_that_begins_now_gives_the_rows_in_the_same_push() {
    let office = Office::open().await;
    let (mut chen, mut li) = (office.log_in("chen").await, office.log_in("li").await);
    let [one, _] = history(&mut chen).await;
    let before = li.pull(None).await;
    assert_eq!(keys(&before), BTreeSet::new());
    chen.did("deputies.appoint", period(1, -1, 60)).await;
    let filled = li.pull(before.cookie.as_deref()).await;
    assert_eq!(keys(&filled), keys(&chen.pull(None).await), "the whole history");
    assert_eq!((filled.fill.len(), states(&filled)), (2, vec!["open".to_owned()]));

    // under their own name, and nothing is given away
    li.did("customers.add_contact", contact(one, 2)).await;
    let give = json!({ "customer": one, "to": LI, "seen": null });
    let refused = li.does("customers.hand_over", give).await;
    assert_eq!(refused.reason.unwrap().code, "customers.only_its_manager");

    // a customer that comes while it is open comes to both
    let third = chen.registers(3, "新客户").await;
    let news = li.pull(filled.cookie.as_deref()).await;
    assert!(keys(&news).contains(&("customer".to_owned(), third)));

    // ended early, all of it leaves; what waits is refused, with what was typed
    chen.did("deputies.end", ends(1)).await;
    let unsent = li.envelope("customers.add_contact", contact(one, 3));
    let answer = li.push(std::slice::from_ref(&unsent)).await;
    assert_eq!(answer.results[0].outcome, OutcomeKind::Refused);
    let gone = li.pull(news.cookie.as_deref()).await;
    assert_eq!((gone.drop.len(), keys(&gone)), (3, BTreeSet::new()));
    let cards = of_type(&gone.rows, "refusal");
    assert_eq!((cards.len(), &cards[0].body["args"]), (1, &unsent.args));

    // a second period gives all of it again, with what came meanwhile
    chen.did("deputies.appoint", period(2, 0, 60)).await;
    let again = li.pull(gone.cookie.as_deref()).await;
    assert_eq!((again.fill.len(), keys(&again)), (3, keys(&chen.pull(None).await)));
}

#[tokio::test]
async fn nothing_is_answered_or_taken_in_beyond_the_end_whoever_turned_it() {
    let office = Office::open().await;
    let (mut chen, mut li) = (office.log_in("chen").await, office.log_in("li").await);
    let [one, _] = history(&mut chen).await;
    chen.did("deputies.appoint", period(1, 0, 60)).await;
    let held = li.pull(None).await;
    let late = li.envelope("customers.add_contact", contact(one, 2));
    // the end is reached; the next to speak are the deputy's phones, before any timer
    office.clock.advance(60 * MINUTE);
    let answer = li.push(&[late]).await;
    let reason = answer.results[0].reason.clone().unwrap();
    assert_eq!((reason.code.as_str(), reason.args), ("general.not_found", json!({ "typ": "customer" })));
    let news = li.pull(held.cookie.as_deref()).await;
    assert_eq!((news.drop.len(), keys(&news), states(&news)), (2, BTreeSet::new(), vec!["over".to_owned()]));
    assert_eq!(keys(&li.second().pull(None).await), BTreeSet::new());
    // the manager has what she had
    assert_eq!(keys(&chen.pull(None).await).len(), 3);
}

#[tokio::test]
async fn a_pull_alone_ends_it_and_a_page_after_the_end_holds_nothing() {
    let office = Office::open().await;
    let (mut chen, li) = (office.log_in("chen").await, office.log_in("li").await);
    history(&mut chen).await;
    chen.did("deputies.appoint", period(1, 0, 60)).await;
    let first = li.pull_page(None, None, 1).await;
    office.clock.advance(60 * MINUTE);
    let mut page = first.page;
    while let Some(token) = page {
        let next = li.pull_page(None, Some(&token), 1).await;
        assert_eq!(keys(&next), BTreeSet::new());
        page = next.page;
    }
}

#[tokio::test]
async fn the_server_turns_periods_by_itself_also_after_it_was_down_and_pokes_the_deputy() {
    let office = Office::open().await;
    let (client, cookie) = {
        let mut chen = office.log_in("chen").await;
        history(&mut chen).await;
        chen.did("deputies.appoint", period(1, 30, 60)).await;
        chen.did("deputies.appoint", period(2, 90, 120)).await;
        let li = office.log_in("li").await;
        assert_eq!(keys(&li.pull(None).await), BTreeSet::new(), "it has not begun");
        (li.client, li.cookie)
    };
    // down while the first begins
    let clock = office.clock.clone();
    let office = office.between(async |_| clock.advance(30 * MINUTE)).await;
    let mut li = Phone::of(&office, LI, cookie);
    li.client = client;
    let held = async || {
        let mut reading = office.db.read(leeway_server::db::Tenant::FIRST).await.unwrap();
        let grants = reading.grants(LI, None).await.unwrap();
        reading.end().await.unwrap();
        grants.iter().filter(|it| it.active && it.scope.to_string().starts_with("customer:")).count()
    };
    // nobody asks: only the timer can do it
    let mut stream = li.request("GET", "/sync/poke").send().await.unwrap();
    while held().await != 2 {
        assert!(poked(&mut stream).await);
    }
    // both its end and the whole next one are missed, and nothing of that is left
    office.clock.advance(90 * MINUTE);
    while held().await != 0 {
        assert!(poked(&mut stream).await);
    }
    let said: BTreeSet<String> = states(&li.pull(None).await).into_iter().collect();
    assert_eq!(said, BTreeSet::from(["over".to_owned()]));
}

#[tokio::test]
async fn who_arranges_it_and_who_does_not() {
    let office = Office::open().await;
    let mut phones = Vec::new();
    for login in ["chen", "wang", "admin", "li", "zhou"] {
        phones.push(office.log_in(login).await);
    }
    let users: Vec<UserId> = phones.iter().map(|it| it.user).collect();
    let mut n = 0;
    for (phone, user) in phones.iter_mut().zip(users) {
        n += 1;
        let from = i64::from(u32::try_from(n).unwrap()) * 100;
        let said = phone.does("deputies.appoint", period(n, from, from + 50)).await;
        assert_eq!(said.reason.is_none(), [CHEN, WANG, ADMIN].contains(&user), "{user}: {said:?}");
    }
    // the first three are there, and nobody holds anything yet
    let pulled = phones[3].pull(None).await;
    assert_eq!(states(&pulled), ["planned"; 3]);
}
