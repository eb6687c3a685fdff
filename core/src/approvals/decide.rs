//! The post decides: the quote becomes binding or goes on to the next post, or goes back with what is missing. First come,
//! first counted.

use serde::{Deserialize, Serialize};

use super::Missing;
use super::answer::{Said, answer};
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::CaseId;

/// Decides on a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decide {
    /// Which case.
    pub case: CaseId,
    /// Approved, or returned.
    pub approve: bool,
    /// What is missing, when returned; a word along the way, when approved.
    pub words: String,
}

/// Returns a case, naming what is missing item by item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GiveBack {
    /// Which case.
    pub case: CaseId,
    /// What is missing.
    pub items: Vec<Missing>,
    /// What else there is to say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
}

pub(super) fn decide(rows: &Rows, by: &Context, it: &Decide) -> Result<Changes, Stop> {
    answer(rows, by, it.case, &Said { approve: it.approve, words: &it.words, items: &[] })
}

pub(super) fn give_back(rows: &Rows, by: &Context, it: &GiveBack) -> Result<Changes, Stop> {
    answer(rows, by, it.case, &Said { approve: false, words: &it.words, items: &it.items })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::{Case, Write};
    use super::*;
    use crate::customers;
    use crate::organisation::{self, SetPost};
    use crate::quotes::{self, Quote, QuoteState, Standing};
    use crate::testing::sample::{ADMIN, CHEN, GAO, HEAD, LI, SUN, WANG, ZHAO, ZHOU, day};
    use crate::testing::{Office, commands, numbers};
    use crate::values::{CustomerId, QuoteId, UserId};

    const QUOTE: QuoteId = QuoteId::from_u128(7);

    /// Chen's quote at 20 %, which waits for the head of her unit.
    fn waiting() -> Office {
        let office = Office::new().after(CHEN, quotes::Write::Draft(commands::draft()));
        office.after(CHEN, quotes::Write::Finalise(commands::finalise("20", 61_440)))
    }

    #[track_caller]
    fn check(office: &mut Office, by: UserId, it: Decide, expected: Expect) {
        expected.assert_eq(&office.tell(by, Write::Decide(it)));
    }

    #[track_caller]
    fn state(office: &Office, expected: Expect) {
        let (quote, case) = (office.get::<Quote>(QUOTE), office.get::<Case>(CaseId::from_u128(7)));
        let json = |it: serde_json::Result<String>| numbers(&it.unwrap());
        let said = [json(serde_json::to_string(&quote.state)), json(serde_json::to_string(&case.state))];
        expected.assert_eq(&said.join("\n"));
    }

    #[test]
    fn an_approval_makes_the_quote_binding() {
        let mut office = waiting();
        assert_eq!(office.get::<Quote>(QUOTE).standing(day("2026-11-23")), Standing::Indicative);
        check(
            &mut office,
            WANG,
            commands::decide(true, ""),
            expect!["put case/7, put request_digest/7, put request/7, put quote/7"],
        );
        state(
            &office,
            expect![[r#"
            {"state":"approved","case":"7","decided_by":"4","by_name":"王海","at":1800000180000}
            {"state":"decided","by":"4","by_name":"王海","at":1800000180000,"approved":true,"words":""}"#]],
        );
        let standing = |on| office.get::<Quote>(QUOTE).standing(day(on));
        assert_eq!(standing("2026-12-31"), Standing::Binding);
        assert_eq!(standing("2027-01-01"), Standing::Expired);
    }

    #[test]
    fn a_return_says_what_is_missing() {
        let mut office = waiting();
        check(
            &mut office,
            WANG,
            commands::decide(false, " "),
            expect![[r#"refused approvals.say_what_is_missing {"max":500}"#]],
        );
        check(
            &mut office,
            WANG,
            commands::decide(false, &"字".repeat(501)),
            expect![[r#"refused approvals.say_what_is_missing {"max":500}"#]],
        );
        check(
            &mut office,
            WANG,
            commands::decide(true, &"字".repeat(501)),
            expect![[r#"refused approvals.say_what_is_missing {"max":500}"#]],
        );
        check(
            &mut office,
            WANG,
            commands::decide(false, " 缺合同年限 "),
            expect!["put case/7, put request_digest/7, put request/7, put quote/7"],
        );
        state(
            &office,
            expect![[r#"
            {"state":"returned","case":"7","decided_by":"4","by_name":"王海","at":1800000360000,"missing":"缺合同年限"}
            {"state":"decided","by":"4","by_name":"王海","at":1800000360000,"approved":false,"words":"缺合同年限"}"#]],
        );
    }

    #[test]
    fn holder_or_deputy_decides_and_nobody_else_knows_of_it() {
        check(
            &mut waiting(),
            LI,
            commands::decide(true, ""),
            expect!["put case/7, put request_digest/7, put request/7, put quote/7"],
        );
        for by in [GAO, ZHAO, SUN, ZHOU, ADMIN] {
            expect![[r#"refused general.not_found {"typ":"case"}"#]]
                .assert_eq(&waiting().tell(by, Write::Decide(commands::decide(true, ""))));
        }
        let unknown = Decide { case: CaseId::from_u128(99), ..commands::decide(true, "") };
        check(&mut waiting(), WANG, unknown, expect![[r#"refused general.not_found {"typ":"case"}"#]]);
    }

    #[test]
    fn the_first_decision_counts() {
        let mut office = waiting();
        check(
            &mut office,
            LI,
            commands::decide(true, "好"),
            expect!["put case/7, put request_digest/7, put request/7, put quote/7"],
        );
        check(
            &mut office,
            WANG,
            commands::decide(false, "缺年限"),
            expect![[r#"refused approvals.decided {"approved":true,"at":1800000180000,"by_name":"李想"}"#]],
        );
        assert!(matches!(office.get::<Quote>(QUOTE).state, QuoteState::Approved { by: LI, .. }));
    }

    #[test]
    fn a_request_that_was_taken_back_is_not_decided() {
        let withdraw = quotes::Write::Withdraw(quotes::Withdraw { quote: QUOTE });
        let mut office = waiting().after(CHEN, withdraw);
        check(&mut office, WANG, commands::decide(true, ""), expect!["refused approvals.withdrawn"]);
        assert_eq!(office.get::<Quote>(QUOTE).state, QuoteState::Draft);
    }

    #[test]
    fn nobody_decides_on_their_own_request() {
        let post = SetPost { post: HEAD, title: "负责人".into(), holder: WANG, deputy: Some(CHEN) };
        let mut office = waiting().after(ADMIN, organisation::Write::SetPost(post));
        check(&mut office, CHEN, commands::decide(true, ""), expect!["refused approvals.own_request"]);
        check(
            &mut office,
            WANG,
            commands::decide(true, ""),
            expect!["put case/7, put request_digest/7, put request/7, put quote/7"],
        );
    }

    #[test]
    fn nobody_decides_for_a_customer_that_is_theirs_now() {
        let to_li = customers::HandOver { customer: CustomerId::from_u128(1), to: LI, seen: None };
        let mut office = waiting().after(CHEN, customers::Write::HandOver(to_li));
        check(&mut office, LI, commands::decide(true, ""), expect!["refused approvals.own_request"]);
        check(
            &mut office,
            WANG,
            commands::decide(true, ""),
            expect!["put case/7, put request_digest/7, put request/7, put quote/7"],
        );
    }

    #[test]
    fn a_new_holder_decides_and_the_old_one_no_longer() {
        let post = SetPost { post: HEAD, title: "负责人".into(), holder: GAO, deputy: None };
        let mut office = waiting().after(ADMIN, organisation::Write::SetPost(post));
        check(
            &mut office,
            WANG,
            commands::decide(true, ""),
            expect![[r#"refused general.not_found {"typ":"case"}"#]],
        );
        check(
            &mut office,
            GAO,
            commands::decide(true, ""),
            expect!["put case/7, put request_digest/7, put request/7, put quote/7"],
        );
    }

    #[test]
    fn a_quote_that_does_not_wait_for_this_case_is_left_alone() {
        let mut office = waiting();
        let quote = office.get::<Quote>(QUOTE).clone();
        office.put(Quote { state: QuoteState::Draft, ..quote });
        check(
            &mut office,
            WANG,
            commands::decide(true, ""),
            expect!["put case/7, put request_digest/7, put request/7"],
        );
        assert_eq!(office.get::<Quote>(QUOTE).state, QuoteState::Draft);
    }
}
