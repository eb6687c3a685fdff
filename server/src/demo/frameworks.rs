//! The framework agreement of the demo: a hotel of chen's gets two products for less, from last month on for a year.

use leeway_core::Body;
use leeway_core::frameworks::{AgreedPrice, Publish, Write};
use leeway_core::values::Money;

use super::history::History;
use super::products::{Version, by_code};
use super::{numbering, people};

/// The customer's number: 望江楼酒店.
pub(super) const PARTNER: u32 = 10;

/// What was agreed: code of the product, price in 分.
pub(super) const PRICES: [(&str, i64); 2] = [("ZX-200", 230_000), ("SB-AP", 70_000)];

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
