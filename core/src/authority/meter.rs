//! The authority meter: how much of the room is used, in the family where it is tightest.

use serde::Serialize;

use super::{Level, Limits, Verdict, judge};
use crate::organisation::Star;
use crate::pricing::Family;
use crate::quotes::Totals;
use crate::values::{Money, Percent};

/// What the meter shows while bargaining.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Meter {
    /// The family in which the room is tightest; the limits below are of this family.
    pub family: Family,
    /// Effective discount in that family.
    pub asked: Percent,
    /// What the manager may give.
    pub mine: Percent,
    /// What the unit head may give.
    pub unit_head: Percent,
    /// What the approver may give.
    pub approver: Percent,
    /// Money left within the manager's limit in that family; negative when over.
    pub left: Money,
    /// Who decides on the whole quote, and why.
    pub verdict: Verdict,
}

/// Reads the meter for these totals; `None` while there is no line.
pub fn meter(limits: &Limits, star: Star, totals: &Totals) -> Option<Meter> {
    let mine = limits.of_star(star);
    // tightest: the largest share of the family's list price beyond (or the least below) its limit
    let room = |sum: &crate::quotes::FamilySum| {
        i64::from(sum.effective.bp()) - i64::from(mine.limit(sum.family).bp())
    };
    let tight = totals.families.iter().max_by_key(|sum| room(sum))?;
    let allowed = tight.list.percent(mine.limit(tight.family));
    let limit =
        |level: Level| limits.of_level(level, star).map_or(Percent::ZERO, |it| it.limit(tight.family));
    Some(Meter {
        family: tight.family,
        asked: tight.effective,
        mine: limit(Level::Own),
        unit_head: limit(Level::UnitHead),
        approver: limit(Level::Approver),
        left: allowed.checked_sub(tight.cut).unwrap_or(Money::ZERO),
        verdict: judge(limits, star, totals),
    })
}
