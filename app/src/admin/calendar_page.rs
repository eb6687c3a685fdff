//! Working days and office hours, by which time limits are counted.

use leeway_core::Body;
use leeway_core::calendar::{SetCalendar, WorkCalendar, Write};
use leptos::prelude::*;

use super::calendar_form::{CalendarProblem, read, typed_days, typed_hours};
use super::queries;
use crate::drafts::use_draft;
use crate::i18n::{I18n, t_string, use_i18n};
use crate::live::live;
use crate::parts::{Failed, Writer, use_writer};
use crate::routes::Route;
use crate::shell::{Frame, loaded};
use crate::ui::{Button, Card, Notice, TextArea, TextInput, Toasts};

/// The calendar.
#[component]
pub fn CalendarPage() -> impl IntoView {
    let i18n = use_i18n();
    let calendar = live(queries::calendar);
    let writer = use_writer();
    let there = move |calendar: Signal<Option<WorkCalendar>, LocalStorage>| {
        view! { <Form calendar=calendar writer=writer/> }.into_any()
    };
    view! {
        <Frame title=move || t_string!(i18n, admin.calendar) back=Route::Admin gap=4>
            <Failed writer=writer/>
            {loaded(calendar, there)}
        </Frame>
    }
    .into_any()
}

#[component]
fn Form(calendar: Signal<Option<WorkCalendar>, LocalStorage>, writer: Writer) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = Toasts::take();
    let draft = use_draft("calendar", "all");
    let before = calendar.get_untracked().map(|it| it.time).unwrap_or_default();
    let hours = draft.field("hours", typed_hours(&before.hours));
    let off = draft.field("off", typed_days(&before.days.off));
    let on = draft.field("on", typed_days(&before.days.on));
    let read = move || {
        let before = calendar.with(|it| it.as_ref().map(|it| it.time.clone())).unwrap_or_default();
        read(&hours.get(), &off.get(), &on.get(), &before)
    };
    let problem = Memo::new(move |_| read().err());
    let bad_hours = move || match problem.get() {
        Some(CalendarProblem::Hours(text)) => t_string!(i18n, admin.cal.bad_hours, text = text),
        _ => String::new(),
    };
    let bad_day = move |field: RwSignal<String>| match problem.get() {
        Some(CalendarProblem::Day(text)) if field.with(|it| it.contains(&text)) => {
            t_string!(i18n, admin.cal.bad_day, text = text)
        }
        _ => String::new(),
    };
    let save = move |()| {
        let Ok(time) = read() else { return };
        let seen = calendar.with_untracked(|it| it.as_ref().map(|it| it.write));
        leptos::task::spawn_local(async move {
            let set = Body::Calendar(Write::Set(SetCalendar { time, seen }));
            if writer.write(set, Some(draft)).await.is_ok() {
                toasts.show(t_string!(i18n, shell.saved));
            }
        });
    };
    let days = move |label: fn(I18n) -> &'static str, name: &'static str, value, rows: u8| {
        view! {
            <TextArea
                label=move || label(i18n)
                name=name
                value=value
                rows=rows
                hint=move || t_string!(i18n, admin.cal.days_hint)
                error=move || bad_day(value)
            />
        }
    };
    view! {
        <Notice text=move || t_string!(i18n, admin.cal.note)/>
        <Card pad=true gap=4>
            <TextInput
                label=move || t_string!(i18n, admin.cal.hours)
                name="hours"
                value=hours
                hint=move || t_string!(i18n, admin.cal.hours_hint)
                error=bad_hours
            />
            {days(|i18n| t_string!(i18n, admin.cal.off), "off", off, 8)}
            {days(|i18n| t_string!(i18n, admin.cal.on), "on", on, 5)}
            <Button attr:data-testid="primary" label=move || t_string!(i18n, shell.save) on_press=save/>
        </Card>
    }
    .into_any()
}
