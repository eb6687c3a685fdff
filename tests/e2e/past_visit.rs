//! A visit of yesterday is put on record without a network; what was typed outlives a reload; later it is at the server
//! like any other finished visit, and the unit head has its digest.

use serde_json::json;

use crate::office::Office;
use crate::teller::by_id;

const NOTE: &str = "昨天见了信息科，回来才记下";

#[tokio::test]
async fn a_past_visit_is_put_on_record_offline_and_arrives_once() {
    let mut office = Office::open();
    let mut chen = office.phone_of("chen").await;
    chen.until_ready_to_leave().await;
    let teller = office.teller("chen").await;
    let customer = teller.all("customer").await[0]["id"].as_str().unwrap().to_owned();
    office.stop();

    // from the customer's page, with that customer chosen already
    chen.go(&format!("/customers/{customer}")).await;
    chen.tap_css(&format!("a[href='/visits/record?customer={customer}']")).await;
    chen.tap_text("昨天").await;
    let set = "const it = document.querySelector('[name=time]');
        it.value = '09:30'; it.dispatchEvent(new Event('input', { bubbles: true })); return it.value";
    assert_eq!(chen.script(set).await, "09:30");
    let items = chen.items().await;
    let (first, rest) = items.split_first().unwrap();
    for item in rest {
        chen.answer(item).await;
    }
    chen.type_into("note", NOTE).await;
    // one required answer is missing: the button says so and leads there
    chen.tap("primary").await;
    chen.see_text("还差 1 项必填").await;

    // the page is loaded anew: nothing that was typed is lost
    chen.until("the note to be kept", async || chen.draft_says(NOTE).await).await;
    chen.reload().await;
    chen.until("the note to be there", async || chen.value_of("note").await == NOTE).await;
    chen.see_text("还差 1 项必填").await;
    chen.answer(first).await;
    chen.tap_text("存为已结束的拜访").await;
    chen.see_text("再约一次").await;
    let path = chen.path().await;
    let visit = path.rsplit('/').next().unwrap().to_owned();
    chen.tab("记录").await;
    chen.see_text(NOTE).await;
    chen.go("/visits").await;
    chen.wait_css(&format!("[href='/visits/{visit}']")).await;

    office.start();
    chen.go("/today").await;
    chen.wait_synced().await;
    chen.until("the visit to arrive", async || {
        by_id(&teller.all("visit").await, &visit)["state"]["state"] == "finished"
    })
    .await;
    let at_server = by_id(&teller.all("visit").await, &visit);
    assert_eq!(at_server["when"]["value"]["minute"], 570);
    assert_eq!(at_server["recorded"].as_object().unwrap().len(), items.len());
    let notes = teller.all("visit_note").await;
    assert_eq!(notes.iter().filter(|it| it["visit"] == json!(visit) && it["text"] == NOTE).count(), 1);
    let digests = office.teller("wang").await.all("visit_digest").await;
    assert_eq!(by_id(&digests, &visit)["minutes"], 30);
}
