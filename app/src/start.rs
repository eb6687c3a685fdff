//! The start: who uses this device, and the language. Somebody who is known gets the pages ([`crate::inside`]),
//! anybody else the log-in form. What is on the device is shown without asking the network.
//!
//! In a released build the first file holds what this module needs, and the pages are a second one that only a known
//! user fetches (docs/adr/0007): whatever is named here is fetched by everybody who opens the address.

use std::cell::Cell;
use std::rc::Rc;

use futures::future::{OptionFuture, join};
use leeway_core::sync::protocol::Session;
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::tag;
use crate::firsts::Firsts;
use crate::i18n::{Locale, errors, provide_language, t_string, use_i18n};
use crate::inside;
use crate::lock::{Lock, LockScreen};
use crate::login::{Cleared, LogIn, LogInForm};
use crate::platform::timer::{painted, sleep, within};
use crate::platform::{appearance, clock, known, page, service_worker};
use crate::routes::RESCUE;
use crate::store::{Device, Store, StoreError};
use crate::sync::account;
use crate::ui::{Body, Button, ButtonKind, Empty, Screen};

/// The first screen is shown after this long even if a read hangs.
const PATIENCE_MS: u32 = 3_000;
/// A newer program is looked for this often, while the page is open.
const UPDATE_MS: i64 = 60 * 60 * 1_000;
/// A locked device asks this often whether it is to be removed.
const LOCKED_MS: u32 = 5 * 60 * 1_000;

/// Somebody who is known on this device.
pub(crate) struct Known {
    /// Where that is kept.
    pub(crate) device: Device,
    /// Who it is.
    pub(crate) session: Session,
    /// What is theirs.
    pub(crate) store: Store,
}

/// Why the pages are not there.
#[derive(Debug)]
pub(crate) struct NotLoaded;

#[cfg(split)]
impl From<leptos::wasm_split::SplitLoaderError> for NotLoaded {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// Starts the app.
pub fn start() {
    // the framework's executor is there only once something is mounted
    wasm_bindgen_futures::spawn_local(async {
        #[cfg(feature = "bench")]
        if crate::bench::is_wanted() {
            return enter_bench().await;
        }
        hurry();
        let device = Device::default();
        match who(&device).await {
            Ok(Some((session, store, Some(lock)))) if lock.is_due(known::left(), clock::now()) => {
                let (lock, shown) = (Lock { locked: true, ..lock }, session.clone());
                let behind = Rc::new(Device::default());
                show(Firsts::default(), move || {
                    view! { <LockScreen session=shown device=behind lock=lock/> }.into_any()
                });
                until_removed(Known { device, session, store }).await;
            }
            Ok(Some((session, store, _))) if store.was_made() || known::was_wiped() => {
                let device = Rc::new(device);
                show(Firsts::default(), move || {
                    view! { <Cleared session=session device=device/> }.into_any()
                });
            }
            Ok(Some((session, store, _))) => enter(Known { device, session, store }).await,
            Ok(None) => {
                known::note(None);
                let device = Rc::new(device);
                show(Firsts::default(), move || view! { <Entrance device/> }.into_any());
            }
            Err(error) => show_trouble(error),
        }
    });
}

/// Asks who uses this device, and opens what is theirs: both at once where the hint is right, as it is but for a change
/// of users.
async fn who(device: &Device) -> Result<Option<(Session, Store, Option<Lock>)>, StoreError> {
    let hinted = known::hinted();
    let (session, early) = join(device.who(), OptionFuture::from(hinted.map(Store::open))).await;
    let (session, lock) = session?;
    let Some(session) = session else { return Ok(None) };
    let store = match early {
        Some(store) if hinted == Some(session.user) => store?,
        _ => Store::open(session.user).await?,
    };
    Ok(Some((session, store, lock)))
}

/// Loads and opens the pages. When they can't be loaded, the recovery script offers the way out.
async fn enter(found: Known) {
    known::note(Some(found.session.user));
    if load(found).await.is_err() {
        page::failed();
    }
}

/// Whoever finds a locked phone can't open it, and whoever lost it can still have it cleared.
async fn until_removed(found: Known) {
    loop {
        let answer = account::known().await.ok().flatten();
        let is_leaving = answer.is_some_and(|it| {
            it.session.user == found.session.user && it.device.is_some_and(|device| device.is_leaving)
        });
        if is_leaving {
            // without the pages it is tried again at the next start
            let _ = depart(found).await;
            return;
        }
        sleep(LOCKED_MS).await;
    }
}

/// The door between the two files: what only [`inside`] names is in the second one.
#[cfg_attr(
    split,
    leptos::wasm_split::wasm_split(pages, wasm_split_path = leptos::wasm_split, fallible, preload(fetch_pages))
)]
fn pages(found: Known) -> Result<(), NotLoaded> {
    wasm_bindgen_futures::spawn_local(inside::open(found));
    Ok(())
}

/// The way of a device that is to be removed through the same door.
#[cfg_attr(
    split,
    leptos::wasm_split::wasm_split(pages, wasm_split_path = leptos::wasm_split, fallible)
)]
fn leave(found: Known) -> Result<(), NotLoaded> {
    wasm_bindgen_futures::spawn_local(inside::leave(found));
    Ok(())
}

#[cfg(split)]
async fn depart(found: Known) -> Result<(), NotLoaded> {
    leave(found).await
}

/// In a build without the second file there is nothing to wait for.
#[cfg(not(split))]
async fn depart(found: Known) -> Result<(), NotLoaded> {
    leave(found)
}

/// Loads the bench, which stands beside the pages.
#[cfg(feature = "bench")]
async fn enter_bench() {
    #[cfg(split)]
    let loaded = bench().await;
    #[cfg(not(split))]
    let loaded = bench();
    if loaded.is_err() {
        page::failed();
    }
}

/// The bench's way through the door between the two files.
#[cfg(feature = "bench")]
#[cfg_attr(split, leptos::wasm_split::wasm_split(pages, wasm_split_path = leptos::wasm_split, fallible))]
fn bench() -> Result<(), NotLoaded> {
    crate::bench::offer();
    Ok(())
}

/// Loads the pages while the device is still asked who is known, where somebody was the last time.
#[cfg(split)]
fn hurry() {
    if known::hinted().is_some() {
        wasm_bindgen_futures::spawn_local(async {
            // when it fails, whoever needs the pages tries again
            let _ = fetch_pages().await;
        });
    }
}

/// The pages are here already.
#[cfg(not(split))]
fn hurry() {}

#[cfg(split)]
async fn load(found: Known) -> Result<(), NotLoaded> {
    pages(found).await
}

/// In a build without the second file there is nothing to wait for.
#[cfg(not(split))]
async fn load(found: Known) -> Result<(), NotLoaded> {
    pages(found)
}

/// Mounts a view behind the painted shell and shows it when its first reads have ended.
pub(crate) fn show(firsts: Firsts, view: impl FnOnce() -> AnyView + 'static) {
    let Some(document) = web_sys::window().and_then(|it| it.document()) else { return };
    let (Ok(root), Some(body)) = (document.create_element("div"), document.body()) else { return };
    let root = wasm_bindgen::JsCast::unchecked_into::<web_sys::HtmlElement>(root);
    root.set_id("app");
    root.set_hidden(true);
    let _ = body.append_child(&root);
    let with_language = move || {
        provide_language(language());
        view()
    };
    mount_to(root.clone(), with_language).forget();
    spawn_local(async move {
        let shown = async {
            loop {
                firsts.ended().await;
                // what was read may bring parts that read more
                sleep(0).await;
                if firsts.none() {
                    return;
                }
            }
        };
        let _ = within(PATIENCE_MS, shown).await;
        root.set_hidden(false);
        page::ready();
        painted().await;
        firsts.paint();
    });
}

/// Shows that this device's store can't be opened. Whoever logged in here is not asked to log in again: their data is
/// on this device.
pub(crate) fn show_trouble(error: StoreError) {
    show(Firsts::default(), move || view! { <Trouble error/> }.into_any());
}

/// Where somebody comes in who is not known here: the log-in form, unless a cookie says that the browser has cleared
/// what was here.
#[component]
fn Entrance(device: Rc<Device>) -> impl IntoView {
    watch_program(|| {});
    let (cleared, unheard) = (RwSignal::new_local(None::<Session>), RwSignal::new(false));
    let look = move || {
        // asked again when there may be a network: never the form without a word
        if !known::is_logged_in() || cleared.with_untracked(Option::is_some) {
            return;
        }
        spawn_local(async move {
            let heard = account::known().await;
            unheard.try_set(heard.is_err());
            let answer = heard.ok().flatten();
            if answer.as_ref().and_then(|it| it.device).is_some_and(|it| it.is_leaving) {
                // it was cleared on purpose, and could not say so
                let _ = account::log_out().await;
            } else {
                cleared.try_set(answer.map(|it| it.session));
            }
        });
    };
    look();
    page::on_return(look);
    let removed = page::hash() == page::REMOVED;
    let device = StoredValue::new_local(device);
    let log_in: LogIn = Rc::new(move |name, password| {
        let device = device.get_value();
        Box::pin(async move {
            let session = account::log_in(&name, &password).await?;
            Ok(settle(&device, &session).await?)
        })
    });
    let log_in = StoredValue::new_local(log_in);
    move || match cleared.get() {
        Some(session) => view! { <Cleared session=session device=device.get_value()/> }.into_any(),
        None => {
            let log_in = log_in.get_value();
            view! { <LogInForm known=None removed cleared=unheard hidden=false busy=RwSignal::new(false) log_in/> }
                .into_any()
        }
    }
}

/// Makes somebody known here. Afterwards the page loads anew: with a store, and the pages.
pub(crate) async fn settle(device: &Device, session: &Session) -> Result<(), StoreError> {
    // made here, so that a start that does not find it knows that it was deleted
    Store::open(session.user).await?;
    device.remember(Some(session)).await?;
    known::note(Some(session.user));
    // told by now
    known::was_wiped();
    page::replace("/");
    // nothing more happens in this page
    std::future::pending().await
}

/// What went wrong with the store, and the way out.
#[component]
fn Trouble(error: StoreError) -> impl IntoView {
    let i18n = use_i18n();
    watch_program(|| {});
    let title = move || errors::store(i18n, &error).to_owned();
    view! {
        <Screen>
            <Body>
                <Empty title=Signal::derive(title)>
                    <Button
                        label=Signal::derive(move || t_string!(i18n, common.reload).to_owned())
                        on_press=|()| page::reload()
                    />
                    <Button
                        kind=ButtonKind::Quiet
                        label=Signal::derive(move || t_string!(i18n, common.rescue).to_owned())
                        href=Signal::stored(RESCUE.to_owned())
                    />
                </Empty>
            </Body>
        </Screen>
    }
    .into_any()
}

/// Keeps an eye on newer programs.
pub(crate) fn watch_program(found: impl Fn() + 'static) {
    service_worker::register(found);
    let checked = Rc::new(Cell::new(clock::now().ms()));
    page::on_return(move || {
        let now = clock::now().ms();
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
