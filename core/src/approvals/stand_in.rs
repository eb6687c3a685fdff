//! Somebody stands in for a post for some days (代理期): while the period is open they may decide for it as its holder and
//! deputy do. Whoever stands in may ask somebody further in turn, for no longer than they do themselves; when they end, so
//! does whom they asked. Nobody who decides for the post already is asked, so no chain comes back to where it began.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::ApprovalError;
use crate::Entity;
use crate::command::Context;
use crate::deputies::{ActingPeriod, ActingState, DAYS_MAX, LIVE, Times};
use crate::organisation::{Member, Named, Post, Role, actor};
use crate::record::entity;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{PostId, StandInId, Timestamp, UserId};

/// Has somebody stand in for a post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskStandIn {
    /// Its id, made on the device.
    pub stand_in: StandInId,
    /// For which post.
    pub post: PostId,
    /// Who stands in.
    pub deputy: UserId,
    /// From when.
    pub from: Timestamp,
    /// Until when: at this moment it is over.
    pub until: Timestamp,
}

/// Ends a stand-in's period before its time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndStandIn {
    /// Which one.
    pub stand_in: StandInId,
}

/// A period in which somebody stands in for a post. Everybody can read it, as they can read who holds the post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StandIn {
    /// Which one.
    pub id: StandInId,
    /// For which post.
    pub post: PostId,
    /// Who stands in.
    pub deputy: Named,
    /// From when, by the server's clock.
    pub from: Timestamp,
    /// Until when: at this moment it is over.
    pub until: Timestamp,
    /// Who asked them.
    pub asked_by: Named,
    /// The period in which who asked stood in themselves; `None`: they hold the post, or are its deputy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<StandInId>,
    /// How far it has come.
    #[serde(flatten)]
    pub state: ActingState,
}

/// Index: all periods of stand-ins that are not over, by post.
pub const STAND_INS: &str = "stand_in.post|";

impl StandIn {
    /// Returns the index prefix of a post's periods that are not over.
    pub fn of_post(post: PostId) -> String {
        format!("{STAND_INS}{post}|")
    }

    /// Returns what it becomes at this moment; `None` while it stays as it is.
    pub fn due(&self, now: Timestamp) -> Option<Self> {
        Some(Self { state: self.times().due(&self.state, now)?, ..self.clone() })
    }

    fn times(&self) -> Times {
        Times { from: self.from, until: self.until }
    }
}

impl Entity for StandIn {
    entity!(StandIn, StandInId);

    fn scope(&self) -> Scope {
        Scope::Catalogue
    }

    /// Found with the acting periods by who acts, and by what is not over: one look tells what is to be turned.
    fn index_keys(&self) -> Vec<String> {
        if !self.state.is_live() {
            return Vec::new();
        }
        vec![
            format!("{LIVE}{}", self.id),
            format!("{}{}", ActingPeriod::of_deputy(self.deputy.id), self.id),
            format!("{}{}", Self::of_post(self.post), self.id),
        ]
    }
}

/// Returns whether this person may decide for the post now.
pub(super) fn may_answer(rows: &Rows, post: &Post, user: UserId) -> Result<bool, Stop> {
    Ok(post.may_decide(user) || stand_ins(rows, post.id)?.contains(&user))
}

/// Returns who stands in for the post now.
pub(super) fn stand_ins(rows: &Rows, post: PostId) -> Result<BTreeSet<UserId>, Stop> {
    let live = rows.list::<StandIn>(&StandIn::of_post(post))?;
    Ok(live.into_iter().filter(|it| it.state.is_open()).map(|it| it.deputy.id).collect())
}

pub(super) fn ask(rows: &Rows, by: &Context, it: &AskStandIn) -> Result<Changes, Stop> {
    let member = actor(rows, by)?;
    let post = rows.require::<Post>(it.post)?;
    let live = rows.list::<StandIn>(&StandIn::of_post(it.post))?;
    let own = live.iter().find(|period| period.state.is_open() && period.deputy.id == by.actor);
    let holds = post.may_decide(by.actor) || member.role == Role::Admin;
    if !holds && own.is_none() {
        return Err(GeneralError::Forbidden.into());
    }
    rows.require_absent::<StandIn>(it.stand_in)?;
    let through = own.filter(|_| !holds);
    let times = Times { from: it.from, until: it.until };
    let within = through.is_none_or(|own| times.is_within(own.times()));
    if times.is_empty() || times.is_too_long() || !within {
        return Err(ApprovalError::StandInTime { days: DAYS_MAX }.into());
    }
    let deputy = rows.require::<Member>(it.deputy)?;
    let mut theirs = live.iter().filter(|period| period.deputy.id == it.deputy);
    if post.may_decide(it.deputy)
        || it.deputy == by.actor
        || theirs.any(|period| period.times().overlaps(times))
    {
        return Err(ApprovalError::DecidesAlready { name: deputy.name.clone() }.into());
    }
    if !deputy.active {
        return Err(GeneralError::NotFound { typ: Member::TYPE }.into());
    }
    Ok(Changes::none().put(StandIn {
        id: it.stand_in,
        post: it.post,
        deputy: Named { id: deputy.id, name: deputy.name.clone() },
        from: it.from,
        until: it.until,
        asked_by: Named { id: member.id, name: member.name.clone() },
        through: through.map(|own| own.id),
        state: ActingState::Planned,
    }))
}

pub(super) fn end(rows: &Rows, by: &Context, it: &EndStandIn) -> Result<Changes, Stop> {
    let member = actor(rows, by)?;
    let period = rows.require::<StandIn>(it.stand_in)?;
    let post = rows.require::<Post>(period.post)?;
    let theirs = [period.deputy.id, period.asked_by.id].contains(&by.actor);
    if !theirs && !post.may_decide(by.actor) && member.role != Role::Admin {
        return Err(GeneralError::Forbidden.into());
    }
    if !period.state.is_live() {
        return Err(ApprovalError::StandInOver.into());
    }
    let post = period.post;
    change(rows, post, |other| Ok(ends(rows, other, it.stand_in)?.then(|| over(other, by))))
}

/// Returns whether a period ends with this one: itself, or asked for by who stood in through it.
fn ends(rows: &Rows, period: &StandIn, with: StandInId) -> Result<bool, Stop> {
    let mut at = Some(period.id);
    while let Some(id) = at {
        if id == with {
            return Ok(true);
        }
        at = rows.find::<StandIn>(id)?.and_then(|it| it.through);
    }
    Ok(false)
}

fn over(period: &StandIn, by: &Context) -> StandIn {
    StandIn { state: ActingState::ended(by), ..period.clone() }
}

/// Ends all periods of a post whose people become `after`: who asked for them may have no say any more.
pub(crate) fn end_stand_ins(rows: &Rows, by: &Context, after: &Post) -> Result<Changes, Stop> {
    let mut changes = Changes::none();
    for period in rows.list::<StandIn>(&StandIn::of_post(after.id))? {
        if period.state.is_open() && !after.may_decide(period.deputy.id) {
            changes = changes.revoke(period.deputy.id, Scope::Post(after.id));
        }
        changes = changes.put(over(period, by));
    }
    Ok(changes)
}

/// Opens and closes the periods of a post whose time has come, as the server's clock says.
///
/// # Errors
/// [`Stop::Missing`] names rows that are needed and were not loaded; it never refuses.
pub fn turn_stand_ins(rows: &Rows, post: PostId, now: Timestamp) -> Result<Changes, Stop> {
    change(rows, post, |period| Ok(period.due(now)))
}

/// Changes those periods of a post that become something else, and who holds its cases.
fn change(
    rows: &Rows,
    post: PostId,
    becomes: impl Fn(&StandIn) -> Result<Option<StandIn>, Stop>,
) -> Result<Changes, Stop> {
    let holds = rows.find::<Post>(post)?;
    let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
    let mut changes = Changes::none();
    for period in rows.list::<StandIn>(&StandIn::of_post(post))? {
        let new = becomes(period)?;
        before.extend(period.state.is_open().then_some(period.deputy.id));
        after.extend(new.as_ref().unwrap_or(period).state.is_open().then_some(period.deputy.id));
        changes = changes.put_some(new);
    }
    // who holds the post meanwhile has its cases anyway
    let others = |user: &&UserId| !holds.is_some_and(|post| post.may_decide(**user));
    for user in before.difference(&after).filter(others) {
        changes = changes.revoke(*user, Scope::Post(post));
    }
    for user in after.difference(&before).filter(others) {
        changes = changes.grant(*user, Scope::Post(post));
    }
    Ok(changes)
}

#[cfg(test)]
mod tests;
