use std::collections::BTreeMap;

use leeway_app::store::Taken;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::desk::{Desk, command, register};

const KEY: &str = "customer|new";

fn typed(name: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("name".into(), name.into())])
}

#[wasm_bindgen_test]
async fn what_was_typed_is_there_again() {
    let desk = Desk::open().await;
    desk.store.keep_draft(KEY, &typed("明德")).await.unwrap();
    assert_eq!(desk.other_tab().await.draft(KEY).await.unwrap(), typed("明德"));
    assert_eq!(desk.store.draft("customer|other").await.unwrap(), BTreeMap::new());
}

#[wasm_bindgen_test]
async fn a_draft_ends_with_the_command_that_takes_it_over() {
    let desk = Desk::open().await;
    desk.store.keep_draft(KEY, &typed("明德")).await.unwrap();
    let taken = desk.store.take(&command(register(1, "明德")), Some(KEY)).await.unwrap();
    assert!(matches!(taken, Taken::Queued(_)));
    assert_eq!(desk.store.draft(KEY).await.unwrap(), BTreeMap::new());
}

#[wasm_bindgen_test]
async fn a_draft_survives_a_command_that_is_refused() {
    let desk = Desk::open().await;
    desk.store.keep_draft(KEY, &typed(" ")).await.unwrap();
    let taken = desk.store.take(&command(register(1, " ")), Some(KEY)).await.unwrap();
    assert!(matches!(taken, Taken::Refused(_)));
    assert_eq!(desk.store.draft(KEY).await.unwrap(), typed(" "));
}
