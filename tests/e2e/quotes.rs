//! What a manager does with a quote, as verbs of the phone.

use thirtyfour::prelude::*;

use crate::phone::Phone;

impl Phone {
    /// Starts a quote for the first customer, with one line of this product at this discount. Returns its id.
    pub async fn quote(&self, product: &str, off: &str) -> String {
        self.go("/quotes/new").await;
        self.tap("customer-pick").await;
        self.tap_text("开始报价").await;
        self.until("the quote's page", async || self.path().await.len() > "/quotes/new".len() + 8).await;
        self.tap_text("加第一个产品").await;
        self.add_line(product, off).await;
        // the sheet closes before the line is saved; a page that is left then opens with it unfinished
        self.see("quote-line").await;
        self.path().await.rsplit('/').next().unwrap().to_owned()
    }

    /// Presses the button of a quote in which something is given, and names the first reason for it.
    pub async fn finalise(&self, button: &str) {
        self.tap_text(button).await;
        self.tap("because").await;
    }

    /// Picks a product in the open sheet and types its discount.
    pub async fn add_line(&self, product: &str, off: &str) {
        let path = format!("//*[@data-testid='product'][contains(normalize-space(.), '{product}')]");
        self.tap_path(&path).await;
        // a new line asks for its quantity first
        self.see("typed").await;
        self.tap_path("//dialog[@open]//*[contains(@class,'segtabs')]/*[normalize-space(.)='折扣']").await;
        self.type_off(off).await;
    }

    /// Types a discount on the keypad that is open, and closes it.
    pub async fn type_off(&self, off: &str) {
        self.see("typed").await;
        for key in off.chars() {
            self.tap_path(&format!("//*[contains(@class,'keypad')]//button[normalize-space(.)='{key}']"))
                .await;
        }
        self.until("what was typed", async || {
            self.see("typed").await.text().await.is_ok_and(|it| it.trim_end_matches('%') == off)
        })
        .await;
        self.tap_path("//*[contains(@class,'keypad')]//button[contains(@class,'done')]").await;
        self.until("the sheet to close", async || {
            self.script("return !document.querySelector('dialog[open]')").await == true
        })
        .await;
    }

    /// Waits until the stamp says this.
    pub async fn see_standing(&self, word: &str) {
        let path = format!("//*[@data-testid='standing'][contains(normalize-space(.), '{word}')]");
        self.until(&format!("the stamp to say {word:?}"), async || {
            self.driver().query(By::XPath(path.as_str())).nowait().exists().await.unwrap_or(false)
        })
        .await;
    }
}
