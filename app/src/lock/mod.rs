//! The lock of this device: whoever picks up the phone sees nothing of the app without its six digits. An access lock and
//! no encryption, which both its pages say: what is kept here is protected by the phone's own lock. It works without a
//! network, keeps everything, and whoever has forgotten the digits logs in by password instead.
//!
//! While it is locked nothing is synced, unless the device is to be removed: then it sends what it can, and is cleared.
//! Otherwise it never ends a session, and never deletes anything.

mod lock_page;
mod lock_screen;
mod pin;
mod rules;

pub use lock_page::LockPage;
pub(crate) use lock_screen::LockScreen;
pub use rules::{Lock, PIN_DIGITS, Tried};
