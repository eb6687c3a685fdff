//! T8: the browser's disk. While the app holds work, some of it at the server and some not, the disk is full, the quota is
//! used up, the store is deleted behind the app's back, or its files are damaged while the browser is down. Whatever the
//! app called saved is there in the end, or the app has said in words that it is not; what the server had is never lost;
//! and the phone works again.
//!
//! One thing nobody can tell: LevelDB takes a log whose end is missing for one whose writer was killed, and opens the
//! store as it was a moment before. What was saved in that moment and not sent is gone without a word, and no other file
//! of the browser is written early enough to know better. Such runs are counted as `log_end_lost`; all else must hold.

mod befall;

use std::time::Duration;

use leeway_e2e::dice::Dice;
use leeway_e2e::truth::{Invariant, Violation};
use thirtyfour::prelude::*;
use tokio::time::sleep;

use crate::desk::{Desk, base};
use crate::report::{Outcome, Told};
use crate::small_disk::SmallDisk;

use befall::{befall, clear};

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
