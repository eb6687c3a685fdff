//! What happens next with an opportunity, and on which day. Every keystroke is a draft.

use leeway_core::Body;
use leeway_core::opportunities::{SetNextStep, Write};
use leptos::prelude::*;

use super::desk::Desk;
use super::view_model::StartGap;
use super::wording;
use crate::app::use_app;
use crate::drafts::use_draft;
use crate::i18n::{t_string, use_i18n};
use crate::parts::{DayField, day_choices};
use crate::ui::{Button, Sheet, TextArea};

/// The sheet with the next step.
#[component]
pub fn StepSheet(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Sheet
            open=desk.stepping
            title=move || t_string!(i18n, opportunities.step.title)
            close_label=move || t_string!(i18n, shell.close)
        >
            <Form desk=desk/>
        </Sheet>
    }
    .into_any()
}

/// Returns the step as the sheet opens: what was refused, or the one that is still to be done.
fn first(desk: Desk) -> (String, String) {
    if let Some(Body::Opportunities(Write::SetNextStep(it))) = untrack(|| desk.resend.body()) {
        return (it.text, it.day.to_string());
    }
    let step = desk.look(|view| view.deal.next_step.clone()).flatten().map(|step| step.value);
    step.filter(|step| !step.done).map(|step| (step.text, step.day.to_string())).unwrap_or_default()
}

#[component]
fn Form(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let draft = use_draft("opportunity-step", desk.id);
    let (text, day) = first(desk);
    let (text, day) = (draft.field("text", text), draft.field("day", day));
    let asked = RwSignal::new(false);
    let missing = move |gap: StartGap, field: RwSignal<String>| {
        move || match asked.get() && field.with(|it| it.trim().is_empty()) {
            true => wording::gap(i18n, gap),
            false => String::new(),
        }
    };
    let submit = move |()| {
        asked.set(true);
        let step = text.with_untracked(|it| it.trim().to_owned());
        let Ok(on) = day.with_untracked(|it| it.parse()) else { return };
        if step.is_empty() {
            return;
        }
        let seen = desk.look(|view| view.deal.next_step.as_ref().map(|step| step.write)).flatten();
        let set = SetNextStep { opportunity: desk.id, text: step, day: on, seen };
        let written = desk.writer.write(Body::Opportunities(Write::SetNextStep(set)), Some(draft));
        leptos::task::spawn_local(async move {
            if written.await.is_ok() {
                desk.stepping.try_set(false);
                desk.resend.done(desk.writer);
            }
        });
    };
    let failed = desk.writer.error();
    view! {
        <TextArea
            label=move || t_string!(i18n, opportunities.step.label)
            name="next_step"
            value=text
            rows=2
            error=missing(StartGap::Step, text)
            placeholder=move || t_string!(i18n, opportunities.step.placeholder)
        />
        <DayField
            label=move || t_string!(i18n, opportunities.step.day)
            name="next_day"
            value=day
            choices=Signal::derive(move || day_choices(i18n, today.get()))
            error=missing(StartGap::StepDay, day)
        />
        <p class="err" role="status">{failed}</p>
        <Button
            attr:data-testid="save-step"
            label=move || t_string!(i18n, opportunities.step.save)
            on_press=submit
        />
    }
    .into_any()
}
