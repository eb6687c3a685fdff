//! What changed, in pages. The stamp of a row or grant is the transaction that wrote it last, and a mark is a
//! snapshot: what that does not hold is fresh. A transaction that ends late is in the list of those under way, so
//! its rows are sent by the next pull, and nobody waits for it.
//!
//! Rows come from two places, both in the order of scope, type and id: scopes held since before the mark give what
//! was written after it, scopes newly held give everything.

use futures_util::TryStreamExt;
use leeway_core::Scope;
use leeway_core::sync::digest::Digest;
use leeway_core::values::UserId;
use sqlx::FromRow;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::lane::Turn;
use super::read::storable;
use super::snapshot::Snapshot;
use crate::db::paging::{Filling, StoredRow, merge};
use crate::db::stored;
use crate::db::{DbError, Held, Mark, Page, Position, Result, Wanted};

async fn current(turn: &mut Turn) -> Result<Snapshot> {
    let text: String =
        sqlx::query_scalar("select pg_current_snapshot()::text").fetch_one(&mut turn.conn).await?;
    text.parse().map_err(|_| DbError::Unreadable("a snapshot".into()))
}

pub(super) async fn mark(turn: &mut Turn) -> Result<Mark> {
    let now = current(turn).await?;
    let sure = if turn.is_copy() { now.safe() } else { now };
    Ok(Mark(sure.to_string()))
}

pub(super) async fn knows(turn: &mut Turn, mark: &Mark) -> Result<bool> {
    let Some(mark) = Snapshot::of(mark) else { return Ok(false) };
    let now = current(turn).await?;
    Ok(if turn.is_copy() { now.surely_holds(&mark) } else { now.may_follow(&mark) })
}

/// Returns a mark as a text that PostgreSQL can read.
fn since(mark: Option<&Mark>) -> Result<Option<String>> {
    let read = |mark| Snapshot::of(mark).ok_or_else(|| DbError::Unreadable("a mark".into()));
    Ok(mark.map(read).transpose()?.map(|it| it.to_string()))
}

const GRANTS: &str = "
    select scope, active, fresh from (
        select scope, active,
            $3::text is null or not pg_visible_in_snapshot(stamp, $3::pg_snapshot) as fresh
        from scope_grant where tenant = $1 and usr = $2
    ) held where active or fresh order by scope";

/// Whoever has seen nothing needs to hear of what they hold only.
const FRESH_GRANTS: &str = "
    select scope, active, true from scope_grant
    where tenant = $1 and usr = $2 and case when $3::text is null then active
        else not pg_visible_in_snapshot(stamp, $3::pg_snapshot) end
    order by scope";

pub(super) async fn grants(turn: &mut Turn, user: UserId, mark: Option<&Mark>) -> Result<Vec<Held>> {
    held(turn, GRANTS, user, mark).await
}

pub(super) async fn fresh_grants(turn: &mut Turn, user: UserId, mark: Option<&Mark>) -> Result<Vec<Held>> {
    held(turn, FRESH_GRANTS, user, mark).await
}

async fn held(turn: &mut Turn, sql: &'static str, user: UserId, mark: Option<&Mark>) -> Result<Vec<Held>> {
    let found: Vec<(String, bool, bool)> = sqlx::query_as(sql)
        .bind(turn.tenant)
        .bind(user.uuid())
        .bind(since(mark)?)
        .fetch_all(&mut turn.conn)
        .await?;
    let read = |(scope, active, fresh): (String, bool, bool)| {
        Ok(Held { scope: stored::scope(&scope)?, active, fresh })
    };
    found.into_iter().map(read).collect()
}

/// Whom news concern. What is new comes first, so that the cost is that of the news; the offset keeps the look for
/// whoever holds a scope for itself. All revs and stamps are above 0: to say it opens the indexes made for this.
pub(super) const STIRRED: &str = "
    with news as materialized (
        select distinct scope from row where tenant = $1 and stamp >= pg_snapshot_xmin($2::pg_snapshot) and rev > 0
            and not pg_visible_in_snapshot(stamp, $2::pg_snapshot)
    )
    select held.usr from news cross join lateral (
        select usr from scope_grant where tenant = $1 and scope = news.scope and active and stamp > '0'
        offset 0
    ) held
    union
    select usr from scope_grant where tenant = $1 and stamp >= pg_snapshot_xmin($2::pg_snapshot) and stamp > '0'
        and not pg_visible_in_snapshot(stamp, $2::pg_snapshot)";

pub(super) async fn stirred(turn: &mut Turn, mark: &Mark) -> Result<Vec<UserId>> {
    let found: Vec<Uuid> = sqlx::query_scalar(STIRRED)
        .bind(turn.tenant)
        .bind(since(Some(mark))?)
        .fetch_all(&mut turn.conn)
        .await?;
    Ok(found.into_iter().map(UserId::new).collect())
}

pub(super) async fn digest(turn: &mut Turn, scope: Scope, mark: &Mark) -> Result<Option<Digest>> {
    let scope = scope.to_string();
    let changed: bool = sqlx::query_scalar(
        "select exists (
             select from row where tenant = $1 and scope = $2 and stamp >= pg_snapshot_xmin($3::pg_snapshot)
                 and not pg_visible_in_snapshot(stamp, $3::pg_snapshot)
         )",
    )
    .bind(turn.tenant)
    .bind(&scope)
    .bind(since(Some(mark))?)
    .fetch_one(&mut turn.conn)
    .await?;
    if changed {
        return Ok(None);
    }
    let mut found = sqlx::query_as::<_, (String, Uuid, i64)>(
        "select typ, id, rev from row where tenant = $1 and scope = $2 and not deleted",
    )
    .bind(turn.tenant)
    .bind(&scope)
    .fetch(&mut turn.conn);
    let mut sum = Digest::default();
    while let Some((typ, id, rev)) = found.try_next().await? {
        sum = sum.with(&typ, id, stored::count(rev)?);
    }
    Ok(Some(sum))
}

/// Written after the mark, in scopes held since before it. The grants come first and the offset keeps each look
/// into the index of stamps for itself: otherwise a plan in the order of the rows, through all of them, can seem
/// cheaper.
pub(super) const WRITTEN: &str = "
    with held as materialized (
        select scope from scope_grant
        where tenant = $1 and usr = $2 and active and pg_visible_in_snapshot(stamp, $3::pg_snapshot)
    )
    select r.scope, r.typ, r.id, r.rev, r.deleted, r.body
    from held cross join lateral (
        select * from row where tenant = $1 and scope = held.scope and stamp >= pg_snapshot_xmin($3::pg_snapshot)
            and not pg_visible_in_snapshot(stamp, $3::pg_snapshot)
            and (scope, typ, id) > ($4, $5, $6)
        offset 0
    ) r
    order by r.scope, r.typ, r.id limit $7";

/// Everything in scopes newly held, scope by scope in the order of the primary key, so that a page reads no more
/// than it needs. Without tombstones: whoever fills a scope holds nothing of it.
pub(super) const FILLED: &str = "
    select r.scope, r.typ, r.id, r.rev, r.deleted, r.body
    from (
        select scope from scope_grant
        where tenant = $1 and usr = $2 and active and scope >= $4
            and ($3::text is null or not pg_visible_in_snapshot(stamp, $3::pg_snapshot))
        order by scope
    ) held cross join lateral (
        select * from row where tenant = $1 and scope = held.scope and not deleted
            and (scope, typ, id) > ($4, $5, $6)
        order by typ, id limit $7
    ) r
    order by held.scope, r.typ, r.id limit $7";

pub(super) async fn changed(turn: &mut Turn, wanted: &Wanted) -> Result<Page> {
    let written = match wanted.since {
        Some(_) => some(turn, WRITTEN, wanted).await?,
        None => Page::default(),
    };
    let filled = some(turn, FILLED, wanted).await?;
    Ok(merge(written, filled, wanted))
}

/// Reads up to the limits, and whether there is more.
async fn some(turn: &mut Turn, sql: &'static str, wanted: &Wanted) -> Result<Page> {
    let start = Position::start();
    let after = wanted.after.as_ref().unwrap_or(&start);
    let mut found = sqlx::query(sql)
        .bind(turn.tenant)
        .bind(wanted.user.uuid())
        .bind(since(wanted.since.as_ref())?)
        .bind(storable(&after.scope).into_owned())
        .bind(storable(&after.typ).into_owned())
        .bind(after.id)
        .bind(wanted.rows_to_read())
        .fetch(&mut turn.conn);
    let mut filling = Filling::new(wanted);
    while let Some(row) = found.try_next().await? {
        if !filling.takes(row_of(&row)?)? {
            break;
        }
    }
    Ok(filling.page)
}

fn row_of(row: &PgRow) -> Result<StoredRow> {
    let (scope, typ, id, rev, deleted, body): (String, String, Uuid, i64, bool, Option<String>) =
        FromRow::from_row(row)?;
    Ok(StoredRow { scope, typ, id, rev, deleted, body })
}
