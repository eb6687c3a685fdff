//! A request on its way through the posts: each has its time by the organisation's calendar, is warned and replaced at the
//! right minute and once, whatever befalls the server meanwhile.

use leeway_core::approvals::{Case, DIGESTS, Request, RequestDigest};
use leeway_core::quotes::{Quote, QuoteState};
use leeway_core::values::{CaseId, Date, PostId, QuoteId, Timestamp};
use leeway_core::{Changes, Entity, Record};
use leeway_server::approvals::sweep;
use leeway_server::db::Tenant;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bargain::{finalise, publish};
use crate::office::{LI, Office, Phone, WANG, of_type};

const HEAD: PostId = PostId::from_u128(21);
const CASE: Uuid = Uuid::from_u128(0x7201);
const REPLACED: Uuid = Uuid::from_u128(0x7202);

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// A moment in China.
fn at(day: &str, hour: i64, minute: i64) -> Timestamp {
    Timestamp::of(date(day), hour * 60 + minute, 480)
}

fn set_clock(office: &Office, to: Timestamp) {
    office.clock.advance(to.ms() - office.clock.now().ms());
}

/// Sunday 29 November is worked, for the Monday after it.
async fn keep_calendar(admin: &mut Phone<'_>) {
    let hours = json!([{ "from": 540, "to": 720 }, { "from": 810, "to": 1080 }]);
    let days = json!({ "off": ["2026-11-30"], "on": ["2026-11-29"] });
    admin.did("calendar.set", json!({ "days": days, "hours": hours, "offset": 480, "seen": null })).await;
}

async fn request(office: &Office, id: Uuid) -> Request {
    let mut reading = office.db.read(Tenant::FIRST).await.unwrap();
    let found = reading.record(Request::key(CaseId::new(id))).await.unwrap();
    reading.end().await.unwrap();
    found.as_ref().and_then(Request::of).unwrap().clone()
}

/// Waits until the timer has made it so.
async fn until(office: &Office, holds: impl Fn(&Request) -> bool) -> Request {
    loop {
        let request = request(office, CASE).await;
        if holds(&request) {
            return request;
        }
        tokio::task::yield_now().await;
    }
}

/// Which cases somebody's phone shows, and how they stand.
async fn cases(phone: &Phone<'_>) -> Vec<(Uuid, Value)> {
    let pulled = phone.pull(None).await;
    let found = of_type(&pulled.rows, "case");
    found.iter().map(|row| (row.id, row.body["state"].clone())).collect()
}

fn said(at: Option<Timestamp>) -> String {
    at.map(|at| {
        let day = at.date_at(480);
        let minute = (at.ms() - Timestamp::of(day, 0, 480).ms()) / 60_000;
        format!("{day} {:02}:{:02}", minute / 60, minute % 60)
    })
    .unwrap_or_default()
}

/// When each post was asked, warned and late.
fn told(request: &Request) -> Vec<[String; 3]> {
    let clocks = request.track.seats().filter_map(|seat| seat.clock);
    clocks.map(|it| [Some(it.since), it.warned, it.late].map(said)).collect()
}

#[tokio::test]
async fn a_weekend_that_is_worked_warning_and_escalation_once_each_over_a_restart() {
    let office = Office::open().await;
    set_clock(&office, at("2026-11-27", 16, 30));
    {
        let mut admin = office.log_in("admin").await;
        publish(&mut admin).await;
        keep_calendar(&mut admin).await;
        let mut chen = office.log_in("chen").await;
        let customer = chen.registers(1, "海港医院").await;
        chen.did("quotes.finalise", finalise(customer, 1, 2_000, "approval")).await;
    }
    let asked = request(&office, CASE).await;
    assert_eq!(told(&asked), [["2026-11-27 16:30", "", ""]], "its time begins in the same transaction");
    // a minute before the warning nothing happens, also after a restart
    set_clock(&office, at("2026-11-29", 10, 29));
    let office = office.restart().await;
    let wang = office.log_in("wang").await;
    sweep(&office.app).await.unwrap();
    assert_eq!(request(&office, CASE).await, asked);
    // down over the moment of the warning: it comes when the server is back, once
    let clock = office.clock.clone();
    let cookie = wang.cookie.clone();
    drop(wang);
    let office = office.between(async |_| clock.advance(60_000)).await;
    let warned =
        until(&office, |it| it.track.seats().any(|seat| seat.clock.is_some_and(|it| it.warned.is_some())))
            .await;
    assert_eq!(told(&warned), [["2026-11-27 16:30", "2026-11-29 10:30", ""]]);
    // the clock goes back and comes again: no second warning
    set_clock(&office, at("2026-11-29", 10, 0));
    sweep(&office.app).await.unwrap();
    set_clock(&office, at("2026-11-29", 11, 29));
    sweep(&office.app).await.unwrap();
    assert_eq!(request(&office, CASE).await, warned);
    // late: the post above has it, and the late one is counted
    set_clock(&office, at("2026-11-29", 11, 30));
    let late = until(&office, |it| it.track.late() > 0).await;
    let first = ["2026-11-27 16:30", "2026-11-29 10:30", "2026-11-29 11:30"];
    assert_eq!(told(&late), [first, ["2026-11-29 11:30", "", ""]]);
    let wang = Phone::of(&office, WANG, cookie);
    assert_eq!(cases(&wang).await, [(CASE, json!("passed"))]);
    let pulled = wang.pull(None).await;
    assert_eq!(of_type(&pulled.rows, "request_digest").len(), 1, "the head sees with whom it is");
    let mut zhao = office.log_in("zhao").await;
    assert_eq!(cases(&zhao).await, [(REPLACED, json!("open"))]);
    // nobody is behind that post: it is counted once, and keeps the case
    set_clock(&office, at("2026-12-01", 9, 0));
    let late = until(&office, |it| it.track.late() > 1).await;
    sweep(&office.app).await.unwrap();
    assert_eq!(request(&office, CASE).await, late);
    let mut wang = wang;
    let decide = |case: Uuid| json!({ "case": case, "approve": true, "words": "" });
    assert_eq!(wang.does("approvals.decide", decide(CASE)).await.reason.unwrap().code, "approvals.passed");
    zhao.did("approvals.decide", decide(REPLACED)).await;
    let chen = office.log_in("chen").await;
    let pulled = chen.pull(None).await;
    let quote = of_type(&pulled.rows, "quote")[0].body.clone();
    assert_eq!((&quote["state"], &quote["by_name"]), (&json!("approved"), &json!("ZHAO")));
    assert_eq!(of_type(&pulled.rows, "request").len(), 1, "the manager sees the way that it went");
}

/// Puts copies of the first request and of all that is of it beside it, each with ids of its own.
async fn copies(office: &Office, count: u128) {
    let mut writing = office.db.write(Tenant::FIRST).await.unwrap();
    let (case, quote) = (CaseId::new(CASE), QuoteId::from_u128(0x7001));
    let keys = [Request::key(case), Case::key(case), RequestDigest::key(case), Quote::key(quote)];
    let found = writing.records_of(&keys).await.unwrap();
    let mut changes = Changes::none();
    for n in 1..=count {
        let (id, quote) = (CaseId::from_u128(0x1_0000 * (n + 1)), QuoteId::from_u128(0x10_0000_0000 + n));
        for record in found.clone() {
            changes = changes.put(match record {
                Record::Request(it) => {
                    let mut track = it.track.clone();
                    track.steps[0].seats[0].case = Some(id);
                    Record::from(Request { id, quote, track, ..it })
                }
                Record::Case(it) => Case { id, quote, ..it }.into(),
                Record::RequestDigest(it) => RequestDigest { id, ..it }.into(),
                Record::Quote(it) => {
                    let state = QuoteState::Submitted { case: id, post: HEAD, at: office.clock.now() };
                    Quote { id: quote, state, ..it }.into()
                }
                other => other,
            });
        }
    }
    writing.write(&changes).await.unwrap();
    writing.commit().await.unwrap();
}

/// How many requests were warned, and how many were late, each by their posts.
async fn marks(office: &Office) -> (usize, usize) {
    let mut reading = office.db.read(Tenant::FIRST).await.unwrap();
    let found = reading.records(DIGESTS).await.unwrap();
    reading.end().await.unwrap();
    let tracks = found.iter().filter_map(RequestDigest::of).map(|it| it.track.clone());
    let seats: Vec<_> = tracks.flat_map(|it| it.seats().cloned().collect::<Vec<_>>()).collect();
    let warned = seats.iter().filter(|seat| seat.clock.is_some_and(|it| it.warned.is_some())).count();
    (warned, seats.iter().filter(|seat| seat.is_late()).count())
}

#[tokio::test]
async fn many_that_are_due_at_once_are_turned_once_each() {
    let office = Office::open().await;
    set_clock(&office, at("2026-11-27", 9, 0));
    publish(&mut office.log_in("admin").await).await;
    let mut chen = office.log_in("chen").await;
    let customer = chen.registers(1, "海港医院").await;
    chen.did("quotes.finalise", finalise(customer, 1, 2_000, "approval")).await;
    copies(&office, 249).await;
    set_clock(&office, at("2026-11-27", 12, 0));
    // the timer and two others look at the same time, as several processes would
    let (one, other) = tokio::join!(sweep(&office.app), sweep(&office.app));
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(marks(&office).await, (250, 0));
    set_clock(&office, at("2026-11-27", 14, 30));
    sweep(&office.app).await.unwrap();
    assert_eq!(marks(&office).await, (250, 250));
    let warned = request(&office, CASE).await;
    sweep(&office.app).await.unwrap();
    assert_eq!(request(&office, CASE).await, warned);
}

#[tokio::test]
async fn a_deputy_has_the_cases_within_the_window_also_over_a_restart_and_never_decides_on_their_own() {
    let office = Office::open().await;
    set_clock(&office, at("2026-11-27", 16, 30));
    let (client, cookie, cursor) = {
        publish(&mut office.log_in("admin").await).await;
        let (mut chen, mut li) = (office.log_in("chen").await, office.log_in("li").await);
        let customer = chen.registers(1, "海港医院").await;
        chen.did("quotes.finalise", finalise(customer, 1, 2_000, "approval")).await;
        let own = li.registers(2, "滨江中学").await;
        li.did("quotes.finalise", finalise(own, 0x10, 2_000, "approval")).await;
        let (from, until) = (at("2026-11-27", 17, 0), at("2026-11-29", 10, 0));
        let ask = json!({
            "stand_in": Uuid::from_u128(0x8001), "post": HEAD, "deputy": LI, "from": from, "until": until,
        });
        office.log_in("wang").await.did("approvals.ask_stand_in", ask).await;
        let pulled = li.pull(None).await;
        assert!(of_type(&pulled.rows, "case").is_empty(), "it has not begun");
        (li.client, li.cookie.clone(), pulled.cookie)
    };
    let clock = office.clock.clone();
    // down while the window opens
    let office = office.between(async |_| clock.advance(30 * 60_000)).await;
    let mut li = Phone { client, ..Phone::of(&office, LI, cookie) };
    let filled = li.pull(cursor.as_deref()).await;
    let mut held: Vec<Uuid> = of_type(&filled.rows, "case").iter().map(|row| row.id).collect();
    held.sort_unstable();
    assert_eq!(held, [CASE, Uuid::from_u128(0x7210)]);
    let decide = |case: Uuid| json!({ "case": case, "approve": true, "words": "" });
    li = li.second();
    let own = li.does("approvals.decide", decide(Uuid::from_u128(0x7210))).await;
    assert_eq!(own.reason.unwrap().code, "approvals.own_request");
    li.did("approvals.decide", decide(CASE)).await;
    // beyond the window nothing is answered, and nothing taken in, before any timer
    set_clock(&office, at("2026-11-29", 10, 0));
    let late = li.does("approvals.decide", decide(Uuid::from_u128(0x7210))).await;
    assert_eq!(late.reason.unwrap().code, "general.not_found");
    let gone = li.pull(filled.cookie.as_deref()).await;
    assert_eq!((gone.drop.len(), of_type(&gone.rows, "case").len()), (1, 0));
}
