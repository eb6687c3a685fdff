//! A quote is started, empty or with the lines of another one.

use serde::{Deserialize, Serialize};

use super::{
    Content, LineInput, Prices, Quote, QuoteState, check_book, check_months, check_title, lines::price_all,
    quote::no_months, totals,
};
use crate::Entity;
use crate::command::Context;
use crate::customers;
use crate::opportunities::Opportunity;
use crate::pricing::PriceBook;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::values::{CustomerId, Date, OpportunityId, Percent, PriceBookId, QuoteId};

/// Starts a quote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Its id, made on the device.
    pub quote: QuoteId,
    /// For whom.
    pub customer: CustomerId,
    /// About which opportunity.
    pub opportunity: Option<OpportunityId>,
    /// What it is called.
    pub title: String,
    /// The price-book version of its lines.
    pub book: PriceBookId,
    /// Term of the monthly charges.
    pub months: u16,
    /// How many months of the term are not charged.
    #[serde(default, skip_serializing_if = "no_months")]
    pub free_months: u16,
    /// Discount off everything that is left after the lines' own.
    #[serde(default, skip_serializing_if = "Percent::is_zero")]
    pub overall: Percent,
    /// Last day on which the customer may accept.
    pub valid_until: Date,
    /// Lines to start with.
    #[serde(default)]
    pub lines: Vec<LineInput>,
}

pub(super) fn draft(rows: &Rows, by: &Context, it: &Draft) -> Result<Changes, Stop> {
    customers::served(rows, by, it.customer)?;
    rows.require_absent::<Quote>(it.quote)?;
    about(rows, it.customer, it.opportunity)?;
    let book = rows.require::<PriceBook>(it.book)?;
    check_book(book)?;
    check_months(it.months, it.free_months)?;
    let prices = Prices::named(rows, by, book, it.customer, it.lines.iter().cloned())?;
    let content = Content {
        customer: it.customer,
        opportunity: it.opportunity,
        title: check_title(&it.title)?,
        book: it.book,
        months: it.months,
        free_months: it.free_months,
        overall: it.overall,
        valid_until: it.valid_until,
        lines: price_all(&prices, &it.lines)?,
    };
    prices.check_ended(&content.lines)?;
    totals(&content)?;
    Ok(Changes::none().put(Quote {
        id: it.quote,
        by: by.actor,
        made_at: by.at,
        content,
        state: QuoteState::Draft,
        flags: Vec::new(),
        proof: None,
        because: None,
        sent: None,
        versions: Vec::new(),
    }))
}

/// Refuses an opportunity of another customer.
pub(super) fn about(
    rows: &Rows,
    customer: CustomerId,
    opportunity: Option<OpportunityId>,
) -> Result<(), Stop> {
    let Some(id) = opportunity else { return Ok(()) };
    match rows.require::<Opportunity>(id)?.customer == customer {
        true => Ok(()),
        false => Err(GeneralError::NotFound { typ: Opportunity::TYPE }.into()),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::{QUANTITY_MAX, Write};
    use super::*;
    use crate::opportunities;
    use crate::testing::sample::{CHEN, ZHOU, book, percent, yuan};
    use crate::testing::{Office, commands};
    use crate::values::{LineId, ProductId, UserId};

    #[track_caller]
    fn check(by: UserId, it: Draft, expected: Expect) {
        expected.assert_eq(&Office::new().tell(by, Write::Draft(it)));
    }

    fn with(lines: Vec<LineInput>) -> Draft {
        Draft { lines, ..commands::draft() }
    }

    #[test]
    fn a_quote_is_drafted_for_ones_own_customer_once() {
        check(CHEN, commands::draft(), expect!["put quote/7"]);
        check(CHEN, with(vec![]), expect!["put quote/7"]);
        check(ZHOU, commands::draft(), expect![[r#"refused general.not_found {"typ":"customer"}"#]]);
        let mut office = Office::new().after(CHEN, Write::Draft(commands::draft()));
        expect![[r#"refused general.exists {"typ":"quote"}"#]]
            .assert_eq(&office.tell(CHEN, Write::Draft(commands::draft())));
    }

    #[test]
    fn lines_take_everything_but_quantity_and_discount_from_the_book() {
        let line = LineInput { quantity: 3, off: percent("8.5"), ..commands::line(1, "0") };
        let office = Office::new().after(CHEN, Write::Draft(with(vec![line])));
        let quote = office.get::<Quote>(QuoteId::from_u128(7));
        let priced = crate::testing::sample::line(1);
        let expected = super::super::Line { quantity: 3, off: percent("8.5"), ..priced };
        assert_eq!(quote.content.lines, [expected]);
    }

    #[test]
    fn a_withdrawn_book_is_no_base() {
        let mut office = Office::new();
        office.put(PriceBook { withdrawn_at: Some(crate::testing::sample::minute(0)), ..book() });
        expect![[r#"refused quotes.book_withdrawn {"book":"1","name":"2026 下半年"}"#]]
            .assert_eq(&office.tell(CHEN, Write::Draft(commands::draft())));
        check(
            CHEN,
            Draft { book: PriceBookId::from_u128(99), ..commands::draft() },
            expect![[r#"refused general.not_found {"typ":"price_book"}"#]],
        );
    }

    #[test]
    fn an_opportunity_is_of_the_same_customer() {
        let about = |n| Draft { opportunity: Some(OpportunityId::from_u128(n)), ..commands::draft() };
        check(CHEN, about(1), expect!["put quote/7"]);
        check(CHEN, about(99), expect![[r#"refused general.not_found {"typ":"opportunity"}"#]]);
        let other = opportunities::Start { customer: CustomerId::from_u128(2), ..commands::start() };
        let mut office = Office::new().after(CHEN, opportunities::Write::Start(other));
        expect![[r#"refused general.not_found {"typ":"opportunity"}"#]]
            .assert_eq(&office.tell(CHEN, Write::Draft(about(7))));
    }

    #[test]
    fn bounds_are_refused_by_name() {
        let line = || commands::line(1, "0");
        check(
            CHEN,
            with(vec![LineInput { quantity: 0, ..line() }]),
            expect![[r#"refused quotes.quantity {"max":1000000}"#]],
        );
        check(CHEN, with(vec![LineInput { quantity: QUANTITY_MAX, ..line() }]), expect!["put quote/7"]);
        check(
            CHEN,
            with(vec![LineInput { quantity: QUANTITY_MAX + 1, ..line() }]),
            expect![[r#"refused quotes.quantity {"max":1000000}"#]],
        );
        check(
            CHEN,
            with(vec![LineInput { product: ProductId::from_u128(9), ..line() }]),
            expect![[r#"refused quotes.no_such_product {"name":null,"product":"9"}"#]],
        );
        check(
            CHEN,
            with(vec![line(), line()]),
            expect![[r#"refused general.bad_args {"why":"two lines have one id"}"#]],
        );
        let many =
            |n: u128| with((0..n).map(|n| LineInput { line: LineId::from_u128(n), ..line() }).collect());
        check(CHEN, many(200), expect!["put quote/7"]);
        check(CHEN, many(201), expect![[r#"refused quotes.too_many_lines {"max":200}"#]]);
        check(
            CHEN,
            Draft { months: 0, ..commands::draft() },
            expect![[r#"refused quotes.term {"max":120}"#]],
        );
        check(CHEN, Draft { months: 120, ..commands::draft() }, expect!["put quote/7"]);
        check(
            CHEN,
            Draft { months: 121, ..commands::draft() },
            expect![[r#"refused quotes.term {"max":120}"#]],
        );
        check(
            CHEN,
            Draft { title: " ".into(), ..commands::draft() },
            expect![[r#"refused quotes.title {"max":80}"#]],
        );
        check(
            CHEN,
            Draft { title: "字".repeat(81), ..commands::draft() },
            expect![[r#"refused quotes.title {"max":80}"#]],
        );
    }

    #[test]
    fn a_sum_that_can_not_be_quoted_is_refused_at_once() {
        let mut office = Office::new();
        let mut dear = book();
        dear.products[0].price = yuan(50_000_000);
        office.put(dear);
        let line = LineInput { quantity: QUANTITY_MAX, ..commands::line(1, "0") };
        expect!["refused quotes.too_large"].assert_eq(&office.tell(CHEN, Write::Draft(with(vec![line]))));
    }
}
