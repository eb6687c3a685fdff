//! What a line costs: the price of the book for its quantity, or what a framework agreement says if that is less. The
//! phone chooses the agreement when the line is typed, and the line names it; the rules take that one and no other, so
//! that both compute the same to the cent, whatever is published meanwhile.

use super::{Agreed, Line, LineInput, LinePart, QUANTITY_MAX, QuoteError};
use crate::calendar::work_time;
use crate::command::Context;
use crate::frameworks::{Framework, best};
use crate::pricing::{Part, PriceBook, Product};
use crate::refusal::Stop;
use crate::rows::Rows;
use crate::values::{CustomerId, Date, FrameworkId, Money, Percent};

/// What the lines of one customer's quote are priced by.
#[derive(Debug, Clone)]
pub struct Prices<'a> {
    /// The book.
    pub book: &'a PriceBook,
    /// The customer's framework agreements.
    pub frameworks: Vec<&'a Framework>,
    /// The day on which the agreements are used.
    pub day: Date,
}

impl<'a> Prices<'a> {
    /// Prices by the book alone.
    pub fn of_book(book: &'a PriceBook) -> Self {
        Self { book, frameworks: Vec::new(), day: book.from }
    }

    /// Reads what these lines are priced by. Agreements are only looked up if one is named.
    pub(super) fn named(
        rows: &'a Rows,
        by: &Context,
        book: &'a PriceBook,
        customer: CustomerId,
        lines: impl IntoIterator<Item = LineInput>,
    ) -> Result<Self, Stop> {
        if lines.into_iter().all(|it| it.framework.is_none()) {
            return Ok(Self::of_book(book));
        }
        let day = by.at.date_at(work_time(rows)?.offset);
        Ok(Self { book, frameworks: rows.list(&Framework::of_customer(customer))?, day })
    }

    /// Returns the line with the agreement that makes it cheapest today, or none if that is the book.
    pub fn choose(&self, it: LineInput) -> LineInput {
        let product = self.book.product(it.product);
        let found =
            product.and_then(|product| best(self.frameworks.iter().copied(), product, it.quantity, self.day));
        LineInput { framework: found.map(|it| it.id), ..it }
    }

    /// Returns the line without an agreement that was ended, or whose days are over.
    pub(super) fn without_over(&self, it: LineInput) -> LineInput {
        let current = |id: &FrameworkId| self.find(*id).is_some_and(|it| it.is_current(self.day));
        LineInput { framework: it.framework.filter(current), ..it }
    }

    /// Refuses lines that are priced by an agreement which was ended.
    pub(super) fn check_ended<'l>(
        &self,
        lines: impl IntoIterator<Item = &'l Line>,
    ) -> Result<(), QuoteError> {
        let agreed = lines.into_iter().filter_map(|line| line.agreed.as_ref());
        let mut ended =
            agreed.filter(|it| self.find(it.framework).is_some_and(|found| found.ended_at.is_some()));
        match ended.next() {
            None => Ok(()),
            Some(it) => Err(QuoteError::FrameworkEnded { number: it.number.clone() }),
        }
    }

    /// Prices a typed line. An agreement that was ended still counts here: who asks decides about that.
    pub(super) fn price(&self, it: &LineInput, known: Option<&Line>) -> Result<Line, QuoteError> {
        if !(1..=QUANTITY_MAX).contains(&it.quantity) {
            return Err(QuoteError::Quantity { max: QUANTITY_MAX });
        }
        let product = self.book.product(it.product).ok_or_else(|| QuoteError::NoSuchProduct {
            product: it.product,
            name: known.map(|line| line.name.clone()),
        })?;
        let list = product.price_of(it.quantity);
        let found = it.framework.map(|id| self.agreed(id, product)).transpose()?;
        let found = found.filter(|(_, price)| *price < list);
        let price = found.map_or(list, |(_, price)| price);
        Ok(Line {
            id: it.line,
            product: it.product,
            name: product.name.clone(),
            family: product.family,
            unit: product.unit.clone(),
            charge: product.charge,
            price,
            floor: product.floor.min(price),
            vat: product.vat,
            quantity: it.quantity,
            off: if it.gift { Percent::ZERO } else { it.off },
            gift: it.gift,
            parts: self.parts(product),
            agreed: found.map(|(it, _)| Agreed { framework: it.id, number: it.number.clone(), list }),
        })
    }

    fn find(&self, id: FrameworkId) -> Option<&'a Framework> {
        self.frameworks.iter().copied().find(|it| it.id == id)
    }

    /// Returns the agreement that a line names, with what it says of the product.
    fn agreed(&self, id: FrameworkId, product: &Product) -> Result<(&'a Framework, Money), QuoteError> {
        let found = self.find(id).ok_or(QuoteError::NoSuchFramework { framework: id })?;
        let number = || found.number.clone();
        if !found.covers(self.day) {
            return Err(QuoteError::FrameworkDays { number: number(), from: found.from, to: found.to });
        }
        let price = found.price(product.id);
        let price = price
            .ok_or_else(|| QuoteError::NotInFramework { number: number(), product: product.name.clone() })?;
        Ok((found, price))
    }

    /// Names what is in a bundle. The book was checked when it was published: its parts are there.
    fn parts(&self, product: &Product) -> Vec<LinePart> {
        let named = |part: &Part| {
            let it = self.book.product(part.product)?;
            Some(LinePart { name: it.name.clone(), unit: it.unit.clone(), quantity: part.quantity })
        };
        product.parts.iter().filter_map(named).collect()
    }
}

#[cfg(test)]
mod tests;
