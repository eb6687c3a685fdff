//! One tab at a time: a lock between the tabs of this app (Web Locks). It ends with the tab, whatever ends it.

use futures::channel::oneshot;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A lock that is held until this is dropped.
pub struct TabLock(Option<js_sys::Function>);

impl TabLock {
    /// Waits until no other tab holds the lock of this name. Where the browser has no locks, every tab holds it:
    /// the server counts a command once, whoever sends it.
    pub async fn acquire(name: &str) -> Self {
        let Some(locks) = locks() else { return Self(None) };
        let (tell, held) = oneshot::channel::<js_sys::Function>();
        let granted = Closure::once_into_js(move |_lock: JsValue| -> js_sys::Promise {
            let mut tell = Some(tell);
            js_sys::Promise::new(&mut |release, _| {
                if let Some(tell) = tell.take() {
                    let _ = tell.send(release);
                }
            })
        });
        let request = js_sys::Reflect::get(&locks, &"request".into());
        let Some(request) = request.ok().and_then(|it| it.dyn_into::<js_sys::Function>().ok()) else {
            return Self(None);
        };
        let Ok(asked) = request.call2(&locks, &name.into(), &granted) else { return Self(None) };
        // it ends with the lock; a refusal must not look like a fault of the program
        wasm_bindgen_futures::spawn_local(async move {
            let _ = JsFuture::from(asked.unchecked_into::<js_sys::Promise>()).await;
        });
        Self(held.await.ok())
    }
}

impl Drop for TabLock {
    fn drop(&mut self) {
        if let Some(release) = self.0.take() {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

fn locks() -> Option<JsValue> {
    let navigator: JsValue = web_sys::window()?.navigator().into();
    let locks = js_sys::Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then_some(locks)
}
