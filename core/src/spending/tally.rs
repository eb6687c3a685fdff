//! The figures: what was given and what was won, altogether and by who gave it, to whom, in what, why, and when.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::deal::{Deal, Fate};
use crate::authority::ReasonCode;
use crate::pricing::Family;
use crate::values::{CustomerId, Date, Money, Percent, UnitId, UserId};

/// A share of fewer than this is not said: it would tell more about chance, or about one customer, than about giving.
pub const TOO_FEW: u32 = 5;
/// Most customers that are named, those that were given most.
const CUSTOMERS_MAX: usize = 20;

/// What was given and won with some quotes. Sums stay at [`Money::MAX`] where they would pass it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tally {
    /// How many quotes.
    pub quotes: u32,
    /// What they come to at list price.
    pub list: Money,
    /// What was given away in them, over the whole contract.
    pub given: Money,
    /// How many were won.
    pub won: u32,
    /// How many were lost.
    pub lost: u32,
    /// What is paid for those that were won.
    pub won_total: Money,
    /// What was given away in those that were won.
    pub won_given: Money,
}

fn plus(sum: Money, more: Money) -> Money {
    sum.checked_add(more).unwrap_or(Money::MAX)
}

impl Tally {
    fn add(&mut self, list: Money, cut: Money, fate: Fate) {
        self.quotes += 1;
        self.list = plus(self.list, list);
        self.given = plus(self.given, cut);
        match fate {
            Fate::Won => {
                self.won += 1;
                self.won_total = plus(self.won_total, list.checked_sub(cut).unwrap_or(Money::ZERO));
                self.won_given = plus(self.won_given, cut);
            }
            Fate::Lost => self.lost += 1,
            Fate::Open => {}
        }
    }

    /// Returns how many of the decided ones were won; `None` if too few are decided to say.
    pub fn win_rate(&self) -> Option<Percent> {
        let decided = self.won.checked_add(self.lost).filter(|decided| *decided >= TOO_FEW)?;
        let fen = |count: u32| Money::from_fen(i64::from(count));
        Some(Percent::of_ratio(fen(self.won), fen(decided)))
    }

    /// Returns the average discount, by money; `None` if it is one of too few quotes.
    pub fn average(&self) -> Option<Percent> {
        (self.quotes >= TOO_FEW).then(|| Percent::of_ratio(self.given, self.list))
    }
}

/// A quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quarter {
    /// Which year.
    pub year: i32,
    /// Which quarter of it, 1 to 4.
    pub quarter: u8,
}

impl Quarter {
    /// Returns the quarter of a day.
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), quarter: (day.month() - 1) / 3 + 1 }
    }
}

/// Figures of one kind, each with what it is about.
pub type Rows<K> = Vec<(K, Tally)>;

/// What was given, beside what it won.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Spending {
    /// The first day that is counted.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub since: Date,
    /// Altogether.
    pub all: Tally,
    /// Quotes in which something was given.
    pub with: Tally,
    /// Quotes in which nothing was.
    pub without: Tally,
    /// By who made the quote, who gave most first.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<serde_json::Value>))]
    pub managers: Rows<UserId>,
    /// By customer, who was given most first, at most twenty.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<serde_json::Value>))]
    pub customers: Rows<CustomerId>,
    /// By family of what is sold, each with its share of the gifts.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<serde_json::Value>))]
    pub families: Rows<Family>,
    /// By the reason that was named, of quotes in which something was given; `None`: none was.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<serde_json::Value>))]
    pub reasons: Rows<Option<ReasonCode>>,
    /// By quarter, the oldest first.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<serde_json::Value>))]
    pub quarters: Rows<Quarter>,
}

/// Adds up the deals since a day, by clocks that are so many minutes ahead of UTC.
pub fn spending(deals: &[Deal<'_>], since: Date, offset: i32) -> Spending {
    let (mut all, mut with, mut without) = (Tally::default(), Tally::default(), Tally::default());
    let (mut managers, mut customers) = (BTreeMap::new(), BTreeMap::new());
    let (mut families, mut reasons, mut quarters) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for deal in deals {
        let day = deal.at.date_at(offset);
        if day < since {
            continue;
        }
        let (list, cut, fate) = (deal.sums.list, deal.sums.cut, deal.fate);
        let add = |tally: &mut Tally| tally.add(list, cut, fate);
        add(&mut all);
        add(managers.entry(deal.quote.by).or_default());
        add(customers.entry(deal.quote.content.customer).or_default());
        add(quarters.entry(Quarter::of(day)).or_default());
        if cut > Money::ZERO {
            add(&mut with);
            add(reasons.entry(deal.quote.because.clone()).or_default());
        } else {
            add(&mut without);
        }
        for it in &deal.sums.families {
            families.entry(it.family).or_insert_with(Tally::default).add(it.list, it.cut, fate);
        }
    }
    let mut customers = most_first(customers);
    customers.truncate(CUSTOMERS_MAX);
    Spending {
        since,
        all,
        with,
        without,
        managers: most_first(managers),
        customers,
        families: most_first(families),
        reasons: most_first(reasons),
        quarters: quarters.into_iter().collect(),
    }
}

fn most_first<K: Ord>(rows: BTreeMap<K, Tally>) -> Rows<K> {
    let mut rows: Rows<K> = rows.into_iter().collect();
    rows.sort_by_key(|(_, it)| std::cmp::Reverse(it.given));
    rows
}

/// What was given in a unit, for those who decide there. Numbers, and the names that they belong to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    /// Of which unit.
    pub unit: UnitId,
    /// All units that may be asked for, by name.
    pub units: Vec<Called>,
    /// What the managers and customers among the figures are called.
    pub names: Vec<Called>,
    /// The figures.
    #[serde(flatten)]
    pub spending: Spending,
}

/// What something is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Called {
    /// What.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}
