//! What the page of spending shows, as plain Rust. Never adds anything up: `leeway_core::spending` does.

use std::collections::BTreeMap;

use leeway_core::spending::{Called, Rows, Tally};
use leeway_core::values::Percent;
use uuid::Uuid;

/// A share, or why none is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// So much.
    Of(Percent),
    /// It would be one of too few.
    TooFew,
}

impl From<Option<Percent>> for Share {
    fn from(share: Option<Percent>) -> Self {
        share.map_or(Self::TooFew, Self::Of)
    }
}

/// Returns what is called by which name.
pub fn names(called: &[Called]) -> BTreeMap<Uuid, String> {
    called.iter().map(|it| (it.id, it.name.clone())).collect()
}

/// Names the rows. Who is not known here is left out of nothing: `unknown` stands for the name.
pub fn named<K: Copy + Into<Uuid>>(
    rows: &Rows<K>,
    names: &BTreeMap<Uuid, String>,
    unknown: &str,
) -> Vec<(String, Tally)> {
    let name = |id: Uuid| names.get(&id).cloned().unwrap_or_else(|| unknown.to_owned());
    rows.iter().map(|(id, tally)| (name((*id).into()), *tally)).collect()
}

#[cfg(test)]
mod tests {
    use leeway_core::values::UserId;

    use super::*;

    #[test]
    fn every_row_has_a_name() {
        let (chen, li) = (UserId::from_u128(1), UserId::from_u128(2));
        let names = names(&[Called { id: chen.into(), name: "陈静".into() }]);
        let rows = vec![(li, Tally::default()), (chen, Tally { quotes: 3, ..Tally::default() })];
        let shown: Vec<_> =
            named(&rows, &names, "已离开").into_iter().map(|(name, it)| (name, it.quotes)).collect();
        assert_eq!(shown, [("已离开".to_owned(), 0), ("陈静".to_owned(), 3)]);
        assert_eq!(Share::from(None), Share::TooFew);
    }
}
