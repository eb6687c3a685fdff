//! A customer is handed over while its manager is out with unsent work on it: the work reaches the inbox, the rows
//! leave the phone, the successor has the full history; and handed back, all of it is there again.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::office::Office;
use crate::phone::Phone;
use crate::teller::{Teller, by_id};

const UNSENT: &str = "地下室里记下的，还没送出";

/// Names all rows of a customer that this user may hold.
pub async fn rows_of(teller: &Teller, customer: &str) -> BTreeSet<String> {
    let scope = json!(format!("customer:{customer}"));
    let (rows, _) = teller.everything().await;
    let of_it = rows.iter().filter(|row| row["scope"] == scope);
    of_it.map(|row| format!("{}/{}", row["typ"], row["id"])).collect()
}

/// Says whether any row of this customer is on the phone's disk.
pub async fn holds(phone: &Phone, customer: &str) -> bool {
    let look = format!(
        "const done = arguments[arguments.length - 1];
         indexedDB.databases().then(async all => {{
           for (const {{ name }} of all) {{
             const db = await new Promise((yes, no) => {{
               const it = indexedDB.open(name); it.onsuccess = () => yes(it.result); it.onerror = no; }});
             for (const store of ['rows', 'over'].filter(it => db.objectStoreNames.contains(it))) {{
               const rows = await new Promise(yes => {{
                 const it = db.transaction(store).objectStore(store).getAll(); it.onsuccess = () => yes(it.result); }});
               if (JSON.stringify(rows).includes('customer:{customer}')) {{ db.close(); return done(true); }}
             }}
             db.close();
           }}
           done(false);
         }}).catch(() => done(null))"
    );
    let said = phone.driver().execute_async(&*look, Vec::new()).await.unwrap().json().clone();
    said.as_bool().expect("the phone's disk can be read")
}

/// Hands the customer that is shown over to this person, as a manager does.
async fn hand_over_to(phone: &Phone, user: &str) {
    phone.tap("hand-over").await;
    choose(phone, "successor", user).await;
    phone.tap("confirm").await;
}

/// Chooses this person in the field of this name.
pub async fn choose(phone: &Phone, field: &str, user: &str) {
    let choose = format!(
        "const it = document.querySelector(\"[name='{field}']\");
         const choice = it && [...it.options].find(it => it.value === '{user}');
         if (!choice) return false;
         it.value = choice.value;
         it.dispatchEvent(new Event('change', {{ bubbles: true }}));
         return true"
    );
    phone
        .until("the colleague to be among the choices", async || {
            phone.script(&choose).await == Value::Bool(true)
        })
        .await;
}

#[tokio::test]
async fn a_customer_changes_hands_while_its_manager_has_unsent_work() {
    let mut office = Office::open();
    let (mut chen, li) = (office.phone_of("chen").await, office.phone_of("li").await);
    chen.until_ready_to_leave().await;
    let visit = chen.open_a_visit().await;
    let (mut old, new) = (office.teller("chen").await, office.teller("li").await);
    chen.until("the visit's beginning to arrive", async || {
        by_id(&old.all("visit").await, &visit)["state"]["state"] == "open"
    })
    .await;
    let customer = by_id(&old.all("visit").await, &visit)["customer"].as_str().unwrap().to_owned();
    let name = by_id(&old.all("customer").await, &customer)["name"]["value"].as_str().unwrap().to_owned();
    let history = rows_of(&old, &customer).await;
    assert!(history.len() > 2, "the customer has a history: {history:?}");
    assert!(holds(&chen, &customer).await && !holds(&li, &customer).await);

    // without a network a note is taken, and the phone dies
    office.stop();
    chen.note(UNSENT).await;
    chen.kill();
    // meanwhile she gives the customer away, from another device
    office.start();
    let give = json!({ "customer": customer, "to": new.session["user"], "seen": null });
    let answer = old.ask("customers.hand_over", give).await;
    assert_eq!(answer["outcome"], "applied", "{answer}");

    // the successor has all of it, without a touch, and what is to be done is theirs
    li.go(&format!("/customers/{customer}")).await;
    li.see_text(&name).await;
    li.see_text("接自陈知远").await;
    assert_eq!(rows_of(&new, &customer).await, history);
    assert_eq!(by_id(&new.all("visit").await, &visit)["by"], new.session["user"]);
    li.until("the rows to be on the successor's phone", async || holds(&li, &customer).await).await;

    // the old manager's work is in the inbox with its words, and says what may have happened
    chen.wake().await;
    chen.go("/inbox").await;
    chen.see("refusal-card").await;
    chen.see_text(UNSENT).await;
    chen.see_text("可能移交给了同事").await;
    let cards = old.all("refusal").await;
    assert_eq!(cards.len(), 1, "the note, and nothing else: {cards:?}");
    assert_eq!(cards[0]["args"]["text"], UNSENT, "what was typed is kept");
    // and the rows are gone
    chen.until("the rows to leave the phone", async || !holds(&chen, &customer).await).await;
    chen.go(&format!("/customers/{customer}")).await;
    chen.see_text("本机没有这条内容").await;
    assert_eq!(rows_of(&old, &customer).await, BTreeSet::new());

    // handed back in the app, all of it is there again
    let back = old.session["user"].as_str().unwrap();
    hand_over_to(&li, back).await;
    li.see_text("已移交给陈知远").await;
    li.until("the rows to leave the successor's phone", async || !holds(&li, &customer).await).await;
    chen.see_text(&name).await;
    chen.until("the rows to be on the phone again", async || holds(&chen, &customer).await).await;
    assert_eq!(rows_of(&old, &customer).await, history);
    assert_eq!(by_id(&old.all("visit").await, &visit)["by"], old.session["user"]);
}
