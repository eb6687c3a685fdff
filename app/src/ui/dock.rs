//! The bar at the bottom: one line of consequence, a second action, the main action, and the tab bar on root screens.
//! Never two main actions.

use leptos::prelude::*;

/// Where the thumb is. Children are the actions: second ones first, the main one last.
#[component]
pub fn Dock(
    /// A line of consequence above the actions: a seal, a deadline.
    #[prop(optional, into)]
    note: Option<ViewFn>,
    /// The tab bar, on root screens.
    #[prop(optional, into)]
    tabs: Option<ViewFn>,
    /// One action below the other.
    #[prop(optional)]
    stacked: bool,
    /// Part of the page instead of a bar, as on the log-in screen.
    #[prop(optional)]
    plain: bool,
    /// The actions.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <footer class="dock" data-plain=plain.then_some("")>
            {note.map(|note| view! { <div class="note">{note.run()}</div> })}
            {children
                .map(|children| {
                    view! {
                        <div class="actions" data-stack=stacked.then_some("")>
                            {children()}
                        </div>
                    }
                })}
            {tabs.map(|tabs| tabs.run())}
        </footer>
    }
    .into_any()
}
