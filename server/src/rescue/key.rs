//! The organisation's recovery key: P-256. Its private half is printed once, for paper or a safe; the server keeps the
//! public half, to which phones seal rescue files. **Never** writes a private half anywhere but into the text that is
//! printed.

use p256::{PublicKey, SecretKey};
use sha2::{Digest, Sha256};

use crate::auth::token::{hex, random, unhex};
use crate::error::ApiError;

/// What the line with the private half begins with.
const MARK: &str = "leeway-recovery-1";
/// Digits of a group, as people copy them.
const GROUP: usize = 8;
/// Bytes by which a mistyped line is found out.
const CHECK: usize = 4;

/// A private half.
pub struct Private(SecretKey);

/// Why a text is no private half.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyTextError {
    /// There is no such line.
    #[error("has no line that begins with {MARK}")]
    NoLine,
    /// A digit is wrong, missing or too many.
    #[error("has a mistyped line: compare it with the original, digit by digit")]
    Mistyped,
}

impl Private {
    /// Makes a new one.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn new() -> Result<Self, ApiError> {
        loop {
            // one in four thousand million numbers is beyond the order of the curve
            if let Ok(secret) = SecretKey::from_slice(&random::<32>()?) {
                return Ok(Self(secret));
            }
        }
    }

    /// Writes it as one line.
    #[must_use]
    pub fn to_line(&self) -> String {
        let bytes = self.0.to_bytes();
        let digits = hex(&bytes) + &hex(&check(&bytes));
        let groups = digits.as_bytes().chunks(GROUP).map(|group| String::from_utf8_lossy(group));
        groups.fold(MARK.to_owned(), |line, group| line + " " + &group)
    }

    /// Reads it out of a text, in which other lines are passed over.
    ///
    /// # Errors
    /// [`KeyTextError`] says what is wrong with the text, and nothing of what it holds.
    pub fn from_text(text: &str) -> Result<Self, KeyTextError> {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(MARK));
        let digits: String = line.ok_or(KeyTextError::NoLine)?.split_whitespace().collect();
        let (key, sum) = digits.split_at_checked(64).ok_or(KeyTextError::Mistyped)?;
        let key = unhex(&key.to_lowercase()).ok_or(KeyTextError::Mistyped)?;
        if hex(&check(&key)) != sum.to_lowercase() {
            return Err(KeyTextError::Mistyped);
        }
        SecretKey::from_slice(&key).map(Self).map_err(|_| KeyTextError::Mistyped)
    }

    /// Returns its public half, as an uncompressed point.
    #[must_use]
    pub fn public(&self) -> Vec<u8> {
        self.0.public_key().to_sec1_bytes().into_vec()
    }

    /// Returns what it has in common with somebody else's public half; `None` if that is no point of the curve.
    pub(super) fn shared(&self, other: &[u8]) -> Option<Vec<u8>> {
        let other = PublicKey::from_sec1_bytes(other).ok()?;
        Some(self.0.diffie_hellman(&other).raw_secret_bytes().to_vec())
    }
}

/// Returns the id of a key, which follows from its public half: nobody else's key has it.
#[must_use]
pub fn id_of(public: &[u8]) -> String {
    hex(&Sha256::digest(public)[..8])
}

fn check(key: &[u8]) -> [u8; CHECK] {
    let sum = Sha256::new().chain_update(MARK).chain_update(key).finalize();
    let mut check = [0; CHECK];
    check.copy_from_slice(&sum[..CHECK]);
    check
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written_or_not_at_all() {
        let key = Private::new().unwrap();
        let line = key.to_line();
        assert_eq!(line.split(' ').count(), 10, "the mark, eight groups and the check");
        let noted = format!(
            "# in the safe\r\n  {}  \r\n",
            line.to_uppercase().replace("LEEWAY-RECOVERY", "leeway-recovery")
        );
        let read = Private::from_text(&noted).ok().unwrap();
        assert_eq!((read.public(), read.public().len()), (key.public(), 65));
        let refused = |text: &str| Private::from_text(text).err().unwrap();
        assert_eq!(refused("nothing of the kind"), KeyTextError::NoLine);
        for at in MARK.len() + 1..line.len() {
            let mut other = line.clone().into_bytes();
            other[at] = if other[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(refused(&String::from_utf8(other).unwrap()), KeyTextError::Mistyped, "{at}");
            assert_eq!(refused(&line[..at]), KeyTextError::Mistyped, "cut at {at}");
        }
        assert_eq!(refused(&format!("{line}0")), KeyTextError::Mistyped);
    }
}
