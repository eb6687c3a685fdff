//! Quotes of the past, read for figures: of the whole organisation, or of some managers. **Never** more than a server can
//! hold in one go.

use leeway_core::opportunities::Opportunity;
use leeway_core::quotes::{QUOTES, Quote};
use leeway_core::values::{Timestamp, UserId};
use leeway_core::{Entity, Key, Record};

use crate::db::{self, Reading};

/// How many quotes suffice. More are taken where they were begun within the same stretch of time.
const ENOUGH: usize = 5_000;
/// Digits of the time in the index of quotes that make one stretch of it: 10^9 ms are eleven and a half days.
const DIGITS: usize = 6;
/// A stretch of time, in milliseconds.
const STRETCH: i64 = 1_000_000_000;

/// Takes the records of one type.
pub fn of<T: Entity>(records: Vec<Record>) -> Vec<T> {
    records.iter().filter_map(T::of).cloned().collect()
}

/// Reads the quotes of the organisation that were begun since a moment: all, or the newest of very many.
///
/// # Errors
/// When the database fails.
pub async fn begun_since(
    reading: &mut dyn Reading,
    since: Timestamp,
    now: Timestamp,
) -> db::Result<Vec<Quote>> {
    let mut quotes: Vec<Quote> = Vec::new();
    let mut stretch = now.ms().div_euclid(STRETCH);
    while stretch >= since.ms().div_euclid(STRETCH) && quotes.len() < ENOUGH {
        let prefix = format!("{QUOTES}{stretch:0DIGITS$}");
        quotes.extend(of::<Quote>(reading.records(&prefix).await?));
        stretch -= 1;
    }
    Ok(quotes)
}

/// Reads the quotes that these managers have begun since a moment.
///
/// # Errors
/// When the database fails.
pub async fn of_managers(
    reading: &mut dyn Reading,
    managers: &[UserId],
    since: Timestamp,
) -> db::Result<Vec<Quote>> {
    let mut quotes = Vec::new();
    for manager in managers {
        let theirs = Quote::of_manager(*manager);
        let from = format!("{theirs}{:015}", since.ms().max(0));
        // beyond all digits
        let until = format!("{theirs}~");
        quotes.extend(of::<Quote>(reading.first_records(&from, &until, ENOUGH).await?));
    }
    Ok(quotes)
}

/// Reads the opportunities that quotes are about.
///
/// # Errors
/// When the database fails.
pub async fn about(reading: &mut dyn Reading, quotes: &[Quote]) -> db::Result<Vec<Opportunity>> {
    let mut keys: Vec<Key> =
        quotes.iter().filter_map(|quote| quote.content.opportunity.map(Opportunity::key)).collect();
    keys.sort_unstable();
    keys.dedup();
    Ok(of(reading.records_of(&keys).await?))
}
