//! The framework agreement of the demo: a hotel of chen's gets two products for less, from last month on for a year.

use leeway_core::Body;
use leeway_core::frameworks::{AgreedPrice, Publish, Write};
use leeway_core::values::Money;

use super::history::History;
use super::products::{Version, by_code};
use super::{numbering, people};

/// The customer's number: 望江楼酒店.
const PARTNER: u32 = 10;

/// What was agreed: code of the product, price in 分.
const PRICES: [(&str, i64); 2] = [("ZX-200", 230_000), ("SB-AP", 70_000)];

/// Tells how the agreement was published.
pub(super) fn publish(history: &mut History) {
    let days = history.days;
    let products = Version::Current.products();
    let price = |(code, fen): &(&str, i64)| {
        Some(AgreedPrice { product: by_code(&products, code)?.id, price: Money::from_fen(*fen) })
    };
    let asked = Publish {
        framework: numbering::framework(1),
        customer: numbering::customer(PARTNER),
        number: "KJ-2026-018".to_owned(),
        from: days.day(-30),
        to: days.day(335),
        prices: PRICES.iter().filter_map(price).collect(),
    };
    history.ask(people::ADMIN, days.at(days.off_weekend(-30), 600), Body::Frameworks(Write::Publish(asked)));
}

#[cfg(test)]
mod tests {
    use leeway_core::frameworks::{Framework, best};
    use leeway_core::{Entity, Scope};

    use super::super::{numbering, organisation};
    use super::*;

    #[test]
    fn what_was_agreed_counts_on_the_day_of_seeding() {
        let now = leeway_core::values::Timestamp::from_ms(1_795_180_200_000);
        let today = now.date_at(480);
        let seeds = organisation(today, now);
        let found: Vec<&Framework> = seeds.iter().filter_map(|seed| Framework::of(&seed.record)).collect();
        for product in Version::Current.products() {
            let agreed = best(found.iter().copied(), &product, 1, today).and_then(|it| it.price(product.id));
            let wanted = PRICES.iter().find(|(code, _)| *code == product.code);
            assert_eq!(agreed, wanted.map(|(_, fen)| Money::from_fen(*fen)), "{}", product.code);
        }
        assert_eq!(found[0].scope(), Scope::Customer(numbering::customer(PARTNER)));
    }
}
