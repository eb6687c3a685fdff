//! What was given beside what it won, and what was given in like deals.

use crate::office::Office;

/// Says that nothing is cut off at the side.
async fn fits(phone: &crate::phone::Phone) {
    let beyond = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert_eq!(phone.script(beyond).await, serde_json::json!(0));
}

#[tokio::test]
async fn a_reason_is_one_tap_and_is_counted_beside_what_it_won() {
    let mut office = Office::open();
    let mut chen = office.phone_of("chen").await;
    chen.until_ready_to_leave().await;
    office.stop();
    // while bargaining, without a network: what was given in like deals
    let quote = chen.quote("院区专线 200M", "8").await;
    chen.tap("quote-line").await;
    chen.see("precedent").await;
    chen.see_text("同类").await;
    fits(&chen).await;
    chen.tap_path("//*[contains(@class,'keypad')]//button[contains(@class,'done')]").await;
    chen.finalise("签发正式报价").await;
    chen.see_standing("正式").await;
    chen.see_text("对手报价").await;
    chen.go("/spending").await;
    chen.see("spending").await;
    chen.see_text("怎么算的").await;
    fits(&chen).await;

    office.start();
    chen.go("/today").await;
    chen.wait_synced().await;
    let quotes = office.teller("chen").await.all("quote").await;
    assert_eq!(crate::teller::by_id(&quotes, &quote)["because"], "competitor");
    // who decides for the unit sees who gave it, and the precedent where it is decided
    let wang = office.phone_of("wang").await;
    wang.wait_synced().await;
    wang.go("/spending").await;
    wang.see("spending").await;
    wang.see_text("谁让的").await;
    wang.see_text("陈知远").await;
    fits(&wang).await;
    wang.go("/approvals").await;
    wang.tap("case-row").await;
    wang.see("precedent").await;
}
