//! Room to bargain: how far a line can go, and what brings a quote back within the manager's own limit. Compares by
//! the same functions as the judge, never with rounded percents.

use leeway_core::authority::{Level, Limits, judge};
use leeway_core::organisation::Star;
use leeway_core::quotes::{Content, totals};
use leeway_core::values::{LineId, Money, Percent, exceeds};

/// Returns the largest discount of this line that stays within the manager's limit of its family and above its
/// floor, with all other lines as they are; zero if none does.
pub fn to_limit(content: &Content, limits: &Limits, star: Star, line: LineId) -> Percent {
    let fits = |bp: u32| Percent::from_bp(bp).is_ok_and(|off| fits(content, limits, star, line, off));
    // the cut of a line never falls while its discount rises, so the ones that fit come first
    let (mut low, mut high) = (0, Percent::HUNDRED.bp());
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if fits(middle) { low = middle } else { high = middle - 1 }
    }
    Percent::from_bp(low).unwrap_or(Percent::ZERO)
}

fn fits(content: &Content, limits: &Limits, star: Star, line: LineId, off: Percent) -> bool {
    let with = with_off(content, line, off);
    let Some(family) = with.lines.iter().find(|it| it.id == line).map(|it| it.family) else { return false };
    let Ok(sums) = totals(&with) else { return false };
    let limit = limits.of_star(star).limit(family);
    let within =
        |sum: &leeway_core::quotes::FamilySum| sum.family != family || !exceeds(sum.cut, sum.list, limit);
    let above_floor = |sum: &leeway_core::quotes::LineSum| sum.line != line || sum.short_by <= Money::ZERO;
    sums.families.iter().all(within) && sums.lines.iter().all(above_floor)
}

fn with_off(content: &Content, line: LineId, off: Percent) -> Content {
    let mut content = content.clone();
    if let Some(it) = content.lines.iter_mut().find(|it| it.id == line) {
        it.off = off;
    }
    content
}

/// One change that brings a quote back within the manager's own limits.
#[derive(Debug, Clone, PartialEq)]
pub struct WayBack {
    /// Which line.
    pub line: LineId,
    /// Its product's name.
    pub product: String,
    /// Its discount now.
    pub from: Percent,
    /// The discount that fits.
    pub to: Percent,
    /// What the customer would pay for everything.
    pub total: Money,
    /// The effective discount over everything.
    pub effective: Percent,
}

/// Returns the changes of one line that suffice, the cheapest for the customer first.
pub fn ways_back(content: &Content, limits: &Limits, star: Star) -> Vec<WayBack> {
    let way = |line: &leeway_core::quotes::Line| {
        let to = to_limit(content, limits, star, line.id);
        let sums = totals(&with_off(content, line.id, to)).ok()?;
        let suffices = to < line.off && judge(limits, star, &sums).level == Level::Own;
        suffices.then(|| WayBack {
            line: line.id,
            product: line.name.clone(),
            from: line.off,
            to,
            total: sums.total,
            effective: sums.effective,
        })
    };
    let mut ways: Vec<WayBack> = content.lines.iter().filter_map(way).collect();
    ways.sort_by_key(|it| it.total);
    ways
}
