//! The system's clipboard: text goes in, nothing is ever read from it.

use wasm_bindgen_futures::JsFuture;

/// Copies a text. Returns whether it worked: in-app browsers and pages without TLS may have no clipboard.
pub async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    let navigator = window.navigator();
    let found = js_sys::Reflect::get(&navigator, &"clipboard".into());
    if !found.is_ok_and(|it| it.is_object()) {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}
