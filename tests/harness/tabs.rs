//! T10: several tabs of one app at once. In each somebody taps answers as fast as the app saves them, while tabs are
//! closed, loaded anew, frozen and woken, and opened, the one that syncs among them. Whatever any tab called saved is at
//! the server in the end, once, and no tab keeps the others from working.

use std::time::Duration;

use leeway_e2e::dice::Dice;
use leeway_e2e::truth::{Invariant, Violation};
use serde_json::json;
use thirtyfour::WindowHandle;
use tokio::time::timeout;

use crate::desk::{Desk, base};
use crate::report::{Outcome, Told};

/// Nobody taps so often in one tab.
const TAPS: u64 = 60;
/// Marks of one tab until it is loaded anew. A run has a thousand, and no more than twelve such spans.
const RANGE: u64 = 80;
/// A tab that saves nothing for so long is held up by another. Tabs that nobody looks at are slowed down by the browser
/// to one step a second.
const HELD_UP: Duration = Duration::from_secs(30);

/// A tab in which somebody taps.
struct Tab {
    window: WindowHandle,
    item: usize,
    /// Its marks begin behind this.
    from: u64,
    taps: bool,
}

/// The tabs of a run.
struct Tabs {
    open: Vec<Tab>,
    next: u64,
}

/// Plays one run. With the planted bug `saved_early`, a tap counts as saved before the app says so.
pub async fn run(desk: &mut Desk, seed: u64, trace: bool) -> Outcome {
    desk.freshen().await;
    let mut dice = Dice::new(seed);
    let mut told = Told { devices: 1, ..Told::default() };
    let first = desk.phone.driver().window().await.unwrap();
    let done = play(desk, seed, &mut dice, &mut told, trace).await;
    // whatever happened, the next run begins with one tab
    for window in desk.phone.driver().windows().await.unwrap() {
        if window != first {
            desk.phone.driver().switch_to_window(window).await.unwrap();
            desk.phone.driver().close_window().await.unwrap();
        }
    }
    desk.phone.driver().switch_to_window(first).await.unwrap();
    match done {
        Ok(()) => Ok(told),
        Err(violation) => Err((told, violation)),
    }
}

async fn play(
    desk: &mut Desk,
    seed: u64,
    dice: &mut Dice,
    told: &mut Told,
    trace: bool,
) -> Result<(), Violation> {
    let had = everything(desk).await.len();
    let mut tabs = Tabs { open: Vec::new(), next: base(seed) };
    for _ in 0..2 + dice.below(3) {
        tabs.open(desk).await;
        told.fault("open", 1);
    }
    for _ in 0..3 + dice.below(4) {
        let at = dice.below(tabs.open.len());
        let what = tabs.act(desk, at, dice.below(4)).await?;
        told.fault(what, 1);
        if trace {
            println!("{what} tab {at} of {}", tabs.open.len());
        }
    }
    tabs.still_save(desk).await?;
    for tab in &tabs.open {
        desk.phone.driver().switch_to_window(tab.window.clone()).await.unwrap();
        desk.phone.go("/today").await;
    }
    let saved = usize::try_from(desk.proxy.marks_from(base(seed) + 1)).unwrap();
    (told.commands, told.steps) = (saved, saved + tabs.open.len());
    desk.calm().await;
    let there = everything(desk).await;
    if there.len() - had < saved {
        let why = format!("{saved} were saved in all tabs, {} are there", there.len() - had);
        return Err(Violation::new(Invariant::NothingLost, why));
    }
    let mut once = there.clone();
    once.sort();
    once.dedup();
    if once.len() < there.len() {
        return Err(Violation::new(Invariant::NothingTwice, "a write is there twice".to_owned()));
    }
    Ok(())
}

/// Returns the ids of all writes to all items at the server.
async fn everything(desk: &Desk) -> Vec<String> {
    let mut all = Vec::new();
    for at in 0..desk.items() {
        all.extend(desk.history(&desk.item_at(at)).await.into_iter().map(|(id, _)| id));
    }
    all
}

impl Tabs {
    /// Opens a tab and lets somebody tap in it.
    async fn open(&mut self, desk: &Desk) {
        let window = desk.phone.driver().new_tab().await.unwrap();
        desk.phone.driver().switch_to_window(window.clone()).await.unwrap();
        let used: Vec<usize> = self.open.iter().map(|it| it.item).collect();
        // two who tap on one item would each undo the other's, and nobody could count
        let item = (0..desk.items()).find(|at| !used.contains(at)).unwrap_or_default();
        let mut tab = Tab { window, item, from: 0, taps: false };
        self.begin(desk, &mut tab).await;
        self.open.push(tab);
    }

    async fn begin(&mut self, desk: &Desk, tab: &mut Tab) {
        (tab.from, tab.taps) = (self.next, true);
        self.next += RANGE;
        desk.go_to_visit().await;
        desk.tap(&desk.item_at(tab.item), TAPS, tab.from, early()).await;
    }

    /// Does something to a tab. Returns what it was.
    async fn act(&mut self, desk: &Desk, at: usize, what: usize) -> Result<&'static str, Violation> {
        desk.phone.driver().switch_to_window(self.open[at].window.clone()).await.unwrap();
        match what {
            0 if self.open.len() > 1 => {
                desk.phone.driver().close_window().await.unwrap();
                self.open.remove(at);
                Ok("close")
            }
            1 => {
                let mut tab = self.open.remove(at);
                self.begin(desk, &mut tab).await;
                self.open.push(tab);
                Ok("load_anew")
            }
            2 if self.open.len() > 1 => {
                let state = |state: &str| json!({ "state": state });
                desk.phone.cdp("Page.setWebLifecycleState", state("frozen")).await;
                let frozen = self.open.remove(at);
                let held = self.still_save(desk).await;
                desk.phone.driver().switch_to_window(frozen.window.clone()).await.unwrap();
                desk.phone.cdp("Page.setWebLifecycleState", state("active")).await;
                self.open.push(frozen);
                held.map(|()| "freeze")
            }
            _ if self.open.len() < desk.items().min(4) => {
                self.open(desk).await;
                Ok("open")
            }
            _ => Ok("rest"),
        }
    }

    /// Waits until a tab has saved once more.
    async fn still_save(&mut self, desk: &Desk) -> Result<(), Violation> {
        let Some(at) = self.open.iter().position(|it| it.taps) else { return Ok(()) };
        let mut tab = self.open.remove(at);
        desk.phone.driver().switch_to_window(tab.window.clone()).await.unwrap();
        self.begin(desk, &mut tab).await;
        let from = tab.from;
        self.open.insert(at, tab);
        match timeout(HELD_UP, desk.proxy.until_marked(from + 2)).await {
            Ok(()) => Ok(()),
            Err(_) => {
                let why = "a tab saves nothing while another one is there".to_owned();
                Err(Violation::new(Invariant::Liveness, why))
            }
        }
    }
}

fn early() -> bool {
    std::env::var("LEEWAY_PLANT").is_ok_and(|it| it == "saved_early")
}
