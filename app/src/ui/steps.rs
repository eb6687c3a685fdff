//! Steps in a row: done, now, to come. Never a control.

use leptos::prelude::*;

use super::icon::{Glyph, draw};

/// Named steps and where one is.
#[component]
pub fn Steps(
    /// The names, in order.
    #[prop(into)]
    labels: Signal<Vec<String>>,
    /// The index of the current one; past the last, all are done.
    #[prop(into)]
    now: Signal<usize>,
) -> impl IntoView {
    let step = |(index, label): (usize, String), now: usize| {
        let state = match index.cmp(&now) {
            std::cmp::Ordering::Less => Some("done"),
            std::cmp::Ordering::Equal => Some("now"),
            std::cmp::Ordering::Greater => None,
        };
        let mark = if index < now { draw(Glyph::Check, "i") } else { (index + 1).to_string().into_any() };
        view! {
            <li data-state=state aria-current=(index == now).then_some("step")>
                <span class="dot">{mark}</span>
                {label}
            </li>
        }
    };
    let items = move || labels.get().into_iter().enumerate().map(|it| step(it, now.get())).collect_view();
    view! { <ol class="steps">{items}</ol> }.into_any()
}
