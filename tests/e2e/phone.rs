//! A phone: a real browser (Chromium unless a story says otherwise) of phone size with its own profile, and the verbs of a person who uses it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use thirtyfour::prelude::*;

use crate::engine::{DriverServer, Engine};
use crate::office::{PASSWORD, signal};

/// How long a condition may take to come true.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked at.
const GLANCE: Duration = Duration::from_millis(50);

/// A browser with its profile.
pub struct Phone {
    driver: Option<WebDriver>,
    engine: Engine,
    server: DriverServer,
    profile: PathBuf,
    _own: Option<tempfile::TempDir>,
    address: String,
}

impl Phone {
    /// Opens a browser with a fresh profile at the address.
    pub async fn open(engine: Engine, address: &str) -> Self {
        let own = tempfile::tempdir().unwrap();
        let profile = own.path().to_owned();
        Self::open_in(engine, address, profile, Some(own)).await
    }

    /// Opens a browser on a profile; without `own`, the profile outlives it.
    pub async fn open_in(
        engine: Engine,
        address: &str,
        profile: PathBuf,
        own: Option<tempfile::TempDir>,
    ) -> Self {
        let server = engine.start();
        let mut phone =
            Self { driver: None, engine, server, profile, _own: own, address: address.to_owned() };
        phone.wake().await;
        phone.go("/").await;
        phone
    }

    /// Starts the browser on its profile.
    pub async fn wake(&mut self) {
        let wishes = self.engine.wishes(&self.profile);
        let driver = WebDriver::new(&self.server.address, wishes).await.unwrap();
        self.driver = Some(driver);
        if self.engine == Engine::Chromium {
            self.resize(390, 844).await;
        }
    }

    /// Kills the browser process, as a phone does that runs out of memory.
    pub fn kill(&mut self) {
        let driver = self.driver.take().unwrap();
        signal("KILL", browser_process(&self.profile));
        driver.leak().unwrap();
    }

    /// Closes the browser and opens it again. A browser writes its cookies some 30 s late, or at its end: who is
    /// killed right after logging in has to log in again, and that is not what stories are about.
    pub async fn restart(&mut self) {
        if let Some(driver) = self.driver.take() {
            driver.quit().await.unwrap();
        }
        self.wake().await;
        self.go("/today").await;
    }

    /// Closes the browser as a person would.
    pub async fn close(mut self) {
        if let Some(driver) = self.driver.take() {
            driver.quit().await.unwrap();
        }
    }

    /// Returns the driver, for what has no verb.
    pub fn driver(&self) -> &WebDriver {
        self.driver.as_ref().expect("the browser is not running")
    }

    /// Sets the size of the screen in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 2, "mobile": true });
        self.cdp("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Speaks to the browser itself.
    pub async fn cdp(&self, command: &str, args: serde_json::Value) -> serde_json::Value {
        self.driver().cdp().send_raw(command, args).await.unwrap()
    }

    /// Opens a page of the app.
    pub async fn go(&self, path: &str) {
        self.driver().goto(format!("{}{path}", self.address)).await.unwrap();
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        if self.engine == Engine::Firefox {
            // its driver reloads past the service worker, as a forced reload does
            let here = self.driver().current_url().await.unwrap();
            self.driver().goto(here.as_str()).await.unwrap();
        } else {
            self.driver().refresh().await.unwrap();
        }
    }

    /// Runs a script and returns what it returns.
    pub async fn script(&self, script: &str) -> serde_json::Value {
        self.driver().execute(script, Vec::new()).await.unwrap().json().clone()
    }

    /// Logs in and waits until the first sync is through.
    pub async fn log_in(&self, login: &str) {
        self.type_into("login", login).await;
        self.type_into("password", PASSWORD).await;
        self.tap("primary").await;
        self.see("sync-chip").await;
        self.wait_synced().await;
    }

    /// Waits until a service worker has the app for the next start without a network.
    pub async fn until_installed(&self) {
        let active = "const done = arguments[arguments.length - 1];
            navigator.serviceWorker.getRegistration().then(it => done(!!(it && it.active)))";
        self.until("the service worker", async || {
            self.driver().execute_async(active, Vec::new()).await.is_ok_and(|it| it.json() == &json!(true))
        })
        .await;
    }

    /// Makes ready for days without a network: the service worker has the app, the browser has written its cookie, and all
    /// is at the server.
    pub async fn until_ready_to_leave(&mut self) {
        self.until_installed().await;
        self.restart().await;
        self.wait_synced().await;
    }

    /// Returns the build id of the service worker in charge; empty while there is none.
    pub async fn build(&self) -> String {
        let ask = "const done = arguments[arguments.length - 1], worker = navigator.serviceWorker.controller;
            if (!worker) return done('');
            const line = new MessageChannel();
            line.port1.onmessage = it => done(it.data.build);
            worker.postMessage({ type: 'BUILD' }, [line.port2])";
        let said = self.driver().execute_async(ask, Vec::new()).await;
        said.ok().and_then(|it| it.json().as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Waits until the chip says that everything is at the server.
    pub async fn wait_synced(&self) {
        self.wait_css("[data-testid='sync-chip'][data-state='synced']").await;
    }

    /// Waits until the chip says that the server can't be reached.
    pub async fn wait_offline(&self) {
        self.wait_css("[data-testid='sync-chip'][data-state='offline']").await;
    }

    /// Waits for an element of this test id and returns it.
    pub async fn see(&self, id: &str) -> WebElement {
        self.wait_css(&format!("[data-testid='{id}']")).await
    }

    /// Waits for an element and returns it.
    pub async fn wait_css(&self, css: &str) -> WebElement {
        // an element that is drawn again between being found and being looked at is looked for again
        let query = self.driver().query(By::Css(css)).wait(PATIENCE, GLANCE).ignore_errors(true);
        match query.and_displayed().first().await {
            Ok(found) => found,
            Err(_) => panic!("{css} did not come; the page says:\n{}", self.text().await),
        }
    }

    /// Waits until the page says this.
    pub async fn see_text(&self, text: &str) {
        self.until(&format!("the page to say {text:?}"), async || self.text().await.contains(text)).await;
    }

    /// Waits until something holds.
    pub async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        let tries = PATIENCE.as_millis() / GLANCE.as_millis();
        for _ in 0..tries {
            if holds().await {
                return;
            }
            tokio::time::sleep(GLANCE).await;
        }
        panic!("waited for {what}; the page says:\n{}", self.text().await);
    }

    /// Returns all text that a person can read.
    pub async fn text(&self) -> String {
        self.script("return document.body ? document.body.innerText : ''")
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Taps the element of this test id.
    pub async fn tap(&self, id: &str) {
        self.tap_css(&format!("[data-testid='{id}']")).await;
    }

    /// Taps an element as soon as it takes a tap.
    pub async fn tap_css(&self, css: &str) {
        self.until(&format!("{css} to take a tap"), async || {
            let Ok(found) = self.driver().query(By::Css(css)).nowait().and_displayed().first().await else {
                return false;
            };
            drop(found.scroll_into_view().await);
            found.click().await.is_ok()
        })
        .await;
    }

    /// Taps the button, link or label with this text.
    pub async fn tap_text(&self, text: &str) {
        let path = format!(
            "//*[self::button or self::a or self::label or self::summary][contains(normalize-space(.), '{text}')]"
        );
        self.until(&format!("{text:?} to take a tap"), async || {
            let Ok(all) = self.driver().query(By::XPath(path.as_str())).nowait().and_displayed().any().await
            else {
                return false;
            };
            let Some(found) = all.last() else { return false };
            drop(found.scroll_into_view().await);
            found.click().await.is_ok()
        })
        .await;
    }

    /// Taps what this XPath finds, as soon as it takes a tap.
    pub async fn tap_path(&self, path: &str) {
        self.until(&format!("{path} to take a tap"), async || {
            let Ok(found) = self.driver().query(By::XPath(path)).nowait().and_displayed().first().await
            else {
                return false;
            };
            drop(found.scroll_into_view().await);
            found.click().await.is_ok()
        })
        .await;
    }

    /// Returns the path of the page that is shown.
    pub async fn path(&self) -> String {
        self.script("return location.pathname").await.as_str().unwrap_or_default().to_owned()
    }

    /// Says whether a draft with this text is on disk.
    pub async fn draft_says(&self, text: &str) -> bool {
        let look = format!(
            "const done = arguments[arguments.length - 1];
             indexedDB.databases().then(async all => {{
               for (const {{ name }} of all) {{
                 const db = await new Promise((yes, no) => {{
                   const it = indexedDB.open(name); it.onsuccess = () => yes(it.result); it.onerror = no; }});
                 const rows = !db.objectStoreNames.contains('draft') ? [] : await new Promise(yes => {{
                   const it = db.transaction('draft').objectStore('draft').getAll(); it.onsuccess = () => yes(it.result); }});
                 db.close();
                 if (JSON.stringify(rows).includes('{text}')) return done(true);
               }}
               done(false);
             }}).catch(() => done(false))"
        );
        self.driver()
            .execute_async(&*look, Vec::new())
            .await
            .is_ok_and(|it| it.json() == &serde_json::json!(true))
    }

    /// Types into the field of this name, in place of what is there.
    pub async fn type_into(&self, name: &str, text: &str) {
        let field = self.wait_css(&format!("[name='{name}']")).await;
        field.click().await.unwrap();
        field.send_keys(Key::Control + "a").await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Returns what stands in the field of this name.
    pub async fn value_of(&self, name: &str) -> String {
        self.wait_css(&format!("[name='{name}']")).await.prop("value").await.unwrap().unwrap_or_default()
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        // an open browser must not outlive its test; the other engines end with their driver
        if let Some(driver) = self.driver.take() {
            if self.engine == Engine::Chromium {
                signal("KILL", browser_process(&self.profile));
            }
            drop(driver.leak());
        }
    }
}

/// Finds the browser's main process by its profile.
fn browser_process(profile: &Path) -> u32 {
    let mark = format!("--user-data-dir={}", profile.display());
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|id| {
        let line = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        let args: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
        args.contains(&mark.as_bytes())
            && !args.iter().any(|arg| arg.starts_with(b"--type="))
            && args.first().is_some_and(|arg| !arg.ends_with(b"chromedriver"))
    })
    .min()
    .expect("the browser's process")
}
