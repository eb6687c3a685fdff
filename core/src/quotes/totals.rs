//! The sums that both sides must agree on to the cent.
//!
//! A line's list sum is price × quantity (× months unless it is charged once). What is given away comes off it in a
//! fixed order, each step rounded by the one rule ([`crate::values::rounding`]) once per line: the line's own
//! discount, the discount on the whole, the free months. A gift gives all of it away. Everything else is addition.
//! Prices include tax; what a line is without tax is rounded once per line too.
//!
//! The effective discount folds all of this in. What gifts are worth is shared out over the families that are sold,
//! by their list sums: a gift is a discount on what it comes with.

use std::num::NonZeroU64;

use crate::pricing::{Charge, Family};
use crate::quotes::{Content, Line, QuoteError};
use crate::values::rounding::round_half_up;
use crate::values::{LineId, Money, Percent, exceeds};

/// The sums of one line.
#[derive(Debug, Clone, PartialEq)]
pub struct LineSum {
    /// Which line.
    pub line: LineId,
    /// The product's name.
    pub product: String,
    /// At list price, tax included.
    pub list: Money,
    /// What all that is given away takes off.
    pub cut: Money,
    /// What is paid, tax included.
    pub total: Money,
    /// What is paid, without tax.
    pub net: Money,
    /// How far one unit is under its floor, rounded up to a cent; zero: it is not. A gift has no price of its own:
    /// its floor counts in [`Totals::gifts_short_by`].
    pub short_by: Money,
}

/// The sums of one family.
#[derive(Debug, Clone, PartialEq)]
pub struct FamilySum {
    /// Which family.
    pub family: Family,
    /// At list price, with its share of the gifts.
    pub list: Money,
    /// What all that is given away takes off, with its share of the gifts.
    pub cut: Money,
    /// The effective discount, rounded for people; limits compare `cut` and `list` exactly.
    pub effective: Percent,
}

/// What is given away, by the way it is given; together it is [`Totals::cut`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Channels {
    /// Discounts of lines.
    pub lines: Money,
    /// Charges that are made once, and are waived.
    pub waived: Money,
    /// The discount on the whole.
    pub overall: Money,
    /// Months that are not charged.
    pub free_months: Money,
    /// Gifts, at list price.
    pub gifts: Money,
}

/// The sums of a quote, tax included unless named otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Totals {
    /// By line, in order.
    pub lines: Vec<LineSum>,
    /// By family of what is sold, in the order of first appearance; of the gifts alone while nothing is sold.
    pub families: Vec<FamilySum>,
    /// The families that something is given away of as a gift, in the order of first appearance.
    pub gifts: Vec<Family>,
    /// At list price.
    pub list: Money,
    /// What all that is given away takes off.
    pub cut: Money,
    /// By the way it is given.
    pub channels: Channels,
    /// What is paid over the whole term.
    pub total: Money,
    /// How much of that is an estimate, because it is charged by use.
    pub usage: Money,
    /// What is paid without tax.
    pub net: Money,
    /// The tax in it.
    pub tax: Money,
    /// What is paid each month that is charged, without what is charged by use.
    pub monthly: Money,
    /// The effective discount over everything, rounded for people.
    pub effective: Percent,
    /// How far the whole is under the floors of all that is in it, gifts included; zero: it is not. Only gifts can
    /// bring it there, since each line that is sold keeps its own floor.
    pub gifts_short_by: Money,
}

/// Sums up a quote's content.
///
/// # Errors
/// [`QuoteError::TooLarge`] if a sum passes what can be quoted.
pub fn totals(content: &Content) -> Result<Totals, QuoteError> {
    sum_up(content).ok_or(QuoteError::TooLarge)
}

fn sum_up(content: &Content) -> Option<Totals> {
    let sums: Vec<(LineSum, Channels)> =
        content.lines.iter().map(|line| line_sum(content, line)).collect::<Option<_>>()?;
    let channels = sums.iter().try_fold(Channels::default(), |sum, (_, it)| sum.with(*it))?;
    let lines: Vec<LineSum> = sums.into_iter().map(|(sum, _)| sum).collect();
    let of = |pick: fn(&LineSum) -> Money| Money::sum(lines.iter().map(pick));
    let (list, cut, total, net) = (of(|it| it.list)?, of(|it| it.cut)?, of(|it| it.total)?, of(|it| it.net)?);
    let families = family_sums(content, &lines, channels.gifts)?;
    let usage = content.lines.iter().zip(&lines).filter(|(line, _)| line.charge == Charge::Usage);
    let mut gifts = Vec::new();
    for line in content.lines.iter().filter(|line| line.gift) {
        if !gifts.contains(&line.family) {
            gifts.push(line.family);
        }
    }
    Some(Totals {
        usage: Money::sum(usage.map(|(_, sum)| sum.total))?,
        monthly: monthly(content)?,
        tax: total.checked_sub(net)?,
        effective: Percent::of_ratio(cut, list),
        gifts_short_by: gifts_short_by(content, total, &gifts)?,
        lines,
        families,
        gifts,
        list,
        cut,
        channels,
        total,
        net,
    })
}

impl Channels {
    fn with(self, other: Self) -> Option<Self> {
        Some(Self {
            lines: self.lines.checked_add(other.lines)?,
            waived: self.waived.checked_add(other.waived)?,
            overall: self.overall.checked_add(other.overall)?,
            free_months: self.free_months.checked_add(other.free_months)?,
            gifts: self.gifts.checked_add(other.gifts)?,
        })
    }
}

/// Returns for how many months a line is charged at most, and for how many of them nothing is paid.
pub(super) fn months(content: &Content, line: &Line) -> (u16, u16) {
    match line.charge {
        Charge::OneOff => (1, 0),
        Charge::Monthly => (content.months, content.free_months),
        Charge::Usage => (content.months, 0),
    }
}

fn line_sum(content: &Content, line: &Line) -> Option<(LineSum, Channels)> {
    let (months, free) = months(content, line);
    let list = line.price.times(u64::from(line.quantity).checked_mul(u64::from(months))?)?;
    let channels = given_away(content, line, list, (months, free))?;
    let Channels { lines, waived, overall, free_months, gifts } = channels;
    let cut = Money::sum([lines, waived, overall, free_months, gifts])?;
    let total = list.checked_sub(cut)?;
    let sum = LineSum {
        line: line.id,
        product: line.name.clone(),
        list,
        cut,
        total,
        net: total.net_of_tax(line.vat),
        short_by: if line.gift { Money::ZERO } else { short_by(content, line)? },
    };
    Some((sum, channels))
}

fn given_away(content: &Content, line: &Line, list: Money, (months, free): (u16, u16)) -> Option<Channels> {
    if line.gift {
        return Some(Channels { gifts: list, ..Channels::default() });
    }
    let own = list.percent(line.off);
    if line.charge == Charge::OneOff && line.off == Percent::HUNDRED {
        return Some(Channels { waived: own, ..Channels::default() });
    }
    let rest = list.checked_sub(own)?;
    let overall = rest.percent(content.overall);
    let rest = rest.checked_sub(overall)?;
    let term = NonZeroU64::new(u64::from(months))?;
    let free_months = i64::try_from(round_half_up(i128::from(rest.fen()) * i128::from(free), term)).ok()?;
    Some(Channels { lines: own, overall, free_months: Money::from_fen(free_months), ..Channels::default() })
}

/// Says whether a line stays above its floor, and its family within `limit`, if this much comes off the line instead
/// of what its quote was summed up with. Looks at this line alone: `sums` are [`totals()`] of `content`.
pub fn line_within(content: &Content, sums: &Totals, line: &Line, off: Percent, limit: Percent) -> bool {
    let line = Line { off, ..line.clone() };
    let before = sums.lines.iter().find(|it| it.line == line.id);
    let family = sums.families.iter().find(|it| it.family == line.family);
    let (Some(before), Some(family), Some((now, _))) = (before, family, line_sum(content, &line)) else {
        return false;
    };
    let cut = family.cut.checked_sub(before.cut).and_then(|rest| rest.checked_add(now.cut));
    now.short_by == Money::ZERO && cut.is_some_and(|cut| !exceeds(cut, family.list, limit))
}

/// Returns how far a unit is under its floor with all that comes off it; compared exactly, so that no rounding lets
/// one slip through.
fn short_by(content: &Content, line: &Line) -> Option<Money> {
    let (months, free) = months(content, line);
    let bp = |rest: Percent| i128::from(rest.bp());
    let whole = bp(Percent::HUNDRED) * bp(Percent::HUNDRED) * i128::from(months);
    let paid = i128::from(months.checked_sub(free)?);
    // both in parts of a 分 that divide every step
    let unit = i128::from(line.price.fen()) * bp(line.off.rest()) * bp(content.overall.rest()) * paid;
    let short = i128::from(line.floor.fen()) * whole - unit;
    let up = if short > 0 { (short + whole - 1) / whole } else { 0 };
    i64::try_from(up).ok().map(Money::from_fen)
}

/// Returns how far the whole is under the floors of all that is in it; without a gift it can't be.
fn gifts_short_by(content: &Content, total: Money, gifts: &[Family]) -> Option<Money> {
    if gifts.is_empty() {
        return Some(Money::ZERO);
    }
    let floor = |line: &Line| {
        line.floor.times(u64::from(line.quantity).checked_mul(u64::from(months(content, line).0))?)
    };
    let floors = Money::sum(content.lines.iter().map(floor).collect::<Option<Vec<_>>>()?)?;
    Some(floors.checked_sub(total)?.max(Money::ZERO))
}

fn monthly(content: &Content) -> Option<Money> {
    let charged = content.lines.iter().filter(|line| line.charge == Charge::Monthly && !line.gift);
    let each = |line: &Line| {
        let sum = line.price.times(u64::from(line.quantity))?;
        Some(sum.less(line.off).less(content.overall))
    };
    Money::sum(charged.map(each).collect::<Option<Vec<_>>>()?)
}

/// Adds up by family what is sold, then shares the gifts out over the families by their list sums, exactly to the
/// cent: each takes what the families up to it come to, less what was taken before.
fn family_sums(content: &Content, lines: &[LineSum], gifts: Money) -> Option<Vec<FamilySum>> {
    let any_sold = content.lines.iter().zip(lines).any(|(line, sum)| !line.gift && sum.list > Money::ZERO);
    let mut sums: Vec<FamilySum> = Vec::new();
    for (line, sum) in content.lines.iter().zip(lines).filter(|(line, _)| !(any_sold && line.gift)) {
        match sums.iter_mut().find(|it| it.family == line.family) {
            Some(it) => {
                it.list = it.list.checked_add(sum.list)?;
                it.cut = it.cut.checked_add(sum.cut)?;
            }
            None => sums.push(FamilySum {
                family: line.family,
                list: sum.list,
                cut: sum.cut,
                effective: Percent::ZERO,
            }),
        }
    }
    if any_sold && gifts > Money::ZERO {
        let all: i128 = sums.iter().map(|it| i128::from(it.list.fen())).sum();
        let (mut reached, mut given) = (0, 0);
        for sum in &mut sums {
            reached += i128::from(sum.list.fen());
            let upto = i128::from(gifts.fen()) * reached / all;
            let share = Money::from_fen(i64::try_from(upto - given).ok()?);
            given = upto;
            sum.list = sum.list.checked_add(share)?;
            sum.cut = sum.cut.checked_add(share)?;
        }
    }
    for sum in &mut sums {
        sum.effective = Percent::of_ratio(sum.cut, sum.list);
    }
    Some(sums)
}

#[cfg(test)]
mod tests;
