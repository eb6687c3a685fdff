//! A price-book version is published: checked once, then never changed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{BOOKS, PriceBook, PricingError, Product};
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{Date, Money, PriceBookId, clean};

/// Publishes a price-book version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Publish {
    /// Its id, made on the device.
    pub book: PriceBookId,
    /// Its name.
    pub name: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// What it sells.
    pub products: Vec<Product>,
}

/// Most characters of a name.
const NAME_MAX: u32 = 60;

pub(super) fn publish(rows: &Rows, by: &Context, it: &Publish) -> Result<Changes, Stop> {
    rows.require_absent::<PriceBook>(it.book)?;
    let name = clean(&it.name, NAME_MAX as usize)
        .map_err(|_| PricingError::Name { code: String::new(), max: NAME_MAX })?;
    if it.to < it.from {
        return Err(PricingError::Days.into());
    }
    if it.products.is_empty() {
        return Err(PricingError::NoProducts.into());
    }
    let mut codes = BTreeSet::new();
    for product in &it.products {
        check(product)?;
        if !codes.insert(&product.code) {
            return Err(PricingError::CodeTwice { code: product.code.clone() }.into());
        }
    }
    Ok(Changes::none().put(PriceBook {
        id: it.book,
        name,
        from: it.from,
        to: it.to,
        published_at: by.after(rows.list::<PriceBook>(BOOKS)?.iter().map(|book| book.published_at)),
        withdrawn_at: None,
        products: it.products.clone(),
    }))
}

fn check(product: &Product) -> Result<(), PricingError> {
    clean(&product.name, NAME_MAX as usize)
        .map_err(|_| PricingError::Name { code: product.code.clone(), max: NAME_MAX })?;
    let fits = Money::ZERO <= product.floor && product.floor <= product.price && product.price > Money::ZERO;
    if fits { Ok(()) } else { Err(PricingError::FloorAbovePrice { code: product.code.clone() }) }
}
