//! The page as a whole: whether it is seen, that it was painted, going elsewhere.

use gloo_events::EventListener;

/// Says whether the user sees the page.
pub fn is_visible() -> bool {
    document().is_some_and(|it| it.visibility_state() == web_sys::VisibilityState::Visible)
}

/// Calls `seen` whenever something suggests that the network, or the user, is back: the page comes to sight, gets
/// the focus, or the browser believes it is online.
pub fn on_return(seen: impl Fn() + Clone + 'static) {
    let (Some(window), Some(document)) = (web_sys::window(), document()) else { return };
    for event in ["focus", "online", "pageshow"] {
        let seen = seen.clone();
        EventListener::new(&window, event, move |_| seen()).forget();
    }
    EventListener::new(&document, "visibilitychange", move |_| {
        if is_visible() {
            seen();
        }
    })
    .forget();
}

/// Calls `left` whenever the page may be about to end: it goes out of sight, or is closed. The listener ends with
/// what is returned.
#[must_use]
pub fn on_leave(left: impl Fn() + Clone + 'static) -> Option<[EventListener; 2]> {
    let (window, document) = (web_sys::window()?, document()?);
    let closing = left.clone();
    Some([
        EventListener::new(&document, "visibilitychange", move |_| {
            if !is_visible() {
                left();
            }
        }),
        EventListener::new(&window, "pagehide", move |_| closing()),
    ])
}

/// Returns where the app comes from: `https://host`.
pub fn origin() -> String {
    web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// Asks the browser to print the page.
pub fn print() {
    if let Some(window) = web_sys::window() {
        let _ = window.print();
    }
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// Loads another address anew, without a way back to this one.
pub fn replace(address: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().replace(address);
    }
}

/// Mark behind the address of a device that was just removed.
pub const REMOVED: &str = "#removed";

/// Returns the mark behind the address, with its sign.
pub fn hash() -> String {
    web_sys::window().and_then(|it| it.location().hash().ok()).unwrap_or_default()
}

/// Says that the first screen is painted: the shell goes, and the recovery script stands down.
pub fn ready() {
    let Some(document) = document() else { return };
    if let Some(shell) = document.get_element_by_id("shell") {
        shell.remove();
    }
    if let Some(root) = document.document_element() {
        let _ = root.set_attribute("data-ready", "1");
    }
}

/// Says that the program can't go on: the recovery script offers a way out.
pub fn failed() {
    if let (Some(window), Ok(event)) = (web_sys::window(), web_sys::Event::new("leeway:failed")) {
        let _ = window.dispatch_event(&event);
    }
}

/// Shows the top of the page, where what became of an action is said. At once: the user did not ask for a ride.
pub fn to_top() {
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
    if let Some(middle) = document().and_then(|it| it.query_selector("main").ok().flatten()) {
        middle.set_scroll_top(0);
    }
}

/// Notes in the browser's timeline that this has happened now. The newest mark of a name is kept.
pub fn mark(name: &str) {
    if let Some(timeline) = web_sys::window().and_then(|it| it.performance()) {
        timeline.clear_marks_with_mark_name(name);
        let _ = timeline.mark(name);
    }
}

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}
