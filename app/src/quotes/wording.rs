//! What the quote pages say about room, floors and typed lines, in both languages. Never decides: it reads a verdict.

use leeway_core::authority::{Level, Meter, Reason, Verdict};
use leeway_core::organisation::Post;
use leeway_core::pricing::{Charge, Product};
use leeway_core::proof::{Allowance, Barrier, HARD_HOURS, HARD_HOURS_LARGE, HARD_QUOTES};
use leeway_core::quotes::{Flag, Line};
use leeway_core::refusal::Refusal;
use leeway_core::values::{Money, Percent, PercentError};

use super::view_model::{Judges, LineGap, TermsGap};
use crate::i18n::{Lang, format, refusals, td_string, words};

/// The verdict in one word.
pub fn verdict(lang: impl Lang, it: &Verdict) -> &'static str {
    let locale = lang.locale();
    let floor = it.reasons.iter().any(|reason| matches!(reason, Reason::BelowFloor { .. }));
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
    let size = it.verdict.reasons.iter().find_map(|reason| match reason {
        Reason::DealSize { cap, .. } => Some(*cap),
        _ => None,
    });
    match (floor, size) {
        (Some((product, short_by)), _) => {
            td_string!(locale, quotes.rest.floor, product = product, money = format::money(short_by))
        }
        _ if it.left.is_negative() => {
            td_string!(locale, quotes.rest.over, money = format::money(positive(it.left)))
        }
        (None, Some(cap)) => td_string!(locale, quotes.rest.size, money = format::money(cap)),
        (None, None) => td_string!(locale, quotes.rest.left, money = format::money(it.left)),
    }
}

fn positive(money: Money) -> Money {
    Money::from_fen(money.fen().saturating_abs())
}

/// Why a level does not suffice, as a sentence.
pub fn reason(lang: impl Lang, it: &Reason) -> String {
    let locale = lang.locale();
    match it {
        Reason::Discount { family, asked, limit } => td_string!(
            locale,
            quotes.reason.discount,
            family = words::family(locale, *family),
            asked = format::discount(locale, *asked),
            limit = limit.to_string()
        ),
        Reason::DealSize { total, cap } => {
            td_string!(locale, quotes.reason.size, total = format::money(*total), cap = format::money(*cap))
        }
        Reason::BelowFloor { product, short_by, .. } => td_string!(
            locale,
            quotes.reason.floor,
            product = product.clone(),
            money = format::money(*short_by)
        ),
    }
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
    match judges.post(level) {
        Some(post) => td_string!(locale, quotes.act.submit_to, name = post.holder.name.clone()),
        None => td_string!(locale, quotes.act.submit).to_owned(),
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
    }
}

/// The discount of a line; a free one says so.
pub fn line_discount(lang: impl Lang, off: Percent) -> String {
    let locale = lang.locale();
    match off {
        Percent::ZERO => td_string!(locale, quotes.line.list_price).to_owned(),
        Percent::HUNDRED => td_string!(locale, quotes.line.free).to_owned(),
        off => format::discount(locale, off),
    }
}

/// The price of one unit: `每台每月 ¥61.20`.
pub fn unit_price(lang: impl Lang, it: &Product, off: Percent) -> String {
    let locale = lang.locale();
    let (unit, price) = (it.unit.clone(), format::money(it.price.less(off)));
    match it.charge {
        Charge::OneOff => td_string!(locale, quotes.line.per_unit, unit = unit, price = price),
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
    use leeway_core::organisation::Star;
    use leeway_core::quotes::{Content, totals};
    use leeway_core::testing::sample::{content, limits, line, percent};

    use super::*;
    use crate::i18n::Locale;

    fn read(off: &str) -> Meter {
        let content = Content { lines: vec![Line { off: percent(off), ..line(1) }], ..content() };
        meter(&limits(), Star::TWO, &totals(&content).unwrap()).unwrap()
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
        assert_eq!(line_discount(Locale::zh_CN, percent("8")), "8% = 9.2 折");
        assert_eq!(line_discount(Locale::en, Percent::HUNDRED), "Free");
    }
}
