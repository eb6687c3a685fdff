//! A price-book version is published: checked once, then never changed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{BOOKS, PriceBook, PricingError, Product};
use crate::command::Context;
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
    if fits { Ok(()) } else { Err(PricingError::FloorAbovePrice { code: product.code.clone() }) }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::{Withdraw, Write, current};
    use super::*;
    use crate::testing::sample::{ADMIN, CHEN, WANG, day, product, yuan};
    use crate::testing::{Office, commands};
    use crate::values::UserId;

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
