//! Costs and margins on the wire: who gets to see them, and whom a quote needs because of them.

use leeway_core::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bargain::{PRODUCT, book, finalise, limits, publish_under};
use crate::office::{LI, Office, Phone, of_type};

/// Limits by which the head decides while a quarter is left, the approver while a tenth is.
fn margins() -> Value {
    let mut it = limits();
    it["unit_head"]["margin_min"] = json!(2_500);
    it["approver"]["margin_min"] = json!(1_000);
    it
}

/// ¥600.00 for what sells at ¥1,000.00 with 6 % VAT in it.
fn costs(seen: Option<Value>) -> Value {
    json!({ "book": book(1), "costs": [{ "product": PRODUCT, "cost": 60_000 }], "seen": seen })
}

/// Which cases somebody's phone shows, and their margins.
async fn cases(phone: &Phone<'_>) -> Vec<(Uuid, Value)> {
    let pulled = phone.pull(None).await;
    of_type(&pulled.rows, "case").iter().map(|row| (row.id, row.body["margin"].clone())).collect()
}

/// Fails if anything that this phone holds tells of costs.
async fn knows_no_cost(phone: &Phone<'_>) {
    let pulled = phone.pull(None).await;
    assert!(!pulled.fill.contains(&Scope::Costs) && !pulled.rows.is_empty());
    for row in &pulled.rows {
        let text = row.body.to_string();
        assert!(row.typ != "costs" && !text.contains("\"cost\"") && !text.contains("\"margin\""), "{text}");
    }
}

#[tokio::test]
async fn a_manager_pulls_no_costs_and_the_case_carries_the_margin() {
    let office = Office::open().await;
    let mut admin = office.log_in("admin").await;
    publish_under(&mut admin, margins()).await;
    for login in ["zhou", "wang", "zhao"] {
        let outcome = office.log_in(login).await.does("pricing.set_costs", costs(None)).await;
        assert_eq!(outcome.reason.unwrap().code, "general.forbidden", "{login}");
    }
    let before = admin.pull(None).await.cookie;
    admin.did("pricing.set_costs", costs(None)).await;
    let news = admin.pull(before.as_deref()).await;
    assert_eq!((&news.fill[..], of_type(&news.rows, "costs").len()), (&[Scope::Costs][..], 1));
    let again = admin.does("pricing.set_costs", costs(None)).await;
    assert_eq!(again.reason.unwrap().code, "pricing.costs_changed");

    let mut chen = office.log_in("chen").await;
    let customer = chen.registers(1, "海港医院").await;
    chen.did("quotes.finalise", finalise(customer, 1, 1_300, "approval")).await;
    chen.did("quotes.finalise", finalise(customer, 2, 2_000, "approval")).await;
    let refused = chen.does("quotes.finalise", finalise(customer, 3, 3_000, "approval")).await;
    assert_eq!(refused.reason.unwrap().code, "quotes.margin_too_low");
    let (wang, zhao) = (office.log_in("wang").await, office.log_in("zhao").await);
    // ¥870.00 and ¥800.00 without VAT, of which 26.9 % and 20.5 % are left
    let margin = |net: i64| json!({ "net": net, "cost": 60_000 });
    assert_eq!(cases(&wang).await, [(Uuid::from_u128(0x7201), margin(82_075))]);
    assert_eq!(cases(&zhao).await, [(Uuid::from_u128(0x7202), margin(75_472))]);
    knows_no_cost(&chen).await;
    knows_no_cost(&office.log_in("li").await).await;
    // those who decide see margins and no costs of products
    for phone in [&wang, &zhao] {
        assert!(of_type(&phone.pull(None).await.rows, "costs").is_empty());
    }
}

#[tokio::test]
async fn costs_come_and_go_with_the_role() {
    let office = Office::open().await;
    let mut admin = office.log_in("admin").await;
    publish_under(&mut admin, limits()).await;
    admin.did("pricing.set_costs", costs(None)).await;
    let role = |role: &str| json!({ "user": LI, "change": { "field": "role", "value": role } });
    admin.did("organisation.change_member", role("admin")).await;
    let gained = office.log_in("li").await;
    let pulled = gained.pull(None).await;
    assert!(pulled.fill.contains(&Scope::Costs));
    assert_eq!(of_type(&pulled.rows, "costs").len(), 1);
    admin.did("organisation.change_member", role("manager")).await;
    // the same store, in a new session
    let lost = Phone { client: gained.client, ..office.log_in("li").await };
    let pulled = lost.pull(pulled.cookie.as_deref()).await;
    assert!(pulled.drop.contains(&Scope::Costs) && of_type(&pulled.rows, "costs").is_empty());
    knows_no_cost(&office.log_in("li").await).await;
}

#[tokio::test]
async fn a_rehearsal_knows_the_margins() {
    let office = Office::open().await;
    let mut admin = office.log_in("admin").await;
    publish_under(&mut admin, limits()).await;
    admin.did("pricing.set_costs", costs(None)).await;
    let mut chen = office.log_in("chen").await;
    let customer = chen.registers(1, "海港医院").await;
    let offs = [800, 1_300, 1_600, 2_000, 2_900];
    for (n, bp) in (1..).zip(offs) {
        chen.did("quotes.finalise", finalise(customer, n, bp, "approval")).await;
    }
    let mut draft = margins();
    draft["limits"] = json!(Uuid::from_u128(0x6003));
    let (status, said) = admin.post("/api/rehearsal", &draft).await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(said["now"], json!({ "own": 1, "unit_head": 3, "approver": 1, "nobody": 0 }));
    assert_eq!(said["then"], json!({ "own": 1, "unit_head": 1, "approver": 3, "nobody": 0 }));

    admin.did("authority.publish", draft).await;
    for (n, bp) in (11..).zip(offs) {
        let mut again = finalise(customer, n, bp, "approval");
        again["limits"] = json!(Uuid::from_u128(0x6003));
        chen.did("quotes.finalise", again).await;
    }
    let pulled = chen.pull(None).await;
    let made = of_type(&pulled.rows, "request");
    let new = |row: &&&leeway_core::sync::protocol::WireRow| row.id > Uuid::from_u128(0x720a);
    let needed = |level: &str| made.iter().filter(new).filter(|row| row.body["level"] == level).count();
    assert_eq!(["own", "unit_head", "approver"].map(needed), [1, 1, 3]);
}
