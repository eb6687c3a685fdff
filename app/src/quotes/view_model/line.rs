//! One line while it is typed: what it says, and what the whole quote would be with it.

use leeway_core::authority::Meter;
use leeway_core::pricing::Product;
use leeway_core::quotes::{
    Content, Line, LineInput, Prices, QUANTITY_MAX, QuoteError, Totals, totals, with_line,
};
use leeway_core::values::{LineId, Percent, PercentError, ProductId};

use super::Judges;

/// A line as it stands in the sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct TypedLine {
    /// Which line.
    pub line: LineId,
    /// What is sold.
    pub product: ProductId,
    /// How many.
    pub quantity: String,
    /// Discount in percent; empty for none.
    pub off: String,
    /// Given for nothing along with the rest.
    pub gift: bool,
}

/// What is wrong with a typed line.
#[derive(Debug, Clone, PartialEq)]
pub enum LineGap {
    /// The quantity is no whole number from one to what can be quoted.
    Quantity,
    /// The discount is no percentage.
    Off(PercentError),
    /// The price book says no.
    Quote(QuoteError),
}

impl TypedLine {
    /// Reads the line, before it is known what it is priced by.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(&self) -> Result<LineInput, LineGap> {
        let quantity = self.quantity.trim().parse().map_err(|_| LineGap::Quantity)?;
        if !(1..=QUANTITY_MAX).contains(&quantity) {
            return Err(LineGap::Quantity);
        }
        let off = match self.off.trim() {
            _ if self.gift => Percent::ZERO,
            "" => Percent::ZERO,
            typed => Percent::parse(typed).map_err(LineGap::Off)?,
        };
        Ok(LineInput {
            line: self.line,
            product: self.product,
            quantity,
            off,
            gift: self.gift,
            framework: None,
        })
    }
}

/// The whole quote with a typed line in it.
#[derive(Debug, Clone, PartialEq)]
pub struct WhatIf {
    /// The line.
    pub input: LineInput,
    /// The product.
    pub product: Product,
    /// The quote.
    pub content: Content,
    /// Its sums.
    pub totals: Totals,
    /// How much room is used; `None` without limits on this device.
    pub meter: Option<Meter>,
}

impl WhatIf {
    /// Returns the line as it is priced.
    pub fn line(&self) -> Option<&Line> {
        self.content.lines.iter().find(|line| line.id == self.input.line)
    }
}

/// Computes what the quote would be with this line, at the best price that the customer has today.
///
/// # Errors
/// What is wrong with the line, or what the price book says.
pub fn what_if(
    content: &Content,
    prices: &Prices<'_>,
    judges: &Judges,
    typed: &TypedLine,
) -> Result<WhatIf, LineGap> {
    let input = prices.choose(typed.read()?);
    let content = with_line(content, prices, &input).map_err(LineGap::Quote)?;
    let totals = totals(&content).map_err(LineGap::Quote)?;
    let product = prices
        .book
        .product(input.product)
        .cloned()
        .ok_or(LineGap::Quote(QuoteError::NoSuchProduct { product: input.product, name: None }))?;
    let meter = judges.meter(&content, &totals);
    Ok(WhatIf { input, product, content, totals, meter })
}
