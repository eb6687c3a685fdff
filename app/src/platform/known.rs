//! A hint who is known here, so that the file with the pages and the store of the user will be needed: for the script
//! that starts the program (`public/boot.js`) and for the start. Only to ask for them earlier; who is known is asked of
//! the device.

use leeway_core::values::UserId;

use super::local;

const KNOWN: &str = "leeway.known";

/// Returns who was known the last time.
pub fn hinted() -> Option<UserId> {
    local::read(KNOWN)?.parse().ok()
}

/// Notes who is known.
pub fn note(known: Option<UserId>) {
    local::write(KNOWN, known.map(|it| it.to_string()).as_deref());
}
