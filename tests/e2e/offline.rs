//! The main job: a visit, two quotes and an opportunity in a basement without network; later everything is at the
//! server, once, and the unit head decides.

use serde_json::json;
use uuid::Uuid;

use crate::office::Office;
use crate::teller::by_id;

#[tokio::test]
async fn the_app_opens_without_a_server_with_a_deaf_one_and_without_a_cookie() {
    let mut office = Office::open();
    let phone = office.phone_of("chen").await;
    phone.until_installed().await;
    phone.reload().await;
    phone.wait_synced().await;

    office.stop();
    phone.reload().await;
    phone.see("visit-row").await;
    phone.wait_offline().await;
    phone.see_text("离线").await;

    office.go_deaf();
    phone.reload().await;
    phone.see("visit-row").await;
    phone.wait_offline().await;

    office.stop();
    phone.driver().delete_all_cookies().await.unwrap();
    phone.reload().await;
    phone.see("visit-row").await;
    phone.wait_offline().await;

    // the network is back, the session is not: the queue and the screens stay, and it asks to log in
    phone.open_a_visit().await;
    phone.note("没有会话时记下的").await;
    office.start();
    phone.go("/today").await;
    phone.see("visit-row").await;
    phone.see_text("重新登录").await;
    phone.go("/login").await;
    phone.type_into("password", crate::office::PASSWORD).await;
    phone.tap("primary").await;
    phone.wait_synced().await;
    let notes = office.teller("chen").await.all("visit_note").await;
    assert_eq!(notes.iter().filter(|it| it["text"] == "没有会话时记下的").count(), 1);
}

#[tokio::test]
async fn a_basement_full_of_work_arrives_once_and_the_head_decides() {
    let mut office = Office::open();
    let mut chen = office.phone_of("chen").await;
    chen.until_ready_to_leave().await;
    let teller = office.teller("chen").await;
    let deals = teller.all("opportunity").await;
    let before = (teller.all("quote").await.len(), teller.all("visit_note").await.len());
    office.stop();

    // the visit: refused first, with the item named, then accepted
    let visit = chen.open_a_visit().await;
    let mark = Uuid::now_v7().to_string();
    chen.tap("primary").await;
    chen.see_text("必填，还没填").await;
    chen.note(&mark).await;
    chen.finish_the_visit().await;

    // 8 %: binding at once
    let own = chen.quote("专线", "8").await;
    chen.finalise("签发正式报价").await;
    chen.see_standing("正式").await;

    // 20 %: the head decides, and it says why
    let over = chen.quote("专线", "20").await;
    chen.see_text("超出").await;
    chen.finalise("提交审批给").await;
    chen.see_text("提交，等").await;
    chen.see_standing("参考").await;

    // the opportunity moves on
    chen.go("/opportunities").await;
    chen.tap("opportunity-row").await;
    let deal = chen.path().await.rsplit('/').next().unwrap().to_owned();
    let stage = by_id(&deals, &deal)["stage"].clone();
    chen.tap("move-on").await;
    chen.see_text("已转到").await;

    // the phone dies
    chen.kill();
    chen.wake().await;
    chen.go("/today").await;
    chen.wait_offline().await;
    chen.go(&format!("/visits/{visit}")).await;
    chen.see_text("再约一次").await;
    chen.go(&format!("/quotes/{own}")).await;
    chen.see_standing("正式").await;
    chen.go(&format!("/quotes/{over}")).await;
    chen.see_text("提交，等").await;
    chen.go("/today").await;

    // without a touch everything arrives exactly once
    office.start();
    let teller = office.teller("chen").await;
    chen.until("the finished visit at the server", async || {
        by_id(&teller.all("visit").await, &visit)["state"]["state"] == "finished"
    })
    .await;
    chen.until("both quotes at the server", async || {
        let quotes = teller.all("quote").await;
        by_id(&quotes, &own)["state"] == "binding" && by_id(&quotes, &over)["state"] == "submitted"
    })
    .await;
    chen.until("the opportunity at the server", async || {
        by_id(&teller.all("opportunity").await, &deal)["stage"] != stage
    })
    .await;
    chen.wait_synced().await;
    let after = (teller.all("quote").await.len(), teller.all("visit_note").await.len());
    assert_eq!(after, (before.0 + 2, before.1 + 1), "once, and nothing else");
    assert_eq!(teller.all("refusal").await, Vec::<serde_json::Value>::new());

    // wang sees the digest and approves; chen's screen follows without a touch
    chen.go(&format!("/quotes/{over}")).await;
    let wang = office.phone_of("wang").await;
    wang.go("/digests").await;
    wang.see("digest-row").await;
    let case = office.teller("wang").await.all("case").await;
    let case = case.iter().find(|it| it["quote"] == json!(over)).expect("the case is with wang");
    wang.go(&format!("/approvals/{}", case["id"].as_str().unwrap())).await;
    wang.tap_text("同意").await;
    chen.see_standing("正式").await;
    chen.see_text("批准").await;
}
