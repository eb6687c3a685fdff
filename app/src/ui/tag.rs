//! Small marks: a word on a ground, a number that waits, a letter in a square. Never a control.

use leptos::prelude::*;

use super::icon::{Glyph, draw_signal};
use super::tone::Tone;

/// A word, with an icon, on a soft ground. One tone per row.
#[component]
pub fn Tag(
    /// The word.
    #[prop(into)]
    label: Signal<String>,
    /// Its tone.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// A drawing before the word.
    #[prop(optional, into)]
    icon: Signal<Option<Glyph>>,
) -> impl IntoView {
    view! {
        <span class="tag" data-tone=move || tone.get().attr()>
            {draw_signal(icon)}
            {label}
        </span>
    }
    .into_any()
}

/// A number that waits.
#[component]
pub fn Badge(
    /// The number; above 99 it says so.
    #[prop(into)]
    count: Signal<u32>,
    /// What it counts, for screen readers.
    #[prop(optional, into)]
    label: Signal<String>,
    /// Red instead of black.
    #[prop(optional)]
    danger: bool,
) -> impl IntoView {
    let shown = move || if count.get() > 99 { "99+".to_owned() } else { count.get().to_string() };
    view! {
        <span class="badge" data-tone=danger.then_some("danger")>
            <span class="vh">{label} " "</span>
            {shown}
        </span>
    }
    .into_any()
}

/// A letter in a square; A is filled.
#[component]
pub fn Grade(
    /// The letter.
    #[prop(into)]
    letter: Signal<String>,
) -> impl IntoView {
    view! {
        <span class="grade" data-grade=letter>
            {letter}
        </span>
    }
    .into_any()
}
