//! Devices: what is told about them, who may remove one, and what a device may still do that is to be removed.

use leeway_core::sync::devices::{Device, Devices, SessionAnswer};
use leeway_core::sync::protocol::OutcomeKind;
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::office::{CHEN, Office, Phone, answer, check_error, customer};

const HOUR_MS: i64 = 3_600_000;
const ANDROID: &str =
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36";

/// Pulls as a phone that has `waiting` commands to send.
async fn contact(phone: &Phone<'_>, waiting: u32) -> (StatusCode, Value) {
    let mut request = phone.pull_request(None, None, 500);
    request["queue_len"] = json!(waiting);
    let request = phone.request("POST", "/sync/pull").header("user-agent", ANDROID).json(&request);
    answer(request.send().await.unwrap()).await
}

async fn listed(phone: &Phone<'_>, path: &str) -> Vec<Device> {
    let response = phone.request("GET", path).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.json::<Devices>().await.unwrap().devices
}

async fn remove(by: &Phone<'_>, device: &Phone<'_>) -> (StatusCode, Value) {
    by.post(&format!("/api/devices/{}/removal", device.client), &json!({})).await
}

#[tokio::test]
async fn people_see_their_devices_and_admins_everybodys() {
    let office = Office::open().await;
    let (old, new) = (office.log_in("chen").await, office.log_in("chen").await);
    assert!(listed(&old, "/api/devices").await.is_empty(), "none has synced");
    contact(&old, 2).await;
    office.clock.advance(HOUR_MS);
    contact(&new, 0).await;
    let devices = listed(&new, "/api/devices").await;
    let told: Vec<_> = devices.iter().map(|it| (it.client, it.waiting, it.here)).collect();
    assert_eq!(told, [(new.client, 0, true), (old.client, 2, false)]);
    assert_eq!((devices[1].browser.as_str(), devices[1].system.as_str()), ("Chrome", "Android"));
    assert_eq!(devices[0].seen_at.ms() - devices[1].seen_at.ms(), HOUR_MS);
    // what waits is news at once, the hour is not
    office.clock.advance(60_000);
    contact(&new, 0).await;
    contact(&old, 1).await;
    let devices = listed(&new, "/api/devices").await;
    assert_eq!((devices[0].client, devices[0].waiting), (old.client, 1));
    assert_eq!(devices[0].seen_at.ms() - devices[1].seen_at.ms(), 60_000);
    let admin = office.log_in("admin").await;
    let of_chen = listed(&admin, &format!("/api/members/{CHEN}/devices")).await;
    assert_eq!(of_chen.iter().filter(|it| it.here).count(), 0);
    assert_eq!(of_chen.len(), 2);
    assert!(listed(&office.log_in("zhou").await, "/api/devices").await.is_empty());
}

#[tokio::test]
async fn a_removed_device_hands_in_its_work_and_gets_nothing() {
    let office = Office::open().await;
    let (mut lost, other) = (office.log_in("chen").await, office.log_in("chen").await);
    contact(&lost, 0).await;
    contact(&other, 0).await;
    for stranger in ["zhou", "wang"] {
        check_error(&remove(&office.log_in(stranger).await, &lost).await, 404, "not_found", &Value::Null);
    }
    assert_eq!(contact(&lost, 0).await.0, StatusCode::OK, "nothing has happened to it");
    for _ in 0..2 {
        assert_eq!(remove(&other, &lost).await.0, StatusCode::NO_CONTENT);
    }
    let gone = |answer: (StatusCode, Value)| check_error(&answer, 403, "device_removed", &Value::Null);
    gone(contact(&lost, 1).await);
    gone(answer(lost.request("GET", "/api/devices").send().await.unwrap()).await);
    gone(answer(lost.request("GET", "/sync/poke").send().await.unwrap()).await);
    // a new store in the same log-in is no way round it
    let copy = lost.second();
    gone(contact(&copy, 0).await);
    gone(copy.try_push(&[]).await);
    // nor is a new log-in on the same store
    let mut again = office.log_in("chen").await;
    again.client = lost.client;
    gone(contact(&again, 0).await);
    assert_eq!(contact(&other, 0).await.0, StatusCode::OK);

    let work = lost.envelope("customers.register", customer(Uuid::from_u128(0x2009), "地下室"));
    assert_eq!(lost.push(&[work]).await.results[0].outcome, OutcomeKind::Applied);
    let devices = listed(&other, "/api/devices").await;
    let told = devices.iter().find(|it| it.client == lost.client).unwrap();
    assert!(told.removed_at.is_some());

    let left = lost.request("DELETE", "/api/session").send().await.unwrap();
    assert_eq!(left.status(), StatusCode::NO_CONTENT);
    assert_eq!(left.headers()["clear-site-data"], "\"cache\", \"cookies\", \"storage\"");
    assert_eq!(listed(&other, "/api/devices").await.len(), 1);
    check_error(&remove(&other, &lost).await, 404, "not_found", &Value::Null);
    check_error(&contact(&lost, 0).await, 401, "not_logged_in", &Value::Null);
}

#[tokio::test]
async fn an_admin_removes_anybodys_device() {
    let office = Office::open().await;
    let (lost, admin) = (office.log_in("chen").await, office.log_in("admin").await);
    contact(&lost, 0).await;
    assert_eq!(remove(&admin, &lost).await.0, StatusCode::NO_CONTENT);
    check_error(&contact(&lost, 0).await, 403, "device_removed", &Value::Null);
}

#[tokio::test]
async fn who_logs_out_leaves_no_device_behind_until_they_come_back() {
    let office = Office::open().await;
    let (first, other) = (office.log_in("chen").await, office.log_in("chen").await);
    contact(&first, 0).await;
    contact(&other, 0).await;
    let left = first.request("DELETE", "/api/session").send().await.unwrap();
    assert!(left.headers().get("clear-site-data").is_none());
    assert_eq!(listed(&other, "/api/devices").await.len(), 1);
    let mut back = office.log_in("chen").await;
    back.client = first.client;
    assert_eq!(contact(&back, 0).await.0, StatusCode::OK);
    assert_eq!(listed(&other, "/api/devices").await.len(), 2);
}

#[tokio::test]
async fn a_phone_that_lost_everything_learns_what_is_safe() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let known = async |phone: &Phone<'_>| {
        let response = phone.request("GET", "/api/session").send().await.unwrap();
        response.json::<SessionAnswer>().await.unwrap().device
    };
    assert_eq!(known(&chen).await, None);
    chen.registers(1, "海港").await;
    contact(&chen, 3).await;
    let device = known(&chen).await.unwrap();
    assert_eq!((device.acknowledged, device.waiting, device.is_leaving), (1, 3, false));
    let other = office.log_in("chen").await;
    remove(&other, &chen).await;
    assert_eq!(known(&other).await, None);
    assert!(known(&chen).await.unwrap().is_leaving);
}
