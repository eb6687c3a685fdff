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

fn line() -> impl Strategy<Value = Line> {
    (1i64..5_000_000, 1u32..2_000, 0u32..=10_000, 0usize..7, 0usize..3, 0usize..3, 0u8..5).prop_map(
        |(price, quantity, off, family, charge, vat, gift)| Line {
            price: Money::from_fen(price),
            floor: Money::ZERO,
            quantity,
            off: if gift == 0 { Percent::ZERO } else { Percent::from_bp(off).unwrap() },
            gift: gift == 0,
            family: Family::ALL[family],
            charge: [Charge::OneOff, Charge::Monthly, Charge::Usage][charge],
            vat: [TaxRate::Six, TaxRate::Nine, TaxRate::Thirteen][vat],
            ..sample::line(1)
        },
    )
}

fn content() -> impl Strategy<Value = Content> {
    let terms = (1u16..=60, 0u16..60, prop_oneof![Just(0u32), 0u32..=10_000]);
    (prop::collection::vec(line(), 0..20), terms).prop_map(|(lines, (months, free, overall))| Content {
        lines,
        months,
        free_months: free % months,
        overall: Percent::from_bp(overall).unwrap(),
        ..sample::content()
    })
}

/// A line's list sum and what is paid of it, step by step on exact rationals, rounded behind each step.
fn paid(content: &Content, line: &Line) -> (BigInt, BigInt) {
    let months = if line.charge == Charge::OneOff { 1 } else { content.months };
    let list = BigInt::from(line.price.fen()) * line.quantity * months;
    if line.gift {
        return (list, BigInt::from(0));
    }
    let less = |sum: BigInt, part: BigRational| sum.clone() - rounded(&(BigRational::from(sum) * part));
    let rest = less(list.clone(), ratio(line.off.bp(), 10_000));
    let rest = less(rest, ratio(content.overall.bp(), 10_000));
    let free = if line.charge == Charge::Monthly { content.free_months } else { 0 };
    (list, less(rest, ratio(free, months)))
}

proptest! {
    #[test]
    fn totals_are_never_off_by_a_cent(content in content()) {
        let totals = totals(&content).unwrap();
        let (mut list, mut total, mut net) = (BigInt::from(0), BigInt::from(0), BigInt::from(0));
        for line in &content.lines {
            let (whole, paid) = paid(&content, line);
            net += rounded(&ratio(paid.clone() * 100, 100 + line.vat.percent().bp() / 100));
            list += whole;
            total += paid;
        }
        prop_assert_eq!(BigInt::from(totals.list.fen()), list.clone());
        prop_assert_eq!(BigInt::from(totals.total.fen()), total.clone());
        prop_assert_eq!(BigInt::from(totals.cut.fen()), list - total);
        prop_assert_eq!(BigInt::from(totals.net.fen()), net);
        prop_assert_eq!(totals.net.checked_add(totals.tax), Some(totals.total));
    }

    #[test]
    fn families_and_channels_add_up_to_the_whole(content in content()) {
        let totals = totals(&content).unwrap();
        prop_assert_eq!(Money::sum(totals.families.iter().map(|it| it.list)), Some(totals.list));
        prop_assert_eq!(Money::sum(totals.families.iter().map(|it| it.cut)), Some(totals.cut));
        let Channels { lines, waived, overall, free_months, gifts } = totals.channels;
        prop_assert_eq!(Money::sum([lines, waived, overall, free_months, gifts]), Some(totals.cut));
        prop_assert!(totals.usage <= totals.total);
    }

    /// However it is dressed up, who gives more away has the larger effective discount in no family less.
    #[test]
    fn no_channel_hides_a_discount(content in content(), gift in line(), which in 0..3) {
        let before = totals(&content).unwrap();
        let mut more = content.clone();
        match which {
            0 => more.lines.push(Line { gift: true, off: Percent::ZERO, ..gift }),
            1 => more.free_months = (more.free_months + 1).min(more.months - 1),
            _ => more.overall = Percent::from_bp((more.overall.bp() + 100).min(10_000)).unwrap(),
        }
        let after = totals(&more).unwrap();
        prop_assert!(after.total <= before.total);
        let sold = content.lines.iter().any(|line| !line.gift);
        for sum in before.families.iter().filter(|_| sold) {
            let now = after.families.iter().find(|it| it.family == sum.family).unwrap();
            let share = |it: &FamilySum| ratio(it.cut.fen(), it.list.fen());
            // a share of a gift is cut at whole 分, the steps of a line are rounded: a 分 a line and channel
            let slack = ratio(4 * i64::try_from(content.lines.len()).unwrap(), sum.list.fen());
            prop_assert!(share(now) + slack >= share(sum), "{:?}", sum.family);
        }
    }

    #[test]
    fn a_unit_is_short_exactly_when_its_price_is_under_the_floor(
        price in 1i64..100_000,
        near in -2i64..=2,
        (off, overall) in (0u32..=10_000, prop_oneof![Just(0u32), 0u32..=10_000]),
        (months, free) in (1u16..=60, 0u16..60),
        monthly in any::<bool>(),
    ) {
        let free = free % months;
        let exact = ratio(price, 1) * ratio(10_000 - off, 10_000) * ratio(10_000 - overall, 10_000);
        let exact = if monthly { exact * ratio(months - free, months) } else { exact };
        // floors are near the price: that is where rounding could let one slip through
        let floor = i64::try_from(exact.to_integer()).unwrap().saturating_add(near).max(0);
        let (off, overall) = (Percent::from_bp(off).unwrap(), Percent::from_bp(overall).unwrap());
        let charge = if monthly { Charge::Monthly } else { Charge::OneOff };
        let (price, floor) = (Money::from_fen(price), Money::from_fen(floor));
        let line = Line { price, floor, off, charge, ..sample::line(1) };
        let content = Content { months, free_months: free, overall, ..sample::content() };
        prop_assert_eq!(short_by(&content, &line).unwrap() > Money::ZERO, exact < ratio(floor.fen(), 1));
    }

    #[test]
    fn gifts_are_never_paid_for_out_of_a_floor(
        mut content in content(),
        floors in prop::collection::vec(0i64..=100, 20),
    ) {
        for (line, floor) in content.lines.iter_mut().zip(floors) {
            line.floor = Money::from_fen(line.price.fen() * floor / 100);
        }
        let sums = totals(&content).unwrap();
        let months = |line: &Line| if line.charge == Charge::OneOff { 1 } else { content.months };
        let floor = |line: &Line| BigInt::from(line.floor.fen()) * line.quantity * months(line);
        let floors: BigInt = content.lines.iter().map(floor).sum();
        let gift = content.lines.iter().any(|line| line.gift);
        let short = (floors - BigInt::from(sums.total.fen())).max(BigInt::from(0));
        prop_assert_eq!(BigInt::from(sums.gifts_short_by.fen()), if gift { short } else { BigInt::from(0) });
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
        let found = short_by(&sample::content(), &line).unwrap();
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

/// Two leased lines for two years: 8 % off one, 5 % off the whole, two months free, setting up waived, a router and
/// messages by use along with it.
#[test]
fn what_is_given_away_is_told_by_the_way_it_is_given() {
    let of = |n: u128, family, charge| Line { family, charge, ..sample::line(n) };
    let lines = vec![
        Line { off: sample::percent("8"), ..sample::line(1) },
        sample::line(2),
        Line { off: Percent::HUNDRED, ..of(3, Family::LeasedLine, Charge::OneOff) },
        Line { gift: true, ..of(4, Family::Networking, Charge::OneOff) },
        Line { quantity: 2, ..of(5, Family::Messaging, Charge::Usage) },
    ];
    let free_months = 2;
    let sums = totals(&Content { lines, overall: sample::percent("5"), free_months, ..sample::content() });
    let sums = sums.unwrap();
    let Channels { lines, waived, overall, free_months, gifts } = sums.channels;
    let families = sums.families.iter().map(|it| format!("{:?} {} less {}", it.family, it.list, it.cut));
    let told = [
        format!("lines {lines}, waived {waived}, whole {overall}, months {free_months}, gifts {gifts}"),
        format!("{} less {} = {}, of it by use {}", sums.list, sums.cut, sums.total, sums.usage),
        format!("{} a month, {}", sums.monthly, sums.effective),
        families.collect::<Vec<_>>().join(", "),
        format!("gifts of {:?}", sums.gifts),
    ];
    expect![[r#"
        lines ¥6,144.00, waived ¥3,200.00, whole ¥15,052.80, months ¥11,673.60, gifts ¥3,200.00
        ¥313,600.00 less ¥39,270.40 = ¥274,329.60, of it by use ¥145,920.00
        ¥5,836.80 a month, 12.52%
        LeasedLine ¥158,416.49 less ¥30,006.89, Messaging ¥155,183.51 less ¥9,263.51
        gifts of [Networking]"#]]
    .assert_eq(&told.join("\n"));
}
