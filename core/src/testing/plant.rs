//! Bugs on purpose in the rules, one at a time, switched on by a harness that must find it (`docs/soak/planted-bugs.md`).
//! Never in what ships, like all of this module.

use std::sync::atomic::{AtomicU8, Ordering};

/// A bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Plant {
    /// A receipt counts whoever has signed it.
    AnySignature = 1,
    /// An envelope counts in whatever bytes it is written.
    AnyBytes = 2,
    /// A quote counts that may have been signed after its device was lost.
    LossForgotten = 3,
    /// Two receipts may stand at one place.
    ForkForgotten = 4,
    /// A slice is cut off without regard to what other devices hold.
    SliceForgotten = 5,
}

static PLANTED: AtomicU8 = AtomicU8::new(0);

/// Switches a bug on, for the whole program.
pub fn switch_on(plant: Plant) {
    PLANTED.store(plant as u8, Ordering::SeqCst);
}

/// Says whether this bug is there.
pub(crate) fn is(plant: Plant) -> bool {
    PLANTED.load(Ordering::Relaxed) == plant as u8
}
