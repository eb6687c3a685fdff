use leeway_core::customers::{BY_NAME, Contact, Customer};
use leeway_core::values::CustomerId;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::desk::{Desk, contact, customer, register, rename, row};

#[wasm_bindgen_test]
async fn a_row_comes_back_as_it_was_stored() {
    let desk = Desk::open().await;
    let ming = customer(7, "明德医院");
    desk.receive(vec![row(&ming.clone().into())]).await;
    assert_eq!(desk.customer(ming.id).await, Some(ming));
    assert_eq!(desk.customer(CustomerId::from_u128(8)).await, None);
}

#[wasm_bindgen_test]
async fn a_list_is_in_the_order_of_its_keys() {
    let desk = Desk::open().await;
    let rows = ["c", "a", "b"].iter().zip(1..).map(|(name, n)| row(&customer(n, name).into()));
    desk.receive(rows.collect()).await;
    assert_eq!(desk.names().await, ["a", "b", "c"]);
}

#[wasm_bindgen_test]
async fn what_waits_lies_over_what_is_confirmed() {
    let desk = Desk::open().await;
    let rows = ["a", "c", "e"].iter().zip(1..).map(|(name, n)| row(&customer(n, name).into()));
    desk.receive(rows.collect()).await;
    desk.ask(register(10, "b")).await.unwrap();
    desk.ask(register(11, "f")).await.unwrap();
    // renamed from the front to the middle: once, at its new place
    desk.ask(rename(&customer(1, "a"), "d")).await.unwrap();
    assert_eq!(desk.names().await, ["b", "c", "d", "e", "f"]);
}

#[wasm_bindgen_test]
async fn a_limit_counts_what_the_user_sees() {
    let desk = Desk::open().await;
    let rows = (1..=20).map(|n| row(&customer(n, &format!("{n:02}")).into()));
    desk.receive(rows.collect()).await;
    for n in 1..=5 {
        desk.ask(rename(&customer(n, &format!("{n:02}")), &format!("9{n}"))).await.unwrap();
    }
    desk.ask(register(50, "065")).await.unwrap();
    let end = format!("{BY_NAME}\u{ffff}");
    let list = async |limit| {
        let found = desk.store.list_range::<Customer>(BY_NAME, &end, limit).await.unwrap();
        found.into_iter().map(|it| it.name.value).collect::<Vec<_>>()
    };
    let all = list(None).await;
    assert_eq!(all.len(), 21);
    assert_eq!(all[..3], ["06", "065", "07"]);
    for limit in [1, 2, 3, 7, 20, 21, 100] {
        assert_eq!(list(Some(limit)).await, all[..limit.min(21)], "limit {limit}");
    }
}

#[wasm_bindgen_test]
async fn a_range_has_its_first_but_not_its_last() {
    let desk = Desk::open().await;
    let rows = ["a", "b", "c"].iter().zip(1..).map(|(name, n)| row(&customer(n, name).into()));
    desk.receive(rows.collect()).await;
    let (from, to) = (format!("{BY_NAME}a"), format!("{BY_NAME}c"));
    let found = desk.store.list_range::<Customer>(&from, &to, None).await.unwrap();
    assert_eq!(found.iter().map(|it| it.name.value.as_str()).collect::<Vec<_>>(), ["a", "b"]);
}

#[wasm_bindgen_test]
async fn a_list_holds_its_own_type_only() {
    let desk = Desk::open().await;
    desk.receive(vec![row(&customer(1, "a").into())]).await;
    desk.ask(contact(1, 1)).await.unwrap();
    let of_customer = Contact::of_customer(CustomerId::from_u128(1));
    assert_eq!(desk.store.list::<Contact>(&of_customer).await.unwrap().len(), 1);
    assert_eq!(desk.store.list::<Customer>(&of_customer).await.unwrap().len(), 0);
}

#[wasm_bindgen_test]
async fn rare_signs_are_ordered_as_the_browser_orders_them() {
    let desk = Desk::open().await;
    // U+20BB7 is written as two units that sort before U+F900, though it is the greater character
    desk.receive(vec![row(&customer(1, "\u{f900}").into())]).await;
    desk.ask(register(2, "\u{20bb7}")).await.unwrap();
    let over = desk.names().await;
    assert_eq!(over, ["\u{20bb7}", "\u{f900}"]);
    desk.receive(vec![row(&customer(2, "\u{20bb7}").into())]).await;
    assert_eq!(desk.names().await, over);
}
