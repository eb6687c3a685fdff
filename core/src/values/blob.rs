//! Blobs: bytes that are kept beside the records, under the name of their SHA-256. A record names them; it never holds
//! them, and nothing here reads them: whoever has the bytes makes the hash.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// The SHA-256 of a blob's bytes, and its name. Written as 64 small hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobHash([u8; 32]);

/// A text that is no hash, or not in its one written form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a SHA-256 in small hexadecimal digits")]
pub struct BlobHashError;

impl BlobHash {
    /// Takes the SHA-256 of some bytes.
    #[must_use]
    pub const fn new(sha: [u8; 32]) -> Self {
        Self(sha)
    }

    /// Returns the SHA-256.
    #[must_use]
    pub const fn sha(self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobHash({self})")
    }
}

impl FromStr for BlobHash {
    type Err = BlobHashError;

    fn from_str(text: &str) -> Result<Self, BlobHashError> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(BlobHashError);
        }
        let mut sha = [0; 32];
        for (byte, pair) in sha.iter_mut().zip(digits.chunks_exact(2)) {
            *byte =
                pair.iter().try_fold(0, |sum, digit| Some(sum << 4 | value(*digit)?)).ok_or(BlobHashError)?;
        }
        Ok(Self(sha))
    }
}

/// Small digits only: one hash has one name.
const fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl Serialize for BlobHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BlobHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What a blob's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Media {
    /// A photo, as the phone re-encodes all of them.
    #[serde(rename = "image/jpeg")]
    Jpeg,
}

impl Media {
    /// Returns the media type.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
        }
    }

    /// Returns whether bytes begin as such a blob does. A beginning that is too short may still become one.
    #[must_use]
    pub fn may_begin(self, bytes: &[u8]) -> bool {
        let magic = match self {
            Self::Jpeg => [0xFF, 0xD8, 0xFF],
        };
        bytes.iter().zip(magic).all(|(byte, expected)| *byte == expected)
    }
}

/// What a record says of a blob that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Blob {
    /// Its name.
    pub hash: BlobHash,
    /// What it is.
    pub media: Media,
    /// How long it is.
    pub bytes: u32,
}

impl Blob {
    /// Returns the index key under which the records are found that name the blob; the same for every type, and added
    /// by [`crate::Record::index_keys`].
    #[must_use]
    pub fn key(hash: BlobHash) -> String {
        format!("blob|{hash}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_hash_reads_back(sha: [u8; 32]) {
            let hash = BlobHash::new(sha);
            prop_assert_eq!(hash.to_string().len(), 64);
            prop_assert_eq!(hash.to_string().parse(), Ok(hash));
            prop_assert_eq!(serde_json::from_value::<BlobHash>(serde_json::to_value(hash).unwrap()).unwrap(), hash);
        }

        #[test]
        fn what_reads_is_written_the_same(text in "[0-9a-gA-F]{63,65}") {
            if let Ok(hash) = text.parse::<BlobHash>() {
                prop_assert_eq!(hash.to_string(), text);
            }
        }
    }

    #[test]
    fn a_hash_has_one_written_form() {
        let good = "0f".repeat(32);
        assert_eq!(good.parse(), Ok(BlobHash::new([15; 32])));
        for bad in ["", "0f", &good.to_uppercase(), &format!("{good}0"), &"é".repeat(32), &"0g".repeat(32)] {
            assert_eq!(bad.parse::<BlobHash>(), Err(BlobHashError), "{bad}");
        }
    }

    #[test]
    fn a_photo_begins_as_one() {
        for beginning in [&[][..], &[0xFF, 0xD8], &[0xFF, 0xD8, 0xFF, 0xE0]] {
            assert!(Media::Jpeg.may_begin(beginning), "{beginning:?}");
        }
        for other in [&b"<svg"[..], &[0xFF, 0xD9], &[0x89, b'P', b'N', b'G']] {
            assert!(!Media::Jpeg.may_begin(other), "{other:?}");
        }
    }
}
