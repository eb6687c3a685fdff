//! What happens next with an opportunity, and on which day.

use serde::{Deserialize, Serialize};

use super::{Opportunity, OpportunityError, own};
use crate::Entity;
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::stamped::write_slot;
use crate::values::{CommandId, Date, OpportunityId};
use crate::visits::NextStep;

/// Most characters of a next step, as on a visit.
const STEP_MAX: u32 = 200;

/// Says what happens next, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetNextStep {
    /// With which opportunity.
    pub opportunity: OpportunityId,
    /// What.
    pub text: String,
    /// When.
    pub day: Date,
    /// The write of the next step that the author saw; `None` if there was none.
    pub seen: Option<CommandId>,
}

/// Ticks the next step off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompleteNextStep {
    /// Of which opportunity.
    pub opportunity: OpportunityId,
    /// The write of the next step that the author saw: a step that was changed meanwhile is not ticked off.
    pub seen: CommandId,
}

pub(super) fn step(text: &str, day: Date) -> Result<NextStep, OpportunityError> {
    NextStep::new(text, day).map_err(|_| OpportunityError::NextStep { max: STEP_MAX })
}

pub(super) fn set(rows: &Rows, by: &Context, it: &SetNextStep) -> Result<Changes, Stop> {
    let mut found = own(rows, by, it.opportunity)?;
    let about = Opportunity::key(found.id);
    let card = write_slot(&mut found.next_step, by, about, "next_step", step(&it.text, it.day)?, it.seen);
    Ok(Changes::none().put(found).put_some(card))
}

pub(super) fn complete(rows: &Rows, by: &Context, it: &CompleteNextStep) -> Result<Changes, Stop> {
    let mut found = own(rows, by, it.opportunity)?;
    let Some(step) = found.next_step.as_mut().filter(|step| step.write == it.seen) else {
        return Ok(Changes::none());
    };
    let done = NextStep { done: true, ..step.value.clone() };
    step.write(by, done, Some(it.seen));
    Ok(Changes::none().put(found))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::Write;
    use super::*;
    use crate::testing::sample::{CHEN, LI, day};
    use crate::testing::{Office, commands};

    const IT: OpportunityId = OpportunityId::from_u128(7);

    fn started() -> Office {
        Office::new().after(CHEN, Write::Start(commands::start()))
    }

    fn write(office: &Office) -> CommandId {
        office.get::<Opportunity>(IT).next_step.as_ref().unwrap().write
    }

    #[track_caller]
    fn check(office: &mut Office, text: &str, seen: Option<CommandId>, expected: Expect) {
        let it = SetNextStep { opportunity: IT, text: text.to_owned(), day: day("2026-12-01"), seen };
        expected.assert_eq(&office.tell(CHEN, Write::SetNextStep(it)));
    }

    #[test]
    fn a_step_past_an_unseen_one_shows_both() {
        let mut office = started();
        let first = Some(write(&office));
        check(&mut office, "上会", first, expect!["put opportunity/7"]);
        check(&mut office, "签字", first, expect!["put opportunity/7, put clash/103"]);
        check(&mut office, " ", first, expect![[r#"refused opportunities.next_step {"max":200}"#]]);
        check(
            &mut office,
            &"字".repeat(201),
            first,
            expect![[r#"refused opportunities.next_step {"max":200}"#]],
        );
        expect![[r#"
            opportunity/7 next_step
              {"day":"2026-12-01","done":false,"text":"上会"}
              {"day":"2026-12-01","done":false,"text":"签字"}"#]]
        .assert_eq(&office.clashes(CHEN));
    }

    #[test]
    fn only_the_step_that_was_seen_is_ticked_off() {
        let mut office = started();
        let seen = write(&office);
        let tick = |seen| Write::CompleteNextStep(CompleteNextStep { opportunity: IT, seen });
        expect![[r#"refused general.not_found {"typ":"opportunity"}"#]]
            .assert_eq(&office.tell(LI, tick(seen)));
        expect!["nothing"].assert_eq(&office.tell(CHEN, tick(CommandId::from_u128(5))));
        expect!["put opportunity/7"].assert_eq(&office.tell(CHEN, tick(seen)));
        expect!["nothing"].assert_eq(&office.tell(CHEN, tick(seen)));
        assert!(office.get::<Opportunity>(IT).next_step.as_ref().unwrap().value.done);
    }
}
