//! What was agreed with a customer, from the admin's desk to the phone of whoever serves it, and back as a promise.

use leeway_core::sync::protocol::{Outcome, OutcomeKind};
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bargain::{finalise, publish, quote};
use crate::office::{LI, Office, Phone, answer, of_type};

const FRAMEWORK: Uuid = Uuid::from_u128(0x8001);
const NUMBER: &str = "KJ-2026-018";

/// ¥800.00 instead of ¥1,000.00 for the leased line of [`publish`].
fn agreement(customer: Uuid) -> Value {
    json!({
        "framework": FRAMEWORK, "customer": customer, "number": NUMBER, "from": "2026-01-01", "to": "2027-12-31",
        "prices": [{ "product": Uuid::from_u128(0x6001), "price": 80_000 }],
    })
}

/// A quote over one leased line at the agreed price.
fn agreed(customer: Uuid, n: u128, asks: &str) -> Value {
    let mut it = finalise(customer, n, 0, asks);
    it["lines"][0]["framework"] = json!(FRAMEWORK);
    it["total"] = json!(80_000);
    it
}

fn code(outcome: Outcome) -> String {
    assert_eq!(outcome.outcome, OutcomeKind::Refused, "{outcome:?}");
    outcome.reason.unwrap().code
}

async fn held(phone: &Phone<'_>) -> usize {
    of_type(&phone.pull(None).await.rows, "framework").len()
}

#[tokio::test]
async fn an_agreement_is_published_by_an_admin_and_held_by_who_serves_the_customer() {
    let office = Office::open().await;
    let mut admin = office.log_in("admin").await;
    publish(&mut admin).await;
    let (mut chen, mut li) = (office.log_in("chen").await, office.log_in("li").await);
    let customer = chen.registers(1, "海港医院").await;
    for login in ["chen", "wang", "zhao"] {
        let mut other = office.log_in(login).await;
        assert_eq!(
            code(other.does("frameworks.publish", agreement(customer)).await),
            "general.forbidden",
            "{login}"
        );
    }
    let nobody = agreement(Uuid::from_u128(0xdead));
    assert_eq!(code(admin.does("frameworks.publish", nobody).await), "general.not_found");
    admin.did("frameworks.publish", agreement(customer)).await;
    assert_eq!((held(&chen).await, held(&li).await, held(&admin).await), (1, 0, 0));
    // with the customer it goes to who serves it next
    chen.did("customers.hand_over", json!({ "customer": customer, "to": LI, "seen": null })).await;
    assert_eq!((held(&chen).await, held(&li).await), (0, 1));
    li.did("quotes.finalise", agreed(customer, 1, "binding")).await;
    assert_eq!(
        code(chen.does("frameworks.end", json!({ "framework": FRAMEWORK })).await),
        "general.forbidden"
    );
}

#[tokio::test]
async fn a_promise_on_an_agreement_that_was_ended_is_honoured_and_flagged_and_a_draft_is_not() {
    let office = Office::open().await;
    let mut admin = office.log_in("admin").await;
    publish(&mut admin).await;
    let mut chen = office.log_in("chen").await;
    let customer = chen.registers(1, "海港医院").await;
    admin.did("frameworks.publish", agreement(customer)).await;
    chen.did("quotes.finalise", agreed(customer, 1, "binding")).await;
    let first = quote(&chen, 1).await;
    assert_eq!((&first["state"], &first["flags"]), (&json!("binding"), &Value::Null));
    let line = &first["lines"][0];
    assert_eq!((&line["price"], &line["agreed"]["number"]), (&json!(80_000), &json!(NUMBER)));
    assert_eq!(line["agreed"]["list"], 100_000);

    // without a network, the phone does not hear of the end
    let offline = [
        chen.envelope("quotes.finalise", agreed(customer, 2, "binding")),
        chen.envelope("quotes.finalise", agreed(customer, 3, "approval")),
    ];
    admin.did("frameworks.end", json!({ "framework": FRAMEWORK })).await;
    let outcomes = chen.push(&offline).await.results;
    assert_eq!(outcomes[0].outcome, OutcomeKind::Applied);
    assert_eq!(code(outcomes[1].clone()), "quotes.framework_ended");
    let late = quote(&chen, 2).await;
    assert_eq!((&late["state"], &late["flags"]), (&json!("binding"), &json!(["framework_ended"])));
    assert_eq!(late["lines"][0]["price"], 80_000);
}

#[tokio::test]
async fn the_agreement_of_another_customer_is_of_no_use() {
    let office = Office::open().await;
    let mut admin = office.log_in("admin").await;
    publish(&mut admin).await;
    let mut chen = office.log_in("chen").await;
    let hospital = chen.registers(1, "海港医院").await;
    let school = chen.registers(2, "滨江中学").await;
    admin.did("frameworks.publish", agreement(hospital)).await;
    assert_eq!(
        code(chen.does("quotes.finalise", agreed(school, 1, "binding")).await),
        "quotes.no_such_framework"
    );
    let mut over = agreement(hospital);
    (over["framework"], over["to"]) = (json!(Uuid::from_u128(0x8002)), json!("2026-01-31"));
    admin.did("frameworks.publish", over).await;
    let mut late = agreed(hospital, 2, "binding");
    late["lines"][0]["framework"] = json!(Uuid::from_u128(0x8002));
    assert_eq!(code(chen.does("quotes.finalise", late).await), "quotes.framework_days");
}

#[tokio::test]
async fn an_admin_finds_customers_with_their_agreements_by_name_or_code() {
    let office = Office::open().await;
    let mut admin = office.log_in("admin").await;
    publish(&mut admin).await;
    let mut chen = office.log_in("chen").await;
    let hospital = chen.registers(1, "海港医院").await;
    chen.registers(2, "海港中学").await;
    chen.registers(3, "滨江中学").await;
    admin.did("frameworks.publish", agreement(hospital)).await;
    let ask = async |query: &str| -> Value {
        let answer = admin.request("GET", &format!("/api/frameworks{query}")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    };
    let names = |said: &Value| {
        let found = said.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned());
        found.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(&ask("?name=%E6%B5%B7%E6%B8%AF").await), "海港中学 海港医院");
    assert_eq!(names(&ask("?name=%E4%B8%AD%E5%AD%A6").await), "", "by how the name begins");
    assert_eq!(names(&ask("").await), "海港中学 海港医院 滨江中学");
    let one = ask(&format!("?customer={hospital}")).await;
    assert_eq!((names(&one).as_str(), &one[0]["manager"]), ("海港医院", &json!("CHEN")));
    assert_eq!(one[0]["frameworks"][0]["number"], NUMBER);
    assert_eq!(one[0].as_object().unwrap().len(), 4, "never more of the customer");
    let wrong = answer(admin.request("GET", "/api/frameworks?customer=x").send().await.unwrap()).await;
    assert_eq!((wrong.0, &wrong.1["code"]), (StatusCode::BAD_REQUEST, &json!("bad_request")));
    let chen = chen.request("GET", "/api/frameworks").send().await.unwrap();
    assert_eq!(chen.status(), StatusCode::FORBIDDEN);
}
