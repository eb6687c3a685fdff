//! One key of the keypad on a quote of many lines: the quote with the line as it stands typed, its sums, the meter with
//! its verdict, and what would bring it back. Nothing is cached from key to key, as in the app. Never times itself:
//! `run.mjs` does, in the engine that Chromium has.

use leeway_core::authority::{Level, Limits, Situation, judge, meter, ways_back};
use leeway_core::pricing::PriceBook;
use leeway_core::quotes::{Content, Line, Prices, totals, with_line};
use leeway_core::testing::sample::{book, content, limits, line, situation};
use leeway_core::values::{LineId, Percent};
use wasm_bindgen::prelude::wasm_bindgen;

/// A quote that is being bargained about.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Keypad {
    content: Content,
    book: PriceBook,
    limits: Limits,
    at: Situation,
}

#[wasm_bindgen]
impl Keypad {
    /// Makes a quote of so many lines, one of them a gift, each with another discount, all of it beyond the manager's
    /// own authority: then there is most to look for.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(lines: u32) -> Self {
        let book = book();
        let one = |n: u32| {
            let product = &book.products[n as usize % 2];
            Line {
                product: product.id,
                family: product.family,
                price: product.price,
                floor: product.floor,
                gift: n == 7,
                off: Percent::from_bp(1_400 + n * 10).unwrap_or(Percent::ZERO),
                ..line(u128::from(n) + 1)
            }
        };
        let content = Content { lines: (0..lines).map(one).collect(), free_months: 1, ..content() };
        let mut limits = limits();
        for level in limits.stars.iter_mut().chain([&mut limits.unit_head, &mut limits.approver]) {
            let off = level.off.values().copied().next().unwrap_or(Percent::ZERO);
            level.off.extend(book.products.iter().map(|product| (product.family, off)));
            level.deal_cap = leeway_core::values::Money::MAX;
        }
        Self { content, book, limits, at: situation() }
    }

    /// Types another discount for a line and reckons all that the screen shows then. Returns how many ways back there
    /// are, so that nothing is left out for being unused.
    pub fn press(&mut self, key: u32) -> u32 {
        let Some(mut input) =
            self.content.lines.get(key as usize % self.content.lines.len()).map(Line::typed)
        else {
            return 0;
        };
        input.off = Percent::from_bp(1_400 + key % 400).unwrap_or(Percent::ZERO);
        input.line = LineId::new(input.line.into());
        let Ok(with) = with_line(&self.content, &Prices::of_book(&self.book), &input) else { return 0 };
        let Ok(sums) = totals(&with) else { return 0 };
        let shown = meter(&self.limits, &self.at, &sums);
        let beyond = judge(&self.limits, &self.at, &sums).level > Level::Own;
        let ways = ways_back(&with, &self.book, &self.limits, &self.at);
        u32::from(shown.is_some()) + u32::from(beyond) + u32::try_from(ways.len()).unwrap_or(u32::MAX)
    }
}
