//! Rows go out: all that somebody may hold, nothing else, without a gap.

use std::collections::BTreeSet;

use leeway_core::sync::protocol::PullResponse;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::office::{CHEN, Office, Phone, UNIT_1, UNIT_2, WANG, ZHOU, check_error, of_type};

#[tokio::test]
async fn a_new_device_gets_everything_and_then_nothing() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    chen.registers(1, "海港医院").await;
    let first = chen.pull(None).await;
    assert!(!first.reset && first.drop.is_empty());
    let fill: BTreeSet<String> = first.fill.iter().map(ToString::to_string).collect();
    let customer = format!("customer:{}", Uuid::from_u128(0x2001));
    let expected = [customer, "catalogue".into(), format!("unit:{UNIT_1}"), format!("user:{CHEN}")];
    assert_eq!(fill, BTreeSet::from(expected));
    assert_eq!((of_type(&first.rows, "member").len(), of_type(&first.rows, "post").len()), (6, 3));
    assert_eq!((first.ack, first.now.ms(), first.min_core), (1, office.clock.now().ms(), 1));
    let cookie = first.cookie.unwrap();
    let again = chen.pull(Some(&cookie)).await;
    assert!(again.rows.is_empty() && again.fill.is_empty() && again.drop.is_empty());
    if !crate::office::on_postgres() {
        // other databases of the cluster count on
        assert_eq!(again.cookie, Some(cookie), "nothing changed: nothing moves");
    }
}

#[tokio::test]
async fn pages_of_seven_bring_every_row_once() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    for n in 0..20 {
        chen.registers(n, &format!("客户{n}")).await;
    }
    let mut seen = BTreeSet::new();
    let (mut page, mut pages, mut last) = (None::<String>, 0, None::<PullResponse>);
    while last.as_ref().is_none_or(|it| it.page.is_some()) {
        let answer = chen.pull_page(None, page.as_deref(), 7).await;
        assert!(answer.rows.len() <= 7);
        assert_eq!(answer.cookie.is_some(), answer.page.is_none());
        assert_eq!(answer.fill.is_empty(), pages > 0, "what is to be filled is said once");
        assert!(answer.rows.iter().all(|row| seen.insert((row.typ.clone(), row.id))));
        if pages == 1 {
            // while the pages are read, the first customer is written again
            let change = json!({
                "customer": Uuid::from_u128(0x2000), "change": { "field": "name", "value": "改名" }, "seen": null,
            });
            chen.did("customers.edit", change).await;
        }
        page = answer.page.clone();
        pages += 1;
        last = Some(answer);
    }
    assert_eq!(pages, (20 + 6 + 1 + 3_usize).div_ceil(7));
    assert_eq!(seen.iter().filter(|(typ, _)| typ == "customer").count(), 20);
    let cookie = last.unwrap().cookie.unwrap();
    let after = chen.pull(Some(&cookie)).await;
    let renamed: Vec<&Value> =
        of_type(&after.rows, "customer").iter().map(|row| &row.body["name"]["value"]).collect();
    assert_eq!(renamed, ["改名"], "what changed meanwhile comes with the pull after");
}

#[tokio::test]
async fn a_cookie_that_means_nothing_here_begins_anew() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    chen.registers(1, "海港").await;
    let all = chen.pull(None).await;
    let cookie = all.cookie.unwrap();
    let beyond = format!("{}9", cookie);
    let epoch = all.epoch.clone();
    for strange in ["", "x", "1.0000000000000000.1", beyond.as_str(), cookie.replace(&epoch, "e").as_str()] {
        let answer = chen.pull(Some(strange)).await;
        assert!(answer.reset && answer.rows.len() == all.rows.len() && answer.drop.is_empty(), "{strange}");
        // and goes on from there as ever
        let next = chen.pull(answer.cookie.as_deref()).await;
        assert!(!next.reset && next.rows.is_empty(), "{strange}");
    }
    let answer = chen.pull_page(Some(&cookie), Some("1.0.1.1.x/y/z"), 500).await;
    assert!(answer.reset && answer.page.is_none());
}

#[tokio::test]
async fn what_is_lost_goes_and_what_is_given_back_comes_whole() {
    let office = Office::open().await;
    let mut admin = office.log_in("admin").await;
    let zhou = office.log_in("zhou").await;
    let before = zhou.pull(None).await.cookie.unwrap();
    let moves = |unit| json!({ "user": ZHOU, "change": { "field": "unit", "value": unit } });
    admin.did("organisation.change_member", moves(UNIT_1)).await;
    let moved = zhou.pull(Some(&before)).await;
    let scopes = |all: &[leeway_core::Scope]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(scopes(&moved.drop), [format!("unit:{UNIT_2}")]);
    assert_eq!(scopes(&moved.fill), [format!("unit:{UNIT_1}")]);
    assert_eq!(of_type(&moved.rows, "member").len(), 7, "the new colleagues, and zhou among them");
    let other_unit = format!("unit:{UNIT_2}");
    assert!(moved.rows.iter().all(|row| row.scope.to_string() != other_unit));
    // and back
    admin.did("organisation.change_member", moves(UNIT_2)).await;
    let back = zhou.pull(moved.cookie.as_deref()).await;
    assert_eq!((scopes(&back.drop), scopes(&back.fill)), (scopes(&moved.fill), scopes(&moved.drop)));
    assert_eq!(of_type(&back.rows, "member").len(), 2, "zhou and zhao");
    assert!(back.rows.iter().all(|row| !row.deleted));
    // a device that slept through both sees a new unit, not an old one twice
    let slept = zhou.pull(Some(&before)).await;
    assert_eq!(scopes(&slept.fill), [format!("unit:{UNIT_2}")]);
}

#[tokio::test]
async fn a_row_that_moves_is_in_one_place() {
    let office = Office::open().await;
    let mut admin = office.log_in("admin").await;
    let wang = office.log_in("wang").await;
    let (before, admins) = (wang.pull(None).await.cookie.unwrap(), admin.pull(None).await.cookie.unwrap());
    let moves = json!({ "user": CHEN, "change": { "field": "unit", "value": UNIT_2 } });
    admin.did("organisation.change_member", moves).await;
    let left = wang.pull(Some(&before)).await;
    let rows = of_type(&left.rows, "member");
    assert_eq!(
        (rows.len(), rows[0].id, rows[0].deleted, &rows[0].body),
        (1, CHEN.uuid(), true, &Value::Null)
    );
    // who holds both sees it leave the one and come into the other
    let both = admin.pull(Some(&admins)).await;
    let mut rows: Vec<_> =
        of_type(&both.rows, "member").iter().map(|row| (row.scope.to_string(), row.deleted)).collect();
    rows.sort();
    assert_eq!(rows, [(format!("unit:{UNIT_1}"), true), (format!("unit:{UNIT_2}"), false)]);
}

#[tokio::test]
async fn nobody_gets_a_byte_of_somebody_elses_customers() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let secret = chen.registers(1, "绝密客户名").await;
    let contact = json!({
        "contact": Uuid::from_u128(0x5001), "customer": secret, "name": "绝密联系人", "title": "", "phone": "",
        "role": "user",
    });
    chen.did("customers.add_contact", contact).await;
    for login in ["zhou", "li", "wang", "zhao", "admin"] {
        let mut other = office.log_in(login).await;
        // asking, changing, and claiming the same id give nothing away either
        let rename = json!({ "customer": secret, "change": { "field": "name", "value": "x" }, "seen": null });
        let mut texts = vec![
            serde_json::to_string(&other.does("customers.edit", rename.clone()).await).unwrap(),
            serde_json::to_string(
                &other
                    .does("customers.edit", {
                        let mut nowhere = rename;
                        nowhere["customer"] = json!(Uuid::from_u128(0xdead));
                        nowhere
                    })
                    .await,
            )
            .unwrap(),
        ];
        assert_eq!(texts[0].replace("\"seq\":1", ""), texts[1].replace("\"seq\":2", ""), "{login}");
        for page in [None, Some("1.x.0..catalogue/limits/00000000-0000-0000-0000-000000000000")] {
            let request = other.request("POST", "/sync/pull").json(&other.pull_request(None, page, 500));
            texts.push(request.send().await.unwrap().text().await.unwrap());
        }
        for text in texts {
            let typed_by_themselves = text.matches(&secret.to_string()).count();
            assert!(!text.contains("绝密") && !text.contains("00005001"), "{login}: {text}");
            assert!(typed_by_themselves <= 1, "{login}: only in their own refused command: {text}");
        }
    }
    let text =
        chen.request("POST", "/sync/pull").json(&chen.pull_request(None, None, 500)).send().await.unwrap();
    assert!(text.text().await.unwrap().contains("绝密客户名"), "the test can fail");
}

#[tokio::test]
async fn the_heads_digest_comes_without_the_visit() {
    let office = Office::open().await;
    let wang = office.log_in("wang").await;
    let held = wang.pull(None).await;
    let scopes: BTreeSet<String> = held.fill.iter().map(ToString::to_string).collect();
    assert!(scopes.contains(&format!("unit:{UNIT_1}:summary")) && scopes.contains(&format!("user:{WANG}")));
    assert!(scopes.iter().all(|scope| !scope.starts_with("customer:")));
}

#[tokio::test]
async fn an_answer_is_compressed_if_the_client_wants() {
    let office = Office::open().await;
    let chen = office.log_in("chen").await;
    for (accepts, expected) in [("br, gzip", Some("br")), ("gzip", Some("gzip")), ("identity", None)] {
        let request = chen.request("POST", "/sync/pull").header("accept-encoding", accepts);
        let response = request.json(&chen.pull_request(None, None, 500)).send().await.unwrap();
        let encoding = response.headers().get("content-encoding").map(|it| it.to_str().unwrap());
        assert_eq!(encoding, expected);
    }
}

#[tokio::test]
async fn an_app_that_is_too_old_is_told_so() {
    let office = Office::open().await;
    let chen = office.log_in("chen").await;
    let mut request = chen.pull_request(None, None, 500);
    request["core_schema"] = json!(0);
    check_error(&chen.post("/sync/pull", &request).await, 426, "update_required", &json!({ "min_core": 1 }));
    // one that is newer, and says more than this server knows, is served
    request["core_schema"] = json!(7);
    request["wishes"] = json!(["everything"]);
    assert_eq!(chen.post("/sync/pull", &request).await.0.as_u16(), 200);
    request["limit"] = json!(0);
    let (status, answer) = chen.post("/sync/pull", &request).await;
    assert_eq!((status.as_u16(), answer["rows"].as_array().unwrap().len()), (200, 1));
}

#[tokio::test]
async fn what_one_device_did_the_other_sees() {
    let office = Office::open().await;
    let mut phone: Phone<'_> = office.log_in("chen").await;
    let tablet = office.log_in("chen").await;
    let before = tablet.pull(None).await.cookie.unwrap();
    phone.registers(1, "海港").await;
    let news = tablet.pull(Some(&before)).await;
    assert_eq!((of_type(&news.rows, "customer").len(), news.ack), (1, 0), "the ack is the tablet's own");
    let read = phone.pull(None).await;
    assert_eq!(read.ack, 1);
}
