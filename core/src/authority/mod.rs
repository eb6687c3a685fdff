//! Discount authority: who may give how much off what, up to which deal size. Versions are immutable; a quote
//! names the version that it was judged by. What is not listed is not allowed, never "no limit".

mod judge;
mod meter;
mod publish;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Entity;
use crate::command::{Context, writes};
use crate::organisation::{self, Star};
use crate::pricing::Family;
use crate::record::entity;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{LimitsId, Money, Percent, Timestamp};

pub use judge::{Level, Reason, Verdict, judge};
pub use meter::{Meter, meter};
pub use publish::PublishLimits;

writes! {
    /// What an admin may ask about limits.
    pub enum Write {
        /// Publishes a version of the limits.
        Publish(PublishLimits) = "publish",
    }
}

/// Why limits are not published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum AuthorityError {
    /// A higher level would have less than a lower one.
    #[error("a higher level has less than a lower one")]
    Decreasing {
        /// Where; `None` for the deal size.
        family: Option<Family>,
    },
}

/// What one level may give.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Authority {
    /// Largest effective discount by family; a family that is missing has none.
    pub off: BTreeMap<Family, Percent>,
    /// Largest total of one quote.
    pub deal_cap: Money,
}

impl Authority {
    /// Returns the largest effective discount in this family.
    pub fn limit(&self, family: Family) -> Percent {
        self.off.get(&family).copied().unwrap_or(Percent::ZERO)
    }
}

/// One version of the limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// This version.
    pub id: LimitsId,
    /// When it was published, by the admin's clock; always later than every version before it.
    pub published_at: Timestamp,
    /// Managers of one, two and three stars.
    pub stars: [Authority; 3],
    /// Heads of units.
    pub unit_head: Authority,
    /// The approver above them.
    pub approver: Authority,
}

/// Index: all versions, oldest first.
pub const LIMITS: &str = "limits|";

impl Limits {
    /// Returns what a manager of this rating may give.
    pub fn of_star(&self, star: Star) -> &Authority {
        &self.stars[usize::from(star.get() - 1)]
    }

    /// Returns what a level may give; `None` for [`Level::Nobody`].
    pub fn of_level(&self, level: Level, star: Star) -> Option<&Authority> {
        match level {
            Level::Own => Some(self.of_star(star)),
            Level::UnitHead => Some(&self.unit_head),
            Level::Approver => Some(&self.approver),
            Level::Nobody => None,
        }
    }
}

/// Returns the version in force: the last published.
pub fn current<'a>(versions: impl IntoIterator<Item = &'a Limits>) -> Option<&'a Limits> {
    versions.into_iter().max_by_key(|limits| (limits.published_at, limits.id))
}

impl Entity for Limits {
    entity!(Limits, LimitsId);

    fn scope(&self) -> Scope {
        Scope::Catalogue
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{LIMITS}{:015}", self.published_at.ms().max(0))]
    }
}

pub(crate) fn apply(rows: &Rows, by: &Context, write: &Write) -> Result<Changes, Stop> {
    organisation::admin(rows, by)?;
    match write {
        Write::Publish(it) => publish::publish(rows, by, it),
    }
}
