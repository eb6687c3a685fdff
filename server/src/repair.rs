//! What a phone holds is compared with what it should hold, by digests. **Never** judges what the phone can't know
//! yet: a scope in which something changed since the phone's cookie is passed over.

use std::collections::BTreeSet;

use leeway_core::Scope;
use leeway_core::sync::digest::Digest;
use leeway_core::sync::protocol::{REPAIR_SCOPES_MAX, RepairRequest, RepairResponse};
use leeway_core::values::UserId;

use crate::app::App;
use crate::db::Reading;
use crate::deputies;
use crate::error::{ApiError, TooLarge};
use crate::scope::{epoch, read_cookie};

/// Answers a repair of this user.
///
/// # Errors
/// [`ApiError`] when too much is asked, the store is not the user's, or the database fails.
pub async fn repair(app: &App, user: UserId, request: &RepairRequest) -> Result<RepairResponse, ApiError> {
    if request.digests.len() > REPAIR_SCOPES_MAX {
        return Err(ApiError::TooLarge { what: TooLarge::Scopes, max: REPAIR_SCOPES_MAX });
    }
    deputies::in_time(app, user).await?;
    let mut reading = app.db.read(app.tenant).await?;
    match reading.client(request.client).await? {
        Some(client) if client.user == user => {}
        _ => return Err(ApiError::ForeignClient),
    }
    let refill = wrong(user, request, reading.as_mut()).await?;
    reading.end().await?;
    if !refill.is_empty() {
        tracing::warn!(%user, client = %request.client, scopes = refill.len(), "a phone holds other rows");
    }
    Ok(RepairResponse { refill })
}

async fn wrong(
    user: UserId,
    request: &RepairRequest,
    reading: &mut dyn Reading,
) -> Result<Vec<Scope>, ApiError> {
    let epoch = epoch(reading).await?;
    let since = match read_cookie(&epoch, &request.cookie) {
        Some(mark) if reading.knows(&mark).await? => mark,
        // of another history: nothing that the phone holds can be relied on
        _ => return Ok(request.digests.keys().copied().collect()),
    };
    let grants = reading.grants(user, Some(&since)).await?;
    let fresh: BTreeSet<Scope> = grants.iter().filter(|it| it.fresh).map(|it| it.scope).collect();
    let held: BTreeSet<Scope> = grants.iter().filter(|it| it.active).map(|it| it.scope).collect();
    let mut refill = Vec::new();
    for scope in held.iter().chain(request.digests.keys().filter(|scope| !held.contains(scope))) {
        if fresh.contains(scope) {
            continue;
        }
        let said = request.digests.get(scope).copied().unwrap_or_default();
        let expected = match held.contains(scope) {
            true => reading.digest(*scope, &since).await?,
            false => Some(Digest::default()),
        };
        if expected.is_some_and(|expected| expected != said) {
            refill.push(*scope);
        }
    }
    Ok(refill)
}
