//! What the quote pages say about room, floors and typed lines, in both languages. Never decides: it reads a verdict.

use leeway_core::authority::{Change, Level, Meter, Reason, Verdict};
use leeway_core::organisation::Post;
use leeway_core::pricing::Charge;
use leeway_core::proof::{Allowance, Barrier, HARD_HOURS, HARD_HOURS_LARGE, HARD_QUOTES};
use leeway_core::quotes::{Content, Flag, Line, LinePart};
use leeway_core::refusal::Refusal;
use leeway_core::values::{Money, Percent, PercentError};

use super::view_model::{GivenGap, Judges, LineGap, TermsGap};
use crate::i18n::{Lang, format, refusals, td_string, words};

/// The verdict in one word.
pub fn verdict(lang: impl Lang, it: &Verdict) -> &'static str {
    let locale = lang.locale();
    let floor = it
        .reasons
        .iter()
        .any(|reason| matches!(reason, Reason::BelowFloor { .. } | Reason::GiftsBelowFloor { .. }));
    match it.level {
        Level::Own => td_string!(locale, quotes.verdict.own),
        Level::UnitHead | Level::Approver => td_string!(locale, quotes.verdict.approval),
        Level::Nobody if floor => td_string!(locale, quotes.verdict.floor),
        Level::Nobody => td_string!(locale, quotes.verdict.nobody),
    }
}

/// What is left of the room, or how far past it.
pub fn rest(lang: impl Lang, it: &Meter) -> String {
    let locale = lang.locale();
    let floor = it.verdict.reasons.iter().find_map(|reason| match reason {
        Reason::BelowFloor { product, short_by, .. } => Some((product.clone(), *short_by)),
        _ => None,
    });
    match floor {
        Some((product, short_by)) => {
            td_string!(locale, quotes.rest.floor, product = product, money = format::money(short_by))
        }
        None if it.left.is_negative() => {
            td_string!(locale, quotes.rest.over, money = format::money(positive(it.left)))
        }
        None => it
            .verdict
            .reasons
            .iter()
            .find_map(|it| bound(locale, it))
            .unwrap_or_else(|| td_string!(locale, quotes.rest.left, money = format::money(it.left))),
    }
}

/// The bound that is passed, if it is none of a discount.
fn bound(lang: impl Lang, it: &Reason) -> Option<String> {
    let locale = lang.locale();
    Some(match it {
        Reason::DealSize { cap, .. } => td_string!(locale, quotes.rest.size, money = format::money(*cap)),
        Reason::Split { cap, .. } => td_string!(locale, quotes.rest.split, money = format::money(*cap)),
        Reason::Given { max, .. } | Reason::SplitGiven { max, .. } => {
            td_string!(locale, quotes.rest.given, money = format::money(*max))
        }
        Reason::Month { left, .. } => td_string!(locale, quotes.rest.month, money = format::money(*left)),
        Reason::Term { max, .. } => td_string!(locale, quotes.rest.term, months = max.to_string()),
        Reason::Gift { family } => {
            td_string!(locale, quotes.rest.gift, family = words::family(locale, *family))
        }
        Reason::Discount { .. }
        | Reason::BelowFloor { .. }
        | Reason::GiftsBelowFloor { .. }
        | Reason::Margin => return None,
    })
}

fn positive(money: Money) -> Money {
    Money::from_fen(money.fen().saturating_abs())
}

/// Names the people of a post: the holder, and the deputy if there is one.
pub fn deciders(lang: impl Lang, post: &Post) -> String {
    let locale = lang.locale();
    match &post.deputy {
        Some(deputy) => td_string!(
            locale,
            quotes.who.both,
            holder = post.holder.name.clone(),
            deputy = deputy.name.clone()
        ),
        None => post.holder.name.clone(),
    }
}

/// Names whose a limit of the meter is.
pub fn whose(lang: impl Lang, post: Option<&Post>, level: Level) -> String {
    let locale = lang.locale();
    match (post, level) {
        (_, Level::Own) => td_string!(locale, quotes.who.you).to_owned(),
        (Some(post), _) => post.holder.name.clone(),
        (None, Level::UnitHead) => td_string!(locale, quotes.who.head).to_owned(),
        (None, _) => td_string!(locale, quotes.who.approver).to_owned(),
    }
}

/// Names who has to be asked on a verdict, for the button.
pub fn asked(lang: impl Lang, judges: &Judges, level: Level) -> String {
    let locale = lang.locale();
    match judges.first(level) {
        Some((post, _)) => td_string!(locale, quotes.act.submit_to, name = post.holder.name.clone()),
        None => td_string!(locale, quotes.act.submit).to_owned(),
    }
}

/// A change that brings a quote back within the own authority.
pub fn change(lang: impl Lang, it: &Change) -> String {
    let locale = lang.locale();
    match it {
        Change::Off { product, from, to, .. } => td_string!(
            locale,
            quotes.way.change,
            product = product.clone(),
            from = from.to_string(),
            to = to.to_string()
        ),
        Change::Overall { from, to } => {
            td_string!(locale, quotes.way.overall, from = from.to_string(), to = to.to_string())
        }
        Change::FreeMonths { from, to } => {
            td_string!(locale, quotes.way.free_months, from = from.to_string(), to = to.to_string())
        }
        Change::NoGift { product, .. } => td_string!(locale, quotes.way.no_gift, product = product.clone()),
        Change::Months { from, to } => {
            td_string!(locale, quotes.way.months, from = from.to_string(), to = to.to_string())
        }
        Change::Quantity { product, from, to, .. } => td_string!(
            locale,
            quotes.way.quantity,
            product = product.clone(),
            from = from.to_string(),
            to = to.to_string()
        ),
    }
}

/// What is given on the whole, in a line.
pub fn given(lang: impl Lang, content: &Content) -> String {
    let locale = lang.locale();
    let overall = (!content.overall.is_zero())
        .then(|| td_string!(locale, quotes.given.off, discount = format::discount(locale, content.overall)));
    let months = (content.free_months > 0)
        .then(|| td_string!(locale, quotes.given.free, months = content.free_months.to_string()));
    match (overall, months) {
        (None, None) => td_string!(locale, quotes.given.none).to_owned(),
        (Some(one), None) | (None, Some(one)) => one,
        (Some(overall), Some(months)) => {
            td_string!(locale, quotes.given.both, overall = overall, months = months)
        }
    }
}

/// Says what is wrong with what is given on the whole.
pub fn given_gap(lang: impl Lang, it: GivenGap) -> String {
    let locale = lang.locale();
    match it {
        GivenGap::Overall(error) => line_gap(locale, &LineGap::Off(error)),
        GivenGap::FreeMonths { max } => td_string!(locale, quotes.gap.free_months, max = max.to_string()),
        GivenGap::TooLarge => td_string!(locale, quotes.too_large).to_owned(),
    }
}

/// How a line is reckoned: `60 台 × ¥68.00/月 × 24`.
pub fn reckoning(lang: impl Lang, it: &Line, months: u16) -> String {
    let locale = lang.locale();
    let (quantity, unit, price) = (it.quantity.to_string(), it.unit.clone(), format::money(it.price));
    match it.charge {
        Charge::OneOff => {
            td_string!(locale, quotes.line.once, quantity = quantity, unit = unit, price = price)
        }
        Charge::Monthly => td_string!(
            locale,
            quotes.line.monthly,
            quantity = quantity,
            unit = unit,
            price = price,
            months = months.to_string()
        ),
        Charge::Usage => td_string!(
            locale,
            quotes.line.usage,
            quantity = quantity,
            unit = unit,
            price = price,
            months = months.to_string()
        ),
    }
}

/// What is in a bundle, by name and number; empty for what is none.
pub fn parts(lang: impl Lang, it: &Line) -> String {
    let locale = lang.locale();
    let part = |it: &LinePart| {
        let (name, unit, quantity) = (it.name.clone(), it.unit.clone(), it.quantity.to_string());
        td_string!(locale, quotes.line.part, name = name, quantity = quantity, unit = unit)
    };
    match it.parts.is_empty() {
        true => String::new(),
        false => {
            let all: Vec<String> = it.parts.iter().map(part).collect();
            td_string!(locale, quotes.line.parts, parts = all.join(td_string!(locale, quotes.line.and)))
        }
    }
}

/// The discount of a line; what is given for nothing says so.
pub fn line_discount(lang: impl Lang, it: &Line) -> String {
    let locale = lang.locale();
    match it.off {
        _ if it.gift => td_string!(locale, quotes.line.gift).to_owned(),
        Percent::ZERO if it.agreed.is_some() => td_string!(locale, quotes.agreed.price).to_owned(),
        Percent::ZERO => td_string!(locale, quotes.line.list_price).to_owned(),
        Percent::HUNDRED => td_string!(locale, quotes.line.waived).to_owned(),
        off => format::discount(locale, off),
    }
}

/// The price of one unit: `每台每月 ¥61.20`.
pub fn unit_price(lang: impl Lang, it: &Line) -> String {
    let locale = lang.locale();
    let off = if it.gift { Percent::HUNDRED } else { it.off };
    let (unit, price) = (it.unit.clone(), format::money(it.price.less(off)));
    match it.charge {
        Charge::OneOff | Charge::Usage => {
            td_string!(locale, quotes.line.per_unit, unit = unit, price = price)
        }
        Charge::Monthly => td_string!(locale, quotes.line.per_month, unit = unit, price = price),
    }
}

/// Says what is wrong with a typed line and what to do.
pub fn line_gap(lang: impl Lang, it: &LineGap) -> String {
    let locale = lang.locale();
    match it {
        LineGap::Quantity => {
            let max = leeway_core::quotes::QUANTITY_MAX.to_string();
            td_string!(locale, quotes.gap.quantity, max = max)
        }
        LineGap::Off(PercentError::OverHundred) => td_string!(locale, quotes.gap.over_hundred).to_owned(),
        LineGap::Off(PercentError::TooManyDecimals) => td_string!(locale, quotes.gap.decimals).to_owned(),
        LineGap::Off(PercentError::Negative) => td_string!(locale, quotes.gap.negative).to_owned(),
        LineGap::Off(PercentError::Empty | PercentError::NotANumber) => {
            td_string!(locale, quotes.gap.percent).to_owned()
        }
        LineGap::Quote(error) => refusals::sentence(locale, &Refusal::from(error.clone())),
    }
}

/// Says what is wrong with typed terms.
pub fn terms_gap(lang: impl Lang, it: TermsGap) -> String {
    let locale = lang.locale();
    match it {
        TermsGap::Title => td_string!(locale, quotes.gap.title).to_owned(),
        TermsGap::Months => {
            let max = leeway_core::quotes::MONTHS_MAX.to_string();
            td_string!(locale, quotes.gap.months, max = max)
        }
        TermsGap::ValidUntil => td_string!(locale, quotes.gap.valid_until).to_owned(),
    }
}

/// What had changed when a binding quote reached the server.
pub fn flag(lang: impl Lang, it: Flag) -> &'static str {
    let locale = lang.locale();
    match it {
        Flag::BookWithdrawn => td_string!(locale, quotes.flag.book),
        Flag::LimitsSuperseded => td_string!(locale, quotes.flag.limits),
        Flag::StarChanged => td_string!(locale, quotes.flag.star),
        Flag::GradeChanged => td_string!(locale, quotes.flag.grade),
        Flag::FrameworkEnded => td_string!(locale, quotes.flag.framework),
        Flag::UnitChanged => td_string!(locale, quotes.flag.unit),
    }
}

/// Whether this device may make a quote binding now, and until when.
pub fn power(lang: impl Lang, it: &Result<Allowance, Barrier>) -> String {
    let locale = lang.locale();
    match it {
        Ok(Allowance { until, is_soft }) => {
            let until = format::date_time(locale, *until);
            match is_soft {
                true => td_string!(locale, quotes.power.soft, until = until),
                false => td_string!(locale, quotes.power.until, until = until),
            }
        }
        Err(Barrier::NoGrant) => td_string!(locale, quotes.power.no_grant).to_owned(),
        Err(Barrier::Forked) => td_string!(locale, quotes.power.forked).to_owned(),
        Err(Barrier::Clock) => td_string!(locale, quotes.power.clock).to_owned(),
        Err(Barrier::TooMany) => td_string!(locale, quotes.power.too_many, count = HARD_QUOTES),
        Err(Barrier::TooLong) => td_string!(locale, quotes.power.too_long, hours = HARD_HOURS),
        Err(Barrier::TooLongForSize) => {
            td_string!(locale, quotes.power.too_long_for_size, hours = HARD_HOURS_LARGE)
        }
    }
}

#[cfg(test)]
mod tests {
    use leeway_core::authority::meter;
    use leeway_core::quotes::totals;
    use leeway_core::testing::sample::{content, limits, line, percent, situation};

    use super::*;
    use crate::i18n::Locale;

    fn read(off: &str) -> Meter {
        let content = Content { lines: vec![Line { off: percent(off), ..line(1) }], ..content() };
        meter(&limits(), &situation(), &totals(&content).unwrap()).unwrap()
    }

    #[test]
    fn the_rest_is_never_written_with_a_minus() {
        let said = |off: &str| rest(Locale::zh_CN, &read(off));
        assert!(said("8").contains("¥3,072.00"), "{}", said("8"));
        assert!(said("20").contains("¥6,144.00"), "{}", said("20"));
        assert!(!said("20").contains('-') && !said("20").contains('−'));
        assert!(said("50").contains("¥400.00"), "{}", said("50"));
    }

    #[test]
    fn verdicts_have_their_words_in_both_languages() {
        for off in ["8", "15", "25", "35", "50"] {
            let it = read(off).verdict;
            assert_ne!(verdict(Locale::zh_CN, &it), verdict(Locale::en, &it));
        }
        assert_ne!(verdict(Locale::en, &read("35").verdict), verdict(Locale::en, &read("50").verdict));
    }

    #[test]
    fn a_line_says_how_it_is_reckoned() {
        assert_eq!(reckoning(Locale::zh_CN, &line(1), 24), "1 条 × ¥3,200.00/月 × 24");
        let off = |off: &str| Line { off: percent(off), ..line(1) };
        assert_eq!(line_discount(Locale::zh_CN, &off("8")), "8% = 9.2 折");
        assert_eq!(line_discount(Locale::en, &off("100")), "Waived");
        assert_eq!(line_discount(Locale::en, &Line { gift: true, ..off("0") }), "Gift");
    }
}
