//! One fact about this step, and what works instead; and what somebody typed, quoted. Never an excuse without a way on.

use leptos::prelude::*;

use super::icon::{Glyph, draw};
use super::tone::Tone;

/// A fact beside its cause.
#[component]
pub fn Notice(
    /// The sentence.
    #[prop(into)]
    text: Signal<String>,
    /// Its tone.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// The icon before it; an `i` in a circle if not given.
    #[prop(optional, into)]
    icon: Option<Glyph>,
    /// Says it to screen readers when it appears.
    #[prop(optional)]
    live: bool,
    /// Under the sentence: a link or a button that helps.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="notice" data-tone=move || tone.get().attr() role=live.then_some("status")>
            {draw(icon.unwrap_or(Glyph::Info), "i")}
            <span>{text} {children.map(|children| children())}</span>
        </div>
    }
    .into_any()
}

/// What somebody typed, as it was.
#[component]
pub fn Quoted(
    /// Whose words, or which ones.
    #[prop(optional, into)]
    label: Signal<String>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="quoted">
            {move || label.with(|it| (!it.is_empty()).then(|| view! { <p class="tiny">{it.clone()}</p> }))}
            {children()}
        </div>
    }
    .into_any()
}
