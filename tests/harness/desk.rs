//! A real browser with the real app, the real server, and the failing network between them: what the browser
//! harnesses share, with the verbs that they need besides those of the stories.

use std::path::PathBuf;

use leeway_e2e::dice::Dice;
use leeway_e2e::proxy::{MARK, Proxy};
use leeway_e2e::truth::{Invariant, Violation};
use serde_json::{Value, json};

use crate::engine::Engine;
use crate::office::Office;
use crate::phone::Phone;
use crate::small_disk::SmallDisk;
use crate::teller::{Teller, by_id};

/// After so many runs everything is set up anew: a field whose history is long is no fair field.
const WORN: u32 = 25;

/// A bug on purpose that needs no other build of the app: the third command of a page is not put into the queue, and
/// called saved.
const LOST_PUT: &str = "(() => {
    const put = IDBObjectStore.prototype.put;
    let n = 0;
    IDBObjectStore.prototype.put = function (...args) {
      const queued = this.name === 'out' && args[0].includes('\"state\":\"queued\"');
      return queued && ++n === 3 ? this.get(-1) : put.apply(this, args);
    };
})()";

/// The app in a browser, on an open visit.
pub struct Desk {
    /// The browser.
    pub phone: Phone,
    /// The network.
    pub proxy: Proxy,
    /// Asks the server directly.
    pub teller: Teller,
    /// The folder of the browser's profile.
    pub profile: PathBuf,
    /// What the browser's profile lies on, where that can be had.
    pub small: Option<SmallDisk>,
    on_small_disk: bool,
    visit: String,
    items: Vec<String>,
    runs: u32,
    _office: Office,
}

/// What the app says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// So many commands are not at the server.
    Unsent(usize),
    /// It does not say at this moment.
    Busy,
}

impl Desk {
    /// Sets everything up: a manager who is logged in and has begun a visit.
    pub async fn set_up() -> Self {
        Self::set_up_on(false).await
    }

    /// Sets everything up, with the browser's profile on a small disk where one can be mounted, if that is wished.
    pub async fn set_up_on(on_small_disk: bool) -> Self {
        let small = if on_small_disk { SmallDisk::mount() } else { None };
        let office = Office::open();
        let port = office.address().rsplit(':').next().unwrap().parse().unwrap();
        let proxy = Proxy::start(port, Dice::new(0)).await;
        let address = proxy.address();
        let folder = tempfile::tempdir().unwrap();
        let profile = small.as_ref().map_or_else(|| folder.path().to_owned(), SmallDisk::profile);
        let mut phone = Phone::open_in(Engine::Chromium, &address, profile.clone(), Some(folder)).await;
        phone.log_in("chen").await;
        phone.until_installed().await;
        let visit = phone.open_a_visit().await;
        // so that the session's cookie is on the disk
        phone.restart().await;
        phone.wait_synced().await;
        let teller = office.teller("chen").await;
        let mut desk = Self {
            phone,
            proxy,
            teller,
            profile,
            small,
            on_small_disk,
            visit,
            items: Vec::new(),
            runs: 0,
            _office: office,
        };
        desk.go_to_visit().await;
        let items = "return [...document.querySelectorAll(\"[data-testid^='item-']\")]
            .filter(it => it.querySelectorAll('input[type=radio]').length > 1).map(it => it.dataset.testid)";
        let found = desk.phone.script(items).await;
        desk.items = found.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect();
        desk
    }

    /// Sets everything up anew when it is worn.
    pub async fn freshen(&mut self) {
        self.runs += 1;
        if self.runs > WORN {
            *self = Self::set_up_on(self.on_small_disk).await;
        }
    }

    /// Picks an item that is answered by a tap.
    pub fn item(&self, dice: &mut Dice) -> String {
        dice.pick(&self.items).unwrap().clone()
    }

    /// Counts the items that are answered by a tap.
    pub fn items(&self) -> usize {
        self.items.len()
    }

    /// Returns one of them.
    pub fn item_at(&self, at: usize) -> String {
        self.items[at].clone()
    }

    /// Opens the visit's checklist.
    pub async fn go_to_visit(&self) {
        if std::env::var("LEEWAY_PLANT").is_ok_and(|it| it == "lost_put") {
            self.phone.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": LOST_PUT })).await;
        }
        self.phone.go(&format!("/visits/{}", self.visit)).await;
        self.phone.tab("清单").await;
        self.phone.wait_css("[data-testid^='item-']").await;
    }

    /// Lets the page tap on two answers of an item in turn, so many times. After each it waits until the app calls it
    /// saved, and then says so to the proxy, from mark `base` + 1 on. Does not wait for it.
    pub async fn tap(&self, item: &str, times: u64, base: u64, early: bool) {
        let script = format!(
            "// taps come faster than anybody's: the screen may still show the answer before the last one, and a tap on what
            // it shows is none
            const chips = () => [...document.querySelectorAll(\"[data-testid='{item}'] input[type=radio]\")].slice(0, 2);
            const first = chips()[0].checked ? 1 : 0;
            const told = at => fetch('{MARK}' + at, {{ method: 'POST', keepalive: true }});
            (async () => {{
              for (let i = 0; i < {times}; i++) {{
                let next;
                while (!(next = chips()[(first + i) % 2]) || next.checked) await new Promise(r => setTimeout(r, 0));
                const from = performance.now();
                next.click();
                if ({early}) await told({base} + i + 1);
                let saved;
                while (!(saved = performance.getEntriesByName('leeway:saved')[0]) || saved.startTime < from)
                  await new Promise(r => setTimeout(r, 0));
                if (!{early}) told({base} + i + 1);
              }}
            }})()"
        );
        self.phone.script(&script).await;
    }

    /// Returns who wrote the item at the server, oldest first: each write's id and what was answered.
    pub async fn history(&self, item: &str) -> Vec<(String, Value)> {
        let visit = by_id(&self.teller.all("visit").await, &self.visit);
        let answer = &visit["answers"][item.trim_start_matches("item-")];
        let past = answer["past"].as_array().cloned().unwrap_or_default();
        let all = past.iter().chain(answer.is_object().then_some(answer));
        all.map(|it| (it["write"].as_str().unwrap().to_owned(), it["value"].clone())).collect()
    }

    /// Reads from the sync page how many commands wait.
    pub async fn shown(&self) -> Shown {
        let said = self.phone.see("sync-standing").await.text().await.unwrap_or_default();
        let Some(line) = said.lines().next() else { return Shown::Busy };
        match line.chars().filter(char::is_ascii_digit).collect::<String>().parse() {
            Ok(count) if line.contains("待同步") => Shown::Unsent(count),
            _ if line == "离线" || line == "都同步好了" => Shown::Unsent(0),
            _ => Shown::Busy,
        }
    }

    /// Waits until the sync page says that the server can't be reached and how much waits, and returns that.
    pub async fn shown_offline(&self) -> usize {
        self.phone.go("/sync").await;
        self.phone.see_text("离线").await;
        match self.shown().await {
            Shown::Unsent(count) => count,
            Shown::Busy => panic!("the sync page says that it is offline, and does not say what waits"),
        }
    }

    /// Ends all faults, and waits until the app says that everything is at the server.
    pub async fn calm(&self) {
        self.proxy.calm();
        self.phone.go("/sync").await;
        self.phone.see_text("都同步好了").await;
    }
}

/// Each answer of an item came once, and no two in a row are the same: they were tapped in turn.
pub fn check_turns(history: &[(String, Value)]) -> Result<(), Violation> {
    let twice = history.windows(2).any(|pair| pair[0].1 == pair[1].1);
    let mut ids: Vec<&String> = history.iter().map(|(id, _)| id).collect();
    ids.sort();
    ids.dedup();
    if twice || ids.len() < history.len() {
        return Err(Violation::new(
            Invariant::NothingTwice,
            format!("answers do not take turns: {history:?}"),
        ));
    }
    Ok(())
}

/// Returns the mark that a run begins with: no two runs share one.
pub fn base(seed: u64) -> u64 {
    (seed % 1_000_000) * 1_000
}
