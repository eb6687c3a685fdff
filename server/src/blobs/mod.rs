//! Blobs: the bytes that rows name, photos first. Kept under their SHA-256 in a folder or in S3 (docs/adr/0013); the
//! database knows which are whole. **Never** read or decoded beyond their first bytes, never changed, never deleted once
//! whole, and never given to somebody who does not hold a row that names them.
//!
//! Read: this file (where, and who may), [`upload`] (in), [`crate::http::blobs`] (the addresses), [`s3`] (the wire to S3).

pub mod s3;
pub mod upload;

use std::collections::BTreeSet;
use std::fmt;
use std::fs::DirBuilder;
use std::io;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use leeway_core::Record;
use leeway_core::values::{Blob, BlobHash, UserId};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{GetOptions, GetResult, ObjectStore, ObjectStoreExt};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::config::BlobPlace;
use crate::db::{DbError, Reading};
use crate::error::ApiError;

/// How many uploads are put together at once: each is in memory as a whole then.
const JOINED_AT_ONCE: usize = 4;

/// Why blobs can't be kept where the settings say.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The settings are not good.
    #[error("--blobs: {0}")]
    Place(String),
    /// The folder can't be made.
    #[error("{folder}: {source}")]
    Folder {
        /// Which one.
        folder: String,
        /// Why.
        source: io::Error,
    },
    /// The store says no.
    #[error("the store of photos failed: {0}")]
    Store(#[from] object_store::Error),
}

impl From<object_store::Error> for ApiError {
    fn from(error: object_store::Error) -> Self {
        Self::Internal(format!("the store of photos failed: {error}"))
    }
}

/// Where blobs are kept. Cheap to clone.
#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    joins: Arc<Semaphore>,
}

impl fmt::Debug for Blobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blobs({})", self.store)
    }
}

impl Default for Blobs {
    /// In memory, for as long as the process lives: for tasks that keep none, and for tests.
    fn default() -> Self {
        Self::new(InMemory::new())
    }
}

impl Blobs {
    fn new(store: impl ObjectStore) -> Self {
        Self { store: Arc::new(store), joins: Arc::new(Semaphore::new(JOINED_AT_ONCE)) }
    }

    /// Has uploads wait for their turn together with those of another place.
    #[must_use]
    pub fn beside(self, other: &Self) -> Self {
        Self { joins: Arc::clone(&other.joins), ..self }
    }

    /// Opens the place that the settings name; without one, a folder in the data folder.
    ///
    /// # Errors
    /// [`BlobError`] says what is wrong with it.
    pub fn open(data: &FilePath, place: &BlobPlace) -> Result<Self, BlobError> {
        match place.blobs.as_deref() {
            Some(url) if place.is_s3() => {
                let bucket = s3::open(url, place)?;
                Ok(match place.below.as_deref() {
                    Some(below) => Self::new(PrefixStore::new(bucket, below)),
                    None => Self::new(bucket),
                })
            }
            _ => Self::folder(&folder(data, place)),
        }
    }

    /// Opens the place only to look: what is not there is not made.
    ///
    /// # Errors
    /// [`BlobError`] says what is wrong with it.
    pub fn look(data: &FilePath, place: &BlobPlace) -> Result<Self, BlobError> {
        if place.is_s3() || folder(data, place).is_dir() {
            Self::open(data, place)
        } else {
            Ok(Self::default())
        }
    }

    /// Opens a folder, and makes it if it is not there. What is said to be written is on the disk.
    ///
    /// # Errors
    /// [`BlobError`] when the operating system says no.
    pub fn folder(folder: &FilePath) -> Result<Self, BlobError> {
        let failed = |source| BlobError::Folder { folder: folder.display().to_string(), source };
        let mut builder = DirBuilder::new();
        crate::folder::make_by(builder.recursive(true), folder).map_err(failed)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_automatic_cleanup(true).with_fsync(true);
        #[cfg(feature = "plant")]
        let store = store.with_fsync(!crate::plant::photos_unflushed());
        Ok(Self::new(store))
    }

    /// Returns how long a blob is in the store; `None` if it is not there.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn length(&self, hash: BlobHash) -> object_store::Result<Option<u64>> {
        match self.store.head(&whole(hash)).await {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Begins to read a blob, or a part of it; `None` if it is not there.
    ///
    /// # Errors
    /// When the store does not answer, or the part lies beyond the end.
    pub async fn get(&self, hash: BlobHash, options: GetOptions) -> object_store::Result<Option<GetResult>> {
        match self.store.get_opts(&whole(hash), options).await {
            Ok(found) => Ok(Some(found)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps the bytes of a blob, as a whole or not at all. That they are its bytes is the caller's word.
    ///
    /// # Errors
    /// When the store does not take them.
    pub async fn put(&self, hash: BlobHash, bytes: bytes::Bytes) -> object_store::Result<()> {
        self.store.put(&whole(hash), bytes.into()).await.map(drop)
    }
}

/// Returns the folder that the settings name.
fn folder(data: &FilePath, place: &BlobPlace) -> PathBuf {
    match (&place.blobs, &place.below) {
        (Some(folder), Some(below)) => FilePath::new(folder).join(below),
        (Some(folder), None) => PathBuf::from(folder),
        (None, _) => data.join("blobs"),
    }
}

/// Where a whole blob lies. A folder of two digits, so that no folder holds too many.
fn whole(hash: BlobHash) -> Path {
    let name = hash.to_string();
    let (folder, _) = name.split_at(2);
    Path::from_iter(["whole", folder, &name])
}

/// Returns the records that name a blob and that this user holds now, the same that a pull would bring. None: to them the
/// blob does not exist.
///
/// # Errors
/// When the database fails.
pub async fn named(reading: &mut dyn Reading, user: UserId, hash: BlobHash) -> Result<Vec<Record>, DbError> {
    let rows = reading.records(&Blob::key(hash)).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let grants = reading.grants(user, None).await?;
    let held: BTreeSet<_> = grants.into_iter().filter(|it| it.active).map(|it| it.scope).collect();
    Ok(rows.into_iter().filter(|row| held.contains(&row.scope())).collect())
}

/// Returns what records say of a blob.
fn said(records: &[Record], hash: BlobHash) -> Vec<Blob> {
    records.iter().flat_map(Record::blobs).filter(|blob| blob.hash == hash).collect()
}

/// Returns what a user may fetch under this hash: a blob that a row of theirs names, and that is whole.
///
/// # Errors
/// [`ApiError::NotFound`] when it does not exist to them, [`ApiError::Pending`] when it has not come yet.
pub async fn whole_for(app: &App, user: UserId, hash: BlobHash) -> Result<Blob, ApiError> {
    let mut reading = app.db.read(app.tenant).await?;
    let named = named(reading.as_mut(), user, hash).await?;
    let kept = if named.is_empty() { None } else { reading.blob(hash).await? };
    reading.end().await?;
    match (said(&named, hash).first(), kept) {
        (None, _) => Err(ApiError::NotFound),
        (Some(blob), Some(bytes)) => Ok(Blob { bytes, ..*blob }),
        (Some(_), None) => Err(ApiError::Pending),
    }
}
