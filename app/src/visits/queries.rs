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
    /// From how many days ago on the visits that are over are here.
    pub back: i64,
}

/// From how many days ago on visits that are over are shown at first: of somebody who is asked about the last one. Each
/// day more costs every look at the list its reading.
pub const BACK: i64 = 7;
/// Fewer visits that are over are a short list: more days are read, until there are so many or so many days.
const ENOUGH: usize = 50;
const BACK_FOR_ENOUGH: i64 = 28;

/// Reads all visits that are not over, and those that were planned for the last `back` days, or more if they are few.
pub async fn list(store: Store, today: Date, back: i64) -> Result<VisitList, StoreError> {
    // asked at once: one way to the database and back
    let (mut visits, (recent, back), customers) =
        try_join3(store.list::<Visit>(OPEN), over(&store, today, back), store.list(BY_NAME)).await?;
    visits.extend(recent);
    Ok(VisitList { visits, customers, back })
}

async fn over(store: &Store, today: Date, mut back: i64) -> Result<(Vec<Visit>, i64), StoreError> {
    loop {
        let (from, to) = (format!("{BY_DAY}{}", today.plus_days(-back)), format!("{BY_DAY}~"));
        let mut visits: Vec<Visit> = store.list_range(&from, &to, None).await?;
        visits.retain(|visit| !visit.is_live());
        if visits.len() >= ENOUGH || back >= BACK_FOR_ENOUGH {
            return Ok((visits, back));
        }
        back = (back * 2).min(BACK_FOR_ENOUGH);
    }
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
    let from = format!("{DIGESTS}{}", since.in_index());
    store.list_range(&from, &format!("{DIGESTS}~"), None).await
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use leeway_core::sync::protocol::{PullResponse, WireRow};
    use leeway_core::testing::sample;
    use leeway_core::visits::{VisitState, When};
    use leeway_core::{Entity, Record};

    use super::*;
    use crate::store::Staged;

    const TODAY: &str = "2026-11-23";

    fn past(n: u128, days_ago: i64) -> Visit {
        let mut visit = sample::visit();
        visit.id = VisitId::from_u128(n);
        visit.when.value = When { day: today().plus_days(-days_ago), minute: Some(600) };
        visit.state =
            VisitState::Finished { since: Timestamp::from_ms(0), until: Timestamp::from_ms(60_000) };
        visit
    }

    fn today() -> Date {
        TODAY.parse().unwrap()
    }

    fn answer(visits: &[Visit]) -> PullResponse {
        let row = |visit: &Visit| WireRow {
            scope: visit.scope(),
            typ: Visit::TYPE.name().into(),
            id: visit.id.uuid(),
            rev: 1,
            deleted: false,
            body: Record::from(visit.clone()).to_body().unwrap(),
        };
        PullResponse {
            reset: false,
            epoch: "e1".into(),
            drop: Vec::new(),
            fill: Vec::new(),
            rows: visits.iter().map(row).collect(),
            ack: 0,
            durable: 0,
            page: None,
            cookie: Some("c1".into()),
            now: Timestamp::from_ms(0),
            min_core: 1,
        }
    }

    /// Checks how far back a list goes that is asked for so many days, with `each` visits on each of the last 60 days.
    #[track_caller]
    fn check(name: &str, each: u128, asked: i64, expected: i64) {
        let of_day = |(ago, first)| (0..each).map(move |n| past(first + n, ago));
        let visits: Vec<Visit> = (0..60).zip((1..).step_by(100)).flat_map(of_day).collect();
        let found = block_on(async {
            let store = Store::open_named(name).await.unwrap();
            let mut staged = Staged::default();
            staged.add(&answer(&visits), true).unwrap();
            let client = store.standing().await.unwrap().0;
            store.reveal(client, &staged, Timestamp::from_ms(0)).await.unwrap();
            list(store, today(), asked).await.unwrap()
        });
        let since = today().plus_days(-expected);
        let held = visits.iter().filter(|it| it.when.value.day >= since).count();
        assert_eq!((found.back, found.visits.len()), (expected, held));
    }

    #[test]
    fn a_list_opens_with_as_many_weeks_as_it_takes_to_be_one() {
        check("busy", 10, BACK, 7);
        check("usual", 5, BACK, 14);
        check("quiet", 1, BACK, 28);
        check("empty", 0, BACK, 28);
    }

    #[test]
    fn earlier_is_as_far_as_asked() {
        check("earlier", 5, 37, 37);
        check("earlier, and few", 1, 37, 37);
    }
}
