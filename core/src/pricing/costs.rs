//! What the products of a price book cost. Held by admins alone, so it is a row of its own and not a part of the book:
//! what margins come of it is worked out where the costs are (ADR 0024).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{PriceBook, PricingError};
use crate::Entity;
use crate::command::Context;
use crate::organisation::admins;
use crate::record::entity;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{CommandId, Money, PriceBookId, ProductId, Timestamp};

/// What one product costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductCost {
    /// Which product of the book.
    pub product: ProductId,
    /// Cost of one unit (and month), without tax.
    pub cost: Money,
}

/// What the products of one version of the price book cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    /// Of which version.
    pub id: PriceBookId,
    /// The products whose cost is known.
    pub costs: Vec<ProductCost>,
    /// When they were set, by the admin's clock.
    pub set_at: Timestamp,
    /// The command that set them.
    pub write: CommandId,
}

/// Index: the costs of all versions, those that were set last at the end.
pub const COSTS: &str = "costs|";

impl Costs {
    /// Returns what one unit (and month) of a product costs; `None`: nobody has said.
    pub fn of_product(&self, product: ProductId) -> Option<Money> {
        self.costs.iter().find(|it| it.product == product).map(|it| it.cost)
    }
}

impl Entity for Costs {
    entity!(Costs, PriceBookId);

    fn scope(&self) -> Scope {
        Scope::Costs
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{COSTS}{}", self.set_at.in_index())]
    }
}

/// Sets what the products of a version cost, as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetCosts {
    /// Of which version.
    pub book: PriceBookId,
    /// The products whose cost is known from now on.
    pub costs: Vec<ProductCost>,
    /// The write that the admin saw; `None`: there was none.
    pub seen: Option<CommandId>,
}

pub(super) fn set(rows: &Rows, by: &Context, it: &SetCosts) -> Result<Changes, Stop> {
    check(rows.require::<PriceBook>(it.book)?, &it.costs)?;
    let old = rows.find::<Costs>(it.book)?.map(|it| it.write);
    if old == Some(by.command) {
        return Err(GeneralError::Exists { typ: Costs::TYPE }.into());
    }
    if old != it.seen {
        return Err(PricingError::CostsChanged.into());
    }
    // who becomes an admin later is granted them then
    let changes = match rows.list::<Costs>(COSTS)?.is_empty() {
        true => admins(rows)?.fold(Changes::none(), |changes, admin| changes.grant(admin, Scope::Costs)),
        false => Changes::none(),
    };
    Ok(changes.put(Costs { id: it.book, costs: it.costs.clone(), set_at: by.at, write: by.command }))
}

fn check(book: &PriceBook, costs: &[ProductCost]) -> Result<(), Stop> {
    let mut seen = BTreeSet::new();
    for it in costs {
        let bad = |why: &str| GeneralError::BadArgs { why: why.to_owned() };
        let product = book.product(it.product).ok_or_else(|| bad("no product of this book"))?;
        if !seen.insert(it.product) {
            return Err(bad("one product has two costs").into());
        }
        if it.cost < Money::ZERO {
            return Err(PricingError::NegativeCost { code: product.code.clone() }.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::Write;
    use super::*;
    use crate::testing::sample::{ADMIN, CHEN, LI, WANG, ZHAO, yuan};
    use crate::testing::{Office, commands};
    use crate::values::UserId;

    const BOOK: PriceBookId = PriceBookId::from_u128(1);

    #[track_caller]
    fn check(office: &mut Office, by: UserId, it: SetCosts, expected: Expect) {
        expected.assert_eq(&office.tell(by, Write::SetCosts(it)));
    }

    #[test]
    fn the_first_costs_are_given_to_admins_and_to_nobody_else() {
        let mut office = Office::new();
        for by in [CHEN, WANG, ZHAO] {
            check(&mut office, by, commands::set_costs(), expect!["refused general.forbidden"]);
        }
        check(&mut office, ADMIN, commands::set_costs(), expect!["put costs/1, grant admin costs"]);
        assert_eq!([CHEN, LI, WANG, ZHAO].map(|it| office.holds(it, Scope::Costs)), [false; 4]);
        let other = SetCosts { book: PriceBookId::from_u128(2), ..commands::set_costs() };
        let other = SetCosts { costs: other.costs[..2].to_vec(), ..other };
        check(&mut office, ADMIN, other, expect!["put costs/2"]);
    }

    #[test]
    fn who_has_not_seen_what_another_set_does_not_write_over_it() {
        let mut office = Office::new().after(ADMIN, Write::SetCosts(commands::set_costs()));
        check(&mut office, ADMIN, commands::set_costs(), expect!["refused pricing.costs_changed"]);
        let seen = Some(office.get::<Costs>(BOOK).write);
        let none = SetCosts { costs: Vec::new(), seen, ..commands::set_costs() };
        check(&mut office, ADMIN, none, expect!["put costs/1"]);
        assert_eq!(office.get::<Costs>(BOOK).of_product(ProductId::from_u128(1)), None);
    }

    #[test]
    fn costs_are_of_the_books_products_each_once_and_none_is_negative() {
        let cost = |product: u128, cost: i64| ProductCost {
            product: ProductId::from_u128(product),
            cost: yuan(cost),
        };
        let mut office = Office::new();
        let with = |costs: &[ProductCost]| SetCosts { costs: costs.to_vec(), ..commands::set_costs() };
        let stranger = expect![[r#"refused general.bad_args {"why":"no product of this book"}"#]];
        check(&mut office, ADMIN, with(&[cost(9, 1)]), stranger);
        let twice = expect![[r#"refused general.bad_args {"why":"one product has two costs"}"#]];
        check(&mut office, ADMIN, with(&[cost(1, 1), cost(1, 2)]), twice);
        let negative = expect![[r#"refused pricing.negative_cost {"code":"YZJ4"}"#]];
        check(&mut office, ADMIN, with(&[cost(1, 0), cost(2, -1)]), negative);
        let nowhere = SetCosts { book: PriceBookId::from_u128(9), ..commands::set_costs() };
        let gone = expect![[r#"refused general.not_found {"typ":"price_book"}"#]];
        check(&mut office, ADMIN, nowhere, gone);
    }
}
