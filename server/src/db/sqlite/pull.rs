//! What changed, in pages. The stamp of a row or grant is the number of the transaction that wrote it; there
//! is one writer, so a snapshot holds every number up to its own and none beyond: no change can slip past.
//!
//! Rows come from two places, both in the order of scope, type and id: scopes held since before the mark give
//! what was written after it, scopes newly held give everything.

use futures_util::TryStreamExt;
use leeway_core::Scope;
use leeway_core::sync::digest::Digest;
use leeway_core::sync::protocol::WireRow;
use leeway_core::values::UserId;
use serde_json::Value;
use sqlx::FromRow;
use sqlx::sqlite::SqliteRow;

use super::lane::Turn;
use super::read::{count, uuid};
use crate::db::{DbError, Held, Mark, Page, Position, Result, Wanted};

/// What a row costs on the wire besides its body.
const ROW_BYTES: usize = 160;

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

pub(super) async fn grants(turn: &mut Turn, user: UserId, mark: Option<&Mark>) -> Result<Vec<Held>> {
    let found: Vec<(String, bool, bool)> = sqlx::query_as(
        "select scope, active, stamp > ?3 from scope_grant
         where tenant = ?1 and usr = ?2 and (active = 1 or stamp > ?3) order by scope",
    )
    .bind(turn.tenant)
    .bind(user.uuid().as_bytes().as_slice())
    .bind(since(mark)?)
    .fetch_all(&mut turn.conn)
    .await?;
    let read = |(scope, active, fresh): (String, bool, bool)| {
        let scope = scope.parse().map_err(|_| DbError::Unreadable(format!("scope {scope}")))?;
        Ok(Held { scope, active, fresh })
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
        sum = sum.with(&typ, uuid(&id)?, count(rev)?);
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
    let start = Position { scope: String::new(), typ: String::new(), id: uuid::Uuid::nil() };
    let after = wanted.after.as_ref().unwrap_or(&start);
    let limit = wanted.limit.max(1);
    let mut found = sqlx::query(sql)
        .bind(turn.tenant)
        .bind(wanted.user.uuid().into_bytes().to_vec())
        .bind(since(wanted.since.as_ref())?)
        .bind(&after.scope)
        .bind(&after.typ)
        .bind(after.id.as_bytes().as_slice())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1))
        .fetch(&mut turn.conn);
    let mut page = Page::default();
    let mut bytes = 0;
    while let Some(row) = found.try_next().await? {
        let (row, size) = wire(&row)?;
        bytes += size;
        if page.rows.len() == limit || (bytes > wanted.bytes && !page.rows.is_empty()) {
            page.more = true;
            break;
        }
        page.rows.push(row);
    }
    Ok(page)
}

fn wire(row: &SqliteRow) -> Result<(WireRow, usize)> {
    let (scope, typ, id, rev, deleted, body): (String, String, Vec<u8>, i64, bool, Option<String>) =
        FromRow::from_row(row)?;
    let size = ROW_BYTES + body.as_ref().map_or(0, String::len);
    let body = match body.filter(|_| !deleted) {
        Some(body) => {
            serde_json::from_str(&body).map_err(|error| DbError::Unreadable(format!("a {typ}: {error}")))?
        }
        None => Value::Null,
    };
    let scope = scope.parse().map_err(|_| DbError::Unreadable(format!("scope {scope}")))?;
    Ok((WireRow { scope, typ, id: uuid(&id)?, rev: count(rev)?, deleted, body }, size))
}

fn position(row: &WireRow) -> Position {
    Position { scope: row.scope.to_string(), typ: row.typ.clone(), id: row.id }
}

/// Puts both in one order. What lies behind the end of a source that has more must wait for the next page.
fn merge(written: Page, filled: Page, wanted: &Wanted) -> Page {
    let ends = [&written, &filled].into_iter().filter(|page| page.more);
    let end = ends.filter_map(|page| page.rows.last().map(position)).min();
    let mut more = written.more || filled.more;
    let mut all: Vec<(Position, WireRow)> =
        written.rows.into_iter().chain(filled.rows).map(|row| (position(&row), row)).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    let mut bytes = 0;
    let mut rows = Vec::with_capacity(all.len().min(wanted.limit));
    for (place, row) in all {
        bytes += ROW_BYTES + size(&row.body);
        let full = rows.len() >= wanted.limit.max(1) || (bytes > wanted.bytes && !rows.is_empty());
        if full || end.as_ref().is_some_and(|end| place > *end) {
            more = true;
            break;
        }
        rows.push(row);
    }
    Page { rows, more }
}

/// Estimates how long a body is as text.
fn size(body: &Value) -> usize {
    match body {
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().map(|item| size(item) + 1).sum::<usize>() + 2,
        Value::Object(fields) => {
            fields.iter().map(|(key, item)| key.len() + size(item) + 4).sum::<usize>() + 2
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::sqlite::Sqlite;
    use crate::db::{Database, Tenant};

    fn row(n: u128) -> WireRow {
        WireRow {
            scope: leeway_core::Scope::Catalogue,
            typ: "limits".into(),
            id: uuid::Uuid::from_u128(n),
            rev: 1,
            deleted: false,
            body: Value::Null,
        }
    }

    #[test]
    fn a_row_does_not_overtake_one_that_was_too_large_to_be_read() {
        let user = UserId::from_u128(1);
        let wanted = Wanted { user, since: None, after: None, limit: 10, bytes: 10_000 };
        let page = |ids: &[u128], more| Page { rows: ids.iter().map(|n| row(*n)).collect(), more };
        let ids = |page: &Page| page.rows.iter().map(|row| row.id.as_u128()).collect::<Vec<_>>();
        let all = merge(page(&[1, 4], false), page(&[2, 3], false), &wanted);
        assert_eq!((ids(&all), all.more), (vec![1, 2, 3, 4], false));
        // the next one written is larger than the page: it may be any after 1
        let some = merge(page(&[1], true), page(&[2, 3], false), &wanted);
        assert_eq!((ids(&some), some.more), (vec![1], true));
        let some = merge(page(&[1, 4], false), page(&[2], true), &wanted);
        assert_eq!((ids(&some), some.more), (vec![1, 2], true));
        let few = merge(page(&[1, 4], false), page(&[2, 3], false), &Wanted { limit: 3, ..wanted });
        assert_eq!((ids(&few), few.more), (vec![1, 2, 3], true));
    }

    async fn plan(sql: &'static str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let db = Sqlite::open(&folder.path().join("plan.sqlite")).await.unwrap();
        let mut turn = db.readers.begin(Tenant::ONLY).await.unwrap();
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
