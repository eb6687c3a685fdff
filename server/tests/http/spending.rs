//! What a unit gave beside what it won, for those who decide there; and what everybody learns of like deals.

use leeway_server::precedents::renew;
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bargain::{finalise, publish};
use crate::office::{CHEN, Office, Phone, UNIT_1, UNIT_2, of_type};

/// Has this customer's n-th deal quoted, about an opportunity that is won or lost after it.
async fn deal(phone: &mut Phone<'_>, customer: Uuid, n: u128, bp: i64, ends: &str) {
    let opportunity = Uuid::from_u128(0x7300 + n);
    let start = json!({
        "opportunity": opportunity, "customer": customer, "name": format!("专线 {n}"), "amount": 100_000,
        "expected": "2026-12-31", "next_step": "报价", "next_day": "2026-12-01",
    });
    phone.did("opportunities.start", start).await;
    let mut quote = finalise(customer, n, bp, "binding");
    quote["opportunity"] = json!(opportunity);
    quote["because"] = json!("volume");
    phone.did("quotes.finalise", quote).await;
    let moved = json!({ "opportunity": opportunity, "from": "lead", "to": ends, "reason": "价格" });
    phone.did("opportunities.move_stage", moved).await;
}

async fn ask(phone: &Phone<'_>, query: &str) -> (StatusCode, Value) {
    let answer = phone.request("GET", &format!("/api/spending{query}")).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap_or_default())
}

#[tokio::test]
async fn who_decides_for_a_unit_sees_what_it_gave_and_nobody_else() {
    let office = Office::open().await;
    publish(&mut office.log_in("admin").await).await;
    let (mut chen, wang) = (office.log_in("chen").await, office.log_in("wang").await);
    let hospital = chen.registers(1, "海港医院").await;
    let school = chen.registers(2, "滨江中学").await;
    deal(&mut chen, hospital, 1, 800, "won").await;
    deal(&mut chen, school, 2, 500, "lost").await;
    deal(&mut chen, school, 3, 0, "won").await;
    chen.did("quotes.finalise", finalise(school, 4, 2_000, "approval")).await;
    let (status, said) = ask(&wang, "").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&said["unit"], said["units"].as_array().unwrap().len()), (&json!(UNIT_1), 1));
    let given = |tally: &Value| (tally["quotes"].clone(), tally["given"].clone(), tally["won_total"].clone());
    assert_eq!(given(&said["all"]), (json!(3), json!(13_000), json!(192_000)), "a request gives nothing yet");
    assert_eq!(given(&said["without"]), (json!(1), json!(0), json!(100_000)));
    assert_eq!(said["managers"][0][0], json!(CHEN));
    let customers: Vec<&Value> = said["customers"].as_array().unwrap().iter().map(|it| &it[0]).collect();
    assert_eq!(customers, [&json!(hospital), &json!(school)]);
    assert_eq!((&said["reasons"][0][0], &said["families"][0][0]), (&json!("volume"), &json!("leased_line")));
    let names: Vec<&str> =
        said["names"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert!(["CHEN", "海港医院", "滨江中学"].iter().all(|name| names.contains(name)), "{names:?}");
    assert!(!said.to_string().contains("lines"), "never a quote");
    // the post above decides for both units, the head of one for no other
    let zhao = office.log_in("zhao").await;
    let (_, both) = ask(&zhao, "").await;
    assert_eq!(both["units"].as_array().unwrap().len(), 2);
    let (status, other) = ask(&zhao, &format!("?unit={UNIT_2}")).await;
    assert_eq!((status, &other["all"]["quotes"]), (StatusCode::OK, &json!(0)));
    assert_eq!(ask(&wang, &format!("?unit={UNIT_2}")).await.0, StatusCode::FORBIDDEN);
    let (status, said) = ask(&wang, "?unit=x").await;
    assert_eq!((status, &said["code"]), (StatusCode::BAD_REQUEST, &json!("bad_request")));
    assert_eq!(ask(&chen, "").await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn precedents_reach_everybody_once_there_are_five_customers() {
    let office = Office::open().await;
    publish(&mut office.log_in("admin").await).await;
    let (mut chen, zhou) = (office.log_in("chen").await, office.log_in("zhou").await);
    let before = zhou.pull(None).await.cookie.unwrap();
    for n in 1..=4 {
        let customer = chen.registers(n, &format!("第{n}医院")).await;
        deal(&mut chen, customer, n, 100 * i64::try_from(n).unwrap(), "won").await;
    }
    renew(&office.app).await.unwrap();
    assert!(of_type(&zhou.pull(Some(&before)).await.rows, "precedent").is_empty(), "four are too few");
    let customer = chen.registers(5, "第5医院").await;
    deal(&mut chen, customer, 5, 800, "lost").await;
    renew(&office.app).await.unwrap();
    let pulled = zhou.pull(Some(&before)).await;
    let rows = of_type(&pulled.rows, "precedent");
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(
        (&row.body["deals"], &row.body["quartiles"], &row.body["win_rate"]),
        (&json!(5), &json!([200, 300, 400]), &json!(8_000))
    );
    // nothing new is nothing written, and what is too few again goes
    let seen = pulled.cookie.unwrap();
    renew(&office.app).await.unwrap();
    assert!(of_type(&zhou.pull(Some(&seen)).await.rows, "precedent").is_empty());
    office.clock.advance(400 * 86_400_000);
    renew(&office.app).await.unwrap();
    // the sessions are over by then
    let zhou = office.log_in("zhou").await;
    assert!(of_type(&zhou.pull(None).await.rows, "precedent").is_empty());
}
