//! Lighthouse, mobile, logged in with the demo data.

use std::process::Command;

use serde_json::Value;

use crate::engine::Engine;
use crate::office::{Office, env};
use crate::phone::Phone;
use crate::tell;

/// `lighthouse_perf`, `lighthouse_accessibility`, `lighthouse_best_practices`: on Today, a visit, a quote and the
/// inbox, each three times; the median of each screen, and of these the lowest. The browser
/// profile is one where chen logged in before, so the screens have their data.
pub async fn scores() {
    let office = Office::open();
    let chen = office.teller("chen").await;
    let visit = chen.all("visit").await[0]["id"].as_str().unwrap().to_owned();
    let quote = chen.all("quote").await[0]["id"].as_str().unwrap().to_owned();
    let screens =
        ["/today".to_owned(), format!("/visits/{visit}"), format!("/quotes/{quote}"), "/inbox".to_owned()];
    let profile = tempfile::tempdir().unwrap();
    let phone = Phone::open_in(Engine::Chromium, &office.address(), profile.path().to_owned(), None).await;
    phone.log_in("chen").await;
    phone.close().await;
    let mut lowest = [("performance", 101.0_f64), ("accessibility", 101.0), ("best-practices", 101.0)];
    for screen in &screens {
        let mut runs = Vec::new();
        for _ in 0..3 {
            runs.push(run(&format!("{}{screen}", office.address()), profile.path()));
        }
        for (category, low) in &mut lowest {
            let mut scores: Vec<f64> =
                runs.iter().filter_map(|it| it["categories"][&*category]["score"].as_f64()).collect();
            scores.sort_by(f64::total_cmp);
            *low = f64::min(*low, scores[scores.len() / 2] * 100.0);
        }
    }
    for (category, low) in lowest {
        let name = match category {
            "performance" => "lighthouse_perf",
            "accessibility" => "lighthouse_accessibility",
            _ => "lighthouse_best_practices",
        };
        tell(name, "points", low, &[low]);
    }
}

fn run(url: &str, profile: &std::path::Path) -> Value {
    let flags = format!(
        "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
         --disable-component-update --disable-sync --user-data-dir={}",
        profile.display()
    );
    let out = Command::new("node")
        .arg(format!("{}/lighthouse/cli/index.js", env("LEEWAY_NODE_MODULES")))
        .args([url, "--quiet", "--output=json", "--disable-storage-reset"])
        .args([
            "--only-categories=performance,accessibility,best-practices",
            &format!("--chrome-flags={flags}"),
        ])
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}
