//! SHA-256, by the browser: nothing of it in the program.

use js_sys::Uint8Array;
use leeway_core::values::BlobHash;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// Returns the name of these bytes; `None` where the browser can't hash, which is outside of a secure page only.
pub async fn of(bytes: &[u8]) -> Option<BlobHash> {
    let subtle = web_sys::window()?.crypto().ok()?.subtle();
    let bytes = Uint8Array::from(bytes);
    let hashing = subtle.digest_with_str_and_buffer_source("SHA-256", &bytes).ok()?;
    let hash = JsFuture::from(hashing.unchecked_into::<js_sys::Promise>()).await.ok()?;
    Some(BlobHash::new(Uint8Array::new(&hash).to_vec().try_into().ok()?))
}
