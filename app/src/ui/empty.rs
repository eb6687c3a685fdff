//! Nothing here: one sentence of fact, one button that helps. Never "no data".

use leptos::prelude::*;

/// The place of a list that has nothing to show.
#[component]
pub fn Empty(
    /// The fact.
    #[prop(into)]
    title: Signal<String>,
    /// What could be done.
    #[prop(optional, into)]
    note: Signal<String>,
    /// One button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="card empty">
            <svg width="72" height="48" viewBox="0 0 72 48" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true">
                <path d="M6 12h26v24H6zM66 6v36"></path>
                <path d="M40 24h18" stroke-dasharray="1 7"></path>
            </svg>
            <h2>{title}</h2>
            {move || note.with(|it| (!it.is_empty()).then(|| view! { <p>{it.clone()}</p> }))}
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
