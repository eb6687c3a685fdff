//! What happened, newest first, or who decides and when. Never shortens a name.

use leptos::prelude::*;

use super::icon::{Glyph, draw};
use super::tone::Tone;

/// A column of things that happened.
#[component]
pub fn Timeline(
    /// The items.
    children: Children,
) -> impl IntoView {
    view! { <ol class="card pad timeline">{children()}</ol> }.into_any()
}

/// One thing that happened.
#[component]
pub fn TimelineItem(
    /// Its drawing.
    icon: Glyph,
    /// The ground of the drawing.
    #[prop(optional)]
    tone: Tone,
    /// What happened.
    #[prop(into)]
    title: Signal<String>,
    /// When, by whom.
    #[prop(optional, into)]
    note: Signal<String>,
    /// At the end of the first line: a figure, a state.
    #[prop(optional, into)]
    trail: Option<ViewFn>,
    /// Under the lines: a seal, an action.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <li>
            <span class="dot" data-tone=tone.attr()>
                {draw(icon, "i")}
            </span>
            <div>
                <p class="head">
                    <span>{title}</span>
                    {trail.map(|trail| view! { <span class="trail">{trail.run()}</span> })}
                </p>
                {move || note.with(|it| (!it.is_empty()).then(|| view! { <p class="small">{it.clone()}</p> }))}
                {children.map(|children| children())}
            </div>
        </li>
    }
    .into_any()
}
