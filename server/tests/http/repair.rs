//! A phone that holds other rows than it should is told so; one that is merely behind is not.

use std::collections::BTreeMap;

use leeway_core::Scope;
use leeway_core::sync::digest::Digest;
use leeway_core::sync::protocol::{REPAIR_SCOPES_MAX, RepairRequest, RepairResponse, WireRow};
use leeway_core::values::CustomerId;
use serde_json::{Value, json};

use crate::office::{Office, Phone, check_error};

/// Sums up rows as a phone does.
fn digests(rows: &[WireRow]) -> BTreeMap<Scope, Digest> {
    rows.iter().fold(BTreeMap::new(), |mut sums, row| {
        let sum = sums.entry(row.scope).or_default();
        *sum = Digest::with(*sum, &row.typ, row.id, row.rev);
        sums
    })
}

async fn repair(phone: &Phone<'_>, cookie: &str, digests: &BTreeMap<Scope, Digest>) -> Vec<Scope> {
    let request = RepairRequest { client: phone.client, cookie: cookie.into(), digests: digests.clone() };
    let (status, body) = phone.post("/sync/repair", &serde_json::to_value(request).unwrap()).await;
    assert_eq!(status.as_u16(), 200, "{body}");
    serde_json::from_value::<RepairResponse>(body).unwrap().refill
}

#[tokio::test]
async fn what_is_wrong_on_a_phone_is_found_and_nothing_else() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let mine = Scope::Customer(CustomerId::new(chen.registers(1, "海港").await));
    chen.registers(2, "滨江").await;
    let held = chen.pull(None).await;
    let cookie = held.cookie.unwrap();
    let sums = digests(&held.rows);
    assert!(sums.len() >= 4);
    assert!(repair(&chen, &cookie, &sums).await.is_empty());
    // a row lost, a row of before, a row too many: in each scope of which there are rows
    for scope in sums.keys() {
        let of: Vec<WireRow> = held.rows.iter().filter(|row| row.scope == *scope).cloned().collect();
        let stale = WireRow { rev: of[0].rev + 1, ..of[0].clone() };
        let twice = [of.as_slice(), &of[..1]].concat();
        for wrong in [&of[1..], &[&of[1..], &[stale]].concat(), &twice] {
            let mut sums = sums.clone();
            sums.remove(scope);
            sums.extend(digests(wrong));
            assert_eq!(repair(&chen, &cookie, &sums).await, [*scope]);
        }
    }
    // rows that are somebody else's by now
    let stranger = Scope::Customer(CustomerId::from_u128(0xbad));
    let mut more = sums.clone();
    more.insert(stranger, Digest::default().with("customer", uuid::Uuid::from_u128(1), 1));
    assert_eq!(repair(&chen, &cookie, &more).await, [stranger]);
    more.insert(stranger, Digest::default());
    assert!(repair(&chen, &cookie, &more).await.is_empty(), "nothing of it is what it should be");
    // behind, not wrong: what changed since comes with the next pull
    let Scope::Customer(id) = mine else { panic!("{mine}") };
    let rename = json!({ "customer": id, "change": { "field": "name", "value": "新" }, "seen": null });
    chen.does("customers.edit", rename).await;
    chen.registers(3, "新客户").await;
    let mut lost = sums.clone();
    lost.remove(&mine);
    assert!(repair(&chen, &cookie, &sums).await.is_empty());
    assert!(repair(&chen, &cookie, &lost).await.is_empty(), "judged when the phone has caught up");
    let news = chen.pull(Some(&cookie)).await;
    let behind = repair(&chen, news.cookie.as_deref().unwrap(), &lost).await;
    assert_eq!(behind.iter().filter(|scope| matches!(scope, Scope::Customer(_))).count(), 2);
    assert!(behind.contains(&mine));
    // of another history
    let all: Vec<Scope> = sums.keys().copied().collect();
    assert_eq!(repair(&chen, "1.another.1", &sums).await, all);
}

#[tokio::test]
async fn a_repair_is_asked_by_its_own_phone_and_not_too_large() {
    let office = Office::open().await;
    let chen = office.log_in("chen").await;
    let cookie = chen.pull(None).await.cookie.unwrap();
    let ask = |digests: Value| json!({ "client": chen.client, "cookie": cookie, "digests": digests });
    let zhou = office.log_in("zhou").await;
    check_error(&zhou.post("/sync/repair", &ask(json!({}))).await, 403, "foreign_client", &Value::Null);
    let many: serde_json::Map<String, Value> = (0..=REPAIR_SCOPES_MAX as u128)
        .map(|n| (Scope::Customer(CustomerId::from_u128(n)).to_string(), json!("0000000000000000")))
        .collect();
    let refused = chen.post("/sync/repair", &ask(Value::Object(many))).await;
    check_error(&refused, 413, "too_large", &json!({ "what": "scopes", "max": REPAIR_SCOPES_MAX }));
    for bad in [
        json!({ "everything": "0000000000000000" }),
        json!({ "catalogue": 7 }),
        json!({ "catalogue": "x" }),
        json!([]),
    ] {
        let (status, said) = chen.post("/sync/repair", &ask(bad)).await;
        assert_eq!((status.as_u16(), said["code"].as_str()), (400, Some("bad_request")), "{said}");
    }
}
