//! Ids of elements that refer to each other (label and field, heading and section). Never stored, never sent.

use std::cell::Cell;

thread_local! {
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

/// Returns an element id that no other element of this page has.
pub fn fresh_id(kind: &str) -> String {
    NEXT.with(|next| {
        let number = next.get();
        next.set(number.wrapping_add(1));
        format!("{kind}-{number}")
    })
}

#[cfg(test)]
mod tests {
    use super::fresh_id;

    #[test]
    fn ids_differ() {
        assert_ne!(fresh_id("f"), fresh_id("f"));
    }
}
