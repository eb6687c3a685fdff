//! A long list in pages of fifty: what nobody scrolls to is never built. Never sorts or filters.

use leptos::prelude::*;

use crate::i18n::{t_string, use_i18n};
use crate::ui::{Button, ButtonKind, Card};

const PAGE: usize = 50;

/// Rows inside one card, and a button for more.
#[component]
pub fn Paged<T, F>(
    /// All of them.
    #[prop(into)]
    items: Signal<Vec<T>>,
    /// Draws one.
    row: F,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T) -> AnyView + Clone + Send + Sync + 'static,
{
    let i18n = use_i18n();
    let shown = RwSignal::new(PAGE);
    let rows =
        move || items.with(|all| all.iter().take(shown.get()).cloned().map(row.clone()).collect::<Vec<_>>());
    let hidden = Memo::new(move |_| items.with(Vec::len).saturating_sub(shown.get()));
    view! {
        <Card long=true>{rows}</Card>
        <Show when=move || { hidden.get() > 0 }>
            <Button
                kind=ButtonKind::Quiet
                label=move || t_string!(i18n, common.parts.more, count = hidden.get().to_string())
                on_press=move |()| shown.update(|it| *it += PAGE)
            />
        </Show>
    }
    .into_any()
}
