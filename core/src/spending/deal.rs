//! Which quotes count, and what became of them. A quote counts when the customer could rely on it: made binding, or
//! approved. Of several about one opportunity only the last does, since it took the place of the others. It was won when
//! its opportunity was won after it, lost when that was lost after it; of a quote about no opportunity nobody knows.

use std::collections::BTreeMap;

use crate::opportunities::{Opportunity, Stage};
use crate::quotes::{Quote, QuoteState, Totals, totals};
use crate::values::{Date, OpportunityId, Timestamp};

/// What became of a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Its opportunity was won after it.
    Won,
    /// Its opportunity was lost after it.
    Lost,
    /// Neither, or nobody knows.
    Open,
}

/// A quote that counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Deal<'a> {
    /// The quote.
    pub quote: &'a Quote,
    /// Since when the customer could rely on it.
    pub at: Timestamp,
    /// Its sums.
    pub sums: Totals,
    /// What became of it.
    pub fate: Fate,
}

/// Months before the current quarter that are looked at: with it, four quarters.
const MONTHS_BACK: u8 = 9;

/// Returns the first day that is counted: that of the quarter three before the one of today.
pub fn begin(today: Date) -> Date {
    let first = (today.month() - 1) / 3 * 3 + 1;
    let (year, month) = match first.checked_sub(MONTHS_BACK).filter(|month| *month > 0) {
        Some(month) => (today.year(), month),
        None => (today.year() - 1, first + 12 - MONTHS_BACK),
    };
    Date::new(year, month, 1).unwrap_or(today)
}

/// Says since when the customer could rely on a quote; `None`: they can't.
fn final_since(quote: &Quote) -> Option<Timestamp> {
    match quote.state {
        QuoteState::Binding { at } | QuoteState::Approved { at, .. } => Some(at),
        QuoteState::Draft | QuoteState::Submitted { .. } | QuoteState::Returned { .. } => None,
    }
}

/// Picks the quotes that count, in the order of time.
pub fn deals<'a>(quotes: &'a [Quote], opportunities: &[Opportunity]) -> Vec<Deal<'a>> {
    let mut counted: Vec<(Timestamp, &Quote)> =
        quotes.iter().filter_map(|quote| Some((final_since(quote)?, quote))).collect();
    counted.sort_by_key(|(at, quote)| (*at, quote.id));
    let mut last: BTreeMap<OpportunityId, _> = BTreeMap::new();
    for (_, quote) in &counted {
        if let Some(about) = quote.content.opportunity {
            last.insert(about, quote.id);
        }
    }
    let about: BTreeMap<OpportunityId, &Opportunity> = opportunities.iter().map(|it| (it.id, it)).collect();
    let counts = |quote: &Quote| quote.content.opportunity.is_none_or(|it| last.get(&it) == Some(&quote.id));
    let deal = |(at, quote): (Timestamp, &'a Quote)| {
        let opportunity = quote.content.opportunity.and_then(|id| about.get(&id).copied());
        // what can't be summed up, nobody could have quoted
        let sums = totals(&quote.content).ok()?;
        Some(Deal { quote, at, sums, fate: opportunity.map_or(Fate::Open, |it| fate_of(it, at)) })
    };
    counted.into_iter().filter(|(_, quote)| counts(quote)).filter_map(deal).collect()
}

pub(super) fn fate_of(opportunity: &Opportunity, quoted: Timestamp) -> Fate {
    let moved = opportunity.moves.iter().rev().find(|it| it.to == opportunity.stage).map(|it| it.at);
    match opportunity.stage {
        _ if moved.is_none_or(|at| at < quoted) => Fate::Open,
        Stage::Won => Fate::Won,
        Stage::Lost => Fate::Lost,
        Stage::Lead | Stage::Qualified | Stage::Proposal | Stage::Negotiation => Fate::Open,
    }
}
