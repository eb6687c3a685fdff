//! Lines of a draft. A line names the price book that it was typed on: on another book than the draft's, the
//! whole draft moves to that book with its quantities and discounts.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Content, LINES_MAX, Line, QuoteError, check_book, open, price, totals};
use crate::command::Context;
use crate::pricing::PriceBook;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::values::{LineId, Percent, PriceBookId, ProductId, QuoteId};

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

/// Adds a line, or changes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PutLine {
    /// Of which quote.
    pub quote: QuoteId,
    /// The price-book version that it was typed on.
    pub book: PriceBookId,
    /// The line.
    #[serde(flatten)]
    pub line: LineInput,
}

/// Takes a line out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DropLine {
    /// Of which quote.
    pub quote: QuoteId,
    /// Which line.
    pub line: LineId,
}

pub(super) fn put(rows: &Rows, by: &Context, it: &PutLine) -> Result<Changes, Stop> {
    let mut quote = open(rows, by, it.quote)?;
    quote.content = with_line(&quote.content, rows.require::<PriceBook>(it.book)?, &it.line)?;
    Ok(Changes::none().put(quote))
}

/// Returns the content with this line added or changed, priced out of the book: what [`PutLine`] makes of it. The
/// page asks it while digits are typed, before there is a command.
///
/// # Errors
/// [`QuoteError`] if the book is withdrawn, lacks a product, or a bound is passed.
pub fn with_line(content: &Content, book: &PriceBook, it: &LineInput) -> Result<Content, QuoteError> {
    check_book(book)?;
    let mut content = content.clone();
    let at = content.lines.iter().position(|line| line.id == it.line);
    let line = price(book, it, at.map(|at| &content.lines[at]))?;
    match at {
        Some(at) => content.lines[at] = line,
        None => content.lines.push(line),
    }
    check_count(content.lines.len())?;
    if content.book != book.id {
        reprice(&mut content, book)?;
    }
    totals(&content)?;
    Ok(content)
}

/// Prices all lines of a quote out of the book.
pub(super) fn price_all(book: &PriceBook, lines: &[LineInput]) -> Result<Vec<Line>, Stop> {
    check_count(lines.len())?;
    let ids: BTreeSet<LineId> = lines.iter().map(|it| it.line).collect();
    if ids.len() < lines.len() {
        return Err(GeneralError::BadArgs { why: "two lines have one id".to_owned() }.into());
    }
    Ok(lines.iter().map(|it| price(book, it, None)).collect::<Result<_, _>>()?)
}

fn check_count(lines: usize) -> Result<(), QuoteError> {
    if lines > LINES_MAX as usize { Err(QuoteError::TooManyLines { max: LINES_MAX }) } else { Ok(()) }
}

/// Moves all lines to another book.
fn reprice(content: &mut Content, book: &PriceBook) -> Result<(), QuoteError> {
    for line in &mut content.lines {
        let typed =
            LineInput { line: line.id, product: line.product, quantity: line.quantity, off: line.off };
        *line = price(book, &typed, Some(line))?;
    }
    content.book = book.id;
    Ok(())
}

pub(super) fn drop_line(rows: &Rows, by: &Context, it: &DropLine) -> Result<Changes, Stop> {
    let mut quote = open(rows, by, it.quote)?;
    quote.content.lines.retain(|line| line.id != it.line);
    Ok(Changes::none().put(quote))
}
