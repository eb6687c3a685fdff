//! A period ends before its time: because somebody says so, or because one of the two is no manager of the unit any
//! more.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{ActingPeriod, ActingState, DeputyError, arranges, turn::change};
use crate::Entity;
use crate::command::Context;
use crate::organisation::Member;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{ActingPeriodId, UserId};

/// Ends an acting period before its time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// Which one.
    pub period: ActingPeriodId,
}

pub(super) fn end(rows: &Rows, by: &Context, it: &End) -> Result<Changes, Stop> {
    let period = rows.require::<ActingPeriod>(it.period)?;
    let manager = rows.require::<Member>(period.manager)?;
    arranges(rows, by, manager, period.deputy, ActingPeriod::TYPE)?;
    if !period.state.is_live() {
        return Err(DeputyError::Over.into());
    }
    change(rows, period.manager, |other| (other.id == it.period).then(|| over(other, by)))
}

fn over(period: &ActingPeriod, by: &Context) -> ActingPeriod {
    ActingPeriod { state: ActingState::ended(by), ..period.clone() }
}

/// Ends all periods in which this person acts or is acted for.
pub(crate) fn end_all(rows: &Rows, by: &Context, user: UserId) -> Result<Changes, Stop> {
    let mut managers = BTreeSet::from([user]);
    managers.extend(rows.list::<ActingPeriod>(&ActingPeriod::of_deputy(user))?.iter().map(|it| it.manager));
    let mut all = Changes::none();
    for manager in managers {
        let concerns = |it: &ActingPeriod| it.manager == user || it.deputy == user;
        all = all.and(change(rows, manager, |it| concerns(it).then(|| over(it, by)))?);
    }
    Ok(all)
}
