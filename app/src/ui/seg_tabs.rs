//! A few views of one place, one of them shown. Never leads to another screen.

use leptos::prelude::*;

use super::chips::Choice;

/// Buttons in one sunken bar.
#[component]
pub fn SegTabs(
    /// What is switched.
    #[prop(into)]
    label: Signal<String>,
    /// The views.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// The one that is shown.
    value: RwSignal<String>,
) -> impl IntoView {
    let tab = move |it: Choice| {
        let (mine, chosen) = (it.value.clone(), it.value);
        view! {
            <button
                type="button"
                aria-pressed=move || value.with(|now| *now == mine).to_string()
                on:click=move |_| value.set(chosen.clone())
            >
                {it.label}
            </button>
        }
        .into_any()
    };
    let tabs = move || options.get().into_iter().map(tab).collect_view();
    view! {
        <div class="segtabs" role="group" aria-label=label>
            {tabs}
        </div>
    }
    .into_any()
}
