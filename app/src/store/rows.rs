//! The stored form of a row, and the two layers it is read through: what pending commands made lies over what the
//! server confirmed.

use std::cmp::Ordering;
use std::collections::HashSet;

use futures::future::{try_join, try_join_all};
use leeway_core::record::Key;
use leeway_core::rows::Read;
use leeway_core::sync::protocol::WireRow;
use leeway_core::{Record, Rows};

use super::database::{Range, Row, Stored, Tx};
use super::error::StoreError;
use super::facts;
use super::schema::{IX, OVER, ROWS, SCOPE, after};

/// Which layers to read through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layers {
    /// Only what the server confirmed.
    Confirmed,
    /// As the user sees it.
    Seen,
}

/// Makes the stored form of a record.
pub(super) fn stored(record: &Record) -> Result<Stored, StoreError> {
    let body = serde_json::to_string(&record.to_body()?)?;
    let scope = record.scope().to_string();
    Stored::new(&record.key().to_string(), Some((&scope, 0)), &record.index_keys(), Some(&body))
}

/// Makes the stored form of a removed record, which hides the confirmed one.
pub(super) fn removed(key: Key) -> Result<Stored, StoreError> {
    Stored::new(&key.to_string(), None, &[], None)
}

/// Makes the stored form of a confirmed row. A type or form newer than this program is kept as it came, without index
/// keys.
pub(super) fn confirmed(row: &WireRow) -> Result<Stored, StoreError> {
    let index_keys = row.record().map(|it| it.index_keys()).unwrap_or_default();
    let body = serde_json::to_string(&row.body)?;
    Stored::new(&wire_key(row), Some((&row.scope.to_string(), row.rev)), &index_keys, Some(&body))
}

/// Writes the key of a row on the wire.
pub(super) fn wire_key(row: &WireRow) -> String {
    format!("{}/{}", row.typ, row.id)
}

/// Reads a stored record; `None` if it is removed, or of a type or form that this program does not know.
fn record(row: &Row) -> Option<Record> {
    let key: Key = row.key()?.parse().ok()?;
    Record::from_body(key.typ, &serde_json::from_str(&row.body()?).ok()?).ok()
}

/// Reads one record.
pub(super) async fn get(tx: &Tx<'_>, key: Key, layers: Layers) -> Result<Option<Record>, StoreError> {
    let key = key.to_string();
    let (over, row) = match layers {
        Layers::Confirmed => (None, tx.row(ROWS, &key).await?),
        // asked at once: one way to the database and back
        Layers::Seen => try_join(tx.row(OVER, &key), tx.row(ROWS, &key)).await?,
    };
    Ok(over.or(row).as_ref().and_then(record))
}

/// Reads the records with an index key in the range, of any type or only those whose key starts with `typ`, in the
/// order of their first index key there.
pub(super) async fn list(
    tx: &Tx<'_>,
    (from, to): (&str, &str),
    typ: Option<&str>,
    limit: Option<usize>,
    layers: Layers,
) -> Result<Vec<Record>, StoreError> {
    let mut fetch = limit;
    loop {
        let count = fetch.map(|it| u32::try_from(it).unwrap_or(u32::MAX));
        let range = Range::Between(from, to);
        let (rows, over) = read_both(tx, IX, range, count, layers).await?;
        let complete = fetch.is_none_or(|it| rows.len() < it);
        let found = merged(&rows, &over, (from, to), typ, complete);
        match limit {
            // hidden rows, rows of another type, or with two keys in the range, took places: fetch more
            Some(limit) if found.len() < limit && !complete => fetch = fetch.map(|it| it.saturating_mul(2)),
            Some(limit) => return Ok(found.iter().filter_map(|it| record(it)).take(limit).collect()),
            None => return Ok(found.iter().filter_map(|it| record(it)).collect()),
        }
    }
}

/// Reads all records of a scope as the user sees them, in no particular order.
pub(super) async fn of_scope(tx: &Tx<'_>, scope: &str) -> Result<Vec<Record>, StoreError> {
    let (rows, over) = read_both(tx, SCOPE, Range::Only(scope), None, Layers::Seen).await?;
    let confirmed = rows.iter().filter(|it| it.key().is_none_or(|key| !over.hidden.contains(&key)));
    Ok(confirmed.chain(&over.found).filter_map(record).collect())
}

/// What lies over the confirmed rows of a range.
#[derive(Default)]
struct Overlay {
    /// Keys of the confirmed rows that pending commands wrote or removed, whatever their index keys are now.
    hidden: HashSet<String>,
    /// What they wrote that has an index key in the range.
    found: Vec<Row>,
}

/// For so many rows, each is looked for in the overlay; for more, the keys of the whole overlay are read.
const LOOK_UPS: usize = 64;

/// Reads the confirmed rows of a range, at most so many, and what lies over them.
async fn read_both(
    tx: &Tx<'_>,
    index: &str,
    range: Range<'_>,
    limit: Option<u32>,
    layers: Layers,
) -> Result<(Vec<Row>, Overlay), StoreError> {
    let rows = tx.rows_by(ROWS, index, range, limit);
    if layers == Layers::Confirmed {
        return Ok((rows.await?, Overlay::default()));
    }
    // asked at once: one way to the database and back
    let (rows, bare) = try_join(rows, facts::is_bare(tx)).await?;
    if bare {
        return Ok((rows, Overlay::default()));
    }
    let found = tx.rows_by(OVER, index, range, None);
    let hidden = async {
        Ok(match rows.len() {
            0 => HashSet::new(),
            // a queue may be long: what is not read here need not be read
            1..=LOOK_UPS => {
                let keys: Vec<String> = rows.iter().filter_map(Row::key).collect();
                let looked = try_join_all(keys.iter().map(|key| tx.row(OVER, key))).await?;
                looked.iter().flatten().filter_map(Row::key).collect()
            }
            _ => tx.row_keys(OVER).await?.into_iter().collect(),
        })
    };
    let (found, hidden) = try_join(found, hidden).await?;
    Ok((rows, Overlay { hidden, found }))
}

/// Puts both layers in one order, each record once. When the confirmed rows are only the beginning of the range, what
/// lies behind their end is left out: rows not fetched yet may stand before it.
fn merged<'a>(
    rows: &'a [Row],
    over: &'a Overlay,
    (from, to): (&str, &str),
    typ: Option<&str>,
    complete: bool,
) -> Vec<&'a Row> {
    let mut seen = HashSet::new();
    let mut fits = |row: &Row, skip: &HashSet<String>| {
        let key = row.key().unwrap_or_default();
        typ.is_none_or(|typ| key.starts_with(typ)) && !skip.contains(&key) && seen.insert(key)
    };
    let none = HashSet::new();
    let mut found: Vec<_> = rows.iter().filter(|it| fits(it, &over.hidden)).collect();
    if over.found.is_empty() {
        return found;
    }
    let place = |row: &Row| (first_key(row, from, to), row.key().unwrap_or_default());
    let mut placed: Vec<_> = found.drain(..).map(|it| (place(it), it)).collect();
    let end = if complete { None } else { rows.last().map(|it| first_key(it, from, to)) };
    for value in over.found.iter().filter(|it| fits(it, &none)) {
        let at = place(value);
        if end.as_ref().is_none_or(|end| units(&at.0, end) != Ordering::Greater) {
            placed.push((at, value));
        }
    }
    placed.sort_by(|((a, a_key), _), ((b, b_key), _)| units(a, b).then_with(|| units(a_key, b_key)));
    placed.into_iter().map(|(_, value)| value).collect()
}

/// Returns the first of the row's index keys that lies in the range.
fn first_key(row: &Row, from: &str, to: &str) -> String {
    let inside = |key: &String| units(key, from) != Ordering::Less && units(key, to) == Ordering::Less;
    let keys = row.index_keys().into_iter().filter(inside);
    keys.min_by(|a, b| units(a, b)).unwrap_or_default()
}

/// Compares as IndexedDB does: by UTF-16 code units, not by Unicode's own order.
pub(super) fn units(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

/// What a rule asked for.
enum Loaded {
    One(Key, Box<Option<Record>>),
    List(String, Vec<Record>),
}

/// Loads what a rule asked for.
pub(super) async fn supply(
    tx: &Tx<'_>,
    rows: &mut Rows,
    reads: Vec<Read>,
    layers: Layers,
) -> Result<(), StoreError> {
    let loaded = reads.into_iter().map(async |read| {
        Ok::<_, StoreError>(match read {
            Read::Key(key) => Loaded::One(key, Box::new(get(tx, key, layers).await?)),
            Read::Prefix(prefix) => {
                let found = list(tx, (&prefix, &after(&prefix)), None, None, layers).await?;
                Loaded::List(prefix, found)
            }
        })
    });
    // asked at once: one way to the database and back
    for loaded in try_join_all(loaded).await? {
        match loaded {
            Loaded::One(key, record) => rows.supply(key, *record),
            Loaded::List(prefix, found) => rows.supply_list(&prefix, found),
        }
    }
    Ok(())
}
