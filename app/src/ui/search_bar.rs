//! A field that filters what is below it while one types. Never sends anything.

use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

use super::button::IconButton;
use super::icon::{Glyph, draw};

/// A search field with a cross that empties it.
#[component]
pub fn SearchBar(
    /// What is searched.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed.
    value: RwSignal<String>,
    /// What can be typed, shown while empty.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// The accessible name of the cross.
    #[prop(into)]
    clear_label: Signal<String>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        let now = value.get();
        if let Some(input) = node.get()
            && input.value() != now
        {
            input.set_value(&now);
        }
    });
    // the keyboard's search key: results are there already, so only the keyboard goes
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(input) = node.get_untracked() {
            let _ = input.blur();
        }
    };
    let clear = move |()| {
        value.set(String::new());
        if let Some(input) = node.get_untracked() {
            let _ = input.focus();
        }
    };
    view! {
        <form class="searchbar" role="search" on:submit=submit>
            {draw(Glyph::Search, "i")}
            <input
                node_ref=node
                type="search"
                inputmode="search"
                enterkeyhint="search"
                autocomplete="off"
                spellcheck="false"
                aria-label=label
                placeholder=placeholder
                prop:value=value.get_untracked()
                on:input=move |event| value.set(event_target_value(&event))
            />
            {move || {
                value
                    .with(|it| !it.is_empty())
                    .then(|| view! { <IconButton label=clear_label icon=Glyph::Close on_press=clear /> })
            }}
        </form>
    }
    .into_any()
}
