//! Transactions under way, called off when they would stand in the way of other pages, and begun again when this one is
//! back. WebKit keeps a read that its page left in the middle, and lets no later page write until the browser ends: reads
//! end when the page goes. A page that is frozen keeps whatever it holds locked, and no other tab opens the app: all end
//! when it freezes. What was called off has changed nothing, and nobody was told that it was saved.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use web_sys::IdbTransaction;

use super::Mode;
use crate::gate::Gate;

thread_local! {
    static ALL: UnderWay = UnderWay::watch();
}

/// The transactions of this page, on whatever database.
struct UnderWay {
    transactions: RefCell<Vec<(IdbTransaction, Mode)>>,
    /// Shut while the page is gone; a browser may bring it back as it was. Reads wait here.
    there: Rc<Gate>,
    times_gone: Cell<u32>,
    /// Shut while the page is frozen. Everything waits here.
    awake: Rc<Gate>,
    times_frozen: Cell<u32>,
}

/// A transaction under way; ends when it is dropped.
pub(super) struct Begun(IdbTransaction);

/// Notes a transaction that has begun.
pub(super) fn begin(transaction: &IdbTransaction, mode: Mode) -> Begun {
    ALL.with(|all| all.transactions.borrow_mut().push((transaction.clone(), mode)));
    Begun(transaction.clone())
}

/// Waits while nothing of this kind may begin. Returns how often such were called off: one that failed while that
/// changed was called off.
pub(super) async fn may_begin(mode: Mode) -> u32 {
    ALL.with(|all| Rc::clone(&all.awake)).pass().await;
    if mode == Mode::Read {
        ALL.with(|all| Rc::clone(&all.there)).pass().await;
    }
    times_called_off(mode)
}

/// Returns how often transactions of this kind were called off.
pub(super) fn times_called_off(mode: Mode) -> u32 {
    ALL.with(|all| match mode {
        Mode::Read => all.times_gone.get().wrapping_add(all.times_frozen.get()),
        Mode::Relaxed | Mode::Strict => all.times_frozen.get(),
    })
}

impl UnderWay {
    fn watch() -> Self {
        if let Some(window) = web_sys::window() {
            EventListener::new(&window, "pagehide", |_| ALL.with(Self::leave)).forget();
            EventListener::new(&window, "pageshow", |_| ALL.with(|all| all.there.open())).forget();
            if let Some(document) = window.document() {
                EventListener::new(&document, "freeze", |_| ALL.with(Self::freeze)).forget();
                EventListener::new(&document, "resume", |_| ALL.with(|all| all.awake.open())).forget();
            }
        }
        let open = || {
            let gate = Rc::new(Gate::default());
            gate.open();
            gate
        };
        Self {
            transactions: RefCell::default(),
            there: open(),
            times_gone: Cell::new(0),
            awake: open(),
            times_frozen: Cell::new(0),
        }
    }

    fn leave(&self) {
        self.there.shut();
        self.times_gone.set(self.times_gone.get().wrapping_add(1));
        self.call_off(|mode| mode == Mode::Read);
    }

    fn freeze(&self) {
        self.awake.shut();
        self.times_frozen.set(self.times_frozen.get().wrapping_add(1));
        self.call_off(|_| true);
    }

    fn call_off(&self, which: impl Fn(Mode) -> bool) {
        for (transaction, _) in self.transactions.borrow().iter().filter(|(_, mode)| which(*mode)) {
            // one that has just ended, or is being committed, can't be called off
            let _ = transaction.abort();
        }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        ALL.with(|all| all.transactions.borrow_mut().retain(|(it, _)| *it != self.0));
    }
}
