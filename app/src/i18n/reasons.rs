//! Why a level of authority does not suffice, in both languages. Exhaustive: a reason without words doesn't compile.

use leeway_core::authority::Reason;

use super::{Lang, format, td_string, words};

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
        Reason::GiftsBelowFloor { short_by } => {
            td_string!(locale, quotes.reason.gifts_floor, money = format::money(*short_by))
        }
        Reason::Margin => td_string!(locale, quotes.reason.margin).to_owned(),
        Reason::Gift { family } => {
            td_string!(locale, quotes.reason.gift, family = words::family(locale, *family))
        }
        Reason::Term { months, max } => {
            td_string!(locale, quotes.reason.term, months = months.to_string(), max = max.to_string())
        }
        Reason::Given { cut, max } => {
            td_string!(locale, quotes.reason.given, cut = format::money(*cut), max = format::money(*max))
        }
        Reason::Split { total, cap } => {
            td_string!(locale, quotes.reason.split, total = format::money(*total), cap = format::money(*cap))
        }
        Reason::Month { cut, left } => {
            td_string!(locale, quotes.reason.month, cut = format::money(*cut), left = format::money(*left))
        }
        Reason::SplitGiven { cut, max } => {
            td_string!(
                locale,
                quotes.reason.split_given,
                cut = format::money(*cut),
                max = format::money(*max)
            )
        }
    }
}
