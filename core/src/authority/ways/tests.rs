use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::authority::Authority;
use crate::organisation::Star;
use crate::pricing::{Charge, Family, Tier};
use crate::testing::sample::{book, content, limits, line, percent, situation, yuan};

fn quote(offs: &[&str]) -> Content {
    let lines = offs.iter().zip(1..).map(|(off, n)| Line { off: percent(off), ..line(n) });
    Content { lines: lines.collect(), ..content() }
}

fn limit(content: &Content, limits: &Limits, star: Star) -> Percent {
    to_limit(content, limits, &Situation { star, ..situation() }, LineId::from_u128(1))
}

fn told(content: &Content, limits: &Limits) -> Vec<String> {
    let tell = |it: &Way| {
        let change = match &it.change {
            Change::Off { from, to, .. } => format!("line {from} to {to}"),
            Change::Overall { from, to } => format!("whole {from} to {to}"),
            Change::FreeMonths { from, to } => format!("{from} free months to {to}"),
            Change::NoGift { product, .. } => format!("no {product}"),
            Change::Months { from, to } => format!("{from} months to {to}"),
            Change::Quantity { from, to, .. } => format!("{from} to {to} of them"),
        };
        format!("{change}: {} less {}", it.total, it.effective)
    };
    ways_back(content, &book(), limits, &situation()).iter().map(tell).collect()
}

#[test]
fn to_the_limit_is_exactly_the_limit() {
    assert_eq!(limit(&quote(&["0"]), &limits(), Star::TWO), percent("12"));
    // two equal lines, the other gives 2 %: this one may give 22
    let it = quote(&["0", "2"]);
    assert_eq!(limit(&it, &limits(), Star::TWO), percent("22"));
    // the floor stops before the limit: 200,000 of 320,000 is 37.5 % off
    let mut wide = limits();
    wide.stars[2] = Authority { off: [(Family::LeasedLine, percent("60"))].into(), ..wide.stars[2].clone() };
    assert_eq!(limit(&it, &wide, Star::THREE), percent("37.5"));
    // nothing listed, nothing allowed
    let none = Limits { stars: limits().stars.map(|it| Authority { off: [].into(), ..it }), ..limits() };
    assert_eq!(limit(&it, &none, Star::ONE), Percent::ZERO);
    // a month of 24 is given on the whole already
    assert_eq!(limit(&Content { free_months: 1, ..quote(&["0"]) }, &limits(), Star::TWO), percent("8.17"));
}

#[test]
fn a_way_back_suffices_and_the_one_that_leaves_most_leads() {
    assert_eq!(told(&quote(&["8"]), &limits()), [""; 0]);
    // the second line alone can't make up for the first
    let ways = told(&quote(&["30", "10"]), &limits());
    assert_eq!(ways, ["line 30% to 14%: ¥135,168.00 less 12%"]);
}

#[test]
fn each_way_of_giving_has_its_way_back() {
    let mut it = Content { overall: percent("10"), free_months: 1, ..quote(&["0"]) };
    it.lines.push(Line { charge: Charge::OneOff, gift: true, floor: Money::ZERO, ..line(2) });
    assert_eq!(told(&it, &limits()), ["whole 10% to 4.34%: ¥70,405.76 less 11.99%"]);
    // ¥9,600 set up for nothing is 11.1 % of two years, but 20 % of one
    let mut waived = quote(&["0"]);
    waived.months = 12;
    waived.lines.push(Line {
        charge: Charge::OneOff,
        price: yuan(9_600),
        floor: Money::ZERO,
        off: Percent::HUNDRED,
        ..line(2)
    });
    let ways = told(&waived, &limits());
    assert_eq!(
        ways,
        [
            "line 100% to 60%: ¥42,240.00 less 12%",
            "12 months to 22: ¥70,400.00 less 12%",
            "1 to 2 of them: ¥76,800.00 less 11.11%"
        ]
    );
}

#[test]
fn more_of_a_product_costs_what_its_quantity_costs() {
    let mut book = book();
    book.products[0].tiers = vec![Tier { from: 2, price: yuan(3_000) }];
    let line = quote(&["0"]).lines.remove(0);
    let more = Change::Quantity { line: line.id, product: line.name.clone(), from: 1, to: 2 };
    let content = more.on(&quote(&["0"]), &book);
    assert_eq!((content.lines[0].quantity, content.lines[0].price), (2, yuan(3_000)));
}

fn any_content() -> impl Strategy<Value = Content> {
    let line = (1i64..400_000, 0i64..60, 1u32..20, 0u32..60, 0usize..2, (any::<bool>(), 0u8..6)).prop_map(
        |(price, floor, quantity, off, family, (monthly, gift))| Line {
            price: Money::from_fen(price),
            floor: Money::from_fen(price * floor / 100),
            quantity,
            off: if gift == 0 { Percent::ZERO } else { Percent::from_bp(off * 100).unwrap() },
            gift: gift == 0,
            family: Family::ALL[family],
            charge: if monthly { Charge::Monthly } else { Charge::OneOff },
            ..line(1)
        },
    );
    (prop::collection::vec(line, 1..8), 0u16..4, 0u32..20).prop_map(|(mut lines, free_months, overall)| {
        (1..).zip(&mut lines).for_each(|(n, line)| line.id = LineId::from_u128(n));
        Content { lines, free_months, overall: Percent::from_bp(overall * 100).unwrap(), ..content() }
    })
}

fn wide() -> Limits {
    let mut limits = limits();
    limits.stars[1].off = [(Family::LeasedLine, percent("12")), (Family::Cloud, percent("20"))].into();
    limits.stars[1].deal_cap = Money::MAX;
    limits
}

proptest! {
    #[test]
    fn what_is_offered_is_within_and_a_step_less_is_not(content in any_content()) {
        let (limits, book) = (wide(), book());
        let level = |content: &Content| {
            let at = Situation { months: content.months, ..situation() };
            judge(&limits, &at, &totals(content).unwrap()).level
        };
        let ways = ways_back(&content, &book, &limits, &situation());
        prop_assert!(ways.is_empty() || level(&content) != Level::Own);
        let mut seen = BTreeSet::new();
        for way in &ways {
            let changed = way.change.on(&content, &book);
            prop_assert_eq!(level(&changed), Level::Own, "{:?}", way);
            prop_assert_eq!(totals(&changed).unwrap().total, way.total);
            let new = seen.insert(format!("{:?}", way.change));
            prop_assert!(new, "twice");
            if let Change::Off { line, product, from, to } = &way.change {
                let step = Percent::from_bp(to.bp() + 1).unwrap();
                let more = Change::Off { line: *line, product: product.clone(), from: *from, to: step };
                let beyond = level(&more.on(&content, &book)) != Level::Own;
                prop_assert!(beyond, "{step} would do, {to} was offered");
            }
        }
        prop_assert!(ways.is_sorted_by(|a, b| a.effective >= b.effective));
    }

    #[test]
    fn to_the_limit_is_what_the_judge_of_that_family_says(content in any_content()) {
        let limits = wide();
        let off = limit(&content, &limits, Star::TWO);
        let with = |bp: u32| {
            let mut content = content.clone();
            content.lines[0].off = Percent::from_bp(bp).unwrap();
            let sums = totals(&content).unwrap();
            let family = content.lines[0].family;
            let floors = sums.lines[0].short_by > Money::ZERO;
            let own = limits.limit(Level::Own, &situation(), family, sums.list);
            let exceeds = sums.families.iter().any(|it| it.family == family && crate::values::exceeds(it.cut, it.list, own));
            !floors && !exceeds
        };
        if !content.lines[0].gift {
            prop_assert!(off == Percent::ZERO || with(off.bp()));
            prop_assert!(off == Percent::HUNDRED || !with(off.bp() + 1));
        }
    }
}
