//! The bars at the top: for reading, with one way back. Never holds a main action, which belongs to the thumb.

use leptos::prelude::*;

use super::button::IconButton;
use super::icon::Glyph;
use super::ids::fresh_id;

/// The bar of a screen that one came to from another.
#[component]
pub fn NavBar(
    /// The screen's title, its `h1`.
    #[prop(into)]
    title: Signal<String>,
    /// A second, smaller line.
    #[prop(optional, into)]
    subtitle: Signal<String>,
    /// The accessible name of the way back.
    #[prop(optional, into)]
    back_label: Signal<String>,
    /// Where back leads.
    #[prop(optional, into)]
    back: Option<Signal<String>>,
    /// What back does, where it isn't a link.
    #[prop(optional, into)]
    on_back: Option<Callback<()>>,
    /// At the end of the bar: one icon button, or a chip.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let way_back = match (back, on_back) {
        (Some(href), _) => {
            Some(view! { <IconButton label=back_label icon=Glyph::Back href=href /> }.into_any())
        }
        (None, Some(run)) => {
            Some(view! { <IconButton label=back_label icon=Glyph::Back on_press=run /> }.into_any())
        }
        (None, None) => None,
    };
    view! {
        <header class="navbar">
            {way_back}
            <div>
                <h1 id=fresh_id("title") tabindex="-1">
                    {title}
                </h1>
                {move || second_line(subtitle)}
            </div>
            {children.map(|children| children())}
        </header>
    }
    .into_any()
}

/// The bar of a root screen: large title, the program's state at its end.
#[component]
pub fn RootBar(
    /// The screen's title, its `h1`.
    #[prop(into)]
    title: Signal<String>,
    /// A smaller line above it, such as the date.
    #[prop(optional, into)]
    eyebrow: Signal<String>,
    /// At the end of the bar: the sync chip.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="navbar root">
            <div>
                {move || second_line(eyebrow)}
                <h1 id=fresh_id("title") tabindex="-1">
                    {title}
                </h1>
            </div>
            {children.map(|children| children())}
        </header>
    }
    .into_any()
}

fn second_line(line: Signal<String>) -> Option<AnyView> {
    line.with(|line| (!line.is_empty()).then(|| view! { <p>{line.clone()}</p> }.into_any()))
}
