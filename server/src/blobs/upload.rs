//! A blob comes in, piece by piece. Each piece is an object of its own, named by where it begins, so that what came
//! survives a restart, and the next piece may go to another process. How far an upload has come is not noted anywhere:
//! it is how far its pieces reach without a gap. **Never** called whole before its SHA-256 is that of its name.
//!
//! The pieces are the sender's: nobody can put other bytes between theirs. Pieces that overlap or lie beyond a gap (two
//! requests of one phone at once) are passed over; should they ever make wrong bytes, the hash says so, and the upload
//! begins anew.

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt;
use leeway_core::sync::protocol::{BLOB_PIECE_MAX, BLOB_PIECE_MIN, UploadState};
use leeway_core::values::{Blob, BlobHash, UserId};
use leeway_core::{Changes, Record};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};

use super::{Blobs, named, said};
use crate::app::{App, detached};
use crate::db::retrying;
use crate::error::{ApiError, TooLarge};

/// Digits of a piece's name, so that names sort as numbers do.
const DIGITS: usize = 10;

/// A piece as it lies in the store.
struct Piece {
    from: u64,
    path: Path,
}

/// What has come of an upload.
struct Come {
    /// The pieces that follow each other from the start.
    pieces: Vec<Piece>,
    /// Where they end.
    offset: u64,
}

/// Says how far a blob has come, and so where its sender goes on.
///
/// # Errors
/// [`ApiError::NotFound`] when no row of theirs names it.
pub async fn state(app: &App, user: UserId, hash: BlobHash) -> Result<UploadState, ApiError> {
    let (sizes, is_whole) = look(app, user, hash).await?;
    if is_whole {
        return known(app, hash, &sizes).await;
    }
    Ok(UploadState { offset: come(&app.blobs, user, hash).await?.offset, whole: false })
}

/// Takes in the piece that begins at `offset`.
///
/// # Errors
/// [`ApiError::NotFound`] when no row of theirs names the blob, [`ApiError::WrongOffset`] when it goes on elsewhere,
/// [`ApiError::WrongBlob`] when it is complete and not what its name says; then nothing is left of it.
pub async fn append(
    app: &App,
    user: UserId,
    hash: BlobHash,
    offset: u64,
    piece: Bytes,
) -> Result<UploadState, ApiError> {
    let (sizes, is_whole) = look(app, user, hash).await?;
    let end = longest(&sizes);
    if is_whole {
        return known(app, hash, &sizes).await;
    }
    let come = come(&app.blobs, user, hash).await?;
    if come.offset != offset {
        return Err(ApiError::WrongOffset { offset: come.offset });
    }
    let reached = offset + u64::try_from(piece.len()).unwrap_or(u64::MAX);
    if reached > end {
        return Err(ApiError::TooLarge {
            what: TooLarge::Blob,
            max: usize::try_from(end).unwrap_or(usize::MAX),
        });
    }
    // many tiny objects would be dear to list
    let is_last = sizes.iter().any(|blob| u64::from(blob.bytes) == reached);
    if piece.len() > BLOB_PIECE_MAX || (piece.len() < BLOB_PIECE_MIN && !is_last) {
        let why = format!("a piece has {BLOB_PIECE_MIN} to {BLOB_PIECE_MAX} bytes, but for the last");
        return Err(ApiError::BadRequest(why));
    }
    if offset == 0 && !sizes.iter().any(|blob| blob.media.may_begin(&piece)) {
        return Err(ApiError::WrongBlob);
    }
    let app = app.clone();
    // what was begun is brought to its end, whether the sender still waits or not
    detached(async move {
        app.blobs.store.put(&path(user, hash, offset), piece.into()).await?;
        if !is_last {
            return Ok(UploadState { offset: reached, whole: false });
        }
        let whole = join(&app, user, hash).await?;
        match whole {
            true => Ok(UploadState { offset: reached, whole }),
            // another row of theirs says that it goes on
            false if reached < end => Ok(UploadState { offset: reached, whole }),
            false => {
                forget(&app.blobs, user, hash).await?;
                Err(ApiError::WrongBlob)
            }
        }
    })
    .await
}

/// Returns what their rows say of the blob, and whether all of it is here. What the database calls whole but the store
/// has lost is taken anew.
async fn look(app: &App, user: UserId, hash: BlobHash) -> Result<(Vec<Blob>, bool), ApiError> {
    let mut reading = app.db.read(app.tenant).await?;
    let records = named(reading.as_mut(), user, hash).await?;
    let kept = reading.blob(hash).await?;
    reading.end().await?;
    if records.is_empty() {
        return Err(ApiError::NotFound);
    }
    let sizes = said(&records, hash);
    let is_whole = kept.is_some() && app.blobs.length(hash).await? == kept.map(u64::from);
    Ok((sizes, is_whole))
}

/// Answers for a blob that is here already. A row that was written since does not say so yet.
async fn known(app: &App, hash: BlobHash, sizes: &[Blob]) -> Result<UploadState, ApiError> {
    let app = app.clone();
    detached(async move { note(&app, hash, None).await }).await?;
    Ok(UploadState { offset: longest(sizes), whole: true })
}

/// Notes that a blob is here, in the rows that name it, too: so that whoever holds them is poked, and pulls. Nothing is
/// written when all of it is known.
async fn note(app: &App, hash: BlobHash, length: Option<u32>) -> Result<(), ApiError> {
    let now = app.clock.now();
    retrying(app.db.as_ref(), app.tenant, move |mut writing| async move {
        let records = writing.records(&Blob::key(hash)).await?;
        let puts: Vec<Record> = records.iter().filter_map(|it| it.arrived(hash)).collect();
        if let Some(length) = length {
            writing.put_blob(hash, length, now).await?;
        }
        writing.write(&Changes { puts, ..Changes::none() }).await?;
        Ok::<_, ApiError>(writing.commit().await?)
    })
    .await
}

fn longest(sizes: &[Blob]) -> u64 {
    sizes.iter().map(|blob| u64::from(blob.bytes)).max().unwrap_or(0)
}

fn folder(user: UserId, hash: BlobHash) -> Path {
    Path::from_iter(["coming".to_owned(), user.to_string(), hash.to_string()])
}

fn path(user: UserId, hash: BlobHash, offset: u64) -> Path {
    folder(user, hash).join(format!("{offset:0DIGITS$}"))
}

async fn list(blobs: &Blobs, user: UserId, hash: BlobHash) -> Result<Vec<(Piece, u64)>, ApiError> {
    let found: Vec<_> = blobs.store.list(Some(&folder(user, hash))).try_collect().await?;
    let read = |it: object_store::ObjectMeta| {
        let from = it.location.filename()?.parse().ok()?;
        Some((Piece { from, path: it.location }, it.size))
    };
    let mut pieces: Vec<_> = found.into_iter().filter_map(read).collect();
    pieces.sort_by_key(|(piece, _)| piece.from);
    Ok(pieces)
}

/// Returns the pieces that follow each other from the start.
async fn come(blobs: &Blobs, user: UserId, hash: BlobHash) -> Result<Come, ApiError> {
    let mut come = Come { pieces: Vec::new(), offset: 0 };
    for (piece, size) in list(blobs, user, hash).await? {
        if piece.from == come.offset {
            come.offset += size;
            come.pieces.push(piece);
        }
    }
    Ok(come)
}

/// Puts the pieces together, if they are the blob that their name says. Returns whether they are.
async fn join(app: &App, user: UserId, hash: BlobHash) -> Result<bool, ApiError> {
    let _place = app.blobs.joins.acquire().await.map_err(|_| ApiError::Busy)?;
    let mut bytes = BytesMut::new();
    for piece in come(&app.blobs, user, hash).await?.pieces {
        bytes.extend_from_slice(&app.blobs.store.get(&piece.path).await?.bytes().await?);
    }
    let bytes = bytes.freeze();
    if !is(hash, bytes.clone()).await? {
        return Ok(false);
    }
    let length = u32::try_from(bytes.len()).map_err(|_| ApiError::WrongBlob)?;
    // first the bytes, then the word that they are there
    app.blobs.put(hash, bytes).await?;
    note(app, hash, Some(length)).await?;
    forget(&app.blobs, user, hash).await?;
    Ok(true)
}

/// Returns whether these bytes are the blob. Hashing ten megabytes would hold up others.
pub(crate) async fn is(hash: BlobHash, bytes: Bytes) -> Result<bool, ApiError> {
    let hashed = tokio::task::spawn_blocking(move || <[u8; 32]>::from(Sha256::digest(&bytes)));
    let sha = hashed.await.map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(sha == hash.sha())
}

/// Throws away what has come.
async fn forget(blobs: &Blobs, user: UserId, hash: BlobHash) -> Result<(), ApiError> {
    for (piece, _) in list(blobs, user, hash).await? {
        match blobs.store.delete(&piece.path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
