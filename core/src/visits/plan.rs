//! A visit is planned, moved, or called off.

use serde::{Deserialize, Serialize};

use super::{Checklist, Purpose, Visit, VisitError, VisitState, When, live};
use crate::Entity;
use crate::command::Context;
use crate::customers;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::stamped::Stamped;
use crate::values::{ChecklistId, CommandId, CustomerId, VisitId};

/// Plans a visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Its id, made on the device.
    pub visit: VisitId,
    /// Whom.
    pub customer: CustomerId,
    /// Why.
    pub purpose: Purpose,
    /// The version of the checklist to fill in.
    pub checklist: ChecklistId,
    /// When.
    pub when: When,
}

/// Moves a visit to another time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reschedule {
    /// Which visit.
    pub visit: VisitId,
    /// When it is now.
    pub when: When,
    /// The write of the time that the author saw.
    pub seen: Option<CommandId>,
}

/// Calls a visit off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cancel {
    /// Which visit.
    pub visit: VisitId,
}

pub(super) fn plan(rows: &Rows, by: &Context, it: &Plan) -> Result<Changes, Stop> {
    customers::served(rows, by, it.customer)?;
    rows.require_absent::<Visit>(it.visit)?;
    it.when.check()?;
    usable(rows, it.checklist)?;
    Ok(Changes::none().put(Visit {
        id: it.visit,
        customer: it.customer,
        by: by.actor,
        purpose: it.purpose,
        checklist: it.checklist,
        when: Stamped::new(by, it.when),
        state: VisitState::Planned,
        answers: Default::default(),
        next_step: None,
    }))
}

pub(super) fn reschedule(rows: &Rows, by: &Context, it: &Reschedule) -> Result<Changes, Stop> {
    let mut visit = live(rows, by, it.visit)?;
    it.when.check()?;
    let card = visit.when.write_or_clash(by, Visit::key(visit.id), "when", it.when, it.seen);
    Ok(Changes::none().put(visit).put_some(card))
}

/// Returns the checklist if new visits may use it.
pub(super) fn usable(rows: &Rows, id: ChecklistId) -> Result<&Checklist, Stop> {
    match rows.require::<Checklist>(id)? {
        it if it.withdrawn => Err(VisitError::ChecklistWithdrawn { name: it.name.clone() }.into()),
        it => Ok(it),
    }
}

pub(super) fn cancel(rows: &Rows, by: &Context, it: &Cancel) -> Result<Changes, Stop> {
    let mut visit = live(rows, by, it.visit)?;
    visit.state = VisitState::Cancelled;
    Ok(Changes::none().put(visit))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::{Finish, Open, Write};
    use super::*;
    use crate::testing::sample::{CHEN, LI, ZHOU, checklist, day};
    use crate::testing::{Office, commands};
    use crate::values::UserId;

    const VISIT: VisitId = VisitId::from_u128(7);

    #[track_caller]
    fn check(office: &mut Office, by: UserId, write: Write, expected: Expect) {
        expected.assert_eq(&office.tell(by, write));
    }

    fn planned() -> Office {
        Office::new().after(CHEN, Write::Plan(commands::plan()))
    }

    fn at(day_text: &str, minute: Option<u16>) -> When {
        When { day: day(day_text), minute }
    }

    #[test]
    fn a_manager_plans_a_visit_with_their_own_customer() {
        let plan = |customer: u128| {
            Write::Plan(Plan { customer: CustomerId::from_u128(customer), ..commands::plan() })
        };
        check(&mut Office::new(), CHEN, plan(1), expect!["put visit/7"]);
        check(
            &mut Office::new(),
            CHEN,
            plan(3),
            expect![[r#"refused general.not_found {"typ":"customer"}"#]],
        );
        check(
            &mut Office::new(),
            CHEN,
            plan(99),
            expect![[r#"refused general.not_found {"typ":"customer"}"#]],
        );
        check(
            &mut Office::new(),
            ZHOU,
            plan(1),
            expect![[r#"refused general.not_found {"typ":"customer"}"#]],
        );
        check(&mut planned(), CHEN, plan(1), expect![[r#"refused general.exists {"typ":"visit"}"#]]);
    }

    #[test]
    fn a_visit_is_planned_on_a_checklist_in_use() {
        let mut office = Office::new();
        let unknown = Plan { checklist: ChecklistId::from_u128(99), ..commands::plan() };
        check(
            &mut office,
            CHEN,
            Write::Plan(unknown),
            expect![[r#"refused general.not_found {"typ":"checklist"}"#]],
        );
        office.put(Checklist { withdrawn: true, ..checklist() });
        check(
            &mut office,
            CHEN,
            Write::Plan(commands::plan()),
            expect![[r#"refused visits.checklist_withdrawn {"name":"医疗走访"}"#]],
        );
    }

    #[test]
    fn a_day_has_1440_minutes() {
        let plan = |minute| Write::Plan(Plan { when: at("2026-11-23", minute), ..commands::plan() });
        check(&mut Office::new(), CHEN, plan(None), expect!["put visit/7"]);
        check(&mut Office::new(), CHEN, plan(Some(1_439)), expect!["put visit/7"]);
        check(
            &mut Office::new(),
            CHEN,
            plan(Some(1_440)),
            expect![[r#"refused general.bad_args {"why":"a day has no minute 1440"}"#]],
        );
        let late = Reschedule { visit: VISIT, when: at("2026-11-23", Some(u16::MAX)), seen: None };
        check(
            &mut planned(),
            CHEN,
            Write::Reschedule(late),
            expect![[r#"refused general.bad_args {"why":"a day has no minute 65535"}"#]],
        );
    }

    #[test]
    fn a_move_past_an_unseen_one_shows_both() {
        let mut office = planned();
        let first = office.get::<Visit>(VISIT).when.write;
        let moved = |day, seen| Write::Reschedule(Reschedule { visit: VISIT, when: at(day, None), seen });
        check(&mut office, CHEN, moved("2026-11-24", Some(first)), expect!["put visit/7"]);
        check(&mut office, CHEN, moved("2026-11-24", Some(first)), expect!["put visit/7"]);
        check(&mut office, CHEN, moved("2026-11-25", Some(first)), expect!["put visit/7, put clash/104"]);
        assert_eq!(office.get::<Visit>(VISIT).when.value, at("2026-11-25", None));
        expect![[r#"
            visit/7 when
              {"day":"2026-11-24","minute":null}
              {"day":"2026-11-25","minute":null}"#]]
        .assert_eq(&office.clashes(CHEN));
    }

    #[test]
    fn only_a_visit_that_is_not_over_is_moved_or_called_off() {
        let cancel = || Write::Cancel(Cancel { visit: VISIT });
        let moved =
            || Write::Reschedule(Reschedule { visit: VISIT, when: at("2026-11-24", None), seen: None });
        let mut office = planned();
        check(&mut office, LI, cancel(), expect![[r#"refused general.not_found {"typ":"visit"}"#]]);
        check(&mut office, CHEN, cancel(), expect!["put visit/7"]);
        check(&mut office, CHEN, cancel(), expect!["refused visits.closed"]);
        check(&mut office, CHEN, moved(), expect!["refused visits.closed"]);
        check(&mut office, CHEN, Write::Open(Open { visit: VISIT }), expect!["refused visits.closed"]);
        check(&mut office, CHEN, Write::Finish(Finish { visit: VISIT }), expect!["refused visits.closed"]);
    }
}
