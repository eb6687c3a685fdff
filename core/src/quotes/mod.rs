//! Quotes: lines out of a price book with discounts, and the moment when a quote becomes binding.
//!
//! Binding, said once (design.md): a quote shown as binding is never refused later for a price book, limit or
//! rating that changed meanwhile; it is confirmed on the versions that it names, and flagged. What can be
//! refused is a draft, or a request for approval.

mod draft;
mod finalise;
mod lines;
mod terms;
mod totals;
mod withdraw;

use serde::{Deserialize, Serialize};

use crate::Entity;
use crate::command::Context;
use crate::pricing::{Charge, Family, PriceBook};
use crate::record::entity;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{
    CaseId, CustomerId, Date, LineId, Money, OpportunityId, Percent, PostId, PriceBookId, ProductId, QuoteId,
    TaxRate, Timestamp, UserId,
};

pub use draft::Draft;
pub use finalise::{Asks, Finalise};
pub use lines::{DropLine, PutLine};
pub use terms::SetTerms;
pub use totals::{FamilySum, LineSum, Totals, totals};
pub use withdraw::Withdraw;

/// What can be asked about quotes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "args", rename_all = "snake_case")]
pub enum Write {
    /// Starts a quote.
    Draft(Draft),
    /// Adds a line, or changes it.
    PutLine(PutLine),
    /// Takes a line out.
    DropLine(DropLine),
    /// Changes title, term and validity.
    SetTerms(SetTerms),
    /// Makes it binding, or asks for approval.
    Finalise(Finalise),
    /// Takes back a request for approval.
    Withdraw(Withdraw),
}

/// Why a quote stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum QuoteError {
    /// The price book was withdrawn, or its days are over.
    #[error("price book {name:?} is withdrawn")]
    BookWithdrawn {
        /// The version that was named.
        book: PriceBookId,
        /// Its name.
        name: String,
    },
    /// The price book does not sell this.
    #[error("the price book has no such product")]
    NoSuchProduct {
        /// The product that was named.
        product: ProductId,
        /// The name on the quote, if it has the product already.
        name: Option<String>,
    },
    /// There is nothing in it.
    #[error("the quote has no line")]
    NoLines,
    /// There are too many lines.
    #[error("a quote has at most {max} lines")]
    TooManyLines {
        /// Most lines.
        max: u32,
    },
    /// A quantity is zero or too large.
    #[error("a quantity is 1 to {max}")]
    Quantity {
        /// Largest quantity.
        max: u32,
    },
    /// A term is zero or too long.
    #[error("a term is 1 to {max} months")]
    Term {
        /// Longest term.
        max: u16,
    },
    /// The sum is larger than can be quoted.
    #[error("the sum is too large")]
    TooLarge,
    /// A title is empty or too long.
    #[error("a title of 1 to {max} characters is needed")]
    Title {
        /// Most characters.
        max: u32,
    },
    /// It is with an approver, or final.
    #[error("the quote can't be changed any more")]
    NotADraft,
    /// It is not waiting for a decision.
    #[error("the quote is not with an approver")]
    NotSubmitted,
    /// The named total is not what both sides compute. A recorded fault: never shown as anything else.
    #[error("total {named} was named, {computed} computed")]
    TotalDiffers {
        /// The total in the command.
        named: Money,
        /// The total computed here.
        computed: Money,
    },
    /// A line is under its floor.
    #[error("{product} is {short_by} under its floor")]
    BelowFloor {
        /// The product's name.
        product: String,
        /// By how much, per unit.
        short_by: Money,
    },
    /// No post may give this.
    #[error("nobody may give this discount or deal size")]
    BeyondEverybody,
    /// The rating that the quote was judged by was never held.
    #[error("this star rating was never held")]
    StarNeverHeld,
}

/// A line as it was typed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineInput {
    /// Which line; its id is made on the device.
    pub line: LineId,
    /// What is sold.
    pub product: ProductId,
    /// How many.
    pub quantity: u32,
    /// Discount off the list price.
    pub off: Percent,
}

/// A line with its price frozen from the price book.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Which line.
    pub id: LineId,
    /// What is sold.
    pub product: ProductId,
    /// The product's name.
    pub name: String,
    /// What its discount is limited by.
    pub family: Family,
    /// Unit of the quantity.
    pub unit: String,
    /// How it is charged.
    pub charge: Charge,
    /// List price of one unit (and month), tax included.
    pub price: Money,
    /// Price that nobody may go below, tax included.
    pub floor: Money,
    /// VAT.
    pub vat: TaxRate,
    /// How many.
    pub quantity: u32,
    /// Discount off the list price.
    pub off: Percent,
}

/// Everything that the customer reads: what a binding quote freezes and an approver decides on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// For whom.
    pub customer: CustomerId,
    /// About which opportunity.
    pub opportunity: Option<OpportunityId>,
    /// What it is called.
    pub title: String,
    /// The price-book version of all its lines.
    pub book: PriceBookId,
    /// Term of the monthly charges.
    pub months: u16,
    /// Last day on which the customer may accept.
    pub valid_until: Date,
    /// The lines, in the order of the paper.
    pub lines: Vec<Line>,
}

/// How far a quote has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum QuoteState {
    /// Being worked on: indicative.
    Draft,
    /// With a post that decides: indicative.
    Submitted {
        /// The case.
        case: CaseId,
        /// Who decides.
        post: PostId,
        /// Since when.
        at: Timestamp,
    },
    /// Binding within the manager's own authority.
    Binding {
        /// Since when.
        at: Timestamp,
    },
    /// Binding by a post's decision.
    Approved {
        /// The case.
        case: CaseId,
        /// Who decided.
        by: UserId,
        /// Their name.
        by_name: String,
        /// When.
        at: Timestamp,
    },
    /// Sent back with what is missing: indicative, may be changed.
    Returned {
        /// The case.
        case: CaseId,
        /// Who decided.
        by: UserId,
        /// Their name.
        by_name: String,
        /// When.
        at: Timestamp,
        /// What is missing.
        missing: String,
    },
}

/// What had changed when a binding quote reached the server. The customer keeps the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The price book had been withdrawn.
    BookWithdrawn,
    /// Newer limits were in force.
    LimitsSuperseded,
    /// The manager's rating had changed.
    StarChanged,
}

/// What people believe about a quote: shape, word and colour of the stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// 正式: the customer can rely on it.
    Binding,
    /// 参考: not yet.
    Indicative,
    /// 失效: its days are over.
    Expired,
}

/// A quote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// Which one.
    pub id: QuoteId,
    /// Who made it.
    pub by: UserId,
    /// When it was started.
    pub made_at: Timestamp,
    /// What the customer reads.
    #[serde(flatten)]
    pub content: Content,
    /// How far it has come.
    #[serde(flatten)]
    pub state: QuoteState,
    /// What had changed when it reached the server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
}

impl Quote {
    /// Returns the index prefix of a customer's quotes, oldest first.
    pub fn of_customer(customer: CustomerId) -> String {
        format!("quote.customer|{customer}|")
    }

    /// Returns whether lines and terms can still be changed.
    pub fn is_open(&self) -> bool {
        matches!(self.state, QuoteState::Draft | QuoteState::Returned { .. })
    }

    /// Returns what the stamp says on this day.
    pub fn standing(&self, today: Date) -> Standing {
        if self.content.valid_until < today {
            Standing::Expired
        } else if matches!(self.state, QuoteState::Binding { .. } | QuoteState::Approved { .. }) {
            Standing::Binding
        } else {
            Standing::Indicative
        }
    }
}

/// Index: all quotes, oldest first.
pub const QUOTES: &str = "quote|";
/// Index: quotes with an approver, oldest first.
pub const WAITING: &str = "quote.waiting|";

impl Entity for Quote {
    entity!(Quote, QuoteId);

    fn scope(&self) -> Scope {
        Scope::Customer(self.content.customer)
    }

    fn index_keys(&self) -> Vec<String> {
        let at = format!("{:015}", self.made_at.ms().max(0));
        let mut keys =
            vec![format!("{QUOTES}{at}"), format!("{}{at}", Self::of_customer(self.content.customer))];
        if matches!(self.state, QuoteState::Submitted { .. }) {
            keys.push(format!("{WAITING}{at}"));
        }
        keys
    }
}

/// Most lines of a quote.
pub const LINES_MAX: usize = 200;
/// Largest quantity of a line.
pub const QUANTITY_MAX: u32 = 1_000_000;
/// Longest term.
pub const MONTHS_MAX: u16 = 120;
/// Most characters of a title.
pub const TITLE_MAX: u32 = 80;

/// Prices a typed line out of the book.
fn price(book: &PriceBook, it: &LineInput, known: Option<&Line>) -> Result<Line, QuoteError> {
    if !(1..=QUANTITY_MAX).contains(&it.quantity) {
        return Err(QuoteError::Quantity { max: QUANTITY_MAX });
    }
    let product = book.product(it.product).ok_or_else(|| QuoteError::NoSuchProduct {
        product: it.product,
        name: known.map(|line| line.name.clone()),
    })?;
    Ok(Line {
        id: it.line,
        product: it.product,
        name: product.name.clone(),
        family: product.family,
        unit: product.unit.clone(),
        charge: product.charge,
        price: product.price,
        floor: product.floor,
        vat: product.vat,
        quantity: it.quantity,
        off: it.off,
    })
}

fn check_months(months: u16) -> Result<(), QuoteError> {
    if (1..=MONTHS_MAX).contains(&months) { Ok(()) } else { Err(QuoteError::Term { max: MONTHS_MAX }) }
}

fn check_title(title: &str) -> Result<String, QuoteError> {
    crate::values::clean(title, TITLE_MAX as usize).map_err(|_| QuoteError::Title { max: TITLE_MAX })
}

/// Refuses if the book can't be used for drafts any more.
fn check_book(book: &PriceBook) -> Result<(), QuoteError> {
    match book.withdrawn_at {
        None => Ok(()),
        Some(_) => Err(QuoteError::BookWithdrawn { book: book.id, name: book.name.clone() }),
    }
}

/// Returns the quote if its customer is the actor's; to all others it does not exist.
fn own(rows: &Rows, by: &Context, id: QuoteId) -> Result<Quote, Stop> {
    let quote = rows.require::<Quote>(id)?;
    crate::customers::own(rows, by, quote.content.customer).map_err(|stop| match stop {
        Stop::Refused(_) => GeneralError::NotFound { typ: Quote::TYPE }.into(),
        missing => missing,
    })?;
    Ok(quote.clone())
}

/// Returns the quote if it can still be changed.
fn open(rows: &Rows, by: &Context, id: QuoteId) -> Result<Quote, Stop> {
    match own(rows, by, id)? {
        quote if quote.is_open() => Ok(quote),
        _ => Err(QuoteError::NotADraft.into()),
    }
}

pub(crate) fn apply(rows: &Rows, by: &Context, write: &Write) -> Result<Changes, Stop> {
    match write {
        Write::Draft(it) => draft::draft(rows, by, it),
        Write::PutLine(it) => lines::put(rows, by, it),
        Write::DropLine(it) => lines::drop_line(rows, by, it),
        Write::SetTerms(it) => terms::set(rows, by, it),
        Write::Finalise(it) => finalise::finalise(rows, by, it),
        Write::Withdraw(it) => withdraw::withdraw(rows, by, it),
    }
}
