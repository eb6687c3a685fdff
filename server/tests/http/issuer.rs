//! The organisation's key is followed by another, and withdrawn, while it is served.

use leeway_core::proof::{Chain, Grant};
use leeway_core::values::KeyId;
use leeway_server::config::{Whose, Withdraw};
use leeway_server::db::Tenant;
use leeway_server::tasks;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::bargain::quote;
use crate::office::{Office, check_error};
use crate::proof::{after, ask, granted, held, promised};

fn whose(office: &Office) -> Whose {
    Whose { all: office.place().clone(), tenant: Tenant::FIRST }
}

/// Returns the ids of the keys by which everybody checks grants, the oldest first.
async fn published(office: &Office) -> Vec<KeyId> {
    let answer = office.request("GET", "/.well-known/leeway-keys.json").send().await.unwrap();
    let keys: Value = answer.json().await.unwrap();
    let ids = keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].clone());
    ids.map(|id| serde_json::from_value(id).unwrap()).collect()
}

async fn withdraw(office: &Office, key: KeyId) -> Result<Vec<KeyId>, String> {
    let asked = Withdraw { whose: whose(office), key };
    let left = tasks::withdraw_issuer_key(&asked, &office.clock).await.map_err(|error| error.to_string())?;
    Ok(left.keys.into_iter().filter(|key| key.withdrawn_at.is_none()).map(|key| key.id).collect())
}

#[tokio::test]
async fn what_was_signed_counts_on_behind_a_new_key() {
    let office = Office::open().await;
    let none = tasks::issuer_keys(&whose(&office)).await.unwrap();
    assert!(none.keys.is_empty() && none.signs.is_none(), "looking makes no key");
    let (mut chen, customer, grant) = granted(&office).await;
    let old = grant.issuer().unwrap();
    office.clock.advance(1_000);
    let new = tasks::new_issuer_key(&whose(&office), &office.clock).await.unwrap().id;
    assert_eq!(published(&office).await, [old, new]);
    // the grant of before will do, and what it promises is confirmed
    assert_eq!(ask(&chen).await.1["news"], false);
    let first = promised(&chen, &grant, &Chain::default(), customer, 1, 800);
    chen.did("quotes.finalise", first).await;
    assert_eq!(quote(&chen, 1).await["proof"]["judged"], json!({ "verdict": "confirmed" }));
    office.clock.advance(37 * 3_600_000);
    assert_eq!(ask(&chen).await.1["news"], true);
    let mut grants = held::<Grant>(&chen).await;
    grants.sort_by_key(|grant| grant.issued_at);
    let by: Vec<_> = grants.iter().map(|grant| grant.issuer().unwrap()).collect();
    assert_eq!(by, [old, new]);
    let listed = tasks::issuer_keys(&whose(&office)).await.unwrap();
    assert_eq!((listed.keys.len(), listed.signs), (2, Some(new)));
}

#[tokio::test]
async fn a_withdrawn_key_proves_nothing_and_phones_get_grants_by_another() {
    let office = Office::open().await;
    let (mut chen, customer, grant) = granted(&office).await;
    let old = grant.issuer().unwrap();
    assert!(withdraw(&office, old).await.unwrap_err().contains("issuer-key new"), "it signs");
    office.clock.advance(1_000);
    let new = tasks::new_issuer_key(&whose(&office), &office.clock).await.unwrap().id;
    assert!(withdraw(&office, KeyId::from_u128(1)).await.unwrap_err().contains("issuer-key list"));
    // made before the phone hears of it: the customer keeps the price
    let first = promised(&chen, &grant, &Chain::default(), customer, 1, 800);
    assert_eq!(withdraw(&office, old).await.unwrap(), [new]);
    assert_eq!(withdraw(&office, old).await.unwrap(), [new], "twice is once");
    chen.did("quotes.finalise", first.clone()).await;
    let bound = quote(&chen, 1).await;
    assert_eq!(bound["proof"]["judged"], json!({ "verdict": "confirmed" }));
    assert_eq!(published(&office).await, [new]);
    // its paper is genuine no more, for anybody could have made it
    let paper = serde_json::from_value::<leeway_core::proof::Proof>(bound["proof"].clone()).unwrap();
    let asked = json!({ "paper": paper.evidence().unwrap().to_text() });
    check_error(
        &chen.post("/api/paper", &asked).await,
        400,
        "bad_request",
        &json!({ "why": "of another key" }),
    );
    assert_eq!(ask(&chen).await.1["news"], true);
    let renewed = held::<Grant>(&chen).await.into_iter().find(|grant| grant.issuer() == Some(new)).unwrap();
    let second = promised(&chen, &renewed, &after(&Chain::default(), &first), customer, 2, 800);
    chen.did("quotes.finalise", second).await;
    let bound = quote(&chen, 2).await;
    assert_eq!(bound["proof"]["judged"], json!({ "verdict": "confirmed" }));
    let paper = serde_json::from_value::<leeway_core::proof::Proof>(bound["proof"].clone()).unwrap();
    let asked = json!({ "paper": paper.evidence().unwrap().to_text() });
    assert_eq!(chen.post("/api/paper", &asked).await.0, StatusCode::OK);
}
