//! An agreement as it is shown and typed, as plain Rust.

use std::collections::BTreeMap;

use leeway_core::frameworks::{AgreedPrice, Framework};
use leeway_core::pricing::Product;
use leeway_core::values::{Date, Money};

/// How an agreement stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Lines may be priced by it.
    Current,
    /// Its first day is to come.
    Later,
    /// Its last day is over.
    Over,
    /// It was ended before its last day.
    Ended,
}

/// Says how an agreement stands.
pub fn standing(it: &Framework, today: Date) -> Standing {
    match () {
        () if it.ended_at.is_some() => Standing::Ended,
        () if it.to < today => Standing::Over,
        () if today < it.from => Standing::Later,
        () => Standing::Current,
    }
}

/// What is typed beside each product, by the product's id.
pub type TypedPrices = BTreeMap<String, String>;

/// What is wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// A day is missing.
    Days,
    /// What is typed beside a product is no amount.
    Price {
        /// The product's name.
        product: String,
    },
}

/// Reads the days.
///
/// # Errors
/// [`Gap::Days`] if one is missing.
pub fn days(from: &str, to: &str) -> Result<(Date, Date), Gap> {
    match (from.parse(), to.parse()) {
        (Ok(from), Ok(to)) => Ok((from, to)),
        _ => Err(Gap::Days),
    }
}

/// Reads the prices that are typed, in the order of the products.
///
/// # Errors
/// [`Gap::Price`] names the first product beside which no amount stands.
pub fn prices(products: &[Product], typed: &TypedPrices) -> Result<Vec<AgreedPrice>, Gap> {
    let filled = products.iter().filter_map(|product| {
        let text = typed.get(&product.id.to_string()).map(|text| text.trim())?;
        (!text.is_empty()).then_some((product, text))
    });
    let read = |(product, text): (&Product, &str)| match Money::parse(text) {
        Ok(price) => Ok(AgreedPrice { product: product.id, price }),
        Err(_) => Err(Gap::Price { product: product.name.clone() }),
    };
    filled.map(read).collect()
}

#[cfg(test)]
mod tests {
    use leeway_core::testing::sample::{book, day, framework, minute, yuan};

    use super::*;

    #[test]
    fn an_agreement_stands_by_its_days_and_its_end() {
        let on = |today: &str| standing(&framework(), day(today));
        assert_eq!(
            ["2026-11-30", "2026-12-01", "2027-11-30", "2027-12-01"].map(on),
            [Standing::Later, Standing::Current, Standing::Current, Standing::Over]
        );
        let ended = Framework { ended_at: Some(minute(0)), ..framework() };
        assert_eq!(standing(&ended, day("2027-01-01")), Standing::Ended);
    }

    #[test]
    fn only_what_is_typed_is_agreed() {
        let products = book().products;
        let typed = |texts: [&str; 3]| {
            let ids = products.iter().map(|it| it.id.to_string());
            ids.zip(texts.map(str::to_owned)).collect::<TypedPrices>()
        };
        let read = prices(&products, &typed(["2900", " ", "40.50"])).unwrap();
        assert_eq!(
            read,
            [
                AgreedPrice { product: products[0].id, price: yuan(2_900) },
                AgreedPrice { product: products[2].id, price: Money::from_fen(4_050) },
            ]
        );
        assert_eq!(
            prices(&products, &typed(["", "cheap", ""])),
            Err(Gap::Price { product: "云主机 4C8G".into() })
        );
        assert_eq!(prices(&products, &TypedPrices::new()), Ok(Vec::new()));
        assert_eq!(days("2026-12-01", ""), Err(Gap::Days));
    }
}
