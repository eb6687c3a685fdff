//! Quotes: lines out of a price book with discounts, and the moment when a quote becomes binding.
//!
//! Binding, said once (design.md): a quote shown as binding is never refused later for a price book, limit or
//! rating that changed meanwhile; it is confirmed on the versions that it names, and flagged. What can be
//! refused is a draft, or a request for approval.

mod compare;
mod draft;
mod filing;
mod finalise;
mod lines;
mod margin;
mod prices;
mod quote;
mod terms;
mod totals;
mod withdraw;

use serde::{Deserialize, Serialize};

use crate::command::{Context, writes};
use crate::pricing::PriceBook;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{Date, FrameworkId, Money, PriceBookId, ProductId, QuoteId};

pub use compare::{Comparison, LineChange, LineFacts, compare};
pub use draft::Draft;
pub use filing::{FILINGS, Filing, must_file};
pub use finalise::{Asks, Finalise};
pub use lines::{DropLine, LineInput, PutLine, with_line};
pub use margin::{Earned, Margin, margin};
pub use prices::Prices;
pub use quote::{
    Agreed, Content, Flag, Line, LinePart, QUOTES, Quote, QuoteState, Standing, VERSIONS_MAX, Version,
    WAITING,
};
pub use terms::SetTerms;
pub use totals::{Channels, FamilySum, LineSum, Totals, line_within, totals};
pub use withdraw::Withdraw;

writes! {
    /// What can be asked about quotes.
    pub enum Write {
        /// Starts a quote.
        Draft(Draft) = "draft" later ["framework", "free_months", "gift", "overall"],
        /// Adds a line, or changes it.
        PutLine(PutLine) = "put_line" later ["framework", "gift"],
        /// Takes a line out.
        DropLine(DropLine) = "drop_line",
        /// Changes title, term and validity.
        SetTerms(SetTerms) = "set_terms" later ["free_months", "overall"],
        /// Makes it binding, or asks for approval.
        Finalise(Finalise) = "finalise" later ["because", "framework", "free_months", "gift", "grade", "overall", "receipt", "unit"],
        /// Takes back a request for approval.
        Withdraw(Withdraw) = "withdraw",
    }
}

/// Why a quote stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum QuoteError {
    /// The price book was withdrawn.
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
    /// The customer has no such agreement.
    #[error("the customer has no such framework agreement")]
    NoSuchFramework {
        /// The agreement that was named.
        framework: FrameworkId,
    },
    /// The agreement says nothing of this product.
    #[error("framework agreement {number} does not name {product}")]
    NotInFramework {
        /// The agreement's number.
        number: String,
        /// The product's name.
        product: String,
    },
    /// It was not the agreement's first day yet, or its last was over.
    #[error("framework agreement {number} is for {from} to {to}")]
    FrameworkDays {
        /// The agreement's number.
        number: String,
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// The agreement was ended before its last day.
    #[error("framework agreement {number} was ended")]
    FrameworkEnded {
        /// The agreement's number.
        number: String,
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
    /// More months are free than the term can spare: at least one is charged.
    #[error("at most {max} months can be free")]
    FreeMonths {
        /// Most free months of this term.
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
    /// With its gifts, the whole is sold for less than the floors of all that is in it.
    #[error("with its gifts the whole is {short_by} under its floors")]
    GiftsBelowFloor {
        /// By how much, over the whole term.
        short_by: Money,
    },
    /// No post may give this.
    #[error("nobody may give this discount or deal size")]
    BeyondEverybody,
    /// No post may give this at such a margin.
    #[error("nobody may give this at its margin")]
    MarginTooLow,
    /// The rating that the quote was judged by was never held.
    #[error("this star rating was never held")]
    StarNeverHeld,
}

/// Most lines of a quote.
pub const LINES_MAX: u32 = 200;
/// Largest quantity of a line.
pub const QUANTITY_MAX: u32 = 1_000_000;
/// Longest term.
pub const MONTHS_MAX: u16 = 120;
/// Most characters of a title.
pub const TITLE_MAX: u32 = 80;

/// Refuses a term that can't be sold, and one of which nothing is charged.
fn check_months(months: u16, free: u16) -> Result<(), QuoteError> {
    match (1..=MONTHS_MAX).contains(&months) {
        false => Err(QuoteError::Term { max: MONTHS_MAX }),
        true if free >= months => Err(QuoteError::FreeMonths { max: months - 1 }),
        true => Ok(()),
    }
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

/// Returns the quote if the actor serves its customer; to all others it does not exist.
fn own(rows: &Rows, by: &Context, id: QuoteId) -> Result<Quote, Stop> {
    crate::customers::served_part::<Quote>(rows, by, id, |quote| quote.content.customer).cloned()
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
