//! What was agreed with a customer: published by an admin, quoted without a network, named on the paper.

use serde_json::{Value, json};

use crate::office::Office;
use crate::phone::Phone;
use crate::teller::by_id;

/// The customer of the demo that has an agreement, and its number.
const PARTNER: &str = "望江楼酒店";
const NUMBER: &str = "KJ-2026-018";

async fn partner(office: &Office) -> String {
    let customers = office.teller("chen").await.all("customer").await;
    let has_name = |it: &&Value| it["name"]["value"].as_str().is_some_and(|name| name.contains(PARTNER));
    customers.iter().find(has_name).expect("the customer")["id"].as_str().unwrap().to_owned()
}

/// Starts a quote for this customer and picks a product at the price that the sheet shows. Returns its id.
async fn quote(phone: &Phone, customer: &str, product: &str) -> String {
    phone.go(&format!("/quotes/new?customer={customer}")).await;
    phone.tap_text("开始报价").await;
    phone.until("the quote's page", async || phone.path().await.len() > "/quotes/new".len() + 8).await;
    phone.tap_text("加第一个产品").await;
    phone.add_line(product, "5").await;
    phone.see("quote-line").await;
    phone.path().await.rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_agreed_price_is_quoted_without_a_network_and_the_paper_names_the_agreement() {
    let mut office = Office::open();
    let mut phone = office.phone_of("chen").await;
    let customer = partner(&office).await;
    phone.until_ready_to_leave().await;
    phone.go(&format!("/customers/{customer}")).await;
    let agreement = phone.see("agreement").await.prop("textContent").await.unwrap().unwrap();
    assert!(agreement.contains(NUMBER) && agreement.contains("生效中"), "{agreement}");
    office.stop();

    let id = quote(&phone, &customer, "互联网专线 200M").await;
    // ¥2,300.00 instead of ¥2,600.00 a month for 24 months, less 5 %
    phone.see_text(&format!("协议价·{NUMBER}")).await;
    phone.see_text("¥2,600.00").await;
    phone.see_text("¥52,440.00").await;
    phone.finalise("签发正式报价").await;
    phone.see_standing("正式").await;
    phone.tap("paper").await;
    let paper = phone.see("paper").await.prop("textContent").await.unwrap().unwrap();
    assert!(paper.contains(&format!("框架协议价，协议编号 {NUMBER}")), "{paper}");
    assert!(paper.contains("¥2,300.00"), "{paper}");
    // meanwhile, and unknown to the phone, the agreement is ended
    phone.kill();
    office.start();
    let mut admin = office.teller("admin").await;
    let (status, found) = admin.get(&format!("/api/frameworks?customer={customer}")).await;
    assert_eq!(status, 200, "{found}");
    let answer = admin.ask("frameworks.end", json!({ "framework": found[0]["frameworks"][0]["id"] })).await;
    assert_eq!(answer["outcome"], "applied", "{answer}");
    phone.wake().await;

    phone.go("/today").await;
    phone.wait_synced().await;
    let quotes = office.teller("chen").await.all("quote").await;
    let kept = by_id(&quotes, &id);
    assert_eq!((&kept["state"], &kept["lines"][0]["price"]), (&json!("binding"), &json!(230_000)));
    assert!(kept["flags"].as_array().is_some_and(|it| it.contains(&json!("framework_ended"))), "{kept}");
    phone.go(&format!("/quotes/{id}")).await;
    phone.see_text("框架协议后来终止了").await;
    // the next quote is at the book's price again
    quote(&phone, &customer, "互联网专线 200M").await;
    phone.see_text("¥59,280.00").await;
}

#[tokio::test]
async fn an_admin_publishes_an_agreement_and_the_manager_quotes_by_it() {
    let office = Office::open();
    let customer = partner(&office).await;
    let admin = office.phone_of("admin").await;
    admin.go("/admin").await;
    admin.tap("frameworks-link").await;
    admin.see("partner").await;
    admin.go(&format!("/admin/frameworks/{customer}")).await;
    admin.see_text(NUMBER).await;
    admin.tap("primary").await;
    admin.type_into("number", "KJ-2026-099").await;
    // the first product of the book: 互联网专线 100M
    admin.type_into("price", "1400").await;
    admin.tap("primary").await;
    admin.tap_path("//dialog[@open]//button[normalize-space(.)='发布框架协议']").await;
    admin.see_text("KJ-2026-099").await;
    admin.go("/today").await;
    admin.wait_synced().await;

    let phone = office.phone_of("chen").await;
    phone.wait_synced().await;
    quote(&phone, &customer, "互联网专线 100M").await;
    phone.see_text("协议价·KJ-2026-099").await;
}
