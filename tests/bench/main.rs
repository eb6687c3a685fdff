//! Figures that need the built app, the real server and a real browser. Run by `cargo xtask bench`, which keeps
//! what is printed: one line `FIGURE {json}` for each. What a figure starts and ends with is said where it is
//! measured. Never a test: nothing here passes or fails by time.

#![expect(clippy::print_stdout, reason = "figures are read from the standard output")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement that can't go on ends with what stopped it"
)]

#[path = "../e2e/engine.rs"]
#[expect(dead_code, reason = "shared with the stories, which use all of it")]
mod engine;
#[path = "../e2e/office.rs"]
#[expect(dead_code, reason = "shared with the stories, which use all of it")]
mod office;
#[path = "../e2e/phone.rs"]
#[expect(dead_code, reason = "shared with the stories, which use all of it")]
mod phone;
#[path = "../e2e/quotes.rs"]
mod quotes;
#[path = "../e2e/teller.rs"]
#[expect(dead_code, reason = "shared with the stories, which use all of it")]
mod teller;
#[path = "../e2e/visits.rs"]
#[expect(dead_code, reason = "shared with the stories, which use all of it")]
mod visits;

mod approvals;
mod commands;
mod lighthouse;
mod plans;
mod receipts;
mod start;
mod syncing;
mod verify;

use serde_json::json;

/// The figures, each with the others that the same run gives.
const FIGURES: [(&str, &[&str]); 9] = [
    ("cold_start", &["cold_start_ms", "cold_start_4x_ms"]),
    ("commands", &["command_p95_ms"]),
    ("first_sync", &["first_sync_10k_s"]),
    ("push", &["push_1k_s"]),
    ("reconnect", &["reconnect_to_synced_s"]),
    ("approvals", &["approval_due_lag_max_s", "approval_due_spread_s"]),
    ("verify", &["verify_verdict_ms"]),
    ("receipts", &["receipt_p95_ms"]),
    ("lighthouse", &["lighthouse_perf", "lighthouse_accessibility", "lighthouse_best_practices"]),
];

#[tokio::main]
async fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    for (part, names) in FIGURES {
        let asked = |it: &String| it == part || names.contains(&it.as_str());
        if !wanted.is_empty() && !wanted.iter().any(asked) {
            continue;
        }
        match part {
            "cold_start" => start::cold_start().await,
            "commands" => commands::tap_to_saved().await,
            "first_sync" => syncing::first_sync().await,
            "push" => syncing::push().await,
            "reconnect" => syncing::reconnect().await,
            "approvals" => approvals::due().await,
            "verify" => verify::verdict().await,
            "receipts" => receipts::made().await,
            _ => lighthouse::scores().await,
        }
    }
}

/// Prints a figure: the median of the samples, with the smallest and the largest.
fn figure(name: &str, unit: &str, samples: &[f64]) {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    tell(name, unit, sorted[sorted.len() / 2], &sorted);
}

/// Prints a figure with a value of its own over sorted samples.
fn tell(name: &str, unit: &str, value: f64, sorted: &[f64]) {
    let (min, max) = (sorted.first(), sorted.last());
    let line =
        json!({ "name": name, "value": value, "unit": unit, "n": sorted.len(), "min": min, "max": max });
    println!("FIGURE {line}");
}
