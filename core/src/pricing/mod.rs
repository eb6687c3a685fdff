//! The price book: immutable versions with products, floors and VAT. A withdrawn version is never deleted:
//! quotes that were binding on it stay binding on it.
//! What its products cost is a row of its own, which only admins hold.

mod costs;
mod publish;
mod withdraw;

use serde::{Deserialize, Serialize};

use crate::Entity;
use crate::command::{Context, writes};
use crate::organisation;
use crate::record::entity;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{Date, Money, PriceBookId, ProductId, TaxRate, Timestamp};

pub use costs::{COSTS, Costs, ProductCost, SetCosts};
pub use publish::Publish;
pub use withdraw::Withdraw;

writes! {
    /// What an admin may ask about price books.
    pub enum Write {
        /// Publishes a version.
        Publish(Publish) = "publish" later ["parts", "tiers"],
        /// Withdraws a version.
        Withdraw(Withdraw) = "withdraw",
        /// Sets what the products of a version cost.
        SetCosts(SetCosts) = "set_costs",
    }
}

/// Why a price book is not published or withdrawn, or its costs are not set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum PricingError {
    /// It has no product.
    #[error("a price book needs products")]
    NoProducts,
    /// Two products have one code.
    #[error("two products are called {code}")]
    CodeTwice {
        /// The code.
        code: String,
    },
    /// A product's floor is above its price, or the price is not positive.
    #[error("price and floor of {code} don't fit")]
    FloorAbovePrice {
        /// The product's code.
        code: String,
    },
    /// Prices by quantity don't fall from one quantity to the next, or pass under the floor.
    #[error("the prices by quantity of {code} don't fit")]
    Tiers {
        /// The product's code.
        code: String,
    },
    /// A bundle names a product that is not in the book, is a bundle itself, is charged otherwise, or stands twice.
    #[error("{code} has a part that can't be in a bundle")]
    Parts {
        /// The bundle's code.
        code: String,
    },
    /// A bundle's floor is below the floors of what is in it.
    #[error("the floor of {code} is below {least}, the floors of its parts")]
    BundleFloor {
        /// The bundle's code.
        code: String,
        /// The least floor that it can have.
        least: Money,
    },
    /// A cost is below nothing.
    #[error("the cost of {code} is negative")]
    NegativeCost {
        /// The product's code.
        code: String,
    },
    /// Somebody else set the costs meanwhile.
    #[error("the costs were set by somebody else meanwhile")]
    CostsChanged,
    /// It ends before it begins.
    #[error("the last day is before the first")]
    Days,
    /// A name is empty or too long.
    #[error("{code}: a name of 1 to {max} characters is needed")]
    Name {
        /// The product's code; empty for the book itself.
        code: String,
        /// Most characters.
        max: u32,
    },
}

/// What limits of discount are set by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Leased lines.
    LeasedLine,
    /// Cloud.
    Cloud,
    /// IoT cards.
    Iot,
    /// Messages.
    Messaging,
    /// 5G private networks.
    PrivateNetwork,
    /// Networking equipment.
    Networking,
    /// Services.
    Services,
}

impl Family {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 7] = [
        Self::LeasedLine,
        Self::Cloud,
        Self::Iot,
        Self::Messaging,
        Self::PrivateNetwork,
        Self::Networking,
        Self::Services,
    ];
}

/// How a product is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charge {
    /// Once.
    OneOff,
    /// Every month of the term.
    Monthly,
    /// By what is used, billed every month: the quantity of a quote is what is expected in one month, and its sum an
    /// estimate.
    Usage,
}

/// A list price from a quantity on. It holds for the whole quantity, not only for what lies beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    /// Smallest quantity, 2 or more.
    pub from: u32,
    /// List price of one unit (and month), tax included.
    pub price: Money,
}

/// What a bundle has in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Which product of the same book.
    pub product: ProductId,
    /// How many of it are in one bundle.
    pub quantity: u32,
}

/// A product at its list price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// The same over all versions of the book.
    pub id: ProductId,
    /// Short code that people know.
    pub code: String,
    /// Name.
    pub name: String,
    /// What its discount is limited by.
    pub family: Family,
    /// Unit, as written behind a quantity.
    pub unit: String,
    /// How it is charged.
    pub charge: Charge,
    /// List price of one unit (and month), tax included.
    pub price: Money,
    /// Price that nobody may go below, tax included.
    pub floor: Money,
    /// VAT.
    pub vat: TaxRate,
    /// Lower list prices for larger quantities, by rising quantity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
    /// What is in it, if it is a bundle.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

impl Product {
    /// Returns the list price of one unit (and month) when this many are taken.
    pub fn price_of(&self, quantity: u32) -> Money {
        self.tiers.iter().rev().find(|tier| tier.from <= quantity).map_or(self.price, |tier| tier.price)
    }
}

/// One version of the price book.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriceBook {
    /// This version.
    pub id: PriceBookId,
    /// Its name.
    pub name: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// When it was published, by the admin's clock; always later than every version before it.
    pub published_at: Timestamp,
    /// When it was withdrawn.
    #[serde(default)]
    pub withdrawn_at: Option<Timestamp>,
    /// What it sells.
    pub products: Vec<Product>,
}

/// Index: all versions, oldest first.
pub const BOOKS: &str = "price_book|";

impl PriceBook {
    /// Returns the product.
    pub fn product(&self, id: ProductId) -> Option<&Product> {
        self.products.iter().find(|product| product.id == id)
    }

    /// Returns whether new quotes may use it on this day.
    pub fn is_current(&self, day: Date) -> bool {
        self.withdrawn_at.is_none() && self.from <= day && day <= self.to
    }
}

/// Returns the version that new quotes use on this day: the last published of the current ones.
pub fn current<'a>(books: impl IntoIterator<Item = &'a PriceBook>, day: Date) -> Option<&'a PriceBook> {
    books.into_iter().filter(|book| book.is_current(day)).max_by_key(|book| (book.published_at, book.id))
}

impl Entity for PriceBook {
    entity!(PriceBook, PriceBookId);

    fn scope(&self) -> Scope {
        Scope::Catalogue
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{BOOKS}{}", self.published_at.in_index())]
    }
}

pub(crate) fn apply(rows: &Rows, by: &Context, write: &Write) -> Result<Changes, Stop> {
    organisation::admin(rows, by)?;
    match write {
        Write::Publish(it) => publish::publish(rows, by, it),
        Write::Withdraw(it) => withdraw::withdraw(rows, by, it),
        Write::SetCosts(it) => costs::set(rows, by, it),
    }
}
