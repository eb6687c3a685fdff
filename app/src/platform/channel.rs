//! Between the tabs of this app: short texts. Where the browser has none, tabs don't hear each other until they come
//! to sight.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// A channel to all other tabs; never to this one.
pub struct Channel {
    inner: Option<web_sys::BroadcastChannel>,
    _heard: Closure<dyn Fn(web_sys::MessageEvent)>,
}

impl Channel {
    /// Opens the channel of this name; `heard` is called with what other tabs say.
    pub fn open(name: &str, heard: impl Fn(String) + 'static) -> Self {
        let heard = Closure::<dyn Fn(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
            if let Some(text) = event.data().as_string() {
                heard(text);
            }
        });
        let inner = web_sys::BroadcastChannel::new(name).ok();
        if let Some(inner) = &inner {
            inner.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        }
        Self { inner, _heard: heard }
    }

    /// Says something to all other tabs.
    pub fn say(&self, text: &str) {
        if let Some(inner) = &self.inner {
            let _ = inner.post_message(&text.into());
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        if let Some(inner) = &self.inner {
            inner.set_onmessage(None);
            inner.close();
        }
    }
}
