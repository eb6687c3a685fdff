//! What surrounds a control: label, hint, error. Never checks anything: the error comes in as a sentence.

use leptos::prelude::*;

use super::icon::{Glyph, draw};
use super::ids::fresh_id;

/// What kind of text is typed, which decides the keyboard that comes up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Anything.
    #[default]
    Text,
    /// A telephone number.
    Tel,
    /// An e-mail address.
    Email,
    /// A secret; pasting works.
    Password,
    /// A number of things.
    Digits,
    /// A few secret digits.
    Pin,
    /// Capital letters and digits, such as a credit code.
    Code,
}

impl InputKind {
    /// Returns `type`, `inputmode` and `autocapitalize`.
    pub(super) const fn attrs(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Text => ("text", "text", "sentences"),
            Self::Tel => ("tel", "tel", "off"),
            Self::Email => ("email", "email", "off"),
            Self::Password => ("password", "text", "off"),
            Self::Digits => ("text", "numeric", "off"),
            Self::Pin => ("password", "numeric", "off"),
            Self::Code => ("text", "text", "characters"),
        }
    }
}

/// The words around one control, and the ids that tie them together.
#[derive(Clone)]
pub(super) struct Around {
    pub id: String,
    pub label: Signal<String>,
    pub hide_label: bool,
    pub hint: Signal<String>,
    pub error: Signal<String>,
}

impl Around {
    pub fn new(label: Signal<String>, hide_label: bool, hint: Signal<String>, error: Signal<String>) -> Self {
        Self { id: fresh_id("f"), label, hide_label, hint, error }
    }

    /// Returns the value of `aria-describedby`: the hint, then the error, whichever is there.
    pub fn described_by(&self) -> Signal<Option<String>> {
        let (id, hint, error) = (self.id.clone(), self.hint, self.error);
        Signal::derive(move || match (hint.with(String::is_empty), error.with(String::is_empty)) {
            (true, true) => None,
            (false, true) => Some(format!("{id}-h")),
            (true, false) => Some(format!("{id}-e")),
            (false, false) => Some(format!("{id}-h {id}-e")),
        })
    }

    /// Returns the value of `aria-invalid`.
    pub fn invalid(&self) -> Signal<Option<&'static str>> {
        let error = self.error;
        Signal::derive(move || (!error.with(String::is_empty)).then_some("true"))
    }

    /// Lays a control that one label names between its words.
    pub fn field(&self, control: AnyView) -> AnyView {
        let class = self.hide_label.then_some("vh");
        view! {
            <div class="field">
                <label class=class for=self.id.clone()>
                    {self.label}
                </label>
                {control}
                {self.below()}
            </div>
        }
        .into_any()
    }

    /// Lays a group of controls under one legend.
    pub fn group(&self, controls: AnyView) -> AnyView {
        let class = self.hide_label.then_some("vh");
        view! {
            <fieldset class="field" aria-describedby=self.described_by() aria-invalid=self.invalid()>
                <legend class=class>{self.label}</legend>
                {controls}
                {self.below()}
            </fieldset>
        }
        .into_any()
    }

    fn below(&self) -> AnyView {
        let (hint, error) = (self.hint, self.error);
        let (hint_id, error_id) = (format!("{}-h", self.id), format!("{}-e", self.id));
        let hint = move || {
            hint.with(|it| {
                (!it.is_empty()).then(|| view! { <p class="hint" id=hint_id.clone()>{it.clone()}</p> })
            })
        };
        let error = move || {
            error.with(|it| {
                let words = || view! { {draw(Glyph::Alert, "i")} <span>{it.clone()}</span> };
                (!it.is_empty()).then(words)
            })
        };
        view! {
            {hint}
            <p class="err" id=error_id aria-live="polite">
                {error}
            </p>
        }
        .into_any()
    }
}

/// A legend over controls of one's own making, with hint and error.
#[component]
pub fn Field(
    /// The legend.
    #[prop(into)]
    label: Signal<String>,
    /// Shows it to screen readers only.
    #[prop(optional)]
    hide_label: bool,
    /// What to know before typing.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong and what to do; empty if nothing is.
    #[prop(optional, into)]
    error: Signal<String>,
    /// The controls.
    children: Children,
) -> impl IntoView {
    Around::new(label, hide_label, hint, error).group(children())
}
