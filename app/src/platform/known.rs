//! A hint for the page's script (`public/boot.js`): somebody is known here, so the file with the pages will be needed.
//! Only a hint, to fetch it earlier; who is known is asked of the store.

use super::local;

const KNOWN: &str = "leeway.known";

/// Notes whether somebody is known.
pub fn note(known: bool) {
    local::write(KNOWN, known.then_some("1"));
}
