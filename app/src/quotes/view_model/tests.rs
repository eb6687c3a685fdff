use leeway_core::Context;
use leeway_core::organisation::Named;
use leeway_core::pricing::{Charge, Family, Product};
use leeway_core::testing::sample::{by, content, day, framework, limits, line, percent};
use leeway_core::values::{PostId, PriceBookId, ProductId, QuoteId, TaxRate};

use super::*;

const TODAY: &str = "2026-11-21";

fn product(n: u128, price: i64, floor: i64) -> Product {
    Product {
        id: ProductId::from_u128(n),
        code: format!("P{n}"),
        name: format!("product {n}"),
        family: Family::LeasedLine,
        unit: "条".into(),
        charge: Charge::Monthly,
        price: Money::from_fen(price),
        floor: Money::from_fen(floor),
        vat: TaxRate::Nine,
        tiers: Vec::new(),
        parts: Vec::new(),
    }
}

fn book(n: u128) -> PriceBook {
    PriceBook {
        id: PriceBookId::from_u128(n),
        name: "2026".into(),
        from: day("2026-01-01"),
        to: day("2026-12-31"),
        published_at: Timestamp::from_ms(0),
        withdrawn_at: None,
        products: vec![product(1, 320_000, 200_000), product(2, 10_000, 5_000)],
    }
}

fn post(n: u128, holder: u128) -> Post {
    Post {
        id: PostId::from_u128(n),
        title: format!("post {n}"),
        holder: Named { id: UserId::from_u128(holder), name: format!("holder {holder}") },
        deputy: None,
        unit: None,
    }
}

fn judges() -> Judges {
    Judges {
        limits: Some(limits()),
        star: Star::TWO,
        grade: Grade::A,
        unit: None,
        promised: Promised::default(),
        left: None,
        me: UserId::from_u128(1),
        head: Some(post(1, 10)),
        approver: Some(post(2, 20)),
        first: [(1, 10), (2, 20)].map(|(n, holder)| Some((post(n, holder), Timestamp::from_ms(0)))),
        current: Some(book(1)),
        frameworks: Vec::new(),
    }
}

fn quote(offs: &[&str]) -> Quote {
    let lines =
        offs.iter().zip(1..).map(|(off, n)| leeway_core::quotes::Line { off: percent(off), ..line(n) });
    Quote {
        id: QuoteId::from_u128(1),
        by: UserId::from_u128(1),
        made_at: Timestamp::from_ms(1),
        content: Content { lines: lines.collect(), ..content() },
        state: QuoteState::Draft,
        flags: Vec::new(),
        proof: None,
        because: None,
        sent: None,
        versions: Vec::new(),
    }
}

fn button(quote: &Quote) -> Primary {
    primary(quote, Some(&book(1)), &judges(), day(TODAY))
}

#[test]
fn the_button_follows_the_discount() {
    assert_eq!(button(&quote(&[])), Primary::AddProduct);
    assert_eq!(button(&quote(&["8"])), Primary::Sign);
    assert_eq!(button(&quote(&["12"])), Primary::Sign);
    assert_eq!(button(&quote(&["12.01"])), Primary::Submit(Level::UnitHead));
    assert_eq!(button(&quote(&["20.01"])), Primary::Submit(Level::Approver));
    assert_eq!(button(&quote(&["31"])), Primary::FixBeyond(LineId::from_u128(1)));
    let mut large = quote(&["0"]);
    large.content.lines[0].quantity = 1_000;
    assert_eq!(button(&large), Primary::FixSize(LineId::from_u128(1)));
    let floor = Primary::FixFloor {
        line: LineId::from_u128(2),
        product: line(2).name,
        short_by: Money::from_fen(40_000),
    };
    assert_eq!(button(&quote(&["0", "50"])), floor);
}

#[test]
fn the_button_follows_the_state_and_the_versions() {
    let mut it = quote(&["8"]);
    it.content.valid_until = day("2026-11-20");
    assert_eq!(button(&it), Primary::Extend);
    let withdrawn = PriceBook { withdrawn_at: Some(Timestamp::from_ms(9)), ..book(1) };
    let on = |judges: &Judges| primary(&quote(&["8"]), Some(&withdrawn), judges, day(TODAY));
    assert_eq!(on(&judges()), Primary::MoveBook);
    assert_eq!(on(&Judges { current: None, ..judges() }), Primary::NoBook);
    let blind = Judges { limits: None, ..judges() };
    assert_eq!(primary(&quote(&["8"]), Some(&book(1)), &blind, day(TODAY)), Primary::NoLimits);
    it.state = QuoteState::Binding { at: Timestamp::from_ms(1) };
    assert_eq!(button(&it), Primary::Copy);
    it.state = QuoteState::Submitted {
        case: CaseId::from_u128(1),
        post: PostId::from_u128(1),
        at: Timestamp::from_ms(1),
    };
    assert_eq!(button(&it), Primary::Withdraw);
}

#[test]
fn edits_are_typed_on_the_book_that_holds() {
    let (own, current) = (book(1), book(2));
    let withdrawn = PriceBook { withdrawn_at: Some(Timestamp::from_ms(9)), ..book(1) };
    let chosen = |own: &PriceBook| book_for_edits(Some(own), Some(&current), day(TODAY)).map(|it| it.id);
    assert_eq!(chosen(&own), Some(own.id));
    assert_eq!(chosen(&withdrawn), Some(current.id));
    assert_eq!(book_for_edits(Some(&own), None, day("2027-01-01")), None);
}

#[test]
fn who_is_asked_first_is_named_by_the_level() {
    let it = judges();
    let name = |level| it.first(level).map(|(post, _)| post.holder.name.as_str());
    assert_eq!(name(Level::UnitHead), Some("holder 10"));
    assert_eq!(name(Level::Approver), Some("holder 20"));
}

#[test]
fn finalising_names_what_was_shown() {
    let it = quote(&["8"]);
    let (case, covers) = (CaseId::from_u128(5), vec![CommandId::from_u128(6)]);
    let stamp = Stamp { asks: Asks::Binding, case, covers, because: ReasonCode::new("volume").ok() };
    let made = finalise(&it, &judges(), stamp.clone()).unwrap();
    assert_eq!((made.book, made.limits, made.star), (it.content.book, limits().id, Star::TWO));
    assert_eq!(made.total, Money::from_fen(320_000 * 24 / 100 * 92));
    assert_eq!((&made.covers, &made.because), (&stamp.covers, &stamp.because));
    assert_eq!(finalise(&it, &Judges { limits: None, ..judges() }, stamp), None);
}

fn typed(quantity: &str, off: &str) -> TypedLine {
    TypedLine {
        line: LineId::from_u128(1),
        product: ProductId::from_u128(1),
        quantity: quantity.into(),
        off: off.into(),
        gift: false,
    }
}

#[test]
fn a_typed_line_says_what_is_wrong() {
    assert_eq!(typed("0", "8").read(), Err(LineGap::Quantity));
    assert_eq!(typed("-1", "8").read(), Err(LineGap::Quantity));
    assert_eq!(typed("", "8").read(), Err(LineGap::Quantity));
    assert_eq!(typed("1000001", "8").read(), Err(LineGap::Quantity));
    assert!(matches!(typed("1", "101").read(), Err(LineGap::Off(_))));
    assert!(matches!(typed("1", "x").read(), Err(LineGap::Off(_))));
    assert_eq!(typed("2", "").read().map(|it| it.off), Ok(Percent::ZERO));
}

#[test]
fn the_whole_quote_follows_the_keys() {
    let it = quote(&["8", "8"]);
    let with =
        what_if(&it.content, &judges().prices(&book(1), day(TODAY)), &judges(), &typed("2", "25")).unwrap();
    assert_eq!(with.totals.lines[0].total, Money::from_fen(2 * 24 * 240_000));
    let meter = with.meter.unwrap();
    assert_eq!(meter.verdict.level, Level::UnitHead);
    assert!(meter.left.is_negative());
    assert_eq!(with.content.lines.len(), 2);
    let gone = TypedLine { product: ProductId::from_u128(9), ..typed("1", "8") };
    assert!(matches!(
        what_if(&it.content, &judges().prices(&book(1), day(TODAY)), &judges(), &gone),
        Err(LineGap::Quote(_))
    ));
}

#[test]
fn what_is_given_on_the_whole_follows_the_keys() {
    let it = quote(&["8"]).content;
    let on = |overall: &str, free_months: &str| {
        let typed = TypedGiven { overall: overall.into(), free_months: free_months.into() };
        typed.on(&it, &judges())
    };
    let given = on("4", "").unwrap();
    assert_eq!((given.overall, given.free_months), (percent("4"), 0));
    assert_eq!(given.totals.effective, percent("11.68"));
    assert_eq!(given.meter.unwrap().verdict.level, Level::Own);
    assert_eq!(on("", "1").unwrap().meter.unwrap().verdict.level, Level::Own);
    assert_eq!(on("4", "1").unwrap().meter.unwrap().verdict.level, Level::UnitHead);
    assert!(matches!(on("x", ""), Err(GivenGap::Overall(_))));
    for wrong in ["24", "-1", "x"] {
        assert_eq!(on("", wrong).unwrap_err(), GivenGap::FreeMonths { max: 23 });
    }
    let typed = TypedGiven { overall: "4.5".into(), free_months: "2".into() };
    let given = Content { overall: percent("4.5"), free_months: 2, ..it.clone() };
    assert_eq!((TypedGiven::of(&given), TypedGiven::of(&it)), (typed, TypedGiven::default()));
}

#[test]
fn terms_say_what_is_wrong() {
    let good = TypedTerms::of(&content());
    assert!(good.read(day(TODAY)).is_ok());
    let with = |change: fn(&mut TypedTerms)| {
        let mut it = good.clone();
        change(&mut it);
        it.read(day(TODAY))
    };
    assert_eq!(with(|it| it.title = " ".into()), Err(TermsGap::Title));
    assert_eq!(with(|it| it.months = "0".into()), Err(TermsGap::Months));
    assert_eq!(with(|it| it.months = "121".into()), Err(TermsGap::Months));
    assert_eq!(with(|it| it.valid_until = "2026-11-20".into()), Err(TermsGap::ValidUntil));
    assert_eq!(with(|it| it.valid_until = String::new()), Err(TermsGap::ValidUntil));
}

#[test]
fn the_track_ends_beyond_all_of_them() {
    assert_eq!(track(percent("18"), percent("15"), percent("30")), (1_800, 1_500, 3_300));
    assert_eq!(track(percent("100"), percent("15"), percent("30")), (10_000, 1_500, 10_000));
    assert_eq!(track(Percent::ZERO, Percent::ZERO, Percent::ZERO), (0, 0, 100));
}

#[test]
fn the_list_is_newest_first_and_filtered_by_what_can_be_done() {
    let mut old = quote(&["8"]);
    old.content.valid_until = day("2026-11-01");
    let mut binding = quote(&["8"]);
    binding.state = QuoteState::Binding { at: Timestamp::from_ms(2) };
    let mut waiting = quote(&["20"]);
    waiting.state = QuoteState::Submitted {
        case: CaseId::from_u128(1),
        post: PostId::from_u128(1),
        at: Timestamp::from_ms(3),
    };
    let all = rows(&[old, binding, waiting, quote(&["8"])], &[], day(TODAY));
    let count = |filter: Filter| all.iter().filter(|row| filter.shows(row)).count();
    assert_eq!(Filter::ALL.map(count), [4, 1, 1, 1, 1]);
    assert_eq!(all[0].state, QuoteState::Draft);
    assert_eq!(all[1].effective, percent("20"));
    for filter in Filter::ALL {
        assert_eq!(Filter::read(filter.key()), filter);
    }
}

#[test]
fn a_sample_is_made_by_its_manager() {
    // the samples of core and the judges here speak of one person
    let Context { actor, .. } = by(1);
    assert_eq!(judges().me, actor);
}

#[test]
fn a_typed_line_is_at_the_price_that_the_customer_has_by_an_agreement() {
    let today = day("2026-12-05");
    let judges = Judges { frameworks: vec![framework()], ..judges() };
    let (book, it) = (book(1), quote(&["0", "5"]));
    let typed = |product: u128, quantity: &str| TypedLine {
        line: LineId::from_u128(9),
        product: ProductId::from_u128(product),
        quantity: quantity.into(),
        off: String::new(),
        gift: false,
    };
    let with = |product, quantity| {
        what_if(&it.content, &judges.prices(&book, today), &judges, &typed(product, quantity)).unwrap()
    };
    let line = with(1, "3").line().cloned().unwrap();
    assert_eq!((line.price, line.agreed.unwrap().number), (Money::from_fen(290_000), "KJ-2026-018".into()));
    assert_eq!(with(2, "1").line().unwrap().agreed, None, "the agreement does not name it");
    let before = what_if(&it.content, &judges.prices(&book, day(TODAY)), &judges, &typed(1, "1")).unwrap();
    assert_eq!(before.line().unwrap().agreed, None, "its first day is to come");
}

#[test]
fn a_draft_on_an_agreement_that_is_over_is_priced_anew_before_anything_else() {
    let (book, today) = (book(1), day("2026-12-05"));
    let held = Judges { frameworks: vec![framework()], ..judges() };
    let mut it = quote(&["0", "0"]);
    let lines = renewed(&it.content, &held.prices(&book, today));
    assert_eq!(lines.len(), 2, "both get what was agreed");
    for line in lines {
        it.content = leeway_core::quotes::with_line(&it.content, &held.prices(&book, today), &line).unwrap();
    }
    assert!(renewed(&it.content, &held.prices(&book, today)).is_empty());
    assert_eq!(held.over(&it.content, today), None);
    assert_eq!(primary(&it, Some(&book), &held, today), Primary::Sign);
    let ended = Framework { ended_at: Some(Timestamp::from_ms(1)), ..framework() };
    let ended = Judges { frameworks: vec![ended], ..judges() };
    assert_eq!(ended.over(&it.content, today), Some("KJ-2026-018"));
    assert_eq!(primary(&it, Some(&book), &ended, today), Primary::Reprice);
    let anew = renewed(&it.content, &ended.prices(&book, today));
    assert_eq!(anew.iter().map(|it| it.framework).collect::<Vec<_>>(), [None, None]);
    // a move to another book puts one line at least, and with it the whole draft
    let next = self::book(2);
    assert_eq!(renewed(&quote(&["0", "0"]).content, &judges().prices(&next, today)).len(), 1);
}
