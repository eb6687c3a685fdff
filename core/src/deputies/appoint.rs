//! A deputy is appointed. The period begins when the server says that its time has come, at once if it has.

use serde::{Deserialize, Serialize};

use super::{ActingPeriod, ActingState, DAYS_MAX, DeputyError, Times, arranges};
use crate::Entity;
use crate::command::Context;
use crate::organisation::{Member, Role};
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{ActingPeriodId, Timestamp, UserId};

/// Appoints a deputy for an acting period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Appoint {
    /// Its id, made on the device.
    pub period: ActingPeriodId,
    /// Whose customers.
    pub manager: UserId,
    /// Who acts.
    pub deputy: UserId,
    /// From when.
    pub from: Timestamp,
    /// Until when: at this moment it is over.
    pub until: Timestamp,
}

impl Appoint {
    /// Checks the times by themselves.
    ///
    /// # Errors
    /// [`DeputyError`] when they are in the wrong order, or too far apart.
    pub fn check_times(&self) -> Result<(), DeputyError> {
        match self.times() {
            times if times.is_empty() => Err(DeputyError::Order),
            times if times.is_too_long() => Err(DeputyError::TooLong { days: DAYS_MAX }),
            _ => Ok(()),
        }
    }

    fn times(&self) -> Times {
        Times { from: self.from, until: self.until }
    }
}

pub(super) fn appoint(rows: &Rows, by: &Context, it: &Appoint) -> Result<Changes, Stop> {
    let manager = rows.require::<Member>(it.manager)?;
    arranges(rows, by, manager, it.deputy, Member::TYPE)?;
    rows.require_absent::<ActingPeriod>(it.period)?;
    it.check_times()?;
    if it.deputy == it.manager {
        return Err(DeputyError::SameManager.into());
    }
    let deputy = rows.require::<Member>(it.deputy)?;
    for member in [manager, deputy] {
        if !member.active || member.role != Role::Manager {
            return Err(DeputyError::NotAManager { name: member.name.clone() }.into());
        }
    }
    if deputy.unit != manager.unit {
        return Err(DeputyError::OtherUnit { name: deputy.name.clone() }.into());
    }
    for other in rows.list::<ActingPeriod>(&ActingPeriod::of_manager(it.manager))? {
        if other.times().overlaps(it.times()) {
            let name = rows.require::<Member>(other.deputy)?.name.clone();
            return Err(DeputyError::Overlap { name }.into());
        }
    }
    Ok(Changes::none().put(ActingPeriod {
        id: it.period,
        manager: it.manager,
        deputy: it.deputy,
        unit: manager.unit,
        from: it.from,
        until: it.until,
        appointed_by: by.actor,
        state: ActingState::Planned,
    }))
}
