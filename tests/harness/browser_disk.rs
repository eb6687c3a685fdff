//! T8: the browser's disk. While the app holds work, some of it at the server and some not, the disk is full, the quota is
//! used up, the store is deleted behind the app's back, or its files are damaged while the browser is down. Whatever the
//! app called saved is there in the end, or the app has said in words that it is not; what the server had is never lost;
//! and the phone works again.
//!
//! One thing nobody can tell: LevelDB takes a log whose end is missing for one whose writer was killed, and opens the
//! store as it was a moment before. What was saved in that moment and not sent is gone without a word, and no other file
//! of the browser is written early enough to know better. Such runs are counted as `log_end_lost`; all else must hold.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::time::Duration;

use leeway_e2e::dice::Dice;
use leeway_e2e::picture;
use leeway_e2e::truth::{Invariant, Violation};
use serde_json::json;
use thirtyfour::prelude::*;
use tokio::time::sleep;

use crate::desk::{Desk, base};
use crate::report::{Outcome, Told};
use crate::small_disk::SmallDisk;

/// What befalls the disk; seeds take turns. The most different ones come first: CI may not come to the last.
const KINDS: [(Kind, &str); 9] = [
    (Kind::Quota, "quota"),
    (Kind::Flipped, "bytes_flipped"),
    (Kind::Full, "disk_full"),
    (Kind::Removed, "files_removed"),
    (Kind::Cleared, "store_cleared"),
    (Kind::LogCut, "log_truncated"),
    (Kind::Truncated, "file_truncated"),
    (Kind::NoCurrent, "no_current"),
    (Kind::NoManifest, "no_manifest"),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Full,
    Quota,
    Cleared,
    Removed,
    Flipped,
    Truncated,
    LogCut,
    NoCurrent,
    NoManifest,
}

impl Kind {
    /// Whether the store is told no, and not damaged.
    fn refuses(self) -> bool {
        matches!(self, Self::Full | Self::Quota)
    }
}

/// Enough for a quote, too little for a photo.
const ROOM_FOR_TEXT: u64 = 300 * 1024;
/// So often the app is looked at before it counts as stuck.
const LOOKS: u32 = 600;
const GLANCE: Duration = Duration::from_millis(50);

/// So often it is loaded anew before somebody clears its data. Less would do if only the browser were slow.
const TROUBLES: u32 = 12;

/// What the app shows.
#[derive(Debug, PartialEq, Eq)]
enum Shown {
    /// Everything is at the server.
    Synced,
    /// The store was cleared, and what that means.
    Cleared,
    /// The store can't be used.
    Trouble,
    /// It does not start.
    Recover,
    /// Anything else.
    Other,
}

/// What one run has seen so far.
#[derive(Clone, Default)]
struct Seen {
    /// Answers that the app called saved.
    saved: usize,
    /// Of which at the server when it happened.
    at_server: usize,
    /// Answers that the app said were not saved.
    refused: usize,
    /// Quotes that the app has taken.
    quotes: Vec<String>,
    /// The app has told that something is lost, or may be.
    told: bool,
    /// The end of the log was damaged.
    log_end: bool,
    /// The store could not be opened again until somebody cleared the site's data.
    by_hand: bool,
}

/// Plays one run.
pub async fn run(desk: &mut Desk, seed: u64, trace: bool) -> Outcome {
    desk.freshen().await;
    let mut dice = Dice::new(seed);
    let mut told = Told { devices: 1, ..Told::default() };
    let (kind, name) = KINDS[usize::try_from(seed - 1).unwrap() % KINDS.len()];
    if kind == Kind::Full && desk.small.is_none() {
        println!("SKIPPED {name}: a small disk can't be mounted here; root can");
        told.fault("skipped", 1);
        return Ok(told);
    }
    told.fault(name, 1);
    match play(desk, seed, kind, &mut dice, &mut told, trace).await {
        Ok(()) => Ok(told),
        Err(violation) => Err((told, Violation::new(violation.of, format!("{name}: {}", violation.why)))),
    }
}

async fn play(
    desk: &mut Desk,
    seed: u64,
    kind: Kind,
    dice: &mut Dice,
    told: &mut Told,
    trace: bool,
) -> Result<(), Violation> {
    let item = desk.item(dice);
    let had = desk.history(&item).await.len();
    let (synced, waiting) = (1 + dice.millis(2), 1 + dice.millis(3));
    desk.go_to_visit().await;
    desk.tap(&item, synced, base(seed), false).await;
    desk.proxy.until_marked(base(seed) + synced).await;
    desk.calm().await;
    desk.go_to_visit().await;
    desk.proxy.blackout(true);
    desk.tap(&item, waiting, base(seed) + synced, false).await;
    desk.proxy.until_marked(base(seed) + synced + waiting).await;
    let count = |it: u64| usize::try_from(it).unwrap();
    let mut seen = Seen { saved: count(synced + waiting), at_server: count(synced), ..Seen::default() };
    befall(desk, kind, &item, dice, &mut seen).await?;
    if kind.refuses() {
        rescue_page(desk, &seen).await?;
    }
    if kind == Kind::Full {
        // who makes room starts the browser anew; only then it finds out what a half-written file is worth
        desk.phone.kill();
        desk.small.iter().for_each(SmallDisk::free);
        desk.phone.wake().await;
    }
    desk.proxy.calm();
    come_back(desk, &mut seen).await?;
    if kind == Kind::Full {
        // Chromium deletes the store of a disk that was full at the second start after that; all is at the server by now
        let mut later = Seen { told: false, ..seen.clone() };
        desk.phone.kill();
        desk.phone.wake().await;
        come_back(desk, &mut later).await?;
        told.fault("cleared_later", u64::from(later.told));
    }
    told.fault("cleared_by_hand", u64::from(seen.by_hand));
    let history = desk.history(&item).await;
    let there = history.len() - had;
    (told.commands, told.steps, told.conflicts) = (seen.saved, seen.saved + seen.refused, seen.refused);
    if trace {
        println!(
            "{} saved, {} of them at the server, {} refused; told: {}; {there} there",
            seen.saved, seen.at_server, seen.refused, seen.told
        );
    }
    told.fault("lost_and_told", u64::from(seen.told && there < seen.saved));
    told.fault("log_end_lost", u64::from(!seen.told && there < seen.saved && seen.log_end));
    check(kind, &seen, there)?;
    let quotes = desk.teller.all("quote").await;
    if let Some(lost) = seen.quotes.iter().find(|id| !quotes.iter().any(|it| it["id"] == id.as_str())) {
        return Err(Violation::new(Invariant::NothingLost, format!("the quote {lost} is not at the server")));
    }
    let mut ids: Vec<&String> = history.iter().map(|(id, _)| id).collect();
    ids.sort();
    ids.dedup();
    if ids.len() < history.len() {
        return Err(Violation::new(Invariant::NothingTwice, "a write is there twice".to_owned()));
    }
    // and on: one more answer
    desk.go_to_visit().await;
    let mark = base(seed) + 500;
    desk.tap(&item, 1, mark - 1, false).await;
    desk.proxy.until_marked(mark).await;
    desk.calm().await;
    if desk.history(&item).await.len() != history.len() + 1 {
        let why = "what is saved afterwards does not arrive".to_owned();
        return Err(Violation::new(Invariant::NothingLost, why));
    }
    Ok(())
}

/// Nothing that the server had is lost; nothing at all without a word; and nothing when only the quota was used up.
fn check(kind: Kind, seen: &Seen, there: usize) -> Result<(), Violation> {
    let say = |what: &str| {
        let why = format!(
            "{what}: {} were saved, {} of them at the server, {there} there",
            seen.saved, seen.at_server
        );
        Err(Violation::new(Invariant::NothingLost, why))
    };
    match () {
        () if there < seen.at_server => say("what the server had is lost"),
        () if there < seen.saved && kind == Kind::Quota => say("the store was sound, and work is lost"),
        () if there < seen.saved && !seen.told && !seen.log_end => say("work is lost without a word"),
        () => Ok(()),
    }
}

/// Lets it happen.
async fn befall(
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

/// The page without the program finds what is not sent, or says that it can't read now.
async fn rescue_page(desk: &Desk, seen: &Seen) -> Result<(), Violation> {
    desk.phone.go("/rescue.html").await;
    let look = "const found = document.querySelector('[data-testid=rescue-unsent]')?.dataset.count;
        return found ?? (document.body?.innerText.includes('现在读不出来') ? 'unreadable' : '')";
    for _ in 0..LOOKS {
        let said = desk.phone.script(look).await.as_str().unwrap_or_default().to_owned();
        match said.parse::<usize>() {
            Ok(count) if count < seen.saved - seen.at_server => {
                let why =
                    format!("the rescue page has {count}, not sent are {}", seen.saved - seen.at_server);
                return Err(Violation::new(Invariant::NothingLost, why));
            }
            Ok(_) => return Ok(()),
            Err(_) if said == "unreadable" => return Ok(()),
            Err(_) => sleep(GLANCE).await,
        }
    }
    let why = format!("the rescue page says nothing of what is not sent:\n{}", desk.phone.text().await);
    Err(Violation::new(Invariant::NothingLost, why))
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

/// Uses the app as somebody would who does what it says, until everything is at the server. Who is told again and again
/// that the store can't be read asks for help, and is told to clear the site's data.
async fn come_back(desk: &Desk, seen: &mut Seen) -> Result<(), Violation> {
    desk.phone.go("/sync").await;
    let mut troubles = 0;
    for _ in 0..LOOKS {
        match shown(desk).await {
            Shown::Synced => return Ok(()),
            Shown::Cleared => {
                seen.told = true;
                let back =
                    desk.phone.driver().query(By::Css("[data-testid='primary']")).nowait().first().await;
                if let Ok(back) = back {
                    drop(back.click().await);
                }
            }
            Shown::Trouble | Shown::Recover => {
                seen.told = true;
                troubles += 1;
                if troubles == TROUBLES {
                    seen.by_hand = true;
                    clear(desk).await;
                }
                desk.phone.go("/sync").await;
            }
            // after the way back it is another page
            Shown::Other if desk.phone.path().await == "/today" => desk.phone.go("/sync").await,
            Shown::Other => {}
        }
        sleep(GLANCE).await;
    }
    let why = format!("the app does not come back; it says:\n{}", desk.phone.text().await);
    Err(Violation::new(Invariant::Liveness, why))
}

/// Deletes what the site keeps, but for its cookies.
async fn clear(desk: &Desk) {
    let what = "indexeddb,local_storage,cache_storage,service_workers";
    let what = json!({ "origin": desk.proxy.address(), "storageTypes": what });
    desk.phone.cdp("Storage.clearDataForOrigin", what).await;
}

async fn shown(desk: &Desk) -> Shown {
    let look =
        "const at = css => document.querySelector(css), says = it => document.body?.innerText.includes(it);
        return at(\"[data-testid='cleared-safe']\") ? 'cleared' : at('#recover') ? 'recover'
            : says('手机存储') || says('现在存不了') ? 'trouble' : says('都同步好了') ? 'synced' : ''";
    match desk.phone.script(look).await.as_str() {
        Some("cleared") => Shown::Cleared,
        Some("recover") => Shown::Recover,
        Some("trouble") => Shown::Trouble,
        Some("synced") => Shown::Synced,
        _ => Shown::Other,
    }
}
