//! Logging in and out, and what ends a session.

use leeway_server::auth::token::{IDLE_MS, LIFE_MS};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::office::{ADMIN, CHEN, Office, PASSWORD, answer, check_error, cookie};

const HOUR_MS: i64 = 3_600_000;

#[tokio::test]
async fn who_logs_in_is_told_who_they_are() {
    let office = Office::open().await;
    let chen = office.log_in("chen").await;
    let session = chen.session.clone().unwrap();
    let said = serde_json::to_value(&session).unwrap();
    let expected = json!({
        "user": CHEN, "login": "chen", "name": "CHEN", "role": "manager", "organisation": "试点分公司",
        "must_change_password": false,
    });
    assert_eq!(said, expected);
    assert_eq!(
        answer(chen.request("GET", "/api/session").send().await.unwrap()).await,
        (StatusCode::OK, expected)
    );
    // as people type
    assert_eq!(office.try_log_in(" Chen ", PASSWORD).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_cookie_is_kept_from_scripts_and_other_sites() {
    let office = Office::open().await;
    let response = office.try_log_in("chen", PASSWORD).await;
    let set = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    let (pair, rest) = set.split_once("; ").unwrap();
    assert!(pair.starts_with("__Host-s=") && pair.len() == "__Host-s=".len() + 64, "{pair}");
    assert_eq!(rest, "Path=/; Max-Age=7776000; Secure; HttpOnly; SameSite=Strict");
    assert_ne!(cookie(&response), cookie(&office.try_log_in("chen", PASSWORD).await));
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_look_the_same() {
    let office = Office::open().await;
    let mut answers = Vec::new();
    for (login, password) in [
        ("chen", "wrong"),
        ("chen", ""),
        ("nobody", PASSWORD),
        ("", ""),
        ("gone", PASSWORD),
        ("che", PASSWORD),
        ("chen|", PASSWORD),
        ("%", PASSWORD),
    ] {
        let response = office.try_log_in(login, password).await;
        assert!(cookie(&response).is_none());
        answers.push(answer(response).await);
    }
    for answer in &answers {
        check_error(answer, 401, "wrong_login", &Value::Null);
    }
}

#[tokio::test]
async fn ten_failures_are_enough_for_a_while() {
    let office = Office::open().await;
    for _ in 0..10 {
        assert_eq!(office.try_log_in("chen", "wrong").await.status(), StatusCode::UNAUTHORIZED);
    }
    let refused = office.try_log_in("chen", PASSWORD).await;
    assert_eq!(refused.headers()["retry-after"], "300");
    check_error(&answer(refused).await, 429, "too_many_attempts", &json!({ "seconds": 300 }));
    office.log_in("zhou").await;
    office.clock.advance(5 * 60_000);
    office.log_in("chen").await;
}

#[tokio::test]
async fn logging_out_ends_this_session_only() {
    let office = Office::open().await;
    let (phone, tablet) = (office.log_in("chen").await, office.log_in("chen").await);
    let response = phone.request("DELETE", "/api/session").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert!(response.headers()["set-cookie"].to_str().unwrap().starts_with("__Host-s=; Path=/; Max-Age=0;"));
    let after = answer(phone.request("GET", "/api/session").send().await.unwrap()).await;
    check_error(&after, 401, "not_logged_in", &Value::Null);
    assert_eq!(tablet.request("GET", "/api/session").send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn logging_in_again_on_a_device_ends_the_session_before() {
    let office = Office::open().await;
    let chen = office.log_in("chen").await;
    let body = json!({ "login": "li", "password": PASSWORD });
    let again = chen.request("POST", "/api/session").json(&body).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::OK);
    let old = chen.request("GET", "/api/session").send().await.unwrap();
    assert_eq!(old.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_lives_while_it_is_used_and_ninety_days_at_most() {
    let office = Office::open().await;
    let (used, unused) = (office.log_in("chen").await, office.log_in("chen").await);
    let alive = async |phone: &crate::office::Phone<'_>| {
        phone.request("GET", "/api/session").send().await.unwrap().status() == StatusCode::OK
    };
    let mut passed = 0;
    while passed < LIFE_MS - IDLE_MS {
        office.clock.advance(IDLE_MS - HOUR_MS);
        passed += IDLE_MS - HOUR_MS;
        assert!(alive(&used).await, "after {passed} ms");
    }
    assert!(!alive(&unused).await);
    office.clock.advance(LIFE_MS - passed - 1);
    assert!(alive(&used).await);
    office.clock.advance(1);
    assert!(!alive(&used).await);
}

#[tokio::test]
async fn whoever_is_shut_out_or_gets_another_role_is_logged_out() {
    let office = Office::open().await;
    let mut admin = office.log_in("admin").await;
    let change =
        |field: &str, value: Value| json!({ "user": CHEN, "change": { "field": field, "value": value } });
    let chen = office.log_in("chen").await;
    let status = async |phone: &crate::office::Phone<'_>| {
        phone.request("GET", "/api/session").send().await.unwrap().status().as_u16()
    };
    admin.did("organisation.change_member", change("name", json!("陈"))).await;
    admin.did("organisation.change_member", change("star", json!(3))).await;
    assert_eq!(status(&chen).await, 200, "a new name is no reason");
    admin.did("organisation.change_member", change("role", json!("unit_head"))).await;
    assert_eq!(status(&chen).await, 401);
    let chen = office.log_in("chen").await;
    assert_eq!(chen.session.as_ref().unwrap().name, "陈");
    admin.did("organisation.change_member", change("active", json!(false))).await;
    assert_eq!(status(&chen).await, 401);
    check_error(&chen.try_push(&[]).await, 401, "not_logged_in", &Value::Null);
    assert_eq!(office.try_log_in("chen", PASSWORD).await.status(), StatusCode::UNAUTHORIZED);
    admin.did("organisation.change_member", change("active", json!(true))).await;
    assert_eq!(status(&chen).await, 401, "what has ended stays ended");
    office.log_in("chen").await;
    assert_eq!(admin.user, ADMIN);
}

#[tokio::test]
async fn a_page_of_another_site_can_do_nothing() {
    let office = Office::open().await;
    let chen = office.log_in("chen").await;
    for (method, path) in [
        ("POST", "/sync/push"),
        ("POST", "/api/session"),
        ("DELETE", "/api/session"),
        ("POST", "/api/password"),
    ] {
        for headers in [
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site")],
            vec![("origin", "https://evil.example")],
            vec![("origin", "null")],
        ] {
            let mut request =
                chen.request(method, path).header("content-type", "application/json").body("{}");
            for (name, value) in &headers {
                request = request.header(*name, *value);
            }
            let refused = answer(request.send().await.unwrap()).await;
            check_error(&refused, 403, "cross_site", &Value::Null);
        }
    }
    let own = chen.request("GET", "/api/session").header("sec-fetch-site", "same-origin");
    assert_eq!(own.send().await.unwrap().status(), StatusCode::OK);
    let own = chen.request("DELETE", "/api/session").header("origin", &office.url);
    assert_eq!(own.send().await.unwrap().status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_demo_password_is_good_on_the_loopback_only() {
    let office = Office::open().await;
    // li's password is the demo's; over the loopback it works
    office.log_in("li").await;
    let Some(lan) = leeway_server::tls::lan_address() else {
        return; // no network here: nobody could come in by it
    };
    let office = office.on(std::net::SocketAddr::new(lan, 0)).await;
    let refused = answer(office.try_log_in("li", PASSWORD).await).await;
    check_error(&refused, 403, "demo_password", &Value::Null);
    let wrong = answer(office.try_log_in("li", "wrong").await).await;
    check_error(&wrong, 401, "wrong_login", &Value::Null);
    office.log_in("chen").await;
}
