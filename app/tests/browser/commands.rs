use futures::FutureExt;
use futures::future::join_all;
use leeway_app::store::{EntryState, StoreError, Taken};
use leeway_core::Refusal;
use leeway_core::customers::CustomerError;
use leeway_core::values::CustomerId;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::desk::{Desk, ask, command, contact, register};

#[wasm_bindgen_test]
async fn a_command_is_queued_with_its_effect() {
    let desk = Desk::open().await;
    let entry = desk.ask(register(1, "明德医院")).await.unwrap();
    assert_eq!((entry.seq(), entry.state), (1, EntryState::Queued));
    assert_eq!(
        entry.keys.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["customer/00000000-0000-0000-0000-000000000001"]
    );
    assert_eq!(desk.store.queue().await.unwrap(), [entry]);
    assert_eq!(desk.names().await, ["明德医院"]);
}

#[wasm_bindgen_test]
async fn the_next_command_sees_what_the_last_one_did() {
    let desk = Desk::open().await;
    desk.ask(register(1, "a")).await.unwrap();
    desk.ask(contact(1, 1)).await.unwrap();
    assert_eq!(desk.seqs().await, [1, 2]);
}

#[wasm_bindgen_test]
async fn what_a_rule_refuses_leaves_nothing_behind() {
    let desk = Desk::open().await;
    let refused = desk.ask(register(1, " ")).await.unwrap_err();
    assert_eq!(refused, Refusal::Customers(CustomerError::Empty { field: "name".into() }));
    assert_eq!(desk.names().await, [""; 0]);
    assert_eq!(desk.seqs().await, [0; 0]);
    // the place is not lost
    assert_eq!(desk.ask(register(1, "a")).await.unwrap().seq(), 1);
}

#[wasm_bindgen_test]
async fn a_command_that_is_cut_off_is_there_whole_or_not_at_all() {
    let desk = Desk::open().await;
    for steps in 0..30 {
        let command = command(register(100 + steps, "cut"));
        let mut work = Box::pin(desk.store.take(&command, None));
        for _ in 0..steps {
            if work.as_mut().now_or_never().is_some() {
                break;
            }
            leeway_app::platform::timer::sleep(0).await;
        }
        drop(work);
        let queued = desk.store.queue().await.unwrap().iter().any(|it| it.envelope.id == command.id);
        let shown = desk.customer(CustomerId::from_u128(100 + steps)).await.is_some();
        assert_eq!(queued, shown, "dropped after {steps} steps");
    }
}

#[wasm_bindgen_test]
async fn commands_at_once_in_two_tabs_get_places_without_gaps() {
    let desk = Desk::open().await;
    let other = desk.other_tab().await;
    let both = (1..=20).map(|n| {
        let store = if n % 2 == 0 { desk.store.clone() } else { other.clone() };
        async move { ask(&store, register(n, &n.to_string())).await.unwrap().seq() }
    });
    let mut seqs = join_all(both).await;
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=20).collect::<Vec<_>>());
    assert_eq!(desk.seqs().await, seqs);
}

#[wasm_bindgen_test]
async fn a_store_that_a_newer_program_changed_takes_no_more() {
    let desk = Desk::open().await;
    desk.store.supersede();
    let taken: Result<Taken, _> = desk.store.take(&command(register(1, "a")), None).await;
    assert_eq!(taken, Err(StoreError::TooNew));
    assert_eq!(desk.names().await, [""; 0]);
}
