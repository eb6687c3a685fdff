//! A colleague acts for a manager who is away: the rows with the whole history come to their phone, they work on it
//! without a network, the period ends before they are back. The rows leave, what was not sent is in the inbox; and a
//! second period gives all of it again.

use serde_json::json;
use uuid::Uuid;

use crate::hand_over::{choose, holds, rows_of};
use crate::office::Office;
use crate::phone::Phone;
use crate::teller::{Teller, by_id};

const UNSENT: &str = "代理时在地下室里记下的，还没送出";

/// Appoints this colleague from today until that day, as a manager does.
async fn appoint(phone: &Phone, user: &str, until: &str) {
    phone.go("/me").await;
    phone.tap("deputies-link").await;
    phone.tap("appoint").await;
    choose(phone, "deputy", user).await;
    phone.wait_css("[name='until']").await;
    let fill = format!(
        "const it = document.querySelector(\"[name='until']\");
         it.value = '{until}';
         for (const said of ['input', 'change']) it.dispatchEvent(new Event(said, {{ bubbles: true }}))"
    );
    phone.script(&fill).await;
    phone.tap_css("dialog[open] [data-testid='confirm']").await;
}

/// Ends the only period that is shown.
async fn end(phone: &Phone) {
    phone.go("/deputies").await;
    phone.tap("acting-period").await;
    phone.tap_css("dialog[open] .actions button:last-child").await;
}

/// How the periods that this user knows of stand.
async fn states(teller: &Teller) -> Vec<String> {
    let all = teller.all("acting_period").await;
    all.iter().map(|it| it["state"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_deputy_gets_the_rows_for_a_time_and_keeps_what_was_not_sent() {
    let mut office = Office::open();
    let (chen, mut li) = (office.phone_of("chen").await, office.phone_of("li").await);
    li.until_ready_to_leave().await;
    let visit = chen.open_a_visit().await;
    let (mut manager, deputy) = (office.teller("chen").await, office.teller("li").await);
    chen.until("the visit's beginning to arrive", async || {
        by_id(&manager.all("visit").await, &visit)["state"]["state"] == "open"
    })
    .await;
    let customer = by_id(&manager.all("visit").await, &visit)["customer"].as_str().unwrap().to_owned();
    let history = rows_of(&manager, &customer).await;
    assert!(history.len() > 2 && !holds(&li, &customer).await);

    // a period that begins today: the deputy's phone gets all of it without a touch, and says whose it is
    let (user, until) = (deputy.session["user"].as_str().unwrap().to_owned(), last_day(&chen).await);
    appoint(&chen, &user, &until).await;
    chen.see_text("代理中").await;
    li.until("the rows to be on the deputy's phone", async || holds(&li, &customer).await).await;
    assert_eq!(rows_of(&deputy, &customer).await, history);
    // and it says so wherever the customer is named
    for list in ["/customers", "/visits", "/today"] {
        li.go(list).await;
        li.see("acting").await;
    }
    li.go(&format!("/customers/{customer}")).await;
    li.see("acting-for").await;
    li.see_text("您代理陈知远").await;
    assert!(!li.text().await.contains("移交给同事"), "a deputy gives nothing away");
    li.go("/deputies").await;
    li.see_text("陈知远").await;

    // without a network the deputy takes a note, and the phone dies; the period ends meanwhile
    li.go(&format!("/visits/{visit}")).await;
    li.see("primary").await;
    office.stop();
    li.note(UNSENT).await;
    li.kill();
    office.start();
    end(&chen).await;
    chen.until("the period to be over", async || states(&manager).await == ["over"]).await;

    // what was not sent is in the inbox with its words, and the rows are gone
    li.wake().await;
    li.go("/inbox").await;
    li.see("refusal-card").await;
    li.see_text(UNSENT).await;
    let cards = deputy.all("refusal").await;
    assert_eq!((cards.len(), &cards[0]["args"]["text"]), (1, &json!(UNSENT)));
    li.until("the rows to leave the deputy's phone", async || !holds(&li, &customer).await).await;
    li.go(&format!("/customers/{customer}")).await;
    li.see_text("本机没有这条内容").await;
    assert!(rows_of(&deputy, &customer).await.is_empty());
    assert_eq!(rows_of(&manager, &customer).await, history, "nothing of it came in");

    // a second period gives all of it again
    let again = json!({
        "period": Uuid::now_v7(), "manager": manager.session["user"], "deputy": user,
        "from": 1_760_000_000_000_i64, "until": 1_760_000_000_000_i64,
    });
    let refused = manager.ask("deputies.appoint", again).await;
    assert_eq!(refused["code"], "deputies.order", "{refused}");
    appoint(&chen, &user, &until).await;
    li.until("the rows to be on the phone again", async || holds(&li, &customer).await).await;
    assert_eq!(rows_of(&deputy, &customer).await, history);
    li.see("acting-for").await;
}

/// Returns the day four weeks from the phone's today, as a date field has it.
async fn last_day(phone: &Phone) -> String {
    let said = phone.script("return new Date(Date.now() + 28 * 864e5).toISOString().slice(0, 10)").await;
    said.as_str().unwrap().to_owned()
}
