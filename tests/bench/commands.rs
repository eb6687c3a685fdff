//! From a tap to "saved".

use crate::office::Office;
use crate::tell;

/// `command_p95_ms`. Starts with the tap on a yes/no answer of a checklist; ends when the strict IndexedDB
/// transaction with overlay and outbox is complete (the app marks it as `leeway:saved`). 200 taps, unthrottled,
/// one every half second, as a thumb goes down a checklist; each is followed by its push and pull.
pub async fn tap_to_saved() {
    let office = Office::open();
    let phone = office.phone_of("chen").await;
    phone.open_a_visit().await;
    let tap = "const done = arguments[arguments.length - 1];
        const chips = [...document.querySelectorAll('[data-testid^=item-] input[type=radio]')].slice(0, 2);
        const samples = [];
        const next = async () => {
          for (let i = 0; i < 200; i++) {
            const from = performance.now();
            chips[i % 2].click();
            let saved;
            while (!(saved = performance.getEntriesByName('leeway:saved')[0]) || saved.startTime < from)
              await new Promise(r => setTimeout(r, 0));
            samples.push(saved.startTime - from);
            await new Promise(r => setTimeout(r, 500));
          }
          return samples;
        };
        next().then(done)";
    phone.driver().set_script_timeout(std::time::Duration::from_secs(240)).await.unwrap();
    let said = phone.driver().execute_async(tap, Vec::new()).await.unwrap().json().clone();
    let mut samples: Vec<f64> =
        said.as_array().unwrap().iter().filter_map(serde_json::Value::as_f64).collect();
    samples.sort_by(f64::total_cmp);
    tell("command_p95_ms", "ms", samples[samples.len() * 95 / 100], &samples);
}
