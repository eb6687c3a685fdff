//! Opportunities: a possible deal with its stage, amount, day, and always a next step.

mod edit;
mod next_step;
mod stage;
mod start;

use serde::{Deserialize, Serialize};

use crate::Entity;
use crate::command::{Context, writes};
use crate::record::entity;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::stamped::Stamped;
use crate::values::{CustomerId, Date, Money, OpportunityId, Percent, Timestamp, UserId};
use crate::visits::{NEXT_STEPS, NextStep};

pub use edit::{Edit, OpportunityChange};
pub use next_step::{CompleteNextStep, SetNextStep};
pub use stage::MoveStage;
pub use start::Start;

writes! {
    /// What can be asked about opportunities.
    pub enum Write {
        /// Starts one.
        Start(Start) = "start",
        /// Changes one field.
        Edit(Edit) = "edit",
        /// Moves it to another stage.
        MoveStage(MoveStage) = "move_stage",
        /// Says what happens next, and when.
        SetNextStep(SetNextStep) = "set_next_step",
        /// Ticks the next step off.
        CompleteNextStep(CompleteNextStep) = "complete_next_step",
    }
}

/// Why an opportunity stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum OpportunityError {
    /// A name is empty or too long.
    #[error("a name of 1 to {max} characters is needed")]
    Name {
        /// Most characters.
        max: u32,
    },
    /// An amount is negative.
    #[error("an amount can't be negative")]
    Amount,
    /// It is at another stage than the author saw.
    #[error("it is at {now:?}, not {seen:?}")]
    StageMoved {
        /// Where the author saw it.
        seen: Stage,
        /// Where it is.
        now: Stage,
    },
    /// Lost needs a reason.
    #[error("say why it was lost, in at most {max} characters")]
    LostReason {
        /// Most characters.
        max: u32,
    },
    /// The next step is empty or too long.
    #[error("a next step of 1 to {max} characters is needed")]
    NextStep {
        /// Most characters.
        max: u32,
    },
}

/// How far a deal has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Heard of.
    Lead,
    /// Budget, decider, pain and time are known.
    Qualified,
    /// An offer is being made.
    Proposal,
    /// Terms are being talked about.
    Negotiation,
    /// Signed.
    Won,
    /// Gone.
    Lost,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Self; 6] =
        [Self::Lead, Self::Qualified, Self::Proposal, Self::Negotiation, Self::Won, Self::Lost];
    /// Those that are worked on, in order.
    pub const OPEN: [Self; 4] = [Self::Lead, Self::Qualified, Self::Proposal, Self::Negotiation];

    /// Returns whether it is still worked on.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Won | Self::Lost)
    }

    /// Returns how likely deals of this stage are won, for the weighted pipeline.
    pub const fn probability(self) -> Percent {
        let bp = match self {
            Self::Lead => 1_000,
            Self::Qualified => 3_000,
            Self::Proposal => 5_000,
            Self::Negotiation => 7_500,
            Self::Won => 10_000,
            Self::Lost => 0,
        };
        match Percent::from_bp(bp) {
            Ok(percent) => percent,
            Err(_) => Percent::ZERO,
        }
    }
}

/// One move from stage to stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageMove {
    /// From where.
    pub from: Stage,
    /// To where.
    pub to: Stage,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// A possible deal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opportunity {
    /// Which one.
    pub id: OpportunityId,
    /// With whom.
    pub customer: CustomerId,
    /// Whose.
    pub by: UserId,
    /// What it is called.
    pub name: Stamped<String>,
    /// What it may bring over its term.
    pub amount: Stamped<Money>,
    /// When it should be signed.
    pub expected: Stamped<Date>,
    /// How far it has come.
    pub stage: Stage,
    /// Since when it is there.
    pub stage_since: Timestamp,
    /// All moves, oldest first.
    #[serde(default)]
    pub moves: Vec<StageMove>,
    /// Why it was lost.
    #[serde(default)]
    pub lost_reason: Option<String>,
    /// What happens next.
    #[serde(default)]
    pub next_step: Option<Stamped<NextStep>>,
}

/// Index: opportunities that are worked on, by stage.
pub const OPEN: &str = "opportunity.open|";
/// Index: all opportunities.
pub const OPPORTUNITIES: &str = "opportunity|";

impl Opportunity {
    /// Returns the index prefix of a customer's opportunities.
    pub fn of_customer(customer: CustomerId) -> String {
        format!("opportunity.customer|{customer}|")
    }
}

impl Entity for Opportunity {
    entity!(Opportunity, OpportunityId);

    fn scope(&self) -> Scope {
        Scope::Customer(self.customer)
    }

    fn index_keys(&self) -> Vec<String> {
        let mut keys = vec![
            format!("{OPPORTUNITIES}{}", self.id),
            format!("{}{}", Self::of_customer(self.customer), self.id),
        ];
        if self.stage.is_open() {
            keys.push(format!("{OPEN}{}|{}", self.expected.value, self.id));
            if let Some(step) = self.next_step.as_ref().filter(|step| !step.value.done) {
                keys.push(format!("{NEXT_STEPS}{}", step.value.day));
            }
        }
        keys
    }
}

/// Most characters of a name.
pub const NAME_MAX: u32 = 80;

fn name(text: &str) -> Result<String, OpportunityError> {
    crate::values::clean(text, NAME_MAX as usize).map_err(|_| OpportunityError::Name { max: NAME_MAX })
}

fn amount(amount: Money) -> Result<Money, OpportunityError> {
    if amount.is_negative() { Err(OpportunityError::Amount) } else { Ok(amount) }
}

/// Returns the opportunity if the actor serves its customer; to all others it does not exist.
fn own(rows: &Rows, by: &Context, id: OpportunityId) -> Result<Opportunity, Stop> {
    crate::customers::served_part::<Opportunity>(rows, by, id, |opportunity| opportunity.customer).cloned()
}

pub(crate) fn apply(rows: &Rows, by: &Context, write: &Write) -> Result<Changes, Stop> {
    match write {
        Write::Start(it) => start::start(rows, by, it),
        Write::Edit(it) => edit::edit(rows, by, it),
        Write::MoveStage(it) => stage::move_stage(rows, by, it),
        Write::SetNextStep(it) => next_step::set(rows, by, it),
        Write::CompleteNextStep(it) => next_step::complete(rows, by, it),
    }
}
