//! A price-book version is published: checked once, then never changed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{BOOKS, Charge, PriceBook, PricingError, Product};
use crate::command::Context;
use crate::quotes::QUANTITY_MAX;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::values::{Date, Money, PriceBookId, clean};

/// Publishes a price-book version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Publish {
    /// Its id, made on the device.
    pub book: PriceBookId,
    /// Its name.
    pub name: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// What it sells.
    pub products: Vec<Product>,
}

/// Most characters of a name.
const NAME_MAX: u32 = 60;
/// Most prices by quantity of one product.
const TIERS_MAX: usize = 8;
/// Most products in one bundle.
const PARTS_MAX: usize = 20;

pub(super) fn publish(rows: &Rows, by: &Context, it: &Publish) -> Result<Changes, Stop> {
    rows.require_absent::<PriceBook>(it.book)?;
    let name = clean(&it.name, NAME_MAX as usize)
        .map_err(|_| PricingError::Name { code: String::new(), max: NAME_MAX })?;
    if it.to < it.from {
        return Err(PricingError::Days.into());
    }
    if it.products.is_empty() {
        return Err(PricingError::NoProducts.into());
    }
    let (mut ids, mut codes) = (BTreeSet::new(), BTreeSet::new());
    for product in &it.products {
        check(product)?;
        if !ids.insert(product.id) {
            return Err(GeneralError::BadArgs { why: "two products have one id".to_owned() }.into());
        }
        if !codes.insert(&product.code) {
            return Err(PricingError::CodeTwice { code: product.code.clone() }.into());
        }
        check_parts(product, &it.products)?;
    }
    Ok(Changes::none().put(PriceBook {
        id: it.book,
        name,
        from: it.from,
        to: it.to,
        published_at: by.after(rows.list::<PriceBook>(BOOKS)?.iter().map(|book| book.published_at)),
        withdrawn_at: None,
        products: it.products.clone(),
    }))
}

fn check(product: &Product) -> Result<(), PricingError> {
    clean(&product.name, NAME_MAX as usize)
        .map_err(|_| PricingError::Name { code: product.code.clone(), max: NAME_MAX })?;
    let fits = Money::ZERO <= product.floor && product.floor <= product.price && product.price > Money::ZERO;
    if !fits {
        return Err(PricingError::FloorAbovePrice { code: product.code.clone() });
    }
    let steps = std::iter::once((1, product.price))
        .chain(product.tiers.iter().map(|tier| (tier.from, tier.price)))
        .collect::<Vec<_>>();
    let falls = steps.windows(2).all(|step| step[0].0 < step[1].0 && step[0].1 > step[1].1);
    let above = product.tiers.iter().all(|tier| product.floor <= tier.price && tier.price > Money::ZERO);
    match falls && above && product.tiers.len() <= TIERS_MAX {
        true => Ok(()),
        false => Err(PricingError::Tiers { code: product.code.clone() }),
    }
}

/// Checks what a bundle has in it. Nothing gets cheaper than its floor by being put into one.
fn check_parts(bundle: &Product, all: &[Product]) -> Result<(), PricingError> {
    let wrong = || PricingError::Parts { code: bundle.code.clone() };
    let mut seen = BTreeSet::new();
    let mut least = Money::ZERO;
    for part in &bundle.parts {
        let product = all.iter().find(|it| it.id == part.product).ok_or_else(wrong)?;
        let fits = product.charge == bundle.charge || product.charge == Charge::OneOff;
        let counted = (1..=QUANTITY_MAX).contains(&part.quantity);
        if !(fits && counted && product.parts.is_empty() && seen.insert(part.product)) {
            return Err(wrong());
        }
        if product.charge == bundle.charge {
            let floor = product.floor.times(u64::from(part.quantity)).ok_or_else(wrong)?;
            least = least.checked_add(floor).ok_or_else(wrong)?;
        }
    }
    match () {
        () if bundle.parts.len() > PARTS_MAX => Err(wrong()),
        () if bundle.floor < least => Err(PricingError::BundleFloor { code: bundle.code.clone(), least }),
        () => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::{Part, Tier, Withdraw, Write, current};
    use super::*;
    use crate::testing::sample::{ADMIN, CHEN, WANG, day, product, yuan};
    use crate::testing::{Office, commands};
    use crate::values::{ProductId, UserId};

    #[track_caller]
    fn check(by: UserId, it: Publish, expected: Expect) {
        expected.assert_eq(&Office::new().tell(by, Write::Publish(it)));
    }

    fn one(product: Product) -> Publish {
        Publish { products: vec![product], ..commands::publish_book() }
    }

    #[test]
    fn an_admin_publishes_a_version_once() {
        check(ADMIN, commands::publish_book(), expect!["put price_book/7"]);
        check(CHEN, commands::publish_book(), expect!["refused general.forbidden"]);
        check(WANG, commands::publish_book(), expect!["refused general.forbidden"]);
        check(
            ADMIN,
            Publish { book: PriceBookId::from_u128(1), ..commands::publish_book() },
            expect![[r#"refused general.exists {"typ":"price_book"}"#]],
        );
    }

    #[test]
    fn a_version_is_checked_before_it_can_never_change() {
        check(
            ADMIN,
            Publish { name: " ".into(), ..commands::publish_book() },
            expect![[r#"refused pricing.name {"code":"","max":60}"#]],
        );
        check(
            ADMIN,
            Publish { to: day("2026-12-31"), ..commands::publish_book() },
            expect!["refused pricing.days"],
        );
        check(
            ADMIN,
            Publish { to: day("2027-01-01"), ..commands::publish_book() },
            expect!["put price_book/7"],
        );
        check(
            ADMIN,
            Publish { products: vec![], ..commands::publish_book() },
            expect!["refused pricing.no_products"],
        );
        let two = |other| Publish { products: vec![product(1), other], ..commands::publish_book() };
        check(
            ADMIN,
            two(Product { code: "ZX200".into(), ..product(2) }),
            expect![[r#"refused pricing.code_twice {"code":"ZX200"}"#]],
        );
        check(
            ADMIN,
            two(Product { code: "ZX300".into(), ..product(1) }),
            expect![[r#"refused general.bad_args {"why":"two products have one id"}"#]],
        );
        check(
            ADMIN,
            one(Product { name: "字".repeat(61), ..product(1) }),
            expect![[r#"refused pricing.name {"code":"ZX200","max":60}"#]],
        );
        check(ADMIN, one(Product { floor: yuan(3_200), ..product(1) }), expect!["put price_book/7"]);
        check(
            ADMIN,
            one(Product { floor: yuan(3_201), ..product(1) }),
            expect![[r#"refused pricing.floor_above_price {"code":"ZX200"}"#]],
        );
        check(
            ADMIN,
            one(Product { floor: yuan(-1), ..product(1) }),
            expect![[r#"refused pricing.floor_above_price {"code":"ZX200"}"#]],
        );
        check(
            ADMIN,
            one(Product { floor: yuan(0), price: yuan(0), ..product(1) }),
            expect![[r#"refused pricing.floor_above_price {"code":"ZX200"}"#]],
        );
    }

    #[test]
    fn prices_by_quantity_fall_from_step_to_step_and_stop_at_the_floor() {
        let tiers = |steps: &[(u32, i64)]| {
            let tier = |&(from, price): &(u32, i64)| Tier { from, price: yuan(price) };
            one(Product { tiers: steps.iter().map(tier).collect(), ..product(1) })
        };
        let wrong = || expect![[r#"refused pricing.tiers {"code":"ZX200"}"#]];
        check(ADMIN, tiers(&[(10, 3_000), (50, 2_000)]), expect!["put price_book/7"]);
        check(ADMIN, tiers(&[(50, 3_000), (10, 2_900)]), wrong());
        check(ADMIN, tiers(&[(10, 3_000), (10, 2_900)]), wrong());
        check(ADMIN, tiers(&[(1, 3_000)]), wrong());
        check(ADMIN, tiers(&[(10, 3_200)]), wrong());
        check(ADMIN, tiers(&[(10, 3_000), (50, 3_000)]), wrong());
        check(ADMIN, tiers(&[(10, 1_999)]), wrong());
        let many = |n: u32| (2..n + 2).map(|from| (from, 3_100 - i64::from(from))).collect::<Vec<_>>();
        check(ADMIN, tiers(&many(8)), expect!["put price_book/7"]);
        check(ADMIN, tiers(&many(9)), wrong());
    }

    #[test]
    fn the_price_of_a_quantity_is_that_of_the_last_step_it_reaches() {
        let tiers = vec![Tier { from: 10, price: yuan(3_000) }, Tier { from: 50, price: yuan(2_500) }];
        let product = Product { tiers, ..product(1) };
        let prices = [1, 9, 10, 49, 50, 1_000_000].map(|quantity| product.price_of(quantity));
        assert_eq!(prices, [3_200, 3_200, 3_000, 3_000, 2_500, 2_500].map(yuan));
    }

    #[test]
    fn a_bundle_holds_products_of_its_book_and_none_goes_under_its_floor_in_it() {
        let bundle = |parts: &[(u128, u32)], floor: i64| {
            let part = |&(n, quantity): &(u128, u32)| Part { product: ProductId::from_u128(n), quantity };
            let bundle = Product {
                id: ProductId::from_u128(4),
                code: "TC".into(),
                price: yuan(9_000),
                floor: yuan(floor),
                parts: parts.iter().map(part).collect(),
                ..product(1)
            };
            Publish { products: vec![bundle, product(1), product(2), product(3)], ..commands::publish_book() }
        };
        let wrong = || expect![[r#"refused pricing.parts {"code":"TC"}"#]];
        check(ADMIN, bundle(&[(1, 2), (2, 1), (3, 100)], 4_300), expect!["put price_book/7"]);
        check(
            ADMIN,
            bundle(&[(1, 2), (2, 1), (3, 100)], 4_299),
            expect![[r#"refused pricing.bundle_floor {"code":"TC","least":430000}"#]],
        );
        check(ADMIN, bundle(&[(9, 1)], 4_300), wrong());
        check(ADMIN, bundle(&[(4, 1)], 4_300), wrong());
        check(ADMIN, bundle(&[(1, 1), (1, 1)], 9_000), wrong());
        check(ADMIN, bundle(&[(1, 0)], 4_300), wrong());
        // what is charged every month can't hide in what is charged once
        let mut once = bundle(&[(1, 1)], 4_300);
        once.products[0].charge = Charge::OneOff;
        check(ADMIN, once, wrong());
    }

    #[test]
    fn the_version_that_arrived_last_is_current_whatever_the_clocks_say() {
        let mut office = Office::new();
        let publish = |book: u128| {
            let book = PriceBookId::from_u128(book);
            Write::Publish(Publish { book, from: day("2026-07-01"), ..commands::publish_book() })
        };
        let now = |office: &Office| {
            let books: Vec<PriceBook> = [1, 2, 7, 8]
                .into_iter()
                .filter_map(|n| office.find(PriceBookId::from_u128(n)).cloned())
                .collect();
            current(&books, day("2026-11-23")).map(|it| it.id)
        };
        assert_eq!(now(&office), Some(PriceBookId::from_u128(2)));
        let mut wild = office.write(ADMIN, publish(7));
        wild.at = crate::values::Timestamp::from_ms(4_000_000_000_000);
        assert!(office.take(&wild).is_ok());
        assert_eq!(now(&office), Some(PriceBookId::from_u128(7)));
        assert!(office.run(ADMIN, publish(8)).is_ok());
        assert_eq!(now(&office), Some(PriceBookId::from_u128(8)));
        let withdrawn = Withdraw { book: PriceBookId::from_u128(8) };
        assert!(office.run(ADMIN, Write::Withdraw(withdrawn)).is_ok());
        assert_eq!(now(&office), Some(PriceBookId::from_u128(7)));
    }

    #[test]
    fn a_version_is_current_from_its_first_to_its_last_day() {
        let book = crate::testing::sample::book();
        let on = |text| current([&book], day(text)).is_some();
        assert_eq!(
            ["2026-06-30", "2026-07-01", "2026-12-31", "2027-01-01"].map(on),
            [false, true, true, false]
        );
    }
}
