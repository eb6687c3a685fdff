//! Discount authority: who may give how much off what, up to which deal size. Versions are immutable; a quote
//! names the version that it was judged by. What is not listed is not allowed, never "no limit".

mod judge;
mod matrix;
mod meter;
mod publish;
mod reason_codes;
mod rehearse;
mod ways;
mod window;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Entity;
use crate::command::{Context, writes};
use crate::customers::Grade;
use crate::organisation::{self, Star};
use crate::pricing::Family;
use crate::quotes::Earned;
use crate::record::entity;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{LimitsId, Money, Percent, Timestamp, UnitId};

pub use judge::{Level, Reason, Verdict, judge};
pub use matrix::{Band, CELLS_MAX, Cell, REGION_NAME_MAX, REGIONS_MAX, Region};
pub use meter::{Meter, meter};
pub use publish::{PublishLimits, draft};
pub use reason_codes::{ReasonCode, ReasonCodes, ReasonList, SetReasons};
pub use rehearse::{Count, Past, Rehearsal, levels, rehearse};
pub use ways::{Change, Way, to_limit, ways_back};
pub use window::{Promised, promised};

writes! {
    /// What an admin may ask about limits and reasons.
    #[expect(clippy::large_enum_variant, reason = "there is one at a time, and limits are large")]
    pub enum Write {
        /// Publishes a version of the limits.
        Publish(PublishLimits) = "publish" later ["cells", "file_above", "given_max", "margin_min", "month_max", "months_max", "regions", "window_days"],
        /// Sets what can be named as a reason for giving.
        SetReasons(SetReasons) = "set_reasons",
    }
}

/// Why limits are not published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum AuthorityError {
    /// A higher level would have less than a lower one.
    #[error("a higher level has less than a lower one")]
    Decreasing {
        /// Where; `None` for the sizes and terms.
        family: Option<Family>,
    },
    /// A cell has no family, no grade, an empty band, or a level with less than the one below.
    #[error("cell {cell} makes no sense by itself")]
    BadCell {
        /// Which one, counted from 1.
        cell: usize,
    },
    /// A least margin is set for managers.
    #[error("a manager's phone holds no costs: what bounds managers are the floors")]
    MarginOfManagers,
    /// Quotes fall between the cells of a family.
    #[error("no cell for {family:?}{}, customers of grade {grade:?}, {size}, {months} months", within(.region))]
    Gap {
        /// Of which family.
        family: Family,
        /// In which region; `None`: everywhere that no cell of the family names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region: Option<String>,
        /// For customers of this grade.
        grade: Grade,
        /// For quotes of this size, at list price.
        size: Money,
        /// For this term.
        months: u16,
    },
    /// Quotes fall into two cells.
    #[error("cells {first} and {second} both say what holds for {family:?}{}", within(.region))]
    Contradiction {
        /// Of which family.
        family: Family,
        /// In which region; `None`: everywhere that no cell of the family names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region: Option<String>,
        /// One of them, counted from 1.
        first: usize,
        /// The other.
        second: usize,
    },
    /// There are too many cells.
    #[error("more than {max} cells")]
    TooManyCells {
        /// Most cells.
        max: usize,
    },
    /// A cell is for a region that the version does not have.
    #[error("cell {cell} names a region that there is not: {region}")]
    UnknownRegion {
        /// Which one, counted from 1.
        cell: usize,
        /// The name.
        region: String,
    },
    /// A region has no name of 1 to [`REGION_NAME_MAX`] characters, or the name or a unit of another.
    #[error("region {region} has no proper name, or a name or a unit of another")]
    BadRegion {
        /// Which one, counted from 1.
        region: usize,
    },
    /// There are too many regions.
    #[error("more than {max} regions")]
    TooManyRegions {
        /// Most regions.
        max: usize,
    },
    /// The window over which quotes to one customer count together is empty or too long.
    #[error("a window of 1 to {max} days")]
    Window {
        /// Longest window.
        max: u16,
    },
    /// The list of reasons is empty, too long, or has one twice.
    #[error("1 to {max} reasons, each once")]
    Reasons {
        /// Most reasons.
        max: u32,
    },
    /// Somebody else set the list of reasons meanwhile.
    #[error("the reasons were set by somebody else meanwhile")]
    ReasonsChanged,
}

fn within(region: &Option<String>) -> String {
    region.as_ref().map(|it| format!(" in {it}")).unwrap_or_default()
}

/// What one level may give.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Authority {
    /// Largest effective discount by family; a family that is missing has none.
    pub off: BTreeMap<Family, Percent>,
    /// Largest total of one quote.
    pub deal_cap: Money,
    /// Longest term, in months; `None`: as long as can be quoted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months_max: Option<u16>,
    /// Most that is given away in one quote; `None`: what the discounts come to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_max: Option<Money>,
    /// Most that is given away alone in a calendar month, over all quotes and devices of a manager; `None`: no bound.
    /// Of no meaning for posts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month_max: Option<Money>,
    /// Least margin, of what is paid without tax; `None`: any. For posts only: a manager's phone holds no costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin_min: Option<Percent>,
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
    /// The regions that its cells may name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<Region>,
    /// How deep each level may go where it depends on more than the family. A family with a cell has its limits from
    /// its cells alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<Cell>,
    /// Over how many days quotes to one customer count together, for what a manager may give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_days: Option<u16>,
    /// Effective discount over everything beyond which a quote that a manager makes binding alone is filed with the head
    /// of the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_above: Option<Percent>,
}

/// Longest window over which quotes count together.
pub const WINDOW_DAYS_MAX: u16 = 366;

/// What a quote is judged in: all that counts besides its sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// The manager's rating.
    pub star: Star,
    /// The customer's grade.
    pub grade: Grade,
    /// The customer's unit, if it is known.
    pub unit: Option<UnitId>,
    /// The term.
    pub months: u16,
    /// What the customer was promised within the window.
    pub promised: Promised,
    /// What is left of what the manager's device may give away in this month; `None`: no bound.
    pub pool: Option<Money>,
    /// What is known of its margin.
    pub earned: Earned,
}

/// Index: all versions, oldest first.
pub const LIMITS: &str = "limits|";

impl Limits {
    /// Returns what a manager of this rating may give.
    pub fn of_star(&self, star: Star) -> &Authority {
        &self.stars[usize::from(star.get() - 1)]
    }

    /// Returns the largest effective discount of a level in a family, for a quote of this size at list price.
    pub fn limit(&self, level: Level, at: &Situation, family: Family, size: Money) -> Percent {
        let base = || self.of_level(level, at.star).map_or(Percent::ZERO, |it| it.limit(family));
        matrix::cell(self, at, family, size).map_or_else(base, |cell| cell.limit(level, at.star))
    }

    /// Returns the region that customers of a unit are in.
    pub fn region(&self, unit: UnitId) -> Option<&str> {
        self.regions.iter().find(|it| it.units.contains(&unit)).map(|it| it.name.as_str())
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
        vec![format!("{LIMITS}{}", self.published_at.in_index())]
    }
}

pub(crate) fn apply(rows: &Rows, by: &Context, write: &Write) -> Result<Changes, Stop> {
    organisation::admin(rows, by)?;
    match write {
        Write::Publish(it) => publish::publish(rows, by, it),
        Write::SetReasons(it) => reason_codes::set(rows, by, it),
    }
}
