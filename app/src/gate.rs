//! A gate: shut or open, and who waits for it to be open. Never says what it stands before.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// Begins shut.
#[derive(Default)]
pub(crate) struct Gate {
    open: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

impl Gate {
    /// Lets pass whoever waits, and whoever comes.
    pub(crate) fn open(&self) {
        self.open.set(true);
        self.waiting.take().into_iter().for_each(Waker::wake);
    }

    /// Lets nobody pass.
    #[cfg(target_family = "wasm")]
    pub(crate) fn shut(&self) {
        self.open.set(false);
    }

    /// Says whether it is open.
    pub(crate) fn is_open(&self) -> bool {
        self.open.get()
    }

    /// Waits until it is open.
    pub(crate) async fn pass(&self) {
        poll_fn(|cx| {
            if self.is_open() {
                return Poll::Ready(());
            }
            self.waiting.borrow_mut().push(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }
}
