//! Behind the log-in: the pages, and sync behind them. In a released build a file of its own (docs/adr/0007), so
//! [`crate::start`] is the only module that names this one.

use std::cell::Cell;
use std::rc::Rc;

use leeway_core::sync::protocol::Session;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::Router;
use leptos_router::hooks::use_location;

use crate::app::{App, clear_out, use_app};
use crate::firsts::Firsts;
use crate::i18n::use_i18n;
use crate::platform::channel::Channel;
use crate::platform::timer::sleep;
use crate::platform::{capabilities, clock, known, page};
use crate::routes::{Pages, Route, use_replace};
use crate::shell::Piece;
use crate::start::{Known, show, watch_program};
use crate::store::{Device, Store};
use crate::sync::{Bell, Engine, Http, News, Phase, Ring, Said};
use crate::ui::{ToastHost, Toasts};

/// The day is looked at this often.
const DAY_MS: u32 = 30_000;
/// A tab that is looked at has the tab that syncs look this often.
const LOOK_MS: u32 = 5_000;

/// Shows the pages of a user.
pub(crate) async fn open(found: Known) {
    // the first of the pieces that the first screen is built in
    sleep(0).await;
    let Known { device, session, store } = found;
    let firsts = Firsts::default();
    let counted = firsts.clone();
    show(firsts, move || view! { <Inside device session store firsts=counted/> }.into_any());
}

/// Behind the lock, clears a device that is to be removed: sends what it can, as an unlocked one does. Returns when the
/// page is to be another one, or a newer program has taken over.
pub(crate) async fn leave(found: Known) {
    let Known { device, session, store } = found;
    let removed = Rc::new(Cell::new(false));
    let told = Rc::clone(&removed);
    let heed = move |news| told.set(told.get() || matches!(news, News::Removed));
    Engine::new(Http::default(), store.clone(), session.user, Bell::default(), heed).run().await;
    // what can't be cleared stays behind the lock, and is tried again at the next start
    if removed.get() && clear_out(&device, &store).await.is_ok() {
        page::replace(&format!("/{}", page::REMOVED));
    }
}

#[component]
fn Inside(device: Device, session: Session, store: Store, firsts: Firsts) -> impl IntoView {
    let app = App::new(device, Some(session), store, firsts, use_i18n());
    provide_context(app);
    Toasts::provide();
    run(app);
    watch_program(move || app.update_found());
    view! {
        <Piece>
            <Router>
                <Gate/>
            </Router>
        </Piece>
        <ToastHost/>
    }
    .into_any()
}

/// The pages; a password that somebody else gave is changed first.
#[component]
fn Gate() -> impl IntoView {
    let (app, go, location) = (use_app(), use_replace(), use_location());
    Effect::new(move |_| {
        let must = app.me().with(|me| me.as_ref().is_some_and(|it| it.must_change_password));
        if must && location.pathname.get() != Route::Password.href() {
            go(Route::Password);
        }
    });
    view! { <Pages/> }.into_any()
}

/// Starts what works behind the pages of a known user.
fn run(app: App) {
    let Some(user) = app.me().get_untracked().map(|it| it.user) else { return };
    let store = app.store();
    app.connect(Channel::open(&format!("leeway-{user}"), move |text| {
        if let Some(said) = Said::of(&text) {
            app.hear(said);
        }
    }));
    app.read_rows();
    app.read_queue();
    // nobody may touch it for minutes: whoever looks at the screen is told at once
    store.on_closed(move || app.read_queue());
    let engine = Engine::new(Http::default(), store.clone(), user, app.bell(), move |news| app.heed(news));
    spawn_local(async move {
        app.firsts().painted().await;
        app.read_last_success().await;
        // the network is slower than the screen: it waits until the user sees something
        engine.run().await;
    });
    std::mem::forget(page::on_leave(|| known::note_left(clock::now())));
    page::on_return(move || {
        app.lock_if_due();
        app.look_at_the_day();
        app.ring(Ring::Now);
    });
    Effect::new(move |_| {
        if app.status().with(|it| it.phase == Phase::Superseded) {
            store.supersede();
        }
    });
    spawn_local(async move {
        loop {
            sleep(DAY_MS).await;
            app.look_at_the_day();
        }
    });
    spawn_local(async move {
        loop {
            sleep(LOOK_MS).await;
            if page::is_visible() && !app.leads() {
                app.ring(Ring::Soon);
            }
        }
    });
    capabilities::ask_to_persist();
}
