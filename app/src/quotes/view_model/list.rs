//! The list of quotes, newest first.

use std::collections::BTreeMap;

use leeway_core::customers::Customer;
use leeway_core::quotes::{Quote, QuoteState, Standing, totals};
use leeway_core::values::{CustomerId, Date, Money, Percent, QuoteId, UserId};

/// A quote in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which one.
    pub id: QuoteId,
    /// The customer's name.
    pub customer: String,
    /// Whose customer it is, if this device holds it.
    pub owner: Option<UserId>,
    /// What it is called.
    pub title: String,
    /// What would be paid; `None` if it can't be summed up.
    pub total: Option<Money>,
    /// Effective discount over everything.
    pub effective: Percent,
    /// What the stamp says.
    pub standing: Standing,
    /// How far it has come.
    pub state: QuoteState,
}

/// Which quotes are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    /// All.
    #[default]
    All,
    /// Drafts and returned ones: to be worked on.
    Open,
    /// With a post.
    Waiting,
    /// Binding ones.
    Binding,
    /// Those whose days are over.
    Expired,
}

impl Filter {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 5] = [Self::All, Self::Open, Self::Waiting, Self::Binding, Self::Expired];

    /// Returns how it is kept in the page.
    pub const fn key(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Binding => "binding",
            Self::Expired => "expired",
        }
    }

    /// Reads what the page keeps.
    pub fn read(key: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.key() == key).unwrap_or_default()
    }

    /// Says whether a row is shown.
    pub fn shows(self, row: &Row) -> bool {
        let expired = row.standing == Standing::Expired;
        match self {
            Self::All => true,
            Self::Open => !expired && matches!(row.state, QuoteState::Draft | QuoteState::Returned { .. }),
            Self::Waiting => matches!(row.state, QuoteState::Submitted { .. }),
            Self::Binding => row.standing == Standing::Binding,
            Self::Expired => expired,
        }
    }
}

/// Makes the rows out of quotes (oldest first, as stored).
pub fn rows(quotes: &[Quote], customers: &[Customer], today: Date) -> Vec<Row> {
    let known: BTreeMap<CustomerId, &Customer> = customers.iter().map(|it| (it.id, it)).collect();
    let row = |quote: &Quote| {
        let sums = totals(&quote.content).ok();
        let customer = known.get(&quote.content.customer);
        Row {
            id: quote.id,
            customer: customer.map(|it| it.name.value.clone()).unwrap_or_default(),
            owner: customer.map(|it| it.owner),
            title: quote.content.title.clone(),
            total: sums.as_ref().map(|it| it.total),
            effective: sums.map(|it| it.effective).unwrap_or_default(),
            standing: quote.standing(today),
            state: quote.state.clone(),
        }
    };
    quotes.iter().rev().map(row).collect()
}
