//! Everything that one manager has goes to another: who had it leaves, or does something else from now on. What that
//! means for a customer is decided with the customers (`customers/hand_over.rs`).

use serde::{Deserialize, Serialize};

use crate::command::Context;
use crate::customers;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::UserId;

/// Gives all customers of one manager to another, of whatever unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HandOver {
    /// Who has them.
    pub from: UserId,
    /// Who serves them from now on.
    pub to: UserId,
}

pub(super) fn hand_over(rows: &Rows, by: &Context, it: &HandOver) -> Result<Changes, Stop> {
    customers::hand_over_all(rows, by, it.from, it.to)
}
