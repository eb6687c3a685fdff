//! The customer's paper, and what the customer's own phone says of it: never logged in, with and without a network.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::office::Office;
use crate::phone::Phone;
use crate::teller::{Teller, by_id};

/// Makes a quote binding on a phone without a network. Returns its id.
async fn promise(office: &mut Office, phone: &mut Phone) -> String {
    phone.until_ready_to_leave().await;
    let quote = phone.quote("院区专线 200M", "8").await;
    phone.go(&format!("/quotes/{quote}")).await;
    phone.see_text("这部手机不联网也能出正式报价").await;
    office.stop();
    phone.finalise("签发正式报价").await;
    phone.see_standing("正式").await;
    quote
}

/// Opens the paper and returns the address in its code, and everything that stands on it.
async fn paper(phone: &Phone) -> (String, String) {
    phone.tap("paper").await;
    let code = phone.see("code").await;
    let text = phone.see("paper").await.prop("textContent").await.unwrap().unwrap();
    (code.attr("data-address").await.unwrap().unwrap(), text)
}

/// A browser that was on the verification page once, as after a first scan.
async fn customer(office: &Office) -> Phone {
    let customer = office.phone().await;
    let chinese = "Object.defineProperty(navigator, 'language', { get: () => 'zh-CN' })";
    customer.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": chinese })).await;
    customer.go("/V/").await;
    customer.see_text("请扫报价单上的二维码").await;
    let ready = "const done = arguments[arguments.length - 1];
        navigator.serviceWorker.getRegistration('/V/').then(it => done(!!(it && it.active)))";
    customer
        .until("the page's own worker", async || {
            customer.driver().execute_async(ready, Vec::new()).await.is_ok_and(|it| it.json() == &json!(true))
        })
        .await;
    customer
}

/// Scans: opens the address in the code.
async fn scan(customer: &Phone, address: &str) {
    customer.driver().goto("about:blank").await.unwrap();
    customer.driver().goto(address).await.unwrap();
}

/// Scans, asks whether it still stands, and waits for this answer.
async fn stands(customer: &Phone, address: &str, word: &str) {
    scan(customer, address).await;
    customer.see_text("是真的").await;
    customer.tap_css("#ask").await;
    customer.see_text(word).await;
}

/// Makes a quote that is open again binding with another discount, as another device of the same manager would.
async fn bind_anew(teller: &mut Teller, quote: &Value) {
    let limits = teller.all("limits").await;
    let newest = limits.iter().max_by_key(|it| it["published_at"].as_i64()).unwrap()["id"].clone();
    let members = teller.all("member").await;
    let star = by_id(&members, teller.session["user"].as_str().unwrap())["stars"]
        .as_array()
        .and_then(|stars| stars.last().map(|it| it["star"].clone()));
    let line = &quote["lines"][0];
    let args = json!({
        "quote": quote["id"], "customer": quote["customer"], "opportunity": quote["opportunity"],
        "title": quote["title"], "book": quote["book"], "limits": newest, "star": star,
        "months": quote["months"], "valid_until": quote["valid_until"],
        "lines": [{ "line": line["id"], "product": line["product"], "quantity": 1, "off": 500 }],
        // ¥3,200.00 × 24 less 5 %
        "total": 7_296_000, "asks": "binding", "case": Uuid::now_v7(),
    });
    let outcome = teller.ask("quotes.finalise", args).await;
    assert_eq!(outcome["outcome"], "applied", "{outcome}");
}

#[tokio::test]
async fn a_customer_checks_a_paper_without_a_network_and_asks_whether_it_stands() {
    let mut office = Office::open();
    let mut phone = office.phone_of("chen").await;
    let customer = customer(&office).await;
    let quote = promise(&mut office, &mut phone).await;
    let (address, text) = paper(&phone).await;
    for part in
        ["报价单", "海港通信有限公司 政企部", "130 0000", "院区专线 200M", "8% = 9.2 折", "¥70,656.00"]
    {
        assert!(text.contains(part), "{part} is not on the paper: {text}");
    }
    assert!(text.contains("人民币柒万零陆佰伍拾陆元整"), "{text}");
    assert!(address.to_lowercase().starts_with(&office.address()), "{address}");

    // no server anywhere
    scan(&customer, &address).await;
    customer.see_text("是真的").await;
    customer.see_text("¥70,656.00").await;
    let (whole, last) = address.split_at(address.len() - 9);
    let forged = format!("{whole}{}{}", if last.starts_with('A') { "B" } else { "A" }, &last[1..]);
    scan(&customer, &forged).await;
    customer.see_text("不是真的").await;
    scan(&customer, &address[..address.len() / 2]).await;
    customer.see_text("读不出来").await;

    // the server is back, but has not heard of it
    phone.driver().goto("about:blank").await.unwrap();
    office.start();
    stands(&customer, &address, "公司还没收到").await;
    phone.go("/today").await;
    phone.wait_synced().await;
    assert_eq!(by_id(&office.teller("chen").await.all("quote").await, &quote)["state"], "binding");
    stands(&customer, &address, "有效，公司已确认").await;
}

/// Every text that stands on the paper on the screen.
const TEXTS: &str = "const texts = [];
    const walk = document.createTreeWalker(document.querySelector('[data-testid=paper]'), NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) texts.push(walk.currentNode.data);
    return texts";

fn squeezed(text: &str) -> String {
    text.chars().filter(|it| !it.is_whitespace()).collect()
}

#[tokio::test]
async fn the_paper_on_the_screen_and_the_pdf_say_the_same() {
    let mut office = Office::open();
    let mut phone = office.phone_of("chen").await;
    let quote = promise(&mut office, &mut phone).await;
    phone.driver().goto("about:blank").await.unwrap();
    office.start();
    phone.go("/today").await;
    phone.wait_synced().await;
    phone.go(&format!("/quotes/{quote}")).await;
    paper(&phone).await;
    let texts = phone.script(TEXTS).await;
    let texts: Vec<String> =
        texts.as_array().unwrap().iter().map(|it| squeezed(it.as_str().unwrap())).collect();
    let path = format!("/api/quotes/{quote}/paper.pdf?language=zh-CN&origin={}", office.address());
    let (status, bytes) = office.teller("chen").await.file(&path).await;
    if status == 501 {
        println!("SKIPPED: no Chinese font on this machine");
        return;
    }
    assert_eq!(status, 200);
    let pdf = squeezed(&pdf_extract::extract_text_from_mem(&bytes).unwrap());
    for text in texts.iter().filter(|text| !text.is_empty()) {
        assert!(pdf.contains(text.as_str()), "{text:?} is on the screen and not in the PDF: {pdf}");
    }
    let letters = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters.into_iter().collect::<String>()
    };
    assert_eq!(letters(&texts.concat()), letters(&pdf), "neither says more:\n{texts:?}\n{pdf}");
}

/// Sets by how many minutes the organisation's clocks are off UTC.
async fn clocks(admin: &mut Teller, offset: i32) {
    let before = admin.all("calendar").await.pop().unwrap();
    let args = json!({
        "days": before["days"], "hours": before["hours"], "offset": offset, "seen": before["write"],
    });
    let outcome = admin.ask("calendar.set", args).await;
    assert_eq!(outcome["outcome"], "applied", "{outcome}");
}

/// The first organisation to write a day lies 26 hours before the last one: a quote that counts until today there is
/// over here.
#[tokio::test]
async fn a_paper_whose_days_are_over_says_so() {
    let office = Office::open();
    let mut admin = office.teller("admin").await;
    clocks(&mut admin, -12 * 60).await;
    let mut phone = office.phone_of("chen").await;
    let customer = customer(&office).await;
    phone.until_ready_to_leave().await;
    let quote = phone.quote("院区专线 200M", "8").await;
    let today = phone
        .script("return new Date(Date.now() - 12 * 3600000).toISOString().slice(0, 10)")
        .await
        .as_str()
        .unwrap()
        .to_owned();
    phone.go("/today").await;
    phone.wait_synced().await;
    let mut chen = office.teller("chen").await;
    let there = by_id(&chen.all("quote").await, &quote);
    let args = json!({
        "quote": quote, "title": there["title"], "months": there["months"], "valid_until": today,
    });
    assert_eq!(chen.ask("quotes.set_terms", args).await["outcome"], "applied");
    phone.go("/today").await;
    phone.wait_synced().await;
    phone.go(&format!("/quotes/{quote}")).await;
    phone.see_text("这部手机不联网也能出正式报价").await;
    phone.finalise("签发正式报价").await;
    phone.see_standing("正式").await;
    let (address, _) = paper(&phone).await;
    phone.go("/today").await;
    phone.wait_synced().await;
    stands(&customer, &address, "有效，公司已确认").await;
    clocks(&mut admin, 14 * 60).await;
    stands(&customer, &address, "已过有效期").await;
}

#[tokio::test]
async fn what_becomes_of_a_paper_reaches_who_holds_it() {
    let mut office = Office::open();
    let mut phone = office.phone_of("chen").await;
    let customer = customer(&office).await;
    let quote = promise(&mut office, &mut phone).await;
    let (address, _) = paper(&phone).await;
    phone.driver().goto("about:blank").await.unwrap();
    office.start();
    // the phone is reported lost before it comes back: a post decides
    let mut chen = office.teller("chen").await;
    let (_, devices) = chen.get("/api/devices").await;
    let client = devices["devices"][0]["client"].as_str().unwrap().to_owned();
    chen.post(&format!("/api/devices/{client}/removal"), &json!(null)).await;
    phone.go("/today").await;
    phone.see_text("这台设备已移除").await;
    stands(&customer, &address, "公司正在审核").await;

    let mut wang = office.teller("wang").await;
    let cases = wang.all("case").await;
    let case = cases.iter().find(|case| case["quote"] == json!(quote)).unwrap()["id"].clone();
    let back = json!({ "case": case, "approve": false, "words": "价格要重谈" });
    assert_eq!(wang.ask("approvals.decide", back).await["outcome"], "applied");
    stands(&customer, &address, "已撤回").await;

    let returned = by_id(&chen.all("quote").await, &quote);
    bind_anew(&mut chen, &returned).await;
    stands(&customer, &address, "已换成新的报价").await;
}
