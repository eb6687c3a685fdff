//! Two tabs at once, keystrokes through a kill, and a sign-out that would lose something.

use serde_json::{Value, json};

use crate::office::Office;

#[tokio::test]
async fn two_tabs_write_at_once_and_nothing_is_lost_or_doubled() {
    let mut office = Office::open();
    let phone = office.phone_of("chen").await;
    let visit = phone.open_a_visit().await;
    let teller = office.teller("chen").await;
    phone
        .until("the visit's beginning to arrive", async || {
            let visits = teller.all("visit").await;
            crate::teller::by_id(&visits, &visit)["state"]["state"] == "open"
        })
        .await;
    office.stop();
    let driver = phone.driver();
    let one = driver.window().await.unwrap();
    let two = driver.new_tab().await.unwrap();
    driver.switch_to_window(two.clone()).await.unwrap();
    phone.resize(390, 844).await;
    phone.go(&format!("/visits/{visit}")).await;
    let mut written = Vec::new();
    for n in 0..6 {
        for (tab, name) in [(&one, "甲"), (&two, "乙")] {
            driver.switch_to_window(tab.clone()).await.unwrap();
            let text = format!("{name}页第 {n} 条");
            phone.note(&text).await;
            written.push(text);
        }
    }
    office.start();
    phone
        .until("all notes to be at the server", async || {
            let notes = teller.all("visit_note").await;
            written.iter().all(|text| notes.iter().filter(|it| it["text"] == json!(text)).count() == 1)
        })
        .await;
    let refused = teller.all("refusal").await;
    assert_eq!(refused, Vec::<Value>::new());
}

#[tokio::test]
async fn every_keystroke_survives_a_kill() {
    let mut office = Office::open();
    let mut phone = office.phone_of("chen").await;
    phone.until_installed().await;
    let visit = phone.open_a_visit().await;
    office.stop();
    phone.tab("记录").await;
    phone.type_into("note", "没写完就没电了").await;
    // drafts are on disk within 300 ms of a keystroke; the kill comes when it says so
    phone.until("the draft to be on disk", async || phone.draft_says("没写完就没电了").await).await;
    phone.kill();
    phone.wake().await;
    phone.go(&format!("/visits/{visit}")).await;
    phone.tab("记录").await;
    assert_eq!(phone.value_of("note").await, "没写完就没电了");
}

#[tokio::test]
async fn signing_out_with_unsent_work_is_refused_with_the_count() {
    let mut office = Office::open();
    let phone = office.phone_of("chen").await;
    phone.open_a_visit().await;
    phone.go("/today").await;
    phone.wait_synced().await;
    office.stop();
    let path = phone.script("return document.querySelector('[data-testid=visit-row]').getAttribute('href') || document.querySelector('[data-testid=visit-row] a').getAttribute('href')").await;
    phone.go(path.as_str().unwrap()).await;
    phone.note("还没送出去").await;
    phone.go("/me").await;
    phone.tap_text("退出登录").await;
    phone.see_text("1 ").await;
    phone.go("/today").await;
    phone.see("visit-row").await;
    office.start();
    phone.wait_synced().await;
}

#[tokio::test]
async fn unsent_work_is_given_up_only_by_whoever_types_how_much_it_is() {
    let office = Office::open();
    let phone = office.phone_of("chen").await;
    let visit = phone.open_a_visit().await;
    let teller = office.teller("chen").await;
    phone.go("/today").await;
    phone.wait_synced().await;
    let notes = teller.all("visit_note").await.len();
    // nothing gets through but the logging out
    phone.cdp("Network.enable", json!({})).await;
    phone.cdp("Network.setBlockedURLs", json!({ "urls": ["*/sync/push"] })).await;
    phone.go(&format!("/visits/{visit}")).await;
    phone.note("不要了").await;
    phone.go("/me").await;
    phone.tap_text("退出登录").await;
    phone.tap("give-up").await;
    assert_eq!([phone.out_of_reach().await, phone.cut().await].concat(), Vec::<String>::new());
    phone.type_into("given_up", "7").await;
    phone.tap("give-up-now").await;
    phone.see_text("要输入数字 1").await;
    phone.type_into("given_up", "1").await;
    phone.tap("give-up-now").await;
    phone.wait_css("input[name=password]").await;
    assert_eq!(teller.all("visit_note").await.len(), notes);
    phone.cdp("Network.setBlockedURLs", json!({ "urls": [] })).await;
    phone.log_in("chen").await;
    phone.wait_synced().await;
    phone.go(&format!("/visits/{visit}")).await;
    phone.tab("记录").await;
    assert_eq!(phone.value_of("note").await, "");
    assert!(!phone.text().await.contains("不要了"));
}
