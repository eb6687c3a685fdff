use js_sys::{Array, Uint8Array};
use leeway_app::platform::photo::{self, PhotoError};
use leeway_app::platform::{ids, sha};
use leeway_app::store::{BlobState, Taken};
use leeway_core::scope::Scope;
use leeway_core::sync::protocol::{OutcomeKind, PullResponse};
use leeway_core::values::{Blob, BlobHash, CustomerId, Media, PhotoId};
use leeway_core::visits::{AddPhoto, RemovePhoto, VisitPhoto, Write};
use leeway_core::{Body, Record, testing::sample};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::desk::{CHEN, Desk, answer, command, customer, outcomes, register, row, tombstone};

fn blob(n: u8) -> (Blob, Vec<u8>) {
    let bytes = vec![n; 300];
    (Blob { hash: BlobHash::new([n; 32]), media: Media::Jpeg, bytes: 300 }, bytes)
}

/// A store with a visit of this user and a note on it.
async fn noted() -> Desk {
    let desk = Desk::open().await;
    let (visit, note) = (sample::visit(), sample::note());
    let records: [Record; 3] = [customer(1, "明德医院").into(), visit.into(), note.into()];
    desk.receive(records.iter().map(row).collect()).await;
    desk
}

fn add(n: u8) -> Body {
    let (blob, _) = blob(n);
    let (visit, note) = (sample::visit().id, sample::note().id);
    let photo = PhotoId::from_u128(u128::from(n));
    Body::Visits(Write::AddPhoto(AddPhoto { visit, note, photo, blob, width: 4, height: 3 }))
}

async fn take(desk: &Desk, n: u8) {
    let (blob, bytes) = blob(n);
    let taken = desk.store.take_with(&command(add(n)), None, Some((blob, &bytes))).await.unwrap();
    assert!(matches!(taken, Taken::Queued(_)), "{taken:?}");
}

async fn state(desk: &Desk, n: u8) -> Option<BlobState> {
    let held = desk.store.held(blob(n).0.hash).await.unwrap();
    assert_eq!(held.is_some(), desk.store.bytes(blob(n).0.hash).await.unwrap().is_some());
    held.map(|it| it.state)
}

fn confirmed(n: u8) -> Record {
    let id = PhotoId::from_u128(u128::from(n));
    VisitPhoto { id, blob: blob(n).0, by: CHEN, ..sample::photo() }.into()
}

#[wasm_bindgen_test]
async fn a_photo_is_kept_with_its_command_or_not_at_all() {
    let desk = noted().await;
    take(&desk, 1).await;
    assert_eq!(desk.seqs().await, [1]);
    assert_eq!(state(&desk, 1).await, Some(BlobState::Waiting));
    assert_eq!(desk.store.bytes(blob(1).0.hash).await.unwrap(), Some(blob(1).1));
    let waiting: Vec<BlobHash> =
        desk.store.waiting_blobs().await.unwrap().into_iter().map(|it| it.0).collect();
    assert_eq!(waiting, [blob(1).0.hash]);
    // what a rule refuses leaves no bytes
    let (blob_1, bytes) = blob(2);
    let refused = command(add(1));
    let taken = desk.store.take_with(&refused, None, Some((blob_1, &bytes))).await.unwrap();
    assert!(matches!(taken, Taken::Refused(_)), "{taken:?}");
    assert_eq!(state(&desk, 2).await, None);
}

#[wasm_bindgen_test]
async fn a_sent_photo_gives_way_and_a_waiting_one_never_does() {
    let desk = noted().await;
    take(&desk, 1).await;
    take(&desk, 2).await;
    desk.store.mark_blob(blob(1).0.hash, BlobState::Sent).await.unwrap();
    assert_eq!(desk.store.unsent_blobs().await.unwrap(), 1);
    assert_eq!(desk.store.free_blobs().await.unwrap(), 300);
    assert_eq!((state(&desk, 1).await, state(&desk, 2).await), (None, Some(BlobState::Waiting)));
    // what came back by looking at it is there, too
    desk.store.keep_part(blob(1).0.hash, &[1; 100]).await.unwrap();
    assert_eq!(desk.store.part(blob(1).0.hash).await.unwrap(), [1; 100]);
    desk.store.keep_fetched(blob(1).0.hash, &blob(1).1).await.unwrap();
    assert_eq!(state(&desk, 1).await, Some(BlobState::Sent));
    assert_eq!(desk.store.part(blob(1).0.hash).await.unwrap(), [0; 0]);
}

#[wasm_bindgen_test]
async fn photos_go_with_their_scope_and_with_their_row() {
    let desk = noted().await;
    take(&desk, 1).await;
    take(&desk, 2).await;
    let done = [OutcomeKind::Applied; 2];
    desk.store.answered(Some(&outcomes(&done))).await.unwrap();
    let rows = [1, 2].map(|n| row(&confirmed(n))).to_vec();
    desk.reveal(PullResponse { rows, ack: 2, ..answer() }).await;
    assert_eq!(
        (state(&desk, 1).await, state(&desk, 2).await),
        (Some(BlobState::Waiting), Some(BlobState::Waiting))
    );
    // taken back here: the bytes stay until the server has said so
    let remove = RemovePhoto { photo: PhotoId::from_u128(1) };
    desk.ask(Body::Visits(Write::RemovePhoto(remove))).await.unwrap();
    assert_eq!(state(&desk, 1).await, Some(BlobState::Waiting));
    // a server that knows less than before would have the commands come back, and the photos with them
    let gone = vec![tombstone(&confirmed(1), confirmed(1).scope())];
    desk.reveal(PullResponse { rows: gone, ack: 2, ..answer() }).await;
    assert_eq!((state(&desk, 1).await, state(&desk, 2).await), (None, Some(BlobState::Waiting)));
    // the customer is somebody else's now
    let drop = vec![Scope::Customer(CustomerId::from_u128(1))];
    desk.reveal(PullResponse { drop, ack: 2, ..answer() }).await;
    assert_eq!(state(&desk, 2).await, None);
    // and what is fetched late does not come back
    desk.store.keep_fetched(blob(2).0.hash, &blob(2).1).await.unwrap();
    assert_eq!(state(&desk, 2).await, None);
}

#[wasm_bindgen_test]
async fn a_photo_stays_as_long_as_its_command_waits() {
    let desk = noted().await;
    take(&desk, 1).await;
    // the visit is gone, so the command has no effect any more; it still waits for its outcome
    desk.reveal(PullResponse { drop: vec![Scope::Customer(CustomerId::from_u128(1))], ..answer() }).await;
    assert_eq!(state(&desk, 1).await, Some(BlobState::Waiting));
    desk.store.answered(Some(&outcomes(&[OutcomeKind::Refused]))).await.unwrap();
    desk.reveal(PullResponse { ack: 1, ..answer() }).await;
    assert_eq!(state(&desk, 1).await, None);
}

#[wasm_bindgen_test]
async fn a_restored_server_is_offered_what_was_sent() {
    let desk = noted().await;
    take(&desk, 1).await;
    desk.store.mark_blob(blob(1).0.hash, BlobState::Sent).await.unwrap();
    desk.reveal(answer()).await;
    assert_eq!(state(&desk, 1).await, Some(BlobState::Sent));
    desk.reveal(PullResponse { epoch: "e2".into(), ..answer() }).await;
    assert_eq!(state(&desk, 1).await, Some(BlobState::Waiting));
}

#[wasm_bindgen_test]
async fn photos_go_with_everything_else_at_signing_out() {
    let desk = noted().await;
    take(&desk, 1).await;
    desk.store.clear().await.unwrap();
    assert_eq!(state(&desk, 1).await, None);
    desk.ask(register(9, "after")).await.unwrap_err();
}

/// Draws something and returns it as a file that a camera could have written.
async fn picture(width: u32, height: u32) -> Vec<u8> {
    let document = web_sys::window().unwrap().document().unwrap();
    let canvas: web_sys::HtmlCanvasElement = document.create_element("canvas").unwrap().unchecked_into();
    canvas.set_width(width);
    canvas.set_height(height);
    let context: web_sys::CanvasRenderingContext2d =
        canvas.get_context("2d").unwrap().unwrap().unchecked_into();
    context.set_fill_style_str("#0a7");
    context.fill_rect(0.0, 0.0, f64::from(width) / 2.0, f64::from(height));
    let url = canvas.to_data_url_with_type("image/jpeg").unwrap();
    let response = web_sys::window().unwrap().fetch_with_str(&url);
    let response: web_sys::Response =
        wasm_bindgen_futures::JsFuture::from(response.unchecked_into::<js_sys::Promise>())
            .await
            .unwrap()
            .unchecked_into();
    let buffer = response.array_buffer().unwrap().unchecked_into::<js_sys::Promise>();
    Uint8Array::new(&wasm_bindgen_futures::JsFuture::from(buffer).await.unwrap()).to_vec()
}

fn file(bytes: &[u8]) -> web_sys::File {
    web_sys::File::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)), "IMG_0001.jpg").unwrap()
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|it| it == text)
}

#[wasm_bindgen_test]
async fn a_photo_is_made_small_and_says_nothing_of_where_it_was_taken() {
    let plain = picture(2_400, 1_200).await;
    // what a camera writes behind the first marker
    let secret = b"Exif\0\0GPS 26.08 N 119.30 E";
    let length = u16::try_from(secret.len() + 2).unwrap().to_be_bytes();
    let taken = [&plain[..2], &[0xFF, 0xE1], &length, secret, &plain[2..]].concat();
    assert!(holds(&taken, b"GPS 26.08"));
    let small = photo::shrink(&file(&taken)).await.unwrap();
    assert_eq!((small.width, small.height), (1_600, 800));
    assert!(
        Media::Jpeg.may_begin(&small.bytes) && !holds(&small.bytes, b"GPS") && !holds(&small.bytes, b"Exif")
    );
    assert_eq!(Some(small.blob.hash), sha::of(&small.bytes).await);
    assert_eq!(small.blob.bytes as usize, small.bytes.len());
    assert_eq!(photo::shrink(&file(b"no picture")).await.err(), Some(PhotoError::Unreadable));
    assert!(photo::Address::of(&small.bytes, Media::Jpeg).unwrap().text().starts_with("blob:"));
    let _ = ids::photo();
}
