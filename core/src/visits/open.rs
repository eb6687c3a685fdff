//! A visit begins. Beginning it twice, from two phones, keeps the first beginning.

use serde::{Deserialize, Serialize};

use super::{VisitState, live};
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::VisitId;

/// Begins a visit, at the customer's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Open {
    /// Which visit.
    pub visit: VisitId,
}

pub(super) fn open(rows: &Rows, by: &Context, it: &Open) -> Result<Changes, Stop> {
    let mut visit = live(rows, by, it.visit)?;
    if visit.state == VisitState::Planned {
        visit.state = VisitState::Open { since: by.at };
    }
    Ok(Changes::none().put(visit))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::{Cancel, Visit, Write};
    use super::*;
    use crate::testing::sample::{CHEN, LI, minute};
    use crate::testing::{Office, commands};
    use crate::values::UserId;

    #[track_caller]
    fn check(office: &mut Office, by: UserId, visit: u128, expected: Expect) {
        let visit = VisitId::from_u128(visit);
        expected.assert_eq(&office.tell(by, Write::Open(Open { visit })));
    }

    #[test]
    fn a_visit_that_begins_twice_keeps_its_first_beginning() {
        let visit = VisitId::from_u128(7);
        let mut office = Office::new().after(CHEN, Write::Plan(commands::plan()));
        check(&mut office, CHEN, 7, expect!["put visit/7"]);
        check(&mut office, CHEN, 7, expect!["put visit/7"]);
        assert_eq!(office.get::<Visit>(visit).state, VisitState::Open { since: minute(2) });
    }

    #[test]
    fn a_visit_that_was_called_off_or_is_of_others_does_not_begin() {
        let visit = VisitId::from_u128(7);
        let mut office = Office::new().after(CHEN, Write::Plan(commands::plan()));
        check(&mut office, LI, 7, expect![[r#"refused general.not_found {"typ":"visit"}"#]]);
        check(&mut office, CHEN, 8, expect![[r#"refused general.not_found {"typ":"visit"}"#]]);
        let mut office = office.after(CHEN, Write::Cancel(Cancel { visit }));
        check(&mut office, CHEN, 7, expect!["refused visits.closed"]);
    }
}
