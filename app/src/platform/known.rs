//! A hint who is known here, so that the file with the pages and the store of the user will be needed: for the script
//! that starts the program (`public/boot.js`) and for the start. Only to ask for them earlier; who is known is asked of
//! the device.

use leeway_core::values::{Timestamp, UserId};

use super::local;

const KNOWN: &str = "leeway.known";
const LEFT: &str = "leeway.left";
const WIPED: &str = "leeway.wiped";

/// Returns who was known the last time.
pub fn hinted() -> Option<UserId> {
    local::read(KNOWN)?.parse().ok()
}

/// Notes who is known.
pub fn note(known: Option<UserId>) {
    local::write(KNOWN, known.map(|it| it.to_string()).as_deref());
}

/// Notes that the user leaves the page now.
pub fn note_left(now: Timestamp) {
    local::write(LEFT, Some(&now.ms().to_string()));
}

/// Returns when the user left a page last.
pub fn left() -> Option<Timestamp> {
    local::read(LEFT)?.parse().ok().map(Timestamp::from_ms)
}

/// Notes that the store of who is known was deleted while a page ran.
pub fn note_wiped() {
    local::write(WIPED, Some("1"));
}

/// Says, once, whether that was noted.
pub fn was_wiped() -> bool {
    let wiped = local::read(WIPED).is_some();
    if wiped {
        local::write(WIPED, None);
    }
    wiped
}

/// Says whether the browser has a cookie of somebody who logged in here: it outlives what a browser clears by itself.
pub fn is_logged_in() -> bool {
    let document = web_sys::window().and_then(|it| it.document());
    let cookies = document.and_then(|it| js_sys::Reflect::get(&it, &"cookie".into()).ok()?.as_string());
    cookies.is_some_and(|all| all.split(';').any(|pair| pair.trim() == "__Host-here=1"))
}
