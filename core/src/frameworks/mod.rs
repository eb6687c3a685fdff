//! Framework agreements: for some days, certain products cost one customer a fixed price. An agreement was approved
//! elsewhere; here it is published and ended, never changed, and what counts from its price is decided with the quotes
//! (`quotes/prices.rs`). It lives with its customer: who serves the customer has it, offline, and nobody else.

mod end;
mod publish;

use serde::{Deserialize, Serialize};

use crate::Entity;
use crate::command::{Context, writes};
use crate::organisation;
use crate::pricing::Product;
use crate::record::entity;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{CustomerId, Date, FrameworkId, Money, ProductId, Timestamp};

pub use end::End;
pub use publish::Publish;

writes! {
    /// What an admin may ask about framework agreements.
    pub enum Write {
        /// Publishes one.
        Publish(Publish) = "publish",
        /// Ends one before its last day.
        End(End) = "end",
    }
}

/// Why a framework agreement is not published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum FrameworkError {
    /// Its number is empty or too long.
    #[error("a number of 1 to {max} characters is needed")]
    Number {
        /// Most characters.
        max: u32,
    },
    /// It ends before it begins.
    #[error("the last day is before the first")]
    Days,
    /// It has no price, or too many.
    #[error("an agreement has 1 to {max} prices")]
    Prices {
        /// Most prices.
        max: u32,
    },
    /// A product has two prices.
    #[error("a product has two prices")]
    ProductTwice {
        /// Which product.
        product: ProductId,
    },
    /// A price is zero or less.
    #[error("a price is more than nothing")]
    NotPositive {
        /// Of which product.
        product: ProductId,
    },
    /// The customer has too many that are not over.
    #[error("a customer has at most {max} agreements at a time")]
    TooMany {
        /// Most agreements.
        max: u32,
    },
}

/// Most characters of a number.
pub const NUMBER_MAX: u32 = 40;
/// Most prices of one agreement.
pub const PRICES_MAX: u32 = 200;
/// Most agreements of one customer that are not over.
pub const OPEN_MAX: u32 = 20;

/// What one product costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgreedPrice {
    /// Which product, over all versions of the book.
    pub product: ProductId,
    /// Price of one unit (and month), tax included.
    pub price: Money,
}

/// An agreement with a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Framework {
    /// Which one.
    pub id: FrameworkId,
    /// With whom.
    pub customer: CustomerId,
    /// The number that stands on it.
    pub number: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// When it was published, by the admin's clock.
    pub published_at: Timestamp,
    /// When it was ended before its last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// What was agreed.
    pub prices: Vec<AgreedPrice>,
}

/// Index: the agreements of all customers; [`Framework::of_customer`] starts with it.
pub const FRAMEWORKS: &str = "framework.customer|";

impl Framework {
    /// Returns the index prefix of a customer's agreements, oldest first.
    pub fn of_customer(customer: CustomerId) -> String {
        format!("{FRAMEWORKS}{customer}|")
    }

    /// Returns what was agreed for a product, if it is named.
    pub fn price(&self, product: ProductId) -> Option<Money> {
        self.prices.iter().find(|it| it.product == product).map(|it| it.price)
    }

    /// Returns whether this day is one of its days.
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// Returns whether lines may be priced by it on this day.
    pub fn is_current(&self, day: Date) -> bool {
        self.ended_at.is_none() && self.covers(day)
    }
}

/// A customer as an admin finds it, who holds none: with whom there may be agreements. Never more of the customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Partner {
    /// Which customer.
    pub customer: CustomerId,
    /// Its name.
    pub name: String,
    /// Its manager's name.
    pub manager: String,
    /// Its agreements, oldest first.
    pub frameworks: Vec<Framework>,
}

/// Returns the agreement that makes so many of a product cheapest on this day, if one is cheaper than the book; of
/// equal ones the one that was published last.
pub fn best<'a>(
    frameworks: impl IntoIterator<Item = &'a Framework>,
    product: &Product,
    quantity: u32,
    day: Date,
) -> Option<&'a Framework> {
    let list = product.price_of(quantity);
    let priced = |it: &'a Framework| Some((it.price(product.id).filter(|price| *price < list)?, it));
    let current = frameworks.into_iter().filter(|it| it.is_current(day));
    let best = current
        .filter_map(priced)
        .min_by_key(|(price, it)| (*price, std::cmp::Reverse((it.published_at, it.id))));
    best.map(|(_, it)| it)
}

impl Entity for Framework {
    entity!(Framework, FrameworkId);

    fn scope(&self) -> Scope {
        Scope::Customer(self.customer)
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{}{}", Self::of_customer(self.customer), self.published_at.in_index())]
    }
}

pub(crate) fn apply(rows: &Rows, by: &Context, write: &Write) -> Result<Changes, Stop> {
    organisation::admin(rows, by)?;
    match write {
        Write::Publish(it) => publish::publish(rows, by, it),
        Write::End(it) => end::end(rows, by, it),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sample::{ADMIN, day, framework, product, yuan};
    use crate::testing::{Office, told};
    use crate::values::FrameworkId;
    use crate::{Coverage, apply as decide};

    /// Tells what a write comes to on the admin's phone, which holds no customer's rows.
    pub(super) fn on_the_phone(write: Write) -> String {
        let mut office = Office::new();
        let command = office.write(ADMIN, write);
        let mut rows = Rows::new(Coverage::Part);
        loop {
            match decide(&rows, &command) {
                Ok(changes) => return told(&Ok(changes)),
                Err(Stop::Refused(refusal)) => return told(&Err(refusal)),
                Err(Stop::Missing(reads)) => {
                    office.load(&mut rows, &reads, |it| !matches!(it.scope(), Scope::Customer(_)));
                }
            }
        }
    }

    #[test]
    fn the_best_is_the_cheapest_of_those_that_count_today() {
        let at = |n: u128, price, minute| Framework {
            id: FrameworkId::from_u128(n),
            published_at: crate::testing::sample::minute(minute),
            prices: vec![AgreedPrice { product: product(1).id, price: yuan(price) }],
            ..framework()
        };
        let today = day("2027-01-15");
        let found = |all: &[Framework]| best(all, &product(1), 1, today).map(|it| it.id.uuid().as_u128());
        assert_eq!(found(&[at(1, 3_000, 0), at(2, 2_900, 0), at(3, 2_950, 9)]), Some(2));
        assert_eq!(
            found(&[at(1, 2_900, 5), at(2, 2_900, 9), at(3, 2_900, 1)]),
            Some(2),
            "the newest of equals"
        );
        assert_eq!(found(&[at(1, 3_200, 0)]), None, "the book is as cheap");
        let ended = Framework { ended_at: Some(crate::testing::sample::minute(1)), ..at(1, 2_000, 0) };
        let over = Framework { to: day("2027-01-14"), ..at(2, 2_000, 0) };
        let later = Framework { from: day("2027-01-16"), ..at(3, 2_000, 0) };
        assert_eq!(found(&[ended, over, later, at(4, 3_100, 0)]), Some(4));
        let bounds = Framework { from: today, to: today, ..at(5, 2_000, 0) };
        assert_eq!(found(&[bounds]), Some(5), "first and last day count");
        assert!(best(&[framework()], &product(2), 1, today).is_none(), "it does not name this product");
    }
}
