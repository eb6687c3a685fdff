//! Small pictures side by side, each with a word on it when something is to be said, and the place to take another one.
//! Never loads a picture: it shows the address that it is given.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{File, HtmlInputElement};

use super::icon::{Glyph, draw};

/// A grid of small pictures.
#[component]
pub fn PhotoGrid(
    /// The tiles.
    children: Children,
) -> impl IntoView {
    view! { <ul class="photos">{children()}</ul> }.into_any()
}

/// One picture; a press shows it large.
#[component]
pub fn PhotoTile(
    /// What it shows, for who can't see it.
    #[prop(into)]
    label: Signal<String>,
    /// Where the picture is, once it is here.
    #[prop(into)]
    address: Signal<Option<String>>,
    /// What is to be said of it; empty: nothing.
    #[prop(into)]
    word: Signal<String>,
    /// What a press does.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    let picture = move || match address.get() {
        Some(address) => view! { <img src=address alt=""/> }.into_any(),
        None => draw(Glyph::Camera, "i").into_any(),
    };
    let said = move || {
        word.with(|word| (!word.is_empty()).then(|| view! { <span class="cap">{word.clone()}</span> }))
    };
    view! {
        <li>
            <button type="button" class="photo" aria-label=label on:click=move |_| on_press.run(())>
                {picture}
                {said}
            </button>
        </li>
    }
    .into_any()
}

/// The place to take a picture, or to choose one where there is no camera.
#[component]
pub fn TakePhoto(
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// While a picture is being made small: takes no other.
    #[prop(into)]
    busy: Signal<bool>,
    /// Takes the pictures.
    #[prop(into)]
    on_take: Callback<Vec<File>>,
) -> impl IntoView {
    let changed = move |event: leptos::ev::Event| {
        let Some(input) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else {
            return;
        };
        let files = input.files().map(|all| (0..all.length()).filter_map(|n| all.get(n)).collect::<Vec<_>>());
        // the same picture may be chosen again
        input.set_value("");
        if let Some(files) = files.filter(|files| !files.is_empty()) {
            on_take.run(files);
        }
    };
    view! {
        <li>
            <label class="addphoto" aria-busy=move || busy.get().then_some("true")>
                {draw(Glyph::Camera, "i")}
                <span>{label}</span>
                <input
                    type="file"
                    accept="image/*"
                    capture="environment"
                    data-testid="take-photo"
                    disabled=move || busy.get()
                    on:change=changed
                />
            </label>
        </li>
    }
    .into_any()
}
