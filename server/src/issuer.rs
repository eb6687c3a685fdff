//! The organisation's key, by which grants are signed: made at first need, kept in the data folder for its owner's eyes
//! only (`docs/adr/0018`). **Never** a private half in the database, in a backup or in an answer.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::{fs, io};

use leeway_core::proof::{Grant, GrantClaims, PublicKey};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};

use crate::auth::token::random;
use crate::db::Tenant;
use crate::error::ApiError;

/// The organisation's key, made at first need. Cheap to clone.
#[derive(Clone, Default)]
pub struct Issuer {
    path: Option<PathBuf>,
    key: Arc<OnceLock<SigningKey>>,
}

impl Issuer {
    /// Keeps the key of an organisation in this folder; without this, in memory.
    #[must_use]
    pub fn in_folder(data: &Path, tenant: Tenant) -> Self {
        Self { path: Some(data.join(format!("issuer-{tenant}.key"))), ..Self::default() }
    }

    fn key(&self) -> Result<&SigningKey, ApiError> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let key = match &self.path {
            Some(path) => kept(path)?,
            None => fresh()?,
        };
        Ok(self.key.get_or_init(|| key))
    }

    /// Signs a grant.
    pub(crate) fn sign(&self, claims: &GrantClaims) -> Result<Grant, ApiError> {
        let unsigned = claims.unsigned(self.public()?.id());
        let signature: Signature = self.key()?.sign(&unsigned.to_be_signed());
        Ok(Grant::issued(claims, unsigned.signed(signature.to_bytes().into())))
    }

    pub(crate) fn public(&self) -> Result<PublicKey, ApiError> {
        let point = self.key()?.verifying_key().to_sec1_point(false);
        PublicKey::from_point(point.as_bytes()).map_err(|flaw| ApiError::Internal(flaw.to_string()))
    }
}

fn fresh() -> Result<SigningKey, ApiError> {
    loop {
        // one in four thousand million numbers is beyond the order of the curve
        if let Ok(key) = SigningKey::from_slice(&random::<32>()?) {
            return Ok(key);
        }
    }
}

/// Reads the key, or makes it. Of two who make it at once, one is heard.
fn kept(path: &Path) -> Result<SigningKey, ApiError> {
    let failed = |error: io::Error| ApiError::Internal(format!("{}: {error}", path.display()));
    if !path.exists() {
        // for its owner only, and there as a whole or not at all
        let mut file = tempfile::NamedTempFile::new_in(crate::folder::of(path)).map_err(failed)?;
        io::Write::write_all(&mut file, &fresh()?.to_bytes()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        match file.persist_noclobber(path) {
            Err(lost) if lost.error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(lost.error)),
            _ => crate::folder::sync(crate::folder::of(path)).map_err(failed)?,
        }
    }
    let bytes = fs::read(path).map_err(failed)?;
    SigningKey::from_slice(&bytes).map_err(|_| ApiError::Internal(format!("{} holds no key", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let of = |tenant| Issuer::in_folder(folder.path(), tenant).public().unwrap().id();
        let first = of(Tenant::FIRST);
        assert_eq!(of(Tenant::FIRST), first);
        assert_ne!(of(Tenant::FIRST.next()), first);
        assert_ne!(Issuer::default().public().unwrap().id(), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join("issuer-1.key")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::write(folder.path().join("issuer-1.key"), "short").unwrap();
        assert!(matches!(
            Issuer::in_folder(folder.path(), Tenant::FIRST).public(),
            Err(ApiError::Internal(_))
        ));
    }
}
