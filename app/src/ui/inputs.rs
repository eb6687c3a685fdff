//! Inputs with their label, hint and error. Each keeps a `RwSignal<String>`; `on_input` runs at every keystroke (for
//! drafts), `on_change` when the user has finished. Never formats or rejects what is typed.

use leptos::html;
use leptos::prelude::*;

use super::chips::Choice;
use super::field::{Around, InputKind};
use super::icon::{Glyph, draw};
use super::ids::fresh_id;

/// Takes what was typed into the signal and tells whoever listens.
fn take(value: RwSignal<String>, typed: String, tell: Option<Callback<String>>) {
    if value.with_untracked(|now| *now != typed) {
        value.set(typed.clone());
    }
    if let Some(tell) = tell {
        tell.run(typed);
    }
}

/// Writes the signal into the element, but only where they differ: writing what is already there would break an
/// input method in the middle of a word, and throw the caret to the end.
fn mirror(node: NodeRef<html::Input>, value: RwSignal<String>) {
    Effect::new(move |_| {
        let now = value.get();
        if let Some(input) = node.get()
            && input.value() != now
        {
            input.set_value(&now);
        }
    });
}

/// Returns the value of the `name` attribute; none for an empty one.
pub(super) fn own_name(name: &'static str) -> Option<&'static str> {
    (!name.is_empty()).then_some(name)
}

/// One line of text.
#[component]
pub fn TextInput(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed.
    value: RwSignal<String>,
    /// The element's own name, the same in every language.
    #[prop(optional)]
    name: &'static str,
    /// Which keyboard comes up.
    #[prop(optional)]
    kind: InputKind,
    /// Shows the label to screen readers only.
    #[prop(optional)]
    hide_label: bool,
    /// What to know before typing.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong and what to do; empty if nothing is.
    #[prop(optional, into)]
    error: Signal<String>,
    /// An example, shown while empty.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What the keyboard's enter key says.
    #[prop(default = "next")]
    enterkeyhint: &'static str,
    /// Says to screen readers that it has to be filled.
    #[prop(optional)]
    required: bool,
    /// Can be read and copied, not changed.
    #[prop(optional, into)]
    readonly: Signal<bool>,
    /// At every keystroke.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
    /// When the user has finished.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let around = Around::new(label, hide_label, hint, error);
    let node = NodeRef::<html::Input>::new();
    mirror(node, value);
    let (type_, inputmode, capitals) = kind.attrs();
    around.field(
        view! {
            <input
                class="input"
                node_ref=node
                id=around.id.clone()
                name=own_name(name)
                type=type_
                inputmode=inputmode
                autocapitalize=capitals
                spellcheck=(kind != InputKind::Text).then_some("false")
                autocomplete=autocomplete
                enterkeyhint=enterkeyhint
                placeholder=placeholder
                aria-required=required.then_some("true")
                aria-invalid=around.invalid()
                aria-describedby=around.described_by()
                readonly=readonly
                prop:value=value.get_untracked()
                on:input=move |event| take(value, event_target_value(&event), on_input)
                on:change=move |event| take(value, event_target_value(&event), on_change)
            />
        }
        .into_any(),
    )
}

/// Several lines of text; grows with them.
#[component]
pub fn TextArea(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed.
    value: RwSignal<String>,
    /// The element's own name, the same in every language.
    #[prop(optional)]
    name: &'static str,
    /// Shows the label to screen readers only.
    #[prop(optional)]
    hide_label: bool,
    /// What to know before typing.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong and what to do; empty if nothing is.
    #[prop(optional, into)]
    error: Signal<String>,
    /// An example, shown while empty.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// How many lines it shows at least.
    #[prop(default = 3)]
    rows: u8,
    /// Says to screen readers that it has to be filled.
    #[prop(optional)]
    required: bool,
    /// At every keystroke.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
    /// When the user has finished.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let around = Around::new(label, hide_label, hint, error);
    let node = NodeRef::<html::Textarea>::new();
    Effect::new(move |_| {
        let now = value.get();
        if let Some(area) = node.get()
            && area.value() != now
        {
            area.set_value(&now);
        }
    });
    around.field(
        view! {
            <textarea
                class="input"
                node_ref=node
                id=around.id.clone()
                name=own_name(name)
                rows=rows.to_string()
                placeholder=placeholder
                aria-required=required.then_some("true")
                aria-invalid=around.invalid()
                aria-describedby=around.described_by()
                prop:value=value.get_untracked()
                on:input=move |event| take(value, event_target_value(&event), on_input)
                on:change=move |event| take(value, event_target_value(&event), on_change)
            ></textarea>
        }
        .into_any(),
    )
}

/// A number as it is typed, with a unit behind it. Full-width digits of Chinese input methods become plain ones.
#[component]
pub fn NumberInput(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed.
    value: RwSignal<String>,
    /// The element's own name, the same in every language.
    #[prop(optional)]
    name: &'static str,
    /// Shows the label to screen readers only.
    #[prop(optional)]
    hide_label: bool,
    /// What to know before typing.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong and what to do; empty if nothing is.
    #[prop(optional, into)]
    error: Signal<String>,
    /// Brings up a keypad without a point.
    #[prop(optional)]
    whole: bool,
    /// What is counted.
    #[prop(optional, into)]
    unit: Signal<String>,
    /// What the keyboard's enter key says.
    #[prop(default = "next")]
    enterkeyhint: &'static str,
    /// Says to screen readers that it has to be filled.
    #[prop(optional)]
    required: bool,
    /// At every keystroke.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
    /// When the user has finished.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let around = Around::new(label, hide_label, hint, error);
    let node = NodeRef::<html::Input>::new();
    mirror(node, value);
    around.field(
        view! {
            <span class="withunit">
                <input
                    class="input fig"
                    node_ref=node
                    id=around.id.clone()
                    name=own_name(name)
                    type="text"
                    inputmode=if whole { "numeric" } else { "decimal" }
                    autocomplete="off"
                    enterkeyhint=enterkeyhint
                    aria-required=required.then_some("true")
                    aria-invalid=around.invalid()
                    aria-describedby=around.described_by()
                    prop:value=value.get_untracked()
                    on:input=move |event| take(value, plain_digits(&event_target_value(&event)), on_input)
                    on:change=move |event| take(value, plain_digits(&event_target_value(&event)), on_change)
                />
                {move || unit.with(|it| (!it.is_empty()).then(|| view! { <span class="unit">{it.clone()}</span> }))}
            </span>
        }
        .into_any(),
    )
}

/// Turns the full-width digits and points of an input method into plain ones; leaves everything else.
pub(super) fn plain_digits(typed: &str) -> String {
    let plain = |it: char| match it {
        '０'..='９' => char::from_u32(u32::from(it) - u32::from('０') + u32::from('0')).unwrap_or(it),
        '．' | '。' => '.',
        '，' => ',',
        '－' => '-',
        '％' => '%',
        other => other,
    };
    typed.chars().map(plain).collect()
}

/// A day, as `2026-11-21`, by the system's own picker.
#[component]
pub fn DateInput(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The day; empty if none.
    value: RwSignal<String>,
    /// The element's own name, the same in every language.
    #[prop(optional)]
    name: &'static str,
    /// Shows the label to screen readers only.
    #[prop(optional)]
    hide_label: bool,
    /// What to know before choosing.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong and what to do; empty if nothing is.
    #[prop(optional, into)]
    error: Signal<String>,
    /// The first day that can be chosen.
    #[prop(optional, into)]
    min: Option<String>,
    /// The last day that can be chosen.
    #[prop(optional, into)]
    max: Option<String>,
    /// Says to screen readers that it has to be filled.
    #[prop(optional)]
    required: bool,
    /// When a day was chosen.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let around = Around::new(label, hide_label, hint, error);
    let node = NodeRef::<html::Input>::new();
    mirror(node, value);
    around.field(
        view! {
            <input
                class="input"
                node_ref=node
                id=around.id.clone()
                name=own_name(name)
                type="date"
                min=min
                max=max
                aria-required=required.then_some("true")
                aria-invalid=around.invalid()
                aria-describedby=around.described_by()
                prop:value=value.get_untracked()
                on:change=move |event| take(value, event_target_value(&event), on_change)
            />
        }
        .into_any(),
    )
}

/// One of many, by the system's own picker. Up to about six choices are better as chips.
#[component]
pub fn Select(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The chosen value; empty if none.
    value: RwSignal<String>,
    /// The element's own name, the same in every language.
    #[prop(optional)]
    name: &'static str,
    /// What can be chosen.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// The first, empty line; without it the first option is what an empty value shows.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// Shows the label to screen readers only.
    #[prop(optional)]
    hide_label: bool,
    /// What to know before choosing.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong and what to do; empty if nothing is.
    #[prop(optional, into)]
    error: Signal<String>,
    /// Says to screen readers that it has to be filled.
    #[prop(optional)]
    required: bool,
    /// When one was chosen.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let around = Around::new(label, hide_label, hint, error);
    let option = move |it: Choice| {
        let chosen = it.value.clone();
        view! {
            <option value=it.value prop:selected=move || value.with(|now| *now == chosen)>
                {it.label}
            </option>
        }
        .into_any()
    };
    let lines = move || {
        let first = placeholder.get();
        let first = (!first.is_empty()).then(|| Choice::new("", first));
        first.into_iter().chain(options.get()).map(option).collect_view()
    };
    around.field(
        view! {
            <span class="select">
                <select
                    class="input"
                    id=around.id.clone()
                    name=own_name(name)
                    aria-required=required.then_some("true")
                    aria-invalid=around.invalid()
                    aria-describedby=around.described_by()
                    on:change=move |event| take(value, event_target_value(&event), on_change)
                >
                    {lines}
                </select>
                {draw(Glyph::Down, "i")}
            </span>
        }
        .into_any(),
    )
}

/// A tick before a line, such as a next step that is done.
#[component]
pub fn Check(
    /// The line.
    #[prop(into)]
    label: Signal<String>,
    /// A second, smaller line.
    #[prop(optional, into)]
    note: Signal<String>,
    /// Whether it is ticked.
    checked: RwSignal<bool>,
    /// When it was ticked or cleared.
    #[prop(optional, into)]
    on_change: Option<Callback<bool>>,
) -> impl IntoView {
    let id = fresh_id("k");
    let change = move |event| {
        let ticked = event_target_checked(&event);
        checked.set(ticked);
        if let Some(on_change) = on_change {
            on_change.run(ticked);
        }
    };
    view! {
        <div class="check">
            <input type="checkbox" id=id.clone() prop:checked=checked on:change=change />
            <label for=id>
                <span class="strong">{label}</span>
                {move || note.with(|it| (!it.is_empty()).then(|| view! { <span class="small">{it.clone()}</span> }))}
            </label>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::plain_digits;

    #[test]
    fn full_width_becomes_plain() {
        assert_eq!(plain_digits("１２．５"), "12.5");
        assert_eq!(plain_digits("－３。０％"), "-3.0%");
        assert_eq!(plain_digits("8 折"), "8 折");
    }
}
