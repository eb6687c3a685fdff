//! What the quote pages show, as plain Rust. Never reads the store, a clock or the screen, and never decides who may
//! give what: it asks `leeway_core::authority` and `leeway_core::quotes` with what stands on the screen.

mod because;
mod given;
mod line;
mod list;
mod start;

use leeway_core::authority::{self, Level, Limits, Meter, Promised, Reason, ReasonCode, Situation, Verdict};
use leeway_core::customers::Grade;
use leeway_core::frameworks::Framework;
use leeway_core::organisation::{Post, Star};
use leeway_core::pricing::PriceBook;
use leeway_core::quotes::{
    Agreed, Asks, Content, Earned, Finalise, Line, LineInput, Prices, Quote, QuoteState, Totals, must_file,
    totals,
};
use leeway_core::values::{CaseId, CommandId, Date, LineId, Money, Percent, Timestamp, UnitId, UserId};

pub use because::reasons_to_name;
pub use given::{GivenGap, TypedGiven};
pub use line::{LineGap, TypedLine, WhatIf, what_if};
pub use list::{Filter, Row, rows};
pub use start::{Ready, StartGap, TypedStart, priced, taken_over};

/// All that a quote is judged by on this device.
#[derive(Debug, Clone, PartialEq)]
pub struct Judges {
    /// The limits in force.
    pub limits: Option<Limits>,
    /// The manager's rating.
    pub star: Star,
    /// The customer's grade.
    pub grade: Grade,
    /// The customer's unit.
    pub unit: Option<UnitId>,
    /// What the customer was promised within the window, but for this quote.
    pub promised: Promised,
    /// What is left of what this device may give away in this month; `None`: no bound.
    pub left: Option<Money>,
    /// The manager.
    pub me: UserId,
    /// The post of the unit's head.
    pub head: Option<Post>,
    /// The post above it.
    pub approver: Option<Post>,
    /// The posts that are asked first, and until when they have time if they are asked now: where the unit head's
    /// authority suffices, and where it does not.
    pub first: [Option<(Post, Timestamp)>; 2],
    /// The price-book version that new quotes use today.
    pub current: Option<PriceBook>,
    /// The customer's framework agreements.
    pub frameworks: Vec<Framework>,
}

impl Judges {
    /// Returns what lines are priced by out of this book today.
    pub fn prices<'a>(&'a self, book: &'a PriceBook, today: Date) -> Prices<'a> {
        Prices { book, frameworks: self.frameworks.iter().collect(), day: today }
    }

    /// Returns the number of an agreement that a line is priced by and that is over.
    pub fn over<'a>(&self, content: &'a Content, today: Date) -> Option<&'a str> {
        let is_over = |it: &&Agreed| {
            !self.frameworks.iter().any(|found| found.id == it.framework && found.is_current(today))
        };
        content
            .lines
            .iter()
            .filter_map(|line| line.agreed.as_ref())
            .find(is_over)
            .map(|it| it.number.as_str())
    }

    /// Returns the post that is asked first at this level, and until when it has time if it is asked now.
    pub fn first(&self, level: Level) -> Option<&(Post, Timestamp)> {
        self.first[usize::from(level > Level::UnitHead)].as_ref()
    }

    /// Returns what a quote with this content is judged in.
    pub fn situation(&self, content: &Content) -> Situation {
        let Self { star, grade, unit, promised, left: pool, .. } = *self;
        Situation { star, grade, unit, months: content.months, promised, pool, earned: Earned::Hidden }
    }

    /// Reads the meter; `None` without lines or without limits.
    pub fn meter(&self, content: &Content, sums: &Totals) -> Option<Meter> {
        authority::meter(self.limits.as_ref()?, &self.situation(content), sums)
    }

    /// Returns the mark beyond which this content is filed if the manager gives it alone; `None` if it is not.
    pub fn files(&self, content: &Content) -> Option<Percent> {
        let (limits, sums) = (self.limits.as_ref()?, totals(content).ok()?);
        let is_own = authority::judge(limits, &self.situation(content), &sums).level == Level::Own;
        limits.file_above.filter(|_| is_own && must_file(limits, &sums))
    }

    /// Returns who decides on this content; `None` without limits, or if it can't be summed up.
    pub fn verdict(&self, content: &Content) -> Option<Verdict> {
        let sums = totals(content).ok()?;
        Some(authority::judge(self.limits.as_ref()?, &self.situation(content), &sums))
    }
}

/// Says whether new drafts may not use this version any more.
pub fn is_over(book: &PriceBook, today: Date) -> bool {
    book.withdrawn_at.is_some() || book.to < today
}

/// Returns the version that an edit is typed on: the quote's own while it holds, else the current one.
pub fn book_for_edits<'a>(
    own: Option<&'a PriceBook>,
    current: Option<&'a PriceBook>,
    today: Date,
) -> Option<&'a PriceBook> {
    own.filter(|book| !is_over(book, today)).or(current)
}

/// What the button at the bottom of a quote does.
#[derive(Debug, Clone, PartialEq)]
pub enum Primary {
    /// There is nothing in it: pick a product.
    AddProduct,
    /// Its price book is over: move it to the current one.
    MoveBook,
    /// A framework agreement that it names is over: price those lines anew.
    Reprice,
    /// Its price book is over and there is no other.
    NoBook,
    /// The limits have not reached this device: nobody can judge here.
    NoLimits,
    /// Its days are over: choose a new last day.
    Extend,
    /// Make it binding.
    Sign,
    /// Ask the post at this level.
    Submit(Level),
    /// A line is under its floor: change that.
    FixFloor {
        /// Which line.
        line: LineId,
        /// The product's name.
        product: String,
        /// By how much, per unit.
        short_by: Money,
    },
    /// Beyond every limit: give less off this line, the one with the largest discount.
    FixBeyond(LineId),
    /// Beyond every deal size: sell less on this line, the largest one.
    FixSize(LineId),
    /// It is with a post: take it back.
    Withdraw,
    /// It is final: start another one from it.
    Copy,
}

/// Decides what the button does.
pub fn primary(quote: &Quote, own: Option<&PriceBook>, judges: &Judges, today: Date) -> Primary {
    match quote.state {
        QuoteState::Submitted { .. } => return Primary::Withdraw,
        QuoteState::Binding { .. } | QuoteState::Approved { .. } => return Primary::Copy,
        QuoteState::Draft | QuoteState::Returned { .. } => {}
    }
    let content = &quote.content;
    if content.lines.is_empty() {
        return Primary::AddProduct;
    }
    if own.is_some_and(|book| is_over(book, today)) {
        return if judges.current.is_some() { Primary::MoveBook } else { Primary::NoBook };
    }
    if judges.over(content, today).is_some() {
        return Primary::Reprice;
    }
    if content.valid_until < today {
        return Primary::Extend;
    }
    match judges.verdict(content) {
        None => Primary::NoLimits,
        Some(Verdict { level: Level::Own, .. }) => Primary::Sign,
        Some(Verdict { level: Level::Nobody, reasons }) => beyond(content, &reasons),
        Some(Verdict { level, .. }) => Primary::Submit(level),
    }
}

fn beyond(content: &Content, reasons: &[Reason]) -> Primary {
    for reason in reasons {
        if let Reason::BelowFloor { line, product, short_by } = reason {
            return Primary::FixFloor { line: *line, product: product.clone(), short_by: *short_by };
        }
    }
    let over = |line: &&Line| {
        reasons.iter().any(|it| matches!(it, Reason::Discount { family, .. } if *family == line.family))
    };
    let size = |line: &&Line| line.price.times(u64::from(line.quantity)).unwrap_or(Money::MAX);
    let deepest = content.lines.iter().filter(over).max_by_key(|line| line.off);
    match (deepest, content.lines.iter().max_by_key(size)) {
        (Some(line), _) => Primary::FixBeyond(line.id),
        (None, Some(line)) => Primary::FixSize(line.id),
        (None, None) => Primary::AddProduct,
    }
}

/// What finalising needs besides the quote.
#[derive(Debug, Clone, PartialEq)]
pub struct Stamp {
    /// What is asked for.
    pub asks: Asks,
    /// A fresh id, should a case be needed.
    pub case: CaseId,
    /// Edits of the quote that still wait.
    pub covers: Vec<CommandId>,
    /// Why something is given away.
    pub because: Option<ReasonCode>,
}

/// Makes the command that carries everything that was shown, on the versions that it was judged by.
pub fn finalise(quote: &Quote, judges: &Judges, stamp: Stamp) -> Option<Finalise> {
    let content = &quote.content;
    Some(Finalise {
        quote: quote.id,
        customer: content.customer,
        opportunity: content.opportunity,
        title: content.title.clone(),
        book: content.book,
        limits: judges.limits.as_ref()?.id,
        star: judges.star,
        grade: Some(judges.grade),
        // where no region counts, it is no matter whose customer it is
        unit: judges.unit.filter(|_| judges.limits.as_ref().is_some_and(|it| !it.regions.is_empty())),
        months: content.months,
        free_months: content.free_months,
        overall: content.overall,
        valid_until: content.valid_until,
        lines: inputs(content),
        total: totals(content).ok()?.total,
        asks: stamp.asks,
        case: stamp.case,
        covers: stamp.covers,
        receipt: None,
        because: stamp.because,
    })
}

/// Returns the lines to be put so that the whole quote is at the best prices of today: those whose agreement is another
/// now, and always one if the quote moves to another book with it.
pub fn renewed(content: &Content, prices: &Prices<'_>) -> Vec<LineInput> {
    let moves = content.book != prices.book.id;
    let put = |(at, typed): (usize, LineInput)| {
        let now = prices.choose(typed.clone());
        (moves && at == 0 || now != typed).then_some(now)
    };
    inputs(content).into_iter().enumerate().filter_map(put).collect()
}

/// Returns the lines as they were typed.
pub fn inputs(content: &Content) -> Vec<LineInput> {
    content.lines.iter().map(Line::typed).collect()
}

/// A quote's terms as they were typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TypedTerms {
    /// What it is called.
    pub title: String,
    /// Term of the monthly charges.
    pub months: String,
    /// Last day on which the customer may accept.
    pub valid_until: String,
}

/// What is wrong with typed terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermsGap {
    /// It has no title.
    Title,
    /// The term is no whole number of months that can be sold.
    Months,
    /// There is no last day, or it has passed.
    ValidUntil,
}

/// Terms that can be asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// What it is called.
    pub title: String,
    /// Term of the monthly charges.
    pub months: u16,
    /// Last day on which the customer may accept.
    pub valid_until: Date,
}

impl TypedTerms {
    /// Returns the terms of a quote as they stand in the form.
    pub fn of(content: &Content) -> Self {
        Self {
            title: content.title.clone(),
            months: content.months.to_string(),
            valid_until: content.valid_until.to_string(),
        }
    }

    /// Reads the form.
    ///
    /// # Errors
    /// The first thing that is wrong, in the order of the screen.
    pub fn read(&self, today: Date) -> Result<Terms, TermsGap> {
        let title = self.title.trim().to_owned();
        if title.is_empty() {
            return Err(TermsGap::Title);
        }
        let months = self.months.trim().parse().map_err(|_| TermsGap::Months)?;
        if !(1..=leeway_core::quotes::MONTHS_MAX).contains(&months) {
            return Err(TermsGap::Months);
        }
        let valid_until = self.valid_until.parse().map_err(|_| TermsGap::ValidUntil)?;
        if valid_until < today {
            return Err(TermsGap::ValidUntil);
        }
        Ok(Terms { title, months, valid_until })
    }
}

/// Returns what a meter draws, in hundredths of a percent: the value, the own limit, and the end of the track, which
/// lies beyond all of them.
pub fn track(asked: Percent, mine: Percent, highest: Percent) -> (u32, u32, u32) {
    let end = asked.bp().max(mine.bp()).max(highest.bp());
    (asked.bp(), mine.bp(), (end + end / 10).clamp(100, Percent::HUNDRED.bp()))
}

#[cfg(test)]
mod tests;
