//! A new quote while it is typed, and the lines that it takes over from another one.

use leeway_core::pricing::PriceBook;
use leeway_core::quotes::{Content, LineInput, Prices};
use leeway_core::values::{CustomerId, Date, LineId, OpportunityId};

use super::super::queries::Start;
use super::{Terms, TermsGap, TypedTerms, inputs};

/// What still has to be said before a quote can be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartGap {
    /// For whom.
    Customer,
    /// Title, term or validity.
    Terms(TermsGap),
    /// No price book has reached this device.
    Book,
}

/// A new quote as it was typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TypedStart {
    /// The customer's id.
    pub customer: String,
    /// The opportunity's id; empty for none.
    pub opportunity: String,
    /// Title, term, validity.
    pub terms: TypedTerms,
}

/// A quote that can be started.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    /// For whom.
    pub customer: CustomerId,
    /// About which opportunity.
    pub opportunity: Option<OpportunityId>,
    /// Title, term, validity.
    pub terms: Terms,
}

impl TypedStart {
    /// Reads the form.
    ///
    /// # Errors
    /// The first thing that is missing or wrong, in the order of the screen.
    pub fn read(&self, has_book: bool, today: Date) -> Result<Ready, StartGap> {
        let customer = self.customer.parse().map_err(|_| StartGap::Customer)?;
        let terms = self.terms.read(today).map_err(StartGap::Terms)?;
        if !has_book {
            return Err(StartGap::Book);
        }
        Ok(Ready { customer, opportunity: self.opportunity.parse().ok(), terms })
    }
}

/// Returns the lines at the best prices that this customer has today: a copy may be for somebody else.
pub fn priced(lines: &[LineInput], start: &Start, customer: CustomerId, today: Date) -> Vec<LineInput> {
    let Some(book) = &start.book else { return lines.to_vec() };
    let frameworks = start.frameworks.iter().filter(|it| it.customer == customer).collect();
    let prices = Prices { book, frameworks, day: today };
    lines.iter().map(|line| prices.choose(line.clone())).collect()
}

/// Returns the lines of another quote under new ids, and how many of its products the book does not sell any more.
pub fn taken_over(
    content: &Content,
    book: &PriceBook,
    mut id: impl FnMut() -> LineId,
) -> (Vec<LineInput>, usize) {
    let all = inputs(content);
    let count = all.len();
    let sold = all.into_iter().filter(|line| book.product(line.product).is_some());
    let lines: Vec<LineInput> = sold.map(|line| LineInput { line: id(), ..line }).collect();
    let lost = count - lines.len();
    (lines, lost)
}

#[cfg(test)]
mod tests {
    use leeway_core::quotes::Line;
    use leeway_core::testing::sample::{book, content, day, framework, line};
    use leeway_core::values::ProductId;

    use super::*;

    #[test]
    fn a_start_says_what_it_lacks_first() {
        let today = day("2026-11-21");
        let mut form = TypedStart { terms: TypedTerms::of(&content()), ..TypedStart::default() };
        assert_eq!(form.read(true, today), Err(StartGap::Customer));
        form.customer = CustomerId::from_u128(1).to_string();
        assert_eq!(form.read(false, today), Err(StartGap::Book));
        assert!(form.read(true, today).is_ok_and(|it| it.opportunity.is_none()));
        form.terms.title.clear();
        assert_eq!(form.read(true, today), Err(StartGap::Terms(TermsGap::Title)));
    }

    #[test]
    fn a_copy_is_priced_for_whom_it_is() {
        let start = Start { book: Some(book()), frameworks: vec![framework()], from: None };
        let content = Content { lines: vec![line(1)], ..content() };
        let by = |customer, today| priced(&inputs(&content), &start, customer, day(today))[0].framework;
        let (mine, other) = (framework().customer, CustomerId::from_u128(2));
        assert_eq!(by(mine, "2026-12-05"), Some(framework().id));
        assert_eq!((by(other, "2026-12-05"), by(mine, "2026-11-05")), (None, None));
    }

    #[test]
    fn lines_are_taken_over_under_new_ids_as_far_as_they_are_sold() {
        let gone = Line { product: ProductId::from_u128(99), ..line(2) };
        let old = Content { lines: vec![line(1), gone], ..content() };
        let mut next = 100;
        let (lines, lost) = taken_over(&old, &book(), || {
            next += 1;
            LineId::from_u128(next)
        });
        assert_eq!((lines.len(), lost), (1, 1));
        assert_eq!(lines[0].line, LineId::from_u128(101));
    }
}
