//! At which price a line of the quote is put: the best that its customer has today, by the book or by an agreement.

use leeway_core::Body;
use leeway_core::frameworks::best;
use leeway_core::pricing::Product;
use leeway_core::quotes::{Agreed, LineInput, PutLine, Write};
use leeway_core::values::Money;
use leptos::prelude::*;

use super::Desk;
use crate::quotes::queries::QuoteView;
use crate::quotes::view_model::renewed;

impl Desk {
    /// Returns the agreement by which one of this product costs the customer least today, and what it costs then; `None`
    /// if that is the book's price.
    pub fn best(self, product: &Product) -> Option<(Agreed, Money)> {
        let today = self.app.today().get();
        self.with(|view| {
            let found = best(&view.judges.frameworks, product, 1, today)?;
            let number = found.number.clone();
            Some((Agreed { framework: found.id, number, list: product.price }, found.price(product.id)?))
        })
        .flatten()
    }

    /// Says whether lines of the draft would cost less by an agreement of today, with nothing else to be done first.
    pub fn has_better_prices(self) -> bool {
        let (today, book) = (self.app.today().get(), self.book());
        let better = |view: &QuoteView| {
            let (content, book) = (&view.quote.content, book.as_ref()?);
            let is_as_it_was = content.book == book.id && view.judges.over(content, today).is_none();
            let open = view.quote.is_open() && is_as_it_was;
            Some(open && !renewed(content, &view.judges.prices(book, today)).is_empty())
        };
        self.with(better).flatten().unwrap_or_default()
    }

    /// Puts a line at the best price that the customer has today.
    pub(super) fn put(self, line: LineInput) -> Option<Write> {
        let book = untrack(|| self.book())?;
        let today = self.app.today().get_untracked();
        let line = self.look(|view| view.judges.prices(&book, today).choose(line))?;
        Some(Write::PutLine(PutLine { quote: self.id, book: book.id, line }))
    }

    /// Gives the draft the best prices of today, out of the current price book, with its quantities and discounts.
    pub fn reprice(self) {
        let Some(book) = untrack(|| self.book()) else { return };
        let today = self.app.today().get_untracked();
        let lines = self.look(|view| renewed(&view.quote.content, &view.judges.prices(&book, today)));
        leptos::task::spawn_local(async move {
            for line in lines.unwrap_or_default() {
                let put = PutLine { quote: self.id, book: book.id, line };
                // what failed is said by the writer; the rest would fail, too
                if self.writer.write(Body::Quotes(Write::PutLine(put)), None).await.is_err() {
                    break;
                }
            }
        });
    }
}
