//! Cold start: installed and offline, with 10,000 visits stored.

use serde_json::json;

use crate::figure;
use crate::office::Office;
use crate::phone::Phone;

/// Watches for the first visit row, and taps it as soon as it has been painted.
const WATCH: &str = "(() => {
    const paint = then => requestAnimationFrame(() => requestAnimationFrame(() => then(performance.now())));
    const look = () => {
      const row = document.querySelector('[data-testid=visit-row]');
      if (!row || !row.checkVisibility() || window.firstRow) return;
      window.firstRow = true;
      paint(at => {
        window.rowAt = at;
        const from = location.pathname;
        const link = row.matches('a') ? row : row.querySelector('a') || row;
        link.click();
        const arrived = () => location.pathname !== from && document.querySelector('h1')
          ? paint(at => { window.answeredAt = at; }) : requestAnimationFrame(arrived);
        arrived();
      });
    };
    new MutationObserver(look).observe(document, { attributes: true, childList: true, subtree: true });
})()";

/// `cold_start_ms`, `cold_start_4x_ms`. A new browser process on a profile with the service worker active and the
/// server stopped. Starts with the navigation; ends when the first real visit row has been painted and a tap on
/// it has been answered by another painted page. At 4× the scripts are slowed by CDP, IndexedDB (another process)
/// only about 1.8×.
pub async fn cold_start() {
    let mut office = Office::open();
    office.teller("chen").await.plan_visits(10_000).await;
    let mut phone = office.phone_of("chen").await;
    phone.until_installed().await;
    phone.reload().await;
    phone.wait_synced().await;
    office.stop();
    for (name, rate) in [("cold_start_ms", 1), ("cold_start_4x_ms", 4)] {
        let mut samples = Vec::new();
        for _ in 0..5 {
            samples.push(once(&mut phone, rate).await);
        }
        figure(name, "ms", &samples);
    }
}

async fn once(phone: &mut Phone, rate: u32) -> f64 {
    phone.kill();
    phone.wake().await;
    phone.driver().goto("about:blank").await.unwrap();
    phone.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await;
    phone.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await;
    phone.go("/today").await;
    phone
        .until("the tap to be answered", async || phone.script("return !!window.answeredAt").await == true)
        .await;
    phone.script("return window.answeredAt").await.as_f64().unwrap()
}
