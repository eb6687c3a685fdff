//! How long it takes until both sides have everything.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;
use uuid::Uuid;

use crate::figure;
use crate::office::Office;

/// `first_sync_10k_s`. Starts with the tap on "log in" in a fresh browser; ends when the sync chip says that
/// everything is there, with 10,000 visits among the rows.
pub async fn first_sync() {
    let office = Office::open();
    office.teller("chen").await.plan_visits(10_000).await;
    let mut samples = Vec::new();
    for _ in 0..3 {
        let phone = office.phone().await;
        phone.wait_css("[name=login]").await;
        let from = Instant::now();
        phone.log_in("chen").await;
        samples.push(from.elapsed().as_secs_f64());
        phone.close().await;
    }
    figure("first_sync_10k_s", "s", &samples);
}

/// `push_1k_s`. 1,000 commands on the plain wire, in pushes of 100, one after the other. Starts with the first
/// request; ends with the last answer, when all are on the server's disk.
pub async fn push() {
    let mut samples = Vec::new();
    for _ in 0..3 {
        let office = Office::open();
        let mut chen = office.teller("chen").await;
        let plans = chen.visit_plans(1_000).await;
        let from = Instant::now();
        chen.push_all(plans).await;
        samples.push(from.elapsed().as_secs_f64());
    }
    figure("push_1k_s", "s", &samples);
}

/// `reconnect_to_synced_s`. A phone that made a note offline. Starts when the server answers again; ends when the
/// server has the note and the chip says that everything is there. No touch in between.
pub async fn reconnect() {
    let mut samples = Vec::new();
    for _ in 0..5 {
        let mut office = Office::open();
        let phone = office.phone_of("chen").await;
        let visit = phone.open_a_visit().await;
        office.stop();
        let mark = Uuid::now_v7().to_string();
        phone.note(&mark).await;
        phone.go("/today").await;
        phone.wait_offline().await;
        office.start();
        let from = Instant::now();
        let chen = office.teller("chen").await;
        let there = async || {
            let notes = chen.all("visit_note").await;
            notes.iter().any(|it| it["text"] == json!(mark) && it["visit"] == json!(visit))
        };
        while !there().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        phone.wait_synced().await;
        samples.push(from.elapsed().as_secs_f64());
    }
    figure("reconnect_to_synced_s", "s", &samples);
}
