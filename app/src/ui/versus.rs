//! Two values for one thing, and who wrote each. Never preselects one: the user decides.

use leptos::prelude::*;

use super::ids::fresh_id;

/// One of the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// What picking it stores.
    pub value: String,
    /// The value as it is shown.
    pub text: String,
    /// Who wrote it, and when.
    pub who: String,
}

/// Values side by side, one to be picked.
#[component]
pub fn Versus(
    /// What is asked.
    #[prop(into)]
    label: Signal<String>,
    /// The values.
    #[prop(into)]
    sides: Signal<Vec<Side>>,
    /// The picked one; empty until the user picks.
    picked: RwSignal<String>,
) -> impl IntoView {
    let name = fresh_id("v");
    let side = move |it: Side| {
        let (mine, chosen) = (it.value.clone(), it.value);
        view! {
            <label>
                <input
                    type="radio"
                    name=name.clone()
                    prop:checked=move || picked.with(|now| *now == mine)
                    on:change=move |_| picked.set(chosen.clone())
                />
                <span>
                    <span class="val">{it.text}</span>
                    <span class="who">{it.who}</span>
                </span>
            </label>
        }
        .into_any()
    };
    let sides = move || sides.get().into_iter().map(side.clone()).collect_view();
    view! {
        <fieldset class="versus">
            <legend class="vh">{label}</legend>
            {sides}
        </fieldset>
    }
    .into_any()
}
