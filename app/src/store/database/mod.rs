//! The connection to one database: opened when needed, opened again when it was lost. What a transaction is made of is
//! in `indexed` for the browser; outside of one, `memory` keeps the same promises for tests and simulations. Never
//! waits for anything but the database inside a transaction: a browser would commit it half-way.

#[cfg(target_family = "wasm")]
mod indexed;
#[cfg(not(target_family = "wasm"))]
pub mod memory;
#[cfg(target_family = "wasm")]
mod under_way;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::error::StoreError;
#[cfg(target_family = "wasm")]
use indexed::{Open, may_begin, times_called_off};
#[cfg(target_family = "wasm")]
pub(super) use indexed::{Row, Stored, Tx};
#[cfg(not(target_family = "wasm"))]
use memory::{Open, may_begin, times_called_off};
#[cfg(not(target_family = "wasm"))]
pub(super) use memory::{Row, Stored, Tx};

const TRIES: u32 = 3;

/// What a transaction may do, and when it counts as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Only reads.
    Read,
    /// Writes; done when the operating system has it.
    Relaxed,
    /// Writes; done when the disk has it. For what is called saved.
    Strict,
}

/// Which stores a database has.
#[derive(Debug, Clone, Copy)]
pub(super) enum Layout {
    /// A user's database.
    User,
    /// Who uses this device.
    Device,
}

/// Where a value is kept in its store.
#[derive(Debug, Clone, Copy)]
pub(super) enum At<'a> {
    /// Under a name.
    Name(&'a str),
    /// At a place in an order.
    Place(u64),
}

/// Which keys of an index.
#[derive(Debug, Clone, Copy)]
pub(super) enum Range<'a> {
    /// This one.
    Only(&'a str),
    /// From the first (included) to the second (not included).
    Between(&'a str, &'a str),
}

/// The connection to one database.
pub(super) struct Connection {
    name: String,
    layout: Layout,
    open: RefCell<Option<Rc<Open>>>,
    superseded: Cell<bool>,
    life: Cell<Life>,
    closed: Closed,
}

/// What is called when the browser has closed the database by itself, once somebody wants to know.
#[derive(Clone, Default)]
struct Closed(Rc<RefCell<Option<Tell>>>);

type Tell = Box<dyn Fn()>;

impl Closed {
    #[cfg_attr(not(target_family = "wasm"), expect(dead_code, reason = "only a browser closes by itself"))]
    fn tell(&self) {
        if let Some(tell) = &*self.0.borrow() {
            tell();
        }
    }
}

/// What became of the database, as far as this page knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    /// Not opened yet.
    Unknown,
    /// It was there when it was opened first.
    Found,
    /// It was made when it was opened first.
    Made,
    /// It was there, and then it was not: somebody has deleted it.
    Wiped,
}

impl Connection {
    /// Makes a connection that is opened at its first use.
    pub(super) fn new(name: &str, layout: Layout) -> Self {
        Self {
            name: name.to_owned(),
            layout,
            open: RefCell::new(None),
            superseded: Cell::new(false),
            life: Cell::new(Life::Unknown),
            closed: Closed::default(),
        }
    }

    /// Says whether the database was not there when this page opened it first.
    pub(super) fn was_made(&self) -> bool {
        self.life.get() == Life::Made
    }

    /// Calls `tell` whenever the browser closes the database by itself, as it does when it deletes it.
    pub(super) fn on_closed(&self, tell: impl Fn() + 'static) {
        self.closed.0.replace(Some(Box::new(tell)));
    }

    /// Stops all writing: a newer program has changed the store.
    pub(super) fn supersede(&self) {
        self.superseded.set(true);
    }

    /// Does `work` in one transaction; it counts only if `work` returns `Ok`. When the connection was lost, opens it
    /// again and does the same work again, at most three times in all; `work` is told which try it is. What is called
    /// off because the page goes or freezes is done again when the page is back; see [`may_begin`].
    pub(super) async fn run<T>(
        &self,
        stores: &[&str],
        mode: Mode,
        work: impl AsyncFn(&Tx<'_>, u32) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if mode != Mode::Read && self.superseded.get() {
            return Err(StoreError::TooNew);
        }
        let mut tried = 0;
        loop {
            let before = may_begin(mode).await;
            let done = self.attempt(stores, mode, &work, tried).await;
            match &done {
                Err(_) if times_called_off(mode) != before => {}
                Err(StoreError::Gone) if tried + 1 < TRIES => {}
                _ => return done,
            }
            tried += 1;
        }
    }

    async fn attempt<T>(
        &self,
        stores: &[&str],
        mode: Mode,
        work: &impl AsyncFn(&Tx<'_>, u32) -> Result<T, StoreError>,
        tried: u32,
    ) -> Result<T, StoreError> {
        let open = self.opened().await?;
        let attempt = async {
            let tx = Tx::begin(&open, stores, mode)?;
            // dropped on an error, which aborts: all or nothing
            let done = work(&tx, tried).await?;
            if mode != Mode::Read {
                tx.commit().await?;
            }
            Ok(done)
        };
        let done = attempt.await;
        if matches!(done, Err(StoreError::Gone)) {
            self.let_go(&open);
        }
        done
    }

    /// Gives up a connection that was lost, unless another one has taken its place already.
    fn let_go(&self, lost: &Rc<Open>) {
        let mut held = self.open.borrow_mut();
        if held.as_ref().is_some_and(|it| Rc::ptr_eq(it, lost)) {
            held.take();
        }
    }

    async fn opened(&self) -> Result<Rc<Open>, StoreError> {
        if let Some(open) = &*self.open.borrow()
            && !open.is_lost()
        {
            return Ok(Rc::clone(open));
        }
        if self.life.get() == Life::Wiped {
            return Err(StoreError::Wiped);
        }
        let open = Rc::new(Open::open(&self.name, self.layout, &self.closed).await?);
        let life = match (self.life.get(), open.is_made()) {
            (Life::Unknown, true) => Life::Made,
            (Life::Unknown, false) => Life::Found,
            (_, true) => Life::Wiped,
            (life, false) => life,
        };
        self.life.set(life);
        if life == Life::Wiped {
            return Err(StoreError::Wiped);
        }
        let mut held = self.open.borrow_mut();
        // somebody else may have been quicker; theirs may be in use
        if held.as_ref().is_none_or(|it| it.is_lost()) {
            *held = Some(open);
        }
        held.as_ref().map(Rc::clone).ok_or(StoreError::Gone)
    }
}
