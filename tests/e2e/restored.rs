//! The server is restored from yesterday's backup: phones give it again what it had since, and nobody notices.

use serde_json::Value;

use crate::office::Office;
use crate::teller::by_id;

#[tokio::test]
async fn a_server_out_of_yesterdays_backup_is_given_again_what_came_since() {
    let mut office = Office::open();
    let phone = office.phone_of("chen").await;
    let visit = phone.open_a_visit().await;
    phone.note("备份之前记下的").await;
    phone.go("/today").await;
    phone.wait_synced().await;
    let chen = office.teller("chen").await;
    let has = async |text: &str| {
        let notes = chen.all("visit_note").await;
        notes.iter().filter(|it| it["text"] == text).count()
    };
    phone.until("the first note at the server", async || has("备份之前记下的").await == 1).await;
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("yesterday.sqlite");
    office.operate(&["backup", "--to", backup.to_str().unwrap()]);

    // a day of work that the server acknowledges, and then loses
    phone.go(&format!("/visits/{visit}")).await;
    phone.note("备份之后记下的").await;
    let quote = phone.quote("专线", "8").await;
    phone.finalise("签发正式报价").await;
    phone.see_standing("正式").await;
    phone.go("/today").await;
    phone
        .until("the day's work at the server", async || {
            has("备份之后记下的").await == 1 && !chen.all("quote").await.is_empty()
        })
        .await;
    phone.wait_synced().await;
    office.stop();
    office.operate(&["restore", "--from", backup.to_str().unwrap()]);
    phone.go(&format!("/visits/{visit}")).await;
    phone.note("服务器不在时记下的").await;
    phone.go("/today").await;
    office.start();

    // without a touch everything is there again, once
    let chen = office.teller("chen").await;
    let texts = ["备份之前记下的", "备份之后记下的", "服务器不在时记下的"];
    phone
        .until("all notes at the restored server, once", async || {
            let notes = chen.all("visit_note").await;
            texts.iter().all(|text| notes.iter().filter(|it| it["text"] == *text).count() == 1)
        })
        .await;
    phone
        .until("the quote at the restored server", async || {
            let quotes = chen.all("quote").await;
            quotes.iter().any(|it| it["id"] == quote.as_str()) && by_id(&quotes, &quote)["state"] == "binding"
        })
        .await;
    phone.wait_synced().await;
    assert_eq!(chen.all("refusal").await, Vec::<Value>::new(), "nobody is told of a refusal");
    phone.go(&format!("/visits/{visit}")).await;
    phone.tab("记录").await;
    for text in texts {
        phone.see_text(text).await;
    }
}
