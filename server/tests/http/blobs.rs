//! Photos come in by pieces and go out in parts, to those who hold a row that names them.

use leeway_core::sync::protocol::WireRow;
use leeway_core::values::{Blob, BlobHash, CustomerId, Media, NoteId, PhotoId, Timestamp, VisitId};
use leeway_core::visits::VisitPhoto;
use leeway_core::{Changes, Entity, Scope};
use leeway_server::db::Tenant;
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use uuid::Uuid;

use crate::office::{CHEN, LI, Office, Phone, answer, check_error, of_type};

/// As long as a piece may be that is not the last.
const PIECE: usize = 16 * 1024;

/// Bytes that begin as a photo does, and are no photo: nobody looks further.
pub fn picture(seed: u8, bytes: usize) -> Vec<u8> {
    let noise = (0_u32..).map(|n| u8::try_from((n * 31 + u32::from(seed) * 7 + n / 251) % 256).unwrap());
    [0xFF, 0xD8, 0xFF, seed].into_iter().chain(noise).take(bytes).collect()
}

pub fn hash(bytes: &[u8]) -> BlobHash {
    BlobHash::new(Sha256::digest(bytes).into())
}

/// Writes a row that names a blob, as the command would.
pub async fn name(office: &Office, customer: Uuid, n: u128, blob: Blob) -> VisitPhoto {
    let photo = VisitPhoto {
        id: PhotoId::from_u128(n),
        visit: VisitId::from_u128(1),
        note: NoteId::from_u128(1),
        customer: CustomerId::new(customer),
        by: CHEN,
        at: Timestamp::from_ms(0),
        blob,
        width: 4,
        height: 3,
        arrived: false,
    };
    change(office, Changes::none().put(photo.clone())).await;
    photo
}

async fn change(office: &Office, changes: Changes) {
    let mut writing = office.db.write(Tenant::FIRST).await.unwrap();
    writing.write(&changes).await.unwrap();
    writing.commit().await.unwrap();
}

pub fn of(bytes: &[u8]) -> Blob {
    Blob { hash: hash(bytes), media: Media::Jpeg, bytes: u32::try_from(bytes.len()).unwrap() }
}

pub async fn send(phone: &Phone<'_>, hash: BlobHash, offset: usize, piece: &[u8]) -> (StatusCode, Value) {
    let request = phone.request("PATCH", &format!("/blobs/{hash}/upload")).header("upload-offset", offset);
    let request = request.header("content-type", "application/octet-stream").body(piece.to_vec());
    answer(request.send().await.unwrap()).await
}

pub async fn state(phone: &Phone<'_>, hash: BlobHash) -> (StatusCode, Value) {
    answer(phone.request("GET", &format!("/blobs/{hash}/upload")).send().await.unwrap()).await
}

pub async fn fetch(phone: &Phone<'_>, hash: BlobHash, header: Option<(&str, &str)>) -> reqwest::Response {
    let mut request = phone.request("GET", &format!("/blobs/{hash}"));
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    request.send().await.unwrap()
}

#[track_caller]
pub fn came((status, body): (StatusCode, Value), offset: usize, whole: bool) {
    assert_eq!((status, body), (StatusCode::OK, json!({ "offset": offset, "whole": whole })));
}

/// What must hold wherever photos are kept.
pub async fn a_photo_goes_in_and_out(office: Office) {
    let mut chen = office.log_in("chen").await;
    let customer = chen.registers(1, "海港").await;
    let bytes = picture(1, 3 * PIECE + 5);
    let hash = hash(&bytes);
    name(&office, customer, 1, of(&bytes)).await;
    came(state(&chen, hash).await, 0, false);
    check_error(&answer(fetch(&chen, hash, None).await).await, 404, "pending", &Value::Null);
    came(send(&chen, hash, 0, &bytes[..PIECE]).await, PIECE, false);
    came(send(&chen, hash, PIECE, &bytes[PIECE..2 * PIECE]).await, 2 * PIECE, false);
    // the answer was lost: said again, it is told where it stands
    let again = send(&chen, hash, PIECE, &bytes[PIECE..2 * PIECE]).await;
    check_error(&again, 409, "wrong_offset", &json!({ "offset": 2 * PIECE }));
    let ahead = send(&chen, hash, 3 * PIECE, &bytes[3 * PIECE..]).await;
    check_error(&ahead, 409, "wrong_offset", &json!({ "offset": 2 * PIECE }));
    let (cookie, client) = (chen.cookie.clone(), chen.client);
    // what came outlives the process
    let office = office.restart().await;
    let chen = Phone { client, ..Phone::of(&office, CHEN, cookie) };
    came(state(&chen, hash).await, 2 * PIECE, false);
    came(send(&chen, hash, 2 * PIECE, &bytes[2 * PIECE..]).await, bytes.len(), true);
    came(state(&chen, hash).await, bytes.len(), true);
    // what is there is not sent again
    came(send(&chen, hash, 0, &bytes[..PIECE]).await, bytes.len(), true);
    let whole = fetch(&chen, hash, None).await;
    assert_eq!(whole.status(), StatusCode::OK);
    let header = |name: &str| whole.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "image/jpeg");
    assert_eq!(header("cache-control"), "private, max-age=31536000, immutable");
    assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox; frame-ancestors 'none'");
    assert_eq!(header("content-disposition"), "attachment");
    assert_eq!(header("x-content-type-options"), "nosniff");
    let tag = header("etag");
    assert_eq!(whole.bytes().await.unwrap(), bytes);
    // from where a download was cut off
    let rest = fetch(&chen, hash, Some(("range", "bytes=20000-"))).await;
    assert_eq!(rest.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(rest.headers()["content-range"], format!("bytes 20000-{}/{}", bytes.len() - 1, bytes.len()));
    assert_eq!(rest.bytes().await.unwrap(), bytes[20_000..]);
    let beyond = answer(fetch(&chen, hash, Some(("range", "bytes=99999-"))).await).await;
    check_error(&beyond, 416, "range", &json!({ "length": bytes.len() }));
    assert_eq!(fetch(&chen, hash, Some(("if-none-match", &tag))).await.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn a_photo_goes_into_a_folder_and_out() {
    a_photo_goes_in_and_out(Office::open().await).await;
}

#[tokio::test]
async fn a_photo_exists_for_who_holds_a_row_that_names_it() {
    let office = Office::open().await;
    let (mut chen, zhou) = (office.log_in("chen").await, office.log_in("zhou").await);
    let li = office.log_in("li").await;
    let customer = chen.registers(1, "海港").await;
    let bytes = picture(1, 100);
    let hash = hash(&bytes);
    let photo = name(&office, customer, 1, of(&bytes)).await;
    came(send(&chen, hash, 0, &bytes).await, 100, true);
    let unknown = self::hash(b"nobody has this");
    for stranger in [&zhou, &li] {
        for hash in [hash, unknown] {
            let all = [
                answer(fetch(stranger, hash, Some(("if-none-match", &format!("\"{hash}\"")))).await).await,
                state(stranger, hash).await,
                send(stranger, hash, 0, &bytes).await,
            ];
            for said in all {
                check_error(&said, 404, "not_found", &Value::Null);
            }
        }
    }
    // names that are none don't exist either
    let odd = answer(chen.request("GET", "/blobs/%2e%2e%2fleeway.sqlite").send().await.unwrap()).await;
    check_error(&odd, 404, "not_found", &Value::Null);
    let big = hash.to_string().to_uppercase();
    let odd = answer(chen.request("GET", &format!("/blobs/{big}")).send().await.unwrap()).await;
    check_error(&odd, 404, "not_found", &Value::Null);
    // all who hold the row hear that it is there; another row of it, as soon as somebody asks
    let told = |rows: &[WireRow]| -> Vec<bool> {
        of_type(rows, "visit_photo").iter().map(|row| row.body["arrived"] == true).collect()
    };
    assert_eq!(told(&chen.pull(None).await.rows), [true]);
    let again = name(&office, customer, 2, of(&bytes)).await;
    assert_eq!(told(&chen.pull(None).await.rows), [true, false]);
    came(state(&chen, hash).await, 100, true);
    assert_eq!(told(&chen.pull(None).await.rows), [true, true]);
    change(&office, Changes::none().remove(VisitPhoto::key(again.id))).await;
    // it goes with the scope, both ways
    let scope = Scope::Customer(CustomerId::new(customer));
    change(&office, Changes::none().grant(LI, scope).revoke(CHEN, scope)).await;
    assert_eq!(fetch(&li, hash, None).await.bytes().await.unwrap(), bytes);
    check_error(&answer(fetch(&chen, hash, None).await).await, 404, "not_found", &Value::Null);
    // and with the row
    change(&office, Changes::none().remove(VisitPhoto::key(photo.id))).await;
    check_error(&answer(fetch(&li, hash, None).await).await, 404, "not_found", &Value::Null);
}

#[tokio::test]
async fn what_is_not_the_photo_is_not_taken() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let customer = chen.registers(1, "海港").await;
    let bytes = picture(1, PIECE + 9);
    let hash = hash(&bytes);
    name(&office, customer, 1, of(&bytes)).await;
    // other bytes of the same length: all that came is thrown away
    let wrong = picture(2, PIECE + 9);
    came(send(&chen, hash, 0, &wrong[..PIECE]).await, PIECE, false);
    check_error(&send(&chen, hash, PIECE, &wrong[PIECE..]).await, 422, "wrong_blob", &Value::Null);
    came(state(&chen, hash).await, 0, false);
    // no photo
    check_error(&send(&chen, hash, 0, &[b'<'; PIECE]).await, 422, "wrong_blob", &Value::Null);
    // longer than the row says, or in crumbs
    let longer = [bytes.as_slice(), &[0]].concat();
    let args = json!({ "what": "blob", "max": bytes.len() });
    check_error(&send(&chen, hash, 0, &longer).await, 413, "too_large", &args);
    let crumb = send(&chen, hash, 0, &bytes[..100]).await;
    assert_eq!((crumb.0.as_u16(), crumb.1["code"].as_str()), (400, Some("bad_request")));
    check_error(
        &send(&chen, hash, 0, &vec![0xFF; 512 * 1024 + 1]).await,
        413,
        "too_large",
        &json!({ "what": "body", "max": 512 * 1024 }),
    );
    // without its place, or as something else
    let piece = || chen.request("PATCH", &format!("/blobs/{hash}/upload")).body(bytes.clone());
    let placeless = piece().header("content-type", "application/octet-stream");
    assert_eq!(placeless.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    let form = piece().header("content-type", "text/plain").header("upload-offset", 0);
    check_error(&answer(form.send().await.unwrap()).await, 415, "not_json", &Value::Null);
    came(state(&chen, hash).await, 0, false);
    // a second row may say another length: the right one counts
    name(&office, customer, 2, Blob { bytes: u32::try_from(PIECE).unwrap(), ..of(&bytes) }).await;
    came(send(&chen, hash, 0, &bytes[..PIECE]).await, PIECE, false);
    came(send(&chen, hash, PIECE, &bytes[PIECE..]).await, bytes.len(), true);
}

#[tokio::test]
async fn a_piece_that_is_cut_off_leaves_nothing() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let customer = chen.registers(1, "海港").await;
    let bytes = picture(1, 2 * PIECE);
    let hash = hash(&bytes);
    name(&office, customer, 1, of(&bytes)).await;
    came(send(&chen, hash, 0, &bytes[..PIECE]).await, PIECE, false);
    let address = office.url.strip_prefix("http://").unwrap();
    let mut line = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "PATCH /blobs/{hash}/upload HTTP/1.1\r\nhost: {address}\r\ncookie: {}\r\nupload-offset: {PIECE}\r\n\
         content-type: application/octet-stream\r\ncontent-length: {PIECE}\r\n\r\n",
        chen.cookie
    );
    line.write_all(head.as_bytes()).await.unwrap();
    line.write_all(&bytes[PIECE..PIECE + 5_000]).await.unwrap();
    line.shutdown().await.unwrap();
    // the server has seen the end
    let _ = line.read_to_end(&mut Vec::new()).await;
    came(state(&chen, hash).await, PIECE, false);
    came(send(&chen, hash, PIECE, &bytes[PIECE..]).await, bytes.len(), true);
}

#[tokio::test]
async fn a_photo_that_the_store_has_lost_is_taken_again() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let customer = chen.registers(1, "海港").await;
    let bytes = picture(1, 100);
    let hash = hash(&bytes);
    name(&office, customer, 1, of(&bytes)).await;
    came(send(&chen, hash, 0, &bytes).await, 100, true);
    std::fs::remove_dir_all(office.folder.path().join("data/blobs/whole")).unwrap();
    check_error(&answer(fetch(&chen, hash, None).await).await, 404, "pending", &Value::Null);
    came(state(&chen, hash).await, 0, false);
    came(send(&chen, hash, 0, &bytes).await, 100, true);
    assert_eq!(fetch(&chen, hash, None).await.bytes().await.unwrap(), bytes);
}
