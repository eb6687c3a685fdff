//! A visit ends: every required item is answered, and the unit head gets a digest.

use serde::{Deserialize, Serialize};

use super::{Checklist, Visit, VisitDigest, VisitError, VisitState, live};
use crate::command::Context;
use crate::customers::Customer;
use crate::organisation::actor;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::VisitId;

/// Ends a visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finish {
    /// Which visit.
    pub visit: VisitId,
}

impl Visit {
    /// Returns the required items that have no answer yet, in order.
    pub fn missing<'a>(&self, checklist: &'a Checklist) -> Vec<&'a super::Item> {
        checklist.items.iter().filter(|item| item.required && !self.answers.contains_key(&item.key)).collect()
    }
}

pub(super) fn finish(rows: &Rows, by: &Context, it: &Finish) -> Result<Changes, Stop> {
    let mut visit = live(rows, by, it.visit)?;
    let VisitState::Open { since } = visit.state else { return Err(VisitError::NotOpen.into()) };
    let checklist = rows.require::<Checklist>(visit.checklist)?;
    let missing = visit.missing(checklist);
    if !missing.is_empty() {
        let items = missing.into_iter().map(|item| item.question.clone()).collect();
        return Err(VisitError::MissingAnswers { items }.into());
    }
    visit.state = VisitState::Finished { since, until: by.at };
    let customer = rows.require::<Customer>(visit.customer)?;
    let member = actor(rows, by)?;
    let digest = VisitDigest {
        id: visit.id,
        unit: member.unit,
        by: by.actor,
        by_name: member.name.clone(),
        customer_name: customer.name.value.clone(),
        purpose: visit.purpose,
        finished_at: by.at,
        minutes: minutes(by.at.ms() - since.ms()),
        answered: count(visit.answers.len()),
        items: count(checklist.items.len()),
        next_step: visit.next_step.as_ref().map(|step| step.value.clone()),
    };
    Ok(Changes::none().put(visit).put(digest))
}

fn minutes(ms: i64) -> u32 {
    u32::try_from(ms / 60_000).unwrap_or(0)
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
