//! A photo on a note: added, and taken back when it was the wrong one. It never holds the picture, only the name of its
//! bytes: text goes first, photos follow (docs/adr/0013).

use serde::{Deserialize, Serialize};

use super::{VisitError, VisitNote, own};
use crate::Entity;
use crate::command::Context;
use crate::customers::served_part;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::values::{Blob, CustomerId, NoteId, PhotoId, Timestamp, UserId, VisitId};

/// Most bytes of a photo.
pub const PHOTO_BYTES_MAX: u32 = 10 * 1024 * 1024;
/// Most photos of a visit, on all its notes.
pub const PHOTOS_MAX: u32 = 40;

/// A photo on a note.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitPhoto {
    /// Which one.
    pub id: PhotoId,
    /// On which visit.
    pub visit: VisitId,
    /// On which of its notes.
    pub note: NoteId,
    /// The visit's customer.
    pub customer: CustomerId,
    /// Who took it.
    pub by: UserId,
    /// When it was added.
    pub at: Timestamp,
    /// Its bytes.
    pub blob: Blob,
    /// In pixels.
    pub width: u16,
    /// In pixels.
    pub height: u16,
    /// The server has its bytes; until then they are on the phone that took it, and nowhere else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub arrived: bool,
}

impl VisitPhoto {
    /// Returns the index prefix of a visit's photos, oldest first.
    pub fn of_visit(visit: VisitId) -> String {
        format!("visit_photo.visit|{visit}|")
    }
}

/// Adds a photo to a note.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddPhoto {
    /// On which visit.
    pub visit: VisitId,
    /// On which of its notes.
    pub note: NoteId,
    /// Its id, made on the device.
    pub photo: PhotoId,
    /// Its bytes, which stay on the device until they have been sent.
    pub blob: Blob,
    /// In pixels.
    pub width: u16,
    /// In pixels.
    pub height: u16,
}

/// Takes a photo back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RemovePhoto {
    /// Which one.
    pub photo: PhotoId,
}

pub(super) fn add(rows: &Rows, by: &Context, it: &AddPhoto) -> Result<Changes, Stop> {
    let visit = own(rows, by, it.visit)?;
    let note = rows.require::<VisitNote>(it.note)?;
    if note.visit != visit.id {
        return Err(GeneralError::NotFound { typ: VisitNote::TYPE }.into());
    }
    rows.require_absent::<VisitPhoto>(it.photo)?;
    if it.blob.bytes == 0 || it.width == 0 || it.height == 0 {
        return Err(GeneralError::BadArgs { why: "an empty photo".into() }.into());
    }
    if it.blob.bytes > PHOTO_BYTES_MAX {
        return Err(VisitError::PhotoTooLarge { max_mib: PHOTO_BYTES_MAX >> 20 }.into());
    }
    if rows.list::<VisitPhoto>(&VisitPhoto::of_visit(visit.id))?.len() >= PHOTOS_MAX as usize {
        return Err(VisitError::TooManyPhotos { max: PHOTOS_MAX }.into());
    }
    Ok(Changes::none().put(VisitPhoto {
        id: it.photo,
        visit: visit.id,
        note: note.id,
        customer: visit.customer,
        by: by.actor,
        at: by.at,
        blob: it.blob,
        width: it.width,
        height: it.height,
        arrived: false,
    }))
}

pub(super) fn remove(rows: &Rows, by: &Context, it: &RemovePhoto) -> Result<Changes, Stop> {
    let photo = served_part::<VisitPhoto>(rows, by, it.photo, |photo| photo.customer)?;
    Ok(Changes::none().remove(VisitPhoto::key(photo.id)))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::Write;
    use super::*;
    use crate::Record;
    use crate::testing::sample::{CHEN, LI};
    use crate::testing::{Office, commands};
    use crate::values::BlobHash;

    fn noted() -> Office {
        let planned = Office::new().after(CHEN, Write::Plan(commands::plan()));
        planned.after(CHEN, Write::Note(commands::add_note()))
    }

    fn with_photo() -> Office {
        noted().after(CHEN, Write::AddPhoto(commands::add_photo()))
    }

    #[track_caller]
    fn check(office: &mut Office, by: UserId, photo: AddPhoto, expected: Expect) {
        expected.assert_eq(&office.tell(by, Write::AddPhoto(photo)));
    }

    #[track_caller]
    fn check_remove(office: &mut Office, by: UserId, expected: Expect) {
        expected.assert_eq(&office.tell(by, Write::RemovePhoto(commands::remove_photo())));
    }

    #[test]
    fn a_photo_lives_with_its_customer_and_is_found_by_its_visit_and_its_bytes() {
        let office = with_photo();
        let photo = office.get::<VisitPhoto>(PhotoId::from_u128(7));
        assert_eq!(photo.scope(), crate::Scope::Customer(photo.customer));
        let record = Record::from(photo.clone());
        assert_eq!(record.blobs(), [photo.blob]);
        let keys = [format!("{}{}", VisitPhoto::of_visit(photo.visit), photo.id), Blob::key(photo.blob.hash)];
        assert_eq!(record.index_keys(), keys);
    }

    #[test]
    fn a_photo_arrives_once() {
        let office = with_photo();
        let photo = office.get::<VisitPhoto>(PhotoId::from_u128(7));
        assert_eq!(Record::from(photo.clone()).arrived(BlobHash::new([0; 32])), None);
        let arrived = Record::from(photo.clone()).arrived(photo.blob.hash).unwrap();
        assert_eq!(arrived, VisitPhoto { arrived: true, ..photo.clone() }.into());
        assert_eq!(arrived.arrived(photo.blob.hash), None);
    }

    #[test]
    fn a_photo_is_added_once_to_a_note_of_its_visit() {
        let add = commands::add_photo;
        check(&mut with_photo(), CHEN, add(), expect![[r#"refused general.exists {"typ":"visit_photo"}"#]]);
        let elsewhere = AddPhoto { note: NoteId::from_u128(1), ..add() };
        check(&mut noted(), CHEN, elsewhere, expect![[r#"refused general.not_found {"typ":"visit_note"}"#]]);
        check(&mut noted(), LI, add(), expect![[r#"refused general.not_found {"typ":"visit"}"#]]);
    }

    #[test]
    fn a_photo_has_pixels_and_is_no_film() {
        let sized =
            |bytes| AddPhoto { blob: Blob { bytes, ..commands::add_photo().blob }, ..commands::add_photo() };
        check(&mut noted(), CHEN, sized(PHOTO_BYTES_MAX), expect!["put visit_photo/7"]);
        check(
            &mut noted(),
            CHEN,
            sized(PHOTO_BYTES_MAX + 1),
            expect![[r#"refused visits.photo_too_large {"max_mib":10}"#]],
        );
        check(
            &mut noted(),
            CHEN,
            sized(0),
            expect![[r#"refused general.bad_args {"why":"an empty photo"}"#]],
        );
        for flat in [AddPhoto { width: 0, ..sized(1) }, AddPhoto { height: 0, ..sized(1) }] {
            check(
                &mut noted(),
                CHEN,
                flat,
                expect![[r#"refused general.bad_args {"why":"an empty photo"}"#]],
            );
        }
    }

    #[test]
    fn a_visit_holds_so_many_photos() {
        let mut office = noted();
        let nth = |n: u8| AddPhoto {
            photo: PhotoId::from_u128(100 + u128::from(n)),
            blob: Blob { hash: BlobHash::new([n; 32]), ..commands::add_photo().blob },
            ..commands::add_photo()
        };
        for n in 0..40 {
            let told = office.tell(CHEN, Write::AddPhoto(nth(n)));
            assert!(told.starts_with("put"), "{n}: {told}");
        }
        check(&mut office, CHEN, nth(40), expect![[r#"refused visits.too_many_photos {"max":40}"#]]);
        let first = RemovePhoto { photo: nth(0).photo };
        assert!(office.tell(CHEN, Write::RemovePhoto(first)).starts_with("remove"));
        check(&mut office, CHEN, nth(40), expect!["put visit_photo/140"]);
    }

    #[test]
    fn a_photo_is_taken_back_by_who_looks_after_the_customer() {
        check_remove(&mut with_photo(), LI, expect![[r#"refused general.not_found {"typ":"visit_photo"}"#]]);
        let mut office = with_photo();
        check_remove(&mut office, CHEN, expect!["remove visit_photo/7"]);
        check_remove(&mut office, CHEN, expect![[r#"refused general.not_found {"typ":"visit_photo"}"#]]);
        check(&mut office, CHEN, commands::add_photo(), expect!["put visit_photo/7"]);
    }
}
