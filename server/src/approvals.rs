//! Posts are warned and replaced by the server's clock. Core says what turns ([`leeway_core::approvals::turn()`]); this says
//! when it is asked: in the transaction of the command that has a post asked, and by a timer for all that is due.
//! **Never** a rule of its own.
//!
//! However many are due at once, they are turned in batches, the longest due first. What is turned is read in the
//! transaction that turns it, so that of several processes one does it, and what was done is not done again: each warning
//! and each escalation comes once, also after the server was down.

use std::collections::BTreeSet;
use std::time::Duration;

use leeway_core::approvals::{DUE, Request, turn};
use leeway_core::values::{CaseId, Timestamp};
use leeway_core::{Changes, Coverage, Entity, Rows, Stop};

use crate::app::{App, detached};
use crate::db::{Writing, retrying};
use crate::error::ApiError;
use crate::rules::{read_ahead, ruled};
use crate::timer::sweep_every;

/// How often it is looked what is due: so late a warning comes, at most.
const EVERY: Duration = Duration::from_secs(2);
/// How many requests are turned in one transaction.
const BATCH: usize = 100;
/// So often what the rule asks for is read ahead: what depends on what was read, on that again.
const AHEAD: usize = 12;

/// Turns requests for as long as it is polled.
pub async fn watch(app: &App) {
    sweep_every(EVERY, "approvals", || sweep(app)).await;
}

/// Turns all requests that are due.
///
/// # Errors
/// [`ApiError`] when the database fails; a request that can't be turned holds up no other.
pub async fn sweep(app: &App) -> Result<(), ApiError> {
    let mut failed = BTreeSet::new();
    loop {
        let now = app.clock.now();
        let mut reading = app.db.read(app.tenant).await?;
        // those that failed stay due: they must not fill the batch
        let most = BATCH + failed.len();
        let due = reading.first_records(DUE, &Request::due_until(now), most).await?;
        reading.end().await?;
        let ids = due.iter().filter_map(Request::of).map(|it| it.id);
        let ids: Vec<CaseId> = ids.filter(|id| !failed.contains(id)).collect();
        if ids.is_empty() {
            return Ok(());
        }
        if turn_all(app, ids.clone(), now).await.is_ok() {
            continue;
        }
        for id in ids {
            if let Err(error) = turn_all(app, vec![id], now).await {
                tracing::error!(request = %id, %error, "a request was not turned");
                failed.insert(id);
            }
        }
    }
}

/// Turns these requests in one transaction.
async fn turn_all(app: &App, ids: Vec<CaseId>, now: Timestamp) -> Result<(), ApiError> {
    let app = app.clone();
    detached(async move {
        let ids = &ids;
        retrying(app.db.as_ref(), app.tenant, |mut tx: Box<dyn Writing>| async move {
            let mut rows = Rows::new(Coverage::Whole);
            let lacks = |rows: &Rows, id: &CaseId| match turn(rows, *id, now) {
                Err(Stop::Missing(missing)) => missing,
                _ => Vec::new(),
            };
            read_ahead(tx.as_mut(), &mut rows, ids.clone(), AHEAD, lacks).await?;
            for id in ids {
                let changes = ruled(tx.as_mut(), &mut rows, |rows| turn(rows, *id, now)).await?;
                rows.absorb(&changes);
            }
            let changes = rows.written();
            if changes != Changes::none() {
                tx.write(&changes).await?;
            }
            tx.commit().await?;
            tracing::info!(requests = ids.len(), "requests turned");
            Ok(())
        })
        .await
    })
    .await
}

/// Returns what a command changes together with what turns by it at once: a post that is asked has its time from now on.
pub(crate) async fn with_turn(
    tx: &mut dyn Writing,
    rows: &Rows,
    mut changes: Changes,
    now: Timestamp,
) -> Result<Changes, ApiError> {
    let due = changes.puts.iter().filter_map(Request::of).filter(|it| it.is_due(now));
    let ids: Vec<CaseId> = due.map(|it| it.id).collect();
    for id in ids {
        let mut rows = rows.clone();
        rows.absorb(&changes);
        let turned = ruled(tx, &mut rows, |rows| turn(rows, id, now)).await?;
        changes = changes.then(turned);
    }
    Ok(changes)
}
