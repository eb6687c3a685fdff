//! What is agreed with a customer is what the customer pays, whoever computes it and whatever happens meanwhile.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::Arrival;
use crate::frameworks::AgreedPrice;
use crate::pricing::Tier;
use crate::proof::{Chain, Note, Verdict};
use crate::quotes::{Asks, Draft, Finalise, Flag, PutLine, Quote, QuoteState, Withdraw, Write, with_line};
use crate::testing::sample::{
    CHEN, book, content, day, framework, minute, next_book, percent, product, yuan,
};
use crate::testing::{Office, commands, proof};
use crate::values::{CaseId, Money, PriceBookId, ProductId, QuoteId};

const QUOTE: QuoteId = QuoteId::from_u128(7);

fn drafted(lines: Vec<LineInput>) -> Office {
    Office::new().after(CHEN, Write::Draft(Draft { lines, ..commands::draft() }))
}

fn ended(mut office: Office) -> Office {
    office.put(Framework { ended_at: Some(minute(1)), ..framework() });
    office
}

/// Every line of quote 7: product, price, floor, discount, agreement.
fn lines(office: &Office) -> String {
    let agreed = |it: &Line| match &it.agreed {
        Some(it) => format!("{} instead of {}", it.number, it.list),
        None => "by the book".to_owned(),
    };
    let line =
        |it: &Line| format!("{} × {} {}, floor {}, {}", it.quantity, it.name, it.price, it.floor, agreed(it));
    office.get::<Quote>(QUOTE).content.lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn put(office: &mut Office, line: LineInput) -> String {
    office.tell(CHEN, Write::PutLine(commands::put_line(line)))
}

#[track_caller]
fn refuses(office: &mut Office, line: LineInput, expected: Expect) {
    expected.assert_eq(&put(office, line));
}

#[test]
fn a_line_costs_what_was_agreed_if_that_is_less() {
    let card = LineInput { product: ProductId::from_u128(3), ..commands::agreed(2) };
    let mut office = drafted(vec![commands::agreed(1), card, commands::line(3, "0")]);
    expect![[r#"
        1 × 专线 200M ¥2,900.00, floor ¥2,000.00, KJ-2026-018 instead of ¥3,200.00
        1 × 物联网卡 ¥40.00, floor ¥20.00, KJ-2026-018 instead of ¥50.00
        1 × 专线 200M ¥3,200.00, floor ¥2,000.00, by the book"#]]
    .assert_eq(&lines(&office));
    let content = office.get::<Quote>(QUOTE).content.clone();
    assert_eq!(content.lines[0].typed(), commands::agreed(1), "what was typed is read back");
    // nothing can be given below an agreed price that lies under the floor
    let cheap = AgreedPrice { product: product(1).id, price: yuan(1_800) };
    office.put(Framework { prices: vec![cheap], ..framework() });
    assert_eq!(put(&mut office, commands::agreed(1)), "put quote/7");
    let line = &office.get::<Quote>(QUOTE).content.lines[0];
    assert_eq!((line.price, line.floor), (yuan(1_800), yuan(1_800)));
    // an agreement that is no cheaper is passed over
    let dear = AgreedPrice { product: product(1).id, price: yuan(3_200) };
    office.put(Framework { prices: vec![dear], ..framework() });
    assert_eq!(put(&mut office, commands::agreed(1)), "put quote/7");
    let line = &office.get::<Quote>(QUOTE).content.lines[0];
    assert_eq!((line.price, &line.agreed), (yuan(3_200), &None));
}

#[test]
fn an_agreement_that_does_not_count_is_refused_by_name() {
    let mut office = drafted(vec![]);
    let named = |n: u128| LineInput { framework: Some(FrameworkId::from_u128(n)), ..commands::line(1, "0") };
    refuses(&mut office, named(99), expect![[r#"refused quotes.no_such_framework {"framework":"99"}"#]]);
    office.put(Framework {
        id: FrameworkId::from_u128(2),
        customer: CustomerId::from_u128(2),
        ..framework()
    });
    refuses(&mut office, named(2), expect![[r#"refused quotes.no_such_framework {"framework":"2"}"#]]);
    let cloud = LineInput { product: ProductId::from_u128(2), ..named(1) };
    refuses(
        &mut office,
        cloud,
        expect![[r#"refused quotes.not_in_framework {"number":"KJ-2026-018","product":"云主机 4C8G"}"#]],
    );
    // the commands of an office are asked on 2027-01-15
    for (from, to) in [("2026-12-01", "2027-01-14"), ("2027-01-16", "2027-11-30")] {
        office.put(Framework { from: day(from), to: day(to), ..framework() });
        assert!(put(&mut office, named(1)).starts_with("refused quotes.framework_days"), "{from}");
    }
    office.put(Framework { from: day("2027-01-15"), to: day("2027-01-15"), ..framework() });
    assert_eq!(put(&mut office, named(1)), "put quote/7");
    let mut office = ended(office);
    refuses(&mut office, named(1), expect![[r#"refused quotes.framework_ended {"number":"KJ-2026-018"}"#]]);
    let draft = Draft { quote: QuoteId::from_u128(8), lines: vec![named(1)], ..commands::draft() };
    expect![[r#"refused quotes.framework_ended {"number":"KJ-2026-018"}"#]]
        .assert_eq(&office.tell(CHEN, Write::Draft(draft)));
}

/// Quote 7 with one leased line at the agreed price.
fn agreed(total: i64) -> Finalise {
    Finalise { lines: vec![commands::agreed(1)], ..commands::finalise("0", total) }
}

#[test]
fn what_was_made_binding_on_an_agreement_is_honoured_and_flagged() {
    let told = |office: &mut Office, it: Finalise| {
        let told = office.tell(CHEN, Write::Finalise(it));
        let quote = office.get::<Quote>(QUOTE);
        format!("{told}; {:?} {:?}", matches!(quote.state, QuoteState::Binding { .. }), quote.flags)
    };
    let mut office = drafted(vec![commands::agreed(1)]);
    expect!["put quote/7; true []"].assert_eq(&told(&mut office.clone(), agreed(69_600)));
    expect!["put quote/7; true [FrameworkEnded]"]
        .assert_eq(&told(&mut ended(office.clone()), agreed(69_600)));
    // a request is no promise
    let ask = Finalise { asks: Asks::Approval, ..agreed(69_600) };
    expect![[r#"refused quotes.framework_ended {"number":"KJ-2026-018"}; false []"#]]
        .assert_eq(&told(&mut ended(office.clone()), ask));
    // discounts and authority count from what was agreed: 12 % is the manager's own
    let off = |off: &str, total| {
        let lines = vec![LineInput { off: percent(off), ..commands::agreed(1) }];
        Finalise { lines, ..commands::finalise("0", total) }
    };
    expect!["put quote/7; true []"].assert_eq(&told(&mut office.clone(), off("12", 61_248)));
    assert!(told(&mut office, off("20", 55_680)).contains("put case/7"));
}

#[test]
fn a_signed_promise_on_an_agreement_that_was_ended_is_confirmed() {
    let office = drafted(vec![commands::agreed(1)]);
    let content = office.get::<Quote>(QUOTE).content.clone();
    let promise = proof::with_receipt(agreed(69_600), &content, &Chain::default());
    let mut office = ended(office);
    office.arrives(Arrival { at: minute(30), client: proof::PHONE });
    office.run(CHEN, Write::Finalise(promise)).unwrap();
    let quote = office.get::<Quote>(QUOTE);
    assert_eq!(quote.flags, [Flag::FrameworkEnded]);
    let judged = quote.proof.as_ref().map(|it| &it.judged);
    assert_eq!(judged, Some(&Verdict::Confirmed { notes: vec![Note::Changed] }));
    assert_eq!(quote.content, content, "to the last letter of what was signed");
}

#[test]
fn an_agreement_that_is_over_does_not_hold_up_a_draft() {
    let mut office = ended(drafted(vec![commands::agreed(1), commands::agreed(2)]));
    // the way out: the line is typed anew
    assert_eq!(put(&mut office, commands::line(1, "0")), "put quote/7");
    expect![[r#"
        1 × 专线 200M ¥3,200.00, floor ¥2,000.00, by the book
        1 × 专线 200M ¥2,900.00, floor ¥2,000.00, KJ-2026-018 instead of ¥3,200.00"#]]
    .assert_eq(&lines(&office));
    let next = PutLine { book: PriceBookId::from_u128(2), ..commands::put_line(commands::line(1, "0")) };
    assert_eq!(office.tell(CHEN, Write::PutLine(next)), "put quote/7");
    expect![[r#"
        1 × 专线 200M ¥3,400.00, floor ¥2,000.00, by the book
        1 × 专线 200M ¥3,400.00, floor ¥2,000.00, by the book"#]]
    .assert_eq(&lines(&office));
}

#[test]
fn a_move_to_another_book_keeps_what_is_agreed() {
    let mut office = drafted(vec![commands::line(1, "0"), commands::agreed(2)]);
    let next = PutLine { book: PriceBookId::from_u128(2), ..commands::put_line(commands::line(1, "0")) };
    assert_eq!(office.tell(CHEN, Write::PutLine(next)), "put quote/7");
    expect![[r#"
        1 × 专线 200M ¥3,400.00, floor ¥2,000.00, by the book
        1 × 专线 200M ¥2,900.00, floor ¥2,000.00, KJ-2026-018 instead of ¥3,400.00"#]]
    .assert_eq(&lines(&office));
}

#[test]
fn what_a_version_was_priced_by_is_compared() {
    let mut office = drafted(vec![commands::agreed(1)]);
    let ask = Finalise { asks: Asks::Approval, case: CaseId::from_u128(7), ..agreed(69_600) };
    office.tell(CHEN, Write::Finalise(ask));
    office.tell(CHEN, Write::Withdraw(Withdraw { quote: QUOTE }));
    assert_eq!(put(&mut office, commands::line(1, "0")), "put quote/7");
    let quote = office.get::<Quote>(QUOTE);
    let changes = super::super::compare(&quote.versions[0].content, &quote.content).unwrap().lines;
    let numbers = |it: &Option<crate::quotes::LineFacts>| it.as_ref().and_then(|it| it.agreed.clone());
    assert_eq!((numbers(&changes[0].before), numbers(&changes[0].after)), (Some("KJ-2026-018".into()), None));
}

/// Some agreements of customer 1 on product 1, of which the days, the prices and the ends are drawn.
fn agreements() -> impl Strategy<Value = Vec<Framework>> {
    let one = (1_i64..400_000, -3_i64..3, 0_i64..5, prop::bool::weighted(0.2), any::<bool>(), 0_i64..4);
    prop::collection::vec(one, 0..6).prop_map(|drawn| {
        let made = drawn.into_iter().enumerate().map(|(n, (price, from, length, is_ended, names, at))| {
            let from = day("2027-01-15").plus_days(from);
            let product = product(if names { 1 } else { 2 }).id;
            Framework {
                id: FrameworkId::from_u128(n as u128 + 10),
                from,
                to: from.plus_days(length),
                published_at: minute(at),
                ended_at: is_ended.then(|| minute(1)),
                prices: vec![AgreedPrice { product, price: Money::from_fen(price) }],
                ..framework()
            }
        });
        made.collect()
    })
}

fn books() -> impl Strategy<Value = PriceBook> {
    let tiers = prop::collection::btree_map(2_u32..60, 1_i64..80_000, 0..4);
    (200_000_i64..400_000, tiers, any::<bool>()).prop_map(|(price, falls, is_next)| {
        let mut book = if is_next { next_book() } else { book() };
        let mut price = Money::from_fen(price);
        let it = &mut book.products[0];
        it.price = price;
        it.floor = Money::from_fen(1_000);
        for (from, fall) in falls {
            let Some(next) = price.checked_sub(Money::from_fen(fall)).filter(|it| *it > yuan(10)) else {
                break;
            };
            price = next;
            it.tiers.push(Tier { from, price });
        }
        book
    })
}

proptest! {
    #[test]
    fn the_phone_and_the_rules_agree_on_the_cheapest_price_there_is(
        (book, frameworks, quantity) in (books(), agreements(), 1_u32..80)
    ) {
        let today = day("2027-01-15");
        let prices = Prices { book: &book, frameworks: frameworks.iter().collect(), day: today };
        let typed = prices.choose(LineInput { quantity, ..commands::line(1, "0") });
        let shown = with_line(&content(), &prices, &typed).unwrap().lines.remove(0);

        // the oracle: every price that could be asked, and the least of them
        let product = &book.products[0];
        let tier = product.tiers.iter().filter(|it| it.from <= quantity).map(|it| it.price).min();
        let list = tier.unwrap_or(product.price);
        let counts = |it: &&Framework| it.ended_at.is_none() && it.from <= today && today <= it.to;
        let agreed = frameworks.iter().filter(counts).flat_map(|it| &it.prices);
        let least = agreed.filter(|it| it.product == product.id).map(|it| it.price).chain([list]).min().unwrap();
        prop_assert_eq!(shown.price, least);
        prop_assert_eq!(shown.floor, product.floor.min(least));
        prop_assert_eq!(shown.agreed.is_some(), least < list);

        // the rules, on the server's rows, by what the line names
        let mut office = Office::new();
        for it in &frameworks {
            office.put(it.clone());
        }
        office.put(book.clone());
        let draft = Draft { book: book.id, lines: vec![typed.clone()], ..commands::draft() };
        prop_assert_eq!(office.tell(CHEN, Write::Draft(draft)), "put quote/7");
        prop_assert_eq!(&office.get::<Quote>(QUOTE).content.lines[0], &shown);

        // whatever is ended on the way, what the phone promised stays what the server computes
        let ended = |it: &Framework| Framework { ended_at: Some(minute(1)), ..it.clone() };
        for it in &frameworks {
            office.put(ended(it));
        }
        let content = crate::quotes::Content { lines: vec![shown.clone()], ..content() };
        let it = Finalise {
            book: book.id,
            lines: vec![typed],
            total: crate::quotes::totals(&content).unwrap().total,
            ..commands::finalise("0", 0)
        };
        office.tell(CHEN, Write::Finalise(it));
        prop_assert_eq!(&office.get::<Quote>(QUOTE).content.lines[0], &shown);
    }
}
