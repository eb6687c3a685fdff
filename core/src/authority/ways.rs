//! Room to bargain: how far a line can go, and what brings a quote back within the manager's own authority. Every way
//! that is offered was put before [`judge()`] as a whole; it never decides by itself.

use super::{Level, Limits, Situation, judge};
use crate::pricing::PriceBook;
use crate::quotes::{Content, Line, MONTHS_MAX, QUANTITY_MAX, Totals, line_within, totals};
use crate::values::{LineId, Money, Percent};

/// One change of a quote.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Less off a line.
    Off {
        /// Which line.
        line: LineId,
        /// Its product's name.
        product: String,
        /// Its discount now.
        from: Percent,
        /// The discount that fits.
        to: Percent,
    },
    /// Less off the whole.
    Overall {
        /// The discount now.
        from: Percent,
        /// The discount that fits.
        to: Percent,
    },
    /// Fewer months for nothing.
    FreeMonths {
        /// How many now.
        from: u16,
        /// How many fit.
        to: u16,
    },
    /// No gift.
    NoGift {
        /// Which line.
        line: LineId,
        /// Its product's name.
        product: String,
    },
    /// A longer term.
    Months {
        /// The term now.
        from: u16,
        /// The shortest that fits.
        to: u16,
    },
    /// More of a product.
    Quantity {
        /// Which line.
        line: LineId,
        /// Its product's name.
        product: String,
        /// How many now.
        from: u32,
        /// The least that fits.
        to: u32,
    },
}

/// A change that suffices, and what the customer would pay then.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// What changes.
    pub change: Change,
    /// What the customer would pay for everything.
    pub total: Money,
    /// The effective discount over everything.
    pub effective: Percent,
}

impl Change {
    /// Returns the content with this change. The prices by quantity are those of the book, or what was agreed if that is
    /// less.
    pub fn on(&self, content: &Content, book: &PriceBook) -> Content {
        let mut content = content.clone();
        let mut line = |id: LineId, change: &dyn Fn(&mut Line)| {
            content.lines.iter_mut().filter(|line| line.id == id).for_each(change);
        };
        match self {
            Self::Off { line: id, to, .. } => line(*id, &|line| line.off = *to),
            Self::Quantity { line: id, to, .. } => line(*id, &|line| {
                line.quantity = *to;
                let listed = book.product(line.product).map_or(line.price, |it| it.price_of(*to));
                line.price = if line.agreed.is_some() { listed.min(line.price) } else { listed };
            }),
            Self::NoGift { line: id, .. } => content.lines.retain(|line| line.id != *id),
            Self::Overall { to, .. } => content.overall = *to,
            Self::FreeMonths { to, .. } => content.free_months = *to,
            Self::Months { to, .. } => content.months = *to,
        }
        content
    }
}

/// Returns the largest discount of this line that stays within the manager's limit of its family and above its
/// floor, with all else as it is; zero if none does.
pub fn to_limit(content: &Content, limits: &Limits, at: &Situation, line: LineId) -> Percent {
    let Some(line) = content.lines.iter().find(|it| it.id == line) else { return Percent::ZERO };
    totals(content).map_or(Percent::ZERO, |sums| line_to_limit(content, &sums, limits, at, line))
}

fn line_to_limit(content: &Content, sums: &Totals, limits: &Limits, at: &Situation, line: &Line) -> Percent {
    let limit = limits.limit(Level::Own, at, line.family, sums.list);
    let fits = |bp: u32| {
        let off = Percent::from_bp(bp).unwrap_or(Percent::HUNDRED);
        line_within(content, sums, line, off, limit)
    };
    // what a line gives away never falls while its discount rises, so the ones that fit come first
    percent(last(0, Percent::HUNDRED.bp(), fits))
}

/// Returns the changes that suffice alone, none if the quote is within already; the one that leaves the customer the
/// largest discount first. `book` is what the quote is priced out of.
pub fn ways_back(content: &Content, book: &PriceBook, limits: &Limits, at: &Situation) -> Vec<Way> {
    let Ok(sums) = totals(content) else { return Vec::new() };
    if judge(limits, at, &sums).level == Level::Own {
        return Vec::new();
    }
    let mut changes = Vec::new();
    for line in &content.lines {
        changes.extend(of_line(content, &sums, limits, at, line));
    }
    let own = |change: &Change| {
        let content = change.on(content, book);
        let sums = totals(&content).ok()?;
        let at = Situation { months: content.months, ..*at };
        (judge(limits, &at, &sums).level == Level::Own).then_some(sums)
    };
    let fits = |change: Change| own(&change).is_some();
    changes.extend(of_whole(content, fits));
    changes.extend(content.lines.iter().filter_map(|line| more(line, fits)));
    let way = |change: Change| {
        let sums = own(&change)?;
        Some(Way { change, total: sums.total, effective: sums.effective })
    };
    let mut ways: Vec<Way> = changes.into_iter().filter_map(way).collect();
    ways.sort_by_key(|it| (std::cmp::Reverse(it.effective), it.total));
    ways
}

fn of_line(content: &Content, sums: &Totals, limits: &Limits, at: &Situation, line: &Line) -> Option<Change> {
    if line.gift {
        return Some(Change::NoGift { line: line.id, product: line.name.clone() });
    }
    let to = line_to_limit(content, sums, limits, at, line);
    (to < line.off).then(|| Change::Off { line: line.id, product: line.name.clone(), from: line.off, to })
}

/// Less of what is given on the whole: the largest that fits. A longer term: the shortest that fits.
fn of_whole(content: &Content, fits: impl Fn(Change) -> bool) -> Vec<Change> {
    let Content { overall: off, free_months: free, months, .. } = *content;
    let overall = |bp: u32| Change::Overall { from: off, to: percent(bp) };
    let free_months = |to: u32| Change::FreeMonths { from: free, to: u16::try_from(to).unwrap_or(free) };
    let longer = |to: u32| Change::Months { from: months, to: u16::try_from(to).unwrap_or(months) };
    let mut changes = Vec::new();
    if !off.is_zero() {
        changes.push(overall(last(0, off.bp() - 1, |bp| fits(overall(bp)))));
    }
    if free > 0 {
        changes.push(free_months(last(0, u32::from(free) - 1, |to| fits(free_months(to)))));
    }
    // twice the term is as much as one asks for across the table
    let longest = u32::from(months.saturating_mul(2).min(MONTHS_MAX));
    if longest > u32::from(months) {
        changes.push(longer(first(u32::from(months) + 1, longest, |to| fits(longer(to)))));
    }
    changes
}

/// More of a product that has a lower discount than the rest: the least that fits.
fn more(line: &Line, fits: impl Fn(Change) -> bool) -> Option<Change> {
    let more =
        |to: u32| Change::Quantity { line: line.id, product: line.name.clone(), from: line.quantity, to };
    let most = line.quantity.saturating_mul(2).min(QUANTITY_MAX);
    (!line.gift && most > line.quantity && fits(more(most)))
        .then(|| more(first(line.quantity + 1, most, |to| fits(more(to)))))
}

/// Returns the last number from `low` to `high` that fits, if those that fit come first; `low` if none does.
fn last(mut low: u32, mut high: u32, fits: impl Fn(u32) -> bool) -> u32 {
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if fits(middle) { low = middle } else { high = middle - 1 }
    }
    low
}

/// Returns the first number from `low` to `high` that fits, if those that fit come last; `high` if none does.
fn first(mut low: u32, mut high: u32, fits: impl Fn(u32) -> bool) -> u32 {
    while low < high {
        let middle = low + (high - low) / 2;
        if fits(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

fn percent(bp: u32) -> Percent {
    Percent::from_bp(bp).unwrap_or(Percent::ZERO)
}

#[cfg(test)]
mod tests;
