//! An opportunity is started, with its first next step.

use serde::{Deserialize, Serialize};

use super::next_step::step;
use super::{Opportunity, Stage, amount, name};
use crate::command::Context;
use crate::customers;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::stamped::Stamped;
use crate::values::{CustomerId, Date, Money, OpportunityId};

/// Starts an opportunity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// Its id, made on the device.
    pub opportunity: OpportunityId,
    /// With whom.
    pub customer: CustomerId,
    /// What it is called.
    pub name: String,
    /// What it may bring over its term.
    pub amount: Money,
    /// When it should be signed.
    pub expected: Date,
    /// What happens next.
    pub next_step: String,
    /// When.
    pub next_day: Date,
}

pub(super) fn start(rows: &Rows, by: &Context, it: &Start) -> Result<Changes, Stop> {
    customers::served(rows, by, it.customer)?;
    rows.require_absent::<Opportunity>(it.opportunity)?;
    Ok(Changes::none().put(Opportunity {
        id: it.opportunity,
        customer: it.customer,
        by: by.actor,
        name: Stamped::new(by, name(&it.name)?),
        amount: Stamped::new(by, amount(it.amount)?),
        expected: Stamped::new(by, it.expected),
        stage: Stage::Lead,
        stage_since: by.at,
        moves: Vec::new(),
        lost_reason: None,
        next_step: Some(Stamped::new(by, step(&it.next_step, it.next_day)?)),
    }))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::Write;
    use super::*;
    use crate::testing::sample::{CHEN, LI, yuan};
    use crate::testing::{Office, commands};
    use crate::values::UserId;

    #[track_caller]
    fn check(by: UserId, it: Start, expected: Expect) {
        expected.assert_eq(&Office::new().tell(by, Write::Start(it)));
    }

    #[test]
    fn an_opportunity_starts_as_a_lead_with_a_next_step() {
        check(CHEN, commands::start(), expect!["put opportunity/7"]);
        check(LI, commands::start(), expect![[r#"refused general.not_found {"typ":"customer"}"#]]);
        check(
            CHEN,
            Start { opportunity: OpportunityId::from_u128(1), ..commands::start() },
            expect![[r#"refused general.exists {"typ":"opportunity"}"#]],
        );
        let office = Office::new().after(CHEN, Write::Start(commands::start()));
        let made = office.get::<Opportunity>(OpportunityId::from_u128(7));
        assert_eq!((made.stage, made.moves.len()), (Stage::Lead, 0));
        assert_eq!(made.next_step.as_ref().map(|it| it.value.text.as_str()), Some("约信息科"));
    }

    #[test]
    fn it_has_a_name_an_amount_and_a_step() {
        check(
            CHEN,
            Start { name: " ".into(), ..commands::start() },
            expect![[r#"refused opportunities.name {"max":80}"#]],
        );
        check(
            CHEN,
            Start { name: "字".repeat(81), ..commands::start() },
            expect![[r#"refused opportunities.name {"max":80}"#]],
        );
        check(CHEN, Start { amount: yuan(0), ..commands::start() }, expect!["put opportunity/7"]);
        check(CHEN, Start { amount: yuan(-1), ..commands::start() }, expect!["refused opportunities.amount"]);
        check(
            CHEN,
            Start { next_step: String::new(), ..commands::start() },
            expect![[r#"refused opportunities.next_step {"max":200}"#]],
        );
    }
}
