//! Changing one's password, and being let in again by an admin.

use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::office::{ADMIN, CHEN, GONE, Office, PASSWORD, Phone, check_error};

async fn change(phone: &Phone<'_>, old: &str, new: &str) -> (StatusCode, Value) {
    phone.post("/api/password", &json!({ "old": old, "new": new })).await
}

async fn is_in(phone: &Phone<'_>) -> bool {
    phone.request("GET", "/api/session").send().await.unwrap().status() == StatusCode::OK
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions() {
    let office = Office::open().await;
    let (phone, tablet) = (office.log_in("chen").await, office.log_in("chen").await);
    let zhou = office.log_in("zhou").await;
    assert_eq!(change(&phone, PASSWORD, "another good one").await.0, StatusCode::NO_CONTENT);
    assert!(is_in(&phone).await && !is_in(&tablet).await && is_in(&zhou).await);
    assert_eq!(office.try_log_in("chen", PASSWORD).await.status(), StatusCode::UNAUTHORIZED);
    office.log_in_with("chen", "another good one").await;
}

#[tokio::test]
async fn a_password_that_is_no_good_changes_nothing() {
    let office = Office::open().await;
    let chen = office.log_in("chen").await;
    check_error(&change(&chen, "wrong", "another good one").await, 403, "wrong_password", &Value::Null);
    for (new, args) in [
        ("short", json!({ "why": "short", "min": 8 })),
        ("password1", json!({ "why": "common" })),
        (PASSWORD, json!({ "why": "same" })),
        (&"x".repeat(200), json!({ "why": "long", "max": 128 })),
    ] {
        check_error(&change(&chen, PASSWORD, new).await, 422, "weak_password", &args);
    }
    office.log_in("chen").await;
}

#[tokio::test]
async fn guessing_the_old_password_comes_to_an_end() {
    let office = Office::open().await;
    let chen = office.log_in("chen").await;
    for _ in 0..10 {
        assert_eq!(change(&chen, "wrong", "another good one").await.0, StatusCode::FORBIDDEN);
    }
    let refused = change(&chen, PASSWORD, "another good one").await;
    check_error(&refused, 429, "too_many_attempts", &json!({ "seconds": 300 }));
}

#[tokio::test]
async fn a_one_time_password_lets_in_to_change_it() {
    let office = Office::open().await;
    let admin = office.log_in("admin").await;
    let chen = office.log_in("chen").await;
    let path = format!("/api/members/{CHEN}/password");
    let (status, said) = admin.post(&path, &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    let one_time = said["password"].as_str().unwrap();
    assert!(!is_in(&chen).await, "who had the old password is out");
    assert_eq!(office.try_log_in("chen", PASSWORD).await.status(), StatusCode::UNAUTHORIZED);
    let chen = office.log_in_with("chen", one_time).await;
    assert!(chen.session.as_ref().unwrap().must_change_password);
    check_error(&chen.try_push(&[]).await, 403, "must_change_password", &Value::Null);
    let pull = chen.post("/sync/pull", &chen.pull_request(None, None, 500)).await;
    check_error(&pull, 403, "must_change_password", &Value::Null);
    assert_eq!(change(&chen, one_time, "my very own words").await.0, StatusCode::NO_CONTENT);
    chen.push(&[]).await;
    // a second one replaces the first, and needs no body
    let again = admin.request("POST", &path).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::OK);
}

#[tokio::test]
async fn only_members_who_are_there_get_one() {
    let office = Office::open().await;
    let admin = office.log_in("admin").await;
    for id in [GONE.to_string(), Uuid::from_u128(404).to_string(), "nobody".into()] {
        let answer = admin.post(&format!("/api/members/{id}/password"), &json!({})).await;
        check_error(&answer, 404, "not_found", &Value::Null);
    }
    let own = admin.post(&format!("/api/members/{ADMIN}/password"), &json!({})).await;
    check_error(&own, 409, "yourself", &Value::Null);
    assert!(is_in(&admin).await);
}

#[tokio::test]
async fn a_new_member_logs_in_with_what_the_admin_hands_over() {
    let office = Office::open().await;
    let mut admin = office.log_in("admin").await;
    let user = Uuid::from_u128(0x99);
    let member = json!({
        "user": user, "login": "sun", "name": "孙", "unit": crate::office::UNIT_1, "role": "manager", "star": 1,
    });
    admin.did("organisation.add_member", member).await;
    assert_eq!(office.try_log_in("sun", "").await.status(), StatusCode::UNAUTHORIZED);
    let (_, said) = admin.post(&format!("/api/members/{user}/password"), &json!({})).await;
    let sun = office.log_in_with("sun", said["password"].as_str().unwrap()).await;
    assert_eq!(sun.session.unwrap().name, "孙");
}
