//! The sums that both sides must agree on to the cent.
//!
//! A line's list sum is price × quantity (× months if monthly); its discount is that sum's percentage, rounded
//! by the one rule ([`crate::values::rounding`]) once per line; everything else is addition. Prices include
//! tax; what a line is without tax is rounded once per line too.

use crate::pricing::{Charge, Family};
use crate::quotes::{Content, Line, QuoteError};
use crate::values::{LineId, Money, Percent};

/// The sums of one line.
#[derive(Debug, Clone, PartialEq)]
pub struct LineSum {
    /// Which line.
    pub line: LineId,
    /// The product's name.
    pub product: String,
    /// At list price, tax included.
    pub list: Money,
    /// What the discount takes off.
    pub cut: Money,
    /// What is paid, tax included.
    pub total: Money,
    /// What is paid, without tax.
    pub net: Money,
    /// How far one unit is under its floor, rounded up to a cent; zero or less: it is not.
    pub short_by: Money,
}

/// The sums of one family.
#[derive(Debug, Clone, PartialEq)]
pub struct FamilySum {
    /// Which family.
    pub family: Family,
    /// At list price.
    pub list: Money,
    /// What the discounts take off.
    pub cut: Money,
    /// The effective discount, rounded for people; limits compare `cut` and `list` exactly.
    pub effective: Percent,
}

/// The sums of a quote, tax included unless named otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Totals {
    /// By line, in order.
    pub lines: Vec<LineSum>,
    /// By family, in the order of first appearance.
    pub families: Vec<FamilySum>,
    /// At list price.
    pub list: Money,
    /// What the discounts take off.
    pub cut: Money,
    /// What is paid over the whole term.
    pub total: Money,
    /// What is paid without tax.
    pub net: Money,
    /// The tax in it.
    pub tax: Money,
    /// What is paid each month.
    pub monthly: Money,
    /// The effective discount over everything, rounded for people.
    pub effective: Percent,
}

/// Sums up a quote's content.
///
/// # Errors
/// [`QuoteError::TooLarge`] if a sum passes what can be quoted.
pub fn totals(content: &Content) -> Result<Totals, QuoteError> {
    let lines = content
        .lines
        .iter()
        .map(|line| line_sum(line, content.months).ok_or(QuoteError::TooLarge))
        .collect::<Result<Vec<_>, _>>()?;
    let sum = |of: fn(&LineSum) -> Money| Money::sum(lines.iter().map(of)).ok_or(QuoteError::TooLarge);
    let (list, cut, total, net) =
        (sum(|it| it.list)?, sum(|it| it.cut)?, sum(|it| it.total)?, sum(|it| it.net)?);
    let monthly = content.lines.iter().filter(|line| line.charge == Charge::Monthly);
    let monthly =
        monthly.map(|line| line.price.times(u64::from(line.quantity)).map(|sum| sum.less(line.off)));
    let monthly = monthly.sum_all().ok_or(QuoteError::TooLarge)?;
    let families = family_sums(content, &lines).ok_or(QuoteError::TooLarge)?;
    let tax = total.checked_sub(net).ok_or(QuoteError::TooLarge)?;
    let effective = Percent::of_ratio(cut, list);
    Ok(Totals { lines, families, list, cut, total, net, tax, monthly, effective })
}

trait SumAll {
    fn sum_all(self) -> Option<Money>;
}

impl<I: Iterator<Item = Option<Money>>> SumAll for I {
    fn sum_all(mut self) -> Option<Money> {
        self.try_fold(Money::ZERO, |sum, it| sum.checked_add(it?))
    }
}

fn line_sum(line: &Line, months: u16) -> Option<LineSum> {
    let times = match line.charge {
        Charge::OneOff => 1,
        Charge::Monthly => u64::from(months),
    };
    let list = line.price.times(u64::from(line.quantity).checked_mul(times)?)?;
    let cut = list.percent(line.off);
    let total = list.checked_sub(cut)?;
    let net = total.net_of_tax(line.vat);
    Some(LineSum {
        line: line.id,
        product: line.name.clone(),
        list,
        cut,
        total,
        net,
        short_by: short_by(line)?,
    })
}

/// Returns how far a unit is under its floor; compared exactly, so that no rounding lets one slip through.
fn short_by(line: &Line) -> Option<Money> {
    let rest = i128::from(Percent::HUNDRED.bp()) - i128::from(line.off.bp());
    let unit = i128::from(line.price.fen()) * rest; // in 1/10,000 分
    let short = i128::from(line.floor.fen()) * 10_000 - unit;
    let up = if short > 0 { (short + 9_999) / 10_000 } else { 0 };
    i64::try_from(up).ok().map(Money::from_fen)
}

fn family_sums(content: &Content, lines: &[LineSum]) -> Option<Vec<FamilySum>> {
    let mut sums: Vec<FamilySum> = Vec::new();
    for (line, sum) in content.lines.iter().zip(lines) {
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
    for sum in &mut sums {
        sum.effective = Percent::of_ratio(sum.cut, sum.list);
    }
    Some(sums)
}

#[cfg(test)]
mod tests;
