//! A week without a network, with sixty visits and photos; then a thin line that drops again and again. Everything
//! arrives once, and the phone never says that it is further than it is.

use std::time::Duration;

use leeway_e2e::picture;
use serde_json::{Value, json};
use tokio::time::{MissedTickBehavior, interval};

use crate::office::Office;
use crate::phone::Phone;

/// Visits of the week.
const VISITS: usize = 60;
/// Photos on the last one.
const PHOTOS: u32 = 3;
/// The line of a basement, in bytes a second.
const LINE: i64 = 40 * 1024;
/// It drops this often.
const DROPS: Duration = Duration::from_secs(20);

impl Phone {
    /// Puts so many visits of yesterday to this customer on record, each on its own page, as a thumb would that never
    /// rests; returns their ids.
    async fn record_visits(&self, customer: &str, count: usize) -> Vec<String> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
            const until = async holds => {{ let it; while (!(it = holds())) await new Promise(r => setTimeout(r, 10)); return it; }};
            const type = (it, text) => {{
              it.focus(); it.value = text;
              it.dispatchEvent(new Event('input', {{ bubbles: true }}));
              it.dispatchEvent(new Event('change', {{ bubbles: true }})); it.blur();
            }};
            const go = path => {{ history.pushState({{}}, '', path); dispatchEvent(new PopStateEvent('popstate')); }};
            const press = text => [...document.querySelectorAll('label, button')].find(it => it.innerText.trim() === text).click();
            (async () => {{
              const made = [];
              for (let n = 0; n < {count}; n++) {{
                go('/visits/record?customer={customer}');
                await until(() => document.querySelector(\"[data-testid^='item-']\"));
                press('昨天');
                type(document.querySelector('[name=time]'), String(8 + Math.floor(n / 6)).padStart(2, '0') + ':' + n % 6 + '0');
                for (const item of document.querySelectorAll(\"[data-testid^='item-']\")) {{
                  const tap = item.querySelector('label.chip'), text = item.querySelector('textarea, input:not([type=radio])');
                  if (tap) tap.click(); else type(text, text.matches('textarea') ? '现场看过' : '3');
                }}
                type(document.querySelector('[name=note]'), '这一周的第 ' + n + ' 次');
                await until(() => {{
                  if (/^.visits.[0-9a-f-]+$/.test(location.pathname)) return true;
                  const save = document.querySelector('[data-testid=primary]');
                  if (save && save.innerText.includes('存为已结束的拜访') && !save.matches('[aria-busy=true]')) save.click();
                  return false;
                }});
                made.push(location.pathname.split('/').pop());
              }}
              done(made);
            }})().catch(it => done([String(it)]))"
        );
        let made = self.driver().execute_async(&*script, Vec::new()).await.unwrap();
        made.json().as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
    }

    /// Gives the page this line; `None`: none at all.
    async fn line(&self, bytes: Option<i64>) {
        self.cdp("Network.enable", json!({})).await;
        let rate = bytes.unwrap_or(0);
        let line = json!({
            "offline": bytes.is_none(), "latency": 100, "downloadThroughput": rate * 4, "uploadThroughput": rate
        });
        self.cdp("Network.emulateNetworkConditions", line).await;
    }

    /// Says whether the sync page calls everything, photos too, synced.
    async fn says_all_is_there(&self) -> bool {
        let said = self.text().await;
        said.contains("都同步好了") && !said.contains("照片待上传")
    }
}

#[tokio::test]
async fn a_week_without_a_network_arrives_once_over_a_line_that_drops() {
    let mut office = Office::open();
    let files = tempfile::tempdir().unwrap();
    let phone = office.phone_of("chen").await;
    phone.until_installed().await;
    phone.reload().await;
    phone.wait_synced().await;
    let chen = office.teller("chen").await;
    let customer = chen.all("customer").await[0]["id"].as_str().unwrap().to_owned();
    let before = (chen.all("visit").await.len(), chen.all("visit_note").await.len());
    office.stop();

    phone.driver().set_script_timeout(Duration::from_secs(240)).await.unwrap();
    phone.go("/today").await;
    phone.see("visit-row").await;
    let mut made = phone.record_visits(&customer, VISITS).await;
    assert_eq!(made.len(), VISITS, "{made:?}");
    let last = made.last().unwrap().clone();
    phone.go(&format!("/visits/{last}")).await;
    phone.tab("记录").await;
    for n in 1..=PHOTOS {
        phone.take_photo(&picture::noise(files.path(), n)).await;
        phone.until_photos(n.into(), n.into()).await;
    }
    phone.go("/sync").await;
    let waits = VISITS + PHOTOS as usize;
    phone.see_text(&format!("{waits} 条待同步")).await;
    phone.see_text(&format!("{PHOTOS} 张照片待上传")).await;

    phone.line(Some(LINE)).await;
    office.start();
    let mut drops = interval(DROPS);
    drops.set_missed_tick_behavior(MissedTickBehavior::Delay);
    drops.tick().await;
    let mut dropped = 0;
    let arrived = async || {
        let photos = chen.all("visit_photo").await;
        chen.all("visit").await.len() == before.0 + VISITS
            && photos.len() == PHOTOS as usize
            && photos.iter().all(|it| it["arrived"] == true)
    };
    while !arrived().await {
        // asked after the server was: what it says must have been true then
        assert!(
            !phone.says_all_is_there().await || arrived().await,
            "it says that all is there, and it is not"
        );
        if tokio::time::timeout(Duration::from_millis(500), drops.tick()).await.is_ok() {
            dropped += 1;
            assert!(dropped < 15, "it does not arrive; the page says:\n{}", phone.text().await);
            phone.line(None).await;
            phone.see_text("离线").await;
            phone.line(Some(LINE)).await;
            // the browser says nothing of a line that is back: a thumb does, or the next look
            phone.script("dispatchEvent(new Event('online'))").await;
        }
    }
    assert!(dropped > 0, "the line never dropped: nothing was tried");
    phone.until("the phone to say so", async || phone.says_all_is_there().await).await;

    let mut visits: Vec<String> =
        chen.all("visit").await.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect();
    visits.retain(|it| made.contains(it));
    visits.sort();
    made.sort();
    assert_eq!(visits, made, "every visit, once");
    assert_eq!(chen.all("visit_note").await.len(), before.1 + VISITS, "every note, once");
    assert_eq!(chen.all("refusal").await, Vec::<Value>::new());
}
