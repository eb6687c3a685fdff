//! Reads of a page that goes, and comes back; and what a page holds that is frozen.

use std::rc::Rc;

use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::join;
use leeway_core::values::CustomerId;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::desk::{Desk, customer, register, row};

fn tell(event: &str) {
    web_sys::window().unwrap().dispatch_event(&web_sys::Event::new(event).unwrap()).unwrap();
}

#[wasm_bindgen_test]
async fn a_read_that_its_page_left_is_called_off_and_done_again_when_the_page_is_back() {
    let desk = Desk::open().await;
    desk.receive(vec![row(&customer(7, "明德医院").into())]).await;
    let left = async {
        tell("pagehide");
        tell("pageshow");
    };
    let (found, ()) = join(desk.customer(CustomerId::from_u128(7)), left).await;
    assert_eq!(found.unwrap().name.value, "明德医院");
}

#[wasm_bindgen_test]
async fn a_page_that_has_gone_reads_nothing_but_still_writes() {
    let desk = Desk::open().await;
    tell("pagehide");
    let mut reading = Box::pin(desk.names());
    assert_eq!((&mut reading).now_or_never(), None);
    desk.ask(register(10, "明德医院")).await.unwrap();
    tell("pageshow");
    assert_eq!(reading.await, ["明德医院"]);
}

fn tell_document(event: &str) {
    let document = web_sys::window().unwrap().document().unwrap();
    document.dispatch_event(&web_sys::Event::new(event).unwrap()).unwrap();
}

/// Writes to a store as another tab would: not through this page's own connection.
async fn write_from_another_tab(name: &str) {
    let script = format!(
        "new Promise((done, failed) => {{
            const opening = indexedDB.open('{name}');
            opening.onerror = () => failed(opening.error);
            opening.onsuccess = () => {{
                const all = opening.result.transaction([...opening.result.objectStoreNames], 'readwrite');
                all.oncomplete = () => {{ opening.result.close(); done(); }};
                all.objectStore('draft').delete('nothing');
            }};
        }})"
    );
    let done: js_sys::Promise = js_sys::eval(&script).unwrap().unchecked_into();
    JsFuture::from(done).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_page_that_freezes_holds_nothing_and_writes_once_when_it_wakes() {
    let desk = Rc::new(Desk::open().await);
    let (told, mut writing) = oneshot::channel();
    let at_desk = Rc::clone(&desk);
    spawn_local(async move { drop(told.send(at_desk.ask(register(10, "明德医院")).await)) });
    // it has begun when the microtasks before this line have run
    JsFuture::from(js_sys::Promise::resolve(&JsValue::NULL)).await.unwrap();
    tell_document("freeze");
    write_from_another_tab(&desk.name).await;
    assert!(writing.try_recv().unwrap().is_none(), "it waits");
    tell_document("resume");
    writing.await.unwrap().unwrap();
    assert_eq!(desk.names().await, ["明德医院"]);
    assert_eq!(desk.seqs().await, [1]);
}
