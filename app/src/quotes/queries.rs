//! What the quote pages read from the store.

use leeway_core::approvals::Procedure;
use leeway_core::authority::{self, LIMITS, Level, Limits, Promised, ReasonCodes, ReasonList, promised};
use leeway_core::calendar::WorkCalendar;
use leeway_core::customers::{BY_NAME, Customer, Grade};
use leeway_core::frameworks::{FRAMEWORKS, Framework};
use leeway_core::opportunities::Opportunity;
use leeway_core::organisation::{Member, Post, Star, Unit};
use leeway_core::pricing::{self, BOOKS, Family, PriceBook};
use leeway_core::proof::{Allowance, Barrier};
use leeway_core::quotes::{QUOTES, Quote, QuoteState, totals};
use leeway_core::spending::{PRECEDENTS, Precedent, like};
use leeway_core::values::{CustomerId, Date, Money, QuoteId, Timestamp, UserId};

use super::view_model::Judges;
use crate::signing::Powers;
use crate::store::{Store, StoreError};

/// All quotes, oldest first, and the customers that they name.
pub async fn list(store: Store) -> Result<(Vec<Quote>, Vec<Customer>), StoreError> {
    Ok((store.list(QUOTES).await?, store.list(BY_NAME).await?))
}

/// A quote with all that its page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct QuoteView {
    /// The quote.
    pub quote: Quote,
    /// For whom.
    pub customer: Option<Customer>,
    /// About which opportunity.
    pub opportunity: Option<Opportunity>,
    /// The price-book version of its lines.
    pub book: Option<PriceBook>,
    /// Who it waits for.
    pub waits_for: Option<Post>,
    /// All that it is judged by.
    pub judges: Judges,
    /// What can be named as a reason for giving.
    pub reasons: ReasonList,
    /// What was given in like deals.
    pub precedents: Vec<Precedent>,
    /// What this device holds to make it binding by, once it has a key.
    pub powers: Option<Powers>,
}

impl QuoteView {
    /// Returns what was given in this family in deals like this one, at a list price.
    pub fn precedent(&self, family: Family, list: Money) -> Option<&Precedent> {
        like(&self.precedents, (family, list), self.judges.grade, self.quote.content.months)
    }

    /// Says whether this device may make it binding now; `None` where that is no question: without a key, limits or sums.
    pub fn may_bind(&self, now: Timestamp) -> Option<Result<Allowance, Barrier>> {
        let (powers, limits) = (self.powers.as_ref()?, self.judges.limits.as_ref()?);
        Some(powers.may_bind(limits, self.judges.star, &totals(&self.quote.content).ok()?, now))
    }
}

/// Reads a quote.
pub async fn quote(
    store: Store,
    id: QuoteId,
    me: UserId,
    (today, now): (Date, Timestamp),
) -> Result<Option<QuoteView>, StoreError> {
    let Some(quote) = store.get::<Quote>(id).await? else { return Ok(None) };
    let opportunity = match quote.content.opportunity {
        Some(id) => store.get(id).await?,
        None => None,
    };
    let waits_for = match quote.state {
        QuoteState::Submitted { post, .. } => store.get(post).await?,
        _ => None,
    };
    let customer = store.get::<Customer>(quote.content.customer).await?;
    let powers = Powers::read(&store, now).await?;
    let judges = judges(&store, (&quote, customer.as_ref()), me, (today, now)).await?;
    Ok(Some(QuoteView {
        judges: Judges { left: left(&judges, powers.as_ref()), ..judges },
        customer,
        opportunity,
        book: store.get(quote.content.book).await?,
        waits_for,
        powers,
        reasons: store.get::<ReasonCodes>(ReasonCodes::ID).await?.map(|it| it.list).unwrap_or_default(),
        precedents: store.list(PRECEDENTS).await?,
        quote,
    }))
}

/// Returns what this device may still give away in this month; nothing where there is a bound and no slice of it.
fn left(judges: &Judges, powers: Option<&Powers>) -> Option<Money> {
    judges.limits.as_ref()?.of_star(judges.star).month_max?;
    Some(powers.map_or(Money::ZERO, Powers::left))
}

/// Reads all that a quote is judged by.
async fn judges(
    store: &Store,
    (quote, customer): (&Quote, Option<&Customer>),
    me: UserId,
    (today, now): (Date, Timestamp),
) -> Result<Judges, StoreError> {
    let member = store.get::<Member>(me).await?;
    let unit = match &member {
        Some(member) => store.get::<Unit>(member.unit).await?,
        None => None,
    };
    let (head, approver) = match &unit {
        Some(unit) => (store.get::<Post>(unit.head).await?, store.get::<Post>(unit.approver).await?),
        None => (None, None),
    };
    let first = match (&unit, &head) {
        (Some(unit), Some(head)) => first(store, unit, head, me, now).await?,
        _ => [None, None],
    };
    let limits = store.list::<Limits>(LIMITS).await?;
    let limits = authority::current(&limits).cloned();
    let promised = match limits.as_ref().and_then(|it| it.window_days) {
        Some(days) => {
            let before = store.list::<Quote>(&Quote::of_customer(quote.content.customer)).await?;
            promised(&before, quote.id, now, days)
        }
        None => Promised::default(),
    };
    Ok(Judges {
        limits,
        promised,
        left: None,
        grade: customer.as_ref().map_or(Grade::C, |it| it.grade.value),
        unit: customer.map(|it| it.unit),
        star: member.as_ref().map_or(Star::ONE, Member::star),
        me,
        head,
        approver,
        first,
        current: current_book(store, today).await?,
        frameworks: store.list(&Framework::of_customer(quote.content.customer)).await?,
    })
}

/// Reads who is asked first, by the procedure and the calendar that this device knows: what the server will do, unless
/// either is changed meanwhile.
async fn first(
    store: &Store,
    unit: &Unit,
    head: &Post,
    me: UserId,
    now: Timestamp,
) -> Result<[Option<(Post, Timestamp)>; 2], StoreError> {
    let plan = store.get::<Procedure>(Procedure::ID).await?.map(|it| it.plan).unwrap_or_default();
    let time = store.get::<WorkCalendar>(WorkCalendar::ID).await?.map(|it| it.time).unwrap_or_default();
    let mut first = [None, None];
    for (place, level) in first.iter_mut().zip([Level::UnitHead, Level::Approver]) {
        let Some((post, limit)) = plan.first(level, unit, head, me) else { continue };
        let until = time.add_working(now, limit.minutes);
        *place = store.get::<Post>(post).await?.map(|post| (post, until));
    }
    Ok(first)
}

async fn current_book(store: &Store, today: Date) -> Result<Option<PriceBook>, StoreError> {
    let books = store.list::<PriceBook>(BOOKS).await?;
    Ok(pricing::current(&books, today).cloned())
}

/// What a new quote starts from.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// The price-book version that new quotes use today.
    pub book: Option<PriceBook>,
    /// The framework agreements of all customers of this device.
    pub frameworks: Vec<Framework>,
    /// The quote whose lines it takes over.
    pub from: Option<Quote>,
}

/// Reads what a new quote starts from.
pub async fn start(store: Store, from: Option<QuoteId>, today: Date) -> Result<Start, StoreError> {
    let from = match from {
        Some(id) => store.get(id).await?,
        None => None,
    };
    let frameworks = store.list(FRAMEWORKS).await?;
    Ok(Start { book: current_book(&store, today).await?, frameworks, from })
}

/// Reads the deals under way with a customer.
pub async fn deals(store: Store, customer: Option<CustomerId>) -> Result<Vec<Opportunity>, StoreError> {
    let Some(customer) = customer else { return Ok(Vec::new()) };
    let all = store.list::<Opportunity>(&Opportunity::of_customer(customer)).await?;
    Ok(all.into_iter().filter(|it| it.stage.is_open()).collect())
}
