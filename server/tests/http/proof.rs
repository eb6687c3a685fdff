//! From a phone's key to the server's verdict, on the wire: enrolment, the grant as a row, a quote with its receipt.

use leeway_core::proof::{
    Chain, DeviceKey, Grant, GrantClaims, PublicKey, ReceiptClaims, SIGNATURE, Unsigned, content_sha, sha,
};
use leeway_core::quotes::{Content, totals};
use leeway_core::sync::protocol::OutcomeKind;
use leeway_core::values::{Bytes, CustomerId, Money, QuoteId, Timestamp};
use leeway_core::{Entity, Record};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bargain::{book, finalise, limits, publish, publish_under, quote};
use crate::office::{NOON, Office, Phone, check_error, of_type};

const HOUR_MS: i64 = 3_600_000;

/// The key that lies in a phone.
pub struct Signer(SigningKey);

impl Signer {
    /// The key of this phone: each has its own.
    pub fn of(phone: &Phone<'_>) -> Self {
        Self(SigningKey::from_slice(&sha(phone.client.uuid().as_bytes())).unwrap())
    }

    pub fn public(&self) -> Bytes {
        Bytes(self.0.verifying_key().to_sec1_point(false).as_bytes().to_vec())
    }

    fn key(&self) -> PublicKey {
        PublicKey::from_point(&self.public().0).unwrap()
    }

    fn sign(&self, it: Unsigned) -> Bytes {
        let signature: Signature = self.0.sign(&it.to_be_signed());
        it.signed(<[u8; SIGNATURE]>::from(signature.to_bytes()))
    }
}

/// Asks for a grant with this key.
async fn ask_with(phone: &Phone<'_>, key: &Bytes) -> (StatusCode, Value) {
    phone.post("/api/devices/key", &json!({ "client": phone.client, "key": key, "at": NOON })).await
}

/// Asks for a grant.
pub async fn ask(phone: &Phone<'_>) -> (StatusCode, Value) {
    ask_with(phone, &Signer::of(phone).public()).await
}

/// Returns the records of one kind that a phone is given.
pub async fn held<T: Entity>(phone: &Phone<'_>) -> Vec<T> {
    let pulled = phone.pull(None).await;
    let records = of_type(&pulled.rows, T::TYPE.name()).into_iter().filter_map(|row| row.record());
    records.filter_map(|it: Record| T::of(&it).cloned()).collect()
}

/// A phone that may promise.
pub async fn enrolled(phone: &Phone<'_>) -> Grant {
    phone.pull(None).await;
    let (status, said) = ask(phone).await;
    assert_eq!((status, &said["news"]), (StatusCode::OK, &json!(true)), "{said}");
    held::<Grant>(phone).await.into_iter().find(|it| it.key == Signer::of(phone).key().id()).unwrap()
}

/// Chen's phone, which may promise by published limits, and her customer.
pub async fn granted(office: &Office) -> (Phone<'_>, Uuid, Grant) {
    publish(&mut office.log_in("admin").await).await;
    let mut chen = office.log_in("chen").await;
    let customer = chen.registers(1, "海港医院").await;
    let grant = enrolled(&chen).await;
    (chen, customer, grant)
}

/// Asks for the n-th quote as a phone does: with a receipt behind those of this chain.
pub fn promised(phone: &Phone<'_>, grant: &Grant, chain: &Chain, customer: Uuid, n: u128, bp: i64) -> Value {
    given(phone, grant, (chain, Money::ZERO), customer, n, bp)
}

/// The same, by a phone that has given away so much in the month before.
fn given(
    phone: &Phone<'_>,
    grant: &Grant,
    (chain, before): (&Chain, Money),
    customer: Uuid,
    n: u128,
    bp: i64,
) -> Value {
    let mut asked = finalise(customer, n, bp, "binding");
    let line = json!({
        "id": asked["lines"][0]["line"], "product": asked["lines"][0]["product"], "name": "专线 100M",
        "family": "leased_line", "unit": "条", "charge": "one_off", "price": 100_000, "floor": 50_000, "vat": 6,
        "quantity": 1, "off": bp,
    });
    let content: Content = serde_json::from_value(json!({
        "customer": customer, "opportunity": null, "title": "专线", "book": book(1), "months": 12,
        "valid_until": "2026-12-31", "lines": [line],
    }))
    .unwrap();
    let sums = totals(&content).unwrap();
    let claims = ReceiptClaims {
        grant: grant.id,
        quote: QuoteId::new(Uuid::from_u128(0x7000 + n)),
        content_sha: content_sha(&content),
        customer: CustomerId::new(customer),
        total: sums.total,
        discount: sums.effective,
        seq: chain.seq + 1,
        previous: chain.previous(),
        at: Timestamp::from_ms(NOON.ms() + 60_000),
        server_time: NOON,
        spent: grant.slice.map(|_| before.checked_add(sums.cut).unwrap()),
    };
    let signer = Signer::of(phone);
    asked["receipt"] = json!(signer.sign(claims.unsigned(1, signer.key().id())));
    asked
}

pub fn after(chain: &Chain, asked: &Value) -> Chain {
    chain.with(chain.seq + 1, &serde_json::from_value(asked["receipt"].clone()).unwrap())
}

#[tokio::test]
async fn a_phone_is_granted_what_it_may_promise_and_everybody_can_check_it() {
    let office = Office::open().await;
    publish(&mut office.log_in("admin").await).await;
    let chen = office.log_in("chen").await;
    let signer = Signer::of(&chen);
    // not on a device that this log-in has not synced on
    check_error(&ask(&chen).await, 403, "foreign_client", &Value::Null);
    let grant = enrolled(&chen).await;
    let keys: Value =
        office.request("GET", "/.well-known/leeway-keys.json").send().await.unwrap().json().await.unwrap();
    let point = |key: &Value| {
        let part = |name: &str| serde_json::from_value::<Bytes>(key[name].clone()).unwrap().0;
        PublicKey::from_point(&[vec![4], part("x"), part("y")].concat()).unwrap()
    };
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    let claims = GrantClaims::verify(&grant.sealed.0, 1, &point(&keys["keys"][0])).unwrap();
    assert_eq!((claims.user, claims.client, claims.key), (chen.user, chen.client, signer.key()));
    assert_eq!(claims.expires_at.ms() - claims.issued_at.ms(), 72 * HOUR_MS);
    // again is no news, until half of it is gone
    assert_eq!(ask(&chen).await.1["news"], false);
    office.clock.advance(36 * HOUR_MS + 1_000);
    assert_eq!(ask(&chen).await.1["news"], true);
    assert_eq!(held::<Grant>(&chen).await.len(), 2);
    // nobody else sees them
    assert!(held::<DeviceKey>(&office.log_in("li").await).await.is_empty());
    let office = office.restart().await;
    let again: Value =
        office.request("GET", "/.well-known/leeway-keys.json").send().await.unwrap().json().await.unwrap();
    assert_eq!(again, keys);
}

#[tokio::test]
async fn a_new_key_needs_a_log_in_of_just_now() {
    let office = Office::open().await;
    publish(&mut office.log_in("admin").await).await;
    let (chen, li) = (office.log_in("chen").await, office.log_in("li").await);
    chen.pull(None).await;
    li.pull(None).await;
    office.clock.advance(5 * 60_000);
    assert_eq!(ask(&chen).await.1["news"], true);
    office.clock.advance(1_000);
    check_error(&ask(&li).await, 403, "log_in_again", &Value::Null);
    assert!(held::<DeviceKey>(&li).await.is_empty());
    // a key that is known is granted more by any log-in
    office.clock.advance(37 * HOUR_MS);
    assert_eq!(ask(&chen).await.1["news"], true);
    let li = office.log_in("li").await;
    li.pull(None).await;
    assert_eq!(ask(&li).await.1["news"], true);
}

#[tokio::test]
async fn a_key_is_one_devices_and_a_point_of_the_curve() {
    let office = Office::open().await;
    let (chen, li) = (office.log_in("chen").await, office.log_in("li").await);
    chen.pull(None).await;
    li.pull(None).await;
    let key = Signer::of(&chen).public();
    assert_eq!(ask(&chen).await.0, StatusCode::OK);
    check_error(&ask_with(&li, &key).await, 403, "forbidden", &Value::Null);
    let mut other = key.0.clone();
    other[64] ^= 1;
    assert_eq!(ask_with(&chen, &Bytes(other)).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(ask_with(&chen, &Bytes(key.0[..64].to_vec())).await.0, StatusCode::BAD_REQUEST);
    // no limits are published: there is nothing to grant
    assert!(held::<Grant>(&chen).await.is_empty());
}

#[tokio::test]
async fn what_a_phone_promised_is_confirmed_and_without_a_receipt_it_is_asked_for() {
    let office = Office::open().await;
    let (mut chen, customer, grant) = granted(&office).await;
    let first = promised(&chen, &grant, &Chain::default(), customer, 1, 800);
    let chain = after(&Chain::default(), &first);
    let second = promised(&chen, &grant, &chain, customer, 2, 1_200);
    let beyond = promised(&chen, &grant, &after(&chain, &second), customer, 3, 2_000);
    for asked in [first.clone(), second, beyond, finalise(customer, 4, 800, "binding")] {
        chen.did("quotes.finalise", asked).await;
    }
    for (n, state, judged) in [
        (1, "binding", json!({ "verdict": "confirmed" })),
        (2, "binding", json!({ "verdict": "confirmed" })),
        (3, "submitted", json!({ "verdict": "request", "why": "beyond" })),
        (4, "submitted", Value::Null),
    ] {
        let quote = quote(&chen, n).await;
        assert_eq!((&quote["state"], &quote["proof"]["judged"]), (&json!(state), &judged), "{n}");
    }
    assert_eq!(quote(&chen, 1).await["proof"]["receipt"], first["receipt"]);
    assert_eq!(held::<DeviceKey>(&chen).await[0].chain.seq, 3);
    // a phone of before, on another device of the same user, goes on as it did
    let mut old = office.log_in("chen").await;
    old.did("quotes.finalise", finalise(customer, 5, 800, "binding")).await;
    assert_eq!(quote(&old, 5).await["state"], "binding");
}

#[tokio::test]
async fn forged_is_refused_and_a_refused_one_keeps_its_place_in_the_chain() {
    let office = Office::open().await;
    let (mut chen, customer, grant) = granted(&office).await;
    let first = promised(&chen, &grant, &Chain::default(), customer, 1, 800);
    let mut forged = first.clone();
    let mut bytes = serde_json::from_value::<Bytes>(first["receipt"].clone()).unwrap();
    *bytes.0.last_mut().unwrap() ^= 1;
    forged["receipt"] = json!(bytes);
    let outcome = chen.does("quotes.finalise", forged).await;
    assert_eq!(outcome.reason.unwrap().code, "proof.forged");
    chen.did("quotes.finalise", first.clone()).await;
    // refused, for the quote is final; the receipt was signed all the same, and the next one follows it
    let again = promised(&chen, &grant, &after(&Chain::default(), &first), customer, 1, 900);
    let outcome = chen.does("quotes.finalise", again.clone()).await;
    assert_eq!(outcome.reason.unwrap().code, "quotes.not_a_draft");
    let chain = after(&after(&Chain::default(), &first), &again);
    let third = promised(&chen, &grant, &chain, customer, 2, 800);
    chen.did("quotes.finalise", third).await;
    assert_eq!(quote(&chen, 2).await["proof"]["judged"]["verdict"], "confirmed");
    // a second one at the same place
    let fork = promised(&chen, &grant, &chain, customer, 3, 700);
    let outcome = chen.does("quotes.finalise", fork).await;
    assert_eq!(outcome.outcome, OutcomeKind::Applied);
    assert_eq!(quote(&chen, 3).await["proof"]["judged"]["verdict"], "quarantined");
    assert!(held::<DeviceKey>(&chen).await[0].chain.forked_at.is_some());
}

#[tokio::test]
async fn what_a_lost_device_may_have_signed_is_under_review() {
    let office = Office::open().await;
    let (mut chen, customer, grant) = granted(&office).await;
    let asked = promised(&chen, &grant, &Chain::default(), customer, 1, 800);
    office.clock.advance(HOUR_MS);
    let other = office.log_in("chen").await;
    other.post(&format!("/api/devices/{}/removal", chen.client), &json!({})).await;
    chen.did("quotes.finalise", asked).await;
    let quote = quote(&other, 1).await;
    assert_eq!(
        (&quote["state"], &quote["proof"]["judged"]["verdict"]),
        (&json!("submitted"), &json!("held"))
    );
    let wang = office.log_in("wang").await;
    let pulled = wang.pull(None).await;
    assert_eq!(of_type(&pulled.rows, "case")[0].body["found"], json!({ "verdict": "held" }));
}

#[tokio::test]
async fn two_phones_of_one_manager_share_what_may_be_given_away_in_a_month() {
    let office = Office::open().await;
    let mut admin = office.log_in("admin").await;
    let mut bounded = limits();
    // ¥400.00 a month; a quote at 8 % gives away ¥80.00
    for star in bounded["stars"].as_array_mut().unwrap() {
        star["month_max"] = json!(40_000);
    }
    publish_under(&mut admin, bounded).await;
    let (mut one, mut two) = (office.log_in("chen").await, office.log_in("chen").await);
    let customer = one.registers(1, "海港医院").await;
    let first = enrolled(&one).await;
    let second = enrolled(&two).await;
    let room = |grant: &Grant| grant.slice.unwrap().room;
    assert_eq!([room(&first), room(&second)], [20_000, 10_000].map(Money::from_fen));
    // each as far as its slice goes, neither knowing of the other: two of ¥80.00, then one
    let mut chain = Chain::default();
    for (n, before) in [(1, 0), (2, 8_000), (3, 16_000)] {
        let asked = given(&one, &first, (&chain, Money::from_fen(before)), customer, n, 800);
        chain = after(&chain, &asked);
        one.did("quotes.finalise", asked).await;
    }
    let asked = given(&two, &second, (&Chain::default(), Money::ZERO), customer, 4, 800);
    two.did("quotes.finalise", asked.clone()).await;
    let over = after(&Chain::default(), &asked);
    two.did("quotes.finalise", given(&two, &second, (&over, Money::from_fen(8_000)), customer, 5, 800)).await;
    for (n, state) in [(1, "binding"), (2, "binding"), (3, "submitted"), (4, "binding"), (5, "submitted")] {
        assert_eq!(quote(&one, n).await["state"], state, "{n}");
    }
    // who has spent most of it is granted more, as long as something is free
    let (_, said) = ask(&one).await;
    assert_eq!(said["news"], true);
    let more =
        held::<Grant>(&one).await.into_iter().filter(|it| it.key == first.key).max_by_key(room).unwrap();
    assert_eq!(room(&more), Money::from_fen(24_000));
    // next month all of it is there again
    office.clock.advance(31 * 24 * HOUR_MS);
    let three = office.log_in("chen").await;
    let next = enrolled(&three).await;
    assert_eq!(room(&next), Money::from_fen(20_000));
    assert!(next.slice.unwrap().month > first.slice.unwrap().month);
}
