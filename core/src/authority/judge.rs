//! Who decides on a quote: one pure function. Compares exactly (cross multiplication), never rounded percents.

use serde::{Deserialize, Serialize};

use super::{Authority, Limits, Promised, Situation};
use crate::pricing::Family;
use crate::quotes::{Earned, Totals};
use crate::values::{LineId, Money, Percent, exceeds};

/// Who decides, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The manager, on the spot.
    Own,
    /// The head of the unit.
    UnitHead,
    /// The approver above.
    Approver,
    /// Nobody may: a floor or every limit is passed.
    Nobody,
}

/// Why a level does not suffice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// The effective discount of a family is over the limit.
    Discount {
        /// Which family.
        family: Family,
        /// Effective discount asked.
        asked: Percent,
        /// Limit of the level.
        limit: Percent,
    },
    /// The total is over the deal-size cap.
    DealSize {
        /// Total of the quote.
        total: Money,
        /// Cap of the level.
        cap: Money,
    },
    /// A line's unit price is under its floor.
    BelowFloor {
        /// Which line.
        line: LineId,
        /// The product's name.
        product: String,
        /// By how much, per unit.
        short_by: Money,
    },
    /// With its gifts, the whole is sold for less than the floors of all that is in it.
    GiftsBelowFloor {
        /// By how much, over the whole term.
        short_by: Money,
    },
    /// The term is longer than the level may give.
    Term {
        /// Term of the quote.
        months: u16,
        /// Longest term of the level.
        max: u16,
    },
    /// More is given away than the level may give.
    Given {
        /// What is given away.
        cut: Money,
        /// Most that the level may give.
        max: Money,
    },
    /// Together with what the customer was promised within the window, the total is over the deal-size cap.
    Split {
        /// Total of this quote and those before it.
        total: Money,
        /// Cap of the level.
        cap: Money,
    },
    /// Together with what the customer was given within the window, it is more than the level may give.
    SplitGiven {
        /// What is given away in this quote and in those before it.
        cut: Money,
        /// Most that the level may give.
        max: Money,
    },
    /// More is given away than is left for the month on this device.
    Month {
        /// What is given away.
        cut: Money,
        /// What is left.
        left: Money,
    },
    /// Too little is left after the costs. Without figures: who asks reads this, too.
    Margin,
    /// Something is given away of a family that the level may give no discount on.
    Gift {
        /// Which family.
        family: Family,
    },
}

/// Who decides, and why nobody lower does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The lowest level that may decide.
    pub level: Level,
    /// Why the level below does not suffice; empty for [`Level::Own`].
    pub reasons: Vec<Reason>,
}

/// Returns the lowest level that may decide on these totals.
pub fn judge(limits: &Limits, at: &Situation, totals: &Totals) -> Verdict {
    let floors = below_floors(totals);
    if !floors.is_empty() {
        return Verdict { level: Level::Nobody, reasons: floors };
    }
    let mut reasons = Vec::new();
    for level in [Level::Own, Level::UnitHead, Level::Approver] {
        let over = beyond(limits, level, at, totals);
        if over.is_empty() {
            return Verdict { level, reasons };
        }
        reasons = over;
    }
    Verdict { level: Level::Nobody, reasons }
}

/// Lists the floors that are passed: no level may go below one.
fn below_floors(totals: &Totals) -> Vec<Reason> {
    let lines = totals.lines.iter().filter(|line| line.short_by > Money::ZERO);
    let lines = lines.map(|line| Reason::BelowFloor {
        line: line.line,
        product: line.product.clone(),
        short_by: line.short_by,
    });
    let short_by = totals.gifts_short_by;
    let gifts = (short_by > Money::ZERO).then_some(Reason::GiftsBelowFloor { short_by });
    lines.chain(gifts).collect()
}

/// Lists what is beyond a level; for [`Level::Nobody`] nothing is within.
fn beyond(limits: &Limits, level: Level, at: &Situation, totals: &Totals) -> Vec<Reason> {
    let limit = |family: Family| limits.limit(level, at, family, totals.list);
    let discounts = totals.families.iter().filter_map(|sum| {
        let limit = limit(sum.family);
        exceeds(sum.cut, sum.list, limit).then_some(Reason::Discount {
            family: sum.family,
            asked: sum.effective,
            limit,
        })
    });
    let gifts = totals.gifts.iter().filter(|family| limit(**family).is_zero());
    let gifts = gifts.map(|family| Reason::Gift { family: *family });
    // only what managers give by themselves adds up: whoever decides sees what went before
    let promised = if level == Level::Own { at.promised } else { Promised::default() };
    let sizes = limits.of_level(level, at.star).map(|it| beyond_size(it, at.months, promised, totals));
    let pool = at.pool.filter(|left| level == Level::Own && totals.cut > *left);
    let month = pool.map(|left| Reason::Month { cut: totals.cut, left });
    let margin = lacks_margin(limits, level, at).then_some(Reason::Margin);
    discounts.chain(gifts).chain(sizes.into_iter().flatten()).chain(month).chain(margin).collect()
}

/// Says whether too little is left for a level, or nobody can tell whether enough is: then the approver may.
fn lacks_margin(limits: &Limits, level: Level, at: &Situation) -> bool {
    let least = limits.of_level(level, at.star).and_then(|it| it.margin_min);
    least.is_some_and(|least| match at.earned {
        Earned::Hidden => false,
        Earned::Unknown => level < Level::Approver,
        Earned::Known(margin) => margin.is_below(least),
    })
}

fn beyond_size(authority: &Authority, months: u16, promised: Promised, totals: &Totals) -> Vec<Reason> {
    let Authority { deal_cap: cap, months_max, given_max, .. } = *authority;
    let Promised { total, cut } = promised.and(Promised::in_one(totals));
    let size = match () {
        () if totals.total > cap => Some(Reason::DealSize { total: totals.total, cap }),
        () if total > cap => Some(Reason::Split { total, cap }),
        () => None,
    };
    let given = given_max.and_then(|max| match () {
        () if totals.cut > max => Some(Reason::Given { cut: totals.cut, max }),
        () if cut > max => Some(Reason::SplitGiven { cut, max }),
        () => None,
    });
    let term = months_max.filter(|max| months > *max).map(|max| Reason::Term { months, max });
    [size, given, term].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests;
