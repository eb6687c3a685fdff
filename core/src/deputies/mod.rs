//! A manager is away, and a colleague acts for them: an acting period (代理期), from one moment until another. While it
//! is open its deputy (B角) holds all customers of the manager and works with them under their own name.
//!
//! A period **never** covers what the manager only acts for: there are no chains. Nothing here knows what time it is:
//! [`turn()`] is told by the server, which alone opens and closes periods.

mod appoint;
mod end;
mod times;
mod turn;

use serde::{Deserialize, Serialize};

use crate::Entity;
use crate::command::{Context, writes};
use crate::organisation::{Member, Post, Role, Unit, actor};
use crate::record::{RecordType, entity};
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{ActingPeriodId, Timestamp, UnitId, UserId};

pub use appoint::Appoint;
pub use end::End;
pub(crate) use end::end_all;
pub use times::DAYS_MAX;
pub(crate) use times::Times;
pub use turn::turn;

writes! {
    /// What can be asked about deputies.
    pub enum Write {
        /// Appoints a deputy for an acting period.
        Appoint(Appoint) = "appoint",
        /// Ends an acting period before its time.
        End(End) = "end",
    }
}

/// Why nobody was appointed, or a period goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum DeputyError {
    /// A deputy is somebody else.
    #[error("a deputy is somebody else")]
    SameManager,
    /// Only managers who may log in have deputies, and are deputies.
    #[error("{name} is no manager who may log in")]
    NotAManager {
        /// Who was named.
        name: String,
    },
    /// A deputy is of the same unit: its head answers for both, and its people can see who acts for whom.
    #[error("{name} is in another unit")]
    OtherUnit {
        /// Who was chosen.
        name: String,
    },
    /// Whoever would act arranges nothing about it.
    #[error("who acts for somebody does not arrange it")]
    Beneficiary,
    /// A period ends after it begins.
    #[error("it would end before it begins")]
    Order,
    /// The period is too long.
    #[error("it would be longer than {days} days")]
    TooLong {
        /// Most days.
        days: u16,
    },
    /// Somebody else acts for the manager in that time, or in a part of it.
    #[error("{name} acts for the manager in that time")]
    Overlap {
        /// Who.
        name: String,
    },
    /// The period is over already.
    #[error("the period is over")]
    Over,
}

/// How far an acting period has come, by the server's clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ActingState {
    /// It has not begun.
    Planned,
    /// The deputy holds the manager's customers.
    Open,
    /// It ended.
    Over {
        /// When.
        at: Timestamp,
        /// Who ended it; `None`: its time was over.
        ended_by: Option<UserId>,
    },
}

impl ActingState {
    /// Says whether it is neither over nor ended.
    pub fn is_live(&self) -> bool {
        !matches!(self, Self::Over { .. })
    }

    /// Says whether who acts does so now.
    pub fn is_open(&self) -> bool {
        *self == Self::Open
    }

    /// Returns how a period stands that somebody ends before its time.
    pub(crate) fn ended(by: &Context) -> Self {
        Self::Over { at: by.at, ended_by: Some(by.actor) }
    }
}

/// A deputy's acting period for a manager. Lives with the unit: colleagues can see who acts for whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActingPeriod {
    /// Which one.
    pub id: ActingPeriodId,
    /// Whose customers.
    pub manager: UserId,
    /// Who acts.
    pub deputy: UserId,
    /// The unit of both.
    pub unit: UnitId,
    /// From when, by the server's clock.
    pub from: Timestamp,
    /// Until when: at this moment it is over.
    pub until: Timestamp,
    /// Who arranged it.
    pub appointed_by: UserId,
    /// How far it has come.
    #[serde(flatten)]
    pub state: ActingState,
}

/// Index: periods that are not over.
pub const LIVE: &str = "acting.live|";

impl ActingPeriod {
    /// Returns the index prefix of a manager's periods that are not over.
    pub fn of_manager(manager: UserId) -> String {
        format!("acting.manager|{manager}|")
    }

    /// Returns the index prefix of the periods that are not over and in which this person acts.
    pub fn of_deputy(deputy: UserId) -> String {
        format!("acting.deputy|{deputy}|")
    }

    /// Returns the index prefix of a manager's open periods.
    pub fn open_of(manager: UserId) -> String {
        format!("acting.open|{manager}|")
    }

    /// Returns what it becomes at this moment; `None` while it stays as it is.
    pub fn due(&self, now: Timestamp) -> Option<Self> {
        Some(Self { state: self.times().due(&self.state, now)?, ..self.clone() })
    }

    fn times(&self) -> Times {
        Times { from: self.from, until: self.until }
    }
}

impl Entity for ActingPeriod {
    entity!(ActingPeriod, ActingPeriodId);

    fn scope(&self) -> Scope {
        Scope::Unit(self.unit)
    }

    fn index_keys(&self) -> Vec<String> {
        if !self.state.is_live() {
            return Vec::new();
        }
        let mut keys = vec![
            format!("{LIVE}{}", self.id),
            format!("{}{}", Self::of_manager(self.manager), self.id),
            format!("{}{}", Self::of_deputy(self.deputy), self.id),
        ];
        if self.state.is_open() {
            keys.push(format!("{}{}", Self::open_of(self.manager), self.id));
        }
        keys
    }
}

/// Returns whether this person acts for the manager now.
pub(crate) fn acts_for(rows: &Rows, user: UserId, manager: UserId) -> Result<bool, Stop> {
    Ok(deputies(rows, manager)?.contains(&user))
}

/// Returns who acts for the manager now: as a rule nobody, at most one.
pub(crate) fn deputies(rows: &Rows, manager: UserId) -> Result<Vec<UserId>, Stop> {
    let open = rows.list::<ActingPeriod>(&ActingPeriod::open_of(manager))?;
    Ok(open.into_iter().map(|period| period.deputy).collect())
}

/// Lets pass who may arrange who acts for this manager: themselves, the head of their unit, or an admin; but never
/// the one who would act, whatever else they are. To other units, what is asked for does not exist.
fn arranges(
    rows: &Rows,
    by: &Context,
    manager: &Member,
    deputy: UserId,
    asked_for: RecordType,
) -> Result<(), Stop> {
    let member = actor(rows, by)?;
    if member.id == deputy {
        return Err(DeputyError::Beneficiary.into());
    }
    if member.id == manager.id || member.role == Role::Admin || heads(rows, member, manager)? {
        return Ok(());
    }
    match member.unit == manager.unit {
        true => Err(GeneralError::Forbidden.into()),
        false => Err(GeneralError::NotFound { typ: asked_for }.into()),
    }
}

fn heads(rows: &Rows, member: &Member, manager: &Member) -> Result<bool, Stop> {
    let Some(unit) = rows.find::<Unit>(manager.unit)? else { return Ok(false) };
    Ok(rows.find::<Post>(unit.head)?.is_some_and(|head| head.may_decide(member.id)))
}

pub(crate) fn apply(rows: &Rows, by: &Context, write: &Write) -> Result<Changes, Stop> {
    actor(rows, by)?;
    match write {
        Write::Appoint(it) => appoint::appoint(rows, by, it),
        Write::End(it) => end::end(rows, by, it),
    }
}

#[cfg(test)]
mod tests;
