//! How late a post is warned and replaced when very many are due within one minute.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tokio::time::sleep;
use uuid::Uuid;

use crate::office::Office;
use crate::tell;
use crate::teller::Teller;

/// How many requests are open at once.
const REQUESTS: usize = 10_000;
/// Time limit of the post, and the warning before its end, in minutes.
const LIMIT: [u32; 2] = [3, 1];
/// How often the head of the unit asks for what is new.
const EVERY: Duration = Duration::from_millis(200);

/// `approval_due_lag_max_s`. One manager sends 10,000 requests on the plain wire, so their times come within the minute
/// that this takes (`approval_due_spread_s`). Each time starts when a warning or an escalation is due by the procedure and
/// ends when the head of the unit, who asks five times a second, is told of it. That each comes once is the tests' to say.
pub async fn due() {
    let office = Office::open();
    let mut admin = office.teller("admin").await;
    let today = day_of(now_ms());
    let hours = json!([{ "from": 0, "to": 1_440 }]);
    let write = |rows: Vec<Value>| rows.last().map(|it| it["write"].clone());
    let calendar = write(admin.all("calendar").await);
    let procedure = write(admin.all("procedure").await);
    let set =
        json!({ "hours": hours, "days": { "on": [today], "off": [] }, "offset": 480, "seen": calendar });
    done(&admin.ask("calendar.set", set).await);
    let [minutes, warn] = LIMIT;
    let step = |place: &str, beyond: Value| json!([{ "places": [place], "mode": "in_turn", "minutes": minutes, "warn": warn, "beyond": beyond }]);
    let set = json!({
        "unit_head": step("unit_head", json!("unit_approver")), "approver": step("unit_approver", Value::Null),
        "seen": procedure,
    });
    done(&admin.ask("approvals.set_procedure", set).await);
    let mut wang = Watcher::begin(office.teller("wang").await).await;
    let mut chen = office.teller("chen").await;
    let asked = chen.requests(REQUESTS).await;
    let push = chen.push_all(asked);
    let watch = async {
        while wang.lags.len() < 2 * REQUESTS {
            wang.look().await;
            sleep(EVERY).await;
        }
    };
    tokio::join!(push, watch);
    let mut lags: Vec<f64> = wang.lags.values().copied().collect();
    lags.sort_by(f64::total_cmp);
    tell("approval_due_lag_max_s", "s", *lags.last().unwrap(), &lags);
    let due: Vec<i64> =
        wang.lags.keys().filter(|(_, what)| *what == "warned").map(|(id, _)| wang.due[id]).collect();
    let spread = seconds(due.iter().max().unwrap() - due.iter().min().unwrap());
    tell("approval_due_spread_s", "s", spread, &[spread]);
}

fn done(outcome: &Value) {
    assert_eq!(outcome["outcome"], "applied", "{outcome}");
}

#[expect(clippy::cast_precision_loss, reason = "seconds of one run")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

#[expect(clippy::disallowed_methods, reason = "the server's clock is this machine's")]
fn now_ms() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// The day in China.
fn day_of(ms: i64) -> String {
    leeway_core::values::Timestamp::from_ms(ms).date_at(480).to_string()
}

/// The head of the unit, who sees which request was warned and which went on.
struct Watcher {
    teller: Teller,
    cookie: Value,
    /// When each was to be warned.
    due: BTreeMap<String, i64>,
    /// How late each warning and each escalation was told.
    lags: BTreeMap<(String, &'static str), f64>,
}

impl Watcher {
    async fn begin(teller: Teller) -> Self {
        let mut it = Self { teller, cookie: Value::Null, due: BTreeMap::new(), lags: BTreeMap::new() };
        it.look().await;
        // what was there before is not counted
        it.lags.clear();
        it
    }

    async fn look(&mut self) {
        let mut page = Value::Null;
        loop {
            let ask = json!({
                "client": self.teller.client, "core_schema": 1, "cookie": self.cookie, "page": page, "limit": 1_000,
            });
            let (status, answer) = self.teller.post("/sync/pull", &ask).await;
            assert_eq!(status, 200, "{answer}");
            let now = now_ms();
            for row in answer["rows"].as_array().unwrap().iter().filter(|row| row["typ"] == "request_digest")
            {
                self.take(&row["body"], now);
            }
            page = answer["page"].clone();
            if page.is_null() {
                self.cookie = answer["cookie"].clone();
                return;
            }
        }
    }

    fn take(&mut self, digest: &Value, now: i64) {
        let clock = &digest["track"]["steps"][0]["seats"][0]["clock"];
        let id = digest["id"].as_str().unwrap_or_default().to_owned();
        for (what, due) in [("warned", "warn_at"), ("late", "due")] {
            if let (true, Some(due)) = (clock[what].is_i64(), clock[due].as_i64()) {
                self.due.entry(id.clone()).or_insert(due);
                self.lags.entry((id.clone(), what)).or_insert_with(|| seconds(now - due));
            }
        }
    }
}

impl Teller {
    /// Makes commands that ask the head of the unit for a fifth off a leased line, each for a quote of its own.
    async fn requests(&mut self, count: usize) -> Vec<Value> {
        let (customers, members) = (self.all("customer").await, self.all("member").await);
        let limits = self.all("limits").await.pop().unwrap()["id"].clone();
        let books = self.all("price_book").await;
        let book = books.iter().find(|it| it["withdrawn_at"].is_null()).unwrap();
        let product =
            book["products"].as_array().unwrap().iter().find(|it| it["family"] == "leased_line").unwrap();
        let me = members.iter().find(|it| it["id"] == self.session["user"]).unwrap();
        let star =
            me["stars"].as_array().and_then(|all| all.last()).map_or(json!(2), |it| it["star"].clone());
        let total = product["price"].as_i64().unwrap() * 12 * 4 / 5;
        let mut asked = Vec::new();
        for n in 0..count {
            self.seq += 1;
            asked.push(json!({
                "seq": self.seq, "id": Uuid::now_v7(), "by": self.session["user"], "kind": "quotes.finalise", "kv": 1,
                "at": now_ms(),
                "args": {
                    "quote": Uuid::now_v7(), "customer": customers[n % customers.len()]["id"], "opportunity": null,
                    "title": "专线", "book": book["id"], "limits": limits, "star": star, "months": 12,
                    "valid_until": "2099-12-31",
                    "lines": [{ "line": Uuid::now_v7(), "product": product["id"], "quantity": 1, "off": 2_000 }],
                    "total": total, "asks": "approval", "case": Uuid::now_v7(),
                },
            }));
        }
        asked
    }
}
