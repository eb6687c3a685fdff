//! What the opportunity pages read from the store.

use leeway_core::customers::{BY_NAME, Customer};
use leeway_core::opportunities::{OPPORTUNITIES, Opportunity};
use leeway_core::quotes::Quote;
use leeway_core::values::OpportunityId;

use crate::store::{Store, StoreError};

/// All opportunities, and the customers that they name.
pub async fn list(store: Store) -> Result<(Vec<Opportunity>, Vec<Customer>), StoreError> {
    Ok((store.list(OPPORTUNITIES).await?, store.list(BY_NAME).await?))
}

/// An opportunity with all that its page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct DealView {
    /// The opportunity.
    pub deal: Opportunity,
    /// With whom.
    pub customer: Option<Customer>,
    /// Quotes about it, newest first.
    pub quotes: Vec<Quote>,
}

/// Reads an opportunity.
pub async fn deal(store: Store, id: OpportunityId) -> Result<Option<DealView>, StoreError> {
    let Some(deal) = store.get::<Opportunity>(id).await? else { return Ok(None) };
    let quotes = store.list::<Quote>(&Quote::of_customer(deal.customer)).await?;
    let about = quotes.into_iter().rev().filter(|quote| quote.content.opportunity == Some(id));
    Ok(Some(DealView { customer: store.get(deal.customer).await?, quotes: about.collect(), deal }))
}
