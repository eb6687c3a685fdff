//! A quote from the manager's phone to the head's decision and back, on the wire.

use leeway_core::sync::protocol::OutcomeKind;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::office::{Office, Phone, of_type};

pub const PRODUCT: Uuid = Uuid::from_u128(0x6001);
const LIMITS: Uuid = Uuid::from_u128(0x6002);

pub fn book(n: u128) -> Uuid {
    Uuid::from_u128(0x6100 + n)
}

/// Limits: stars 8, 12, 15 %, head 20 %, approver 30 %.
pub fn limits() -> Value {
    let authority = |bp: u32| json!({ "off": { "leased_line": bp }, "deal_cap": 100_000_000 });
    json!({
        "limits": LIMITS, "stars": [authority(800), authority(1_200), authority(1_500)],
        "unit_head": authority(2_000), "approver": authority(3_000),
    })
}

/// Publishes limits and the first price book.
pub async fn publish(admin: &mut Phone<'_>) {
    publish_under(admin, limits()).await;
}

/// Publishes these limits and the first price book.
pub async fn publish_under(admin: &mut Phone<'_>, limits: Value) {
    admin.did("authority.publish", limits).await;
    publish_book(admin, 1).await;
}

async fn publish_book(admin: &mut Phone<'_>, n: u128) {
    let product = json!({
        "id": PRODUCT, "code": "L100", "name": "专线 100M", "family": "leased_line", "unit": "条",
        "charge": "one_off", "price": 100_000, "floor": 50_000, "vat": 6,
    });
    let args = json!({
        "book": book(n), "name": format!("第{n}版"), "from": "2026-01-01", "to": "2027-12-31", "products": [product],
    });
    admin.did("pricing.publish", args).await;
}

/// A quote over ¥1,000.00 at a discount.
pub fn finalise(customer: Uuid, n: u128, bp: i64, asks: &str) -> Value {
    json!({
        "quote": Uuid::from_u128(0x7000 + n), "customer": customer, "opportunity": null, "title": "专线",
        "book": book(1), "limits": LIMITS, "star": 2, "months": 12, "valid_until": "2026-12-31",
        "lines": [{
            "line": Uuid::from_u128(0x7100 + n), "product": PRODUCT, "quantity": 1, "off": bp,
        }],
        "total": 100_000 - 10 * bp, "asks": asks, "case": Uuid::from_u128(0x7200 + n),
    })
}

pub async fn quote(phone: &Phone<'_>, n: u128) -> Value {
    let pulled = phone.pull(None).await;
    let quotes = of_type(&pulled.rows, "quote");
    quotes.into_iter().find(|row| row.id == Uuid::from_u128(0x7000 + n)).unwrap().body.clone()
}

#[tokio::test]
async fn eight_percent_is_binding_at_once_and_twenty_goes_to_the_head() {
    let office = Office::open().await;
    publish(&mut office.log_in("admin").await).await;
    let (mut chen, mut wang) = (office.log_in("chen").await, office.log_in("wang").await);
    let customer = chen.registers(1, "海港医院").await;
    let before = wang.pull(None).await.cookie.unwrap();
    chen.did("quotes.finalise", finalise(customer, 1, 800, "binding")).await;
    chen.did("quotes.finalise", finalise(customer, 2, 2_000, "approval")).await;
    assert_eq!(quote(&chen, 1).await["state"], "binding");
    assert_eq!(quote(&chen, 2).await["state"], "submitted");
    let news = wang.pull(Some(&before)).await;
    let cases = of_type(&news.rows, "case");
    assert_eq!(cases.len(), 1, "the head sees the case, frozen, and no quote");
    assert_eq!((&cases[0].body["total"], &cases[0].body["state"]), (&json!(80_000), &json!("open")));
    assert!(of_type(&news.rows, "quote").is_empty());
    let decide = json!({ "case": cases[0].id, "approve": true, "words": "" });
    let seen = chen.pull(None).await.cookie.unwrap();
    wang.did("approvals.decide", decide.clone()).await;
    let news = chen.pull(Some(&seen)).await;
    let quotes = of_type(&news.rows, "quote");
    assert_eq!((quotes.len(), &quotes[0].body["state"]), (1, &json!("approved")));
    assert_eq!(quotes[0].body["by_name"], "WANG");
    // deciding again, or by somebody who may not, changes nothing
    assert_eq!(wang.does("approvals.decide", decide.clone()).await.reason.unwrap().code, "approvals.decided");
    let mut zhou = office.log_in("zhou").await;
    assert_eq!(zhou.does("approvals.decide", decide).await.reason.unwrap().code, "general.not_found");
}

#[tokio::test]
async fn binding_is_honoured_on_a_withdrawn_book_and_a_draft_is_not() {
    let office = Office::open().await;
    let mut admin = office.log_in("admin").await;
    publish(&mut admin).await;
    let mut chen = office.log_in("chen").await;
    let customer = chen.registers(1, "海港医院").await;
    let draft = json!({
        "quote": Uuid::from_u128(0x7003), "customer": customer, "opportunity": null, "title": "草稿", "book": book(1),
        "months": 12, "valid_until": "2026-12-31",
    });
    chen.did("quotes.draft", draft).await;
    admin.did("pricing.withdraw", json!({ "book": book(1) })).await;
    publish_book(&mut admin, 2).await;
    let line = json!({
        "quote": Uuid::from_u128(0x7003), "book": book(1),
        "line": Uuid::from_u128(0x7103), "product": PRODUCT, "quantity": 3, "off": 500,
    });
    let edited = chen.does("quotes.put_line", line.clone()).await;
    assert_eq!(edited.outcome, OutcomeKind::Refused);
    assert_eq!(edited.reason.unwrap().code, "quotes.book_withdrawn");
    let pulled = chen.pull(None).await;
    assert_eq!(of_type(&pulled.rows, "refusal")[0].body["args"], line);
    chen.did("quotes.finalise", finalise(customer, 1, 800, "binding")).await;
    let honoured = quote(&chen, 1).await;
    assert_eq!((&honoured["state"], &honoured["flags"]), (&json!("binding"), &json!(["book_withdrawn"])));
}

#[tokio::test]
async fn two_deciders_at_once_decide_once() {
    let office = Office::open().await;
    publish(&mut office.log_in("admin").await).await;
    let mut chen = office.log_in("chen").await;
    let customer = chen.registers(1, "海港医院").await;
    chen.did("quotes.finalise", finalise(customer, 1, 2_000, "approval")).await;
    let wang = office.log_in("wang").await;
    let decide = |approve: bool| json!({ "case": Uuid::from_u128(0x7201), "approve": approve, "words": "请补充付款条件" });
    let mut devices: Vec<Phone<'_>> = (0..6).map(|_| wang.second()).collect();
    let envelopes: Vec<_> = devices
        .iter_mut()
        .enumerate()
        .map(|(n, device)| [device.envelope("approvals.decide", decide(n % 2 == 0))])
        .collect();
    let answers =
        futures_util::future::join_all(devices.iter().zip(&envelopes).map(|(device, it)| device.push(it)))
            .await;
    let outcomes: Vec<_> = answers.iter().map(|it| &it.results[0]).collect();
    assert_eq!(outcomes.iter().filter(|it| it.outcome == OutcomeKind::Applied).count(), 1);
    let refused = outcomes.iter().filter(|it| it.outcome == OutcomeKind::Refused);
    assert!(refused.clone().all(|it| it.reason.as_ref().unwrap().code == "approvals.decided"));
    assert_eq!(refused.count(), 5);
}

#[tokio::test]
async fn a_rehearsal_foretells_whom_the_same_quotes_will_need() {
    let office = Office::open().await;
    let mut admin = office.log_in("admin").await;
    publish(&mut admin).await;
    let mut chen = office.log_in("chen").await;
    let customer = chen.registers(1, "海港医院").await;
    for (n, bp) in (0..).zip([0, 800, 1_000, 1_200, 1_500, 2_500]) {
        chen.did("quotes.finalise", finalise(customer, n, bp, "binding")).await;
    }
    let mut draft = limits();
    draft["limits"] = json!(Uuid::from_u128(0x6003));
    draft["stars"][0]["off"]["leased_line"] = json!(900);
    draft["stars"][1]["off"]["leased_line"] = json!(900);
    let (status, said) = admin.post("/api/rehearsal", &draft).await;
    assert_eq!(status, 200, "{said}");
    let now = json!({ "own": 4, "unit_head": 1, "approver": 1, "nobody": 0 });
    let then = json!({ "own": 2, "unit_head": 3, "approver": 1, "nobody": 0 });
    assert_eq!(said, json!({ "days": 90, "now": now, "then": then, "raised": 2, "lowered": 0 }));
    // nothing was published by asking
    let rows = admin.pull(None).await.rows;
    assert_eq!(of_type(&rows, "limits").len(), 1);

    admin.did("authority.publish", draft).await;
    let mut made = Vec::new();
    for (n, bp) in (10..).zip([0, 800, 1_000, 1_200, 1_500, 2_500]) {
        let mut again = finalise(customer, n, bp, "binding");
        again["limits"] = json!(Uuid::from_u128(0x6003));
        chen.did("quotes.finalise", again).await;
        made.push(quote(&chen, n).await["state"].clone());
    }
    let own = made.iter().filter(|state| **state == json!("binding")).count();
    assert_eq!(json!(own), said["then"]["own"]);
}

#[tokio::test]
async fn limits_that_can_not_be_published_are_not_rehearsed() {
    let office = Office::open().await;
    let admin = office.log_in("admin").await;
    let mut draft = limits();
    draft["unit_head"]["deal_cap"] = json!(1);
    let (status, said) = admin.post("/api/rehearsal", &draft).await;
    assert_eq!((status.as_u16(), &said["code"]), (400, &json!("bad_request")));
    let (status, _) = admin.post("/api/rehearsal", &json!({ "stars": [] })).await;
    assert_eq!(status, 400);
}

/// In the region of unit 2 leased lines go half as deep; the rehearsal knows whose customers are there.
#[tokio::test]
async fn a_region_has_limits_of_its_own() {
    let office = Office::open().await;
    let mut admin = office.log_in("admin").await;
    publish(&mut admin).await;
    let (mut chen, mut zhou) = (office.log_in("chen").await, office.log_in("zhou").await);
    let (near, far) = (chen.registers(1, "海港医院").await, zhou.registers(2, "滨江中学").await);
    chen.did("quotes.finalise", finalise(near, 1, 800, "binding")).await;
    zhou.did("quotes.finalise", finalise(far, 2, 800, "binding")).await;
    let cell = |regions: &[&str], off: [u32; 5]| {
        json!({
            "families": ["leased_line"], "grades": ["A", "B", "C"], "size": { "from": 0 },
            "months": { "from": 1 }, "regions": regions, "off": off,
        })
    };
    let all = [800, 1_200, 1_500, 2_000, 3_000];
    let mut draft = limits();
    draft["limits"] = json!(Uuid::from_u128(0x6003));
    draft["regions"] = json!([{ "name": "江西", "units": [crate::office::UNIT_2] }]);
    draft["cells"] = json!([cell(&[], all), cell(&["江西"], all.map(|bp| bp / 2))]);
    let (status, said) = admin.post("/api/rehearsal", &draft).await;
    assert_eq!((status.as_u16(), &said["raised"]), (200, &json!(1)), "{said}");

    admin.did("authority.publish", draft).await;
    let again = |customer, n, unit: leeway_core::values::UnitId| {
        let mut it = finalise(customer, n, 800, "binding");
        (it["limits"], it["unit"]) = (json!(Uuid::from_u128(0x6003)), json!(unit));
        it
    };
    chen.did("quotes.finalise", again(near, 3, crate::office::UNIT_1)).await;
    zhou.did("quotes.finalise", again(far, 4, crate::office::UNIT_2)).await;
    assert_eq!(quote(&chen, 3).await["state"], "binding");
    assert_eq!(quote(&zhou, 4).await["state"], "submitted");
}
