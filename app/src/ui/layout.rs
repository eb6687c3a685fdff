//! The frame of one screen. On a phone its middle scrolls between bar and dock, in a wide or low window the document.

use leptos::prelude::*;

/// The column that holds a screen's bar, body and dock.
#[component]
pub fn Screen(
    /// Bar, [`Body`] and dock, in this order.
    children: Children,
) -> impl IntoView {
    view! { <div class="screen">{children()}</div> }.into_any()
}

/// The main region between bar and dock.
#[component]
pub fn Body(
    /// Space between its sections on the 4 px grid: 4, 5 or 6 (the default).
    #[prop(default = 6)]
    gap: u8,
    /// The sections.
    children: Children,
) -> impl IntoView {
    let gap = match gap {
        4 => Some("4"),
        5 => Some("5"),
        _ => None,
    };
    // it scrolls, so keys must reach it, also on a page without anything else to focus
    view! {
        <main class="body" data-gap=gap tabindex="0">
            {children()}
        </main>
    }
    .into_any()
}
