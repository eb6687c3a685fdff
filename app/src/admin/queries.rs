//! What the admin's pages read.

use leeway_core::approvals::Procedure;
use leeway_core::authority::{self, LIMITS, Limits, ReasonCodes};
use leeway_core::calendar::WorkCalendar;
use leeway_core::letterhead::Letterhead;
use leeway_core::organisation::{BY_UNIT, Member, POSTS, Post, UNITS, Unit, Write};
use leeway_core::pricing::{BOOKS, COSTS, Costs, PriceBook};
use leeway_core::values::{PriceBookId, UserId};
use leeway_core::{Body, Command};

use crate::store::{Store, StoreError};

/// The organisation as an admin sees it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Organisation {
    /// All units, by name.
    pub units: Vec<Unit>,
    /// All members, by unit and log-in name.
    pub members: Vec<Member>,
    /// All posts, by title.
    pub posts: Vec<Post>,
}

impl Organisation {
    /// Returns the post of this id.
    pub fn post(&self, id: leeway_core::values::PostId) -> Option<&Post> {
        self.posts.iter().find(|it| it.id == id)
    }
}

/// Reads units, members and posts.
pub async fn organisation(store: Store) -> Result<Organisation, StoreError> {
    Ok(Organisation {
        units: store.list::<Unit>(UNITS).await?,
        members: store.list::<Member>(BY_UNIT).await?,
        posts: store.list::<Post>(POSTS).await?,
    })
}

/// Reads one member.
pub async fn member(store: Store, id: Option<UserId>) -> Result<Option<Member>, StoreError> {
    match id {
        Some(id) => store.get::<Member>(id).await,
        None => Ok(None),
    }
}

/// Reads who is to take over all customers of this manager: asked here, and not done by the server yet.
pub async fn successor_asked_for(store: Store, from: UserId) -> Result<Option<String>, StoreError> {
    let asked = store.queue().await?.into_iter().rev().find_map(|entry| match entry.envelope.open() {
        Ok(Command { body: Body::Organisation(Write::HandOver(it)), .. }) if it.from == from => Some(it.to),
        _ => None,
    });
    match asked {
        Some(to) => Ok(store.get::<Member>(to).await?.map(|member| member.name)),
        None => Ok(None),
    }
}

/// Reads all units, by name.
pub async fn units(store: Store) -> Result<Vec<Unit>, StoreError> {
    store.list::<Unit>(UNITS).await
}

/// Reads the limits in force.
pub async fn limits(store: Store) -> Result<Option<Limits>, StoreError> {
    Ok(authority::current(&store.list::<Limits>(LIMITS).await?).cloned())
}

/// Reads all versions of the price book, newest first.
pub async fn books(store: Store) -> Result<Vec<PriceBook>, StoreError> {
    let mut books = store.list::<PriceBook>(BOOKS).await?;
    books.reverse();
    Ok(books)
}

/// What the products of one version cost.
#[derive(Debug, Clone, PartialEq)]
pub struct CostsView {
    /// The version.
    pub book: PriceBook,
    /// What they cost; `None`: nobody has said yet.
    pub set: Option<Costs>,
    /// What was said last of another version.
    pub guess: Option<Costs>,
}

/// Reads what the products of one version cost.
pub async fn costs(store: Store, id: PriceBookId) -> Result<Option<CostsView>, StoreError> {
    let Some(book) = store.get::<PriceBook>(id).await? else { return Ok(None) };
    let (mut mine, mut others): (Vec<Costs>, Vec<Costs>) =
        all_costs(store).await?.into_iter().partition(|it| it.id == id);
    Ok(Some(CostsView { book, set: mine.pop(), guess: others.pop() }))
}

/// Reads what the products of all versions cost, those that were set last at the end.
pub async fn all_costs(store: Store) -> Result<Vec<Costs>, StoreError> {
    store.list::<Costs>(COSTS).await
}

/// Reads the calendar; `None` within: none was set yet.
pub async fn calendar(store: Store) -> Result<Option<Option<WorkCalendar>>, StoreError> {
    Ok(Some(store.get(WorkCalendar::ID).await?))
}

/// Reads the reasons for giving; `None` within: none were set yet.
pub async fn reasons(store: Store) -> Result<Option<Option<ReasonCodes>>, StoreError> {
    Ok(Some(store.get(ReasonCodes::ID).await?))
}

/// Reads the letterhead; `None` within: none was set yet.
pub async fn letterhead(store: Store) -> Result<Option<Option<Letterhead>>, StoreError> {
    Ok(Some(store.get(Letterhead::ID).await?))
}

/// The procedure as an admin sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct ProcedureView {
    /// The procedure; `None`: none was set yet.
    pub set: Option<Procedure>,
    /// All posts, by title.
    pub posts: Vec<Post>,
}

/// Reads the procedure.
pub async fn procedure(store: Store) -> Result<Option<ProcedureView>, StoreError> {
    Ok(Some(ProcedureView { set: store.get(Procedure::ID).await?, posts: store.list(POSTS).await? }))
}
