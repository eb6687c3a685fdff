//! A move from stage to stage. It names the stage that the author saw: a move on another one is refused, not
//! merged, since the two people meant different things.

use serde::{Deserialize, Serialize};

use super::{OpportunityError, Stage, StageMove, own};
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{OpportunityId, clean};

/// Most characters of a reason.
const REASON_MAX: u32 = 200;

/// Moves an opportunity to another stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoveStage {
    /// Which opportunity.
    pub opportunity: OpportunityId,
    /// Where the author saw it.
    pub from: Stage,
    /// Where it goes.
    pub to: Stage,
    /// Why, when it is lost.
    pub reason: Option<String>,
}

pub(super) fn move_stage(rows: &Rows, by: &Context, it: &MoveStage) -> Result<Changes, Stop> {
    let mut found = own(rows, by, it.opportunity)?;
    let lost_reason = match it.to {
        Stage::Lost => Some(
            clean(it.reason.as_deref().unwrap_or_default(), REASON_MAX as usize)
                .map_err(|_| OpportunityError::LostReason { max: REASON_MAX })?,
        ),
        _ => None,
    };
    if found.stage == it.to && found.lost_reason == lost_reason {
        return Ok(Changes::none());
    }
    // lost for another reason is refused too: what was typed goes to the inbox, not away
    if found.stage != it.from || found.stage == it.to {
        return Err(OpportunityError::StageMoved { seen: it.from, now: found.stage }.into());
    }
    found.lost_reason = lost_reason;
    found.moves.push(StageMove { from: found.stage, to: it.to, by: by.actor, at: by.at });
    found.stage = it.to;
    found.stage_since = by.at;
    Ok(Changes::none().put(found))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::{Opportunity, Write};
    use super::*;
    use crate::testing::sample::{CHEN, LI, minute};
    use crate::testing::{Office, commands};

    const IT: OpportunityId = OpportunityId::from_u128(7);

    fn started() -> Office {
        Office::new().after(CHEN, Write::Start(commands::start()))
    }

    #[track_caller]
    fn check(office: &mut Office, (from, to): (Stage, Stage), reason: Option<&str>, expected: Expect) {
        expected.assert_eq(&office.tell(CHEN, Write::MoveStage(commands::move_stage(from, to, reason))));
    }

    #[test]
    fn moves_are_kept_with_their_time() {
        let mut office = started();
        check(&mut office, (Stage::Lead, Stage::Proposal), None, expect!["put opportunity/7"]);
        check(&mut office, (Stage::Proposal, Stage::Qualified), Some("unused"), expect!["put opportunity/7"]);
        let it = office.get::<Opportunity>(IT);
        assert_eq!((it.stage, it.stage_since, it.lost_reason.as_ref()), (Stage::Qualified, minute(3), None));
        let moves: Vec<(Stage, Stage)> = it.moves.iter().map(|it| (it.from, it.to)).collect();
        assert_eq!(moves, [(Stage::Lead, Stage::Proposal), (Stage::Proposal, Stage::Qualified)]);
    }

    #[test]
    fn a_move_from_another_stage_is_refused_and_the_same_move_is_one() {
        let mut office = started();
        check(&mut office, (Stage::Lead, Stage::Qualified), None, expect!["put opportunity/7"]);
        check(
            &mut office,
            (Stage::Lead, Stage::Proposal),
            None,
            expect![[r#"refused opportunities.stage_moved {"now":"qualified","seen":"lead"}"#]],
        );
        check(&mut office, (Stage::Lead, Stage::Qualified), None, expect!["nothing"]);
        check(&mut office, (Stage::Proposal, Stage::Qualified), None, expect!["nothing"]);
        assert_eq!(office.get::<Opportunity>(IT).moves.len(), 1);
    }

    #[test]
    fn lost_says_why_and_a_second_reason_is_not_dropped() {
        let lost = (Stage::Lead, Stage::Lost);
        let mut office = started();
        check(&mut office, lost, None, expect![[r#"refused opportunities.lost_reason {"max":200}"#]]);
        check(&mut office, lost, Some(" "), expect![[r#"refused opportunities.lost_reason {"max":200}"#]]);
        check(
            &mut office,
            lost,
            Some(&"字".repeat(201)),
            expect![[r#"refused opportunities.lost_reason {"max":200}"#]],
        );
        check(&mut office, lost, Some(" 价格 "), expect!["put opportunity/7"]);
        check(&mut office, lost, Some("价格"), expect!["nothing"]);
        check(
            &mut office,
            lost,
            Some("关系"),
            expect![[r#"refused opportunities.stage_moved {"now":"lost","seen":"lead"}"#]],
        );
        assert_eq!(office.get::<Opportunity>(IT).lost_reason.as_deref(), Some("价格"));
        check(&mut office, (Stage::Lost, Stage::Negotiation), None, expect!["put opportunity/7"]);
        assert_eq!(office.get::<Opportunity>(IT).lost_reason, None);
    }

    #[test]
    fn an_opportunity_of_others_does_not_exist() {
        let moved = Write::MoveStage(commands::move_stage(Stage::Lead, Stage::Won, None));
        expect![[r#"refused general.not_found {"typ":"opportunity"}"#]].assert_eq(&started().tell(LI, moved));
    }

    #[test]
    fn only_open_ones_have_a_place_in_the_pipeline() {
        let open: Vec<Stage> = Stage::ALL.into_iter().filter(|it| it.is_open()).collect();
        assert_eq!(open, Stage::OPEN);
        let bp: Vec<u32> = Stage::ALL.iter().map(|it| it.probability().bp()).collect();
        assert_eq!(bp, [1_000, 3_000, 5_000, 7_500, 10_000, 0]);
    }
}
