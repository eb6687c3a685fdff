//! Which blobs are whole, and which rows name them.

use leeway_core::values::{Blob, BlobHash, Media, NoteId, PhotoId, VisitId};
use leeway_core::visits::VisitPhoto;
use leeway_core::{Changes, Entity, Record};

use super::{Db, NOW, customer, found, user, write};
use crate::db::Tenant;

const HASH: BlobHash = BlobHash::new([9; 32]);

fn photo(n: u128, hash: BlobHash) -> VisitPhoto {
    VisitPhoto {
        id: PhotoId::from_u128(n),
        visit: VisitId::from_u128(1),
        note: NoteId::from_u128(1),
        customer: customer(1),
        by: user(1),
        at: NOW,
        blob: Blob { hash, media: Media::Jpeg, bytes: 7 },
        width: 1,
        height: 1,
        arrived: false,
    }
}

async fn names(db: &Db, hash: BlobHash) -> Vec<Record> {
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    let found = reading.records(&Blob::key(hash)).await.unwrap();
    reading.end().await.unwrap();
    found
}

async fn length(db: &Db) -> Option<u32> {
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    let length = reading.blob(HASH).await.unwrap();
    reading.end().await.unwrap();
    length
}

pub(crate) async fn a_blob_is_whole_from_its_first_note_on(db: Db) {
    found(&db).await;
    assert_eq!(length(&db).await, None);
    for bytes in [7, 9] {
        let mut writing = db.write(Tenant::FIRST).await.unwrap();
        writing.put_blob(HASH, bytes, NOW).await.unwrap();
        assert_eq!(writing.blob(HASH).await.unwrap(), Some(7));
        writing.commit().await.unwrap();
        assert_eq!(length(&db).await, Some(7), "what is whole does not change");
    }
    // the rows that name it are found by it, and by it only
    let (one, two) = (photo(1, HASH), photo(2, BlobHash::new([8; 32])));
    write(&db, Changes::none().put(one.clone()).put(two)).await;
    assert_eq!(names(&db, HASH).await, [one.clone().into()]);
    write(&db, Changes::none().remove(VisitPhoto::key(one.id))).await;
    assert_eq!(names(&db, HASH).await, []);
}
