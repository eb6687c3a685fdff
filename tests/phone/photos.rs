//! Photos of a simulated phone: taken for a note, sent by pieces after the text, fetched again. The bytes are noise that
//! begins as a picture does: nobody looks at them.

use leeway_core::sync::protocol::{BLOB_PIECE_MIN, UPLOAD_OFFSET, UploadState};
use leeway_core::values::{Blob, BlobHash, Media, PhotoId};
use leeway_core::visits::{self, AddPhoto, VisitNote};
use sha2::{Digest, Sha256};

use super::Phone;
use super::sync::Met;
use crate::dice::Dice;
use crate::truth::{Invariant, Violation};

/// A photo that was taken here, with its bytes.
#[derive(Debug, Clone)]
pub struct Photo {
    hash: BlobHash,
    bytes: Vec<u8>,
}

impl Phone {
    /// Takes a photo for a note. `None` when there is none to take one for.
    pub fn take_photo(&mut self, dice: &mut Dice) -> Option<Photo> {
        let notes: Vec<&VisitNote> =
            self.shelf.all::<VisitNote>().into_iter().filter(|it| it.by == self.user).collect();
        let (visit, note) = dice.pick(&notes).map(|it| (it.visit, it.id))?;
        let mut bytes = vec![0xFF, 0xD8, 0xFF];
        let length = BLOB_PIECE_MIN + dice.below(2 * BLOB_PIECE_MIN);
        while bytes.len() < length {
            bytes.extend(dice.id().into_bytes());
        }
        let hash = BlobHash::new(Sha256::digest(&bytes).into());
        let blob = Blob { hash, media: Media::Jpeg, bytes: u32::try_from(bytes.len()).unwrap() };
        let it = AddPhoto { visit, note, photo: PhotoId::new(dice.id()), blob, width: 40, height: 30 };
        self.ask(visits::Write::AddPhoto(it).into(), dice).then_some(Photo { hash, bytes })
    }

    /// Asks how far a photo has come and sends the rest. [`Met::Done`]: the server says that it has all of it.
    ///
    /// # Errors
    /// What the answers violate.
    pub async fn send_photo(&self, photo: &Photo) -> Result<Met, Violation> {
        let path = format!("{}/blobs/{}/upload", self.address, photo.hash);
        let mut state = match self.upload(self.http.get(&path)).await? {
            Some(state) => state,
            None => return Ok(Met::Lost),
        };
        while !state.whole {
            let from = usize::try_from(state.offset).unwrap();
            let piece: Vec<u8> = photo.bytes[from..].iter().copied().take(BLOB_PIECE_MIN).collect();
            let request = self.http.patch(&path).header(UPLOAD_OFFSET, state.offset);
            let request = request.header("content-type", "application/octet-stream").body(piece);
            state = match self.upload(request).await? {
                Some(state) => state,
                None => return Ok(Met::Lost),
            };
        }
        Ok(Met::Done)
    }

    async fn upload(&self, request: reqwest::RequestBuilder) -> Result<Option<UploadState>, Violation> {
        let Ok(answer) = request.header("cookie", &self.session).send().await else { return Ok(None) };
        let status = answer.status();
        if status.is_client_error() {
            let why = format!("{}: a photo is answered {status}", self.name);
            return Err(Violation::new(Invariant::Protocol, why));
        }
        let Ok(text) = answer.bytes().await else { return Ok(None) };
        Ok(if status.is_success() { serde_json::from_slice(&text).ok() } else { None })
    }

    /// Holds a photo that the server called whole against what the server has.
    ///
    /// # Errors
    /// [`Invariant::NothingLost`] when these are not its bytes.
    pub async fn check_photo(&self, photo: &Photo) -> Result<(), Violation> {
        let request = self.http.get(format!("{}/blobs/{}", self.address, photo.hash));
        let lost = |what: String| {
            let why = format!("{}: the photo {} was called whole, now {what}", self.name, photo.hash);
            Err(Violation::new(Invariant::NothingLost, why))
        };
        match request.header("cookie", &self.session).send().await {
            Ok(answer) if answer.status().is_success() => match answer.bytes().await {
                Ok(bytes) if bytes == photo.bytes => Ok(()),
                _ => lost("it is another one".to_owned()),
            },
            Ok(answer) => lost(format!("it is answered {}", answer.status())),
            Err(error) => lost(error.to_string()),
        }
    }
}
