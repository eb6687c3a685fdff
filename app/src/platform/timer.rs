//! Waiting.

use std::future::Future;
use std::pin::pin;

use futures::channel::oneshot;
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::IdleRequestOptions;

/// Longer than a screen takes to be painted, shorter than anybody waits.
const MOMENT_MS: u32 = 400;

/// Waits.
pub async fn sleep(ms: u32) {
    TimeoutFuture::new(ms).await;
}

/// Waits until what is in the page now has been painted, and the browser is idle. A page out of sight is not painted;
/// then, and where a browser can't tell when it is idle, it waits a moment.
pub async fn painted() {
    let (done, idle) = oneshot::channel();
    let callback = Closure::once_into_js(move || {
        // nobody waits any more: then nobody needs to know
        let _ = done.send(());
    });
    let options = IdleRequestOptions::new();
    options.set_timeout(MOMENT_MS);
    let asked = web_sys::window().is_some_and(|window| {
        window.request_idle_callback_with_options(callback.unchecked_ref(), &options).is_ok()
    });
    if asked {
        within(2 * MOMENT_MS, idle).await;
    } else {
        sleep(MOMENT_MS / 4).await;
    }
}

/// Waits for `work`, but not longer than so many milliseconds.
pub async fn within<T>(ms: u32, work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), TimeoutFuture::new(ms)).await {
        Either::Left((found, _)) => Some(found),
        Either::Right(_) => None,
    }
}
