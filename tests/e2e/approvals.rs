//! A request on its way: returned with what is missing, sent again, given to the post above, approved there.

use crate::office::Office;
use crate::phone::Phone;
use crate::teller::by_id;

/// Opens the case of this customer's quote as it waits for whoever holds this phone.
async fn open_the_case(phone: &Phone, office: &Office, login: &str, quote: &str) -> String {
    let teller = office.teller(login).await;
    let waiting = async || {
        let cases = teller.all("case").await;
        cases.iter().find(|it| it["quote"] == quote && it["state"] == "open").map(|it| it["id"].clone())
    };
    phone.until("the case to wait at the post", async || waiting().await.is_some()).await;
    let case = waiting().await.and_then(|it| it.as_str().map(str::to_owned)).unwrap();
    phone.go(&format!("/approvals/{case}")).await;
    phone.see("track").await;
    case
}

/// What every screen of it must be: nothing beyond the thumb, nothing cut off.
async fn is_fit(phone: &Phone) {
    assert_eq!([phone.out_of_reach().await, phone.cut().await].concat(), Vec::<String>::new());
}

#[tokio::test]
async fn a_request_is_returned_item_by_item_sent_again_forwarded_and_approved() {
    let office = Office::open();
    let chen = office.phone_of("chen").await;
    let quote = chen.quote("院区专线 200M", "15").await;
    chen.finalise("提交审批给").await;
    chen.see_standing("参考").await;

    let wang = office.phone_of("wang").await;
    open_the_case(&wang, &office, "wang", &quote).await;
    // who decides sees what is left after the costs
    wang.see("margin").await;
    is_fit(&wang).await;
    wang.tap("return").await;
    wang.type_into("missing", "缺对手报价凭据").await;
    wang.tap_css("[name='place']").await;
    wang.tap_path("//select[@name='place']/option[contains(., '院区专线 200M')] | //dialog[@open]//*[@role='option'][contains(., '院区专线 200M')]").await;
    wang.tap("add-item").await;
    is_fit(&wang).await;
    wang.type_into("missing", "缺付款方式").await;
    wang.tap("send-back").await;
    wang.see_text("退回").await;

    // what is missing stands where the manager works on it, and sending it again starts the way anew
    chen.go(&format!("/quotes/{quote}")).await;
    chen.see_text("缺对手报价凭据").await;
    chen.see_text("缺付款方式").await;
    is_fit(&chen).await;
    chen.finalise("提交审批给").await;
    chen.see_standing("参考").await;

    let second = open_the_case(&wang, &office, "wang", &quote).await;
    wang.tap("more").await;
    wang.tap_css("dialog[open] [name='post']").await;
    wang.tap_path("//dialog[@open]//select[@name='post']/option[contains(., '审批')]").await;
    is_fit(&wang).await;
    wang.tap("forward").await;
    wang.see_text("转交").await;

    let zhao = office.phone_of("zhao").await;
    open_the_case(&zhao, &office, "zhao", &quote).await;
    is_fit(&zhao).await;
    zhao.tap("primary").await;
    zhao.see_text("同意").await;

    chen.go(&format!("/quotes/{quote}")).await;
    chen.see_standing("正式").await;
    chen.see("track").await;
    let quotes = office.teller("chen").await.all("quote").await;
    assert_eq!(by_id(&quotes, &quote)["state"], "approved");
    // who was asked and who decided is told to the head as well, who passed it on
    let digests = office.teller("wang").await.all("request_digest").await;
    assert_eq!(by_id(&digests, &second)["track"]["outcome"], "approved", "{digests:?}");
}
