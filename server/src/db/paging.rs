//! Pages of changed rows, as every engine makes them: two lists in the order of scope, type and id, each read up to
//! the limits, become one. **Never** lets a row overtake one that was not read.

use leeway_core::sync::protocol::WireRow;
use serde_json::Value;
use uuid::Uuid;

use super::{DbError, Page, Position, Result, Wanted, stored};

/// What a row costs on the wire besides its body.
const ROW_BYTES: usize = 160;

/// A row as it is stored.
pub(super) struct StoredRow {
    pub(super) scope: String,
    pub(super) typ: String,
    pub(super) id: Uuid,
    pub(super) rev: i64,
    pub(super) deleted: bool,
    pub(super) body: Option<String>,
}

impl StoredRow {
    fn into_wire(self) -> Result<WireRow> {
        let Self { scope, typ, id, rev, deleted, body } = self;
        let unreadable = |error| DbError::Unreadable(format!("a {typ}: {error}"));
        let body = match body.filter(|_| !deleted) {
            Some(body) => serde_json::from_str(&body).map_err(unreadable)?,
            None => Value::Null,
        };
        Ok(WireRow { scope: stored::scope(&scope)?, typ, id, rev: stored::count(rev)?, deleted, body })
    }
}

impl Position {
    /// Before all rows.
    pub(super) const fn start() -> Self {
        Self { scope: String::new(), typ: String::new(), id: Uuid::nil() }
    }
}

impl Wanted {
    /// Returns how many rows to ask for: one more than is given, to know whether there is more.
    pub(super) fn rows_to_read(&self) -> i64 {
        i64::try_from(self.limit.max(1)).unwrap_or(i64::MAX).saturating_add(1)
    }
}

/// A page that takes rows up to the limits.
pub(super) struct Filling<'a> {
    wanted: &'a Wanted,
    bytes: usize,
    pub(super) page: Page,
}

impl<'a> Filling<'a> {
    pub(super) fn new(wanted: &'a Wanted) -> Self {
        Self { wanted, bytes: 0, page: Page::default() }
    }

    /// Takes a row, or notes that there are more. Says whether it was taken.
    pub(super) fn takes(&mut self, row: StoredRow) -> Result<bool> {
        self.bytes += ROW_BYTES + row.body.as_ref().map_or(0, String::len);
        let has_rows = !self.page.rows.is_empty();
        if self.page.rows.len() == self.wanted.limit.max(1) || (self.bytes > self.wanted.bytes && has_rows) {
            self.page.more = true;
            return Ok(false);
        }
        self.page.rows.push(row.into_wire()?);
        Ok(true)
    }
}

fn position(row: &WireRow) -> Position {
    Position { scope: row.scope.to_string(), typ: row.typ.clone(), id: row.id }
}

/// Puts both in one order. What lies behind the end of a source that has more must wait for the next page.
pub(super) fn merge(written: Page, filled: Page, wanted: &Wanted) -> Page {
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
    use leeway_core::values::UserId;

    use super::*;

    fn row(n: u128) -> WireRow {
        WireRow {
            scope: leeway_core::Scope::Catalogue,
            typ: "limits".into(),
            id: Uuid::from_u128(n),
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
}
