//! The sums against an oracle of big rationals.

use expect_test::expect;
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use super::*;
use crate::testing::sample;
use crate::values::TaxRate;

fn ratio(n: impl Into<BigInt>, d: impl Into<BigInt>) -> BigRational {
    BigRational::new(n.into(), d.into())
}

/// Half away from zero, on exact rationals.
fn rounded(value: &BigRational) -> BigInt {
    (value + ratio(1, 2)).floor().to_integer()
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let line = (1i64..5_000_000, 1u32..2_000, 0u32..=10_000, 0usize..7, any::<bool>(), 0usize..3).prop_map(
        |(price, quantity, off, family, monthly, vat)| {
            let mut line = sample::line(1);
            line.price = Money::from_fen(price);
            line.floor = Money::ZERO;
            line.quantity = quantity;
            line.off = Percent::from_bp(off).unwrap();
            line.family = Family::ALL[family];
            line.charge = if monthly { Charge::Monthly } else { Charge::OneOff };
            line.vat = [TaxRate::Six, TaxRate::Nine, TaxRate::Thirteen][vat];
            line
        },
    );
    prop::collection::vec(line, 0..20)
}

proptest! {
    #[test]
    fn totals_are_never_off_by_a_cent(lines in lines(), months in 1u16..=60) {
        let content = Content { lines, months, ..sample::content() };
        let totals = totals(&content).unwrap();
        let (mut list, mut cut, mut net) = (BigInt::from(0), BigInt::from(0), BigInt::from(0));
        for line in &content.lines {
            let times = if line.charge == Charge::Monthly { i64::from(months) } else { 1 };
            let whole = BigInt::from(line.price.fen()) * line.quantity * times;
            let off = rounded(&ratio(whole.clone() * line.off.bp(), 10_000));
            let paid = whole.clone() - off.clone();
            net += rounded(&ratio(paid * 100, 100 + line.vat.percent().bp() / 100));
            list += whole;
            cut += off;
        }
        prop_assert_eq!(BigInt::from(totals.list.fen()), list.clone());
        prop_assert_eq!(BigInt::from(totals.cut.fen()), cut.clone());
        prop_assert_eq!(BigInt::from(totals.total.fen()), list - cut);
        prop_assert_eq!(BigInt::from(totals.net.fen()), net);
        prop_assert_eq!(totals.net.checked_add(totals.tax), Some(totals.total));
    }

    #[test]
    fn families_add_up_to_the_whole(lines in lines(), months in 1u16..=60) {
        let totals = totals(&Content { lines, months, ..sample::content() }).unwrap();
        prop_assert_eq!(Money::sum(totals.families.iter().map(|it| it.list)), Some(totals.list));
        prop_assert_eq!(Money::sum(totals.families.iter().map(|it| it.cut)), Some(totals.cut));
    }

    #[test]
    fn a_unit_is_short_exactly_when_its_price_is_under_the_floor(price in 1i64..100_000, near in -2i64..=2, off in 0u32..=10_000) {
        // floors are near the price: that is where rounding could let one slip through
        let floor = (price * (10_000 - i64::from(off)) / 10_000 + near).max(0);
        let mut line = sample::line(1);
        line.price = Money::from_fen(price);
        line.floor = Money::from_fen(floor);
        line.off = Percent::from_bp(off).unwrap();
        let exact = ratio(price, 1) * ratio(10_000 - i64::from(off), 10_000);
        prop_assert_eq!(short_by(&line).unwrap() > Money::ZERO, exact < ratio(floor, 1));
    }
}

#[test]
fn a_sum_too_large_is_said_so() {
    let mut line = sample::line(1);
    line.price = Money::from_fen(9_000_000_000_000);
    line.quantity = 1_000_000;
    assert_eq!(totals(&Content { lines: vec![line], ..sample::content() }), Err(QuoteError::TooLarge));
}

#[test]
fn what_is_short_is_rounded_up_to_a_cent() {
    for (price, off, floor, short) in [
        (320_000, "37.5", 200_000, 0),
        (320_000, "37.51", 200_000, 32),
        (99, "1", 98, 0),  // 98.01
        (99, "1", 99, 1),  // 0.99 short
        (99, "1", 100, 2), // 1.99 short
        (10_000, "0.01", 10_000, 1),
        (9_999, "0.01", 9_999, 1), // 0.9999 short
        (1, "100", 0, 0),
        (1, "100", 1, 1),
    ] {
        let mut line = sample::line(1);
        (line.price, line.floor) = (Money::from_fen(price), Money::from_fen(floor));
        line.off = sample::percent(off);
        let found = short_by(&line).unwrap().max(Money::ZERO);
        assert_eq!(found, Money::from_fen(short), "{price} less {off} % over {floor}");
    }
}

#[test]
fn a_quote_adds_up_by_line_family_month_and_tax() {
    let once = Line {
        charge: Charge::OneOff,
        family: Family::Networking,
        vat: TaxRate::Thirteen,
        ..sample::line(2)
    };
    let lines = vec![Line { off: sample::percent("8"), ..sample::line(1) }, once];
    let sums = totals(&Content { lines, ..sample::content() }).unwrap();
    let families: Vec<String> = sums
        .families
        .iter()
        .map(|it| format!("{:?} {} less {} = {}", it.family, it.list, it.cut, it.effective))
        .collect();
    let told = format!(
        "{}; {} less {} = {}; {} a month; {} + {} tax; {}",
        families.join(", "),
        sums.list,
        sums.cut,
        sums.total,
        sums.monthly,
        sums.net,
        sums.tax,
        sums.effective
    );
    expect![[r#"
        LeasedLine ¥76,800.00 less ¥6,144.00 = 8%, Networking ¥3,200.00 less ¥0.00 = 0%
        ¥80,000.00 less ¥6,144.00 = ¥73,856.00
        ¥2,944.00 a month
        ¥67,653.88 + ¥6,202.12 tax
        7.68%"#]]
    .assert_eq(&told.replace("; ", "\n"));
}
