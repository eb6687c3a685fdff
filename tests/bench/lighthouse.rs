//! Lighthouse, mobile, logged in with the demo data.

use std::process::Command;

use serde_json::Value;

use crate::engine::Engine;
use crate::office::{Office, env};
use crate::phone::Phone;
use crate::tell;

/// `lighthouse_perf`, `lighthouse_accessibility`, `lighthouse_best_practices`: on Today, a visit, a quote and the
/// inbox, each three times; the median of each screen, and of these the lowest. The browser profile is one where chen
/// logged in before, so the screens have their data.
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
    let mut medians =
        [("performance", Vec::new()), ("accessibility", Vec::new()), ("best-practices", Vec::new())];
    for screen in &screens {
        let mut runs = Vec::new();
        for _ in 0..3 {
            runs.push(run(&format!("{}{screen}", office.address()), profile.path()));
        }
        for (category, medians) in &mut medians {
            let mut scores: Vec<f64> =
                runs.iter().filter_map(|it| it["categories"][&*category]["score"].as_f64()).collect();
            scores.sort_by(f64::total_cmp);
            medians.push((scores[scores.len() / 2] * 100.0).round());
        }
    }
    for (category, mut medians) in medians {
        medians.sort_by(f64::total_cmp);
        let name = match category {
            "performance" => "lighthouse_perf",
            "accessibility" => "lighthouse_accessibility",
            _ => "lighthouse_best_practices",
        };
        tell(name, "points", medians[0], &medians);
    }
}

/// Lighthouse now and then finds no beginning in its own trace, and asks to be run again.
const NO_BEGINNING: &str = "NO_NAVSTART";

fn run(url: &str, profile: &std::path::Path) -> Value {
    for _ in 0..4 {
        match look(url, profile) {
            Err(said) if said.contains(NO_BEGINNING) => {}
            Err(said) => panic!("{said}"),
            Ok(found) => return found,
        }
    }
    panic!("{url}: {NO_BEGINNING} again and again")
}

fn look(url: &str, profile: &std::path::Path) -> Result<Value, String> {
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
    if !out.status.success() {
        return Err(String::from_utf8_lossy(&out.stderr).into_owned());
    }
    Ok(serde_json::from_slice(&out.stdout).unwrap())
}
