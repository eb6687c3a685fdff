//! A short sum of the rows of a scope, made on both sides and compared (`/sync/repair`). It finds faults: a row
//! that was lost, kept or doubled by a bug or a broken disk. It is no defence: whoever may choose ids can make
//! two sets of one sum. **Never** looks into a row's body: the rev tells when that changed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The sum over the live rows of a scope, whatever their order; that of no rows is zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest(u64);

impl Digest {
    /// Adds a live row: its type as written, its id, its rev.
    #[must_use]
    pub fn with(self, typ: &str, id: Uuid, rev: u64) -> Self {
        Self(self.0.wrapping_add(mix(typ, id, rev)))
    }
}

/// Hashes a row: FNV-1a over its parts, then two rounds of multiplying and folding, so that rows which differ
/// in one bit differ in half of the sum's.
fn mix(typ: &str, id: Uuid, rev: u64) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let parts = typ.bytes().chain([b'/']).chain(id.into_bytes()).chain(rev.to_be_bytes());
    let hash =
        parts.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The text is not a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a digest has 16 hexadecimal digits in lower case")]
pub struct DigestError;

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 16 || !text.bytes().all(is_digit) {
            return Err(DigestError);
        }
        u64::from_str_radix(text, 16).map(Self).map_err(|_| DigestError)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use expect_test::expect;
    use proptest::prelude::*;

    use super::*;

    fn of<'a>(rows: impl IntoIterator<Item = (&'a (String, u128), &'a u64)>) -> Digest {
        let add = |sum: Digest, ((typ, id), rev): (&(String, u128), &u64)| {
            sum.with(typ, Uuid::from_u128(*id), *rev)
        };
        rows.into_iter().fold(Digest::default(), add)
    }

    #[test]
    fn phones_of_every_age_count_alike() {
        let one = Digest::default().with("visit", Uuid::from_u128(7), 3);
        let two = one.with("visit_note", Uuid::from_u128(8), 1);
        expect!["0000000000000000 0ddc1958c2a5ac2c dbe35d3f4cdf8cbf"]
            .assert_eq(&format!("{} {one} {two}", Digest::default()));
    }

    #[test]
    fn anything_else_is_no_digest() {
        for text in ["", "0", "000000000000000g", "00000000000000000", "+000000000000001", "00000000000000AB"]
        {
            assert_eq!(text.parse::<Digest>(), Err(DigestError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn it_reads_back(sum in any::<u64>()) {
            prop_assert_eq!(Digest(sum).to_string().parse(), Ok(Digest(sum)));
        }

        #[test]
        fn order_is_nothing_and_every_row_counts(
            rows in prop::collection::btree_map(("(visit|visit_note|quote)", 0..50_u128), 1..9_u64, 1..40),
            at in any::<prop::sample::Index>(),
        ) {
            let whole = of(&rows);
            prop_assert_eq!(of(rows.iter().rev()), whole);
            let key = rows.keys().nth(at.index(rows.len())).unwrap().clone();
            let mut lost: BTreeMap<_, _> = rows.clone();
            let rev = lost.remove(&key).unwrap();
            prop_assert_ne!(of(&lost), whole, "lost");
            prop_assert_ne!(of(rows.iter().chain([(&key, &rev)])), whole, "doubled");
            let mut stale = rows.clone();
            stale.insert(key.clone(), rev + 1);
            prop_assert_ne!(of(&stale), whole, "stale");
            lost.insert((format!("{}x", key.0), key.1), rev);
            prop_assert_ne!(of(&lost), whole, "of another type");
        }
    }
}
