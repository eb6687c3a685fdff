//! The arithmetic of money and percent against exact fractions of any size: never off by a 分, for any amount.

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use super::{Money, Percent, TaxRate, exceeds};

fn ratio(numerator: i64, denominator: i64) -> BigRational {
    BigRational::new(numerator.into(), denominator.into())
}

fn share(percent: Percent) -> BigRational {
    ratio(percent.bp().into(), 10_000)
}

/// The amount in 分 that the exact fraction is nearest to; a half goes away from zero.
fn nearest(exact: &BigRational) -> BigInt {
    exact.round().to_integer()
}

/// Amounts of every size, halves of a 分 among their parts, and those at the edge of what an i64 holds.
fn amounts() -> impl Strategy<Value = Money> {
    prop_oneof![
        -1_000..1_000_i64,
        0..=Money::MAX.fen(),
        any::<i64>(),
        (0..1_000_000_i64).prop_map(|n| n * 5_000 + 50),
        prop_oneof![Just(i64::MIN), Just(i64::MAX)],
    ]
    .prop_map(Money::from_fen)
}

fn percents() -> impl Strategy<Value = Percent> {
    prop_oneof![0..=10_000_u32, (0..=100_u32).prop_map(|whole| whole * 100)]
        .prop_map(|bp| Percent::from_bp(bp).unwrap())
}

fn rates() -> impl Strategy<Value = TaxRate> {
    proptest::sample::select(TaxRate::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_part_is_the_nearest_fen(money in amounts(), percent in percents()) {
        let exact = ratio(money.fen(), 1) * share(percent);
        prop_assert_eq!(BigInt::from(money.percent(percent).fen()), nearest(&exact));
    }

    #[test]
    fn the_part_and_the_rest_are_the_whole(money in amounts(), off in percents()) {
        let exact = BigInt::from(money.fen()) - nearest(&(ratio(money.fen(), 1) * share(off)));
        prop_assert_eq!(BigInt::from(money.less(off).fen()), exact);
    }

    #[test]
    fn net_of_tax_is_the_nearest_fen(money in amounts(), rate in rates()) {
        let exact = ratio(money.fen(), 1) / (ratio(1, 1) + share(rate.percent()));
        prop_assert_eq!(BigInt::from(money.net_of_tax(rate).fen()), nearest(&exact));
    }

    #[test]
    fn tax_added_again_is_at_most_a_fen_away(fen in 0..=Money::MAX.fen(), rate in rates()) {
        let gross = Money::from_fen(fen);
        let net = gross.net_of_tax(rate);
        let again = net.checked_add(net.percent(rate.percent())).unwrap_or(Money::MAX);
        prop_assert!((again.fen() - gross.fen()).abs() <= 1);
    }

    #[test]
    fn a_share_is_the_nearest_basis_point(part in amounts(), whole in amounts()) {
        let expected = if whole.fen() <= 0 {
            BigInt::from(0)
        } else {
            nearest(&(ratio(part.fen(), whole.fen()) * ratio(10_000, 1))).clamp(0.into(), 10_000.into())
        };
        prop_assert_eq!(BigInt::from(Percent::of_ratio(part, whole).bp()), expected);
    }

    #[test]
    fn a_limit_is_kept_to_the_fen(whole in 1..=Money::MAX.fen(), limit in percents(), beside in -2..=2_i64) {
        let edge = whole * i64::from(limit.bp()) / 10_000;
        let part = edge + beside;
        let exact = ratio(part, whole) > share(limit);
        prop_assert_eq!(exceeds(Money::from_fen(part), Money::from_fen(whole), limit), exact);
    }

    #[test]
    fn any_two_amounts_compare_exactly(part in amounts(), whole in amounts(), limit in percents()) {
        let allowed = ratio(whole.fen().max(0), 1) * share(limit);
        prop_assert_eq!(exceeds(part, whole, limit), ratio(part.fen(), 1) > allowed);
    }

    #[test]
    fn sums_are_exact_or_none(one in amounts(), other in amounts(), n: u64) {
        let fits = |exact: BigInt| {
            let limit = BigInt::from(Money::MAX.fen());
            (exact <= limit && exact >= -limit).then_some(exact)
        };
        let whole = |money: Option<Money>| money.map(|money| BigInt::from(money.fen()));
        let (a, b) = (BigInt::from(one.fen()), BigInt::from(other.fen()));
        prop_assert_eq!(whole(one.checked_add(other)), fits(&a + &b));
        prop_assert_eq!(whole(one.checked_sub(other)), fits(&a - &b));
        prop_assert_eq!(whole(one.times(n)), fits(&a * n));
        prop_assert_eq!(whole(one.times(n % 1_000)), fits(&a * (n % 1_000)));
        prop_assert_eq!(whole(Money::sum([one, other])), fits(a + b));
    }
}
