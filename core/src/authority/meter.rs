//! The authority meter: how much of the room is used, in the family where it is tightest. Never decides: it shows
//! what [`judge()`] says beside it.

use serde::Serialize;

use super::{Level, Limits, Situation, Verdict, judge};
use crate::pricing::Family;
use crate::quotes::{FamilySum, Totals};
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
pub fn meter(limits: &Limits, at: &Situation, totals: &Totals) -> Option<Meter> {
    let mine = |sum: &FamilySum| limits.limit(Level::Own, at, sum.family, totals.list);
    let tight =
        totals.families.iter().reduce(|tight, it| if tighter(it, tight, &mine) { it } else { tight })?;
    let limit = |level: Level| limits.limit(level, at, tight.family, totals.list);
    Some(Meter {
        family: tight.family,
        asked: tight.effective,
        mine: limit(Level::Own),
        unit_head: limit(Level::UnitHead),
        approver: limit(Level::Approver),
        left: left(tight, mine(tight)),
        verdict: judge(limits, at, totals),
    })
}

/// Says whether `one` is worth showing more than `other`: families that ask for a discount come first, those that
/// could be given none come last; then it counts how far they are beyond their limits, as exact shares of their
/// list prices.
fn tighter(one: &FamilySum, other: &FamilySum, mine: &impl Fn(&FamilySum) -> Percent) -> bool {
    let class = |sum: &FamilySum| match sum.cut > Money::ZERO {
        true => 2,
        false => i32::from(mine(sum) > Percent::ZERO),
    };
    let list = |sum: &FamilySum| i128::from(sum.list.fen()).max(1);
    let share = beyond(one, mine(one)) * list(other);
    (class(one), share) > (class(other), beyond(other, mine(other)) * list(one))
}

/// Returns how far a family's discount is beyond its limit, in 1/10,000 分; negative: there is room.
fn beyond(sum: &FamilySum, mine: Percent) -> i128 {
    let whole = i128::from(Percent::HUNDRED.bp());
    i128::from(sum.cut.fen()) * whole - i128::from(sum.list.fen()) * i128::from(mine.bp())
}

/// Returns the room in whole 分, rounded down: it is negative exactly when the limit is passed.
fn left(sum: &FamilySum, mine: Percent) -> Money {
    let whole = i128::from(Percent::HUNDRED.bp());
    i64::try_from((-beyond(sum, mine)).div_euclid(whole)).map_or(Money::ZERO, Money::from_fen)
}
