//! A request for approval is taken back; the quote is a draft again.

use serde::{Deserialize, Serialize};

use super::{QuoteError, QuoteState, own};
use crate::approvals;
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::QuoteId;

/// Takes back a request for approval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Withdraw {
    /// Of which quote.
    pub quote: QuoteId,
}

pub(super) fn withdraw(rows: &Rows, by: &Context, it: &Withdraw) -> Result<Changes, Stop> {
    let mut quote = own(rows, by, it.quote)?;
    let QuoteState::Submitted { case, .. } = quote.state else { return Err(QuoteError::NotSubmitted.into()) };
    let taken_back = approvals::withdraw(rows, by, case)?;
    quote.state = QuoteState::Draft;
    // the draft is that of who goes on with it: the customer may have changed hands
    quote.by = by.actor;
    Ok(Changes::none().put(quote).and(taken_back))
}
