//! Reads under way, called off when the page goes and begun again when it comes back: WebKit keeps a read that its
//! page left in the middle, and lets no later page write until the browser ends. Never touches a write.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use web_sys::IdbTransaction;

use crate::gate::Gate;

thread_local! {
    static READS: Reads = Reads::watch();
}

/// The reads of this page, of whatever database.
struct Reads {
    under_way: RefCell<Vec<IdbTransaction>>,
    /// Shut while the page is gone; a browser may bring it back as it was.
    there: Rc<Gate>,
    times_gone: Cell<u32>,
}

/// A read under way; ends when it is dropped.
pub(super) struct Read(IdbTransaction);

/// Notes a read that has begun.
pub(super) fn begin(transaction: &IdbTransaction) -> Read {
    READS.with(|reads| reads.under_way.borrow_mut().push(transaction.clone()));
    Read(transaction.clone())
}

/// Waits while the page is gone. Returns how often it has gone: a read that failed while that changed was called off.
pub(super) async fn page_is_there() -> u32 {
    READS.with(|reads| Rc::clone(&reads.there)).pass().await;
    times_gone()
}

/// Returns how often the page has gone.
pub(super) fn times_gone() -> u32 {
    READS.with(|reads| reads.times_gone.get())
}

impl Reads {
    fn watch() -> Self {
        if let Some(window) = web_sys::window() {
            EventListener::new(&window, "pagehide", |_| READS.with(Self::leave)).forget();
            EventListener::new(&window, "pageshow", |_| READS.with(Self::come_back)).forget();
        }
        let there = Rc::new(Gate::default());
        there.open();
        Self { under_way: RefCell::default(), there, times_gone: Cell::new(0) }
    }

    fn leave(&self) {
        self.there.shut();
        self.times_gone.set(self.times_gone.get().wrapping_add(1));
        for read in &*self.under_way.borrow() {
            // one that has just ended can't be called off
            let _ = read.abort();
        }
    }

    fn come_back(&self) {
        self.there.open();
    }
}

impl Drop for Read {
    fn drop(&mut self) {
        READS.with(|reads| reads.under_way.borrow_mut().retain(|it| *it != self.0));
    }
}
