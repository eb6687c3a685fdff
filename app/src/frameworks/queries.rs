//! What the pages of agreements read from the store.

use leeway_core::frameworks::{Framework, Write};
use leeway_core::pricing::{self, BOOKS, PriceBook, Product};
use leeway_core::values::{CustomerId, Date};
use leeway_core::{Body, Command};

use crate::store::{Store, StoreError};

/// Reads a customer's agreements, the newest first, with the products of all price books.
pub async fn of_customer(
    store: Store,
    customer: CustomerId,
) -> Result<(Vec<Framework>, Vec<Product>), StoreError> {
    let mut found = store.list::<Framework>(&Framework::of_customer(customer)).await?;
    found.reverse();
    Ok((found, products(store).await?))
}

/// Reads the products of all price books, those of the newest first: what was agreed may not be sold any more.
pub async fn products(store: Store) -> Result<Vec<Product>, StoreError> {
    let books = store.list::<PriceBook>(BOOKS).await?;
    Ok(books.into_iter().rev().flat_map(|book| book.products).collect())
}

/// Reads the price book of today.
pub async fn book(store: Store, today: Date) -> Result<Option<PriceBook>, StoreError> {
    let books = store.list::<PriceBook>(BOOKS).await?;
    Ok(pricing::current(&books, today).cloned())
}

/// Reads what was asked about agreements here and is not done by the server yet.
pub async fn waiting(store: Store) -> Result<Vec<Write>, StoreError> {
    let asked = store.queue().await?.into_iter().filter_map(|entry| match entry.envelope.open() {
        Ok(Command { body: Body::Frameworks(it), .. }) => Some(it),
        _ => None,
    });
    Ok(asked.collect())
}
