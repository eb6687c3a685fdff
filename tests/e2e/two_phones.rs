//! One manager, two phones, no network on either: different fields are both kept, one field shows both values.

use serde_json::json;

use crate::office::Office;
use crate::teller::by_id;

#[tokio::test]
async fn two_phones_change_one_visit_offline() {
    let mut office = Office::open();
    let (one, two) = (office.phone_of("chen").await, office.phone_of("chen").await);
    let visit = one.open_a_visit().await;
    let path = format!("/visits/{visit}");
    two.go("/today").await;
    two.until("the other phone's beginning to arrive", async || {
        two.go(&path).await;
        two.see("primary").await;
        !two.text().await.contains("签到，开始拜访")
    })
    .await;
    let chen = office.teller("chen").await;
    office.stop();

    // different fields, and one that both write
    one.tab("记录").await;
    one.type_into("next_step", "第一部手机：带样机来").await;
    one.script("document.activeElement.blur()").await;
    one.note("第一部手机的笔记").await;
    two.tab("清单").await;
    let item = two.items().await.remove(0);
    two.answer(&item).await;
    two.tab("记录").await;
    two.type_into("next_step", "第二部手机：带合同来").await;
    two.script("document.activeElement.blur()").await;
    two.note("第二部手机的笔记").await;
    one.go("/today").await;
    two.go("/today").await;
    office.start();

    let key = item.trim_start_matches("item-").to_owned();
    let all_there = async || {
        let visits = chen.all("visit").await;
        let notes = chen.all("visit_note").await;
        let clashes = chen.all("clash").await;
        let mine = by_id(&visits, &visit);
        let kept = mine["answers"].get(&key).is_some();
        let noted = |text: &str| notes.iter().filter(|it| it["text"] == json!(text)).count() == 1;
        kept && noted("第一部手机的笔记") && noted("第二部手机的笔记") && clashes.len() == 1
    };
    one.until("both phones' work to be at the server", all_there).await;

    let clash = chen.all("clash").await.remove(0);
    let both = [clash["lost"]["text"].as_str().unwrap(), clash["kept"]["text"].as_str().unwrap()];
    for phone in [&one, &two] {
        phone.go("/inbox").await;
        phone.see("clash-card").await;
        let said = phone.text().await;
        assert!(both.iter().all(|text| said.contains(text)), "the card shows both values: {said}");
        assert!(said.contains("陈"), "and who wrote them: {said}");
    }
}
