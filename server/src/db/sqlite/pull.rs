//! What changed, in pages. The stamp of a row or grant is the number of the transaction that wrote it; there
//! is one writer, so a snapshot holds every number up to its own and none beyond: no change can slip past.
//!
//! Rows come from two places, both in the order of scope, type and id: scopes held since before the mark give
//! what was written after it, scopes newly held give everything.

use futures_util::TryStreamExt;
use leeway_core::Scope;
use leeway_core::sync::digest::Digest;
use leeway_core::values::UserId;
use sqlx::FromRow;
use sqlx::sqlite::SqliteRow;

use super::lane::Turn;
use super::read::uuid;
use crate::db::paging::{Filling, StoredRow, merge};
use crate::db::stored;
use crate::db::{DbError, Held, Mark, Page, Position, Result, Wanted};

pub(super) async fn mark(turn: &mut Turn) -> Result<Mark> {
    Ok(Mark(number(turn).await?.to_string()))
}

async fn number(turn: &mut Turn) -> Result<i64> {
    let n: Option<i64> = sqlx::query_scalar("select n from clock where tenant = ?")
        .bind(turn.tenant)
        .fetch_optional(&mut turn.conn)
        .await?;
    Ok(n.unwrap_or(0))
}

pub(super) async fn knows(turn: &mut Turn, mark: &Mark) -> Result<bool> {
    match mark.0.parse::<i64>() {
        Ok(n) => Ok((0..=number(turn).await?).contains(&n)),
        Err(_) => Ok(false),
    }
}

/// Everything is newer than the number before the first.
fn since(mark: Option<&Mark>) -> Result<i64> {
    match mark {
        None => Ok(-1),
        Some(mark) => mark.0.parse().map_err(|_| DbError::Unreadable("a mark".into())),
    }
}

const GRANTS: &str = "
    select scope, active, stamp > ?3 from scope_grant
    where tenant = ?1 and usr = ?2 and (active = 1 or stamp > ?3) order by scope";

/// Whoever has seen nothing needs to hear of what they hold only.
const FRESH_GRANTS: &str = "
    select scope, active, 1 from scope_grant
    where tenant = ?1 and usr = ?2 and stamp > ?3 and (active = 1 or ?3 >= 0) order by scope";

pub(super) async fn grants(turn: &mut Turn, user: UserId, mark: Option<&Mark>) -> Result<Vec<Held>> {
    held(turn, GRANTS, user, mark).await
}

pub(super) async fn fresh_grants(turn: &mut Turn, user: UserId, mark: Option<&Mark>) -> Result<Vec<Held>> {
    held(turn, FRESH_GRANTS, user, mark).await
}

async fn held(turn: &mut Turn, sql: &'static str, user: UserId, mark: Option<&Mark>) -> Result<Vec<Held>> {
    let found: Vec<(String, bool, bool)> = sqlx::query_as(sql)
        .bind(turn.tenant)
        .bind(user.uuid().as_bytes().as_slice())
        .bind(since(mark)?)
        .fetch_all(&mut turn.conn)
        .await?;
    let read = |(scope, active, fresh): (String, bool, bool)| {
        Ok(Held { scope: stored::scope(&scope)?, active, fresh })
    };
    found.into_iter().map(read).collect()
}

/// Whom news concern. The cross joins keep what is new outside, so that the cost is that of the news.
const STIRRED: &str = "
    select g.usr from row r indexed by row_newest
    cross join scope_grant g indexed by scope_grant_of on g.tenant = ?1 and g.scope = r.scope
    where r.tenant = ?1 and r.stamp > ?2 and g.active = 1
    union
    select usr from scope_grant where tenant = ?1 and stamp > ?2";

pub(super) async fn stirred(turn: &mut Turn, mark: &Mark) -> Result<Vec<UserId>> {
    let found: Vec<Vec<u8>> = sqlx::query_scalar(STIRRED)
        .bind(turn.tenant)
        .bind(since(Some(mark))?)
        .fetch_all(&mut turn.conn)
        .await?;
    found.iter().map(|bytes| Ok(UserId::new(uuid(bytes)?))).collect()
}

pub(super) async fn digest(turn: &mut Turn, scope: Scope, mark: &Mark) -> Result<Option<Digest>> {
    let scope = scope.to_string();
    let changed: bool =
        sqlx::query_scalar("select exists (select 1 from row where tenant = ? and scope = ? and stamp > ?)")
            .bind(turn.tenant)
            .bind(&scope)
            .bind(since(Some(mark))?)
            .fetch_one(&mut turn.conn)
            .await?;
    if changed {
        return Ok(None);
    }
    let mut found = sqlx::query_as::<_, (String, Vec<u8>, i64)>(
        "select typ, id, rev from row where tenant = ? and scope = ? and deleted = 0",
    )
    .bind(turn.tenant)
    .bind(&scope)
    .fetch(&mut turn.conn);
    let mut sum = Digest::default();
    while let Some((typ, id, rev)) = found.try_next().await? {
        sum = sum.with(&typ, uuid(&id)?, stored::count(rev)?);
    }
    Ok(Some(sum))
}

/// Written after the mark, in scopes held since before it. The cross join keeps the grants outside, so that
/// each costs one look into the index of stamps.
const WRITTEN: &str = "
    select r.scope, r.typ, r.id, r.rev, r.deleted, r.body
    from scope_grant g cross join row r on r.tenant = g.tenant and r.scope = g.scope
    where g.tenant = ?1 and g.usr = ?2 and g.active = 1 and g.stamp <= ?3 and r.stamp > ?3
      and (r.scope, r.typ, r.id) > (?4, ?5, ?6)
    order by r.scope, r.typ, r.id limit ?7";

/// Everything in scopes newly held. In the order of the primary key, so that a page reads no more than it
/// needs. Without tombstones: whoever fills a scope holds nothing of it.
const FILLED: &str = "
    select r.scope, r.typ, r.id, r.rev, r.deleted, r.body
    from scope_grant g cross join row r on r.tenant = g.tenant and r.scope = g.scope
    where g.tenant = ?1 and g.usr = ?2 and g.active = 1 and g.stamp > ?3 and g.scope >= ?4
      and r.deleted = 0 and (r.scope > ?4 or (r.typ, r.id) > (?5, ?6))
    order by g.scope, r.typ, r.id limit ?7";

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
        .bind(wanted.user.uuid().into_bytes().to_vec())
        .bind(since(wanted.since.as_ref())?)
        .bind(&after.scope)
        .bind(&after.typ)
        .bind(after.id.as_bytes().as_slice())
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

fn row_of(row: &SqliteRow) -> Result<StoredRow> {
    let (scope, typ, id, rev, deleted, body): (String, String, Vec<u8>, i64, bool, Option<String>) =
        FromRow::from_row(row)?;
    Ok(StoredRow { scope, typ, id: uuid(&id)?, rev, deleted, body })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::sqlite::Sqlite;
    use crate::db::{Database, Tenant};

    async fn plan(sql: &'static str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let db = Sqlite::open(&folder.path().join("plan.sqlite")).await.unwrap();
        let mut turn = db.readers.begin(Tenant::FIRST).await.unwrap();
        let rows: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("explain query plan {sql}")))
                .fetch_all(&mut turn.conn)
                .await
                .unwrap();
        drop(turn);
        db.close().await;
        rows.into_iter().map(|row| row.3).collect::<Vec<_>>().join("\n")
    }

    #[tokio::test]
    async fn an_empty_pull_looks_into_the_index_of_stamps() {
        let plan = plan(WRITTEN).await;
        assert!(plan.contains("row_by_stamp (tenant=? AND scope=? AND stamp>?)"), "{plan}");
    }

    #[tokio::test]
    async fn a_list_costs_what_is_in_it() {
        let plan = plan(crate::db::sqlite::read::LISTED).await;
        assert!(plan.contains("SEARCH k USING") && plan.contains("(tenant=? AND key>? AND key<?)"), "{plan}");
        assert!(plan.contains("row_live (tenant=? AND typ=? AND id=?)"), "{plan}");
    }

    #[tokio::test]
    async fn many_records_cost_one_look_each() {
        let plan = plan(
            "with wanted (typ, id) as (values (?, ?), (?, ?)
            ) select r.body from wanted w cross join row r on r.typ = w.typ and r.id = w.id and r.deleted = 0
            and r.tenant = ?",
        )
        .await;
        assert!(plan.contains("row_live (tenant=? AND typ=? AND id=?)"), "{plan}");
    }

    #[tokio::test]
    async fn news_cost_what_is_new() {
        let plan = plan(STIRRED).await;
        for index in ["row_newest (tenant=? AND stamp>?)", "scope_grant_of (tenant=? AND scope=?)"] {
            assert!(plan.contains(index), "{plan}");
        }
        assert!(plan.contains("scope_grant_newest (tenant=? AND stamp>?)"), "{plan}");
    }

    #[tokio::test]
    async fn a_page_of_a_fill_is_not_sorted() {
        let plan = plan(FILLED).await;
        assert!(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN"), "{plan}");
    }
}
