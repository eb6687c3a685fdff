//! What came of it: notes, only ever added, and the next step with its day. Never changes a note.

use leeway_core::Body;
use leeway_core::visits::{CompleteNextStep, SetNextStep, VisitNote, Write};
use leptos::prelude::*;

use super::desk::Desk;
use super::photos::NotePhotos;
use crate::app::use_app;
use crate::i18n::{format, t_string, use_i18n};
use crate::parts::{DayField, day_choices};
use crate::ui::{Button, ButtonKind, Card, Check, Glyph, Section, TextArea, Timeline, TimelineItem};

/// The third tab of a visit.
#[component]
pub fn RecordTab(desk: Desk) -> impl IntoView {
    view! {
        <Notes desk=desk/>
        <Step desk=desk/>
    }
    .into_any()
}

#[component]
fn Notes(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let notes = Memo::new(move |_| desk.with(|view| view.notes.clone()).unwrap_or_default());
    let list = move || {
        let notes = notes.get();
        (!notes.is_empty()).then(|| {
            let items = notes.into_iter().rev().map(|it| note_row(desk, it)).collect_view();
            view! { <Timeline>{items}</Timeline> }
        })
    };
    view! {
        <Section
            title=move || t_string!(i18n, visits.note.title)
            count=move || notes.with(|it| if it.is_empty() { String::new() } else { it.len().to_string() })
        >
            <Card pad=true gap=3>
                <TextArea
                    label=move || t_string!(i18n, visits.note.label)
                    hide_label=true
                    name="note"
                    value=desk.note
                    placeholder=move || t_string!(i18n, visits.note.placeholder)
                />
                <Button
                    kind=ButtonKind::Second
                    small=true
                    icon=Glyph::Plus
                    label=move || t_string!(i18n, visits.note.add)
                    on_press=move |()| desk.write_note()
                />
            </Card>
            {list}
        </Section>
    }
    .into_any()
}

fn note_row(desk: Desk, it: VisitNote) -> AnyView {
    let (at, i18n) = (it.at, desk.i18n);
    view! {
        <TimelineItem icon=Glyph::Note title=it.text note=move || format::date_time(i18n, at)>
            <NotePhotos desk=desk note=it.id/>
        </TimelineItem>
    }
    .into_any()
}

#[component]
fn Step(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let written = Memo::new(move |_| desk.with(|view| view.visit.next_step.clone()).flatten());
    // the fields show what is written, unless something else stands typed
    Effect::new(move |before: Option<(String, String)>| {
        let now = written
            .with(|it| it.as_ref().map(|it| (it.value.text.clone(), it.value.day.to_string())))
            .unwrap_or_default();
        let same = |(text, day): &(String, String)| {
            desk.step.with_untracked(|it| it == text) && desk.step_day.with_untracked(|it| it == day)
        };
        let untouched = before.as_ref().map_or_else(
            || desk.step.with_untracked(String::is_empty) && desk.step_day.with_untracked(String::is_empty),
            same,
        );
        if untouched && before.as_ref() != Some(&now) {
            desk.show_step(&now.0, &now.1);
        }
        now
    });
    // a step without a day is for tomorrow, until another one is tapped
    let typed = move |text: String| {
        if !text.trim().is_empty() && desk.step_day.with_untracked(String::is_empty) {
            desk.step_day.set(today.get_untracked().plus_days(1).to_string());
        }
    };
    view! {
        <Section title=move || t_string!(i18n, visits.step.title)>
            <Card pad=true gap=3>
                <TextArea
                    label=move || t_string!(i18n, visits.step.label)
                    hide_label=true
                    name="next_step"
                    value=desk.step
                    rows=2
                    placeholder=move || t_string!(i18n, visits.step.placeholder)
                    on_input=typed
                    on_change=move |_: String| desk.write_step()
                />
                <DayField
                    label=move || t_string!(i18n, visits.step.day)
                    hide_label=true
                    name="next_day"
                    value=desk.step_day
                    choices=Signal::derive(move || day_choices(i18n, today.get()))
                    on_change=move |_: String| desk.write_step()
                />
            </Card>
            {move || written.get().map(|step| done_check(desk, step))}
        </Section>
    }
    .into_any()
}

/// The tick on what was promised. Clearing it promises it anew.
fn done_check(desk: Desk, step: leeway_core::stamped::Stamped<leeway_core::visits::NextStep>) -> AnyView {
    let i18n = desk.i18n;
    let today = use_app().today();
    let (write, day) = (step.write, step.value.day);
    let (visit, text) = (desk.id, StoredValue::new(step.value.text.clone()));
    let checked = RwSignal::new(step.value.done);
    let tick = move |done: bool| {
        desk.writer.put("next_step", Some(write), None, move |seen| {
            Body::Visits(match done {
                true => Write::CompleteNextStep(CompleteNextStep { visit, seen: seen.unwrap_or(write) }),
                false => Write::SetNextStep(SetNextStep { visit, text: text.get_value(), day, seen }),
            })
        });
    };
    let note = move || {
        let day = format::day_from(i18n, day, today.get());
        match checked.get() {
            true => t_string!(i18n, visits.step.done, day = day),
            false => t_string!(i18n, visits.step.tick, day = day),
        }
    };
    view! {
        <Card list=true>
            <Check label=step.value.text note=note checked=checked on_change=tick/>
        </Card>
    }
    .into_any()
}
