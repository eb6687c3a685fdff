//! A bell: rung by whatever gives sync a reason to look again, heard by the loop.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// How soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ring {
    /// In a moment: more of the same may follow.
    Soon,
    /// At once.
    Now,
}

/// A bell. Cheap to clone.
#[derive(Clone, Default)]
pub struct Bell(Rc<Inner>);

#[derive(Default)]
struct Inner {
    rung: Cell<Option<Ring>>,
    waker: RefCell<Option<Waker>>,
}

impl Bell {
    /// Rings. It is heard even if nobody listens yet.
    pub fn ring(&self, ring: Ring) {
        self.0.rung.set(self.0.rung.get().max(Some(ring)));
        if let Some(waker) = self.0.waker.borrow_mut().take() {
            waker.wake();
        }
    }

    /// Says whether it has been rung since it was last heard.
    pub fn is_rung(&self) -> bool {
        self.0.rung.get().is_some()
    }

    /// Waits until it has been rung since it was last heard.
    pub async fn heard(&self) -> Ring {
        poll_fn(|cx| match self.0.rung.take() {
            Some(ring) => Poll::Ready(ring),
            None => {
                *self.0.waker.borrow_mut() = Some(cx.waker().clone());
                Poll::Pending
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::{Bell, Ring};
    use futures::FutureExt;

    #[test]
    fn it_is_heard_once_and_the_more_urgent_counts() {
        let bell = Bell::default();
        assert_eq!(bell.heard().now_or_never(), None);
        assert!(!bell.is_rung());
        bell.ring(Ring::Now);
        bell.ring(Ring::Soon);
        assert!(bell.is_rung());
        assert_eq!(bell.heard().now_or_never(), Some(Ring::Now));
        assert_eq!(bell.heard().now_or_never(), None);
    }
}
