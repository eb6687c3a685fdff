//! One field of an opportunity.

use serde::{Deserialize, Serialize};

use super::{Opportunity, amount, name, own};
use crate::Entity;
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{CommandId, Date, Money, OpportunityId};

/// Changes one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// Of which opportunity.
    pub opportunity: OpportunityId,
    /// Which field, and its new value.
    pub change: OpportunityChange,
    /// The write of the field that the author saw.
    pub seen: Option<CommandId>,
}

/// What can be changed about an opportunity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "field", content = "value", rename_all = "snake_case")]
pub enum OpportunityChange {
    /// What it is called.
    Name(String),
    /// What it may bring.
    Amount(Money),
    /// When it should be signed.
    Expected(Date),
}

pub(super) fn edit(rows: &Rows, by: &Context, it: &Edit) -> Result<Changes, Stop> {
    let mut found = own(rows, by, it.opportunity)?;
    let about = Opportunity::key(found.id);
    let card = match &it.change {
        OpportunityChange::Name(text) => found.name.write_or_clash(by, about, "name", name(text)?, it.seen),
        OpportunityChange::Amount(money) => {
            found.amount.write_or_clash(by, about, "amount", amount(*money)?, it.seen)
        }
        OpportunityChange::Expected(day) => {
            found.expected.write_or_clash(by, about, "expected", *day, it.seen)
        }
    };
    Ok(Changes::none().put(found).put_some(card))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::Write;
    use super::*;
    use crate::testing::sample::{CHEN, WANG, day, yuan};
    use crate::testing::{Office, commands};
    use crate::values::UserId;

    #[track_caller]
    fn check(office: &mut Office, by: UserId, change: OpportunityChange, expected: Expect) {
        expected.assert_eq(&office.tell(by, Write::Edit(commands::edit_opportunity(change))));
    }

    #[test]
    fn fields_are_edited_one_by_one() {
        let mut office = Office::new();
        check(&mut office, CHEN, OpportunityChange::Name("三院互联".into()), expect!["put opportunity/1"]);
        check(&mut office, CHEN, OpportunityChange::Amount(yuan(1)), expect!["put opportunity/1"]);
        check(
            &mut office,
            CHEN,
            OpportunityChange::Expected(day("2027-01-01")),
            expect!["put opportunity/1"],
        );
        check(
            &mut office,
            CHEN,
            OpportunityChange::Expected(day("2027-02-01")),
            expect!["put opportunity/1, put clash/104"],
        );
        expect![[r#"
            opportunity/1 expected
              "2027-01-01"
              "2027-02-01""#]]
        .assert_eq(&office.clashes(CHEN));
    }

    #[test]
    fn bad_values_and_strangers_are_refused() {
        let mut office = Office::new();
        check(
            &mut office,
            CHEN,
            OpportunityChange::Name(" ".into()),
            expect![[r#"refused opportunities.name {"max":80}"#]],
        );
        check(
            &mut office,
            CHEN,
            OpportunityChange::Amount(yuan(-1)),
            expect!["refused opportunities.amount"],
        );
        check(
            &mut office,
            WANG,
            OpportunityChange::Amount(yuan(1)),
            expect![[r#"refused general.not_found {"typ":"opportunity"}"#]],
        );
    }
}
