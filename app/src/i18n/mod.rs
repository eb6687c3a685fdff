//! The two languages. Sentences live in `app/locales`, one file per namespace; the build fails when one language
//! lacks a key. Never holds a sentence itself, never decides anything.
//!
//! In a component: `let i18n = use_i18n(); view! { {t!(i18n, visits.title)} }`, or `t_string!` for a text.
//! In plain Rust (view models, formats, refusals): take `impl Lang`, call `td_string!(it.locale(), visits.title)`;
//! tests pass `Locale::zh_CN` or `Locale::en`.

pub mod errors;
pub mod format;
pub mod refusals;
pub mod words;

mod generated {
    #![expect(
        missing_docs,
        unused_imports,
        clippy::all,
        clippy::pedantic,
        clippy::allow_attributes_without_reason,
        reason = "written by build.rs out of app/locales"
    )]
    include!(concat!(env!("OUT_DIR"), "/i18n.rs"));
}

pub use generated::i18n::{I18nKeys, Locale, use_i18n};
use leptos::prelude::*;
pub use leptos_i18n::{I18nContext, t, t_string, td, td_string};

/// The language as a signal, from the context of the app.
pub type I18n = I18nContext<Locale>;

/// What says which language to write in: the context (tracked, so that a switch shows at once) or a fixed one.
pub trait Lang: Copy {
    /// Returns the language.
    fn locale(self) -> Locale;
}

impl Lang for I18n {
    fn locale(self) -> Locale {
        self.get_locale()
    }
}

impl Lang for Locale {
    fn locale(self) -> Locale {
        self
    }
}

/// Makes the language available to everything below, starting with `initial`.
pub fn provide_language(initial: Locale) -> I18n {
    let context = leptos_i18n::context::init_i18n_subcontext::<Locale>(Some(Signal::stored(initial)));
    provide_context(context);
    context
}
