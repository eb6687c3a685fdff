//! The door for the bench against other ways to store and sync: `window.benchAdapter` on the page `/bench`. Only in a
//! build with the feature `bench`, which is never shipped.
//!
//! **Never** does anything that a page of the app does not do: each document is the command `visits/record`, taken by
//! [`crate::commands`]; what is read, is read by the store; what travels, travels by a round of [`crate::sync`], begun
//! when the bench says so instead of by the clock.

mod documents;

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::try_join_all;
use js_sys::{JSON, Promise, Reflect};
use leeway_core::visits::{BY_DAY, CHECKLISTS, Checklist, SetNextStep, Visit, VisitNote, Write};
use leeway_core::{Body, Scope};
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::future_to_promise;

use crate::app::App;
use crate::commands::{Commands, use_commands};
use crate::firsts::Firsts;
use crate::i18n::use_i18n;
use crate::platform::{channel::Channel, clock, known};
use crate::start::show;
use crate::store::{Device, Store};
use crate::sync::{Engine, Http, Said, account};
use crate::visits::queries;
use documents::{Bench, Doc, Patch};

/// Where the adapter is offered.
const PATH: &str = "/bench";
/// No document is older.
const YEARS: i64 = 2;
/// How many writes are under way at once where the bench hands over many.
const TOGETHER: usize = 50;

thread_local! {
    static DESK: RefCell<Option<Rc<Desk>>> = const { RefCell::new(None) };
}

/// What an opened bench works with: the parts that the pages work with.
struct Desk {
    app: App,
    store: Store,
    commands: Commands,
    engine: Engine<Http>,
    bench: Bench,
}

/// What the bench opens with.
#[derive(Deserialize)]
struct Opening {
    login: String,
    password: String,
    /// Tells this user's documents from the same ones of another user.
    salt: u32,
    /// The bench brings the rows in itself, and counts that.
    #[serde(default)]
    remote: Option<String>,
}

/// Says whether this page is the bench's.
pub(crate) fn is_wanted() -> bool {
    let path = web_sys::window().and_then(|it| it.location().pathname().ok());
    path.as_deref() == Some(PATH)
}

/// Offers the adapter.
pub(crate) fn offer() {
    let adapter = js_sys::Object::new();
    method(&adapter, "open", |options, _, _| async move { open(read(&options)?).await });
    method(&adapter, "putOne", |_, doc, _| async move { desk()?.put(&read(&doc)?).await.map(none) });
    method(&adapter, "putMany", |_, docs, _| async move { desk()?.put_all(&read::<Vec<Doc>>(&docs)?).await });
    method(&adapter, "latest", |_, n, _| async move { write(&desk()?.latest(read(&n)?).await?) });
    method(&adapter, "byCustomer", |_, id, _| async move {
        write(&desk()?.by_customer(&read::<String>(&id)?).await?)
    });
    method(&adapter, "count", |_, _, _| async move { write(&desk()?.count().await?) });
    method(&adapter, "get", |_, id, _| async move { write(&desk()?.get(&read::<String>(&id)?).await?) });
    method(&adapter, "pull", |_, _, _| async move { desk()?.round().await.map(none) });
    method(&adapter, "update", |_, id, patch| async move {
        desk()?.update(&read::<String>(&id)?, read(&patch)?).await.map(none)
    });
    method(&adapter, "push", |_, _, _| async move { desk()?.push().await.map(none) });
    method(&adapter, "settle", |_, _, _| async move { desk()?.settle().await.map(none) });
    if let Some(window) = web_sys::window() {
        // fails for no object that a browser has
        let _ = Reflect::set(&window, &"benchAdapter".into(), &adapter);
    }
}

async fn open(options: Opening) -> Result<JsValue, String> {
    let session = account::log_in(&options.login, &options.password).await.map_err(said)?;
    let device = Device::default();
    device.remember(Some(&session)).await.map_err(said)?;
    known::note(Some(session.user));
    let (user, store) = (session.user, Store::open(session.user).await.map_err(said)?);
    let (opened, opening) = oneshot::channel();
    let (firsts, kept) = (Firsts::default(), store.clone());
    let inner = firsts.clone();
    show(firsts, move || {
        let app = App::new(device, Some(session), kept, inner, use_i18n());
        provide_context(app);
        app.connect(Channel::open(&format!("leeway-{user}"), move |text| {
            if let Some(said) = Said::of(&text) {
                app.hear(said);
            }
        }));
        app.read_rows();
        app.read_queue();
        // nobody waits for it when the page is gone
        let _ = opened.send((app, use_commands()));
        ().into_any()
    });
    let (app, commands) = opening.await.map_err(said)?;
    let engine = Engine::new(Http::default(), store.clone(), user, app.bell(), move |news| app.heed(news));
    let mut desk = Desk { app, store, commands, engine, bench: Bench::new(options.salt, clock::today()) };
    let is_first = !desk.store.cursor().await.map_err(said)?.ready;
    if options.remote.is_none() && is_first {
        desk.round().await?;
    }
    desk.bench.checklists = desk.store.list::<Checklist>(CHECKLISTS).await.map_err(said)?;
    DESK.with(|it| it.replace(Some(Rc::new(desk))));
    Ok(JsValue::TRUE)
}

fn desk() -> Result<Rc<Desk>, String> {
    DESK.with(|it| it.borrow().clone()).ok_or_else(|| "not opened".to_owned())
}

impl Desk {
    async fn put(&self, doc: &Doc) -> Result<(), String> {
        let body = Body::Visits(Write::Record(self.bench.visit_of(doc)?));
        self.commands.dispatch(body).await.map(drop).map_err(said)
    }

    async fn put_all(&self, docs: &[Doc]) -> Result<JsValue, String> {
        for some in docs.chunks(TOGETHER) {
            try_join_all(some.iter().map(|doc| self.put(doc))).await?;
        }
        Ok(JsValue::UNDEFINED)
    }

    /// Reads what the list of visits reads, and returns its first rows.
    async fn latest(&self, n: usize) -> Result<Vec<Doc>, String> {
        let found = queries::list(self.store.clone(), clock::today(), queries::BACK).await.map_err(said)?;
        let mut visits = found.visits;
        visits.sort_by_key(|it| std::cmp::Reverse((it.when.value.day, it.when.value.minute)));
        Ok(visits.iter().take(n).map(|it| self.bench.doc_of(it, "")).collect())
    }

    async fn by_customer(&self, id: &str) -> Result<Vec<Doc>, String> {
        let customer = self.bench.customer(id)?;
        let records = self.store.list_scope(Scope::Customer(customer)).await.map_err(said)?;
        Ok(self.bench.docs_of(&records))
    }

    async fn count(&self) -> Result<usize, String> {
        // month by month: the harness counts to check, and looks at the memory next
        let (mut n, mut from) = (0, clock::today().plus_days(1 - YEARS * 366));
        while from <= clock::today() {
            let to = from.plus_days(31);
            let keys = (format!("{BY_DAY}{from}"), format!("{BY_DAY}{to}"));
            n += self.store.list_range::<Visit>(&keys.0, &keys.1, None).await.map_err(said)?.len();
            from = to;
        }
        Ok(n)
    }

    async fn get(&self, id: &str) -> Result<Option<Doc>, String> {
        let id = self.bench.visit(id)?;
        let Some(visit) = self.store.get::<Visit>(id).await.map_err(said)? else { return Ok(None) };
        let notes = self.store.list::<VisitNote>(&VisitNote::of_visit(id)).await.map_err(said)?;
        Ok(Some(self.bench.doc_of(&visit, notes.first().map_or("", |it| &it.text))))
    }

    async fn update(&self, id: &str, patch: Patch) -> Result<(), String> {
        let visit = self.bench.visit(id)?;
        let found = self.store.get::<Visit>(visit).await.map_err(said)?.ok_or("no such visit")?;
        let seen = found.next_step.map(|it| it.write);
        let day = clock::today().plus_days(7);
        let set = SetNextStep { visit, text: patch.status, day, seen };
        self.commands.dispatch(Body::Visits(Write::SetNextStep(set))).await.map(drop).map_err(said)
    }

    async fn round(&self) -> Result<(), String> {
        self.engine.round().await.map_err(|end| format!("{end:?}"))
    }

    async fn push(&self) -> Result<(), String> {
        self.engine.push().await.map_err(|end| format!("{end:?}"))
    }

    /// Syncs until nothing waits.
    async fn settle(&self) -> Result<(), String> {
        while !self.store.queue().await.map_err(said)?.is_empty() {
            self.round().await?;
        }
        match self.app.trouble().get_untracked() {
            Some(error) => Err(said(error)),
            None => Ok(()),
        }
    }
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn none((): ()) -> JsValue {
    JsValue::UNDEFINED
}

fn read<T: DeserializeOwned>(value: &JsValue) -> Result<T, String> {
    let text = JSON::stringify(value).map_err(|error| format!("{error:?}"))?;
    serde_json::from_str(&String::from(text)).map_err(said)
}

fn write(value: &impl Serialize) -> Result<JsValue, String> {
    let text = serde_json::to_string(value).map_err(said)?;
    JSON::parse(&text).map_err(|error| format!("{error:?}"))
}

/// Adds a method that returns a promise.
fn method<Fut>(
    adapter: &js_sys::Object,
    name: &str,
    work: impl Fn(JsValue, JsValue, JsValue) -> Fut + 'static,
) where
    Fut: Future<Output = Result<JsValue, String>> + 'static,
{
    let call = move |a: JsValue, b: JsValue, c: JsValue| {
        let work = work(a, b, c);
        future_to_promise(async { work.await.map_err(|error| js_sys::Error::new(&error).into()) })
    };
    let call = Closure::<dyn Fn(JsValue, JsValue, JsValue) -> Promise>::new(call);
    // fails for no object that a browser has
    let _ = Reflect::set(adapter, &name.into(), call.as_ref());
    call.forget();
}
