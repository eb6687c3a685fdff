//! A quote is started, empty or with the lines of another one.

use serde::{Deserialize, Serialize};

use super::{
    Content, LineInput, Quote, QuoteState, check_book, check_months, check_title, lines::price_all, totals,
};
use crate::Entity;
use crate::command::Context;
use crate::customers;
use crate::opportunities::Opportunity;
use crate::pricing::PriceBook;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::values::{CustomerId, Date, OpportunityId, PriceBookId, QuoteId};

/// Starts a quote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Its id, made on the device.
    pub quote: QuoteId,
    /// For whom.
    pub customer: CustomerId,
    /// About which opportunity.
    pub opportunity: Option<OpportunityId>,
    /// What it is called.
    pub title: String,
    /// The price-book version of its lines.
    pub book: PriceBookId,
    /// Term of the monthly charges.
    pub months: u16,
    /// Last day on which the customer may accept.
    pub valid_until: Date,
    /// Lines to start with.
    #[serde(default)]
    pub lines: Vec<LineInput>,
}

pub(super) fn draft(rows: &Rows, by: &Context, it: &Draft) -> Result<Changes, Stop> {
    customers::own(rows, by, it.customer)?;
    rows.require_absent::<Quote>(it.quote)?;
    about(rows, it.customer, it.opportunity)?;
    let book = rows.require::<PriceBook>(it.book)?;
    check_book(book)?;
    check_months(it.months)?;
    let content = Content {
        customer: it.customer,
        opportunity: it.opportunity,
        title: check_title(&it.title)?,
        book: it.book,
        months: it.months,
        valid_until: it.valid_until,
        lines: price_all(book, &it.lines)?,
    };
    totals(&content)?;
    Ok(Changes::none().put(Quote {
        id: it.quote,
        by: by.actor,
        made_at: by.at,
        content,
        state: QuoteState::Draft,
        flags: Vec::new(),
    }))
}

/// Refuses an opportunity of another customer.
pub(super) fn about(
    rows: &Rows,
    customer: CustomerId,
    opportunity: Option<OpportunityId>,
) -> Result<(), Stop> {
    let Some(id) = opportunity else { return Ok(()) };
    match rows.require::<Opportunity>(id)?.customer == customer {
        true => Ok(()),
        false => Err(GeneralError::NotFound { typ: Opportunity::TYPE }.into()),
    }
}
