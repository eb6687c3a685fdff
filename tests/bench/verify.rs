//! The verification page: from a scan to the verdict.

use serde_json::json;

use crate::figure;
use crate::office::Office;

/// Notes when the verdict on a genuine paper has been painted.
const WATCH: &str = "(() => {
    const look = () => {
      if (!document.querySelector('#result[data-state=genuine]') || window.verdictSeen) return;
      window.verdictSeen = true;
      requestAnimationFrame(() => requestAnimationFrame(() => { window.verdictAt = performance.now(); }));
    };
    new MutationObserver(look).observe(document, { attributes: true, childList: true, subtree: true });
})()";

/// `verify_verdict_ms`. A customer's browser that was never here before, with the network. Starts with the navigation to
/// the address in the code; ends when the verdict has been painted.
pub async fn verdict() {
    let office = Office::open();
    let phone = office.phone_of("chen").await;
    phone.wait_synced().await;
    let quote = phone.quote("院区专线 200M", "8").await;
    phone.go(&format!("/quotes/{quote}")).await;
    phone.see_text("这部手机不联网也能出正式报价").await;
    phone.finalise("签发正式报价").await;
    phone.see_standing("正式").await;
    phone.tap("paper").await;
    let address = phone.see("code").await.attr("data-address").await.unwrap().unwrap();
    let mut samples = Vec::new();
    for _ in 0..5 {
        let customer = office.phone().await;
        customer.driver().goto("about:blank").await.unwrap();
        customer.cdp("Network.enable", json!({})).await;
        customer.cdp("Network.clearBrowserCache", json!({})).await;
        customer.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await;
        customer.driver().goto(&address).await.unwrap();
        customer
            .until("the verdict", async || customer.script("return !!window.verdictAt").await == true)
            .await;
        samples.push(customer.script("return window.verdictAt").await.as_f64().unwrap());
        customer.close().await;
    }
    figure("verify_verdict_ms", "ms", &samples);
}
