//! The organisation's key, by which grants are signed: made at first need, kept in the data folder for its owner's eyes
//! only (`docs/adr/0018`). **Never** a private half in the database, in a backup or in an answer.

use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::{fs, io};

use leeway_core::proof::{Grant, GrantClaims, IssuerKey, PublicKey};
use leeway_core::values::{Bytes, Timestamp};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use tempfile::NamedTempFile;

use crate::auth::token::random;
use crate::db::Tenant;
use crate::error::ApiError;
use crate::folder;

/// Where the organisation's key is. Cheap to clone.
#[derive(Clone)]
pub enum Issuer {
    /// In a file, looked up whenever something is signed: the operator may have put another key in its place.
    Kept(Arc<Path>),
    /// In memory only.
    Unkept(Arc<OnceLock<Pair>>),
}

impl Default for Issuer {
    fn default() -> Self {
        Self::Unkept(Arc::default())
    }
}

impl Issuer {
    /// Keeps the key of an organisation in this folder; without this, in memory.
    #[must_use]
    pub fn in_folder(data: &Path, tenant: Tenant) -> Self {
        Self::Kept(data.join(format!("issuer-{tenant}.key")).into())
    }

    /// Returns the key, made now if there is none.
    ///
    /// # Errors
    /// When the file can't be read or made, or holds something else.
    pub fn pair(&self) -> Result<Pair, ApiError> {
        match self {
            Self::Kept(path) => kept(path),
            Self::Unkept(pair) => match pair.get() {
                Some(pair) => Ok(pair.clone()),
                None => Pair::new().map(|fresh| pair.get_or_init(|| fresh).clone()),
            },
        }
    }

    /// Returns the key, if there is one yet.
    ///
    /// # Errors
    /// When the file can't be read, or holds something else.
    pub fn there(&self) -> Result<Option<Pair>, ApiError> {
        match self {
            Self::Kept(path) if !path.exists() => Ok(None),
            Self::Kept(path) => read(path).map(Some),
            Self::Unkept(pair) => Ok(pair.get().cloned()),
        }
    }

    /// Puts another key in the place of the one that signs, whose private half is gone then.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn replace(&self, pair: &Pair) -> Result<(), ApiError> {
        let Self::Kept(path) = self else {
            return Err(ApiError::Internal("a key in memory has no successor".to_owned()));
        };
        let file = written(path, pair)?;
        file.persist(path).map_err(|lost| failed(path, &lost.error))?;
        folder::sync(folder::of(path)).map_err(|error| failed(path, &error))
    }
}

/// Both halves of a key.
#[derive(Clone)]
pub struct Pair(SigningKey);

impl Pair {
    /// Makes a new one.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn new() -> Result<Self, ApiError> {
        loop {
            // one in four thousand million numbers is beyond the order of the curve
            if let Ok(key) = SigningKey::from_slice(&random::<32>()?) {
                return Ok(Self(key));
            }
        }
    }

    /// Returns the row by which everybody has the public half.
    ///
    /// # Errors
    /// Never, while the library writes points as the standard says.
    pub fn row(&self, now: Timestamp) -> Result<IssuerKey, ApiError> {
        let public = self.public()?;
        let (id, public) = (public.id(), Bytes(public.point().to_vec()));
        Ok(IssuerKey { id, public, made_at: now, withdrawn_at: None })
    }

    /// Signs a grant.
    pub(crate) fn sign(&self, claims: &GrantClaims) -> Result<Grant, ApiError> {
        let unsigned = claims.unsigned(self.public()?.id());
        let signature: Signature = self.0.sign(&unsigned.to_be_signed());
        Ok(Grant::issued(claims, unsigned.signed(signature.to_bytes().into())))
    }

    fn public(&self) -> Result<PublicKey, ApiError> {
        let point = self.0.verifying_key().to_sec1_point(false);
        PublicKey::from_point(point.as_bytes()).map_err(|flaw| ApiError::Internal(flaw.to_string()))
    }
}

/// Reads the key, or makes it. Of two who make it at once, one is heard.
fn kept(path: &Path) -> Result<Pair, ApiError> {
    if !path.exists() {
        match written(path, &Pair::new()?)?.persist_noclobber(path) {
            Err(lost) if lost.error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(failed(path, &lost.error));
            }
            _ => folder::sync(folder::of(path)).map_err(|error| failed(path, &error))?,
        }
    }
    read(path)
}

fn read(path: &Path) -> Result<Pair, ApiError> {
    let bytes = fs::read(path).map_err(|error| failed(path, &error))?;
    let key = SigningKey::from_slice(&bytes);
    key.map(Pair).map_err(|_| ApiError::Internal(format!("{} holds no key", path.display())))
}

/// Writes a key into a file of no name yet, for its owner only: it is there as a whole or not at all.
fn written(path: &Path, pair: &Pair) -> Result<NamedTempFile, ApiError> {
    let failed = |error: io::Error| failed(path, &error);
    let mut file = NamedTempFile::new_in(folder::of(path)).map_err(failed)?;
    file.write_all(&pair.0.to_bytes()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    Ok(file)
}

fn failed(path: &Path, error: &io::Error) -> ApiError {
    ApiError::Internal(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let of = |tenant| Issuer::in_folder(folder.path(), tenant).pair().unwrap().public().unwrap().id();
        let first = of(Tenant::FIRST);
        assert_eq!(of(Tenant::FIRST), first);
        assert_ne!(of(Tenant::FIRST.next()), first);
        assert_ne!(Issuer::default().pair().unwrap().public().unwrap().id(), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join("issuer-1.key")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let successor = Pair::new().unwrap();
        Issuer::in_folder(folder.path(), Tenant::FIRST).replace(&successor).unwrap();
        assert_eq!(of(Tenant::FIRST), successor.public().unwrap().id());
        fs::write(folder.path().join("issuer-1.key"), "short").unwrap();
        assert!(matches!(
            Issuer::in_folder(folder.path(), Tenant::FIRST).pair().map(|_| ()),
            Err(ApiError::Internal(_))
        ));
    }
}
