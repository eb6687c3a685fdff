//! Choosing a day: the likely ones with one tap, any other by the system's picker. Never judges the day.

use leeway_core::values::Date;
use leptos::prelude::*;

use super::days::next_week;
use crate::i18n::{I18n, t_string, use_i18n};
use crate::ui::{ChipsSingle, Choice, DateInput};

/// The value of the chip that opens the picker.
const PICK: &str = "pick";

/// Returns today, tomorrow and next Monday as chips; on a Sunday those two are one.
pub fn day_choices(i18n: I18n, today: Date) -> Vec<Choice> {
    let (tomorrow, monday) = (today.plus_days(1), next_week(today));
    let monday = (monday != tomorrow)
        .then(|| Choice::new(monday.to_string(), t_string!(i18n, common.parts.day.next_week)));
    [
        Choice::new(today.to_string(), t_string!(i18n, common.today)),
        Choice::new(tomorrow.to_string(), t_string!(i18n, common.tomorrow)),
    ]
    .into_iter()
    .chain(monday)
    .collect()
}

/// A day as `2026-11-21`.
#[component]
pub fn DayField(
    /// What is asked.
    #[prop(into)]
    label: Signal<String>,
    /// The day; empty if none.
    value: RwSignal<String>,
    /// The element's own name.
    name: &'static str,
    /// The days that are one tap away, with their words.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// Shows the label to screen readers only.
    #[prop(optional)]
    hide_label: bool,
    /// What is wrong and what to do.
    #[prop(optional, into)]
    error: Signal<String>,
    /// When a day was chosen.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let chip = RwSignal::new(String::new());
    Effect::new(move |_| {
        let now = value.get();
        let near = choices.with(|all| all.iter().any(|it| it.value == now));
        match (near, now.is_empty()) {
            (true, _) => chip.set(now),
            (false, false) => chip.set(PICK.to_owned()),
            // an open picker stays open while nothing is chosen
            (false, true) if chip.with_untracked(|it| it == PICK) => {}
            (false, true) => chip.set(String::new()),
        }
    });
    let options = move || {
        let pick = Choice::new(PICK, t_string!(i18n, common.parts.day.pick));
        choices.get().into_iter().chain([pick]).collect::<Vec<_>>()
    };
    let tell = move |day: String| {
        if let Some(on_change) = on_change {
            on_change.run(day);
        }
    };
    let choose = move |day: String| {
        if day != PICK {
            value.set(day.clone());
            tell(day);
        }
    };
    let picking = Memo::new(move |_| chip.with(|it| it == PICK));
    view! {
        <div class="stack" data-gap="2">
            <ChipsSingle
                label=label
                hide_label=hide_label
                options=Signal::derive(options)
                value=chip
                error=error
                on_change=choose
            />
            <Show when=move || picking.get()>
                <DateInput
                    label=move || t_string!(i18n, common.parts.day.date)
                    hide_label=true
                    name=name
                    value=value
                    on_change=tell
                />
            </Show>
        </div>
    }
    .into_any()
}
