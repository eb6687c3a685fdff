//! Who decides on a quote: one pure function. Compares exactly (cross multiplication), never rounded percents.

use serde::{Deserialize, Serialize};

use super::{Authority, Limits};
use crate::organisation::Star;
use crate::pricing::Family;
use crate::quotes::Totals;
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
pub fn judge(limits: &Limits, star: Star, totals: &Totals) -> Verdict {
    let floors: Vec<Reason> = totals
        .lines
        .iter()
        .filter(|line| line.short_by > Money::ZERO)
        .map(|line| Reason::BelowFloor {
            line: line.line,
            product: line.product.clone(),
            short_by: line.short_by,
        })
        .collect();
    if !floors.is_empty() {
        return Verdict { level: Level::Nobody, reasons: floors };
    }
    let mut reasons = Vec::new();
    for level in [Level::Own, Level::UnitHead, Level::Approver] {
        let Some(authority) = limits.of_level(level, star) else { continue };
        let over = beyond(authority, totals);
        if over.is_empty() {
            return Verdict { level, reasons };
        }
        reasons = over;
    }
    Verdict { level: Level::Nobody, reasons }
}

fn beyond(authority: &Authority, totals: &Totals) -> Vec<Reason> {
    let discounts = totals.families.iter().filter_map(|sum| {
        let limit = authority.limit(sum.family);
        exceeds(sum.cut, sum.list, limit).then_some(Reason::Discount {
            family: sum.family,
            asked: sum.effective,
            limit,
        })
    });
    let size = (totals.total > authority.deal_cap)
        .then_some(Reason::DealSize { total: totals.total, cap: authority.deal_cap });
    discounts.chain(size).collect()
}

#[cfg(test)]
mod tests;
