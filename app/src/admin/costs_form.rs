//! The form of what products cost, as plain Rust: an amount for each product, as it is typed.

use std::collections::BTreeMap;

use leeway_core::pricing::{Costs, PriceBook, Product, ProductCost};
use leeway_core::quotes::Margin;
use leeway_core::values::{Money, MoneyError, ProductId};

/// What was typed for each product.
pub type TypedCosts = BTreeMap<ProductId, String>;

/// Writes the costs of a book's products as they are typed. Where none were set, those of another version are a good guess.
pub fn typed(book: &PriceBook, set: Option<&Costs>, guess: Option<&Costs>) -> TypedCosts {
    let known = set.or(guess);
    let cost = |it: &Product| known.and_then(|costs| costs.of_product(it.id)).map(Money::plain);
    book.products.iter().map(|it| (it.id, cost(it).unwrap_or_default())).collect()
}

/// Reads one cost; nothing typed is not known.
///
/// # Errors
/// What keeps it from being an amount.
pub fn read_cost(text: &str) -> Result<Option<Money>, MoneyError> {
    match text.trim() {
        "" => Ok(None),
        text => Money::parse(text).map(Some),
    }
}

/// Reads what was typed, in the order of the book; `None` if one of them is no amount.
pub fn read_costs(book: &PriceBook, typed: &TypedCosts) -> Option<Vec<ProductCost>> {
    let cost = |it: &Product| {
        let cost = typed.get(&it.id).map_or(Ok(None), |text| read_cost(text)).transpose()?;
        Some(cost.map(|cost| ProductCost { product: it.id, cost }))
    };
    book.products.iter().filter_map(cost).collect::<Result<_, _>>().ok()
}

/// Returns the margin of a product at its list price, as a share in basis points.
pub fn list_share(product: &Product, cost: Option<Money>) -> Option<i64> {
    Margin::at_list(product, cost?).share()
}

#[cfg(test)]
mod tests {
    use leeway_core::testing::sample::{book, costs, product, yuan};

    use super::*;

    #[test]
    fn what_is_known_reads_back_and_what_is_empty_stays_unknown() {
        let (book, costs) = (book(), costs());
        let mut typed = typed(&book, Some(&costs), None);
        assert_eq!(read_costs(&book, &typed), Some(costs.costs.clone()));
        typed.insert(product(2).id, " ".into());
        assert_eq!(read_costs(&book, &typed), Some(vec![costs.costs[0], costs.costs[2]]));
        typed.insert(product(2).id, "x".into());
        assert_eq!(read_costs(&book, &typed), None);
    }

    #[test]
    fn costs_of_another_version_are_a_guess() {
        let (book, costs) = (book(), costs());
        assert_eq!(typed(&book, None, Some(&costs)), typed(&book, Some(&costs), None));
        let none = Costs { costs: Vec::new(), ..costs.clone() };
        assert_eq!(typed(&book, Some(&none), Some(&costs)), typed(&book, None, None));
    }

    #[test]
    fn the_margin_is_that_of_the_price_without_tax() {
        // 50 less 13 % VAT is 44.25
        assert_eq!(list_share(&product(3), Some(yuan(25))), Some(4_350));
        assert_eq!(list_share(&product(3), None), None);
    }
}
