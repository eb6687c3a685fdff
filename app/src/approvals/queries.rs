//! What the approval pages read from the store.

use leeway_core::approvals::{
    CASES, Case, DIGESTS, DIGESTS_OPEN, OPEN, RequestDigest, STAND_INS, StandIn, late_posts,
};
use leeway_core::authority::{self, LIMITS, Limits};
use leeway_core::organisation::{BY_UNIT, Member, POSTS, Post};
use leeway_core::quotes::{FILINGS, Filing};
use leeway_core::spending::{PRECEDENTS, Precedent};
use leeway_core::values::{CaseId, UserId};

use super::view_model::{Answering, stand_in_view};
use crate::store::{Store, StoreError};

/// Reads who answers for posts: all posts, and who stands in for them.
async fn answering(store: &Store) -> Result<Answering, StoreError> {
    Ok(Answering { posts: store.list(POSTS).await?, stand_ins: store.list(STAND_INS).await? })
}

/// All cases on this device, oldest first, and who answers for posts.
pub async fn list(store: Store) -> Result<(Vec<Case>, Answering), StoreError> {
    Ok((store.list(CASES).await?, answering(&store).await?))
}

/// What somebody who answers for posts may arrange.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StandInView {
    /// The posts that they answer for.
    pub posts: Vec<Post>,
    /// The colleagues whom they may ask, by log-in name.
    pub people: Vec<Member>,
    /// The periods at these posts that are not over.
    pub live: Vec<StandIn>,
}

/// Reads what a user may arrange about stand-ins.
pub async fn stand_ins(store: Store, me: Option<UserId>) -> Result<StandInView, StoreError> {
    let Some(me) = me else { return Ok(StandInView::default()) };
    let answering = answering(&store).await?;
    let mut people = store.list::<Member>(BY_UNIT).await?;
    people.retain(|member| member.active && member.id != me);
    Ok(stand_in_view(answering, people, me))
}

/// The requests of the user's unit that wait for posts, oldest first; none for who heads no unit.
pub async fn of_unit(store: Store) -> Result<Vec<RequestDigest>, StoreError> {
    store.list(DIGESTS_OPEN).await
}

/// The quotes of the user's unit that managers gave alone and that were filed, newest first.
pub async fn filed(store: Store) -> Result<Vec<Filing>, StoreError> {
    let mut all = store.list::<Filing>(FILINGS).await?;
    all.reverse();
    Ok(all)
}

/// How often posts were late with requests of the user's unit, the most often first.
pub async fn late(store: Store) -> Result<Vec<(String, usize)>, StoreError> {
    let digests = store.list::<RequestDigest>(DIGESTS).await?;
    Ok(late_posts(digests.iter().map(|it| &it.track)))
}

/// A case with all that its page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseView {
    /// The case.
    pub case: Case,
    /// Who answers for posts.
    pub answering: Answering,
    /// The limits in force.
    pub limits: Option<Limits>,
    /// Who asks, if this user may see them.
    pub asker: Option<Member>,
    /// The other cases that wait, in the order of the list.
    pub waiting: Vec<CaseId>,
    /// What was given in like deals.
    pub precedents: Vec<Precedent>,
}

/// Reads a case.
pub async fn case(store: Store, id: CaseId) -> Result<Option<CaseView>, StoreError> {
    let Some(case) = store.get::<Case>(id).await? else { return Ok(None) };
    let limits = store.list::<Limits>(LIMITS).await?;
    let open = store.list::<Case>(OPEN).await?;
    Ok(Some(CaseView {
        answering: answering(&store).await?,
        limits: authority::current(&limits).cloned(),
        asker: store.get(case.asked_by).await?,
        waiting: open.iter().map(|it| it.id).collect(),
        precedents: store.list(PRECEDENTS).await?,
        case,
    }))
}
