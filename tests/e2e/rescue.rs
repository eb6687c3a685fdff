//! The app does not start any more, and its work comes in all the same: as a file, by way of an operator.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use crate::office::Office;
use crate::phone::Phone;

/// Where the page keeps what it has found.
const UNSENT: &str = "[data-testid='rescue-unsent']";

impl Phone {
    /// Opens the rescue page as somebody would who types it, and waits until it has looked.
    async fn open_rescue(&self) {
        self.go("/rescue.html").await;
        self.until_looked().await;
    }

    async fn until_looked(&self) {
        self.until("the rescue page to have looked", async || {
            self.script("return document.documentElement.dataset.ready !== undefined && !!document.querySelector('#work')")
                .await
                == true
        })
        .await;
    }

    /// Presses Save, and returns the file that came.
    async fn save_to(&self, folder: &std::path::Path) -> PathBuf {
        let args = json!({ "behavior": "allow", "downloadPath": folder });
        self.cdp("Browser.setDownloadBehavior", args).await;
        self.tap("rescue-save").await;
        // the browser makes the file before it has written it
        let is_whole = |it: &PathBuf| {
            let text = fs::read_to_string(it).unwrap_or_default();
            serde_json::from_str::<serde_json::Value>(&text).is_ok()
        };
        let found = || {
            let mut all = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
            all.find(|it| it.extension().is_some_and(|it| it == "json") && is_whole(it))
        };
        self.until("the file", async || found().is_some()).await;
        found().unwrap()
    }

    /// Returns what the app has kept of the recovery key.
    async fn kept_key(&self) -> String {
        let look = "const done = arguments[arguments.length - 1];
            const it = indexedDB.open('leeway-device');
            it.onerror = () => done('');
            it.onsuccess = () => {
              const read = it.result.transaction('meta').objectStore('meta').get('recovery_key');
              read.onsuccess = () => { it.result.close(); done(read.result ?? ''); };
            };";
        let said = self.driver().execute_async(look, Vec::new()).await;
        said.ok().and_then(|it| it.json().as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Puts rubbish in the place of the program, as a broken disk or a broken build does.
    async fn break_the_program(&self) {
        let spoil = "const done = arguments[arguments.length - 1];
            (async () => {
              for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const request of await cache.keys()) {
                  if (request.url.endsWith('.wasm')) await cache.put(request, new Response('rubbish'));
                }
              }
            })().then(() => done(true), it => done(String(it)))";
        assert_eq!(self.driver().execute_async(spoil, Vec::new()).await.unwrap().json(), &json!(true));
    }

    /// Fails unless the page is fit to read, in both lights.
    async fn check_looks(&self) {
        self.inject_axe().await;
        for theme in ["light", "dark"] {
            self.script(&format!("document.documentElement.dataset.theme = '{theme}'")).await;
            assert_eq!(self.violations().await, Vec::<String>::new(), "{theme}");
        }
        assert_eq!([self.out_of_reach().await, self.cut().await].concat(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_a_broken_app_holds_comes_in_as_a_file_and_once() {
    let mut office = Office::open();
    let printed = office.operate(&["recovery-key", "new"]);
    let place = tempfile::tempdir().unwrap();
    let key = place.path().join("key.txt");
    fs::write(&key, &printed).unwrap();
    let phone = office.phone_of("chen").await;
    phone.until_installed().await;
    phone.reload().await;
    phone.wait_synced().await;
    phone.until("the recovery key on the phone", async || phone.kept_key().await.contains("\"id\"")).await;
    office.stop();
    phone.open_a_visit().await;
    phone.note("救回来的一句").await;

    phone.break_the_program().await;
    phone.reload().await;
    phone.wait_css("#recover[data-why='failed']").await;
    phone.tap_css("#recover a[href='/rescue.html']").await;
    phone.until_looked().await;
    let unsent = phone.wait_css(UNSENT).await.attr("data-count").await.unwrap().unwrap();
    assert!(unsent.parse::<u32>().unwrap() >= 2, "{unsent}: the visit was begun, and a note was taken");
    phone.keep_still().await;
    phone.check_looks().await;
    let file = phone.save_to(place.path()).await;
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("\"sealed\"") && !text.contains("救回来") && !text.contains("chen"), "{text}");

    office.start();
    let import =
        ["rescue-import", "--user", "chen", "--from", file.to_str().unwrap(), "--key", key.to_str().unwrap()];
    let said = office.operate(&import);
    assert!(said.contains(&format!("{unsent} applied, 0 refused")), "{said}");
    let notes = async || {
        let notes = office.teller("chen").await.all("visit_note").await;
        notes.iter().filter(|it| it["text"] == "救回来的一句").count()
    };
    assert_eq!(notes().await, 1);
    let said = office.operate(&import);
    assert!(said.contains("0 applied, 0 refused"), "{said}");

    // the phone is mended, and sends the same once more by itself
    phone.go("/today").await;
    phone.wait_css("#recover[data-why='failed']").await;
    phone.tap_css("#recover .btn[data-kind='second']").await;
    phone.see("visit-row").await;
    phone.wait_synced().await;
    assert_eq!(notes().await, 1);
}

#[tokio::test]
async fn without_a_key_the_file_is_open_and_the_page_says_so_first() {
    let mut office = Office::open();
    let phone = office.phone_of("chen").await;
    phone.until_installed().await;
    phone.reload().await;
    phone.wait_synced().await;
    office.stop();
    phone.open_a_visit().await;
    phone.note("没有密钥时记下的").await;

    phone.open_rescue().await;
    phone.see_text("谁拿到文件").await;
    assert_eq!(phone.script("return document.querySelectorAll('[download]').length").await, json!(0));
    phone.keep_still().await;
    phone.check_looks().await;
    phone.tap("rescue-accept").await;
    let place = tempfile::tempdir().unwrap();
    let file = phone.save_to(place.path()).await;
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("\"open\"") && text.contains("没有密钥时记下的"), "{text}");

    // a key was made meanwhile: a page that reaches the server seals to it
    office.start();
    office.operate(&["recovery-key", "new"]);
    phone.open_rescue().await;
    phone.see("rescue-save").await;
    phone.see_text("文件已加密").await;
    let said = office.operate(&["rescue-import", "--user", "chen", "--from", file.to_str().unwrap()]);
    assert!(said.contains("0 refused") && !said.contains("left out"), "{said}");
}
