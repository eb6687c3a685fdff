//! The sums against an oracle of big rationals.

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
    fn a_unit_is_short_exactly_when_its_price_is_under_the_floor(price in 1i64..100_000, floor in 0i64..100_000, off in 0u32..=10_000) {
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
