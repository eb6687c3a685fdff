//! Who decides, as a table; and what must hold for any quote, against an oracle of big rationals.

use expect_test::{Expect, expect};
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use super::super::meter;
use super::*;
use crate::organisation::Star;
use crate::pricing::Charge;
use crate::quotes::{Content, Line, Margin, totals};
use crate::testing::sample::{content, limits, line, percent, situation, yuan};
use crate::testing::{because, numbers};
use crate::values::ProductId;

fn rated(star: Star) -> Situation {
    Situation { star, ..situation() }
}

fn quote(lines: Vec<Line>) -> Totals {
    totals(&Content { lines, ..content() }).unwrap()
}

/// One leased line a month for two years: a list price of ¥76,800.
fn at(quantity: u32, off: &str) -> Line {
    Line { quantity, off: percent(off), ..line(1) }
}

fn cloud(off: &str) -> Line {
    Line { family: Family::Cloud, name: "云主机".into(), off: percent(off), ..line(2) }
}

#[track_caller]
fn check(star: Star, lines: Vec<Line>, expected: Expect) {
    let verdict = judge(&limits(), &rated(star), &quote(lines));
    let said = format!("{:?} {}", verdict.level, because(&verdict.reasons));
    expected.assert_eq(said.trim_end());
}

#[test]
fn by_rating() {
    check(Star::ONE, vec![at(1, "8")], expect!["Own"]);
    check(Star::ONE, vec![at(1, "8.01")], expect!["UnitHead LeasedLine 8.01% of 8%"]);
    check(Star::TWO, vec![at(1, "12")], expect!["Own"]);
    check(Star::TWO, vec![at(1, "12.01")], expect!["UnitHead LeasedLine 12.01% of 12%"]);
    check(Star::THREE, vec![at(1, "15")], expect!["Own"]);
    check(Star::THREE, vec![at(1, "15.01")], expect!["UnitHead LeasedLine 15.01% of 15%"]);
}

#[test]
fn by_level() {
    check(Star::TWO, vec![at(1, "20")], expect!["UnitHead LeasedLine 20% of 12%"]);
    check(Star::TWO, vec![at(1, "20.01")], expect!["Approver LeasedLine 20.01% of 20%"]);
    check(Star::TWO, vec![at(1, "30")], expect!["Approver LeasedLine 30% of 20%"]);
    check(Star::TWO, vec![at(1, "30.01")], expect!["Nobody LeasedLine 30.01% of 30%"]);
}

#[test]
fn by_deal_size() {
    check(Star::ONE, vec![at(1, "0")], expect!["Own"]);
    check(Star::ONE, vec![at(2, "0")], expect!["UnitHead ¥153,600.00 of ¥100,000.00"]);
    check(Star::THREE, vec![at(6, "0")], expect!["Own"]);
    check(Star::THREE, vec![at(7, "0")], expect!["UnitHead ¥537,600.00 of ¥500,000.00"]);
    check(Star::THREE, vec![at(14, "0")], expect!["Approver ¥1,075,200.00 of ¥1,000,000.00"]);
    check(Star::THREE, vec![at(131, "0")], expect!["Nobody ¥10,060,800.00 of ¥10,000,000.00"]);
    check(Star::ONE, vec![at(2, "10")], expect!["UnitHead LeasedLine 10% of 8%, ¥138,240.00 of ¥100,000.00"]);
}

/// Who decides on 30 % off, which is the approver's, or 20 %, which is the head's, at this margin in per cent.
#[track_caller]
fn at_margin(off: &str, earned: Earned, expected: Expect) {
    let mut limits = limits();
    limits.unit_head.margin_min = Some(percent("25"));
    limits.approver.margin_min = Some(percent("10"));
    let verdict = judge(&limits, &Situation { earned, ..situation() }, &quote(vec![at(1, off)]));
    let said = format!("{:?} {}", verdict.level, because(&verdict.reasons));
    expected.assert_eq(said.trim_end());
}

#[test]
fn by_margin() {
    let left = |share: i64| Earned::Known(Margin { net: yuan(100), cost: yuan(100 - share) });
    at_margin("20", left(25), expect!["UnitHead LeasedLine 20% of 12%"]);
    at_margin("20", left(24), expect!["Approver margin too low"]);
    at_margin("20", left(10), expect!["Approver margin too low"]);
    at_margin("20", left(9), expect!["Nobody margin too low"]);
    at_margin("30", left(20), expect!["Approver LeasedLine 30% of 20%, margin too low"]);
    at_margin("20", Earned::Unknown, expect!["Approver margin too low"]);
    at_margin("30", Earned::Unknown, expect!["Approver LeasedLine 30% of 20%, margin too low"]);
    at_margin("20", Earned::Hidden, expect!["UnitHead LeasedLine 20% of 12%"]);
    // what managers may give is bounded by floors
    at_margin("12", left(-50), expect!["Own"]);
}

#[test]
fn a_deal_of_exactly_the_cap_is_within_it() {
    let once = |fen| Line { price: Money::from_fen(fen), charge: Charge::OneOff, ..at(1, "0") };
    check(Star::ONE, vec![once(10_000_000)], expect!["Own"]);
    check(Star::ONE, vec![once(10_000_001)], expect!["UnitHead ¥100,000.01 of ¥100,000.00"]);
    check(Star::THREE, vec![once(1_000_000_000)], expect!["Approver ¥10,000,000.00 of ¥1,000,000.00"]);
    check(Star::THREE, vec![once(1_000_000_001)], expect!["Nobody ¥10,000,000.01 of ¥10,000,000.00"]);
}

#[test]
fn over_the_lines_of_a_family_the_effective_discount_counts() {
    // half at 16 %, half at full price: 8 % in all
    check(
        Star::ONE,
        vec![at(1, "16"), Line { id: line(3).id, ..at(1, "0") }],
        expect!["UnitHead ¥141,312.00 of ¥100,000.00"],
    );
    check(Star::TWO, vec![at(1, "16"), Line { id: line(3).id, ..at(1, "0") }], expect!["Own"]);
    // but not over families
    check(Star::TWO, vec![at(2, "0"), cloud("1")], expect!["Nobody Cloud 1% of 0%"]);
    check(Star::TWO, vec![at(1, "13"), cloud("0")], expect!["UnitHead LeasedLine 13% of 12%"]);
}

#[test]
fn a_floor_is_passed_by_nobody_whatever_the_effective_discount() {
    let low = at(1, "40");
    check(
        Star::THREE,
        vec![low.clone(), Line { id: line(3).id, ..at(20, "0") }],
        expect!["Nobody 专线 200M short by ¥80.00"],
    );
    let gift = Line { floor: yuan(0), ..at(1, "100") };
    check(
        Star::THREE,
        vec![gift.clone(), Line { id: line(3).id, ..at(20, "0") }],
        expect!["Approver ¥1,536,000.00 of ¥1,000,000.00"],
    );
    check(Star::THREE, vec![gift], expect!["Nobody LeasedLine 100% of 30%"]);
}

#[test]
fn nothing_is_within_every_authority() {
    check(Star::ONE, vec![], expect!["Own"]);
}

#[test]
fn the_wire_form_of_a_verdict_is_frozen() {
    let verdict = judge(&limits(), &rated(Star::ONE), &quote(vec![at(2, "12")]));
    expect![[r#"
        {
          "level": "unit_head",
          "reasons": [
            {
              "reason": "discount",
              "family": "leased_line",
              "asked": 1200,
              "limit": 800
            },
            {
              "reason": "deal_size",
              "total": 13516800,
              "cap": 10000000
            }
          ]
        }"#]]
    .assert_eq(&numbers(&serde_json::to_string_pretty(&verdict).unwrap()));
    let floor = judge(&limits(), &rated(Star::ONE), &quote(vec![at(1, "50")]));
    expect![[r#"
        {
          "level": "nobody",
          "reasons": [
            {
              "reason": "below_floor",
              "line": "1",
              "product": "专线 200M",
              "short_by": 40000
            }
          ]
        }"#]]
    .assert_eq(&numbers(&serde_json::to_string_pretty(&floor).unwrap()));
    for it in [verdict, floor] {
        let json = serde_json::to_string(&it).unwrap();
        assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), it);
    }
}

#[test]
fn what_is_given_away_counts_whatever_it_is_called() {
    let check = |change: &dyn Fn(&mut Content), expected: Expect| {
        let mut content = Content { lines: vec![at(1, "0")], ..content() };
        change(&mut content);
        let verdict = judge(&limits(), &situation(), &totals(&content).unwrap());
        let said = format!("{:?} {}", verdict.level, because(&verdict.reasons));
        expected.assert_eq(said.trim_end());
    };
    let gift = |family, fen: i64, floor: i64| Line {
        gift: true,
        family,
        charge: Charge::OneOff,
        price: Money::from_fen(fen),
        floor: Money::from_fen(floor),
        ..line(2)
    };
    check(&|it| it.overall = percent("12"), expect!["Own"]);
    check(&|it| it.overall = percent("12.01"), expect!["UnitHead LeasedLine 12.01% of 12%"]);
    check(&|it| it.free_months = 2, expect!["Own"]);
    check(&|it| it.free_months = 3, expect!["UnitHead LeasedLine 12.5% of 12%"]);
    // 8 % and 8 % less of what is left are 15.36 %
    let twice = |it: &mut Content| (it.lines[0].off, it.overall) = (percent("8"), percent("8"));
    check(&twice, expect!["UnitHead LeasedLine 15.36% of 12%"]);
    // a gift of ¥10,472.72 with ¥76,800.00 is 12 % of both together, and a cent more is more
    check(&|it| it.lines.push(gift(Family::LeasedLine, 1_047_272, 0)), expect!["Own"]);
    check(
        &|it| it.lines.push(gift(Family::LeasedLine, 1_047_273, 0)),
        expect!["UnitHead LeasedLine 12% of 12%"],
    );
    // what may not be discounted may not be given away either
    check(&|it| it.lines.push(gift(Family::Networking, 1, 0)), expect!["Nobody Networking as a gift"]);
    // what is paid is ¥76,800.00, the line's floor ¥48,000.00
    check(
        &|it| it.lines.push(gift(Family::LeasedLine, 2_880_000, 2_880_000)),
        expect!["Approver LeasedLine 27.27% of 20%"],
    );
    check(
        &|it| it.lines.push(gift(Family::LeasedLine, 2_880_001, 2_880_001)),
        expect!["Nobody gifts short by ¥0.01"],
    );
}

/// Limits on all families, each level at least as much as the one below.
fn any_limits() -> impl Strategy<Value = Limits> {
    let level = (prop::collection::vec(0u32..2_500, 7), 0i64..40_000_000);
    prop::collection::vec(level, 5).prop_map(|levels| {
        let (mut bp, mut cap) = (vec![0; 7], 0);
        let mut next = levels.into_iter().map(|(more, size)| {
            bp.iter_mut().zip(more).for_each(|(bp, more): (&mut u32, u32)| *bp = (*bp + more).min(10_000));
            cap += size;
            let off = Family::ALL.into_iter().zip(&bp);
            let off =
                off.filter(|(_, bp)| **bp > 300).map(|(family, bp)| (family, Percent::from_bp(*bp).unwrap()));
            Authority {
                off: off.collect(),
                deal_cap: Money::from_fen(cap),
                months_max: None,
                given_max: None,
                month_max: None,
                margin_min: None,
            }
        });
        let mut take = || next.next().unwrap();
        Limits { stars: [take(), take(), take()], unit_head: take(), approver: take(), ..limits() }
    })
}

fn any_line() -> impl Strategy<Value = Line> {
    (1i64..400_000, 0i64..100, 1u32..50, 0u32..=10_000, 0usize..3, any::<bool>()).prop_map(
        |(price, floor, quantity, off, family, monthly)| Line {
            price: Money::from_fen(price),
            floor: Money::from_fen(price * floor / 100 / 4),
            quantity,
            // most discounts are round and near the limits
            off: Percent::from_bp(if off % 4 == 0 { off } else { off % 31 * 100 }).unwrap(),
            family: Family::ALL[family],
            charge: if monthly { Charge::Monthly } else { Charge::OneOff },
            product: ProductId::from_u128(1),
            ..line(1)
        },
    )
}

fn any_quote() -> impl Strategy<Value = Vec<Line>> {
    prop::collection::vec(any_line(), 1..6)
}

fn any_star() -> impl Strategy<Value = Star> {
    prop::sample::select(Star::ALL.to_vec())
}

/// Caps that are never reached, so that only discounts and floors count.
fn uncapped(limits: Limits) -> Limits {
    let free = |it: Authority| Authority { deal_cap: Money::MAX, ..it };
    let Limits { stars, unit_head, approver, .. } = limits.clone();
    Limits { stars: stars.map(free), unit_head: free(unit_head), approver: free(approver), ..limits }
}

fn ratio(part: Money, whole: Money) -> BigRational {
    BigRational::new(BigInt::from(part.fen()), BigInt::from(whole.fen()))
}

proptest! {
    #[test]
    fn own_means_that_every_bound_is_kept_exactly(lines in any_quote(), limits in any_limits(), star in any_star()) {
        let sums = quote(lines.clone());
        let own = limits.of_star(star);
        let within = |sum: &crate::quotes::FamilySum| {
            let limit = BigRational::new(own.limit(sum.family).bp().into(), 10_000.into());
            ratio(sum.cut, sum.list) <= limit
        };
        let floors = lines.iter().all(|line| {
            let rest = BigRational::new((10_000 - line.off.bp()).into(), 10_000.into());
            BigRational::from_integer(line.price.fen().into()) * rest >= BigRational::from_integer(line.floor.fen().into())
        });
        let kept = sums.families.iter().all(within) && sums.total <= own.deal_cap && floors;
        prop_assert_eq!(judge(&limits, &rated(star), &sums).level == Level::Own, kept);
    }

    #[test]
    fn more_discount_never_needs_less(lines in any_quote(), limits in any_limits(), star in any_star(), at in any::<prop::sample::Index>(), more in 1u32..3_000) {
        let limits = uncapped(limits);
        let before = judge(&limits, &rated(star), &quote(lines.clone())).level;
        let mut lines = lines;
        let line = at.get(&lines).clone();
        let off = Percent::from_bp((line.off.bp() + more).min(10_000)).unwrap();
        let place = at.index(lines.len());
        lines[place] = Line { off, ..line };
        prop_assert!(judge(&limits, &rated(star), &quote(lines)).level >= before);
    }

    #[test]
    fn a_larger_deal_never_needs_less(lines in any_quote(), limits in any_limits(), star in any_star(), at in any::<prop::sample::Index>(), more in 1u32..500) {
        let mut lines: Vec<Line> = lines.into_iter().map(|line| Line { off: Percent::ZERO, ..line }).collect();
        let before = judge(&limits, &rated(star), &quote(lines.clone())).level;
        let place = at.index(lines.len());
        lines[place].quantity += more;
        prop_assert!(judge(&limits, &rated(star), &quote(lines)).level >= before);
    }

    #[test]
    fn a_higher_rating_never_needs_more(lines in any_quote(), limits in any_limits()) {
        let sums = quote(lines);
        let levels = Star::ALL.map(|star| judge(&limits, &rated(star), &sums).level);
        prop_assert!(levels.is_sorted_by(|lower, higher| lower >= higher), "{levels:?}");
    }

    #[test]
    fn the_named_level_may_decide_and_the_reasons_are_of_the_one_below(lines in any_quote(), limits in any_limits(), star in any_star()) {
        let sums = quote(lines);
        let verdict = judge(&limits, &rated(star), &sums);
        if verdict.level != Level::Nobody {
            prop_assert_eq!(beyond(&limits, verdict.level, &rated(star), &sums), vec![]);
        }
        prop_assert_eq!(verdict.reasons.is_empty(), verdict.level == Level::Own);
    }

    #[test]
    fn the_meter_says_what_the_judge_says(lines in any_quote(), limits in any_limits(), star in any_star()) {
        let sums = quote(lines);
        let shown = meter(&limits, &rated(star), &sums).unwrap();
        prop_assert_eq!(&shown.verdict, &judge(&limits, &rated(star), &sums));
        let own = limits.of_star(star);
        let over = |family: Family| beyond(&limits, Level::Own, &rated(star), &sums).iter().any(|it| matches!(it, Reason::Discount { family: of, .. } if *of == family));
        prop_assert_eq!(shown.left < Money::ZERO, over(shown.family));
        // it stands on the family that is worst off: if any is over, that one is
        prop_assert_eq!(over(shown.family), Family::ALL.into_iter().any(over));
        prop_assert_eq!(shown.mine, own.limit(shown.family));
        prop_assert!(shown.mine <= shown.unit_head && shown.unit_head <= shown.approver);
    }
}

#[test]
fn the_meter_shows_the_room_in_the_tightest_family() {
    let shown = |lines: Vec<Line>| {
        meter(&limits(), &situation(), &quote(lines))
            .map(|it| format!("{:?} {} of {}, {} left", it.family, it.asked, it.mine, it.left))
    };
    assert_eq!(shown(vec![]), None);
    expect!["LeasedLine 9% of 12%, ¥2,304.00 left"].assert_eq(&shown(vec![at(1, "9")]).unwrap());
    expect!["LeasedLine 13% of 12%, −¥768.00 left"].assert_eq(&shown(vec![at(1, "13")]).unwrap());
    expect!["LeasedLine 9% of 12%, ¥2,304.00 left"].assert_eq(&shown(vec![at(1, "9"), cloud("0")]).unwrap());
    expect!["Cloud 2% of 0%, −¥1,536.00 left"].assert_eq(&shown(vec![at(1, "13"), cloud("2")]).unwrap());
    // 12 % of 13 分 is 1.56 分: two 分 off are too much, however it is rounded
    let small =
        Line { price: Money::from_fen(13), floor: Money::ZERO, charge: Charge::OneOff, ..at(1, "12") };
    expect!["LeasedLine 15.38% of 12%, −¥0.01 left"].assert_eq(&shown(vec![small]).unwrap());
}
