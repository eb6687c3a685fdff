//! Quick fingers: a second write of a field, asked for before the page has read its first one back, names the first
//! as seen. Without this, one person's two taps would look like two people. Never hides a write of anybody else.

use std::collections::HashMap;
use std::hash::Hash;

use leeway_core::values::CommandId;

/// What this page wrote, by field: which write took the place of which.
#[derive(Debug, Clone)]
pub struct OwnWrites<K>(HashMap<(K, Option<CommandId>), CommandId>);

impl<K> Default for OwnWrites<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Hash + Eq + Clone> OwnWrites<K> {
    /// Returns the write that the author has seen: the one shown, or what this page put in its place since.
    pub fn seen(&self, field: &K, shown: Option<CommandId>) -> Option<CommandId> {
        let mut seen = shown;
        while let Some(next) = self.0.get(&(field.clone(), seen)) {
            seen = Some(*next);
        }
        seen
    }

    /// Takes note of a write of this page; `seen` is what it named.
    pub fn note(&mut self, field: K, seen: Option<CommandId>, write: CommandId) {
        if seen != Some(write) {
            self.0.insert((field, seen), write);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> CommandId {
        CommandId::from_u128(n)
    }

    #[test]
    fn a_second_tap_has_seen_the_first() {
        let mut own = OwnWrites::default();
        assert_eq!(own.seen(&"a", None), None);
        own.note("a", None, id(1));
        assert_eq!(own.seen(&"a", None), Some(id(1)));
        own.note("a", Some(id(1)), id(2));
        assert_eq!(own.seen(&"a", None), Some(id(2)));
        assert_eq!(own.seen(&"b", None), None);
    }

    #[test]
    fn what_somebody_else_wrote_stays_unseen_until_it_is_shown() {
        let mut own = OwnWrites::default();
        own.note("a", None, id(1));
        // the other phone's write 9 is shown now
        assert_eq!(own.seen(&"a", Some(id(9))), Some(id(9)));
    }
}
