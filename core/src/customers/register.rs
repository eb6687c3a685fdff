//! A new customer belongs to the manager who registers it, who is granted its rows in the same change.

use serde::{Deserialize, Serialize};

use super::{ADDRESS_MAX, Customer, Grade, Industry, NAME_MAX, code_is_free, needed, optional};
use crate::command::Context;
use crate::deputies;
use crate::organisation::{Role, actor};
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::stamped::Stamped;
use crate::values::{CreditCode, CustomerId};

/// Adds a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Register {
    /// Its id, made on the device.
    pub customer: CustomerId,
    /// Registered name.
    pub name: String,
    /// Unified social credit code, if known.
    pub code: Option<CreditCode>,
    /// Line of business.
    pub industry: Industry,
    /// Value grade.
    pub grade: Grade,
    /// Where it is; may be empty.
    pub address: String,
}

pub(super) fn register(rows: &Rows, by: &Context, it: &Register) -> Result<Changes, Stop> {
    let member = actor(rows, by)?;
    if member.role != Role::Manager {
        return Err(GeneralError::Forbidden.into());
    }
    rows.require_absent::<Customer>(it.customer)?;
    code_is_free(rows, it.customer, it.code.as_ref())?;
    let customer = Customer {
        id: it.customer,
        owner: by.actor,
        unit: member.unit,
        name: Stamped::new(by, needed("name", &it.name, NAME_MAX)?),
        code: Stamped::new(by, it.code),
        industry: Stamped::new(by, it.industry),
        grade: Stamped::new(by, it.grade),
        address: Stamped::new(by, optional("address", &it.address, ADDRESS_MAX)?),
        handed: Vec::new(),
    };
    let scope = Scope::Customer(customer.id);
    let mut changes = Changes::none().grant(by.actor, scope);
    for deputy in deputies::deputies(rows, by.actor)? {
        changes = changes.grant(deputy, scope);
    }
    Ok(changes.put(customer))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::Write;
    use super::*;
    use crate::testing::sample::{ADMIN, CHEN, WANG, code};
    use crate::testing::{Office, commands};
    use crate::values::UserId;

    #[track_caller]
    fn check(by: UserId, it: Register, expected: Expect) {
        expected.assert_eq(&Office::new().tell(by, Write::Register(it)));
    }

    #[test]
    fn a_manager_registers_a_customer_and_holds_it() {
        check(CHEN, commands::register(), expect!["put customer/7, grant chen customer:7"]);
        check(
            CHEN,
            Register { code: None, address: String::new(), ..commands::register() },
            expect!["put customer/7, grant chen customer:7"],
        );
        check(WANG, commands::register(), expect!["refused general.forbidden"]);
        check(ADMIN, commands::register(), expect!["refused general.forbidden"]);
        let mut office = Office::new().after(CHEN, Write::Register(commands::register()));
        let made = office.get::<Customer>(CustomerId::from_u128(7));
        assert_eq!((made.owner, made.unit.to_string().ends_with('1')), (CHEN, true));
        assert!(office.holds(CHEN, Scope::Customer(CustomerId::from_u128(7))));
        expect![[r#"refused general.exists {"typ":"customer"}"#]]
            .assert_eq(&office.tell(CHEN, Write::Register(commands::register())));
    }

    #[test]
    fn a_code_belongs_to_one_customer() {
        let taken = Some(code("91110108MA00000070"));
        check(
            CHEN,
            Register { code: taken, ..commands::register() },
            expect![[r#"refused customers.code_taken {"code":"91110108MA00000070"}"#]],
        );
    }

    #[test]
    fn texts_are_trimmed_needed_and_bounded() {
        let named = |name: &str| Register { name: name.into(), ..commands::register() };
        check(CHEN, named("  滨江中学 "), expect!["put customer/7, grant chen customer:7"]);
        check(CHEN, named(" \u{3000}"), expect![[r#"refused customers.empty {"field":"name"}"#]]);
        check(CHEN, named(&"字".repeat(80)), expect!["put customer/7, grant chen customer:7"]);
        check(
            CHEN,
            named(&"字".repeat(81)),
            expect![[r#"refused customers.too_long {"field":"name","max":80}"#]],
        );
        check(
            CHEN,
            Register { address: "字".repeat(201), ..commands::register() },
            expect![[r#"refused customers.too_long {"field":"address","max":200}"#]],
        );
    }
}
