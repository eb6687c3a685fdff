//! A visit begins. Beginning it twice, from two phones, keeps the first beginning.

use serde::{Deserialize, Serialize};

use super::{VisitState, live};
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::VisitId;

/// Begins a visit, at the customer's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Open {
    /// Which visit.
    pub visit: VisitId,
}

pub(super) fn open(rows: &Rows, by: &Context, it: &Open) -> Result<Changes, Stop> {
    let mut visit = live(rows, by, it.visit)?;
    if visit.state == VisitState::Planned {
        visit.state = VisitState::Open { since: by.at };
    }
    Ok(Changes::none().put(visit))
}
