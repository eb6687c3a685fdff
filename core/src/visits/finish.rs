//! A visit ends: every required item is answered, and the unit head gets a digest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Answer, Checklist, Item, ItemKey, Visit, VisitDigest, VisitError, VisitState, live};
use crate::command::Context;
use crate::customers::Customer;
use crate::organisation::actor;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::stamped::Stamped;
use crate::values::{Timestamp, VisitId};

/// Ends a visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finish {
    /// Which visit.
    pub visit: VisitId,
}

impl Visit {
    /// Returns the required items that have no answer yet, in order.
    pub fn missing<'a>(&self, checklist: &'a Checklist) -> Vec<&'a Item> {
        unanswered(checklist, &self.answers).collect()
    }
}

pub(super) fn finish(rows: &Rows, by: &Context, it: &Finish) -> Result<Changes, Stop> {
    let mut visit = live(rows, by, it.visit)?;
    let VisitState::Open { since } = visit.state else { return Err(VisitError::NotOpen.into()) };
    let checklist = rows.require::<Checklist>(visit.checklist)?;
    missing(checklist, &visit.answers)?;
    visit.state = VisitState::Finished { since, until: by.at };
    let customer = rows.require::<Customer>(visit.customer)?;
    let digest = digest(rows, by, &visit, customer, checklist, (since, by.at))?;
    Ok(Changes::none().put(visit).put(digest))
}

/// Refuses to end while a required item has no answer.
pub(super) fn missing(
    checklist: &Checklist,
    answers: &BTreeMap<ItemKey, Stamped<Answer>>,
) -> Result<(), VisitError> {
    let items: Vec<String> = unanswered(checklist, answers).map(|item| item.question.clone()).collect();
    if items.is_empty() { Ok(()) } else { Err(VisitError::MissingAnswers { items }) }
}

/// Returns the required items that have no answer, in order.
fn unanswered<'a>(
    checklist: &'a Checklist,
    answers: &BTreeMap<ItemKey, Stamped<Answer>>,
) -> impl Iterator<Item = &'a Item> {
    checklist.items.iter().filter(|item| item.required && !answers.contains_key(&item.key))
}

/// Makes what the head of the actor's unit sees of a visit that took this time.
pub(super) fn digest(
    rows: &Rows,
    by: &Context,
    visit: &Visit,
    customer: &Customer,
    checklist: &Checklist,
    (since, until): (Timestamp, Timestamp),
) -> Result<VisitDigest, Stop> {
    let member = actor(rows, by)?;
    Ok(VisitDigest {
        id: visit.id,
        unit: member.unit,
        by: by.actor,
        by_name: member.name.clone(),
        customer_name: customer.name.value.clone(),
        purpose: visit.purpose,
        finished_at: until,
        minutes: minutes(until.ms() - since.ms()),
        answered: count(visit.answers.len()),
        items: count(checklist.items.len()),
        next_step: visit.next_step.as_ref().map(|step| step.value.clone()),
    })
}

fn minutes(ms: i64) -> u32 {
    u32::try_from(ms / 60_000).unwrap_or(0)
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::{Open, Write};
    use super::*;
    use crate::organisation::{ChangeMember, MemberChange};
    use crate::testing::sample::{ADMIN, CHEN, LI};
    use crate::testing::{Office, commands, numbers};
    use crate::values::{UnitId, UserId};
    use crate::{Record, organisation};

    const VISIT: VisitId = VisitId::from_u128(7);

    fn opened() -> Office {
        let office = Office::new().after(CHEN, Write::Plan(commands::plan()));
        office.after(CHEN, Write::Open(Open { visit: VISIT }))
    }

    fn answered() -> Office {
        let office = opened().after(CHEN, Write::Answer(commands::answer("decider", Answer::YesNo(true))));
        office.after(CHEN, Write::Answer(commands::answer("line", Answer::Choice("ours".into()))))
    }

    #[track_caller]
    fn check(office: &mut Office, by: UserId, expected: Expect) {
        expected.assert_eq(&office.tell(by, Write::Finish(Finish { visit: VISIT })));
    }

    #[test]
    fn a_visit_ends_when_every_required_item_is_answered() {
        let mut office = opened();
        check(
            &mut office,
            CHEN,
            expect![[r#"refused visits.missing_answers {"items":["见到关键人了吗","现用谁家专线"]}"#]],
        );
        let line = commands::answer("line", Answer::Choice("ours".into()));
        let mut office = office.after(CHEN, Write::Answer(line));
        check(&mut office, CHEN, expect![[r#"refused visits.missing_answers {"items":["见到关键人了吗"]}"#]]);
        let decider = commands::answer("decider", Answer::YesNo(false));
        let mut office = office.after(CHEN, Write::Answer(decider));
        check(&mut office, CHEN, expect!["put visit/7, put visit_digest/7"]);
        check(&mut office, CHEN, expect!["refused visits.closed"]);
    }

    #[test]
    fn only_a_visit_of_ones_own_that_began_ends() {
        let mut office = Office::new().after(CHEN, Write::Plan(commands::plan()));
        check(&mut office, CHEN, expect!["refused visits.not_open"]);
        check(&mut answered(), LI, expect![[r#"refused general.not_found {"typ":"visit"}"#]]);
    }

    #[test]
    fn the_unit_head_gets_a_digest() {
        let mut office = answered().after(CHEN, Write::SetNextStep(commands::visit_step()));
        check(&mut office, CHEN, expect!["put visit/7, put visit_digest/7"]);
        let digest = Record::from(office.get::<VisitDigest>(VISIT).clone());
        assert_eq!(digest.scope().to_string(), "unit:00000000-0000-0000-0000-000000000001:summary");
        expect![[r#"
            {
              "answered": 2,
              "by": "1",
              "by_name": "陈静",
              "customer_name": "海港第1医院",
              "finished_at": 1800000360000,
              "id": "7",
              "items": 5,
              "minutes": 4,
              "next_step": {
                "day": "2026-11-30",
                "done": false,
                "text": "送方案"
              },
              "purpose": "care",
              "unit": "1"
            }"#]]
        .assert_eq(&numbers(&format!("{:#}", digest.to_body().unwrap())));
    }

    #[test]
    fn the_digest_goes_to_the_unit_that_the_manager_is_in_now() {
        let unit = UnitId::from_u128(2);
        let moved = ChangeMember { user: CHEN, change: MemberChange::Unit(unit) };
        let mut office = answered().after(ADMIN, organisation::Write::ChangeMember(moved));
        check(&mut office, CHEN, expect!["put visit/7, put visit_digest/7"]);
        assert_eq!(office.get::<VisitDigest>(VISIT).unit, unit);
    }

    #[test]
    fn a_clock_that_goes_back_makes_a_visit_of_no_minutes() {
        assert_eq!(minutes(59_999), 0);
        assert_eq!(minutes(60_000), 1);
        assert_eq!(minutes(-1), 0);
        assert_eq!(minutes(i64::MAX), 0);
    }
}
