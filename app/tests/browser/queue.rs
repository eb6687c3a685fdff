use leeway_app::store::{Entry, EntryState};
use leeway_core::sync::protocol::OutcomeKind;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::desk::{Desk, outcomes, register};

async fn desk_with(commands: u128) -> Desk {
    let desk = Desk::open().await;
    for n in 1..=commands {
        desk.ask(register(n, &n.to_string())).await.unwrap();
    }
    desk
}

async fn states(desk: &Desk) -> Vec<(u64, EntryState)> {
    desk.store.queue().await.unwrap().iter().map(|it| (it.seq(), it.state)).collect()
}

#[wasm_bindgen_test]
async fn a_batch_is_marked_as_sent_and_its_answers_are_noted() {
    let desk = desk_with(4).await;
    let batch = desk.store.next_batch(0, 3).await.unwrap();
    assert_eq!(batch.iter().map(Entry::seq).collect::<Vec<_>>(), [1, 2, 3]);
    let answers = outcomes(&[OutcomeKind::Applied, OutcomeKind::Refused]);
    desk.store.answered(Some(&answers)).await.unwrap();
    let expected = [
        (1, EntryState::Applied),
        (2, EntryState::Refused),
        (3, EntryState::Queued),
        (4, EntryState::Queued),
    ];
    assert_eq!(states(&desk).await, expected);
    let rest = desk.store.next_batch(0, 100).await.unwrap();
    assert_eq!(rest.iter().map(Entry::seq).collect::<Vec<_>>(), [3, 4]);
}

#[wasm_bindgen_test]
async fn a_push_without_an_answer_waits_again() {
    let desk = desk_with(1).await;
    desk.store.next_batch(0, 100).await.unwrap();
    assert_eq!(states(&desk).await, [(1, EntryState::Sent)]);
    desk.store.answered(None).await.unwrap();
    assert_eq!(states(&desk).await, [(1, EntryState::Queued)]);
}

#[wasm_bindgen_test]
async fn a_new_name_keeps_the_ids_and_closes_the_gaps() {
    let desk = desk_with(4).await;
    let before = desk.client().await;
    desk.store.answered(Some(&outcomes(&[OutcomeKind::Applied]))).await.unwrap();
    let ids: Vec<_> = desk.store.queue().await.unwrap().iter().map(|it| it.envelope.id).collect();
    desk.store.reissue(None).await.unwrap();
    let queue = desk.store.queue().await.unwrap();
    assert_ne!(desk.client().await, before);
    // the answered one goes along: under the old name, a copy of this store may have had the answer
    assert_eq!(desk.seqs().await, [1, 2, 3, 4]);
    assert_eq!(queue.iter().map(|it| it.envelope.id).collect::<Vec<_>>(), ids);
    assert_eq!(desk.ask(register(9, "9")).await.unwrap().seq(), 5);
}

#[wasm_bindgen_test]
async fn a_parked_command_lets_the_others_pass_and_can_be_tried_again() {
    let desk = desk_with(3).await;
    desk.store.reissue(Some((2, EntryState::TooLarge))).await.unwrap();
    let queue = states(&desk).await;
    assert_eq!(queue[..2], [(1, EntryState::Queued), (2, EntryState::Queued)]);
    let (parked, state) = queue[2];
    assert_eq!(state, EntryState::TooLarge);
    assert_eq!(desk.store.next_batch(0, 100).await.unwrap().len(), 2);
    // its effect is still what its user sees
    assert_eq!(desk.names().await, ["1", "2", "3"]);
    desk.store.unpark(parked).await.unwrap();
    assert_eq!(desk.seqs().await, [1, 2, 3]);
    assert_eq!(desk.store.next_batch(0, 100).await.unwrap().len(), 3);
}

#[wasm_bindgen_test]
async fn clearing_leaves_nothing_of_the_user() {
    let desk = desk_with(1).await;
    let before = desk.client().await;
    desk.store.clear().await.unwrap();
    assert_eq!((desk.names().await.len(), desk.seqs().await.len()), (0, 0));
    assert_ne!(desk.client().await, before);
}
