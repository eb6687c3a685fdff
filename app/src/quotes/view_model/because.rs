//! The reasons that can be named.

use leeway_core::authority::{ReasonCode, ReasonList};

/// Returns what can be named, the reason that was named last first, also if it is not on the list any more.
pub fn reasons_to_name(list: &ReasonList, last: Option<&ReasonCode>) -> Vec<ReasonCode> {
    let others = list.codes.iter().filter(|code| Some(*code) != last);
    last.into_iter().chain(others).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_that_was_named_last_stands_first_once() {
        let list = ReasonList::default();
        let named = |last: &str| {
            let all = reasons_to_name(&list, ReasonCode::new(last).ok().as_ref());
            (all[0].as_str().to_owned(), all.len())
        };
        assert_eq!(named("renewal"), ("renewal".into(), 6));
        assert_eq!(named("政府采购"), ("政府采购".into(), 7));
        assert_eq!(reasons_to_name(&list, None), list.codes);
    }
}
