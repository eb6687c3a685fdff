//! Lines of a draft. A line names the price book that it was typed on: on another book than the draft's, the
//! whole draft moves to that book with its quantities and discounts.

use serde::{Deserialize, Serialize};

use super::{Content, LINES_MAX, LineInput, QuoteError, QuoteState, check_book, open, price, totals};
use crate::command::Context;
use crate::pricing::PriceBook;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{LineId, PriceBookId, QuoteId};

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
    let book = rows.require::<PriceBook>(it.book)?;
    check_book(book)?;
    if quote.content.book != it.book {
        reprice(&mut quote.content, book)?;
    }
    let lines = &mut quote.content.lines;
    let at = lines.iter().position(|line| line.id == it.line.line);
    let line = price(book, &it.line, at.map(|at| &lines[at]))?;
    match at {
        Some(at) => lines[at] = line,
        None if lines.len() < LINES_MAX => lines.push(line),
        None => return Err(QuoteError::TooManyLines { max: 200 }.into()),
    }
    totals(&quote.content)?;
    quote.state = QuoteState::Draft;
    Ok(Changes::none().put(quote))
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
    quote.state = QuoteState::Draft;
    Ok(Changes::none().put(quote))
}
