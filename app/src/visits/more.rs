//! What else can be done with a visit: move it, call it off, go to the customer. Moving can be undone; calling off
//! a visit that others may see is asked about first.

use leeway_core::Body;
use leeway_core::visits::{Cancel, Reschedule, VisitState, When, Write};
use leptos::prelude::*;

use super::desk::Desk;
use super::view_model::read_when;
use crate::app::use_app;
use crate::commands::{Commands, use_commands};
use crate::drafts::use_draft;
use crate::i18n::{I18n, errors, format, t_string};
use crate::parts::{DayField, TimeInput, day_choices};
use crate::routes::Route;
use crate::ui::{Button, Cell, Confirm, Glyph, Sheet, Toasts, Tone};

/// The sheet behind ⋯, with the ones that it opens.
#[component]
pub fn MoreSheet(desk: Desk, open: RwSignal<bool>) -> impl IntoView {
    let i18n = desk.i18n;
    let moving = desk.moving;
    let cancelling = RwSignal::new(false);
    let live = Memo::new(move |_| {
        let state = desk.with(|view| view.visit.state);
        matches!(state, Some(VisitState::Planned | VisitState::Open { .. }))
    });
    let then = move |which: RwSignal<bool>| {
        move |()| {
            open.set(false);
            which.set(true);
        }
    };
    let customer = desk.look(|view| view.visit.customer);
    let links = move || {
        let whom = customer.map(|id| Signal::stored(Route::Customer(id).href()));
        let quote = Signal::stored(Route::NewQuote { customer, opportunity: None }.href());
        view! {
            {whom.map(|href| {
                view! {
                    <Cell
                        title=move || t_string!(i18n, visits.more.customer)
                        lead=Glyph::Buildings
                        href=href
                    />
                }
            })}
            <Cell title=move || t_string!(i18n, visits.more.quote) lead=Glyph::Document href=quote/>
        }
    };
    let changes = move || {
        live.get().then(|| {
            view! {
                <Cell
                    title=move || t_string!(i18n, visits.more.move_it)
                    lead=Glyph::Calendar
                    on_press=then(moving)
                />
                <Cell
                    title=move || t_string!(i18n, visits.more.cancel)
                    lead=Glyph::Close
                    tone=Tone::Danger
                    on_press=then(cancelling)
                />
            }
        })
    };
    view! {
        <Sheet
            open=open
            title=move || t_string!(i18n, visits.more.title)
            close_label=move || t_string!(i18n, shell.close)
        >
            {links()}
            {changes}
        </Sheet>
        <MoveSheet desk=desk/>
        <CancelQuestion desk=desk open=cancelling/>
    }
    .into_any()
}

#[component]
fn CancelQuestion(desk: Desk, open: RwSignal<bool>) -> impl IntoView {
    let i18n = desk.i18n;
    let cancel = move |()| {
        let visit = desk.id;
        desk.writer.put(String::new(), None, None, move |_| Body::Visits(Write::Cancel(Cancel { visit })));
    };
    view! {
        <Confirm
            open=open
            title=move || t_string!(i18n, visits.more.cancel_title)
            text=move || t_string!(i18n, visits.more.cancel_text)
            confirm_label=move || t_string!(i18n, visits.more.cancel)
            cancel_label=move || t_string!(i18n, visits.more.keep)
            danger=true
            on_confirm=cancel
        />
    }
    .into_any()
}

#[component]
fn MoveSheet(desk: Desk) -> impl IntoView {
    let i18n = desk.i18n;
    view! {
        <Sheet
            open=desk.moving
            title=move || t_string!(i18n, visits.more.move_it)
            close_label=move || t_string!(i18n, shell.close)
        >
            <MoveForm desk=desk/>
        </Sheet>
    }
    .into_any()
}

/// Returns the time as the sheet opens: what was refused, or what is planned.
fn first(desk: Desk) -> Option<When> {
    match untrack(|| desk.resend.body()) {
        Some(Body::Visits(Write::Reschedule(it))) => Some(it.when),
        _ => desk.look(|view| view.visit.when.value),
    }
}

#[component]
fn MoveForm(desk: Desk) -> impl IntoView {
    let i18n = desk.i18n;
    let today = use_app().today();
    let (toasts, commands) = (Toasts::take(), use_commands());
    let first = first(desk);
    let draft = use_draft("visit-when", desk.id);
    let day = draft.field("day", first.map(|it| it.day.to_string()).unwrap_or_default());
    let minute = first.and_then(|it| it.minute).map(format::minute_of_day);
    let time = draft.field("time", minute.unwrap_or_default());
    let failed = desk.writer.error();
    let submit = move |()| {
        let (Some(when), Some(before)) = (
            read_when(&day.get_untracked(), &time.get_untracked()),
            desk.look(|view| view.visit.when.clone()),
        ) else {
            return;
        };
        if when == before.value {
            desk.moving.set(false);
            return;
        }
        let it = Reschedule { visit: desk.id, when, seen: Some(before.write) };
        let written = desk.writer.write(Body::Visits(Write::Reschedule(it)), Some(draft));
        leptos::task::spawn_local(async move {
            // not before: the draft must be there when the command ends it
            if let Ok(write) = written.await {
                desk.moving.try_set(false);
                desk.resend.done_for("visits.reschedule", desk.writer);
                let back = Reschedule { visit: desk.id, when: before.value, seen: Some(write) };
                offer_undo(i18n, toasts, commands, back, when);
            }
        });
    };
    view! {
        <DayField
            label=move || t_string!(i18n, visits.form.day)
            name="day"
            value=day
            choices=Signal::derive(move || day_choices(i18n, today.get()))
        />
        <TimeInput
            label=move || t_string!(i18n, visits.form.time)
            hint=move || t_string!(i18n, visits.form.time_hint)
            name="time"
            value=time
        />
        <p class="err" role="status">{failed}</p>
        <Button
            attr:data-testid="save-when"
            label=move || t_string!(i18n, visits.more.move_it)
            on_press=submit
        />
    }
    .into_any()
}

/// Says where the visit is now, and takes it back on request.
fn offer_undo(i18n: I18n, toasts: Toasts, commands: Commands, back: Reschedule, now: When) {
    let today = crate::platform::clock::today();
    let text = t_string!(i18n, visits.more.moved, day = format::day_from(i18n, now.day, today));
    toasts.show_undo(text, t_string!(i18n, shell.undo), move || {
        let back = back.clone();
        leptos::task::spawn_local(async move {
            if let Err(error) = commands.dispatch(Body::Visits(Write::Reschedule(back))).await {
                toasts.warn(errors::dispatch(i18n, &error));
            }
        });
    });
}
