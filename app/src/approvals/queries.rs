//! What the approval pages read from the store.

use leeway_core::approvals::{CASES, Case, DIGESTS_OPEN, RequestDigest};
use leeway_core::authority::{self, LIMITS, Limits};
use leeway_core::organisation::{Member, POSTS, Post};
use leeway_core::values::CaseId;

use crate::store::{Store, StoreError};

/// All cases on this device, oldest first, and all posts.
pub async fn list(store: Store) -> Result<(Vec<Case>, Vec<Post>), StoreError> {
    Ok((store.list(CASES).await?, store.list(POSTS).await?))
}

/// The requests of the user's unit that wait for posts, oldest first; none for who heads no unit.
pub async fn of_unit(store: Store) -> Result<Vec<RequestDigest>, StoreError> {
    store.list(DIGESTS_OPEN).await
}

/// A case with all that its page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseView {
    /// The case.
    pub case: Case,
    /// All posts.
    pub posts: Vec<Post>,
    /// The limits in force.
    pub limits: Option<Limits>,
    /// Who asks, if this user may see them.
    pub asker: Option<Member>,
    /// The other cases that wait, in the order of the list.
    pub waiting: Vec<CaseId>,
}

/// Reads a case.
pub async fn case(store: Store, id: CaseId) -> Result<Option<CaseView>, StoreError> {
    let Some(case) = store.get::<Case>(id).await? else { return Ok(None) };
    let limits = store.list::<Limits>(LIMITS).await?;
    let open = store.list::<Case>(leeway_core::approvals::OPEN).await?;
    Ok(Some(CaseView {
        posts: store.list(POSTS).await?,
        limits: authority::current(&limits).cloned(),
        asker: store.get(case.asked_by).await?,
        waiting: open.iter().map(|it| it.id).collect(),
        case,
    }))
}
