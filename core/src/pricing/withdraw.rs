//! A price-book version is withdrawn: for new and draft quotes. Binding ones keep it.

use serde::{Deserialize, Serialize};

use super::PriceBook;
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::PriceBookId;

/// Withdraws a price-book version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Withdraw {
    /// Which one.
    pub book: PriceBookId,
}

pub(super) fn withdraw(rows: &Rows, by: &Context, it: &Withdraw) -> Result<Changes, Stop> {
    let mut book = rows.require::<PriceBook>(it.book)?.clone();
    book.withdrawn_at.get_or_insert(by.at);
    Ok(Changes::none().put(book))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::Write;
    use super::*;
    use crate::testing::Office;
    use crate::testing::sample::{ADMIN, CHEN, minute};

    #[test]
    fn a_version_is_withdrawn_once() {
        let withdraw = |book: u128| Write::Withdraw(Withdraw { book: PriceBookId::from_u128(book) });
        let mut office = Office::new();
        expect!["refused general.forbidden"].assert_eq(&office.tell(CHEN, withdraw(1)));
        expect![[r#"refused general.not_found {"typ":"price_book"}"#]]
            .assert_eq(&office.tell(ADMIN, withdraw(99)));
        expect!["put price_book/1"].assert_eq(&office.tell(ADMIN, withdraw(1)));
        expect!["put price_book/1"].assert_eq(&office.tell(ADMIN, withdraw(1)));
        let book = office.get::<PriceBook>(PriceBookId::from_u128(1));
        assert_eq!(book.withdrawn_at, Some(minute(3)));
    }
}
