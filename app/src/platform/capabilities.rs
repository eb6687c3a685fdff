//! What this browser can do for work without a network. Asks, changes nothing, never waits for long.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::service_worker;
use super::timer::within;

/// What was found. `None`: the browser doesn't say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Capabilities {
    /// The program itself is kept on this device and opens without a network.
    pub opens_offline: bool,
    /// The browser can keep a program at all; many in-app browsers can't.
    pub can_open_offline: bool,
    /// Data can be kept (IndexedDB).
    pub keeps_data: bool,
    /// The browser has promised not to clear the data by itself.
    pub persistent: Option<bool>,
    /// Bytes used by this site.
    pub used: Option<u64>,
    /// Bytes that this site may use.
    pub quota: Option<u64>,
    /// Opened from the home screen, in a window of its own.
    pub installed: bool,
    /// Text and files can be handed to other apps.
    pub share: bool,
}

/// Looks at what is there. Takes at most about two seconds.
pub async fn probe() -> Capabilities {
    let Some(window) = web_sys::window() else { return Capabilities::default() };
    let navigator = window.navigator();
    let storage = navigator.storage();
    let has = |name: &str| js_sys::Reflect::has(&navigator, &name.into()).unwrap_or_default();
    let has_storage = has("storage");
    let mut found = Capabilities {
        can_open_offline: has("serviceWorker"),
        opens_offline: service_worker::controls(),
        keeps_data: js_sys::Reflect::get(&window, &"indexedDB".into()).is_ok_and(|it| it.is_object()),
        installed: installed(&window),
        share: has("share"),
        ..Capabilities::default()
    };
    if has_storage {
        found.persistent = answer(storage.persisted()).await.and_then(|it| it.as_bool());
        if let Some(estimate) = answer(storage.estimate()).await {
            found.used = bytes(&estimate, "usage");
            found.quota = bytes(&estimate, "quota");
        }
    }
    found
}

/// Asks the browser not to clear this site's data by itself. Some never answer, so nobody waits for it.
pub fn ask_to_persist() {
    let Some(window) = web_sys::window() else { return };
    let navigator = window.navigator();
    if js_sys::Reflect::has(&navigator, &"storage".into()).unwrap_or_default() {
        let asked = navigator.storage().persist();
        wasm_bindgen_futures::spawn_local(async move {
            if let Ok(promise) = asked {
                let _ = JsFuture::from(promise).await;
            }
        });
    }
}

fn installed(window: &web_sys::Window) -> bool {
    let standalone = window.match_media("(display-mode: standalone)").ok().flatten();
    // iOS has its own way of saying so
    let ios = js_sys::Reflect::get(&window.navigator(), &"standalone".into());
    standalone.is_some_and(|it| it.matches()) || ios.is_ok_and(|it| it.is_truthy())
}

async fn answer<P: JsCast>(promise: Result<P, JsValue>) -> Option<JsValue> {
    let promise = promise.ok()?.unchecked_into::<js_sys::Promise>();
    within(1_000, JsFuture::from(promise)).await?.ok()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of bytes")]
fn bytes(estimate: &JsValue, field: &str) -> Option<u64> {
    js_sys::Reflect::get(estimate, &field.into()).ok()?.as_f64().map(|it| it as u64)
}
