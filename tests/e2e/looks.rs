//! What every screen owes its reader: no accessibility violation, in both languages and both lights; the main
//! action under the thumb; no text cut on a small phone with large text; and an app that can be installed.

use serde_json::{Value, json};

use crate::office::{Office, env};
use crate::phone::Phone;

/// Screens with fixed addresses, by who may see them.
const SCREENS: [(&str, &[&str]); 4] = [
    (
        "chen",
        &[
            "/today",
            "/customers",
            "/customers/new",
            "/visits",
            "/visits/new",
            "/visits/record",
            "/quotes",
            "/quotes/new",
            "/opportunities",
            "/opportunities/new",
            "/inbox",
            "/sync",
            "/me",
            "/me/password",
            "/me/lock",
            "/deputies",
            "/devices",
            "/offline-ready",
            "/search",
            "/nowhere",
            "/rescue.html",
            "/spending",
        ],
    ),
    ("wang", &["/today", "/approvals", "/digests", "/deputies", "/spending"]),
    ("zhao", &["/today", "/approvals"]),
    (
        "admin",
        &[
            "/today",
            "/admin",
            "/admin/units",
            "/admin/members",
            "/admin/members/new",
            "/admin/letterhead",
            "/admin/limits",
            "/admin/reasons",
            "/admin/price-books",
            "/admin/price-books/new",
            "/admin/frameworks",
            // the customer of the demo that has an agreement
            "/admin/frameworks/00de0000-0000-7010-8000-00000000000a",
            "/admin/frameworks/00de0000-0000-7010-8000-00000000000a/new",
        ],
    ),
];

/// Returns the screens of this user, with one of each kind that needs a record.
async fn screens(office: &Office, login: &str) -> Vec<String> {
    let fixed = SCREENS.iter().find(|(who, _)| *who == login).map(|(_, all)| *all).unwrap_or_default();
    let mut all: Vec<String> = fixed.iter().map(|it| (*it).to_owned()).collect();
    let teller = office.teller(login).await;
    let (rows, _) = teller.everything().await;
    let pages: &[(&str, &str, &str)] = match login {
        "chen" => &[
            ("customer", "/customers/", ""),
            ("customer", "/customers/", "/edit"),
            ("customer", "/customers/", "/contacts/new"),
            ("contact", "/contacts/", "/edit"),
            ("visit", "/visits/", ""),
            ("opportunity", "/opportunities/", ""),
        ],
        "admin" => &[("member", "/admin/members/", ""), ("costs", "/admin/price-books/", "/costs")],
        _ => &[("case", "/approvals/", "")],
    };
    for (typ, before, after) in pages {
        let row =
            rows.iter().find(|row| row["typ"] == *typ).unwrap_or_else(|| panic!("{login} has no {typ}"));
        all.push(format!("{before}{}{after}", row["id"].as_str().unwrap()));
    }
    if login == "chen" {
        // one of each state: they look different
        for state in ["draft", "binding", "submitted", "approved", "returned"] {
            let quote = rows.iter().find(|row| row["typ"] == "quote" && row["body"]["state"] == state);
            let id = quote.map(|it| it["id"].as_str().unwrap().to_owned());
            all.extend(id.iter().map(|id| format!("/quotes/{id}")));
            all.extend(id.iter().map(|id| format!("/quotes/{id}/paper")));
        }
        for state in ["open", "finished"] {
            let visit =
                rows.iter().find(|row| row["typ"] == "visit" && row["body"]["state"]["state"] == state);
            all.extend(visit.map(|it| format!("/visits/{}", it["id"].as_str().unwrap())));
        }
    }
    all
}

impl Phone {
    /// Opens a screen in a language and waits until it shows what it has.
    async fn look(&self, path: &str, language: &str) {
        self.script(&format!("localStorage.setItem('leeway.lang', '{language}')")).await;
        self.go(path).await;
        self.until(&format!("{path} to be there"), async || {
            let there = "return !!document.querySelector('h1') && !document.querySelector('.skel')
                && document.documentElement.dataset.ready !== undefined";
            self.script(there).await == true
        })
        .await;
    }

    /// Asks for no motion: a color half-way between two themes is nobody's choice.
    pub async fn keep_still(&self) {
        let still = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        self.cdp("Emulation.setEmulatedMedia", still).await;
    }

    /// Loads what looks for violations.
    pub async fn inject_axe(&self) {
        let source =
            std::fs::read_to_string(format!("{}/axe-core/axe.min.js", env("LEEWAY_NODE_MODULES"))).unwrap();
        self.script(&source).await;
    }

    /// Returns what hinders people with disabilities.
    pub async fn violations(&self) -> Vec<String> {
        let run = "const done = arguments[arguments.length - 1];
            axe.run(document, { runOnly: { type: 'tag', values: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa'] } })
              .then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '))))
              .catch(e => done([String(e)]))";
        let found = self.driver().execute_async(run, Vec::new()).await.unwrap().json().clone();
        strings(&found)
    }

    /// Returns what is too small for a finger, or too high for a thumb.
    pub async fn out_of_reach(&self) -> Vec<String> {
        let look = "const low = innerHeight * 0.4, found = [];
            for (const it of document.querySelectorAll('[data-testid=primary]')) {
              const box = it.getBoundingClientRect();
              if (!box.width) continue;
              if (box.top < low && box.bottom < innerHeight) found.push('too high: ' + it.innerText);
              if (box.height < 48 || box.width < 48) found.push('too small: ' + it.innerText);
            }
            for (const it of document.querySelectorAll('.btn, .iconbtn, .chip, .tabbar a, .photo, .addphoto')) {
              const box = it.getBoundingClientRect();
              if (box.width && (box.height < 47.5 || box.width < 47.5))
                found.push('under 48 px: ' + it.outerHTML.slice(0, 120));
            }
            for (const it of document.querySelectorAll('input[type=file]'))
              if (getComputedStyle(it).opacity !== '0') found.push('without style: ' + it.outerHTML.slice(0, 120));
            return found";
        strings(&self.script(look).await)
    }

    /// Returns what does not fit.
    pub async fn cut(&self) -> Vec<String> {
        let look = "const found = [];
            for (const root of [document.scrollingElement, ...document.querySelectorAll('main')]) {
              if (root.scrollWidth <= innerWidth + 1) continue;
              const wide = [...document.querySelectorAll('body *')].filter(it => it.getBoundingClientRect().right > innerWidth + 1);
              found.push('the page is ' + root.scrollWidth + ' wide: ' + wide.slice(-2).map(it => it.outerHTML.slice(0, 160)).join(' | '));
            }
            for (const it of document.querySelectorAll('body *')) {
              const style = getComputedStyle(it);
              if (it.closest('.vh, [hidden], svg') || !it.innerText) continue;
              const hides = ['hidden', 'clip'].includes(style.overflowX);
              if (hides && it.scrollWidth > it.clientWidth + 1) found.push('cut: ' + it.outerHTML.slice(0, 160));
            }
            return found";
        strings(&self.script(look).await)
    }
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|it| it.as_str().unwrap_or_default().to_owned()).collect()
}

/// Looks at all screens of a user, and collects all that is wrong before it fails.
async fn inspect(login: &str) {
    let office = Office::open();
    let paths = screens(&office, login).await;
    let phone = office.phone_of(login).await;
    phone.keep_still().await;
    let mut found = Vec::new();
    for language in ["zh-CN", "en"] {
        for path in &paths {
            phone.look(path, language).await;
            phone.inject_axe().await;
            for theme in ["light", "dark"] {
                phone.script(&format!("document.documentElement.dataset.theme = '{theme}'")).await;
                let at = format!("{login} {path} {language} {theme}");
                found.extend(phone.violations().await.into_iter().map(|it| format!("{at}: {it}")));
            }
            phone.resize(390, 844).await;
            found.extend(
                phone.out_of_reach().await.into_iter().map(|it| format!("{login} {path} {language}: {it}")),
            );
            phone.resize(320, 640).await;
            phone.script("document.documentElement.style.fontSize = '200%'").await;
            found.extend(
                phone
                    .cut()
                    .await
                    .into_iter()
                    .map(|it| format!("{login} {path} {language} 320 px 200 %: {it}")),
            );
            phone.resize(390, 844).await;
        }
    }
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

#[tokio::test]
async fn every_screen_of_a_manager_is_fit_to_read() {
    inspect("chen").await;
}

#[tokio::test]
async fn every_screen_of_a_unit_head_is_fit_to_read() {
    inspect("wang").await;
}

#[tokio::test]
async fn every_screen_of_an_approver_is_fit_to_read() {
    inspect("zhao").await;
}

#[tokio::test]
async fn every_screen_of_an_admin_is_fit_to_read() {
    inspect("admin").await;
}

#[tokio::test]
async fn the_log_in_screen_is_fit_to_read() {
    let office = Office::open();
    let phone = office.phone().await;
    for language in ["zh-CN", "en"] {
        phone.look("/login", language).await;
        phone.inject_axe().await;
        assert_eq!(phone.violations().await, Vec::<String>::new());
        assert_eq!(phone.out_of_reach().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn the_app_can_be_installed() {
    let office = Office::open();
    let phone = office.phone_of("chen").await;
    phone.until_installed().await;
    phone.reload().await;
    phone.see("sync-chip").await;
    let answer = phone.cdp("Page.getInstallabilityErrors", json!({})).await;
    assert_eq!(answer["installabilityErrors"], json!([]), "{answer}");
}
