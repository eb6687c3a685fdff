//! The two languages. Sentences live in `app/locales`, one file per namespace; the build fails when one language lacks
//! a key, when code names a key that is not there, and when it doesn't bring what the sentence needs. Never holds a
//! sentence itself, never decides anything.
//!
//! In a component: `let i18n = use_i18n(); view! { {move || t_string!(i18n, visits.title)} }`. In plain Rust (view
//! models, formats, refusals): take `impl Lang`, call `td_string!(lang.locale(), visits.left, count = n)`; tests pass
//! `Locale::zh_CN` or `Locale::en`.

pub mod errors;
pub mod format;
pub mod reasons;
pub mod refusals;
mod sentence;
pub mod words;

use leptos::prelude::*;

pub use sentence::{Sentence, Texts, filled, keys, plain};
pub(crate) use sentence::{t_string, td_string};

/// A language.
#[expect(non_camel_case_types, reason = "the tags of the languages, as in app/locales")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locale {
    /// Chinese, first.
    zh_CN,
    /// English.
    en,
}

/// The language as a signal, from the context of the app. Copy.
#[derive(Clone, Copy)]
pub struct I18n(RwSignal<Locale>);

impl I18n {
    /// Shows another language.
    pub fn set_locale(self, locale: Locale) {
        self.0.set(locale);
    }
}

/// What says which language to write in: the context (tracked, so that a switch shows at once) or a fixed one.
pub trait Lang: Copy {
    /// Returns the language.
    fn locale(self) -> Locale;
}

impl Lang for I18n {
    fn locale(self) -> Locale {
        self.0.get()
    }
}

impl Lang for Locale {
    fn locale(self) -> Locale {
        self
    }
}

/// Makes the language available to everything below, starting with `initial`.
pub fn provide_language(initial: Locale) -> I18n {
    let i18n = I18n(RwSignal::new(initial));
    provide_context(i18n);
    i18n
}

/// Returns the language of the app.
pub fn use_i18n() -> I18n {
    expect_context()
}
