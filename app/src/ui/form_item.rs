//! One question of a list of questions, amber while a required answer is missing. Never greys anything out.

use leptos::prelude::*;

use super::tag::Tag;
use super::tone::Tone;

/// A question and its controls.
#[component]
pub fn FormItem(
    /// The question.
    #[prop(into)]
    title: Signal<String>,
    /// Its address on the page, so that the dock's button can lead to it.
    #[prop(optional, into)]
    id: Option<String>,
    /// Whether a required answer is missing.
    #[prop(optional, into)]
    missing: Signal<bool>,
    /// The words beside the question while it is.
    #[prop(optional, into)]
    missing_label: Signal<String>,
    /// What to know before answering.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// The controls, with their own labels hidden.
    children: Children,
) -> impl IntoView {
    view! {
        <fieldset class="item" id=id tabindex="-1" data-state=move || missing.get().then_some("missing")>
            <legend>
                {title} " "
                {move || missing.get().then(|| view! { <Tag label=missing_label tone=Tone::Warn /> })}
            </legend>
            {children()}
            {move || hint.with(|it| (!it.is_empty()).then(|| view! { <p class="hint">{it.clone()}</p> }))}
        </fieldset>
    }
    .into_any()
}
