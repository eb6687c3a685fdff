//! What is given on the whole of a quote while it is typed: a discount behind those of the lines, and months that are
//! not charged.

use leeway_core::authority::Meter;
use leeway_core::quotes::{Content, Totals, totals};
use leeway_core::values::{Percent, PercentError};

use super::Judges;

/// What is given as it stands in the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypedGiven {
    /// Discount on the whole in percent; empty for none.
    pub overall: String,
    /// Months that are not charged; empty for none.
    pub free_months: String,
}

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenGap {
    /// The discount is no percentage.
    Overall(PercentError),
    /// The months are no whole number, or the term has no more than this to spare.
    FreeMonths {
        /// Most free months of this term.
        max: u16,
    },
    /// The sums are too large.
    TooLarge,
}

/// The quote with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// Discount on the whole.
    pub overall: Percent,
    /// Months that are not charged.
    pub free_months: u16,
    /// Its sums.
    pub totals: Totals,
    /// How much room is used; `None` without limits on this device.
    pub meter: Option<Meter>,
}

impl TypedGiven {
    /// Writes what a quote gives as it is typed.
    pub fn of(content: &Content) -> Self {
        let overall = match content.overall {
            Percent::ZERO => String::new(),
            off => off.to_string().trim_end_matches('%').to_owned(),
        };
        let free_months = match content.free_months {
            0 => String::new(),
            months => months.to_string(),
        };
        Self { overall, free_months }
    }

    /// Computes what the quote would be with it.
    ///
    /// # Errors
    /// What is wrong, in the order of the screen.
    pub fn on(&self, content: &Content, judges: &Judges) -> Result<Given, GivenGap> {
        let overall = match self.overall.trim() {
            "" => Percent::ZERO,
            typed => Percent::parse(typed).map_err(GivenGap::Overall)?,
        };
        let max = content.months.saturating_sub(1);
        let free_months = match self.free_months.trim() {
            "" => 0,
            typed => typed.parse().map_err(|_| GivenGap::FreeMonths { max })?,
        };
        if free_months > max {
            return Err(GivenGap::FreeMonths { max });
        }
        let content = Content { overall, free_months, ..content.clone() };
        let totals = totals(&content).map_err(|_| GivenGap::TooLarge)?;
        let meter = judges.meter(&content, &totals);
        Ok(Given { overall, free_months, totals, meter })
    }
}
