//! Photos go out after the text that names them, and come in when they are looked at; both in pieces, and each goes on
//! where it was cut off. **Never** in the way of a command: when something rings, the next piece waits.

use leeway_core::sync::protocol::{BLOB_PIECE_MIN, UploadState};
use leeway_core::values::{Blob, BlobHash};

use super::api::{ApiError, Http, Server};
use super::{End, Engine, News};
use crate::platform::sha;
use crate::store::{BlobState, Store, StoreError};

/// How much goes at once: on a bad network a few seconds, in which a command may have to wait.
const PIECE: usize = 4 * BLOB_PIECE_MIN;
/// How much comes at once.
const FETCHED: usize = 16 * BLOB_PIECE_MIN;

impl<S: Server> Engine<S> {
    /// Sends the photos that wait, until none does or something rings.
    ///
    /// # Errors
    /// [`End`] says why it did not come to its end; what was sent until then counts.
    pub async fn photos(&self) -> Result<(), End> {
        let waiting = self.store.waiting_blobs().await?;
        for (n, (hash, _)) in waiting.iter().enumerate() {
            self.waiting.set(waiting.len() - n);
            if !self.send_photo(*hash).await? {
                return Ok(());
            }
        }
        self.waiting.set(0);
        Ok(())
    }

    /// Sends one photo. Returns false when something rang in between.
    async fn send_photo(&self, hash: BlobHash) -> Result<bool, End> {
        let Some(bytes) = self.store.bytes(hash).await? else { return Ok(true) };
        let mut state = self.server.upload_state(hash).await;
        loop {
            if self.bell.is_rung() {
                return Ok(false);
            }
            state = match state {
                Ok(UploadState { whole: true, .. }) => {
                    self.store.mark_blob(hash, BlobState::Sent).await?;
                    (self.tell)(News::Rows);
                    return Ok(true);
                }
                Ok(UploadState { offset, .. }) => {
                    let Some(piece) = piece(&bytes, offset) else {
                        return self.give_up(hash).await;
                    };
                    self.server.send_piece(hash, offset, piece).await
                }
                Err(error) => match (error.code(), error.number("offset")) {
                    // the answer to a piece was lost, or another tab of this user sends, too
                    ("wrong_offset", Some(offset)) => Ok(UploadState { offset, whole: false }),
                    ("wrong_blob" | "too_large", _) => return self.give_up(hash).await,
                    // its row is not there: not yet, or not any more
                    ("not_found", _) => return Ok(true),
                    _ => return Err(error.into()),
                },
            };
        }
    }

    /// Sets a photo aside that the server does not take. It stays on this device.
    async fn give_up(&self, hash: BlobHash) -> Result<bool, End> {
        self.store.mark_blob(hash, BlobState::Stuck).await?;
        (self.tell)(News::Rows);
        Ok(true)
    }
}

/// Returns the piece that begins here; `None` behind the end.
fn piece(bytes: &[u8], offset: u64) -> Option<&[u8]> {
    let rest = bytes.get(usize::try_from(offset).ok()?..).filter(|rest| !rest.is_empty())?;
    // no crumb at the end, which would be a request of its own
    let length = if rest.len() < PIECE + BLOB_PIECE_MIN { rest.len() } else { PIECE };
    rest.get(..length)
}

/// What came of asking for a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fetched {
    /// It is here.
    Here,
    /// It is still on the phone of who took it.
    Pending,
    /// The server was not reached, or this device could not keep it.
    NotNow,
}

/// Fetches a photo that this device does not have, and goes on where it was cut off.
pub(crate) async fn fetch(store: &Store, blob: Blob) -> Fetched {
    match fetch_from(&Http::default(), store, blob).await {
        Ok(fetched) => fetched,
        Err(error) if error.code() == "pending" || error.code() == "not_found" => Fetched::Pending,
        Err(_) => Fetched::NotNow,
    }
}

async fn fetch_from(server: &impl Server, store: &Store, blob: Blob) -> Result<Fetched, ApiError> {
    let lost = |_: StoreError| ApiError::NotReached;
    let length = usize::try_from(blob.bytes).unwrap_or(usize::MAX);
    let mut bytes = store.part(blob.hash).await.map_err(lost)?;
    while bytes.len() < length {
        let to = length.min(bytes.len() + FETCHED);
        let came = server.fetch(blob.hash, bytes.len(), to).await?;
        if came.is_empty() {
            return Err(ApiError::NotReached);
        }
        bytes.extend_from_slice(&came);
        store.keep_part(blob.hash, &bytes).await.map_err(lost)?;
    }
    if sha::of(&bytes).await != Some(blob.hash) {
        store.keep_part(blob.hash, &[]).await.map_err(lost)?;
        return Ok(Fetched::NotNow);
    }
    store.keep_fetched(blob.hash, &bytes).await.map_err(lost)?;
    Ok(Fetched::Here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_the_whole_and_leave_no_crumb() {
        for length in [1, BLOB_PIECE_MIN, PIECE, PIECE + 1, PIECE + BLOB_PIECE_MIN, 5 * PIECE - 1] {
            let bytes = vec![7; length];
            let mut offset = 0;
            while let Some(piece) = piece(&bytes, offset) {
                offset += piece.len() as u64;
                let is_last = offset == length as u64;
                assert!(is_last || piece.len() >= BLOB_PIECE_MIN, "{length}: {}", piece.len());
            }
            assert_eq!(offset, length as u64);
        }
        assert_eq!(piece(&[1, 2], u64::MAX), None);
    }
}
