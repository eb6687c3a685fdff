//! What a manager does on a visit, as verbs of the phone.

use serde_json::Value;

use crate::phone::Phone;

impl Phone {
    /// Opens a visit of today that has not begun, and begins it. Returns its id.
    pub async fn open_a_visit(&self) -> String {
        self.go("/today").await;
        let rows = "return [...document.querySelectorAll('[data-testid=visit-row]')].map(it => (it.matches('a') ? it : it.querySelector('a'))?.getAttribute('href')).filter(Boolean)";
        self.see("visit-row").await;
        let paths = self.script(rows).await;
        for path in paths.as_array().unwrap().iter().filter_map(Value::as_str) {
            self.go(path).await;
            self.see("primary").await;
            if self.text().await.contains("签到，开始拜访") {
                self.tap("primary").await;
                self.wait_css("[data-testid^='item-']").await;
                return path.rsplit('/').next().unwrap().to_owned();
            }
        }
        panic!("no visit of today can be begun: {paths}");
    }

    /// Opens a tab of the visit.
    pub async fn tab(&self, name: &str) {
        self.tap_text(name).await;
    }

    /// Answers every item of the checklist but those named, by the first choice, a number, a word or a day.
    pub async fn answer_all_but(&self, left_out: &[String]) {
        self.tab("清单").await;
        let items = self.items().await;
        for item in items.iter().filter(|item| !left_out.contains(item)) {
            self.answer(item).await;
        }
    }

    /// Returns the keys of the items, as test ids.
    pub async fn items(&self) -> Vec<String> {
        self.wait_css("[data-testid^='item-']").await;
        let ids = self
            .script("return [...document.querySelectorAll(\"[data-testid^='item-']\")].map(it => it.dataset.testid)")
            .await;
        ids.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
    }

    /// Answers one item.
    pub async fn answer(&self, item: &str) {
        let at = format!("[data-testid='{item}']");
        let kind = self
            .script(&format!(
                "const it = document.querySelector(\"{at}\");
                 return it.querySelector('input[type=radio]') ? 'tap' : it.querySelector('textarea') ? 'text' : 'number'"
            ))
            .await;
        match kind.as_str().unwrap() {
            "tap" => self.tap_css(&format!("{at} label.chip")).await,
            "text" => self.type_at(&format!("{at} textarea"), "现场看过").await,
            _ => self.type_at(&format!("{at} input"), "3").await,
        }
    }

    /// Types into a field and leaves it.
    pub async fn type_at(&self, css: &str, text: &str) {
        self.tap_css(css).await;
        let field = self.wait_css(css).await;
        field.send_keys(text).await.unwrap();
        self.script("document.activeElement.blur()").await;
    }

    /// Writes a note on the visit that is open.
    pub async fn note(&self, text: &str) {
        self.tab("记录").await;
        self.type_into("note", text).await;
        self.tap_text("记下这条").await;
        self.see_text(text).await;
    }

    /// Answers everything, sets a next step, and ends the visit that is open.
    pub async fn finish_the_visit(&self) {
        self.answer_all_but(&[]).await;
        self.tab("记录").await;
        self.type_into("next_step", "带方案再来一次").await;
        self.script("document.activeElement.blur()").await;
        self.tap_text("结束拜访").await;
        self.see_text("再约一次").await;
    }
}
