//! Acting periods, of managers and of posts, begin and end by the server's clock. Core says what turns
//! ([`leeway_core::deputies::turn()`], [`leeway_core::approvals::turn_stand_ins()`]); this
//! says when it is asked: by a timer for all, and for a deputy before anything of theirs is answered or taken in. So the
//! timer may be late, or the server may have been down: nobody gets a row, a photo or an effect beyond the end of a
//! period. **Never** a rule of its own.
//!
//! Several processes may turn the same period: what is turned is read in the transaction that turns it, and turned
//! again is no change.

use std::collections::BTreeSet;
use std::time::Duration;

use leeway_core::approvals::turn_stand_ins;
use leeway_core::deputies::{ActingPeriod, LIVE, turn};
use leeway_core::values::{PostId, Timestamp, UserId};
use leeway_core::{Changes, Coverage, Record, Rows, Stop};

use crate::app::{App, detached};
use crate::db::{self, Reading, Writing, retrying};
use crate::error::ApiError;
use crate::rules::ruled;
use crate::timer::sweep_every;

/// How often all periods are looked at: so late a deputy gets what they are entitled to, at most.
const EVERY: Duration = Duration::from_secs(5);

/// Whose periods turn together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Whose {
    /// Those in which somebody acts for a manager.
    Manager(UserId),
    /// Those in which somebody stands in for a post.
    Post(PostId),
}

impl Whose {
    /// Says whose period a record is, if it is one that is due.
    fn due(record: &Record, now: Timestamp) -> Option<Self> {
        match record {
            #[cfg(feature = "plant")]
            Record::ActingPeriod(it) if crate::plant::endless_period(it) => None,
            Record::ActingPeriod(it) => it.due(now).map(|_| Self::Manager(it.manager)),
            Record::StandIn(it) => it.due(now).map(|_| Self::Post(it.post)),
            _ => None,
        }
    }

    fn turn(self, rows: &Rows, now: Timestamp) -> Result<Changes, Stop> {
        match self {
            Self::Manager(manager) => turn(rows, manager, now),
            Self::Post(post) => turn_stand_ins(rows, post, now),
        }
    }
}

/// Turns periods for as long as it is polled.
pub async fn watch(app: &App) {
    sweep_every(EVERY, "acting periods", || sweep(app)).await;
}

/// Turns all periods whose time has come.
///
/// # Errors
/// [`ApiError`] when the database fails; a period that can't be turned holds up no other.
pub async fn sweep(app: &App) -> Result<(), ApiError> {
    let mut reading = app.db.read(app.tenant).await?;
    let due = all_due(reading.as_mut(), LIVE, app.clock.now()).await?;
    reading.end().await?;
    for whose in due {
        // one that can't be turned must not hold up the others
        if let Err(error) = turn_one(app, whose).await {
            tracing::error!(?whose, %error, "an acting period was not turned");
        }
    }
    Ok(())
}

/// Returns whose periods, of those in which this person acts, are to be turned first. As a rule nobody's.
pub(crate) async fn due(
    reading: &mut dyn Reading,
    deputy: UserId,
    now: Timestamp,
) -> db::Result<BTreeSet<Whose>> {
    all_due(reading, &ActingPeriod::of_deputy(deputy), now).await
}

async fn all_due(reading: &mut dyn Reading, prefix: &str, now: Timestamp) -> db::Result<BTreeSet<Whose>> {
    let live = reading.records(prefix).await?;
    Ok(live.iter().filter_map(|record| Whose::due(record, now)).collect())
}

/// Turns what is due for a deputy, before they are answered.
///
/// # Errors
/// [`ApiError`] when the database fails: then they are not answered.
pub(crate) async fn in_time(app: &App, deputy: UserId) -> Result<(), ApiError> {
    let mut reading = app.db.read(app.tenant).await?;
    let all = due(reading.as_mut(), deputy, app.clock.now()).await?;
    reading.end().await?;
    turn_each(app, all).await
}

/// Turns these periods.
pub(crate) async fn turn_each(app: &App, all: BTreeSet<Whose>) -> Result<(), ApiError> {
    for whose in all {
        turn_one(app, whose).await?;
    }
    Ok(())
}

async fn turn_one(app: &App, whose: Whose) -> Result<(), ApiError> {
    let app = app.clone();
    detached(async move {
        let now = app.clock.now();
        retrying(app.db.as_ref(), app.tenant, |mut tx: Box<dyn Writing>| async move {
            let mut rows = Rows::new(Coverage::Whole);
            turn_in(tx.as_mut(), &mut rows, whose, now).await?;
            Ok(tx.commit().await?)
        })
        .await
    })
    .await
}

/// Turns what is due for a deputy in the transaction that takes in their commands.
pub(crate) async fn catch_up(
    tx: &mut dyn Writing,
    rows: &mut Rows,
    deputy: UserId,
    now: Timestamp,
) -> Result<(), ApiError> {
    for whose in due(tx, deputy, now).await? {
        turn_in(tx, rows, whose, now).await?;
    }
    Ok(())
}

async fn turn_in(
    tx: &mut dyn Writing,
    rows: &mut Rows,
    whose: Whose,
    now: Timestamp,
) -> Result<(), ApiError> {
    let changes = ruled(tx, rows, |rows| whose.turn(rows, now)).await?;
    if changes != Changes::none() {
        tx.write(&changes).await?;
        rows.absorb(&changes);
        let periods = changes.puts.len();
        tracing::info!(?whose, periods, grants = changes.grants.len(), "acting periods turned");
    }
    Ok(())
}

/// Returns what a command changes together with what turns by it at once: a period that is to begin now.
pub(crate) async fn with_turn(
    tx: &mut dyn Writing,
    rows: &Rows,
    mut changes: Changes,
    now: Timestamp,
) -> Result<Changes, ApiError> {
    let due: BTreeSet<Whose> = changes.puts.iter().filter_map(|record| Whose::due(record, now)).collect();
    for whose in due {
        let mut rows = rows.clone();
        rows.absorb(&changes);
        let turned = ruled(tx, &mut rows, |rows| whose.turn(rows, now)).await?;
        changes = changes.then(turned);
    }
    Ok(changes)
}
