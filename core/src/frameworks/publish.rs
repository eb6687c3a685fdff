//! An agreement is published: checked once, then never changed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{AgreedPrice, Framework, FrameworkError, NUMBER_MAX, OPEN_MAX, PRICES_MAX};
use crate::Entity;
use crate::calendar::work_time;
use crate::command::Context;
use crate::customers::Customer;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Coverage, Rows};
use crate::values::{CustomerId, Date, FrameworkId, Money, clean};

/// Publishes an agreement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Publish {
    /// Its id, made on the device.
    pub framework: FrameworkId,
    /// With whom.
    pub customer: CustomerId,
    /// The number that stands on it.
    pub number: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// What was agreed.
    pub prices: Vec<AgreedPrice>,
}

impl Publish {
    /// Checks it by itself, and returns its number without blanks around it.
    ///
    /// # Errors
    /// [`FrameworkError`] says what is wrong with it.
    pub fn check(&self) -> Result<String, FrameworkError> {
        let number = clean(&self.number, NUMBER_MAX as usize)
            .map_err(|_| FrameworkError::Number { max: NUMBER_MAX })?;
        if self.to < self.from {
            return Err(FrameworkError::Days);
        }
        if self.prices.is_empty() || self.prices.len() > PRICES_MAX as usize {
            return Err(FrameworkError::Prices { max: PRICES_MAX });
        }
        let mut seen = BTreeSet::new();
        for AgreedPrice { product, price } in &self.prices {
            if *price <= Money::ZERO {
                return Err(FrameworkError::NotPositive { product: *product });
            }
            if !seen.insert(product) {
                return Err(FrameworkError::ProductTwice { product: *product });
            }
        }
        Ok(number)
    }
}

pub(super) fn publish(rows: &Rows, by: &Context, it: &Publish) -> Result<Changes, Stop> {
    rows.require_absent::<Framework>(it.framework)?;
    // an admin's phone holds no customers: whether this one exists, the server knows
    if rows.find::<Customer>(it.customer)?.is_none() && rows.coverage() == Coverage::Whole {
        return Err(GeneralError::NotFound { typ: Customer::TYPE }.into());
    }
    let number = it.check()?;
    let day = by.at.date_at(work_time(rows)?.offset);
    let others = rows.list::<Framework>(&Framework::of_customer(it.customer))?;
    let open = others.iter().filter(|other| other.ended_at.is_none() && day <= other.to);
    if open.count() >= OPEN_MAX as usize {
        return Err(FrameworkError::TooMany { max: OPEN_MAX }.into());
    }
    Ok(Changes::none().put(Framework {
        id: it.framework,
        customer: it.customer,
        number,
        from: it.from,
        to: it.to,
        published_at: by.after(others.iter().map(|other| other.published_at)),
        ended_at: None,
        prices: it.prices.clone(),
    }))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::{End, Write, tests::on_the_phone};
    use super::*;
    use crate::testing::sample::{ADMIN, CHEN, WANG, day, framework, yuan};
    use crate::testing::{Office, commands};
    use crate::values::{ProductId, UserId};

    fn told(by: UserId, it: Publish) -> String {
        Office::new().tell(by, Write::Publish(it))
    }

    #[track_caller]
    fn check(it: Publish, expected: Expect) {
        expected.assert_eq(&told(ADMIN, it));
    }

    fn publish() -> Publish {
        commands::publish_framework()
    }

    #[test]
    fn an_admin_publishes_an_agreement_once() {
        check(publish(), expect!["put framework/7"]);
        for other in [CHEN, WANG] {
            assert_eq!(told(other, publish()), "refused general.forbidden");
        }
        let mut office = Office::new().after(ADMIN, Write::Publish(publish()));
        expect![[r#"refused general.exists {"typ":"framework"}"#]]
            .assert_eq(&office.tell(ADMIN, Write::Publish(publish())));
        let stored = office.get::<Framework>(FrameworkId::from_u128(7));
        assert_eq!((stored.number.as_str(), stored.ended_at), ("KJ-2026-031", None));
        assert_eq!(stored.scope(), crate::Scope::Customer(CustomerId::from_u128(1)));
    }

    #[test]
    fn it_is_with_a_customer_who_exists_as_far_as_one_can_know() {
        let nobody = Publish { customer: CustomerId::from_u128(99), ..publish() };
        check(nobody.clone(), expect![[r#"refused general.not_found {"typ":"customer"}"#]]);
        // the admin's phone holds no customer, and lets it through
        expect!["put framework/7"].assert_eq(&on_the_phone(Write::Publish(nobody)));
    }

    #[test]
    fn an_agreement_is_checked_before_it_can_never_change() {
        let number = |number: &str| Publish { number: number.into(), ..publish() };
        check(number(" "), expect![[r#"refused frameworks.number {"max":40}"#]]);
        check(number(&"K".repeat(40)), expect!["put framework/7"]);
        check(number(&"K".repeat(41)), expect![[r#"refused frameworks.number {"max":40}"#]]);
        check(Publish { to: day("2025-12-31"), ..publish() }, expect!["refused frameworks.days"]);
        check(Publish { to: publish().from, ..publish() }, expect!["put framework/7"]);
        let price = |n: u128, price| AgreedPrice { product: ProductId::from_u128(n), price };
        let prices = |prices: Vec<AgreedPrice>| Publish { prices, ..publish() };
        let many = |n: u128| prices((0..n).map(|n| price(n, yuan(1))).collect());
        check(many(0), expect![[r#"refused frameworks.prices {"max":200}"#]]);
        check(many(200), expect!["put framework/7"]);
        check(many(201), expect![[r#"refused frameworks.prices {"max":200}"#]]);
        check(
            prices(vec![price(1, yuan(2)), price(1, yuan(3))]),
            expect![[r#"refused frameworks.product_twice {"product":"1"}"#]],
        );
        for wrong in [yuan(0), yuan(-1)] {
            check(
                prices(vec![price(1, wrong)]),
                expect![[r#"refused frameworks.not_positive {"product":"1"}"#]],
            );
        }
    }

    #[test]
    fn a_customer_has_so_many_that_are_not_over() {
        let mut office = Office::new();
        for n in 100..119 {
            office.put(Framework { id: FrameworkId::from_u128(n), ..framework() });
        }
        // the one of the samples is among them
        expect![[r#"refused frameworks.too_many {"max":20}"#]]
            .assert_eq(&office.tell(ADMIN, Write::Publish(publish())));
        office.put(Framework {
            id: FrameworkId::from_u128(100),
            from: day("2025-01-01"),
            to: day("2025-12-31"),
            ..framework()
        });
        let mut ended = office.clone();
        expect!["put framework/7"].assert_eq(&office.tell(ADMIN, Write::Publish(publish())));
        ended.put(Framework { id: FrameworkId::from_u128(100), ..framework() });
        ended.tell(ADMIN, Write::End(End { framework: FrameworkId::from_u128(101) }));
        expect!["put framework/7"].assert_eq(&ended.tell(ADMIN, Write::Publish(publish())));
    }
}
