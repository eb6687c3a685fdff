//! The admin withdraws the price book while a manager is out: a draft comes back as a card, a promise stays.

use serde_json::{Value, json};

use crate::office::Office;
use crate::teller::by_id;

/// Withdraws the book in force and publishes another with the same products.
async fn change_books(office: &Office) {
    let mut admin = office.teller("admin").await;
    let mut books: Vec<Value> =
        admin.all("price_book").await.into_iter().filter(|it| it["withdrawn_at"].is_null()).collect();
    books.sort_by_key(|it| it["published_at"].as_i64());
    let book = books.pop().expect("a book in force");
    let new = json!({
        "book": uuid::Uuid::now_v7(), "name": "换新的价目表", "from": book["from"], "to": book["to"],
        "products": book["products"],
    });
    for (kind, args) in [("pricing.publish", new), ("pricing.withdraw", json!({ "book": book["id"] }))] {
        let answer = admin.ask(kind, args).await;
        assert_eq!(answer["outcome"], "applied", "{answer}");
    }
}

#[tokio::test]
async fn a_draft_is_refused_edited_and_sent_again_and_a_promise_is_kept() {
    let mut office = Office::open();
    let mut phone = office.phone_of("chen").await;
    phone.until_ready_to_leave().await;
    let draft = phone.quote("专线", "5").await;
    phone.go("/today").await;
    phone.wait_synced().await;
    let teller = office.teller("chen").await;

    // offline: the draft is edited, and another quote is made binding
    office.stop();
    phone.go(&format!("/quotes/{draft}")).await;
    phone.tap("quote-line").await;
    phone.type_off("7").await;
    let promise = phone.quote("专线", "6").await;
    phone.finalise("签发正式报价").await;
    phone.see_standing("正式").await;
    // meanwhile the phone is off, and the admin acts
    phone.kill();
    office.start();
    change_books(&office).await;
    phone.wake().await;

    phone.go("/inbox").await;
    phone.see("refusal-card").await;
    phone.see_text("价目表").await;
    let cards = teller.all("refusal").await;
    assert_eq!(cards.len(), 1, "the draft's edit, and nothing of the promise: {cards:?}");
    assert_eq!(cards[0]["args"]["off"], 700, "what was typed is kept");

    let quotes = teller.all("quote").await;
    let kept = by_id(&quotes, &promise);
    assert_eq!(kept["state"], "binding");
    assert!(kept["flags"].as_array().is_some_and(|it| it.contains(&json!("book_withdrawn"))), "{kept}");

    // edit and resend
    phone.tap_text("修改并重发").await;
    phone.type_off("7").await;
    phone
        .until("the edit to arrive", async || {
            let quotes = teller.all("quote").await;
            by_id(&quotes, &draft)["lines"][0]["off"] == 700 && teller.all("refusal").await.is_empty()
        })
        .await;
}
