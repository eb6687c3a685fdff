//! What may befall a device: cleared behind the app's back, lost and removed, picked up by somebody else.

use serde_json::json;

use crate::office::Office;
use crate::phone::Phone;

impl Phone {
    /// Deletes what the app keeps, as a browser does that needs the room, or its user. Cookies stay.
    async fn clear_storage(&self, address: &str) {
        let what = json!({ "origin": address, "storageTypes": "indexeddb,local_storage,cache_storage,service_workers" });
        self.cdp("Storage.clearDataForOrigin", what).await;
    }

    /// Counts the rows of all users that lie on this device.
    async fn rows(&self) -> u64 {
        let count = "const done = arguments[arguments.length - 1];
            (async () => {
              let sum = 0;
              for (const { name } of await indexedDB.databases()) {
                if (!name.startsWith('leeway-') || name === 'leeway-device') continue;
                sum += await new Promise((ok, no) => {
                  const it = indexedDB.open(name);
                  it.onerror = () => no(it.error);
                  it.onsuccess = () => {
                    const read = it.result.transaction('rows').objectStore('rows').count();
                    read.onsuccess = () => { it.result.close(); ok(read.result); };
                  };
                });
              }
              return sum;
            })().then(done, it => done(String(it)))";
        self.driver().execute_async(count, Vec::new()).await.unwrap().json().as_u64().unwrap()
    }
}

#[tokio::test]
async fn a_cleared_phone_says_what_is_safe_and_brings_it_back() {
    let mut office = Office::open();
    let phone = office.phone_of("chen").await;
    phone.open_a_visit().await;
    phone.note("服务器已经有的一句").await;
    phone.go("/today").await;
    phone.wait_synced().await;
    let teller = office.teller("chen").await;
    phone
        .until("the note at the server", async || {
            teller.all("visit_note").await.iter().any(|it| it["text"] == "服务器已经有的一句")
        })
        .await;
    assert!(phone.rows().await > 0);

    // while it runs: it finds out by itself
    phone.clear_storage(&office.address()).await;
    let safe = phone.wait_css("[data-testid='cleared-safe']").await;
    phone
        .until("the number of what is safe", async || {
            safe.text().await.unwrap().chars().any(|it| ('1'..='9').contains(&it))
        })
        .await;
    phone.see_text("没有没送出的").await;
    phone.keep_still().await;
    phone.inject_axe().await;
    assert_eq!(phone.violations().await, Vec::<String>::new());
    assert_eq!([phone.out_of_reach().await, phone.cut().await].concat(), Vec::<String>::new());
    phone.tap("primary").await;
    phone.see("visit-row").await;
    phone.wait_synced().await;
    assert!(phone.rows().await > 0);

    // and when it starts
    phone.clear_storage(&office.address()).await;
    phone.go("/today").await;
    phone.see("cleared-safe").await;
    phone.tap("primary").await;
    phone.see("visit-row").await;

    // and without a network: it says so, and more when there is one
    phone.until_installed().await;
    office.stop();
    let store = json!({ "origin": office.address(), "storageTypes": "indexeddb" });
    phone.go("/rescue.html").await;
    phone.cdp("Storage.clearDataForOrigin", store).await;
    phone.go("/today").await;
    phone.see("cleared-offline").await;
    office.start();
    phone.script("dispatchEvent(new Event('online'))").await;
    phone.see("cleared-safe").await;
}

#[tokio::test]
async fn a_removed_phone_sends_its_work_and_clears_itself() {
    let mut office = Office::open();
    let mut lost = office.phone_of("chen").await;
    lost.until_ready_to_leave().await;
    let other = office.phone_of("chen").await;
    other.wait_synced().await;
    office.stop();
    lost.open_a_visit().await;
    lost.note("丢手机前记下的").await;
    lost.go("/today").await;
    lost.wait_offline().await;
    // closed as it is: it comes back to a server that wants it to go
    lost.driver().goto("about:blank").await.unwrap();
    office.start();

    other.go("/devices").await;
    other.wait_css("button[data-testid='device']").await;
    let others = "const it = [...document.querySelectorAll('button[data-testid=device]')]
        .filter(it => !it.textContent.includes('本机')); it.forEach(it => it.click()); return it.length";
    assert_eq!(other.script(others).await, json!(1));
    other.tap_css("dialog[open] .btn[data-kind='danger']").await;
    other.see_text("等它联网后清空").await;

    lost.go("/today").await;
    lost.see_text("这台设备已移除").await;
    assert_eq!(lost.rows().await, 0);
    let notes = office.teller("chen").await.all("visit_note").await;
    assert_eq!(notes.iter().filter(|it| it["text"] == "丢手机前记下的").count(), 1);
    other.go("/devices").await;
    other.see_text("本机").await;
    assert!(!other.text().await.contains("等它联网后清空"), "it has said that it is empty");
    // it may come in again
    lost.log_in("chen").await;
    lost.see("visit-row").await;
    lost.wait_synced().await;
}

#[tokio::test]
async fn a_phone_that_was_lost_locked_sends_its_work_and_clears_itself() {
    let mut office = Office::open();
    let lost = office.phone_of("chen").await;
    lost.until_installed().await;
    lost.reload().await;
    lost.wait_synced().await;
    office.stop();
    lost.open_a_visit().await;
    lost.note("锁上前记下的").await;
    lost.go("/me/lock").await;
    lost.wait_css("input[name='pin-again']").await;
    lost.type_into("pin", "135790").await;
    lost.type_into("pin-again", "135790").await;
    lost.tap("primary").await;
    lost.see("end-lock").await;
    lost.tap("primary").await;
    lost.see("forgotten").await;
    office.start();

    let teller = office.teller("chen").await;
    teller.remove_device().await;
    lost.go("/today").await;
    lost.see_text("这台设备已移除").await;
    assert_eq!(lost.rows().await, 0);
    let notes = teller.all("visit_note").await;
    assert_eq!(notes.iter().filter(|it| it["text"] == "锁上前记下的").count(), 1);
}

#[tokio::test]
async fn a_locked_phone_opens_with_its_digits_also_without_a_network() {
    let mut office = Office::open();
    let phone = office.phone_of("chen").await;
    phone.until_installed().await;
    phone.reload().await;
    phone.wait_synced().await;
    office.stop();
    phone.go("/me/lock").await;
    phone.wait_css("input[name='pin-again']").await;
    phone.type_into("pin", "135790").await;
    phone.type_into("pin-again", "135791").await;
    phone.tap("primary").await;
    phone.see_text("两遍不一样").await;
    phone.type_into("pin-again", "135790").await;
    phone.tap("primary").await;
    phone.see("end-lock").await;
    phone.tap("primary").await;

    phone.see("forgotten").await;
    assert!(!phone.text().await.contains("拜访"), "nothing of the app is seen");
    phone.keep_still().await;
    phone.inject_axe().await;
    assert_eq!(phone.violations().await, Vec::<String>::new());
    assert_eq!([phone.out_of_reach().await, phone.cut().await].concat(), Vec::<String>::new());
    phone.go("/customers").await;
    phone.see("forgotten").await;
    phone.type_into("pin", "000000").await;
    phone.tap("primary").await;
    phone.see_text("数字不对").await;
    phone.type_into("pin", "135790").await;
    phone.tap("primary").await;
    phone.wait_css("a[href^='/customers/']").await;

    // left alone for long it locks itself, and the digits open it for good; a page of the app would note when it is left
    phone.go("/rescue.html").await;
    phone.script("localStorage.setItem('leeway.left', '1')").await;
    phone.go("/customers").await;
    phone.see("forgotten").await;
    phone.type_into("pin", "135790").await;
    phone.tap("primary").await;
    phone.wait_css("a[href^='/customers/']").await;

    // whoever forgot the digits has the password
    phone.go("/me/lock").await;
    phone.see("end-lock").await;
    phone.tap("primary").await;
    phone.see("forgotten").await;
    office.start();
    phone.tap("forgotten").await;
    phone.wait_css("input[name='password']").await;
    phone.type_into("password", crate::office::PASSWORD).await;
    phone.tap("primary").await;
    phone.see("visit-row").await;
    phone.wait_synced().await;
}
