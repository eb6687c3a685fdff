//! The first screen: what it waits for, and what waits for it. Never reads or builds anything itself.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use crate::gate::Gate;

/// Counts first reads and pieces, so that the first screen is shown when it has something to show. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Firsts(Rc<Outstanding>);

#[derive(Default)]
struct Outstanding {
    count: Cell<u32>,
    waker: RefCell<Option<Waker>>,
    painted: Gate,
}

/// A first read or a piece under way.
#[derive(Clone)]
pub(crate) struct First {
    firsts: Firsts,
    ended: Rc<Cell<bool>>,
}

impl Firsts {
    /// Counts one more, until it is ended.
    pub(crate) fn begin(&self) -> First {
        self.0.count.set(self.0.count.get() + 1);
        First { firsts: self.clone(), ended: Rc::new(Cell::new(false)) }
    }

    /// Says whether none is under way.
    pub(crate) fn none(&self) -> bool {
        self.0.count.get() == 0
    }

    /// Waits until all that have begun have ended.
    pub(crate) async fn ended(&self) {
        poll_fn(|cx| {
            if self.none() {
                return Poll::Ready(());
            }
            *self.0.waker.borrow_mut() = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Says that the first screen is painted.
    pub(crate) fn paint(&self) {
        self.0.painted.open();
    }

    /// Says whether the first screen is painted.
    pub(crate) fn is_painted(&self) -> bool {
        self.0.painted.is_open()
    }

    /// Waits until the first screen is painted: what nobody sees yet comes behind it.
    pub(crate) async fn painted(&self) {
        self.0.painted.pass().await;
    }
}

impl First {
    /// Says that it has ended; once counts.
    pub(crate) fn end(&self) {
        let outstanding = &self.firsts.0;
        if !self.ended.replace(true) {
            outstanding.count.set(outstanding.count.get() - 1);
            if let Some(waker) = outstanding.waker.borrow_mut().take() {
                waker.wake();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Firsts;
    use futures::FutureExt;

    #[test]
    fn each_first_read_ends_once() {
        let firsts = Firsts::default();
        let (one, two) = (firsts.begin(), firsts.begin());
        one.end();
        one.end();
        assert_eq!(firsts.ended().now_or_never(), None);
        two.end();
        assert_eq!(firsts.ended().now_or_never(), Some(()));
    }

    #[test]
    fn what_comes_behind_the_first_screen_waits_for_it() {
        let firsts = Firsts::default();
        assert_eq!(firsts.painted().now_or_never(), None);
        firsts.paint();
        assert_eq!(firsts.painted().now_or_never(), Some(()));
    }
}
