//! A request: what a manager asked for, and where it stands. It lives with the customer, so that who serves it sees with
//! whom it is; the posts have their cases, and the head of the unit a digest of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::track::{Outcome, Track};
use crate::Entity;
use crate::authority::Level;
use crate::quotes::{Content, Totals};
use crate::record::entity;
use crate::scope::Scope;
use crate::values::{CaseId, CustomerId, Money, Percent, ProductId, QuoteId, Timestamp, UnitId, UserId};

/// What a decision is about. As long as all of this is the same, what was approved stays approved; title, validity and
/// the order of lines may change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The lines, by product.
    pub lines: Vec<JudgedLine>,
    /// Term of the monthly charges.
    pub months: u16,
    /// How many months of the term are not charged.
    #[serde(default)]
    pub free_months: u16,
    /// Discount on the whole.
    #[serde(default)]
    pub overall: Percent,
    /// What would be paid.
    pub total: Money,
}

/// What is judged of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct JudgedLine {
    /// What is sold.
    pub product: ProductId,
    /// How many.
    pub quantity: u32,
    /// Discount off the list price.
    pub off: Percent,
    /// Given for nothing along with the rest.
    #[serde(default)]
    pub gift: bool,
}

impl Judged {
    /// Reads it off a quote.
    pub fn of(content: &Content, totals: &Totals) -> Self {
        let line = |it: &crate::quotes::Line| JudgedLine {
            product: it.product,
            quantity: it.quantity,
            off: it.off,
            gift: it.gift,
        };
        let mut lines: Vec<JudgedLine> = content.lines.iter().map(line).collect();
        lines.sort_unstable();
        let Content { months, free_months, overall, .. } = *content;
        Self { lines, months, free_months, overall, total: totals.total }
    }
}

/// A manager's request for a quote beyond their authority, with the way that it takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Which one: the id of its first case.
    pub id: CaseId,
    /// About which quote.
    pub quote: QuoteId,
    /// For which customer.
    pub customer: CustomerId,
    /// The asker's unit.
    pub unit: UnitId,
    /// Who asks.
    pub asked_by: UserId,
    /// The level that it needs.
    pub level: Level,
    /// What is decided on.
    pub judged: Judged,
    /// Where it stands.
    pub track: Track,
}

/// Index: open requests by when the clock has something to do for them.
pub const DUE: &str = "request.due|";

impl Request {
    /// Returns the end of what is due at this moment, in the order of the index.
    pub fn due_until(now: Timestamp) -> String {
        format!("{DUE}{}", Timestamp::from_ms(now.ms().saturating_add(1)).in_index())
    }

    /// Returns whether the clock has something to do for it.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.next_turn().is_some_and(|next| next <= now)
    }

    fn next_turn(&self) -> Option<Timestamp> {
        match self.track.outcome {
            Outcome::Open => self.track.next_turn(),
            _ => None,
        }
    }
}

impl Entity for Request {
    entity!(Request, CaseId);

    fn scope(&self) -> Scope {
        Scope::Customer(self.customer)
    }

    fn index_keys(&self) -> Vec<String> {
        self.next_turn().map(|next| format!("{DUE}{}", next.in_index())).into_iter().collect()
    }
}

/// What the head of the unit sees of a request: never the customer, nor the lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestDigest {
    /// Of which request.
    pub id: CaseId,
    /// The asker's unit.
    pub unit: UnitId,
    /// Who asks.
    pub asked_by_name: String,
    /// Since when, by their device's clock.
    pub asked_at: Timestamp,
    /// The customer's name.
    pub customer_name: String,
    /// What would be paid.
    pub total: Money,
    /// Effective discount over everything.
    pub effective: Percent,
    /// Where it stands.
    pub track: Track,
}

/// Index: digests of requests that wait for posts, oldest first.
pub const DIGESTS_OPEN: &str = "request_digest.open|";
/// Index: all digests of requests, oldest first.
pub const DIGESTS: &str = "request_digest|";

impl Entity for RequestDigest {
    entity!(RequestDigest, CaseId);

    fn scope(&self) -> Scope {
        Scope::UnitSummary(self.unit)
    }

    fn index_keys(&self) -> Vec<String> {
        let at = self.asked_at.in_index();
        let mut keys = vec![format!("{DIGESTS}{at}")];
        if self.track.outcome == Outcome::Open {
            keys.push(format!("{DIGESTS_OPEN}{at}"));
        }
        keys
    }
}

/// Returns how often each post was late on these ways, by its title, the most often first.
pub fn late_posts<'a>(tracks: impl IntoIterator<Item = &'a Track>) -> Vec<(String, usize)> {
    let late = tracks.into_iter().flat_map(Track::seats).filter(|seat| seat.is_late());
    let mut counts = BTreeMap::new();
    for seat in late {
        *counts.entry(seat.title.clone()).or_insert(0) += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::sample::{minute, track};

    #[test]
    fn posts_are_counted_as_often_as_they_were_late() {
        let on_time = track();
        let mut late = track();
        for seat in late.steps.iter_mut().flat_map(|step| &mut step.seats) {
            seat.clock =
                seat.clock.map(|clock| crate::approvals::SeatClock { late: Some(minute(300)), ..clock });
        }
        let title = late.seats().find(|seat| seat.is_late()).unwrap().title.clone();
        assert_eq!(late_posts([&on_time]), []);
        assert_eq!(late_posts([&late, &on_time, &late])[0], (title, 2));
    }
}
