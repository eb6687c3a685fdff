//! Rules of core meet the database: what a rule asks for is read until it has it all. **Never** a rule of its own.

use std::collections::{BTreeSet, HashMap};

use leeway_core::{Changes, Key, Read, Record, Refusal, Rows, Stop};

use crate::db::{self, Reading};
use crate::error::ApiError;

/// Loads what a rule asked for.
pub(crate) async fn load(reading: &mut dyn Reading, rows: &mut Rows, reads: Vec<Read>) -> db::Result<()> {
    let (mut keys, mut prefixes) = (Vec::new(), Vec::new());
    for read in reads {
        match read {
            Read::Key(key) => keys.push(key),
            Read::Prefix(prefix) => prefixes.push(prefix),
        }
    }
    let mut found: HashMap<Key, Record> =
        reading.records_of(&keys).await?.into_iter().map(|record| (record.key(), record)).collect();
    for key in keys {
        rows.supply(key, found.remove(&key));
    }
    for prefix in prefixes {
        let found = reading.records(&prefix).await?;
        rows.supply_list(&prefix, found);
    }
    Ok(())
}

/// Runs a rule until it has all the rows that it asks for. Returns what it says.
pub(crate) async fn decided<T>(
    reading: &mut dyn Reading,
    rows: &mut Rows,
    rule: impl Fn(&Rows) -> Result<T, Stop>,
) -> Result<Result<T, Refusal>, ApiError> {
    loop {
        match rule(rows) {
            Ok(done) => return Ok(Ok(done)),
            Err(Stop::Missing(reads)) => load(reading, rows, reads).await?,
            Err(Stop::Refused(refusal)) => return Ok(Err(refusal)),
        }
    }
}

/// Runs a rule of the clock until it has all the rows that it asks for. It never refuses.
pub(crate) async fn ruled(
    reading: &mut dyn Reading,
    rows: &mut Rows,
    rule: impl Fn(&Rows) -> Result<Changes, Stop>,
) -> Result<Changes, ApiError> {
    let said = decided(reading, rows, rule).await?;
    said.map_err(|refusal| ApiError::Internal(refusal.to_string()))
}

/// Reads at once what a rule asks for on the rows as they are, for all that it is to be run on; so many times, for what
/// depends on what was read is asked for next.
pub(crate) async fn read_ahead<T>(
    reading: &mut dyn Reading,
    rows: &mut Rows,
    mut all: Vec<T>,
    times: usize,
    lacks: impl Fn(&Rows, &T) -> Vec<Read>,
) -> db::Result<()> {
    for _ in 0..times {
        let mut reads = BTreeSet::new();
        // what has all that it asks for is not run again before its turn
        all.retain(|it| {
            let missing = lacks(rows, it);
            let waits = !missing.is_empty();
            reads.extend(missing);
            waits
        });
        if reads.is_empty() {
            break;
        }
        load(reading, rows, reads.into_iter().collect()).await?;
    }
    Ok(())
}
