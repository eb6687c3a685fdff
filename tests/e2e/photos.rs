//! Photos on a visit note: text first, photos later, each once, and never instead of text.

use std::path::{Path, PathBuf};

use leeway_e2e::picture;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::office::Office;
use crate::phone::Phone;
use crate::teller::by_id;

/// Bytes of a piece that a phone sends.
const PIECE: u64 = 64 * 1024;
/// What the app keeps free for text.
const ROOM_FOR_TEXT: u64 = 20 * 1024 * 1024;
const PENDING: &str = "附件待上传";

impl Phone {
    /// Takes a photo for the newest note of the visit that is open.
    pub async fn take_photo(&self, file: &Path) {
        let input = self.driver().query(By::Css("[data-testid='take-photo']")).first().await.unwrap();
        input.send_keys(file.to_str().unwrap()).await.unwrap();
    }

    /// Returns how many photos are shown as pictures, and how many are said to be on their way.
    async fn photos(&self) -> (u64, u64) {
        let look = format!(
            "const all = [...document.querySelectorAll('.photo')];
             return [all.filter(it => it.querySelector('img')?.naturalWidth > 0).length,
                     all.filter(it => it.innerText.includes('{PENDING}')).length]"
        );
        let found = self.script(&look).await;
        (found[0].as_u64().unwrap_or(0), found[1].as_u64().unwrap_or(0))
    }

    pub async fn until_photos(&self, shown: u64, pending: u64) {
        let what = format!("{shown} pictures, {pending} of all photos on their way");
        self.until(&what, async || self.photos().await == (shown, pending)).await;
    }

    /// Lets no more than this out in a second; 0: as much as it can.
    async fn upload_at(&self, bytes: i64) {
        self.cdp("Network.enable", json!({})).await;
        let rate = if bytes == 0 { -1 } else { bytes };
        let line =
            json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": rate });
        self.cdp("Network.emulateNetworkConditions", line).await;
    }

    /// Returns how many requests about photos were answered well since the count was cleared.
    async fn answered(&self) -> u64 {
        let count = "return performance.getEntriesByType('resource')
            .filter(it => it.name.endsWith('/upload') && it.responseStatus === 200).length";
        self.script(count).await.as_u64().unwrap_or(0)
    }
}

/// Returns how many pieces lie at the server, of photos that have not come as a whole.
fn pieces(folder: &Path) -> u64 {
    let Ok(all) = std::fs::read_dir(folder) else { return 0 };
    let count = |path: PathBuf| if path.is_dir() { pieces(&path) } else { 1 };
    all.flatten().map(|it| count(it.path())).sum()
}

#[tokio::test]
async fn photos_taken_without_a_network_follow_the_text_and_go_on_where_they_were_cut_off() {
    let mut office = Office::open();
    let files = tempfile::tempdir().unwrap();
    let (one, two) = (office.phone_of("chen").await, office.phone_of("chen").await);
    let visit = one.open_a_visit().await;
    one.go("/today").await;
    one.wait_synced().await;
    one.go(&format!("/visits/{visit}")).await;
    one.see("primary").await;
    office.stop();
    one.note("电表箱在二楼").await;
    for (n, pending) in [(1, 1), (2, 2)] {
        one.take_photo(&picture::noise(files.path(), n)).await;
        one.until_photos(pending, pending).await;
    }
    // what was taken outlives the page
    one.reload().await;
    one.tab("记录").await;
    one.until_photos(2, 2).await;
    one.keep_still().await;
    one.inject_axe().await;
    assert_eq!(one.violations().await, Vec::<String>::new());
    assert_eq!([one.out_of_reach().await, one.cut().await].concat(), Vec::<String>::new());
    one.go("/sync").await;
    one.see("photos-waiting").await;
    assert!(one.text().await.contains("2 张照片待上传"));

    // a thin line: the text is through long before the photos
    one.upload_at(96 * 1024).await;
    office.start();
    two.go(&format!("/visits/{visit}")).await;
    two.tab("记录").await;
    two.see_text("电表箱在二楼").await;
    two.until_photos(0, 2).await;
    let coming = office.data().join("blobs/coming");
    one.until("pieces of the first photo", async || pieces(&coming) >= 3).await;
    office.stop();
    let before = pieces(&coming);
    one.script("performance.clearResourceTimings()").await;
    one.upload_at(0).await;
    office.start();

    // the other phone shows them, by itself
    two.until_photos(2, 0).await;
    one.until("everything to be sent", async || !one.text().await.contains("张照片待上传")).await;
    let chen = office.teller("chen").await;
    let photos = chen.all("visit_photo").await;
    let bytes: u64 = photos.iter().map(|it| it["blob"]["bytes"].as_u64().unwrap()).sum();
    assert_eq!(photos.len(), 2);
    assert!(bytes > 8 * PIECE, "{bytes} bytes are too few to tell anything");
    // it asked twice where to go on, and sent what was missing
    let whole: u64 = photos.iter().map(|it| it["blob"]["bytes"].as_u64().unwrap().div_ceil(PIECE)).sum();
    assert!(one.answered().await <= whole - before + 3, "{} of {whole} after {before}", one.answered().await);
    assert_eq!(pieces(&coming), 0);

    // whoever gets the customer gets the photos, and who gave it away has them no more
    let customer = by_id(&chen.all("visit").await, &visit)["customer"].clone();
    let li = office.teller("li").await.session["user"].clone();
    let mut chen = chen;
    let given =
        chen.ask("customers.hand_over", json!({ "customer": customer, "to": li, "seen": null })).await;
    assert_eq!(given["outcome"], "applied", "{given}");
    let three = office.phone_of("li").await;
    three.go(&format!("/visits/{visit}")).await;
    three.tab("记录").await;
    three.until_photos(2, 0).await;
    one.until("the photos to go", async || one.kept_photos().await == 0).await;
    // they open without a network once they were looked at
    three.until_installed().await;
    office.stop();
    three.reload().await;
    three.tab("记录").await;
    three.until_photos(2, 0).await;
}

impl Phone {
    /// Returns how many photos are kept in the app's store.
    async fn kept_photos(&self) -> u64 {
        let look = "const done = arguments[arguments.length - 1];
            indexedDB.databases().then(async all => {
              let sum = 0;
              for (const { name } of all.filter(it => /^leeway-[0-9a-f]{8}-/.test(it.name))) {
                const db = await new Promise(yes => { const it = indexedDB.open(name); it.onsuccess = () => yes(it.result); });
                sum += await new Promise(yes => {
                  const it = db.transaction('meta').objectStore('meta').count(IDBKeyRange.bound('bytes|', 'bytes|g'));
                  it.onsuccess = () => yes(it.result); });
                db.close();
              }
              done(sum);
            })";
        let found = self.driver().execute_async(look, Vec::new()).await.unwrap();
        found.json().as_u64().unwrap_or(u64::MAX)
    }
}

#[tokio::test]
async fn a_phone_without_room_refuses_the_photo_and_keeps_the_text() {
    let mut office = Office::open();
    let files = tempfile::tempdir().unwrap();
    let phone = office.phone_of("chen").await;
    let visit = phone.open_a_visit().await;
    phone.note("第一条").await;
    // a browser that says that it has room for text, and for nothing else, until the page is loaded anew
    let low = format!(
        "navigator.storage.estimate = async () => ({{ usage: 1e6, quota: 1e6 + {ROOM_FOR_TEXT} / 2 }})"
    );
    phone.script(&low).await;
    phone.take_photo(&picture::noise(files.path(), 1)).await;
    phone.see_text("手机空间不够").await;
    assert_eq!(phone.photos().await, (0, 0));
    // a picture that is none is told, too
    let text = files.path().join("a.jpg");
    std::fs::write(&text, "no picture").unwrap();
    phone.take_photo(&text).await;
    phone.see_text("不是能打开的图片").await;
    phone.note("第二条").await;
    phone.go("/today").await;
    phone.wait_synced().await;
    phone.go(&format!("/visits/{visit}")).await;
    phone.tab("记录").await;
    let chen = office.teller("chen").await;
    let notes = chen.all("visit_note").await;
    let of_visit = |it: &&Value| it["visit"] == json!(visit);
    assert_eq!(notes.iter().filter(of_visit).count(), 2);
    assert_eq!(chen.all("visit_photo").await.len(), 0);
    // with room again it is taken
    office.stop();
    phone.take_photo(&picture::noise(files.path(), 1)).await;
    phone.until_photos(1, 1).await;
    // looked at while it arrives; then taken back
    phone.tap_css(".photo").await;
    phone.see_text("已存在本机").await;
    office.start();
    let chen = office.teller("chen").await;
    phone.until("the photo at the server", async || chen.all("visit_photo").await.len() == 1).await;
    phone.until_photos(1, 0).await;
    phone.tap_css("dialog[open] .btn[data-kind='danger']").await;
    phone.tap_text("删除照片").await;
    phone.until_photos(0, 0).await;
    phone.until("the photo to go from the server", async || chen.all("visit_photo").await.is_empty()).await;
}
