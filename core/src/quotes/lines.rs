//! Lines of a draft. A line names the price book that it was typed on: on another book than the draft's, the
//! whole draft moves to that book with its quantities and discounts.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Content, LINES_MAX, Line, Prices, QuoteError, check_book, open, totals};
use crate::command::Context;
use crate::pricing::PriceBook;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::values::{FrameworkId, LineId, Percent, PriceBookId, ProductId, QuoteId};

/// A line as it was typed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineInput {
    /// Which line; its id is made on the device.
    pub line: LineId,
    /// What is sold.
    pub product: ProductId,
    /// How many.
    pub quantity: u32,
    /// Discount off the list price; of no meaning for a gift.
    pub off: Percent,
    /// Given for nothing along with the rest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gift: bool,
    /// The framework agreement that it was priced by, where its price is below the book's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub framework: Option<FrameworkId>,
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
    let typed = quote.content.lines.iter().map(Line::typed).chain([it.line.clone()]);
    let book = rows.require::<PriceBook>(it.book)?;
    let prices = Prices::named(rows, by, book, quote.content.customer, typed)?;
    let content = with_line(&quote.content, &prices, &it.line)?;
    quote.change(content);
    Ok(Changes::none().put(quote))
}

/// Returns the content with this line added or changed, priced by book and agreements: what [`PutLine`] makes of it.
/// The page asks it while digits are typed, before there is a command.
///
/// # Errors
/// [`QuoteError`] if the book is withdrawn or lacks a product, the line's agreement does not count, or a bound is passed.
pub fn with_line(content: &Content, prices: &Prices<'_>, it: &LineInput) -> Result<Content, QuoteError> {
    check_book(prices.book)?;
    let mut content = content.clone();
    let at = content.lines.iter().position(|line| line.id == it.line);
    let line = prices.price(it, at.map(|at| &content.lines[at]))?;
    prices.check_ended([&line])?;
    match at {
        Some(at) => content.lines[at] = line,
        None => content.lines.push(line),
    }
    check_count(content.lines.len())?;
    if content.book != prices.book.id {
        reprice(&mut content, prices)?;
    }
    totals(&content)?;
    Ok(content)
}

/// Prices all lines of a quote.
pub(super) fn price_all(prices: &Prices<'_>, lines: &[LineInput]) -> Result<Vec<Line>, Stop> {
    check_count(lines.len())?;
    let ids: BTreeSet<LineId> = lines.iter().map(|it| it.line).collect();
    if ids.len() < lines.len() {
        return Err(GeneralError::BadArgs { why: "two lines have one id".to_owned() }.into());
    }
    Ok(lines.iter().map(|it| prices.price(it, None)).collect::<Result<_, _>>()?)
}

fn check_count(lines: usize) -> Result<(), QuoteError> {
    if lines > LINES_MAX as usize { Err(QuoteError::TooManyLines { max: LINES_MAX }) } else { Ok(()) }
}

/// Moves all lines to another book. An agreement that is over stays behind: it must not hold the others up.
fn reprice(content: &mut Content, prices: &Prices<'_>) -> Result<(), QuoteError> {
    for line in &mut content.lines {
        *line = prices.price(&prices.without_over(line.typed()), Some(line))?;
    }
    content.book = prices.book.id;
    Ok(())
}

pub(super) fn drop_line(rows: &Rows, by: &Context, it: &DropLine) -> Result<Changes, Stop> {
    let mut quote = open(rows, by, it.quote)?;
    let mut content = quote.content.clone();
    content.lines.retain(|line| line.id != it.line);
    quote.change(content);
    Ok(Changes::none().put(quote))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::{Finalise, Quote, QuoteState, SetTerms, Withdraw, Write};
    use super::*;
    use crate::testing::sample::{CHEN, LI, book, minute, yuan};
    use crate::testing::{Office, commands, sample};
    use crate::values::UserId;

    const QUOTE: QuoteId = QuoteId::from_u128(7);
    const NEXT: PriceBookId = PriceBookId::from_u128(2);

    fn drafted() -> Office {
        Office::new().after(CHEN, Write::Draft(commands::draft()))
    }

    fn withdrawn() -> Office {
        let mut office = drafted();
        office.put(PriceBook { withdrawn_at: Some(minute(5)), ..book() });
        office
    }

    #[test]
    fn the_price_is_that_of_the_quantity_and_a_bundle_says_what_is_in_it() {
        let mut book = book();
        book.products[0].tiers = vec![crate::pricing::Tier { from: 5, price: yuan(3_000) }];
        book.products[0].parts = vec![crate::pricing::Part { product: ProductId::from_u128(3), quantity: 2 }];
        let priced = |quantity| {
            let line = LineInput { quantity, gift: true, ..commands::line(1, "8") };
            with_line(&sample::content(), &Prices::of_book(&book), &line).unwrap().lines.remove(0)
        };
        assert_eq!([4, 5].map(|quantity| priced(quantity).price), [yuan(3_200), yuan(3_000)]);
        let (line, parts) = (priced(1), priced(1).parts);
        assert_eq!(
            (parts[0].name.as_str(), parts[0].unit.as_str(), parts[0].quantity),
            ("物联网卡", "张", 2)
        );
        // a gift has no discount of its own
        assert_eq!((line.gift, line.off), (true, Percent::ZERO));
        assert_eq!(line.typed(), LineInput { off: Percent::ZERO, gift: true, ..commands::line(1, "0") });
    }

    #[track_caller]
    fn check(office: &mut Office, by: UserId, it: PutLine, expected: Expect) {
        expected.assert_eq(&office.tell(by, Write::PutLine(it)));
    }

    /// The lines of the quote: product, price, quantity, discount; and the book.
    fn lines(office: &Office) -> String {
        let content = &office.get::<Quote>(QUOTE).content;
        let line = |it: &Line| format!("{} {} × {}, {} off", it.name, it.price, it.quantity, it.off);
        let book = office.get::<PriceBook>(content.book);
        format!("{}: {}", book.name, content.lines.iter().map(line).collect::<Vec<_>>().join("; "))
    }

    #[test]
    fn a_line_is_added_changed_and_taken_out() {
        let mut office = drafted();
        check(&mut office, CHEN, commands::put_line(commands::line(2, "5")), expect!["put quote/7"]);
        let cloud = LineInput { product: ProductId::from_u128(2), quantity: 4, ..commands::line(1, "0") };
        check(&mut office, CHEN, commands::put_line(cloud), expect!["put quote/7"]);
        expect!["2026 下半年: 云主机 4C8G ¥600.00 × 4, 0% off; 专线 200M ¥3,200.00 × 1, 5% off"]
            .assert_eq(&lines(&office));
        let drop = |n| Write::DropLine(DropLine { quote: QUOTE, line: LineId::from_u128(n) });
        expect!["put quote/7"].assert_eq(&office.tell(CHEN, drop(1)));
        expect!["put quote/7"].assert_eq(&office.tell(CHEN, drop(1)));
        expect![[r#"refused general.not_found {"typ":"quote"}"#]].assert_eq(&office.tell(LI, drop(2)));
        expect!["2026 下半年: 专线 200M ¥3,200.00 × 1, 5% off"].assert_eq(&lines(&office));
    }

    #[test]
    fn a_line_typed_on_a_withdrawn_book_is_refused() {
        check(
            &mut withdrawn(),
            CHEN,
            commands::put_line(commands::line(1, "8")),
            expect![[r#"refused quotes.book_withdrawn {"book":"1","name":"2026 下半年"}"#]],
        );
    }

    #[test]
    fn a_line_typed_on_the_current_book_moves_the_whole_draft() {
        let mut office = withdrawn();
        let line = commands::line(2, "8");
        check(&mut office, CHEN, PutLine { book: NEXT, ..commands::put_line(line) }, expect!["put quote/7"]);
        expect!["2026 年末: 专线 200M ¥3,400.00 × 1, 0% off; 专线 200M ¥3,400.00 × 1, 8% off"]
            .assert_eq(&lines(&office));
    }

    #[test]
    fn a_product_that_the_new_book_lacks_is_named() {
        let iot = |n| LineInput { product: ProductId::from_u128(3), ..commands::line(n, "0") };
        let mut office = drafted().after(CHEN, Write::PutLine(commands::put_line(iot(2))));
        let on_next = |line| PutLine { book: NEXT, ..commands::put_line(line) };
        check(
            &mut office,
            CHEN,
            on_next(commands::line(1, "0")),
            expect![[r#"refused quotes.no_such_product {"name":"物联网卡","product":"3"}"#]],
        );
        check(
            &mut office,
            CHEN,
            on_next(iot(2)),
            expect![[r#"refused quotes.no_such_product {"name":"物联网卡","product":"3"}"#]],
        );
        check(
            &mut office,
            CHEN,
            on_next(iot(3)),
            expect![[r#"refused quotes.no_such_product {"name":null,"product":"3"}"#]],
        );
        // the line itself may be put over with something that the book has
        check(&mut office, CHEN, on_next(commands::line(2, "0")), expect!["put quote/7"]);
        expect!["2026 年末: 专线 200M ¥3,400.00 × 1, 0% off; 专线 200M ¥3,400.00 × 1, 0% off"]
            .assert_eq(&lines(&office));
    }

    #[test]
    fn bounds_are_refused_by_name() {
        let put = commands::put_line;
        check(
            &mut drafted(),
            CHEN,
            put(LineInput { quantity: 0, ..commands::line(1, "0") }),
            expect![[r#"refused quotes.quantity {"max":1000000}"#]],
        );
        check(
            &mut drafted(),
            LI,
            put(commands::line(1, "0")),
            expect![[r#"refused general.not_found {"typ":"quote"}"#]],
        );
        let mut office = drafted();
        let mut quote = office.get::<Quote>(QUOTE).clone();
        quote.content.lines = (1..=200).map(sample::line).collect();
        office.put(quote);
        check(&mut office, CHEN, put(commands::line(200, "8")), expect!["put quote/7"]);
        check(
            &mut office,
            CHEN,
            put(commands::line(201, "8")),
            expect![[r#"refused quotes.too_many_lines {"max":200}"#]],
        );
        let mut dear = book();
        dear.products[0].price = yuan(50_000_000);
        office.put(dear);
        check(
            &mut office,
            CHEN,
            put(LineInput { quantity: 1_000_000, ..commands::line(1, "0") }),
            expect!["refused quotes.too_large"],
        );
    }

    #[test]
    fn terms_are_changed_within_bounds() {
        let mut office = drafted();
        let mut set = |it: SetTerms| office.tell(CHEN, Write::SetTerms(it));
        expect!["put quote/7"].assert_eq(&set(commands::set_terms()));
        expect![[r#"refused quotes.term {"max":120}"#]]
            .assert_eq(&set(SetTerms { months: 0, ..commands::set_terms() }));
        expect![[r#"refused quotes.title {"max":80}"#]]
            .assert_eq(&set(SetTerms { title: " ".into(), ..commands::set_terms() }));
        let content = &office.get::<Quote>(QUOTE).content;
        assert_eq!((content.months, content.title.as_str()), (36, "双路由专线"));
    }

    #[test]
    fn what_is_final_or_waits_is_not_changed() {
        let bound = drafted().after(CHEN, Write::Finalise(commands::finalise("8", 70_656)));
        let waiting = drafted().after(CHEN, Write::Finalise(commands::finalise("20", 61_440)));
        for mut office in [bound, waiting] {
            check(
                &mut office,
                CHEN,
                commands::put_line(commands::line(1, "0")),
                expect!["refused quotes.not_a_draft"],
            );
            let drop = DropLine { quote: QUOTE, line: LineId::from_u128(1) };
            expect!["refused quotes.not_a_draft"].assert_eq(&office.tell(CHEN, Write::DropLine(drop)));
            expect!["refused quotes.not_a_draft"]
                .assert_eq(&office.tell(CHEN, Write::SetTerms(commands::set_terms())));
        }
    }

    #[test]
    fn a_returned_quote_says_what_is_missing_until_it_is_sent_again() {
        let mut office = drafted();
        let mut quote = office.get::<Quote>(QUOTE).clone();
        quote.state = sample::records()
            .into_iter()
            .find_map(|it| match it {
                crate::Record::Quote(Quote { state: state @ QuoteState::Returned { .. }, .. }) => Some(state),
                _ => None,
            })
            .unwrap();
        let returned = quote.state.clone();
        office.put(quote);
        check(&mut office, CHEN, commands::put_line(commands::line(1, "8")), expect!["put quote/7"]);
        assert_eq!(office.get::<Quote>(QUOTE).state, returned);
        let again = Finalise { ..commands::finalise("8", 70_656) };
        expect!["put quote/7"].assert_eq(&office.tell(CHEN, Write::Finalise(again)));
        assert!(matches!(office.get::<Quote>(QUOTE).state, QuoteState::Binding { .. }));
        expect!["refused quotes.not_submitted"]
            .assert_eq(&office.tell(CHEN, Write::Withdraw(Withdraw { quote: QUOTE })));
    }
}
