//! Stories on the plain wire: what other people get, and what odd requests are answered with.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::office::Office;

#[tokio::test]
async fn the_other_unit_never_gets_a_byte_of_a_customer() {
    let office = Office::open();
    let mut chen = office.teller("chen").await;
    let customers = chen.all("customer").await;
    assert!(customers.len() >= 5, "chen has customers");
    let secret = "澄江悄悄话印务有限公司";
    let added = chen
        .ask(
            "customers.register",
            json!({ "customer": Uuid::now_v7(), "name": secret, "code": null, "industry": "services", "grade": "C", "address": "" }),
        )
        .await;
    assert_eq!(added["outcome"], "applied", "{added}");
    for other in ["zhou", "li", "wang", "zhao", "admin"] {
        let (_, bytes) = office.teller(other).await.everything().await;
        assert!(!bytes.contains(secret), "{other} got the new customer");
        for customer in &customers {
            let id = customer["id"].as_str().unwrap();
            // a head and an approver read names in digests and cases; the customer itself belongs to nobody else
            assert!(!bytes.contains(&format!("customer:{id}")), "{other} got rows of {id}");
            if matches!(other, "zhou" | "li" | "admin") {
                let name = customer["name"]["value"].as_str().unwrap();
                assert!(!bytes.contains(id) && !bytes.contains(name), "{other} got {name}");
            }
        }
    }
}

#[tokio::test]
async fn writing_on_a_customer_of_somebody_else_looks_like_a_customer_that_is_not_there() {
    let office = Office::open();
    let theirs = office.teller("chen").await.all("customer").await[0]["id"].clone();
    let mut zhou = office.teller("zhou").await;
    let edit =
        |id: &Value| json!({ "customer": id, "change": { "field": "name", "value": "x" }, "seen": null });
    let foreign = zhou.ask("customers.edit", edit(&theirs)).await;
    let absent = zhou.ask("customers.edit", edit(&json!(Uuid::now_v7()))).await;
    assert_eq!(foreign["outcome"], "refused");
    assert_eq!((&foreign["code"], &foreign["args"]), (&absent["code"], &absent["args"]));
}

#[tokio::test]
async fn an_unknown_command_is_answered_and_kept() {
    let office = Office::open();
    let mut chen = office.teller("chen").await;
    let answer = chen.ask("drones.launch", json!({ "to": "the moon" })).await;
    assert_eq!(answer["outcome"], "refused");
    assert_eq!(answer["code"], "general.unknown_kind");
    let cards = chen.all("refusal").await;
    assert!(cards.iter().any(|card| card["kind"] == "drones.launch" && card["args"]["to"] == "the moon"));
    // and the next one goes through
    let next = chen.ask("inbox.dismiss", json!({ "card": { "typ": "refusal", "id": cards[0]["id"] } })).await;
    assert_eq!(next["outcome"], "applied", "{next}");
}

#[tokio::test]
async fn bad_values_are_refused_with_a_reason_and_kept() {
    let office = Office::open();
    let mut chen = office.teller("chen").await;
    let quote = chen.all("quote").await.into_iter().find(|quote| quote["state"] == "draft").expect("a draft");
    let line = |quantity: i64, off: i64| {
        json!({
            "quote": quote["id"], "book": quote["book"], "line": Uuid::now_v7(),
            "product": quote["lines"][0]["product"], "quantity": quantity, "off": off,
        })
    };
    for (args, code) in [
        (line(-1, 0), "general.bad_args"),
        (line(0, 0), "quotes.quantity"),
        (line(1, 10_001), "general.bad_args"),
    ] {
        let answer = chen.ask("quotes.put_line", args.clone()).await;
        assert_eq!(answer["code"], code, "{args} {answer}");
        let cards = chen.all("refusal").await;
        assert!(cards.iter().any(|card| card["args"] == args), "what was typed is kept: {args}");
    }
}

#[tokio::test]
async fn what_can_not_be_read_is_said_so() {
    let office = Office::open();
    let chen = office.teller("chen").await;
    let command = |seq: u64, text: &str| {
        json!({
            "seq": seq, "id": Uuid::now_v7(), "by": chen.session["user"], "kind": "visits.note", "kv": 1, "at": 0,
            "args": { "visit": Uuid::now_v7(), "note": Uuid::now_v7(), "text": text },
        })
    };
    let (status, answer) = chen.push(json!([command(5, "x")])).await;
    assert_eq!((status, &answer["code"], &answer["args"]["expected"]), (409, &json!("gap"), &json!(1)));
    let (status, answer) = chen.push(json!([command(1, &"x".repeat(70_000))])).await;
    assert_eq!((status, &answer["code"]), (413, &json!("too_large")));
    let (status, _) = chen.push(json!({ "not": "a list" })).await;
    assert_eq!(status, 400);
}
