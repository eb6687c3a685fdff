//! What befalls the disk.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use leeway_e2e::dice::Dice;
use leeway_e2e::picture;
use leeway_e2e::truth::{Invariant, Violation};
use serde_json::json;
use thirtyfour::prelude::*;

use super::{Kind, Seen};
use crate::desk::Desk;
use crate::small_disk::SmallDisk;

/// Enough for a quote, too little for a photo.
const ROOM_FOR_TEXT: u64 = 300 * 1024;

/// Lets it happen.
pub(super) async fn befall(
    desk: &mut Desk,
    kind: Kind,
    item: &str,
    dice: &mut Dice,
    seen: &mut Seen,
) -> Result<(), Violation> {
    match kind {
        Kind::Full => {
            desk.small.iter().for_each(SmallDisk::fill);
            for _ in 0..3 {
                try_tap(desk, item, seen).await?;
            }
        }
        Kind::Quota => quota(desk, item, dice, seen).await?,
        Kind::Cleared => clear(desk).await,
        _ => {
            desk.phone.kill();
            seen.log_end = damage(desk, kind, dice);
            desk.phone.wake().await;
        }
    }
    Ok(())
}

/// Uses the quota up in two steps: first there is room for text and for no photo, then for nothing.
async fn quota(desk: &mut Desk, item: &str, dice: &mut Dice, seen: &mut Seen) -> Result<(), Violation> {
    let origin = desk.proxy.address();
    // a browser that was just started has granted nothing ahead
    desk.phone.kill();
    desk.phone.wake().await;
    let desk = &*desk;
    let limit = async |size: u64| {
        let wish = json!({ "origin": origin, "quotaSize": size });
        desk.phone.cdp("Storage.overrideQuotaForOrigin", wish).await;
    };
    limit(1).await;
    desk.go_to_visit().await;
    let folder = tempfile::tempdir().unwrap();
    let file = picture::noise(folder.path(), u32::try_from(dice.millis(1_000_000)).unwrap());
    let used = "const done = arguments[arguments.length - 1];
        navigator.storage.estimate().then(it => done(Math.round(it.usage)))";
    let used = desk.phone.driver().execute_async(used, Vec::new()).await.unwrap().json().as_u64().unwrap();
    limit(used + ROOM_FOR_TEXT).await;
    desk.phone.note("照片之前的一句").await;
    let input = desk.phone.driver().query(By::Css("[data-testid='take-photo']")).first().await.unwrap();
    input.send_keys(file.to_str().unwrap()).await.unwrap();
    desk.phone.see_text("手机空间不够").await;
    // a quote is taken where a photo is not; that it arrives is looked at in the end
    seen.quotes.push(desk.phone.quote("专线", "5").await);
    desk.go_to_visit().await;
    limit(1).await;
    burn(desk).await;
    try_tap(desk, item, seen).await?;
    if seen.refused == 0 {
        return Err(Violation::new(Invariant::Protocol, "the quota did not stop anything".to_owned()));
    }
    desk.phone.cdp("Storage.overrideQuotaForOrigin", json!({ "origin": origin })).await;
    Ok(())
}

/// Uses up what the browser has granted ahead, by another store of the same site.
async fn burn(desk: &Desk) {
    let burn = "const done = arguments[arguments.length - 1];
        const open = indexedDB.open('harness-burn', 1);
        open.onupgradeneeded = () => open.result.createObjectStore('x', { autoIncrement: true });
        open.onerror = () => done('no store');
        open.onsuccess = () => {
          const db = open.result;
          const put = size => {
            if (size < 64) { db.close(); return done('full'); }
            const tx = db.transaction('x', 'readwrite');
            tx.objectStore('x').add(new Uint8Array(size));
            tx.oncomplete = () => put(size);
            tx.onabort = () => put(size / 2);
          };
          put(65536);
        }";
    let burnt = desk.phone.driver().execute_async(burn, Vec::new()).await.unwrap();
    assert_eq!(burnt.json(), "full", "the quota could not be used up");
}

/// Taps once more. The app says that it is saved, or that it is not.
async fn try_tap(desk: &Desk, item: &str, seen: &mut Seen) -> Result<(), Violation> {
    let script = format!(
        "const done = arguments[arguments.length - 1], from = performance.now();
        const chips = [...document.querySelectorAll(\"[data-testid='{item}'] input[type=radio]\")].slice(0, 2);
        if (chips.length < 2) return done(document.body.innerText.includes('数据被清空') ? 'refused' : 'gone');
        chips[chips[0].checked ? 1 : 0].click();
        const look = () => {{
          const saved = performance.getEntriesByName('leeway:saved')[0];
          if (saved && saved.startTime >= from) return done('saved');
          if (performance.now() > from + 1000 && document.body.innerText.includes('手机存储')) return done('refused');
          if (performance.now() > from + 15000) return done('silent');
          setTimeout(look, 20);
        }};
        look()"
    );
    let said = desk.phone.driver().execute_async(&*script, Vec::new()).await.unwrap();
    match said.json().as_str() {
        Some("saved") => seen.saved += 1,
        Some("refused") => seen.refused += 1,
        said => {
            let why = format!("the app neither saves nor says so: {said:?}\n{}", desk.phone.text().await);
            return Err(Violation::new(Invariant::NothingLost, why));
        }
    }
    Ok(())
}

/// Damages the store's files as a worn flash does, or a tool that cleans up. Says whether it was the log.
fn damage(desk: &Desk, kind: Kind, dice: &mut Dice) -> bool {
    let folder = desk.profile.join("Default/IndexedDB");
    let stores = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let store = stores.filter(|it| it.to_string_lossy().ends_with(".leveldb")).max().unwrap();
    let named = |wanted: &dyn Fn(&str) -> bool| -> Vec<PathBuf> {
        let all = std::fs::read_dir(&store).unwrap().map(|it| it.unwrap().path());
        let mut found: Vec<PathBuf> = all
            .filter(|it| wanted(&it.file_name().unwrap().to_string_lossy()))
            .filter(|it| it.metadata().unwrap().len() > 0)
            .collect();
        found.sort();
        found
    };
    let (tables, logs) = (named(&|it| it.ends_with(".ldb")), named(&|it| it.ends_with(".log")));
    let manifests = named(&|it| it.starts_with("MANIFEST"));
    let files = match kind {
        Kind::LogCut => logs.clone(),
        Kind::Truncated => [tables, manifests.clone()].concat(),
        _ => [tables, logs.clone()].concat(),
    };
    let picked = dice.pick(&files).unwrap();
    let is_log = matches!(kind, Kind::LogCut | Kind::Flipped) && logs.contains(picked);
    match kind {
        Kind::Removed => std::fs::remove_dir_all(&store).unwrap(),
        Kind::NoCurrent => std::fs::remove_file(store.join("CURRENT")).unwrap(),
        Kind::NoManifest => {
            manifests.iter().for_each(|it| std::fs::remove_file(it).unwrap());
        }
        Kind::Truncated | Kind::LogCut => {
            let file = OpenOptions::new().write(true).open(picked).unwrap();
            let length = file.metadata().unwrap().len();
            file.set_len(dice.millis(length - 1)).unwrap();
        }
        _ => {
            let file = OpenOptions::new().read(true).write(true).open(picked).unwrap();
            let length = file.metadata().unwrap().len();
            for _ in 0..1 + dice.below(16) {
                let (at, mut byte) = (dice.millis(length - 1), [0]);
                file.read_exact_at(&mut byte, at).unwrap();
                file.write_all_at(&[byte[0] ^ 0x55], at).unwrap();
            }
        }
    }
    is_log
}

/// Deletes what the site keeps, but for its cookies.
pub(super) async fn clear(desk: &Desk) {
    let what = "indexeddb,local_storage,cache_storage,service_workers";
    let what = json!({ "origin": desk.proxy.address(), "storageTypes": what });
    desk.phone.cdp("Storage.clearDataForOrigin", what).await;
}
