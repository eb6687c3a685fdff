//! The start: who uses this device, their store, the language; then the pages, and sync behind them. What is on the
//! device is shown without asking the network.

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::Router;
use leptos_router::hooks::use_location;

use crate::app::{App, tag, use_app};
use crate::i18n::{Locale, errors, provide_language, t_string, use_i18n};
use crate::live::Firsts;
use crate::login::LoginPage;
use crate::platform::channel::Channel;
use crate::platform::timer::{sleep, within};
use crate::platform::{appearance, capabilities, page, service_worker};
use crate::routes::{Pages, Route, use_replace};
use crate::store::{Device, Store, StoreError};
use crate::sync::{Engine, Phase, Ring, Said};
use crate::ui::{Body, Button, Empty, Screen};
use crate::ui::{ToastHost, Toasts};

/// The day is looked at this often.
const DAY_MS: u32 = 30_000;
/// A tab that is looked at has the tab that syncs look this often.
const LOOK_MS: u32 = 5_000;
/// The first screen is shown after this long even if a read hangs.
const PATIENCE_MS: u32 = 3_000;
/// A newer program is looked for this often, while the page is open.
const UPDATE_MS: i64 = 60 * 60 * 1_000;

/// What was found on this device.
struct Found {
    device: Device,
    session: Option<leeway_core::sync::protocol::Session>,
    store: Option<Store>,
    trouble: Option<StoreError>,
}

/// Starts the app.
pub fn start() {
    // the framework's executor is there only once something is mounted
    wasm_bindgen_futures::spawn_local(async {
        let found = look().await;
        mount(found);
    });
}

async fn look() -> Found {
    let device = Device::default();
    let (session, mut trouble) = match device.session().await {
        Ok(session) => (session, None),
        Err(error) => (None, Some(error)),
    };
    let mut store = None;
    if let Some(session) = &session {
        match Store::open(session.user).await {
            Ok(opened) => store = Some(opened),
            Err(error) => trouble = Some(error),
        }
    }
    Found { device, session, store, trouble }
}

/// Mounts the app behind the painted shell and shows it when its first reads have ended.
fn mount(found: Found) {
    let Some(document) = web_sys::window().and_then(|it| it.document()) else { return };
    let (Ok(root), Some(body)) = (document.create_element("div"), document.body()) else { return };
    let root = wasm_bindgen::JsCast::unchecked_into::<web_sys::HtmlElement>(root);
    root.set_id("app");
    root.set_hidden(true);
    let _ = body.append_child(&root);
    let firsts = Firsts::default();
    let counted = firsts.clone();
    mount_to(root.clone(), move || view! { <AppRoot found firsts=counted/> }).forget();
    spawn_local(async move {
        let shown = async {
            firsts.ended().await;
            // what was read may bring parts that read more
            sleep(0).await;
            firsts.ended().await;
        };
        let _ = within(PATIENCE_MS, shown).await;
        root.set_hidden(false);
        page::ready();
    });
}

#[component]
fn AppRoot(found: Found, firsts: Firsts) -> impl IntoView {
    let Found { device, session, store, trouble } = found;
    let i18n = provide_language(language());
    let shown = match (&store, &trouble) {
        (Some(_), _) => Shown::Pages,
        (None, Some(_)) => Shown::Trouble,
        (None, None) => Shown::LogIn,
    };
    let app = App::new(device, session, store, firsts, i18n);
    provide_context(app);
    Toasts::provide();
    if let Some(trouble) = trouble {
        app.failed(trouble);
    }
    if shown == Shown::Pages {
        run(app);
    }
    watch_program(app);
    let pages = move || match shown {
        Shown::Pages => view! { <Gate/> }.into_any(),
        Shown::LogIn => view! { <LoginPage/> }.into_any(),
        Shown::Trouble => view! { <Trouble/> }.into_any(),
    };
    view! {
        <Router>{pages()}</Router>
        <ToastHost/>
    }
    .into_any()
}

/// What there is to show.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Pages,
    LogIn,
    /// The store can't be opened. Whoever logged in here is not asked to log in again: their data is on this device.
    Trouble,
}

/// What went wrong with the store, and the way out.
#[component]
fn Trouble() -> impl IntoView {
    let (app, i18n) = (use_app(), use_i18n());
    let title = move || {
        let trouble = app.trouble().get().unwrap_or(StoreError::Gone);
        errors::store(i18n, &trouble).to_owned()
    };
    view! {
        <Screen>
            <Body>
                <Empty title=Signal::derive(title)>
                    <Button
                        label=Signal::derive(move || t_string!(i18n, common.reload).to_owned())
                        on_press=|()| page::reload()
                    />
                </Empty>
            </Body>
        </Screen>
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
    spawn_local(app.read_last_success());
    spawn_local(Engine::new(store.clone(), user, app.bell(), move |news| app.heed(news)).run());
    page::on_return(move || {
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

/// Keeps an eye on newer programs.
fn watch_program(app: App) {
    service_worker::register(move || app.update_found());
    let checked = std::rc::Rc::new(std::cell::Cell::new(crate::platform::clock::now().ms()));
    page::on_return(move || {
        let now = crate::platform::clock::now().ms();
        if (now - checked.get()).abs() >= UPDATE_MS {
            checked.set(now);
            service_worker::check();
        }
    });
}

/// Returns the kept language; Chinese unless somebody chose otherwise.
fn language() -> Locale {
    match appearance::language() {
        Some(kept) if kept == tag(Locale::en) => Locale::en,
        _ => Locale::zh_CN,
    }
}
