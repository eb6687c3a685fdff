//! What the visit pages read from the store.

use futures::future::try_join3;
use leeway_core::customers::{BY_NAME, Contact, Customer};
use leeway_core::opportunities::Opportunity;
use leeway_core::values::{CustomerId, Date, Timestamp, VisitId};
use leeway_core::visits::{
    BY_DAY, CHECKLISTS, Checklist, DIGESTS, NextStep, OPEN, Visit, VisitDigest, VisitNote, VisitPhoto,
};

use crate::store::{Store, StoreError};

/// Visits with the customers that they name.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitList {
    /// The visits.
    pub visits: Vec<Visit>,
    /// All customers of this user.
    pub customers: Vec<Customer>,
}

/// How many days of visits that are over are shown at first: of somebody who is asked about the last one. Each day more
/// costs every look at the list its reading.
pub const BACK: i64 = 14;

/// Reads all visits that are not over, and those that were planned for the last `back` days.
pub async fn list(store: Store, today: Date, back: i64) -> Result<VisitList, StoreError> {
    let (from, to) = (format!("{BY_DAY}{}", today.plus_days(-back)), format!("{BY_DAY}~"));
    // asked at once: one way to the database and back
    let open = store.list::<Visit>(OPEN);
    let (mut visits, recent, customers) =
        try_join3(open, store.list_range::<Visit>(&from, &to, None), store.list(BY_NAME)).await?;
    visits.extend(recent.into_iter().filter(|visit| !visit.is_live()));
    Ok(VisitList { visits, customers })
}

/// A visit with all that its page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitView {
    /// The visit.
    pub visit: Visit,
    /// Whom.
    pub customer: Option<Customer>,
    /// The version that it is filled in with.
    pub checklist: Option<Checklist>,
    /// Its notes, oldest first.
    pub notes: Vec<VisitNote>,
    /// The photos on them, oldest first.
    pub photos: Vec<VisitPhoto>,
}

/// Reads a visit.
pub async fn visit(store: Store, id: VisitId) -> Result<Option<VisitView>, StoreError> {
    let Some(visit) = store.get::<Visit>(id).await? else { return Ok(None) };
    Ok(Some(VisitView {
        customer: store.get(visit.customer).await?,
        checklist: store.get(visit.checklist).await?,
        notes: store.list(&VisitNote::of_visit(id)).await?,
        photos: store.list(&VisitPhoto::of_visit(id)).await?,
        visit,
    }))
}

/// A promise made on an earlier visit.
#[derive(Debug, Clone, PartialEq)]
pub struct PastStep {
    /// On which visit.
    pub visit: VisitId,
    /// What and when.
    pub step: NextStep,
}

/// What to know before going there.
#[derive(Debug, Clone, PartialEq)]
pub struct Brief {
    /// The customer's people.
    pub contacts: Vec<Contact>,
    /// What was promised on the last visits, newest first.
    pub steps: Vec<PastStep>,
    /// Deals under way.
    pub opportunities: Vec<Opportunity>,
}

/// How many earlier promises are shown.
const STEPS: usize = 3;

/// Reads what to know about this customer before the visit `but`.
pub async fn brief(store: Store, customer: CustomerId, but: VisitId) -> Result<Brief, StoreError> {
    let visits = store.list::<Visit>(&Visit::of_customer(customer)).await?;
    let step = |visit: Visit| Some(PastStep { visit: visit.id, step: visit.next_step?.value });
    let steps = visits.into_iter().rev().filter(|visit| visit.id != but).filter_map(step).take(STEPS);
    let opportunities = store.list::<Opportunity>(&Opportunity::of_customer(customer)).await?;
    Ok(Brief {
        contacts: store.list(&Contact::of_customer(customer)).await?,
        steps: steps.collect(),
        opportunities: opportunities.into_iter().filter(|it| it.stage.is_open()).collect(),
    })
}

/// Reads all checklists that new visits may use.
pub async fn checklists(store: Store) -> Result<Vec<Checklist>, StoreError> {
    store.list(CHECKLISTS).await
}

/// Reads the digests since a moment, oldest first.
pub async fn digests(store: Store, since: Timestamp) -> Result<Vec<VisitDigest>, StoreError> {
    let from = format!("{DIGESTS}{:015}", since.ms().max(0));
    store.list_range(&from, &format!("{DIGESTS}~"), None).await
}
