//! A hint that somebody is known here, so that the file with the pages will be needed: for the page's first script
//! (`public/recover.js`) and for the start. Only to fetch it earlier; who is known is asked of the store.

use super::local;

const KNOWN: &str = "leeway.known";

/// Says whether somebody was known the last time.
pub fn hinted() -> bool {
    local::read(KNOWN).is_some()
}

/// Notes whether somebody is known.
pub fn note(known: bool) {
    local::write(KNOWN, known.then_some("1"));
}
