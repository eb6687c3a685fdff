//! What the first screen reads.

use std::collections::HashMap;

use leeway_core::approvals::{self, Case};
use leeway_core::customers::Customer;
use leeway_core::inbox::{CLASHES, ClashCard, REFUSALS, RefusalCard};
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

/// Customers by id, each read once.
struct Names(HashMap<CustomerId, Option<Customer>>);

impl Names {
    async fn of(&mut self, store: &Store, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        if let Some(known) = self.0.get(&id) {
            return Ok(known.clone());
        }
        let found = store.get::<Customer>(id).await?;
        self.0.insert(id, found.clone());
        Ok(found)
    }
}

/// Reads the visits of today, and those that were missed.
pub async fn route(store: Store, today: Date) -> Result<DayRoute, StoreError> {
    let (start, now) = (visits::OPEN.to_owned(), format!("{}{today}", visits::OPEN));
    let late = store.list_range::<Visit>(&start, &now, Some(LATE_MAX)).await?;
    let due = store.list::<Visit>(&format!("{}{today}T", visits::BY_DAY)).await?;
    let mut names = Names(HashMap::new());
    let mut found = Vec::new();
    for visit in late.into_iter().chain(due) {
        if let Some(customer) = names.of(&store, visit.customer).await? {
            found.push((visit, customer));
        }
    }
    Ok(day_route(found, today))
}

/// Reads the user's quotes that are with somebody who decides.
pub async fn waiting(store: Store) -> Result<Vec<WaitingQuote>, StoreError> {
    let mut names = Names(HashMap::new());
    let mut found = Vec::new();
    for quote in store.list::<Quote>(quotes::WAITING).await? {
        let QuoteState::Submitted { post, at, .. } = quote.state else { continue };
        let Some(customer) = names.of(&store, quote.content.customer).await? else { continue };
        let Ok(sums) = totals(&quote.content) else { continue };
        let with = store.get::<Post>(post).await?.map(|post| post.holder.name);
        found.push(WaitingQuote {
            quote: quote.id,
            customer: customer.name.value,
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
    let mut names = Names(HashMap::new());
    let mut found = Vec::new();
    for visit in store.list_range::<Visit>(NEXT_STEPS, &end, None).await? {
        let Some(step) = visit.next_step.filter(|step| !step.value.done) else { continue };
        let Some(customer) = names.of(&store, visit.customer).await? else { continue };
        found.push(Step::new(StepOf::Visit(visit.id), &step, customer.name.value, None));
    }
    for deal in store.list_range::<Opportunity>(NEXT_STEPS, &end, None).await? {
        let Some(step) = deal.next_step.filter(|step| !step.value.done) else { continue };
        let Some(customer) = names.of(&store, deal.customer).await? else { continue };
        let of = StepOf::Opportunity(deal.id);
        found.push(Step::new(of, &step, customer.name.value, Some(deal.name.value)));
    }
    Ok(order_steps(found))
}

/// Reads the cases that wait for this user, oldest first.
pub async fn cases(store: Store) -> Result<Vec<Case>, StoreError> {
    store.list::<Case>(approvals::OPEN).await
}

/// Reads the latest digests of the unit, newest first.
pub async fn digests(store: Store, now: Timestamp) -> Result<Vec<VisitDigest>, StoreError> {
    let start = now.ms().saturating_sub(DIGESTS_BACK * 24 * 3_600_000).max(0);
    let (from, to) = (format!("{DIGESTS}{start:015}"), format!("{DIGESTS}{END}"));
    let found = store.list_range::<VisitDigest>(&from, &to, None).await?;
    Ok(found.into_iter().rev().take(DIGESTS_SHOWN).collect())
}

/// Counts the cards that need the user.
pub async fn cards(store: Store) -> Result<usize, StoreError> {
    let refused = store.list::<RefusalCard>(REFUSALS).await?.len();
    Ok(refused + store.list::<ClashCard>(CLASHES).await?.len())
}
