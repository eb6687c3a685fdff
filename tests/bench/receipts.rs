//! From a tap to a promise that can be proven.

use crate::office::Office;
use crate::tell;

/// How many quotes are made binding: so many cheap ones stay within what adds up for one customer.
const QUOTES: usize = 30;

/// `receipt_p95_ms`. Starts with the tap that makes a quote of one line binding; ends when the strict IndexedDB
/// transaction with the quote, its receipt and the outbox is complete (the app marks it as `leeway:saved`): reading what
/// it is judged and signed by, the signature by the key that can't be taken out, and the chain are in it. Unthrottled.
pub async fn made() {
    let office = Office::open();
    let phone = office.phone_of("chen").await;
    phone.wait_synced().await;
    let tap = "const done = arguments[arguments.length - 1];
        const from = performance.now();
        document.querySelector('[data-testid=primary]').click();
        const look = () => {
          const saved = performance.getEntriesByName('leeway:saved')[0];
          if (saved && saved.startTime >= from) done(saved.startTime - from); else setTimeout(look, 0);
        };
        look()";
    let mut samples = Vec::new();
    for _ in 0..QUOTES {
        phone.quote("云备份 1TB", "0").await;
        phone.see_text("这部手机不联网也能出正式报价").await;
        let took = phone.driver().execute_async(tap, Vec::new()).await.unwrap();
        phone.see_standing("正式").await;
        samples.push(took.json().as_f64().unwrap());
    }
    samples.sort_by(f64::total_cmp);
    tell("receipt_p95_ms", "ms", samples[samples.len() * 95 / 100], &samples);
}
