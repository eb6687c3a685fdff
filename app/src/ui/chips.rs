//! A tap instead of typing: chips on real radio buttons and checkboxes. Never more than fit on a few lines.

use leptos::prelude::*;

use super::field::Around;
use super::icon::{Glyph, draw};
use super::ids::fresh_id;

/// One thing that can be chosen: what is stored and what is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is stored.
    pub value: String,
    /// What is shown.
    pub label: String,
}

impl Choice {
    /// Makes a choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// One of a few.
#[component]
pub fn ChipsSingle(
    /// What is asked.
    #[prop(into)]
    label: Signal<String>,
    /// What can be chosen.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// The chosen value; empty if none.
    value: RwSignal<String>,
    /// Shows the label to screen readers only.
    #[prop(optional)]
    hide_label: bool,
    /// What to know before choosing.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong and what to do; empty if nothing is.
    #[prop(optional, into)]
    error: Signal<String>,
    /// All chips equally wide.
    #[prop(optional)]
    even: bool,
    /// When one was chosen.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let around = Around::new(label, hide_label, hint, error);
    let name = fresh_id("r");
    let chip = move |it: Choice| {
        let (mine, chosen) = (it.value.clone(), it.value);
        let change = move |_| {
            value.set(chosen.clone());
            if let Some(on_change) = on_change {
                on_change.run(chosen.clone());
            }
        };
        view! {
            <label class="chip">
                <input type="radio" name=name.clone() prop:checked=move || value.with(|now| *now == mine) on:change=change />
                {draw(Glyph::Check, "i")}
                {it.label}
            </label>
        }
        .into_any()
    };
    let chips = move || options.get().into_iter().map(chip.clone()).collect_view();
    around.group(
        view! {
            <div class="chips" data-even=even.then_some("")>
                {chips}
            </div>
        }
        .into_any(),
    )
}

/// Any of a few.
#[component]
pub fn ChipsMulti(
    /// What is asked.
    #[prop(into)]
    label: Signal<String>,
    /// What can be chosen.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// The chosen values, in the order of the options.
    value: RwSignal<Vec<String>>,
    /// Shows the label to screen readers only.
    #[prop(optional)]
    hide_label: bool,
    /// What to know before choosing.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong and what to do; empty if nothing is.
    #[prop(optional, into)]
    error: Signal<String>,
    /// When the choice has changed.
    #[prop(optional, into)]
    on_change: Option<Callback<Vec<String>>>,
) -> impl IntoView {
    let around = Around::new(label, hide_label, hint, error);
    let chip = move |it: Choice| {
        let (mine, chosen) = (it.value.clone(), it.value);
        let change = move |event| {
            let all = options.get_untracked();
            let next = toggled(&all, &value.get_untracked(), &chosen, event_target_checked(&event));
            value.set(next.clone());
            if let Some(on_change) = on_change {
                on_change.run(next);
            }
        };
        view! {
            <label class="chip">
                <input type="checkbox" prop:checked=move || value.with(|now| now.contains(&mine)) on:change=change />
                {draw(Glyph::Check, "i")}
                {it.label}
            </label>
        }
        .into_any()
    };
    let chips = move || options.get().into_iter().map(chip).collect_view();
    around.group(view! { <div class="chips">{chips}</div> }.into_any())
}

/// Returns the chosen values after one was ticked or cleared, in the order of the options.
fn toggled(all: &[Choice], now: &[String], which: &str, on: bool) -> Vec<String> {
    let stays = |it: &&Choice| if it.value == which { on } else { now.contains(&it.value) };
    all.iter().filter(stays).map(|it| it.value.clone()).collect()
}

/// A chip that acts at once: a common value, or adding one.
#[component]
pub fn ChipButton(
    /// Its words; with `icon` the accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// A drawing instead of the words.
    #[prop(optional, into)]
    icon: Option<Glyph>,
    /// Whether it is what holds now.
    #[prop(optional, into)]
    pressed: Signal<bool>,
    /// What a press does.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    let press = move |_| on_press.run(());
    match icon {
        Some(glyph) => view! {
            <button class="chip" type="button" data-plain="" aria-label=label on:click=press>
                {draw(glyph, "i")}
            </button>
        }
        .into_any(),
        None => view! {
            <button class="chip" type="button" aria-pressed=move || pressed.get().to_string() on:click=press>
                {label}
            </button>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, toggled};

    #[test]
    fn choices_keep_the_order_of_the_options_and_lose_what_is_gone() {
        let all = [Choice::new("a", "A"), Choice::new("b", "B"), Choice::new("c", "C")];
        let now = ["c".to_owned(), "gone".to_owned()];
        assert_eq!(toggled(&all, &now, "a", true), ["a", "c"]);
        assert_eq!(toggled(&all, &now, "c", false), Vec::<String>::new());
    }
}
