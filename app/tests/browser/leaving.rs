//! Reads of a page that goes, and comes back.

use futures::FutureExt;
use futures::future::join;
use leeway_core::values::CustomerId;
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
