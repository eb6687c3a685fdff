//! What stands while local data is being read. Never for longer than a second, never for the network.

use leptos::prelude::*;

/// Cards of grey lines.
#[component]
pub fn Skeleton(
    /// How many cards.
    #[prop(default = 2)]
    cards: usize,
) -> impl IntoView {
    let card = || {
        view! {
            <div class="card pad stack">
                <span class="skel"></span>
                <span class="skel" data-w="l"></span>
                <span class="skel" data-w="s"></span>
            </div>
        }
    };
    view! {
        <div class="stack" aria-hidden="true">
            {(0..cards).map(|_| card()).collect_view()}
        </div>
    }
    .into_any()
}
