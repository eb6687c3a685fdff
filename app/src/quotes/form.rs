//! The fields of a quote's terms, for a new quote and for one that is changed. Never reads a price.

use leptos::prelude::*;

use super::view_model::{TermsGap, TypedTerms};
use super::wording;
use crate::app::use_app;
use crate::drafts::Draft;
use crate::i18n::{I18n, t_string, use_i18n};
use crate::parts::DayField;
use crate::ui::{ChipsSingle, Choice, NumberInput, TextInput};

/// The terms that are one tap away, in months.
const MONTHS: [&str; 3] = ["12", "24", "36"];
/// The validities that are one tap away, in days.
const DAYS: [i64; 3] = [7, 15, 30];
/// The value of the chip that opens the number field.
const OTHER: &str = "other";

/// The typed terms. Copy.
#[derive(Clone, Copy)]
pub struct TermFields {
    /// What it is called.
    pub title: RwSignal<String>,
    /// Term of the monthly charges.
    pub months: RwSignal<String>,
    /// Last day on which the customer may accept.
    pub valid_until: RwSignal<String>,
}

impl TermFields {
    /// Makes the fields of this draft.
    pub fn new(draft: Draft, first: TypedTerms) -> Self {
        Self {
            title: draft.field("title", first.title),
            months: draft.field("months", first.months),
            valid_until: draft.field("valid_until", first.valid_until),
        }
    }

    /// Returns the terms as they stand typed.
    pub fn typed(self) -> TypedTerms {
        TypedTerms { title: self.title.get(), months: self.months.get(), valid_until: self.valid_until.get() }
    }
}

/// Title, term, validity.
#[component]
pub fn Terms(
    /// The fields.
    fields: TermFields,
    /// What is wrong, once the user wants to go on.
    #[prop(into)]
    gap: Signal<Option<TermsGap>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let error = move |mine: TermsGap| {
        Signal::derive(move || match gap.get() == Some(mine) {
            true => wording::terms_gap(i18n, mine),
            false => String::new(),
        })
    };
    let days = move || {
        let choice = |days: i64| {
            let label = t_string!(i18n, quotes.form.in_days, days = days.to_string());
            Choice::new(today.get().plus_days(days).to_string(), label)
        };
        DAYS.map(choice).to_vec()
    };
    view! {
        <TextInput
            label=move || t_string!(i18n, quotes.form.title)
            name="title"
            value=fields.title
            error=error(TermsGap::Title)
        />
        <Months value=fields.months error=error(TermsGap::Months)/>
        <DayField
            label=move || t_string!(i18n, quotes.form.valid_until)
            name="valid_until"
            value=fields.valid_until
            choices=Signal::derive(days)
            error=error(TermsGap::ValidUntil)
        />
    }
    .into_any()
}

fn months_options(i18n: I18n) -> Vec<Choice> {
    let chip = |it: &str| Choice::new(it, t_string!(i18n, quotes.form.months_chip, months = it.to_owned()));
    let other = Choice::new(OTHER, t_string!(i18n, quotes.form.months_other));
    MONTHS.iter().map(|it| chip(it)).chain([other]).collect()
}

/// The term: one of three with a tap, any other typed.
#[component]
fn Months(value: RwSignal<String>, #[prop(into)] error: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let chip = RwSignal::new(String::new());
    Effect::new(move |_| {
        let now = value.get();
        let near = MONTHS.contains(&now.as_str());
        // an open field stays open while "24" is typed in it
        if chip.with_untracked(|it| it != OTHER) || !near {
            chip.set(if near { now } else { OTHER.to_owned() });
        }
    });
    let choose = move |chosen: String| {
        if chosen != OTHER {
            value.set(chosen);
        }
    };
    let other = Memo::new(move |_| chip.with(|it| it == OTHER));
    view! {
        <div class="stack" data-gap="2">
            <ChipsSingle
                label=move || t_string!(i18n, quotes.form.months)
                options=Signal::derive(move || months_options(i18n))
                value=chip
                error=error
                on_change=choose
            />
            <Show when=move || other.get()>
                <NumberInput
                    label=move || t_string!(i18n, quotes.form.months)
                    hide_label=true
                    name="months"
                    whole=true
                    unit=move || t_string!(i18n, quotes.form.months_unit)
                    value=value
                />
            </Show>
        </div>
    }
    .into_any()
}
