//! A version of the limits is published. Each level has at least what the one below has.

use serde::{Deserialize, Serialize};

use super::{Authority, AuthorityError, LIMITS, Limits};
use crate::command::Context;
use crate::pricing::Family;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::LimitsId;

/// Publishes a version of the limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublishLimits {
    /// Its id, made on the device.
    pub limits: LimitsId,
    /// Managers of one, two and three stars.
    pub stars: [Authority; 3],
    /// Heads of units.
    pub unit_head: Authority,
    /// The approver above them.
    pub approver: Authority,
}

pub(super) fn publish(rows: &Rows, by: &Context, it: &PublishLimits) -> Result<Changes, Stop> {
    rows.require_absent::<Limits>(it.limits)?;
    let levels: Vec<&Authority> = it.stars.iter().chain([&it.unit_head, &it.approver]).collect();
    for pair in levels.windows(2) {
        if let [lower, higher] = pair {
            check(lower, higher)?;
        }
    }
    Ok(Changes::none().put(Limits {
        id: it.limits,
        published_at: by.after(rows.list::<Limits>(LIMITS)?.iter().map(|limits| limits.published_at)),
        stars: it.stars.clone(),
        unit_head: it.unit_head.clone(),
        approver: it.approver.clone(),
    }))
}

fn check(lower: &Authority, higher: &Authority) -> Result<(), AuthorityError> {
    if let Some(family) = Family::ALL.into_iter().find(|family| higher.limit(*family) < lower.limit(*family))
    {
        return Err(AuthorityError::Decreasing { family: Some(family) });
    }
    if higher.deal_cap < lower.deal_cap {
        return Err(AuthorityError::Decreasing { family: None });
    }
    Ok(())
}
