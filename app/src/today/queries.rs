//! What the first screen reads.

use std::collections::{HashMap, HashSet};

use leeway_core::approvals::{self, Case};
use leeway_core::customers::Customer;
use leeway_core::opportunities::Opportunity;
use leeway_core::organisation::Post;
use leeway_core::quotes::{self, Quote, QuoteState, totals};
use leeway_core::values::{CustomerId, Date, Timestamp};
use leeway_core::visits::{self, DIGESTS, NEXT_STEPS, Visit, VisitDigest};

use super::view_model::{DayRoute, Step, StepOf, WaitingQuote, day_route, order_steps};
use crate::store::{Store, StoreError};

/// How many missed visits are read at most.
const LATE_MAX: usize = 50;
/// How far ahead next steps are shown, in days.
const STEPS_AHEAD: i64 = 7;
/// How far back digests are read, in days.
const DIGESTS_BACK: i64 = 21;
/// How many digests are shown.
const DIGESTS_SHOWN: usize = 8;
/// Follows every key that starts with a day, a time or an id.
const END: char = '~';

/// Reads these customers, each once.
async fn customers(
    store: &Store,
    ids: impl Iterator<Item = CustomerId>,
) -> Result<HashMap<CustomerId, Customer>, StoreError> {
    let ids: HashSet<CustomerId> = ids.collect();
    Ok(store.get_all::<Customer>(ids).await?.into_iter().map(|it| (it.id, it)).collect())
}

/// Reads the visits of today, and those that were missed.
pub async fn route(store: Store, today: Date) -> Result<DayRoute, StoreError> {
    let (start, now) = (visits::OPEN.to_owned(), format!("{}{today}", visits::OPEN));
    let late = store.list_range::<Visit>(&start, &now, Some(LATE_MAX)).await?;
    let due = store.list::<Visit>(&format!("{}{today}T", visits::BY_DAY)).await?;
    let customers = customers(&store, late.iter().chain(&due).map(|it| it.customer)).await?;
    let with_customer = |visit: Visit| {
        let customer = customers.get(&visit.customer)?.clone();
        Some((visit, customer))
    };
    Ok(day_route(late.into_iter().chain(due).filter_map(with_customer).collect(), today))
}

/// Reads the user's quotes that are with somebody who decides.
pub async fn waiting(store: Store) -> Result<Vec<WaitingQuote>, StoreError> {
    let waiting = store.list::<Quote>(quotes::WAITING).await?;
    let customers = customers(&store, waiting.iter().map(|it| it.content.customer)).await?;
    let mut found = Vec::new();
    for quote in waiting {
        let QuoteState::Submitted { post, at, .. } = quote.state else { continue };
        let Some(customer) = customers.get(&quote.content.customer) else { continue };
        let Ok(sums) = totals(&quote.content) else { continue };
        let with = store.get::<Post>(post).await?.map(|post| post.holder.name);
        found.push(WaitingQuote {
            quote: quote.id,
            customer: customer.name.value.clone(),
            off: sums.effective,
            with,
            since: at,
        });
    }
    Ok(found)
}

/// Reads the next steps of visits and opportunities that are late or near.
pub async fn steps(store: Store, today: Date) -> Result<Vec<Step>, StoreError> {
    let end = format!("{NEXT_STEPS}{}{END}", today.plus_days(STEPS_AHEAD));
    let visits = store.list_range::<Visit>(NEXT_STEPS, &end, None).await?;
    let deals = store.list_range::<Opportunity>(NEXT_STEPS, &end, None).await?;
    let ids = visits.iter().map(|it| it.customer).chain(deals.iter().map(|it| it.customer));
    let customers = customers(&store, ids).await?;
    let name = |id: CustomerId| customers.get(&id).map(|it| it.name.value.clone());
    let mut found = Vec::new();
    for visit in visits {
        let Some(step) = visit.next_step.filter(|step| !step.value.done) else { continue };
        let Some(customer) = name(visit.customer) else { continue };
        found.push(Step::new(StepOf::Visit(visit.id), &step, customer, None));
    }
    for deal in deals {
        let Some(step) = deal.next_step.filter(|step| !step.value.done) else { continue };
        let Some(customer) = name(deal.customer) else { continue };
        found.push(Step::new(StepOf::Opportunity(deal.id), &step, customer, Some(deal.name.value)));
    }
    Ok(order_steps(found))
}

/// Reads the cases that wait for this user, oldest first.
pub async fn cases(store: Store) -> Result<Vec<Case>, StoreError> {
    store.list::<Case>(approvals::OPEN).await
}

/// Reads the latest digests of the unit, newest first.
pub async fn digests(store: Store, now: Timestamp) -> Result<Vec<VisitDigest>, StoreError> {
    let start = now.plus_days(-DIGESTS_BACK).in_index();
    let (from, to) = (format!("{DIGESTS}{start}"), format!("{DIGESTS}{END}"));
    let found = store.list_range::<VisitDigest>(&from, &to, None).await?;
    Ok(found.into_iter().rev().take(DIGESTS_SHOWN).collect())
}
