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
