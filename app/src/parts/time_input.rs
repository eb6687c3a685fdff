//! A time of day by the system's own picker. Never judges it.

use leptos::html;
use leptos::prelude::*;

use crate::ui::fresh_id;

/// A time as `14:30`; empty if none.
#[component]
pub fn TimeInput(
    /// What is asked.
    #[prop(into)]
    label: Signal<String>,
    /// The time.
    value: RwSignal<String>,
    /// The element's own name.
    name: &'static str,
    /// What to know before choosing.
    #[prop(into)]
    hint: Signal<String>,
) -> impl IntoView {
    let id = fresh_id("t");
    let hint_id = format!("{id}-h");
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        let now = value.get();
        if let Some(input) = node.get()
            && input.value() != now
        {
            input.set_value(&now);
        }
    });
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                class="input"
                node_ref=node
                id=id
                name=name
                type="time"
                aria-describedby=hint_id.clone()
                on:input=move |event| value.set(event_target_value(&event))
            />
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
    .into_any()
}
