//! The pipeline: how much stands at which stage, how much of it is stuck, and what it is worth by how likely each
//! stage is won.

use leeway_core::opportunities::Stage;
use leeway_core::values::Money;

use super::Row;

/// What stands at one stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageSum {
    /// Which stage.
    pub stage: Stage,
    /// How many.
    pub count: usize,
    /// How much.
    pub sum: Money,
    /// How much of it has no next step, or an overdue one.
    pub stuck: Money,
}

/// What stands at all stages that are worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// How many.
    pub count: usize,
    /// How much.
    pub total: Money,
    /// How much, weighted by how likely each stage is won.
    pub weighted: Money,
    /// By stage, in order.
    pub stages: Vec<StageSum>,
}

impl Pipeline {
    /// Sums up the rows that are worked on. A sum past what can be shown stops there.
    pub fn of(rows: &[Row]) -> Self {
        let stages: Vec<StageSum> = Stage::OPEN.into_iter().map(|stage| stage_sum(rows, stage)).collect();
        let total = add(stages.iter().map(|it| it.sum));
        let weighted = add(stages.iter().map(|it| whole(it.sum.percent(it.stage.probability()))));
        Self { count: stages.iter().map(|it| it.count).sum(), total, weighted, stages }
    }

    /// Returns how much of the fullest stage this sum is, 0 to 100.
    pub fn share(&self, sum: Money) -> u32 {
        let most = self.stages.iter().map(|it| it.sum.fen()).max().unwrap_or_default();
        let share = sum.fen().saturating_mul(100).checked_div(most).unwrap_or_default();
        u32::try_from(share.clamp(0, 100)).unwrap_or_default()
    }
}

fn stage_sum(rows: &[Row], stage: Stage) -> StageSum {
    let mine = || rows.iter().filter(|row| row.stage == stage);
    StageSum {
        stage,
        count: mine().count(),
        sum: add(mine().map(|row| row.amount)),
        stuck: add(mine().filter(|row| row.state.is_stuck()).map(|row| row.amount)),
    }
}

/// Rounds to 元: the product of a guess has no cents.
pub fn whole(amount: Money) -> Money {
    Money::from_fen((amount.fen() + 50).div_euclid(100) * 100)
}

fn add(amounts: impl Iterator<Item = Money>) -> Money {
    amounts.fold(Money::ZERO, |sum, it| sum.checked_add(it).unwrap_or(Money::MAX))
}
