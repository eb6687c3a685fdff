//! What happens next, and on which day. It can be set after the visit ended too: the promise outlives it.

use serde::{Deserialize, Serialize};

use super::{Visit, VisitDigest, VisitError, own};
use crate::Entity;
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::stamped::write_slot;
use crate::values::{CommandId, Date, VisitId, clean};

/// Most characters of a next step.
pub const STEP_MAX: u32 = 200;

/// A promise with a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NextStep {
    /// What.
    pub text: String,
    /// When.
    pub day: Date,
    /// Whether it was kept.
    #[serde(default)]
    pub done: bool,
}

impl NextStep {
    /// Makes a step that is still to be done.
    ///
    /// # Errors
    /// [`VisitError::Text`] if the text is empty or too long.
    pub fn new(text: &str, day: Date) -> Result<Self, VisitError> {
        let text = clean(text, STEP_MAX as usize).map_err(|_| VisitError::Text { max: STEP_MAX })?;
        Ok(Self { text, day, done: false })
    }
}

/// Says what happens next, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetNextStep {
    /// After which visit.
    pub visit: VisitId,
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
    /// Of which visit.
    pub visit: VisitId,
    /// The write of the next step that the author saw: a step that was changed meanwhile is not ticked off.
    pub seen: CommandId,
}

pub(super) fn set(rows: &Rows, by: &Context, it: &SetNextStep) -> Result<Changes, Stop> {
    let mut visit = own(rows, by, it.visit)?;
    let step = NextStep::new(&it.text, it.day)?;
    let card = write_slot(&mut visit.next_step, by, Visit::key(it.visit), "next_step", step, it.seen);
    let digest = digest(rows, &visit)?;
    Ok(Changes::none().put(visit).put_some(digest).put_some(card))
}

pub(super) fn complete(rows: &Rows, by: &Context, it: &CompleteNextStep) -> Result<Changes, Stop> {
    let mut visit = own(rows, by, it.visit)?;
    let Some(step) = visit.next_step.as_mut().filter(|step| step.write == it.seen) else {
        return Ok(Changes::none());
    };
    let done = NextStep { done: true, ..step.value.clone() };
    step.write(by, done, Some(it.seen));
    let digest = digest(rows, &visit)?;
    Ok(Changes::none().put(visit).put_some(digest))
}

/// Keeps the digest of a finished visit up to date. The manager's phone does not hold it: only the server writes it.
fn digest(rows: &Rows, visit: &Visit) -> Result<Option<VisitDigest>, Stop> {
    let next_step = visit.next_step.as_ref().map(|step| step.value.clone());
    Ok(rows.find::<VisitDigest>(visit.id)?.map(|digest| VisitDigest { next_step, ..digest.clone() }))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::Write;
    use super::*;
    use crate::testing::sample::{CHEN, LI, day, digest};
    use crate::testing::{Office, commands};

    const VISIT: VisitId = VisitId::from_u128(7);

    fn planned() -> Office {
        Office::new().after(CHEN, Write::Plan(commands::plan()))
    }

    fn step(office: &Office) -> Option<(&str, bool, CommandId)> {
        let step = office.get::<Visit>(VISIT).next_step.as_ref()?;
        Some((&step.value.text, step.value.done, step.write))
    }

    #[track_caller]
    fn check(office: &mut Office, text: &str, seen: Option<CommandId>, expected: Expect) {
        let step = SetNextStep { text: text.to_owned(), seen, ..commands::visit_step() };
        expected.assert_eq(&office.tell(CHEN, Write::SetNextStep(step)));
    }

    #[test]
    fn a_step_past_an_unseen_one_shows_both() {
        let mut office = planned();
        check(&mut office, " 送方案 ", None, expect!["put visit/7"]);
        let first = step(&office).map(|it| it.2);
        check(&mut office, "送样机", first, expect!["put visit/7"]);
        check(&mut office, "请吃饭", first, expect!["put visit/7, put clash/104"]);
        expect![[r#"
            visit/7 next_step
              {"day":"2026-11-30","done":false,"text":"送样机"}
              {"day":"2026-11-30","done":false,"text":"请吃饭"}"#]]
        .assert_eq(&office.clashes(CHEN));
    }

    #[test]
    fn a_step_is_a_text_with_an_end() {
        check(&mut planned(), "", None, expect![[r#"refused visits.text {"max":200}"#]]);
        check(&mut planned(), &"字".repeat(200), None, expect!["put visit/7"]);
        check(&mut planned(), &"字".repeat(201), None, expect![[r#"refused visits.text {"max":200}"#]]);
        let foreign = planned().tell(LI, Write::SetNextStep(commands::visit_step()));
        expect![[r#"refused general.not_found {"typ":"visit"}"#]].assert_eq(&foreign);
    }

    #[test]
    fn the_unit_head_sees_what_was_promised_after_the_visit() {
        let mut office = planned();
        office.put(VisitDigest { id: VISIT, ..digest() });
        check(&mut office, "送样机", None, expect!["put visit/7, put visit_digest/7"]);
        let seen = step(&office).unwrap().2;
        let tick = CompleteNextStep { visit: VISIT, seen };
        expect!["put visit/7, put visit_digest/7"]
            .assert_eq(&office.tell(CHEN, Write::CompleteNextStep(tick)));
        let promised = office.get::<VisitDigest>(VISIT).next_step.as_ref().unwrap();
        assert_eq!((promised.text.as_str(), promised.done), ("送样机", true));
    }

    #[test]
    fn only_the_step_that_was_seen_is_ticked_off() {
        let mut office = planned().after(CHEN, Write::SetNextStep(commands::visit_step()));
        let seen = step(&office).unwrap().2;
        let tick = |seen| Write::CompleteNextStep(CompleteNextStep { visit: VISIT, seen });
        expect!["nothing"].assert_eq(&office.tell(CHEN, tick(CommandId::from_u128(5))));
        expect!["put visit/7"].assert_eq(&office.tell(CHEN, tick(seen)));
        assert_eq!(step(&office).map(|it| (it.0, it.1)), Some(("送方案", true)));
        expect!["nothing"].assert_eq(&office.tell(CHEN, tick(seen)));
        let other = day("2026-12-01");
        assert_eq!(NextStep::new("a", other).unwrap().day, other);
    }
}
