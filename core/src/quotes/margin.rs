//! What is left of a quote after its costs. Worked out where the costs are held, and compared exactly, never by rounded
//! percents.

use std::num::NonZeroU64;

use serde::{Deserialize, Serialize};

use super::totals::months;
use super::{Content, Line, Totals};
use crate::pricing::{Costs, Product};
use crate::refusal::Stop;
use crate::rows::{Coverage, Rows};
use crate::values::rounding::round_half_up;
use crate::values::{Money, Percent};

/// What is left of a quote after its costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Margin {
    /// What is paid over the whole term, without tax.
    pub net: Money,
    /// What all that is in it costs, without tax.
    pub cost: Money,
}

impl Margin {
    /// Returns what is left of one unit (and month) of a product at its list price.
    pub fn at_list(product: &Product, cost: Money) -> Self {
        Self { net: product.price.net_of_tax(product.vat), cost }
    }

    /// Returns what is left; less than nothing if it costs more than is paid.
    pub fn amount(self) -> Money {
        Money::from_fen(self.net.fen().saturating_sub(self.cost.fen()))
    }

    /// Returns the share of what is paid that is left, in basis points, rounded by [`round_half_up`]: for showing, never
    /// for deciding. `None`: nothing is paid.
    pub fn share(self) -> Option<i64> {
        let net = u64::try_from(self.net.fen()).ok().and_then(NonZeroU64::new)?;
        let whole = i128::from(Percent::HUNDRED.bp());
        i64::try_from(round_half_up(i128::from(self.amount().fen()) * whole, net)).ok()
    }

    /// Says whether less than this share of what is paid is left, exactly.
    pub fn is_below(self, least: Percent) -> bool {
        let left = i128::from(self.amount().fen()) * i128::from(Percent::HUNDRED.bp());
        left < i128::from(self.net.fen()) * i128::from(least.bp())
    }
}

/// Works out the margin of a quote. What is given for nothing costs, too. `None`: the cost of something in it is not
/// known, or all of it is more than can be counted.
pub fn margin(content: &Content, totals: &Totals, costs: &Costs) -> Option<Margin> {
    let cost = |line: &Line| {
        let units = u64::from(line.quantity).checked_mul(u64::from(months(content, line).0))?;
        costs.of_product(line.product)?.times(units)
    };
    let cost = Money::sum(content.lines.iter().map(cost).collect::<Option<Vec<_>>>()?)?;
    Some(Margin { net: totals.net, cost })
}

/// What is known of the margin where a quote is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Earned {
    /// Nothing can be: the costs are held elsewhere.
    #[default]
    Hidden,
    /// The cost of something in it is not known to anybody.
    Unknown,
    /// The margin.
    Known(Margin),
}

impl Earned {
    /// Works it out by the costs that there are; `None`: nobody has said any.
    pub fn by(costs: Option<&Costs>, content: &Content, totals: &Totals) -> Self {
        costs.and_then(|costs| margin(content, totals, costs)).map_or(Self::Unknown, Self::Known)
    }

    /// Works it out by the costs that are held here.
    pub(super) fn of(rows: &Rows, content: &Content, totals: &Totals) -> Result<Self, Stop> {
        Ok(match (rows.find::<Costs>(content.book)?, rows.coverage()) {
            (None, Coverage::Part) => Self::Hidden,
            (costs, _) => Self::by(costs, content, totals),
        })
    }

    /// Returns the margin, if it is known.
    pub fn known(self) -> Option<Margin> {
        match self {
            Self::Known(margin) => Some(margin),
            Self::Hidden | Self::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use num_rational::BigRational;
    use proptest::prelude::*;

    use super::*;
    use crate::pricing::{Charge, ProductCost};
    use crate::quotes::{QUANTITY_MAX, totals};
    use crate::testing::sample::{self, content, line, percent, yuan};
    use crate::values::{CommandId, ProductId, Timestamp};

    fn costs(each: &[(u128, i64)]) -> Costs {
        let cost = |&(n, fen): &(u128, i64)| ProductCost {
            product: ProductId::from_u128(n),
            cost: Money::from_fen(fen),
        };
        let (set_at, write) = (Timestamp::from_ms(0), CommandId::from_u128(1));
        Costs { id: content().book, costs: each.iter().map(cost).collect(), set_at, write }
    }

    fn of(lines: Vec<Line>, free_months: u16, costs: &Costs) -> Option<Margin> {
        let content = Content { lines, free_months, ..content() };
        margin(&content, &totals(&content).unwrap(), costs)
    }

    fn product(n: u128) -> Line {
        let product = sample::product(n);
        let (charge, price, floor, vat) = (product.charge, product.price, product.floor, product.vat);
        Line { product: product.id, charge, price, floor, vat, ..line(n) }
    }

    #[test]
    fn what_is_given_for_nothing_costs_too() {
        let costs = costs(&[(1, 100_000), (3, 2_000)]);
        let sold = of(vec![line(1)], 0, &costs).unwrap();
        // 76,800 less 9 % VAT
        assert_eq!((sold.net, sold.cost), (Money::from_fen(7_045_872), yuan(24_000)));
        assert_eq!((sold.amount(), sold.share()), (Money::from_fen(4_645_872), Some(6_594)));
        let free = of(vec![line(1)], 12, &costs).unwrap();
        assert_eq!((free.net, free.cost), (Money::from_fen(3_522_936), yuan(24_000)));
        let gift = of(vec![line(1), Line { gift: true, quantity: 5, ..product(3) }], 0, &costs).unwrap();
        assert_eq!((gift.net, gift.cost), (sold.net, yuan(24_100)), "sold once, it costs once");
    }

    #[test]
    fn a_margin_is_not_guessed() {
        assert_eq!(of(vec![line(1), product(2)], 0, &costs(&[(1, 100_000)])), None);
        assert_eq!(of(vec![line(1)], 0, &costs(&[])), None);
        let most = costs(&[(1, Money::MAX.fen())]);
        assert_eq!(of(vec![line(1)], 0, &most), None, "more than can be counted");
        let once = Line { charge: Charge::OneOff, ..line(1) };
        assert_eq!(of(vec![once], 0, &most).map(|it| it.cost), Some(Money::MAX));
    }

    #[test]
    fn the_bound_itself_is_enough() {
        let margin = |net: i64, cost: i64| Margin { net: Money::from_fen(net), cost: Money::from_fen(cost) };
        let below =
            |it: Margin| [percent("29.99"), percent("30"), percent("30.01")].map(|min| it.is_below(min));
        assert_eq!(below(margin(10_000, 7_000)), [false, false, true]);
        // rounds to 30 %, and is less
        assert_eq!(margin(100_000_000, 70_000_001).share(), Some(3_000));
        assert_eq!(below(margin(100_000_000, 70_000_001)), [false, true, true]);
        assert_eq!(
            (margin(100, 250).share(), margin(100, 250).amount()),
            (Some(-15_000), Money::from_fen(-150))
        );
        assert!(margin(100, 101).is_below(Percent::ZERO) && !margin(100, 100).is_below(Percent::ZERO));
        assert_eq!(margin(0, 5).share(), None);
        assert!(margin(0, 5).is_below(Percent::ZERO) && !margin(0, 0).is_below(Percent::HUNDRED));
    }

    fn any_line() -> impl Strategy<Value = Line> {
        let price = 1_000..1_000_000_i64;
        let charge = prop_oneof![Just(Charge::Monthly), Just(Charge::OneOff), Just(Charge::Usage)];
        (1..=3_u128, price, 1..1_000_u32, 0..=10_000_u32, charge, any::<bool>()).prop_map(
            |(n, price, quantity, off, charge, gift)| {
                let off = if gift { Percent::ZERO } else { Percent::from_bp(off).unwrap() };
                Line { price: Money::from_fen(price), quantity, off, charge, gift, ..product(n) }
            },
        )
    }

    proptest! {
        /// Net of all lines less all that they cost, as exact fractions.
        #[test]
        fn it_is_exact(
            lines in prop::collection::vec(any_line(), 1..6),
            each in prop::array::uniform3(prop_oneof![0..1_000_000_i64, Just(0)]),
            (months, free) in (1..=60_u16).prop_flat_map(|months| (Just(months), 0..months)),
            least in 0..=10_000_u32,
        ) {
            let costs = costs(&[(1, each[0]), (2, each[1]), (3, each[2])]);
            let content = Content { lines, months, free_months: free, ..content() };
            let sums = totals(&content).unwrap();
            let found = margin(&content, &sums, &costs).unwrap();
            let mut cost = BigInt::from(0);
            for line in &content.lines {
                let months = if line.charge == Charge::OneOff { 1 } else { months };
                let n = usize::try_from(line.product.uuid().as_u128()).unwrap() - 1;
                cost += BigInt::from(each[n]) * line.quantity * months;
            }
            let net: BigInt = sums.lines.iter().map(|line| BigInt::from(line.net.fen())).sum();
            let left = &net - &cost;
            prop_assert_eq!(BigInt::from(found.amount().fen()), left.clone());
            prop_assert!(content.lines.iter().all(|line| line.quantity <= QUANTITY_MAX));
            let least_share = BigRational::new(least.into(), 10_000.into());
            let below = match net == BigInt::from(0) {
                true => left < BigInt::from(0),
                false => BigRational::new(left.clone(), net.clone()) < least_share,
            };
            prop_assert_eq!(found.is_below(Percent::from_bp(least).unwrap()), below);
            if net > BigInt::from(0) {
                let share = (BigRational::new(left, net) * BigRational::from(BigInt::from(10_000))).round();
                prop_assert_eq!(found.share().map(BigInt::from), Some(share.to_integer()));
            }
        }
    }
}
