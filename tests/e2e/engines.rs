//! The built app in all three engines: the Wasm compiles, and the main job goes through in short.

use crate::engine::Engine;
use crate::office::Office;
use crate::phone::Phone;
use crate::teller::by_id;

/// Compiles the app's Wasm as it is served, without running it.
async fn compiles(phone: &Phone) {
    let compile = "const done = arguments[arguments.length - 1];
        const wasm = document.querySelector('[data-wasm]').dataset.wasm;
        fetch(wasm).then(it => it.arrayBuffer()).then(it => WebAssembly.compile(it))
          .then(it => done(it instanceof WebAssembly.Module ? 'compiled' : 'no module'), e => done(String(e)))";
    let said = phone.driver().execute_async(compile, Vec::new()).await.unwrap().json().clone();
    assert_eq!(said, "compiled");
}

/// Stories 1 to 3 in short: the app opens without a server, a visit is noted and a quote made binding, and with the
/// server back both are there once.
async fn smoke(engine: Engine, mut office: Office) {
    let phone = Phone::open(engine, &office.address()).await;
    compiles(&phone).await;
    phone.log_in("chen").await;
    phone.until_installed().await;
    phone.reload().await;
    phone.wait_synced().await;

    office.stop();
    phone.reload().await;
    phone.see("visit-row").await;
    phone.wait_offline().await;
    let visit = phone.open_a_visit().await;
    phone.note("没网时记下的").await;
    let quote = phone.quote("专线", "8").await;
    phone.finalise("签发正式报价").await;
    phone.see_standing("正式").await;

    office.start();
    phone.go("/today").await;
    phone.wait_synced().await;
    phone.close().await;
    office.start_plain();
    let teller = office.teller("chen").await;
    assert_eq!(by_id(&teller.all("quote").await, &quote)["state"], "binding");
    assert_eq!(by_id(&teller.all("visit").await, &visit)["state"]["state"], "open");
    let notes = teller.all("visit_note").await;
    assert_eq!(notes.iter().filter(|it| it["text"] == "没网时记下的").count(), 1);
}

#[tokio::test]
async fn chromium_runs_it() {
    smoke(Engine::Chromium, Office::open()).await;
}

#[tokio::test]
async fn firefox_runs_it() {
    smoke(Engine::Firefox, Office::open()).await;
}

#[tokio::test]
async fn webkit_runs_it() {
    smoke(Engine::WebKit, Office::open_with_tls()).await;
}
