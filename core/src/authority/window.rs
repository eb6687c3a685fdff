//! What a customer was promised already: quotes that are made binding one after the other count together, so that a
//! large one can't be cut into small ones that each stay within the limits.

use crate::quotes::{Quote, QuoteState, totals};
use crate::values::{Money, QuoteId, Timestamp};

/// What was made binding for one customer within the window, on managers' own authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Promised {
    /// What is paid for it.
    pub total: Money,
    /// What was given away in it.
    pub cut: Money,
}

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Adds up the customer's quotes that were made binding within so many days before `now`, but for `but` itself. What
/// an approver decided on counts for the approver.
pub fn promised<'a>(
    quotes: impl IntoIterator<Item = &'a Quote>,
    but: QuoteId,
    now: Timestamp,
    days: u16,
) -> Promised {
    let since = since(now, days);
    let mut sum = Promised::default();
    for quote in quotes {
        let counts = matches!(quote.state, QuoteState::Binding { at } if at.ms() > since);
        if !counts || quote.id == but {
            continue;
        }
        // a quote that is too large to add up was never made binding
        if let Ok(sums) = totals(&quote.content) {
            sum.total = sum.total.checked_add(sums.total).unwrap_or(Money::MAX);
            sum.cut = sum.cut.checked_add(sums.cut).unwrap_or(Money::MAX);
        }
    }
    sum
}

/// Returns the last moment that is out of the window, in milliseconds.
pub(super) fn since(now: Timestamp, days: u16) -> i64 {
    now.ms().saturating_sub(i64::from(days) * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quotes::Line;
    use crate::testing::sample::{line, minute, percent, quote, yuan};

    fn bound(n: u128, at: i64) -> Quote {
        let mut quote = quote(QuoteState::Binding { at: Timestamp::from_ms(at) });
        quote.id = QuoteId::from_u128(n);
        quote.content.lines = vec![Line { off: percent("10"), ..line(1) }];
        quote
    }

    #[test]
    fn what_was_made_binding_within_the_window_counts_but_for_the_quote_itself() {
        let now = minute(0);
        let at = |days: i64| now.ms() - days * DAY;
        let mut approved = bound(4, at(1));
        approved.state = QuoteState::Draft;
        let quotes = [bound(1, at(1)), bound(2, at(29)), bound(3, at(30)), approved, bound(5, at(-1))];
        let sum = |but: u128| promised(&quotes, QuoteId::from_u128(but), now, 30);
        assert_eq!((sum(9).total, sum(9).cut), (yuan(3 * 69_120), yuan(3 * 7_680)));
        assert_eq!((sum(1).total, sum(1).cut), (yuan(2 * 69_120), yuan(2 * 7_680)));
    }
}
