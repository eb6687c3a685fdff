//! What the opportunity pages show, as plain Rust. Never reads the store, a clock or the screen; how likely a stage
//! is won comes from `leeway_core::opportunities`.

mod pipeline;
mod start;

use std::collections::BTreeMap;

use leeway_core::customers::Customer;
use leeway_core::opportunities::{Opportunity, Stage};
use leeway_core::values::{CustomerId, Date, Money, OpportunityId, Timestamp, UserId};
use leeway_core::visits::NextStep;

pub use pipeline::{Pipeline, StageSum, whole};
pub use start::{StartGap, StartReady, TypedStart, read_amount};

/// Where the next step of an opportunity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepState {
    /// There is none, or the last one is done.
    Missing,
    /// Its day has passed, by so many days.
    Overdue(i64),
    /// Its day is to come.
    Due,
}

impl StepState {
    /// Reads the state of a next step.
    pub fn of(step: Option<&NextStep>, today: Date) -> Self {
        match step.filter(|step| !step.done) {
            None => Self::Missing,
            Some(step) if step.day < today => Self::Overdue(today.days_since(step.day)),
            Some(_) => Self::Due,
        }
    }

    /// Says whether it keeps the deal from moving.
    pub fn is_stuck(self) -> bool {
        self != Self::Due
    }
}

/// An opportunity in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which one.
    pub id: OpportunityId,
    /// What it is called.
    pub name: String,
    /// The customer's name.
    pub customer: String,
    /// Whose customer it is, if this device holds it.
    pub owner: Option<UserId>,
    /// What it may bring.
    pub amount: Money,
    /// How far it has come.
    pub stage: Stage,
    /// For how many days.
    pub days: i64,
    /// When it should be signed.
    pub expected: Date,
    /// What happens next.
    pub step: Option<NextStep>,
    /// Where that stands.
    pub state: StepState,
}

/// In which order the list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Without a next step first, then overdue ones, the longest first.
    #[default]
    Stuck,
    /// By the day of signing.
    Date,
    /// By stage, the furthest first.
    Stage,
}

impl Order {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 3] = [Self::Stuck, Self::Date, Self::Stage];

    /// Returns how it is kept in the page.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Stuck => "stuck",
            Self::Date => "date",
            Self::Stage => "stage",
        }
    }

    /// Reads what the page keeps.
    pub fn read(key: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.key() == key).unwrap_or_default()
    }

    /// Sorts rows.
    pub fn sort(self, rows: &mut [Row]) {
        // missing, then the longest overdue, then by day; the largest of equals
        let urgency = |row: &Row| {
            let open = row.state != StepState::Missing;
            (open, row.step.as_ref().filter(|_| open).map(|step| step.day))
        };
        match self {
            Self::Stuck => {
                rows.sort_by(|a, b| urgency(a).cmp(&urgency(b)).then_with(|| b.amount.cmp(&a.amount)))
            }
            Self::Date => rows.sort_by_key(|row| row.expected),
            Self::Stage => rows.sort_by(|a, b| b.stage.cmp(&a.stage).then_with(|| b.amount.cmp(&a.amount))),
        }
    }
}

/// Makes the rows; `day_of` gives the local day of a moment.
pub fn rows(
    deals: &[Opportunity],
    customers: &[Customer],
    today: Date,
    day_of: impl Fn(Timestamp) -> Date,
) -> Vec<Row> {
    let known: BTreeMap<CustomerId, &Customer> = customers.iter().map(|it| (it.id, it)).collect();
    let row = |deal: &Opportunity| {
        let customer = known.get(&deal.customer);
        let step = deal.next_step.as_ref().map(|step| step.value.clone());
        Row {
            id: deal.id,
            name: deal.name.value.clone(),
            customer: customer.map(|it| it.name.value.clone()).unwrap_or_default(),
            owner: customer.map(|it| it.owner),
            amount: deal.amount.value,
            stage: deal.stage,
            days: today.days_since(day_of(deal.stage_since)).max(0),
            expected: deal.expected.value,
            state: StepState::of(step.as_ref(), today),
            step,
        }
    };
    deals.iter().map(row).collect()
}

/// What the button at the bottom of an opportunity does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Primary {
    /// Say what happens next.
    SetStep,
    /// Move on to this stage.
    Move(Stage),
    /// It is over: work on it again from the last stage that was worked on.
    Reopen(Stage),
}

/// Decides what the button does: first a next step, then a move.
pub fn primary(deal: &Opportunity, today: Date) -> Primary {
    if !deal.stage.is_open() {
        return Primary::Reopen(last_open(deal));
    }
    let step = deal.next_step.as_ref().map(|step| &step.value);
    match (StepState::of(step, today), onwards(deal.stage)) {
        (StepState::Missing, _) | (_, None) => Primary::SetStep,
        (_, Some(stage)) => Primary::Move(stage),
    }
}

/// Returns the stage after this one, if it is worked on.
pub fn onwards(stage: Stage) -> Option<Stage> {
    let at = Stage::OPEN.iter().position(|it| *it == stage)?;
    Some(Stage::OPEN.get(at + 1).copied().unwrap_or(Stage::Won))
}

/// Returns the stage that it had before it was over.
fn last_open(deal: &Opportunity) -> Stage {
    let before = deal.moves.iter().rev().map(|it| it.from).find(|stage| stage.is_open());
    before.unwrap_or(Stage::Lead)
}

/// Returns which of the drawn steps is current: the four that are worked on, then signing.
pub fn step_index(stage: Stage) -> usize {
    Stage::OPEN.iter().position(|it| *it == stage).unwrap_or(match stage {
        Stage::Won => Stage::OPEN.len() + 1,
        _ => 0,
    })
}

#[cfg(test)]
mod tests;
