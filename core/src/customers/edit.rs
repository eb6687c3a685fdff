//! One field of a customer. Two phones that change different fields are both heard; the same field makes a card.

use serde::{Deserialize, Serialize};

use super::{ADDRESS_MAX, Customer, Grade, Industry, NAME_MAX, code_is_free, needed, optional, own};
use crate::Entity;
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{CommandId, CreditCode, CustomerId};

/// Changes one field of a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditCustomer {
    /// Which customer.
    pub customer: CustomerId,
    /// Which field, and its new value.
    pub change: CustomerChange,
    /// The write of the field that the author saw.
    pub seen: Option<CommandId>,
}

/// What can be changed about a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "field", content = "value", rename_all = "snake_case")]
pub enum CustomerChange {
    /// Registered name.
    Name(String),
    /// Unified social credit code.
    Code(Option<CreditCode>),
    /// Line of business.
    Industry(Industry),
    /// Value grade.
    Grade(Grade),
    /// Where it is.
    Address(String),
}

pub(super) fn edit(rows: &Rows, by: &Context, it: &EditCustomer) -> Result<Changes, Stop> {
    let mut customer = own(rows, by, it.customer)?.clone();
    let about = Customer::key(customer.id);
    let card = match &it.change {
        CustomerChange::Name(text) => {
            customer.name.write_or_clash(by, about, "name", needed("name", text, NAME_MAX)?, it.seen)
        }
        CustomerChange::Code(code) => {
            code_is_free(rows, customer.id, code.as_ref())?;
            customer.code.write_or_clash(by, about, "code", *code, it.seen)
        }
        CustomerChange::Industry(industry) => {
            customer.industry.write_or_clash(by, about, "industry", *industry, it.seen)
        }
        CustomerChange::Grade(grade) => customer.grade.write_or_clash(by, about, "grade", *grade, it.seen),
        CustomerChange::Address(text) => customer.address.write_or_clash(
            by,
            about,
            "address",
            optional("address", text, ADDRESS_MAX)?,
            it.seen,
        ),
    };
    Ok(Changes::none().put(customer).put_some(card))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::{CustomerError, Write};
    use super::*;
    use crate::refusal::Refusal;
    use crate::testing::sample::{ADMIN, CHEN, LI, WANG, ZHOU, code};
    use crate::testing::{Office, commands};
    use crate::values::UserId;

    #[track_caller]
    fn check(office: &mut Office, by: UserId, change: CustomerChange, expected: Expect) {
        expected.assert_eq(&office.tell(by, Write::Edit(commands::edit_customer(change))));
    }

    fn name(text: &str) -> CustomerChange {
        CustomerChange::Name(text.to_owned())
    }

    #[test]
    fn to_all_but_its_manager_a_customer_does_not_exist() {
        check(&mut Office::new(), CHEN, name("海港总医院"), expect!["put customer/1"]);
        for by in [LI, ZHOU, WANG, ADMIN] {
            let mut office = Office::new();
            let unknown =
                EditCustomer { customer: CustomerId::from_u128(99), ..commands::edit_customer(name("a")) };
            let foreign = office.run(by, Write::Edit(commands::edit_customer(name("a"))));
            assert_eq!(foreign, office.run(by, Write::Edit(unknown)), "told apart");
            assert!(foreign.is_err());
        }
    }

    #[test]
    fn different_fields_from_two_phones_are_both_kept() {
        let mut office = Office::new();
        check(&mut office, CHEN, name("海港总医院"), expect!["put customer/1"]);
        check(&mut office, CHEN, CustomerChange::Grade(Grade::C), expect!["put customer/1"]);
        check(&mut office, CHEN, CustomerChange::Industry(Industry::Services), expect!["put customer/1"]);
        check(&mut office, CHEN, CustomerChange::Address("港后路".into()), expect!["put customer/1"]);
        let customer = office.get::<Customer>(CustomerId::from_u128(1));
        assert_eq!((customer.name.value.as_str(), customer.grade.value), ("海港总医院", Grade::C));
        assert_eq!(office.clashes(CHEN), "");
    }

    #[test]
    fn one_field_from_two_phones_is_shown_with_both_values() {
        let mut office = Office::new();
        check(&mut office, CHEN, name("海港总医院"), expect!["put customer/1"]);
        check(&mut office, CHEN, name("海港中心医院"), expect!["put customer/1, put clash/102"]);
        check(&mut office, CHEN, name("海港中心医院"), expect!["put customer/1"]);
        check(&mut office, CHEN, CustomerChange::Code(None), expect!["put customer/1"]);
        check(
            &mut office,
            CHEN,
            CustomerChange::Code(Some(code("91110000MA0000012Q"))),
            expect!["put customer/1, put clash/105"],
        );
        expect![[r#"
            customer/1 name
              "海港总医院"
              "海港中心医院"
            customer/1 code
              null
              "91110000MA0000012Q""#]]
        .assert_eq(&office.clashes(CHEN));
    }

    #[test]
    fn a_code_is_ones_own_or_free() {
        let set = |text| CustomerChange::Code(Some(code(text)));
        check(&mut Office::new(), CHEN, set("91350100M000100Y43"), expect!["put customer/1"]);
        check(
            &mut Office::new(),
            CHEN,
            set("91110108MA00000070"),
            expect![[r#"refused customers.code_taken {"code":"91110108MA00000070"}"#]],
        );
        check(&mut Office::new(), CHEN, set("91110000MA0000012Q"), expect!["put customer/1"]);
    }

    #[test]
    fn a_code_that_was_given_up_is_free_at_once() {
        let mut office = Office::new();
        let given_up = office.run(CHEN, Write::Edit(commands::edit_customer(CustomerChange::Code(None))));
        assert!(given_up.is_ok());
        let other = EditCustomer {
            customer: CustomerId::from_u128(2),
            change: CustomerChange::Code(Some(code("91350100M000100Y43"))),
            seen: None,
        };
        assert!(office.run(CHEN, Write::Edit(other)).is_ok());
        let back = CustomerChange::Code(Some(code("91350100M000100Y43")));
        let refused = office.run(CHEN, Write::Edit(commands::edit_customer(back)));
        let taken = CustomerError::CodeTaken { code: code("91350100M000100Y43") };
        assert_eq!(refused, Err(Refusal::from(taken)));
    }

    #[test]
    fn texts_are_needed_and_bounded() {
        check(&mut Office::new(), CHEN, name(" "), expect![[r#"refused customers.empty {"field":"name"}"#]]);
        check(
            &mut Office::new(),
            CHEN,
            name(&"字".repeat(81)),
            expect![[r#"refused customers.too_long {"field":"name","max":80}"#]],
        );
        check(&mut Office::new(), CHEN, CustomerChange::Address(" ".into()), expect!["put customer/1"]);
        check(
            &mut Office::new(),
            CHEN,
            CustomerChange::Address("字".repeat(201)),
            expect![[r#"refused customers.too_long {"field":"address","max":200}"#]],
        );
    }
}
