//! What a customer was promised already: quotes that are made binding one after the other count together, so that a
//! large one can't be cut into small ones that each stay within the limits.

use crate::quotes::{Quote, QuoteState, Totals, totals};
use crate::values::{Money, QuoteId, Timestamp};

/// What was made binding for one customer within the window, on managers' own authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Promised {
    /// What is paid for it.
    pub total: Money,
    /// What was given away in it.
    pub cut: Money,
}

impl Promised {
    /// Returns what one quote promises.
    pub(super) fn in_one(sums: &Totals) -> Self {
        Self { total: sums.total, cut: sums.cut }
    }

    /// Returns both together; beyond what can be counted, as much as can be.
    pub(super) fn and(self, other: Self) -> Self {
        let sum = |one: Money, other: Money| one.checked_add(other).unwrap_or(Money::MAX);
        Self { total: sum(self.total, other.total), cut: sum(self.cut, other.cut) }
    }
}

/// Adds up the customer's quotes that were made binding within so many days before `now`, but for `but` itself. What
/// an approver decided on counts for the approver.
pub fn promised<'a>(
    quotes: impl IntoIterator<Item = &'a Quote>,
    but: QuoteId,
    now: Timestamp,
    days: u16,
) -> Promised {
    let since = since(now, days);
    let counts =
        |quote: &&Quote| quote.id != but && matches!(quote.state, QuoteState::Binding { at } if at > since);
    // a quote that is too large to add up was never made binding
    let sums = quotes.into_iter().filter(counts).filter_map(|quote| totals(&quote.content).ok());
    sums.fold(Promised::default(), |all, sums| all.and(Promised::in_one(&sums)))
}

/// Returns the last moment that is out of the window.
pub(super) fn since(now: Timestamp, days: u16) -> Timestamp {
    now.plus_days(-i64::from(days))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quotes::Line;
    use crate::testing::sample::{line, minute, percent, quote, yuan};

    fn bound(n: u128, at: Timestamp) -> Quote {
        let mut quote = quote(QuoteState::Binding { at });
        quote.id = QuoteId::from_u128(n);
        quote.content.lines = vec![Line { off: percent("10"), ..line(1) }];
        quote
    }

    #[test]
    fn what_was_made_binding_within_the_window_counts_but_for_the_quote_itself() {
        let now = minute(0);
        let at = |days: i64| now.plus_days(-days);
        let mut approved = bound(4, at(1));
        approved.state = QuoteState::Draft;
        let quotes = [bound(1, at(1)), bound(2, at(29)), bound(3, at(30)), approved, bound(5, at(-1))];
        let sum = |but: u128| promised(&quotes, QuoteId::from_u128(but), now, 30);
        assert_eq!((sum(9).total, sum(9).cut), (yuan(3 * 69_120), yuan(3 * 7_680)));
        assert_eq!((sum(1).total, sum(1).cut), (yuan(2 * 69_120), yuan(2 * 7_680)));
    }
}
