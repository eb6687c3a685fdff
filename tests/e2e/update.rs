//! A new version is deployed while somebody types.

use crate::office::Office;

#[tokio::test]
async fn a_new_version_waits_for_the_form_and_loses_nothing() {
    let mut office = Office::open();
    let phone = office.phone_of("chen").await;
    phone.until_installed().await;
    phone.reload().await;
    phone.wait_synced().await;
    let old = phone.build().await;

    phone.open_a_visit().await;
    office.stop();
    phone.note("离线时记下的").await;
    phone.type_into("note", "还没写完的一句").await;
    office.deploy("story-build");
    // a push on its way is fine; the half sentence must stay
    office.start();
    phone.script("navigator.serviceWorker.getRegistration().then(it => it.update())").await;
    phone.see("update-bar").await;
    assert_eq!(phone.value_of("note").await, "还没写完的一句", "the form is as it was");
    assert_eq!(phone.build().await, old, "nothing was swapped by itself");

    phone.tap_text("记下这条").await;
    phone.tap_css("[data-testid='update-bar'] button").await;
    // not asked again and again: a worker that is spoken to is at work, and one at work is not replaced
    phone
        .until("the page to load anew", async || {
            phone.script("return !document.querySelector('[data-testid=update-bar]')").await == true
        })
        .await;
    phone.go("/today").await;
    assert_eq!(phone.build().await, "story-build");
    phone.wait_synced().await;
    let notes = office.teller("chen").await.all("visit_note").await;
    for text in ["离线时记下的", "还没写完的一句"] {
        assert_eq!(notes.iter().filter(|it| it["text"] == text).count(), 1, "{text}");
    }
}

#[tokio::test]
async fn a_missing_file_is_missing() {
    let office = Office::open();
    for path in
        ["/app-0000000000000000.js", "/app-0000000000000000_bg.wasm", "/nothing.css", "/icons/none.png"]
    {
        let answer = reqwest::get(format!("{}{path}", office.address())).await.unwrap();
        assert_eq!(answer.status().as_u16(), 404, "{path}");
        let text = answer.text().await.unwrap();
        assert!(!text.contains("<html"), "{path} is answered with a page");
    }
}
