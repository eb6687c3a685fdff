//! Title, term and validity of a draft.

use serde::{Deserialize, Serialize};

use super::{check_months, check_title, open, totals};
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{Date, QuoteId};

/// Changes title, term and validity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetTerms {
    /// Of which quote.
    pub quote: QuoteId,
    /// What it is called.
    pub title: String,
    /// Term of the monthly charges.
    pub months: u16,
    /// Last day on which the customer may accept.
    pub valid_until: Date,
}

pub(super) fn set(rows: &Rows, by: &Context, it: &SetTerms) -> Result<Changes, Stop> {
    let mut quote = open(rows, by, it.quote)?;
    check_months(it.months)?;
    quote.content.title = check_title(&it.title)?;
    quote.content.months = it.months;
    quote.content.valid_until = it.valid_until;
    totals(&quote.content)?;
    Ok(Changes::none().put(quote))
}
