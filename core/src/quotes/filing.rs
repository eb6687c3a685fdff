//! Filing (备案): what a manager may give alone, and the head of the unit is to know of. Nobody decides on it.

use serde::{Deserialize, Serialize};

use super::{Quote, Totals};
use crate::Entity;
use crate::authority::Limits;
use crate::customers::Customer;
use crate::organisation::Member;
use crate::record::entity;
use crate::scope::Scope;
use crate::values::{Money, Percent, QuoteId, Timestamp, UnitId, exceeds};

/// A binding quote that was filed with the head of the unit: never the customer's row, nor the lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Filing {
    /// Of which quote.
    pub id: QuoteId,
    /// The manager's unit.
    pub unit: UnitId,
    /// Who gave it.
    pub by_name: String,
    /// When, by their device's clock.
    pub at: Timestamp,
    /// The customer's name.
    pub customer_name: String,
    /// What is paid.
    pub total: Money,
    /// Effective discount over everything.
    pub effective: Percent,
}

/// Index: all filings, oldest first.
pub const FILINGS: &str = "filing|";

impl Entity for Filing {
    entity!(Filing, QuoteId);

    fn scope(&self) -> Scope {
        Scope::UnitSummary(self.unit)
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{FILINGS}{}", self.at.in_index())]
    }
}

/// Says whether a quote with these sums is to be filed once its manager makes it binding alone.
pub fn must_file(limits: &Limits, totals: &Totals) -> bool {
    limits.file_above.is_some_and(|limit| exceeds(totals.cut, totals.list, limit))
}

/// Returns the filing of a quote that has just become binding; `None` if there is nothing to file.
pub(super) fn filing(
    limits: &Limits,
    (member, customer): (&Member, &Customer),
    quote: &Quote,
    totals: &Totals,
    at: Timestamp,
) -> Option<Filing> {
    must_file(limits, totals).then(|| Filing {
        id: quote.id,
        unit: member.unit,
        by_name: member.name.clone(),
        at,
        customer_name: customer.name.value.clone(),
        total: totals.total,
        effective: totals.effective,
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::{Finalise, Write};
    use super::*;
    use crate::testing::sample::{CHEN, limits, percent};
    use crate::testing::{Office, commands};
    use crate::values::CaseId;

    fn office() -> Office {
        let mut office = Office::new();
        office.put(Limits { file_above: Some(percent("8")), ..limits() });
        office
    }

    fn told(office: &mut Office, n: u128, off: &str, total: i64) -> String {
        let (quote, case) = (QuoteId::from_u128(n), CaseId::from_u128(n));
        office.tell(CHEN, Write::Finalise(Finalise { quote, case, ..commands::finalise(off, total) }))
    }

    #[test]
    fn what_goes_beyond_the_mark_is_filed_and_what_is_asked_for_is_not() {
        let mut office = office();
        expect!["put quote/11"].assert_eq(&told(&mut office, 11, "8", 70_656));
        expect!["put quote/12, put filing/12"].assert_eq(&told(&mut office, 12, "9", 69_888));
        let filed = office.get::<Filing>(QuoteId::from_u128(12));
        assert_eq!((filed.by_name.as_str(), filed.effective), ("陈静", percent("9")));
        assert!(!told(&mut office, 13, "20", 61_440).contains("filing"));
    }
}
