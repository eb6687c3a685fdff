//! The system's share sheet, and the download in its place. Never makes what is shared: a browser opens the sheet only
//! right after a tap, so it has to be ready before.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FilePropertyBag, HtmlAnchorElement, Navigator, ShareData, Url};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shared {
    /// It was given to another app, or the user thought better of it.
    Sheet,
    /// It was saved among the downloads.
    Saved,
    /// This browser can do neither.
    Nothing,
}

/// Hands a file over.
pub async fn hand_over(file: &File) -> Shared {
    let Some(window) = web_sys::window() else { return Shared::Nothing };
    let navigator = window.navigator();
    let data = ShareData::new();
    data.set_files(&js_sys::Array::of1(file));
    if can_share(&navigator, &data) {
        // a refusal is the user's own: the sheet was open
        let _ = JsFuture::from(navigator.share_with_data(&data)).await;
        return Shared::Sheet;
    }
    match download(file) {
        Some(()) => Shared::Saved,
        None => Shared::Nothing,
    }
}

/// Makes a file of bytes.
pub fn file(bytes: &[u8], name: &str, mime: &str) -> Option<File> {
    let kind = FilePropertyBag::new();
    kind.set_type(mime);
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    File::new_with_u8_array_sequence_and_options(&parts, name, &kind).ok()
}

/// Saves a file among the downloads.
pub fn save(file: &File) {
    let _ = download(file);
}

/// Says whether this browser shares files: many know the word, and share texts only.
fn can_share(navigator: &Navigator, data: &ShareData) -> bool {
    let knows = |name: &str| js_sys::Reflect::has(navigator, &name.into()).unwrap_or(false);
    knows("share") && knows("canShare") && navigator.can_share_with_data(data)
}

fn download(file: &File) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let link: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
    if !js_sys::Reflect::has(&link, &"download".into()).unwrap_or(false) {
        return None;
    }
    let address = Url::create_object_url_with_blob(file).ok()?;
    link.set_href(&address);
    link.set_download(&file.name());
    link.click();
    // the download has its own hold of the bytes by then
    gloo_timers::callback::Timeout::new(60_000, move || drop(Url::revoke_object_url(&address))).forget();
    Some(())
}
