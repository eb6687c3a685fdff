//! What whoever holds a paper is told, over the wire: each state, and nothing to who holds none.

use leeway_core::Entity;
use leeway_core::letterhead::Letterhead;
use leeway_core::organisation::Member;
use leeway_core::paper::{Facts, Language, Paper};
use leeway_core::proof::{Chain, Evidence, Grant};
use leeway_core::quotes::Quote;
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bargain::{publish, quote};
use crate::office::{Office, Phone, answer, check_error, of_type};
use crate::proof::{after, enrolled, promised};

const DAY_MS: i64 = 24 * 3_600_000;

/// What the code on the paper of this quote holds.
fn paper(grant: &Grant, asked: &Value) -> String {
    let receipt = serde_json::from_value(asked["receipt"].clone()).unwrap();
    Evidence { grant: grant.sealed.clone(), receipt }.to_text()
}

/// Asks without being logged in.
async fn ask(office: &Office, paper: &str) -> (StatusCode, Value) {
    let body = json!({ "paper": paper });
    answer(office.request("POST", "/api/paper").json(&body).send().await.unwrap()).await
}

async fn state(office: &Office, paper: &str) -> String {
    let (status, said) = ask(office, paper).await;
    assert_eq!(status, StatusCode::OK, "{said}");
    assert_eq!(said.as_object().unwrap().len(), 2, "a word and a time, and nothing else: {said}");
    assert_eq!(said["at"], json!(office.clock.now()));
    said["state"].as_str().unwrap().to_owned()
}

/// A manager's phone that may promise, and a customer.
async fn ready(office: &Office) -> (Phone<'_>, Grant, Uuid) {
    publish(&mut office.log_in("admin").await).await;
    let mut chen = office.log_in("chen").await;
    let customer = chen.registers(1, "海港医院").await;
    let grant = enrolled(&chen).await;
    (chen, grant, customer)
}

#[tokio::test]
async fn a_paper_is_confirmed_from_its_arrival_to_its_last_day() {
    let office = Office::open().await;
    let (mut chen, grant, customer) = ready(&office).await;
    let asked = promised(&chen, &grant, &Chain::default(), customer, 1, 800);
    let paper = paper(&grant, &asked);
    assert_eq!(state(&office, &paper).await, "unknown");
    chen.did("quotes.finalise", asked).await;
    assert_eq!(state(&office, &paper).await, "confirmed");
    // the quote's row keeps all that its paper needs
    let proof = quote(&chen, 1).await["proof"].clone();
    let kept = Evidence {
        grant: serde_json::from_value(proof["under"].clone()).unwrap(),
        receipt: serde_json::from_value(proof["receipt"].clone()).unwrap(),
    };
    assert_eq!(kept.to_text(), paper);
    office.clock.advance(120 * DAY_MS);
    assert_eq!(state(&office, &paper).await, "expired");
}

#[tokio::test]
async fn who_has_it_checked_proves_that_it_was_signed_before_the_phone_was_lost() {
    let office = Office::open().await;
    let (mut chen, grant, customer) = ready(&office).await;
    let (one, two) = {
        let one = promised(&chen, &grant, &Chain::default(), customer, 1, 800);
        let chain = after(&Chain::default(), &one);
        (one, promised(&chen, &grant, &chain, customer, 2, 800))
    };
    office.clock.advance(60_000);
    let seen = office.clock.now();
    assert_eq!(state(&office, &paper(&grant, &one)).await, "unknown");
    office.clock.advance(60_000);
    assert_eq!(state(&office, &paper(&grant, &one)).await, "unknown");
    let other = office.log_in("chen").await;
    let noted = of_type(&other.pull(None).await.rows, "witness")
        .iter()
        .map(|row| row.body["at"].clone())
        .collect::<Vec<_>>();
    assert_eq!(noted, [json!(seen)], "once");
    other.post(&format!("/api/devices/{}/removal", chen.client), &json!({})).await;
    office.clock.advance(60_000);
    assert_eq!(state(&office, &paper(&grant, &two)).await, "unknown");
    chen.did("quotes.finalise", one).await;
    chen.did("quotes.finalise", two).await;
    let (one, two) = (quote(&other, 1).await, quote(&other, 2).await);
    assert_eq!((&one["state"], &one["proof"]["witnessed_at"]), (&json!("binding"), &json!(seen)));
    assert_eq!(two["proof"]["judged"]["verdict"], "held", "seen after the loss");
    assert!(of_type(&other.pull(None).await.rows, "witness").is_empty(), "what has arrived needs none");
}

#[tokio::test]
async fn what_a_post_decides_on_is_under_review_then_withdrawn_or_replaced() {
    let office = Office::open().await;
    let (mut chen, grant, customer) = ready(&office).await;
    // beyond what the grant allows: it goes to the head as it was signed
    let asked = promised(&chen, &grant, &Chain::default(), customer, 1, 2_000);
    let first = paper(&grant, &asked);
    chen.did("quotes.finalise", asked.clone()).await;
    assert_eq!(state(&office, &first).await, "under_review");
    chen.did("quotes.withdraw", json!({ "quote": Uuid::from_u128(0x7001) })).await;
    assert_eq!(state(&office, &first).await, "withdrawn");
    let chain = after(&Chain::default(), &asked);
    let mut again = promised(&chen, &grant, &chain, customer, 1, 800);
    again["case"] = json!(Uuid::from_u128(0x7299));
    let second = paper(&grant, &again);
    chen.did("quotes.finalise", again).await;
    assert_eq!(state(&office, &first).await, "replaced");
    assert_eq!(state(&office, &second).await, "confirmed");
}

#[tokio::test]
async fn what_a_post_confirms_stands() {
    let office = Office::open().await;
    let (mut chen, grant, customer) = ready(&office).await;
    let asked = promised(&chen, &grant, &Chain::default(), customer, 1, 2_000);
    let paper = paper(&grant, &asked);
    chen.did("quotes.finalise", asked.clone()).await;
    let mut wang = office.log_in("wang").await;
    let decide = json!({ "case": asked["case"], "approve": true, "words": "同意" });
    wang.did("approvals.decide", decide).await;
    assert_eq!(state(&office, &paper).await, "confirmed");
}

#[tokio::test]
async fn forged_cut_and_foreign_papers_are_told_nothing() {
    let office = Office::open().await;
    let (chen, grant, customer) = ready(&office).await;
    let asked = promised(&chen, &grant, &Chain::default(), customer, 1, 800);
    let good = paper(&grant, &asked);
    let mut forged = good.clone().into_bytes();
    let last = forged.len() - 9;
    forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
    for wrong in
        [String::new(), good[..500].to_owned(), good.to_lowercase(), String::from_utf8(forged).unwrap()]
    {
        let (status, said) = ask(&office, &wrong).await;
        assert_eq!((status, &said["code"]), (StatusCode::BAD_REQUEST, &json!("bad_request")), "{said}");
    }
    // an organisation with other keys
    let elsewhere = Office::open().await;
    let (other, foreign, customer) = ready(&elsewhere).await;
    let asked = promised(&other, &foreign, &Chain::default(), customer, 1, 800);
    assert_eq!(ask(&office, &paper(&foreign, &asked)).await.0, StatusCode::BAD_REQUEST);
    check_error(
        &ask(&office, &"A".repeat(5_000)).await,
        413,
        "too_large",
        &json!({ "max": 4_096, "what": "body" }),
    );
    let form = office.request("POST", "/api/paper").body(good).send().await.unwrap();
    assert_eq!(form.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn nobody_asks_without_end() {
    let office = Office::open().await;
    let (chen, grant, customer) = ready(&office).await;
    let of = |n| paper(&grant, &promised(&chen, &grant, &Chain::default(), customer, n, 800));
    let (first, second) = (of(1), of(2));
    for _ in 0..10 {
        assert_eq!(state(&office, &first).await, "unknown");
    }
    assert_eq!(ask(&office, &first).await.0, StatusCode::TOO_MANY_REQUESTS);
    // another paper is another question
    assert_eq!(state(&office, &second).await, "unknown");
    for _ in 0..10 {
        assert_eq!(ask(&office, "MZXW6").await.0, StatusCode::BAD_REQUEST);
    }
    assert_eq!(ask(&office, "MZXW6").await.0, StatusCode::TOO_MANY_REQUESTS);
    office.clock.advance(6 * 60_000);
    assert_eq!(state(&office, &first).await, "unknown");
}

/// Asks for the PDF of the n-th quote.
async fn pdf(phone: &Phone<'_>, n: u128, query: &str) -> reqwest::Response {
    let id = Uuid::from_u128(0x7000 + n);
    phone.request("GET", &format!("/api/quotes/{id}/paper.pdf?{query}")).send().await.unwrap()
}

/// The origin that a browser would name.
fn origin(office: &Office) -> String {
    let address = office.request("GET", "/").build().unwrap().url().clone();
    address.origin().ascii_serialization()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[tokio::test]
async fn the_pdf_says_what_the_paper_says_and_only_to_who_holds_the_quote() {
    let office = Office::open().await;
    let (mut chen, grant, customer) = ready(&office).await;
    let letterhead = json!({
        "name": "海港通信有限公司", "address": "滨江大道 1 号", "phone": "0591 8000 0000",
        "terms": ["合同签订后 15 个工作日内开通。"], "seen": null,
    });
    office.log_in("admin").await.did("letterhead.set", letterhead).await;
    chen.did("organisation.set_phone", json!({ "phone": "130 0000 2417" })).await;
    chen.did("quotes.finalise", promised(&chen, &grant, &Chain::default(), customer, 1, 800)).await;
    let origin = origin(&office);
    let query = format!("origin={origin}&language=zh-CN");
    let answer = pdf(&chen, 1, &query).await;
    if answer.status() == StatusCode::NOT_IMPLEMENTED {
        println!("SKIPPED the text of the PDF: no Chinese font on this machine");
        return;
    }
    assert_eq!(
        (answer.status(), answer.headers()["content-type"].as_bytes()),
        (StatusCode::OK, &b"application/pdf"[..])
    );
    let bytes = answer.bytes().await.unwrap();
    let text = pdf_extract::extract_text_from_mem(&bytes).unwrap();
    let record: Quote = serde_json::from_value(quote(&chen, 1).await).unwrap();
    let pulled = chen.pull(None).await;
    let row = |typ| of_type(&pulled.rows, typ).into_iter().filter_map(|row| row.record());
    let printed = row("letterhead").find_map(|it| Letterhead::of(&it).cloned()).unwrap().printed;
    let manager =
        row("member").find_map(|it| Member::of(&it).filter(|it| it.id == record.by).cloned()).unwrap();
    let facts = Facts {
        quote: &record,
        customer: "海港医院",
        address: "",
        manager: Some(&manager),
        letterhead: Some(&printed),
        is_unseen: false,
        origin: &origin,
        today: office.clock.now().date_at(480),
        offset_minutes: 480,
    };
    let paper = Paper::of(Language::Chinese, &facts).unwrap();
    assert_eq!(squeezed(&text), squeezed(&paper.texts().concat()));
    // letters of a font of some megabytes, and no more of it than it needs
    assert!(bytes.len() < 200_000, "{} bytes", bytes.len());

    let status = async |phone: &Phone<'_>, n, query: &str| pdf(phone, n, query).await.status().as_u16();
    assert_eq!(status(&chen, 1, &format!("origin={origin}&language=en")).await, 200);
    assert_eq!(status(&office.log_in("zhou").await, 1, &query).await, 404);
    assert_eq!(status(&chen, 9, &query).await, 404);
    for wrong in ["", "origin=https://elsewhere.example", &format!("origin={origin}&language=fr")] {
        assert_eq!(status(&chen, 1, wrong).await, 400, "{wrong}");
    }
}
