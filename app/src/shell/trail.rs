//! Where the user came from, so that "back" on a screen goes there and not always to the same parent. Kept in
//! memory only: after a reload, back leads to the parent.

use std::cell::RefCell;

thread_local! {
    static TRAIL: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Takes note of an address that is shown now. Returns whether it is the first one since the start.
pub fn arrive(path: &str) -> bool {
    TRAIL.with_borrow_mut(|trail| {
        let first = trail.is_empty();
        step(trail, path);
        first
    })
}

/// Says whether there is an address of this app to go back to.
pub fn has_past() -> bool {
    TRAIL.with_borrow(|trail| trail.len() > 1)
}

/// Says whether the address before the present one is this.
pub fn came_from(path: &str) -> bool {
    TRAIL.with_borrow(|trail| before(trail) == Some(path))
}

fn before(trail: &[String]) -> Option<&str> {
    let at = trail.len().checked_sub(2)?;
    trail.get(at).map(String::as_str)
}

/// An address that was shown before is where the user came back to; any other one is a step further.
fn step(trail: &mut Vec<String>, path: &str) {
    match trail.iter().position(|it| it == path) {
        Some(at) => trail.truncate(at + 1),
        None => trail.push(path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{before, step};

    #[test]
    fn coming_back_shortens_the_trail() {
        let mut trail = Vec::new();
        for path in ["/today", "/visits/1", "/customers/2", "/visits/1"] {
            step(&mut trail, path);
        }
        assert_eq!(trail, ["/today", "/visits/1"]);
        assert_eq!(before(&trail), Some("/today"));
        assert_eq!(before(&trail[..1]), None);
    }
}
