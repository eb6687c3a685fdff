//! The procedure that the admin keeps: which posts decide at each level, how long each has, and who takes the place of a
//! late one. What can't work is refused when it is set, naming the step.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::ApprovalError;
use super::track::{Limit, Mode};
use crate::Entity;
use crate::authority::Level;
use crate::command::Context;
use crate::organisation::{self, Post, Unit};
use crate::record::entity;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{CommandId, PostId, ProcedureId, Timestamp, UserId};

/// Who decides, before it is known for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The post of the head of the asker's unit.
    UnitHead,
    /// The post above the asker's unit.
    UnitApprover,
    /// This post, whoever asks.
    Post(PostId),
}

impl Place {
    /// Returns which post it is for somebody of this unit.
    pub(super) fn post(self, unit: &Unit) -> PostId {
        match self {
            Self::UnitHead => unit.head,
            Self::UnitApprover => unit.approver,
            Self::Post(post) => post,
        }
    }

    /// Returns which post is asked there by this person: no head of a unit is asked by themselves.
    pub(super) fn asked(self, unit: &Unit, head: &Post, asker: UserId) -> PostId {
        match self {
            Self::UnitHead if head.holder.id == asker => unit.approver,
            place => place.post(unit),
        }
    }
}

/// A step as it is planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepPlan {
    /// How its posts decide.
    pub mode: Mode,
    /// Its posts, in order.
    pub places: Vec<Place>,
    /// How long each has.
    #[serde(flatten)]
    pub limit: Limit,
    /// Who takes the place of a late one.
    pub beyond: Option<Place>,
}

/// The steps of both levels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Where the unit head's authority suffices.
    pub unit_head: Vec<StepPlan>,
    /// Where it does not.
    pub approver: Vec<StepPlan>,
}

impl Default for Plan {
    /// One step each: half a working day for the unit's head, with the post above behind them; a working day for that.
    fn default() -> Self {
        let step = |place, minutes, warn, beyond| StepPlan {
            mode: Mode::InTurn,
            places: vec![place],
            limit: Limit { minutes, warn },
            beyond,
        };
        Self {
            unit_head: vec![step(Place::UnitHead, 240, 60, Some(Place::UnitApprover))],
            approver: vec![step(Place::UnitApprover, 450, 120, None)],
        }
    }
}

impl Plan {
    /// Returns the steps of a level.
    pub fn of(&self, level: Level) -> &[StepPlan] {
        if level <= Level::UnitHead { &self.unit_head } else { &self.approver }
    }
}

/// The procedure of the organisation. There is one, under [`Procedure::ID`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Procedure {
    /// Always [`Procedure::ID`].
    pub id: ProcedureId,
    /// Its steps.
    #[serde(flatten)]
    pub plan: Plan,
    /// When it was set, by the admin's clock.
    pub set_at: Timestamp,
    /// The command that set it.
    pub write: CommandId,
}

impl Procedure {
    /// The organisation has one procedure.
    pub const ID: ProcedureId = ProcedureId::from_u128(1);
}

impl Entity for Procedure {
    entity!(Procedure, ProcedureId);

    fn scope(&self) -> Scope {
        Scope::Catalogue
    }
}

/// Sets the procedure, as a whole. Requests under way go on as they began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetProcedure {
    /// Its steps.
    #[serde(flatten)]
    pub plan: Plan,
    /// The write that the admin saw; `None`: there was none.
    pub seen: Option<CommandId>,
}

/// What is wrong with a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepFault {
    /// Nobody decides.
    Empty,
    /// There are too many posts, or too many steps.
    TooMany,
    /// A post decides twice at one level.
    Twice,
    /// There is no such post.
    UnknownPost,
    /// The time limit is none, longer than can be promised, or not longer than the warning before it.
    Limit,
    /// It would escalate to a post that has it, or had it before: round in circles.
    Loop,
}

/// Most steps of a level, and most posts of a step.
pub const STEPS_MAX: usize = 10;
/// Longest time limit, in working minutes: a hundred days of ten hours.
pub const MINUTES_MAX: u32 = 60_000;

/// Returns the steps by which requests are decided.
pub(super) fn plan(rows: &Rows) -> Result<Plan, Stop> {
    Ok(rows.find::<Procedure>(Procedure::ID)?.map_or_else(Plan::default, |it| it.plan.clone()))
}

impl Plan {
    /// Checks it by itself; whether its posts are there is for who has them.
    ///
    /// # Errors
    /// [`ApprovalError::BadStep`] names the first step that can't work.
    pub fn check(&self) -> Result<(), ApprovalError> {
        for level in [Level::UnitHead, Level::Approver] {
            let steps = self.of(level);
            let bad = |step: usize, fault| ApprovalError::BadStep { level, step: step + 1, fault };
            if steps.is_empty() {
                return Err(bad(0, StepFault::Empty));
            }
            let mut before = BTreeSet::new();
            for (n, step) in steps.iter().enumerate() {
                if let Some(fault) = fault(n, step, &mut before) {
                    return Err(bad(n, fault));
                }
            }
        }
        Ok(())
    }
}

fn fault(n: usize, step: &StepPlan, before: &mut BTreeSet<Place>) -> Option<StepFault> {
    let Limit { minutes, warn } = step.limit;
    if step.places.is_empty() {
        return Some(StepFault::Empty);
    }
    if n >= STEPS_MAX || step.places.len() > STEPS_MAX {
        return Some(StepFault::TooMany);
    }
    if !step.places.iter().all(|place| before.insert(*place)) {
        return Some(StepFault::Twice);
    }
    if minutes == 0 || minutes > MINUTES_MAX || warn >= minutes {
        return Some(StepFault::Limit);
    }
    step.beyond.is_some_and(|beyond| before.contains(&beyond)).then_some(StepFault::Loop)
}

pub(super) fn set(rows: &Rows, by: &Context, it: &SetProcedure) -> Result<Changes, Stop> {
    organisation::admin(rows, by)?;
    it.plan.check()?;
    for level in [Level::UnitHead, Level::Approver] {
        for (n, step) in it.plan.of(level).iter().enumerate() {
            for place in step.places.iter().chain(&step.beyond) {
                if let Place::Post(post) = place
                    && rows.find::<Post>(*post)?.is_none()
                {
                    let (step, fault) = (n + 1, StepFault::UnknownPost);
                    return Err(ApprovalError::BadStep { level, step, fault }.into());
                }
            }
        }
    }
    let old = rows.find::<Procedure>(Procedure::ID)?.map(|it| it.write);
    if old == Some(by.command) {
        return Err(GeneralError::Exists { typ: Procedure::TYPE }.into());
    }
    if old != it.seen {
        return Err(ApprovalError::ProcedureChanged.into());
    }
    let (plan, set_at, write) = (it.plan.clone(), by.at, by.command);
    Ok(Changes::none().put(Procedure { id: Procedure::ID, plan, set_at, write }))
}

impl Plan {
    /// Returns the post that is asked first at a level, and how long it has; who asks is not asked.
    pub fn first(&self, level: Level, unit: &Unit, head: &Post, asker: UserId) -> Option<(PostId, Limit)> {
        let step = self.of(level).first()?;
        Some((step.places.first()?.asked(unit, head, asker), step.limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sample::{CHEN, HEAD, OTHER_HEAD, WANG, posts, unit};

    #[test]
    fn the_first_to_be_asked_is_never_the_one_who_asks() {
        let head = posts().into_iter().find(|post| post.id == HEAD).unwrap();
        let first =
            |plan: &Plan, level, asker| plan.first(level, &unit(1), &head, asker).map(|(post, _)| post);
        let plan = Plan::default();
        assert_eq!(first(&plan, Level::UnitHead, CHEN), Some(HEAD));
        assert_eq!(first(&plan, Level::UnitHead, WANG), Some(unit(1).approver));
        assert_eq!(first(&plan, Level::Approver, CHEN), Some(unit(1).approver));
        let mut elsewhere = plan;
        elsewhere.unit_head[0].places = vec![Place::Post(OTHER_HEAD)];
        assert_eq!(first(&elsewhere, Level::UnitHead, CHEN), Some(OTHER_HEAD));
    }
}
