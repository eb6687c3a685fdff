//! Bargaining beyond the discount of a line: what is given on the whole, gifts, and what adds up over several quotes.

use serde_json::json;

use crate::office::Office;
use crate::teller::by_id;

/// Three quotes of a line at ¥196,800.00 to one customer, without network: together they are over the ¥500,000.00 that
/// a manager of two stars may bind within a month.
#[tokio::test]
async fn a_large_deal_is_not_slipped_through_in_three_small_quotes() {
    let mut office = Office::open();
    let mut phone = office.phone_of("chen").await;
    phone.until_ready_to_leave().await;
    office.stop();
    let mut made = Vec::new();
    for _ in 0..2 {
        made.push(phone.quote("互联网专线 1000M", "0").await);
        phone.tap_text("签发正式报价").await;
        phone.see_standing("正式").await;
    }
    let third = phone.quote("互联网专线 1000M", "0").await;
    phone.see_text("加上近期给这家客户签发的报价").await;
    phone.tap_text("提交审批").await;
    phone.see_standing("参考").await;

    office.start();
    phone.go("/today").await;
    phone.wait_synced().await;
    let quotes = office.teller("chen").await.all("quote").await;
    for id in &made {
        assert_eq!(by_id(&quotes, id)["state"], "binding");
    }
    assert_eq!(by_id(&quotes, &third)["state"], "submitted");
    let cases = office.teller("wang").await.all("case").await;
    let case = cases.iter().find(|case| case["quote"] == json!(third)).expect("a case at the unit's head");
    assert_eq!(case["reasons"][0]["reason"], "split", "{case}");
}

#[tokio::test]
async fn a_gift_a_month_and_a_discount_on_the_whole_add_up_to_the_same_cent_on_both_sides() {
    let office = Office::open();
    let phone = office.phone_of("chen").await;
    phone.wait_synced().await;
    let quote = phone.quote("院区专线 200M", "5").await;
    // a line as a gift
    phone.tap_text("加产品").await;
    phone.tap_path("//*[@data-testid='product'][contains(normalize-space(.), '安装调试')]").await;
    phone.see("typed").await;
    phone.tap("gift").await;
    phone.tap_path("//*[contains(@class,'keypad')]//button[contains(@class,'done')]").await;
    phone.see_text("赠送").await;
    // 2 % on the whole, and one month for nothing
    phone.tap("given").await;
    phone.type_into("overall", "2").await;
    phone.tap_path("//dialog[@open]//label[normalize-space(.)='1 个月']").await;
    phone.tap("save-given").await;
    phone.see_text("整单 2% = 9.8 折，免 1 个月").await;
    // ¥3,200.00 × 24 = ¥76,800.00, less 5 %, less 2 %, less 1 of 24 months
    phone.see_text("¥68,521.60").await;
    phone.see_text("提交审批").await;
    phone.see_text("怎样回到权限内").await;
    phone.tap_text("不送安装调试").await;
    phone.finalise("签发正式报价").await;
    phone.see_standing("正式").await;
    phone.go("/today").await;
    phone.wait_synced().await;
    let quotes = office.teller("chen").await.all("quote").await;
    let quote = by_id(&quotes, &quote);
    assert_eq!((&quote["overall"], &quote["free_months"]), (&json!(200), &json!(1)));
    assert_eq!(quote["state"], "binding", "{quote}");
}

/// What waits for the phone to be allowed to bind by itself: its key is at the server, the grant has come.
async fn granted(phone: &crate::phone::Phone, quote: &str) {
    phone.go(&format!("/quotes/{quote}")).await;
    phone.see_text("这部手机不联网也能出正式报价").await;
}

#[tokio::test]
async fn a_promise_that_may_be_of_whoever_found_the_phone_is_held_and_nothing_is_altered() {
    let mut office = Office::open();
    let mut phone = office.phone_of("chen").await;
    phone.until_ready_to_leave().await;
    let before = phone.quote("院区专线 200M", "8").await;
    granted(&phone, &before).await;
    office.stop();
    phone.finalise("签发正式报价").await;
    phone.see_standing("正式").await;
    // closed as it is: it comes back to a server that was told that it is lost
    phone.driver().goto("about:blank").await.unwrap();
    office.start();
    let teller = office.teller("chen").await;
    teller.remove_device().await;

    phone.go("/today").await;
    phone.see_text("这台设备已移除").await;
    let quotes = teller.all("quote").await;
    let quote = by_id(&quotes, &before);
    assert_eq!(quote["state"], "submitted", "{quote}");
    assert_eq!(quote["proof"]["judged"]["verdict"], "held", "{quote}");
    assert_eq!(quote["lines"][0]["off"], 800, "nothing is altered");
    let cases = office.teller("wang").await.all("case").await;
    assert!(cases.iter().any(|case| case["quote"] == json!(before)), "the head of the unit decides");
}

#[tokio::test]
async fn a_clock_that_was_set_back_binds_nothing_until_the_phone_was_connected_once() {
    let mut office = Office::open();
    let mut phone = office.phone_of("chen").await;
    phone.until_ready_to_leave().await;
    let quote = phone.quote("院区专线 200M", "8").await;
    granted(&phone, &quote).await;
    office.stop();
    let back = "const now = Date.now.bind(Date); Date.now = () => now() - 2 * 86400000;";
    phone.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": back })).await;
    phone.go(&format!("/quotes/{quote}")).await;
    phone.see_text("手机时间比之前慢了").await;
    phone.see_text("提交审批").await;
    assert!(!phone.text().await.contains("签发正式报价"));
}

/// Halves the price of one product in all that this phone has stored, as who knows a browser's tools can.
const HALVED: &str = "const done = arguments[arguments.length - 1];
    const open = name => new Promise((yes, no) => {
      const it = indexedDB.open(name); it.onsuccess = () => yes(it.result); it.onerror = no; });
    indexedDB.databases().then(async all => {
      let edited = 0;
      for (const { name } of all) {
        const db = await open(name);
        if (db.objectStoreNames.contains('rows')) await new Promise(yes => {
          const work = db.transaction('rows', 'readwrite');
          work.oncomplete = yes;
          work.objectStore('rows').openCursor().onsuccess = ({ target: { result: at } }) => {
            if (!at) return;
            const body = at.value.body && JSON.parse(at.value.body);
            if (body && body.published_at && body.products && !body.withdrawn_at) {
              const product = body.products.find(it => it.code === 'SJ-200');
              product.price /= 2; product.floor /= 2;
              at.update({ ...at.value, body: JSON.stringify(body) });
              edited += 1;
            }
            at.continue();
          };
        });
        db.close();
      }
      done(edited);
    }).catch(error => done(String(error)))";

#[tokio::test]
async fn a_price_book_that_was_edited_on_the_phone_promises_nothing() {
    let mut office = Office::open();
    let mut phone = office.phone_of("chen").await;
    phone.until_ready_to_leave().await;
    office.stop();
    let edited = phone.driver().execute_async(HALVED, Vec::new()).await.unwrap();
    assert_eq!(edited.json(), &json!(1), "the book in force");
    phone.go("/today").await;
    let quote = phone.quote("院区专线 200M", "8").await;
    // ¥1,600.00 × 24 less 8 %: to the phone it is within the manager's own authority
    phone.see_text("¥35,328.00").await;
    phone.finalise("签发正式报价").await;
    phone.see_standing("正式").await;
    phone.driver().goto("about:blank").await.unwrap();
    office.start();
    phone.go("/today").await;
    phone.wait_synced().await;
    let there = by_id(&office.teller("chen").await.all("quote").await, &quote);
    assert_eq!(there["state"], "submitted", "{there}");
    assert_eq!(there["proof"]["judged"], json!({ "verdict": "request", "why": "differs" }));
    assert_eq!(there["lines"][0]["price"], 320_000, "at the price of the organisation's own book");
    let cases = office.teller("wang").await.all("case").await;
    let case = cases.iter().find(|case| case["quote"] == json!(quote)).unwrap();
    assert_eq!(case["found"], there["proof"]["judged"], "the fault is before who decides");
    phone.go(&format!("/quotes/{quote}")).await;
    phone.see_standing("参考").await;
    phone.see_text("签发的内容与服务器算出的不一致").await;
}

/// ¥30,000.00 may be given away in a month, ¥6,144.00 by each quote: the first phone holds half of it, the second half of
/// the rest.
#[tokio::test]
async fn two_phones_without_a_network_spend_their_own_slices_and_stay_within_the_pool() {
    let mut office = Office::open();
    let mut admin = office.teller("admin").await;
    let mut limits = admin.all("limits").await.pop().unwrap();
    for star in limits["stars"].as_array_mut().unwrap() {
        star["month_max"] = json!(3_000_000);
    }
    let limits = json!({
        "limits": uuid::Uuid::now_v7(), "stars": limits["stars"], "unit_head": limits["unit_head"],
        "approver": limits["approver"],
    });
    admin.ask("authority.publish", limits).await;
    let mut phones = Vec::new();
    for _ in 0..2 {
        let mut phone = office.phone_of("chen").await;
        phone.until_ready_to_leave().await;
        phones.push(phone);
    }
    office.stop();
    let mut made = Vec::new();
    for (phone, within, left) in [(&phones[0], 2, "¥2,712.00"), (&phones[1], 1, "¥1,356.00")] {
        for _ in 0..within {
            made.push((phone.quote("院区专线 200M", "8").await, "binding"));
            phone.finalise("签发正式报价").await;
            phone.see_standing("正式").await;
        }
        made.push((phone.quote("院区专线 200M", "8").await, "submitted"));
        phone.see_text(&format!("让利 ¥6,144.00，这部手机本月还能让 {left}")).await;
        phone.finalise("提交审批给").await;
        phone.see_standing("参考").await;
    }

    office.start();
    for phone in &phones {
        phone.go("/today").await;
        phone.wait_synced().await;
    }
    let quotes = office.teller("chen").await.all("quote").await;
    for (id, state) in &made {
        assert_eq!(by_id(&quotes, id)["state"], *state);
    }
    for phone in &phones {
        phone.quote("院区专线 200M", "8").await;
        phone.see_text("本月让利已用 ¥18,432.00，共 ¥30,000.00").await;
    }
}
