//! The seal: filled, dashed or struck, so that it survives a black-and-white print. Never red for anything else.

use leptos::prelude::*;

use super::icon::{Glyph, draw};

/// How much a paper with this seal promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StampState {
    /// Filled: it holds.
    Binding,
    /// Dashed: to be going on with.
    Indicative,
    /// Struck: no longer.
    Expired,
}

impl StampState {
    const fn attr(self) -> &'static str {
        match self {
            Self::Binding => "binding",
            Self::Indicative => "indicative",
            Self::Expired => "expired",
        }
    }

    const fn glyph(self) -> Glyph {
        match self {
            Self::Binding => Glyph::SealBinding,
            Self::Indicative => Glyph::SealIndicative,
            Self::Expired => Glyph::SealExpired,
        }
    }
}

/// The seal in a line of text.
#[component]
pub fn Stamp(
    /// Its shape.
    #[prop(into)]
    state: Signal<StampState>,
    /// Its word.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    view! {
        <span class="stamp" data-state=move || state.get().attr()>
            {move || draw(state.get().glyph(), "i seal")}
            <b>{label}</b>
        </span>
    }
    .into_any()
}

/// The seal as one sets it on paper, 72 px.
#[component]
pub fn BigStamp(
    /// Its shape.
    #[prop(into)]
    state: Signal<StampState>,
    /// Its word: two Hanzi, or one short Latin word.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="sealbig" data-state=move || state.get().attr() role="img" aria-label=label>
            <span aria-hidden="true">{label}</span>
        </div>
    }
    .into_any()
}
