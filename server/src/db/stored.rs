//! What is written in the same form by every engine, and read back. **Never** guesses: what can't be read is an error.

use leeway_core::refusal::RefusalData;
use leeway_core::sync::protocol::OutcomeKind;
use leeway_core::{Record, RecordType, Scope};

use super::{DbError, Result, Sha256, Tenant};
use crate::host::Host;

pub(super) fn sha(bytes: &[u8]) -> Result<Sha256> {
    bytes.try_into().map_err(|_| DbError::Unreadable("a hash".into()))
}

/// A database's integers are signed; ours count from 0.
pub(super) fn count(n: i64) -> Result<u64> {
    u64::try_from(n).map_err(|_| DbError::Unreadable("a number below 0".into()))
}

/// A number that fits into 32 bits.
pub(super) fn small(n: i64) -> Result<u32> {
    u32::try_from(n).map_err(|_| DbError::Unreadable("a number beyond 32 bits".into()))
}

pub(super) fn integer(n: u64) -> Result<i64> {
    i64::try_from(n).map_err(|_| DbError::Unreadable("a number beyond all numbers".into()))
}

/// Host names, each with whose it is.
pub(super) fn hosts(found: Vec<(String, i64)>) -> Result<Vec<(Host, Tenant)>> {
    let read = |(text, number): (String, i64)| {
        let unreadable = || DbError::Unreadable(format!("host {text} of organisation {number}"));
        Ok((text.parse().map_err(|_| unreadable())?, Tenant::new(number).ok_or_else(unreadable)?))
    };
    found.into_iter().map(read).collect()
}

pub(super) fn scope(text: &str) -> Result<Scope> {
    text.parse().map_err(|_| DbError::Unreadable(format!("scope {text}")))
}

pub(super) fn typ(text: &str) -> Result<RecordType> {
    text.parse().map_err(|_| DbError::Unreadable(format!("a record of type {text}")))
}

pub(super) fn record(typ: RecordType, body: &str) -> Result<Record> {
    let unreadable = |error: serde_json::Error| DbError::Unreadable(format!("a {typ}: {error}"));
    let body = serde_json::from_str(body).map_err(unreadable)?;
    Record::from_body(typ, &body).map_err(unreadable)
}

pub(super) fn body(record: &Record) -> Result<String> {
    let unwritable = |error| DbError::Unreadable(format!("a {}: {error}", record.key().typ));
    Ok(record.to_body().map_err(unwritable)?.to_string())
}

pub(super) fn reason(detail: Option<&str>) -> Result<Option<RefusalData>> {
    let unreadable = |error| DbError::Unreadable(format!("a refusal: {error}"));
    detail.map(|it| serde_json::from_str(it).map_err(unreadable)).transpose()
}

pub(super) fn detail(reason: Option<&RefusalData>) -> Result<Option<String>> {
    let unwritable = |error| DbError::Unreadable(format!("a refusal: {error}"));
    reason.map(|it| serde_json::to_string(it).map_err(unwritable)).transpose()
}

pub(super) const fn outcome(kind: OutcomeKind) -> i64 {
    match kind {
        OutcomeKind::Applied => 0,
        OutcomeKind::Refused => 1,
        OutcomeKind::Duplicate => 2,
    }
}

/// Returns the smallest text that is greater than all texts with this prefix; `None` if there is none.
pub(super) fn beyond(prefix: &str) -> Option<String> {
    let mut kept = prefix.to_owned();
    while let Some(last) = kept.pop() {
        if let Some(next) = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32) {
            kept.push(next);
            return Some(kept);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::beyond;

    #[test]
    fn beyond_a_prefix_lies_the_next_text() {
        assert_eq!(beyond("visit.day|").as_deref(), Some("visit.day}"));
        assert_eq!(beyond("a\u{D7FF}").as_deref(), Some("a\u{E000}"));
        assert_eq!(beyond("a\u{10FFFF}").as_deref(), Some("b"));
        assert_eq!(beyond("\u{10FFFF}"), None);
        assert_eq!(beyond(""), None);
    }
}
