//! Claims: a CBOR map from numbers to plain values, in one written form. Below [`PRIVATE`] stand our own names, above it
//! those of CWT (RFC 8392).

use std::collections::BTreeMap;

use ciborium::Value;
use uuid::Uuid;

use super::Flaw;
use crate::values::{Money, Timestamp};

/// The numbers of the claims. A number never gets another meaning.
pub(super) mod label {
    /// Who issued it: the organisation's name.
    pub const ISS: i64 = 1;
    /// Who it is for: the user.
    pub const SUB: i64 = 2;
    /// Where it counts: the organisation's number.
    pub const AUD: i64 = 3;
    /// Until when.
    pub const EXP: i64 = 4;
    /// From when.
    pub const NBF: i64 = 5;
    /// When it was made: by the server's clock in a grant, by the device's in a receipt.
    pub const IAT: i64 = 6;
    /// The grant's id.
    pub const CTI: i64 = 7;
    /// The public key of who may use it (RFC 8747): a map with the COSE key under 1.
    pub const CNF: i64 = 8;
    /// The device's store.
    pub const DEVICE: i64 = super::PRIVATE;
    /// The version of the limits.
    pub const LIMITS: i64 = super::PRIVATE - 1;
    /// SHA-256 of that version as it is stored.
    pub const LIMITS_SHA: i64 = super::PRIVATE - 2;
    /// The manager's rating.
    pub const STAR: i64 = super::PRIVATE - 3;
    /// The first day of the month of the slice.
    pub const MONTH: i64 = super::PRIVATE - 4;
    /// What may be given away in that month, in 分.
    pub const ROOM: i64 = super::PRIVATE - 5;
    /// The quote.
    pub const QUOTE: i64 = super::PRIVATE - 16;
    /// SHA-256 of what the customer reads.
    pub const CONTENT_SHA: i64 = super::PRIVATE - 17;
    /// The customer.
    pub const CUSTOMER: i64 = super::PRIVATE - 18;
    /// The total in 分.
    pub const TOTAL: i64 = super::PRIVATE - 19;
    /// The effective discount in hundredths of a percent.
    pub const DISCOUNT: i64 = super::PRIVATE - 20;
    /// Its place among the receipts of its key, from 1.
    pub const SEQ: i64 = super::PRIVATE - 21;
    /// SHA-256 of the receipt before it; zeros in the first.
    pub const PREVIOUS: i64 = super::PRIVATE - 22;
    /// The last time that the device had from the server.
    pub const SERVER_TIME: i64 = super::PRIVATE - 23;
    /// What the device has given away in the month of its slice, with this quote, in 分.
    pub const SPENT: i64 = super::PRIVATE - 24;
}

/// The first number for private use in CWT.
const PRIVATE: i64 = -65_537;
/// Deepest nesting: the key in a grant.
const DEPTH: usize = 4;

/// Writes claims. They must stand in the order of their written form: CWT's upwards, then ours downwards.
pub(super) fn write(claims: Vec<(i64, Value)>) -> Vec<u8> {
    let map = claims.into_iter().map(|(label, value)| (Value::from(label), value)).collect();
    let mut bytes = Vec::new();
    // a vector takes everything; no claims at all would never be read
    if ciborium::into_writer(&Value::Map(map), &mut bytes).is_err() {
        bytes.clear();
    }
    bytes
}

/// Returns the value of bytes.
pub(super) fn bytes(bytes: impl AsRef<[u8]>) -> Value {
    Value::Bytes(bytes.as_ref().to_vec())
}

/// Returns the value of an id.
pub(super) fn id(id: impl Into<Uuid>) -> Value {
    bytes(id.into().as_bytes())
}

/// Returns the value of a moment: whole seconds, as CWT has it.
pub(super) fn moment(at: Timestamp) -> Value {
    Value::from(at.ms().div_euclid(1_000))
}

/// Claims that were read. Each is taken out once.
pub(super) struct Claims(BTreeMap<i64, Value>);

impl Claims {
    /// Reads claims. That they stand in their one written form is for the caller to compare: it writes them again.
    pub(super) fn read(payload: &[u8]) -> Result<Self, Flaw> {
        let value = ciborium::de::from_reader_with_recursion_limit::<Value, _>(payload, DEPTH);
        let Ok(Value::Map(map)) = value else { return Err(Flaw::Claims) };
        let claims = map.into_iter().map(|(label, value)| {
            let label = label.into_integer().ok().and_then(|it| i64::try_from(it).ok());
            Ok((label.ok_or(Flaw::Claims)?, value))
        });
        claims.collect::<Result<_, Flaw>>().map(Self)
    }

    /// Takes a number.
    pub(super) fn number(&mut self, label: i64) -> Result<i64, Flaw> {
        let value = self.take(label)?.into_integer().map_err(|_| Flaw::Claims)?;
        i64::try_from(value).map_err(|_| Flaw::Claims)
    }

    /// Takes a moment.
    pub(super) fn moment(&mut self, label: i64) -> Result<Timestamp, Flaw> {
        let ms = self.number(label)?.checked_mul(1_000).ok_or(Flaw::Claims)?;
        Ok(Timestamp::from_ms(ms))
    }

    /// Takes a text.
    pub(super) fn text(&mut self, label: i64) -> Result<String, Flaw> {
        self.take(label)?.into_text().map_err(|_| Flaw::Claims)
    }

    /// Takes so many bytes.
    pub(super) fn bytes<const N: usize>(&mut self, label: i64) -> Result<[u8; N], Flaw> {
        let bytes = self.take(label)?.into_bytes().map_err(|_| Flaw::Claims)?;
        bytes.try_into().map_err(|_| Flaw::Claims)
    }

    /// Takes an id.
    pub(super) fn id<T>(&mut self, label: i64, kind: impl FnOnce(Uuid) -> T) -> Result<T, Flaw> {
        Ok(kind(Uuid::from_bytes(self.bytes(label)?)))
    }

    /// Takes an amount of money that may be there.
    pub(super) fn money(&mut self, label: i64) -> Result<Option<Money>, Flaw> {
        if !self.0.contains_key(&label) {
            return Ok(None);
        }
        self.number(label).map(|fen| Some(Money::from_fen(fen)))
    }

    /// Takes a value.
    pub(super) fn take(&mut self, label: i64) -> Result<Value, Flaw> {
        self.0.remove(&label).ok_or(Flaw::Claims)
    }
}
