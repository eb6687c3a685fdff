//! A small whole number by taps. Never for money or percents: those have the keypad.

use leptos::html;
use leptos::prelude::*;

use super::icon::{Glyph, draw};
use super::ids::fresh_id;
use super::inputs::{own_name, plain_digits};

/// Less, the number, more.
#[component]
pub fn Stepper(
    /// What is counted, beside it.
    #[prop(into)]
    label: Signal<String>,
    /// Shows the label to screen readers only.
    #[prop(optional)]
    hide_label: bool,
    /// The number as text; empty if none.
    value: RwSignal<String>,
    /// The element's own name, the same in every language.
    #[prop(optional)]
    name: &'static str,
    /// The smallest.
    #[prop(default = 0)]
    min: i64,
    /// The largest.
    #[prop(default = 999_999)]
    max: i64,
    /// The accessible name of less.
    #[prop(into)]
    less_label: Signal<String>,
    /// The accessible name of more.
    #[prop(into)]
    more_label: Signal<String>,
    /// The unit behind it.
    #[prop(optional, into)]
    unit: Signal<String>,
    /// When the number has changed.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let id = fresh_id("n");
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        let now = value.get();
        if let Some(input) = node.get()
            && input.value() != now
        {
            input.set_value(&now);
        }
    });
    let put = move |next: String| {
        value.set(next.clone());
        if let Some(on_change) = on_change {
            on_change.run(next);
        }
    };
    let step = move |by: i64| put(stepped(&value.get_untracked(), by, min, max));
    let label_class = if hide_label { "vh" } else { "small grow" };
    view! {
        <div class="row">
            <label class=label_class for=id.clone()>
                {label}
            </label>
            <span class="stepper">
                <button type="button" aria-label=less_label on:click=move |_| step(-1)>
                    {draw(Glyph::Minus, "i")}
                </button>
                <input
                    node_ref=node
                    id=id
                    name=own_name(name)
                    inputmode="numeric"
                    autocomplete="off"
                    enterkeyhint="done"
                    prop:value=value.get_untracked()
                    on:input=move |event| put(plain_digits(&event_target_value(&event)))
                />
                <button type="button" aria-label=more_label on:click=move |_| step(1)>
                    {draw(Glyph::Plus, "i")}
                </button>
            </span>
            {move || unit.with(|it| (!it.is_empty()).then(|| view! { <span class="unit">{it.clone()}</span> }))}
        </div>
    }
    .into_any()
}

/// Returns the next number; what isn't one counts as just beside the smallest.
fn stepped(text: &str, by: i64, min: i64, max: i64) -> String {
    let next = text.trim().parse::<i64>().map_or(min, |now| now.saturating_add(by));
    next.clamp(min, max).to_string()
}

#[cfg(test)]
mod tests {
    use super::stepped;

    #[test]
    fn steps_stay_within_their_bounds() {
        assert_eq!(stepped("3", 1, 0, 9), "4");
        assert_eq!(stepped("0", -1, 0, 9), "0");
        assert_eq!(stepped("9", 1, 0, 9), "9");
        assert_eq!(stepped("", 1, 1, 9), "1");
        assert_eq!(stepped("three", -1, 0, 9), "0");
        assert_eq!(stepped("9223372036854775807", 1, 0, i64::MAX), "9223372036854775807");
    }
}
