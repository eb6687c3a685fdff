use leeway_app::platform::{clock, ids};
use leeway_app::store::{Client, Cursor, Revealed, Staged};
use leeway_core::scope::Scope;
use leeway_core::sync::protocol::{OutcomeKind, PullResponse};
use leeway_core::values::{CustomerId, UserId};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::desk::{Desk, answer, contact, customer, member, outcomes, register, rename, row, tombstone};

#[wasm_bindgen_test]
async fn an_answered_command_ends_and_the_confirmed_row_stands() {
    let desk = Desk::open().await;
    desk.ask(register(1, "typed")).await.unwrap();
    desk.store.answered(Some(&outcomes(&[OutcomeKind::Applied]))).await.unwrap();
    let rows = vec![row(&customer(1, "confirmed").into())];
    let revealed = desk.reveal(PullResponse { rows, ack: 1, ..answer() }).await;
    assert_eq!(revealed, Revealed { rows: true, queue: true, again: false });
    assert_eq!(desk.names().await, ["confirmed"]);
    assert_eq!(desk.seqs().await, [0; 0]);
}

#[wasm_bindgen_test]
async fn what_a_copy_of_this_store_sent_does_not_end_a_command_of_this_one() {
    let desk = Desk::open().await;
    desk.ask(register(1, "mine")).await.unwrap();
    // the server has a command 1 of this name, and never answered ours
    desk.reveal(PullResponse { ack: 1, ..answer() }).await;
    assert_eq!(desk.seqs().await, [1]);
    assert_eq!(desk.names().await, ["mine"]);
}

#[wasm_bindgen_test]
async fn a_server_that_lost_its_end_gets_it_again_and_nobody_notices() {
    let desk = Desk::open().await;
    for n in 1..=3 {
        desk.ask(register(n, &n.to_string())).await.unwrap();
    }
    desk.store.answered(Some(&outcomes(&[OutcomeKind::Applied; 3]))).await.unwrap();
    let rows = |upto| (1..=upto).map(|n: u128| row(&customer(n, &n.to_string()).into())).collect();
    desk.reveal(PullResponse { rows: rows(3), ack: 3, ..answer() }).await;
    assert_eq!((desk.seqs().await, desk.names().await.len()), (vec![], 3));
    // restored from a backup: another history, which ends at the first command
    let restored = PullResponse { reset: true, epoch: "restored".into(), rows: rows(1), ack: 1, ..answer() };
    let mut kept = vec![row(&member().into())];
    kept.extend(restored.rows.clone());
    let revealed = desk.reveal(PullResponse { rows: kept, ..restored }).await;
    assert!(revealed.again);
    assert_eq!((desk.seqs().await, desk.names().await.len()), (vec![1, 2, 3], 3));
}

#[wasm_bindgen_test]
async fn what_still_waits_runs_again_on_the_new_rows() {
    let desk = Desk::open().await;
    let ming = customer(1, "old");
    desk.receive(vec![row(&ming.clone().into())]).await;
    desk.ask(rename(&ming, "mine")).await.unwrap();
    let mut theirs = ming;
    theirs.address.value = "elsewhere".into();
    desk.receive(vec![row(&theirs.clone().into())]).await;
    let seen = desk.customer(theirs.id).await.unwrap();
    assert_eq!((seen.name.value.as_str(), seen.address.value.as_str()), ("mine", "elsewhere"));
}

#[wasm_bindgen_test]
async fn what_would_be_refused_is_said_and_kept() {
    let desk = Desk::open().await;
    let ming = customer(1, "old");
    desk.receive(vec![row(&ming.clone().into())]).await;
    desk.ask(rename(&ming, "mine")).await.unwrap();
    let mut moved = ming;
    moved.owner = UserId::from_u128(2);
    desk.receive(vec![row(&moved.into())]).await;
    let queue = desk.store.queue().await.unwrap();
    assert_eq!(queue[0].doubt.as_ref().map(|it| it.code.as_str()), Some("general.not_found"));
    assert_eq!(desk.names().await, ["old"]);
}

#[wasm_bindgen_test]
async fn a_scope_that_was_taken_away_takes_its_rows_along() {
    let desk = Desk::open().await;
    let rows = vec![row(&customer(1, "a").into()), row(&customer(2, "b").into())];
    desk.receive(rows).await;
    let drop = vec![Scope::Customer(CustomerId::from_u128(1))];
    desk.reveal(PullResponse { drop, ..answer() }).await;
    assert_eq!(desk.names().await, ["b"]);
}

#[wasm_bindgen_test]
async fn work_on_a_lost_scope_stays_in_the_queue() {
    let desk = Desk::open().await;
    let ming = customer(1, "a");
    desk.receive(vec![row(&ming.clone().into())]).await;
    desk.ask(rename(&ming, "b")).await.unwrap();
    let drop = vec![Scope::Customer(ming.id)];
    desk.reveal(PullResponse { drop, ..answer() }).await;
    assert_eq!(desk.names().await, [""; 0]);
    assert_eq!(desk.seqs().await, [1]);
}

#[wasm_bindgen_test]
async fn a_scope_that_is_filled_holds_what_came_and_nothing_else() {
    let desk = Desk::open().await;
    desk.receive(vec![row(&customer(1, "old").into())]).await;
    let fill = vec![Scope::Customer(CustomerId::from_u128(1))];
    let client = desk.client().await;
    let mut staged = Staged::default();
    // the server names the scope on each page; only the first clears it
    let first = PullResponse { fill: fill.clone(), rows: vec![row(&customer(1, "new").into())], ..answer() };
    staged.add(&PullResponse { page: Some("2".into()), cookie: None, ..first }, true).unwrap();
    staged.add(&PullResponse { fill, ..answer() }, false).unwrap();
    desk.store.reveal(client, &staged, clock::now()).await.unwrap();
    assert_eq!(desk.names().await, ["new"]);
}

#[wasm_bindgen_test]
async fn a_row_that_moved_is_there_once_whatever_comes_first() {
    let desk = Desk::open().await;
    let here = customer(1, "a");
    desk.receive(vec![row(&here.clone().into())]).await;
    let gone = tombstone(&here.clone().into(), Scope::Catalogue);
    desk.receive(vec![row(&here.clone().into()), gone]).await;
    assert_eq!(desk.names().await, ["a"]);
    desk.receive(vec![tombstone(&here.clone().into(), Scope::Customer(here.id))]).await;
    assert_eq!(desk.names().await, [""; 0]);
}

#[wasm_bindgen_test]
async fn a_reset_takes_all_rows_and_no_command() {
    let desk = Desk::open().await;
    desk.receive(vec![row(&customer(1, "a").into())]).await;
    desk.ask(register(2, "b")).await.unwrap();
    desk.reveal(PullResponse { reset: true, rows: vec![row(&customer(3, "c").into())], ..answer() }).await;
    assert_eq!(desk.seqs().await, [1]);
    assert_eq!(desk.store.queue().await.unwrap()[0].envelope.kind, "customers.register");
    // chen's own row has not come, so the pending command can't be run: it waits for the server's word
    assert_eq!(desk.names().await, ["c"]);
}

#[wasm_bindgen_test]
async fn an_answer_to_another_name_of_this_store_is_not_for_it() {
    let desk = Desk::open().await;
    desk.ask(register(1, "a")).await.unwrap();
    let stranger = Client { id: ids::client(), incarnation: ids::uuid() };
    let mut staged = Staged::default();
    staged.add(&PullResponse { ack: 1, ..answer() }, true).unwrap();
    let revealed = desk.store.reveal(stranger, &staged, clock::now()).await.unwrap();
    assert_eq!(revealed, Revealed::default());
    assert_eq!(desk.seqs().await, [1]);
}

#[wasm_bindgen_test]
async fn rows_of_a_newer_program_are_kept_and_passed_over() {
    let desk = Desk::open().await;
    let mut newer = row(&customer(1, "a").into());
    newer.typ = "hologram".into();
    desk.receive(vec![newer, row(&customer(2, "b").into())]).await;
    assert_eq!(desk.names().await, ["b"]);
}

#[wasm_bindgen_test]
async fn a_first_sync_that_was_cut_off_goes_on_where_it_was() {
    let desk = Desk::open().await;
    let mut page = Staged::default();
    let rows = vec![row(&customer(1, "a").into())];
    page.add(&PullResponse { rows, page: Some("2".into()), cookie: None, ..answer() }, true).unwrap();
    let laid = Cursor { page: Some("2".into()), ..Cursor::default() };
    desk.store.lay(&page.take_rows(), &laid, true).await.unwrap();
    let cursor = desk.other_tab().await.cursor().await.unwrap();
    assert_eq!((cursor.ready, cursor.page.as_deref()), (false, Some("2")));
    desk.receive(vec![row(&customer(2, "b").into())]).await;
    assert!(desk.store.cursor().await.unwrap().ready);
    assert_eq!(desk.names().await, ["a", "b"]);
}

#[wasm_bindgen_test]
async fn commands_taken_during_a_reveal_are_in_it_or_behind_it() {
    let desk = Desk::open().await;
    let rows = (1..=300).map(|n| row(&customer(n, &format!("{n:03}")).into())).collect();
    let reveal = desk.receive(rows);
    let asked = async {
        for n in 1..=5 {
            desk.ask(register(1_000 + n, &format!("z{n}"))).await.unwrap();
        }
        desk.ask(contact(1, 1_001)).await.unwrap();
    };
    futures::join!(reveal, asked);
    assert_eq!(desk.names().await.len(), 305);
    assert_eq!(desk.seqs().await, [1, 2, 3, 4, 5, 6]);
}
