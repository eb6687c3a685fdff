//! The service worker: registered in a released build, asked to step in when the user says so. Never swaps the
//! program by itself.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Says whether a service worker answers for this page.
pub fn controls() -> bool {
    container().is_some_and(|it| it.controller().is_some())
}

/// Registers the service worker and calls `ready` when a newer program is there and waits.
pub fn register(ready: impl Fn() + 'static) {
    let Some(container) = container() else { return };
    spawn_local(async move {
        let options = web_sys::RegistrationOptions::new();
        options.set_update_via_cache(web_sys::ServiceWorkerUpdateViaCache::None);
        let registering = container.register_with_options("/sw.js", &options);
        let Ok(registration) = JsFuture::from(registering).await else { return };
        watch(&registration.unchecked_into(), Rc::new(ready));
    });
}

/// Asks the server for a newer program.
pub fn check() {
    let Some(container) = container() else { return };
    spawn_local(async move {
        if let Ok(registration) = JsFuture::from(container.get_registration()).await
            && let Some(registration) = registration.dyn_ref::<web_sys::ServiceWorkerRegistration>()
            && let Ok(updating) = registration.update()
        {
            let _ = JsFuture::from(updating).await;
        }
    });
}

/// Lets the newer program take over, then reloads the page once.
pub fn apply_update() {
    let Some(container) = container() else { return };
    let reloaded = Cell::new(false);
    EventListener::new(&container, "controllerchange", move |_| {
        if !reloaded.replace(true) {
            super::page::reload();
        }
    })
    .forget();
    spawn_local(async move {
        let registration = JsFuture::from(container.get_registration()).await;
        let waiting = registration
            .ok()
            .and_then(|it| it.dyn_into::<web_sys::ServiceWorkerRegistration>().ok())
            .and_then(|it| it.waiting());
        match waiting {
            Some(worker) => {
                let message = js_sys::Object::new();
                let _ = js_sys::Reflect::set(&message, &"type".into(), &"SKIP".into());
                let _ = worker.post_message(&message);
            }
            // another tab was quicker: the newer program is in charge already
            None => super::page::reload(),
        }
    });
}

/// Calls `ready` now if a newer program waits, and whenever one comes to wait.
fn watch(registration: &web_sys::ServiceWorkerRegistration, ready: Rc<impl Fn() + 'static>) {
    if registration.waiting().is_some() && controls() {
        ready();
    }
    let found = registration.clone();
    EventListener::new(registration, "updatefound", move |_| {
        let Some(worker) = found.installing() else { return };
        let (ready, installing) = (Rc::clone(&ready), worker.clone());
        EventListener::new(&worker, "statechange", move |_| {
            // without a controller this is the first installation, not an update
            if installing.state() == web_sys::ServiceWorkerState::Installed && controls() {
                ready();
            }
        })
        .forget();
    })
    .forget();
}

fn container() -> Option<web_sys::ServiceWorkerContainer> {
    let navigator: JsValue = web_sys::window()?.navigator().into();
    // missing in insecure contexts and in many in-app browsers
    let container = js_sys::Reflect::get(&navigator, &"serviceWorker".into()).ok()?;
    container.is_object().then(|| container.unchecked_into())
}
