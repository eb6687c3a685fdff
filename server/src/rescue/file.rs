//! A rescue file: what a phone exports by `public/rescue-seal.js`, in the form of `docs/rescue.md`. Either sealed to a
//! recovery key, or open. **Never** writes anything, and never trusts a file that is not whole.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use leeway_core::values::{Timestamp, UserId};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::key::{Private, id_of};
use crate::auth::token::hex;

/// What the file says it is.
const WHAT: &str = "leeway-rescue";
/// The version that is read here.
pub const VERSION: u32 = 1;
/// What the secret is derived for.
const PURPOSE: &[u8] = b"leeway-rescue-1";
/// Bytes of AES-256-GCM's key, and of the key with its nonce.
const KEY: usize = 32;
const DERIVED: usize = KEY + 12;

/// Why a file can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Something else, or a part of one.
    #[error("is no rescue file, or was cut short on its way: {AGAIN}")]
    NotOne,
    /// A newer app made it.
    #[error("is of version {0}, which this server does not know: update the server, then import it")]
    Newer(u32),
    /// Bytes differ from those that were written.
    #[error("was altered or damaged on its way: {AGAIN}")]
    Altered,
}

/// The way out of a bad file: a phone deletes nothing when it exports.
const AGAIN: &str = "fetch it from the phone again, or export it again: the phone still has everything";

/// A file whose form was read, and nothing more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outer {
    /// Whose work it is.
    pub user: UserId,
    /// How it is kept.
    pub kept: Kept,
}

/// How the contents are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// Whoever has the private half of a recovery key can read it.
    Sealed {
        /// The id of that key.
        key: String,
        /// The phone's half of the agreement, made for this file.
        ephemeral: Vec<u8>,
        /// What was sealed, with its tag.
        sealed: Vec<u8>,
    },
    /// Whoever has the file can read it.
    Open(String),
}

/// What a rescue file holds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Contents {
    /// The organisation, as the phone knew it; empty if it did not.
    #[serde(default)]
    pub organisation: String,
    /// The log-in name of its user, as the phone knew it; empty if it did not.
    #[serde(default)]
    pub login: String,
    /// When it was made, by the phone's clock.
    pub made_at: Timestamp,
    /// The entries of the queue as they were stored, in their order.
    pub entries: Vec<Stored>,
}

/// An entry of the phone's queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Stored {
    /// Where it stood in the queue.
    pub place: u64,
    /// What stood there, to the letter: a number that JavaScript had read might be another one.
    pub text: String,
}

#[derive(Deserialize)]
struct Written {
    leeway: String,
    v: u32,
    #[serde(default)]
    user: Option<UserId>,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    ephemeral: Option<String>,
    #[serde(default)]
    sealed: Option<String>,
    #[serde(default)]
    open: Option<String>,
    #[serde(default)]
    sha256: Option<String>,
}

impl Outer {
    /// Reads the form of a file.
    ///
    /// # Errors
    /// [`FileError`] when it is something else, of a newer version, or damaged so that it shows.
    pub fn read(bytes: &[u8]) -> Result<Self, FileError> {
        let written: Written = serde_json::from_slice(bytes).map_err(|_| FileError::NotOne)?;
        if written.leeway != WHAT {
            return Err(FileError::NotOne);
        }
        if written.v > VERSION {
            return Err(FileError::Newer(written.v));
        }
        let bytes_of = |text: &str| STANDARD.decode(text).map_err(|_| FileError::Altered);
        let kept = match (written.key, written.ephemeral, written.sealed, written.open, written.sha256) {
            (Some(key), Some(ephemeral), Some(sealed), None, None) if is_id(&key) => {
                Kept::Sealed { key, ephemeral: bytes_of(&ephemeral)?, sealed: bytes_of(&sealed)? }
            }
            (None, None, None, Some(open), Some(sum)) if hex(&Sha256::digest(&open)) == sum => {
                Kept::Open(open)
            }
            _ => return Err(FileError::Altered),
        };
        Ok(Self { user: written.user.ok_or(FileError::Altered)?, kept })
    }

    /// Opens it with a private half, or without one if it is open.
    ///
    /// # Errors
    /// [`FileError::Altered`] when any bit is not as it was written, or the key is another one.
    pub fn open(&self, private: Option<&Private>) -> Result<Contents, FileError> {
        let text = match (&self.kept, private) {
            (Kept::Open(text), _) => text.clone().into_bytes(),
            (Kept::Sealed { key, ephemeral, sealed }, Some(private)) => {
                let aad = format!("{WHAT}|{VERSION}|{key}|{}", self.user);
                unseal(private, ephemeral, sealed, aad.as_bytes()).ok_or(FileError::Altered)?
            }
            (Kept::Sealed { .. }, None) => return Err(FileError::Altered),
        };
        let mut contents: Contents = serde_json::from_slice(&text).map_err(|_| FileError::Altered)?;
        contents.entries.sort_by_key(|it| it.place);
        Ok(contents)
    }
}

/// What is no id is not shown to anybody's terminal.
fn is_id(key: &str) -> bool {
    key.len() == 16 && key.bytes().all(|it| it.is_ascii_hexdigit())
}

/// Agrees on a secret with the phone's half, derives key and nonce of this one file, and opens it.
fn unseal(private: &Private, ephemeral: &[u8], sealed: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
    let public = private.public();
    let salt = [ephemeral, &public].concat();
    let mut derived = [0; DERIVED];
    Hkdf::<Sha256>::new(Some(&salt), &private.shared(ephemeral)?).expand(PURPOSE, &mut derived).ok()?;
    let (key, nonce) = derived.split_at(KEY);
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::try_from(key).ok()?);
    cipher.decrypt(&Nonce::try_from(nonce).ok()?, Payload { msg: sealed, aad }).ok()
}

/// Says whether this private half belongs to the key of this id.
#[must_use]
pub fn opens(private: &Private, key: &str) -> bool {
    id_of(&private.public()) == key
}
