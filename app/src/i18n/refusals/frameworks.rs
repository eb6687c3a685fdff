//! Why a framework agreement was not published, and why a line does not get its price.

use leeway_core::frameworks::FrameworkError;
use leeway_core::quotes::QuoteError;

use super::super::{Locale, format, td_string};

/// Says why an agreement was not accepted, and what to do.
pub(super) fn sentence(t: Locale, it: &FrameworkError) -> String {
    match it {
        FrameworkError::Number { max } => td_string!(t, refusals.frameworks.number, max = max.to_string()),
        FrameworkError::Days => td_string!(t, refusals.frameworks.days).to_owned(),
        FrameworkError::Prices { max } => td_string!(t, refusals.frameworks.prices, max = max.to_string()),
        FrameworkError::ProductTwice { .. } => td_string!(t, refusals.frameworks.product_twice).to_owned(),
        FrameworkError::NotPositive { .. } => td_string!(t, refusals.frameworks.not_positive).to_owned(),
        FrameworkError::TooMany { max } => td_string!(t, refusals.frameworks.too_many, max = max.to_string()),
    }
}

/// Says why a quote does not get the price that it names; of any other reason nothing.
pub(super) fn of_a_quote(t: Locale, it: &QuoteError) -> String {
    match it {
        QuoteError::NoSuchFramework { .. } => td_string!(t, refusals.quotes.no_such_framework).to_owned(),
        QuoteError::NotInFramework { number, product } => {
            td_string!(
                t,
                refusals.quotes.not_in_framework,
                number = number.clone(),
                product = product.clone()
            )
        }
        QuoteError::FrameworkDays { number, from, to } => td_string!(
            t,
            refusals.quotes.framework_days,
            number = number.clone(),
            from = format::day_of_year(t, *from),
            to = format::day_of_year(t, *to)
        ),
        QuoteError::FrameworkEnded { number } => {
            td_string!(t, refusals.quotes.framework_ended, number = number.clone())
        }
        _ => String::new(),
    }
}
