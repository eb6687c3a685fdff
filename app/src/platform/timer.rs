//! Waiting.

use std::future::Future;
use std::pin::pin;

use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;

/// Waits.
pub async fn sleep(ms: u32) {
    TimeoutFuture::new(ms).await;
}

/// Waits for `work`, but not longer than so many milliseconds.
pub async fn within<T>(ms: u32, work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), TimeoutFuture::new(ms)).await {
        Either::Left((found, _)) => Some(found),
        Either::Right(_) => None,
    }
}
