//! The built app in all three engines: the Wasm compiles, and a manager can log in and see the day.

use crate::engine::Engine;
use crate::office::Office;
use crate::phone::Phone;

/// Compiles the app's Wasm as it is served, without running it.
async fn compiles(phone: &Phone) {
    let compile = "const done = arguments[arguments.length - 1];
        const wasm = document.querySelector('[data-wasm]').dataset.wasm;
        fetch(wasm).then(it => it.arrayBuffer()).then(it => WebAssembly.compile(it))
          .then(it => done(it instanceof WebAssembly.Module ? 'compiled' : 'no module'), e => done(String(e)))";
    let said = phone.driver().execute_async(compile, Vec::new()).await.unwrap().json().clone();
    assert_eq!(said, "compiled");
}

async fn smoke(engine: Engine, office: &Office) {
    let phone = Phone::open(engine, &office.address()).await;
    compiles(&phone).await;
    phone.log_in("chen").await;
    phone.go("/visits").await;
    phone.see("visit-row").await;
    phone.close().await;
}

#[tokio::test]
async fn chromium_runs_it() {
    smoke(Engine::Chromium, &Office::open()).await;
}

#[tokio::test]
async fn firefox_runs_it() {
    smoke(Engine::Firefox, &Office::open()).await;
}

#[tokio::test]
async fn webkit_runs_it() {
    smoke(Engine::WebKit, &Office::open_with_tls()).await;
}
