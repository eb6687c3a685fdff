//! A quote that is sent again says what is not as it was.

use crate::office::Office;

#[tokio::test]
async fn what_was_sent_stays_beside_what_it_became() {
    let mut office = Office::open();
    let mut chen = office.phone_of("chen").await;
    chen.until_ready_to_leave().await;
    office.stop();
    let quote = chen.quote("院区专线 200M", "20").await;
    chen.finalise("提交审批给").await;
    chen.see_text("提交，等").await;
    chen.tap("withdraw").await;
    // a line can be changed once the request is taken back
    chen.see_text("提交审批给").await;
    chen.tap("quote-line").await;
    chen.see("typed").await;
    chen.type_off("15").await;
    chen.see("versions").await;
    chen.see_text("第 2 版").await;
    chen.see_text("¥61,440.00 → ¥65,280.00").await;
    // the reason is there to be named again
    chen.tap_text("提交审批给").await;
    chen.see_text("上次选的").await;
    chen.tap("because").await;
    chen.see_text("提交，等").await;

    office.start();
    chen.go("/today").await;
    chen.wait_synced().await;
    let quotes = office.teller("chen").await.all("quote").await;
    let quote = crate::teller::by_id(&quotes, &quote);
    assert_eq!(quote["versions"][0]["content"]["lines"][0]["off"], 2_000, "{quote}");
}
