//! The form that appoints a deputy: who, from which day, until which day. The days are whole ones of this device's
//! clock; when they begin and end is the server's to say.

use leeway_core::Body;
use leeway_core::deputies::{Appoint, Write};
use leeway_core::values::{Date, UserId};
use leptos::prelude::*;

use super::view_model::Board;
use crate::app::use_app;
use crate::i18n::{format, t_string, use_i18n};
use crate::parts::{DayField, day_choices, use_writer};
use crate::platform::ids;
use crate::ui::{Button, Choice, DateInput, Notice, Select, Sheet, Toasts};

/// The sheet with the form.
#[component]
pub fn AppointSheet(board: Signal<Board, LocalStorage>, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Sheet
            open=open
            title=move || t_string!(i18n, deputies.appoint.action)
            close_label=move || t_string!(i18n, shell.close)
        >
            <Form board=board open=open/>
        </Sheet>
    }
    .into_any()
}

/// What was chosen, if it is complete.
fn chosen(to: &str, from: &str, until: &str) -> Option<(UserId, Date, Date)> {
    Some((to.parse().ok()?, from.parse().ok()?, until.parse().ok()?))
}

#[component]
fn Form(board: Signal<Board, LocalStorage>, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let (to, tried) = (RwSignal::new(String::new()), RwSignal::new(false));
    let from = RwSignal::new(today.get_untracked().to_string());
    let until = RwSignal::new(String::new());
    let writer = use_writer();
    let toasts = Toasts::take();
    let submit = move |()| {
        tried.set(true);
        let read = chosen(&to.get_untracked(), &from.get_untracked(), &until.get_untracked());
        let Some((deputy, first, last)) = read else { return };
        let (manager, name) = board.with_untracked(|it| {
            let name = it.choices.iter().find(|(id, _)| *id == deputy).map(|(_, name)| name.clone());
            (it.whose.id, name.unwrap_or_default())
        });
        let appoint = Appoint {
            period: ids::acting_period(),
            manager,
            deputy,
            from: format::begin_of(first),
            until: format::begin_of(last.plus_days(1)),
        };
        let written = writer.write(Body::Deputies(Write::Appoint(appoint)), None);
        leptos::task::spawn_local(async move {
            if written.await.is_ok() {
                open.try_set(false);
                let _ = (to.try_set(String::new()), until.try_set(String::new()), tried.try_set(false));
                toasts.show(t_string!(i18n, deputies.appoint.done, name = name));
            }
        });
    };
    let choices = Signal::derive(move || {
        let choice = |(id, name): &(UserId, String)| Choice::new(id.to_string(), name.clone());
        board.with(|it| it.choices.iter().map(choice).collect::<Vec<_>>())
    });
    let missing = move || match tried.get() && to.with(String::is_empty) {
        true => t_string!(i18n, deputies.appoint.who_needed),
        false => "",
    };
    let no_day = move |day: RwSignal<String>| {
        move || match tried.get() && day.with(String::is_empty) {
            true => t_string!(i18n, deputies.appoint.day_needed),
            false => "",
        }
    };
    let failed = writer.error();
    let nobody = Memo::new(move |_| board.with(|it| it.choices.is_empty()));
    let body = move || match nobody.get() {
        true => view! { <Notice text=move || t_string!(i18n, deputies.appoint.nobody)/> }.into_any(),
        false => view! {
            <Select
                label=move || t_string!(i18n, deputies.appoint.who)
                name="deputy"
                value=to
                options=choices
                placeholder=move || t_string!(i18n, deputies.appoint.choose)
                error=missing
                required=true
            />
            <DayField
                label=move || t_string!(i18n, deputies.appoint.from)
                value=from
                name="from"
                choices=Signal::derive(move || day_choices(i18n, today.get()))
                error=no_day(from)
            />
            <DateInput
                label=move || t_string!(i18n, deputies.appoint.until)
                value=until
                name="until"
                error=no_day(until)
                required=true
            />
            <p>{move || t_string!(i18n, deputies.appoint.text)}</p>
            <p class="err" role="status">{failed}</p>
            <Button
                attr:data-testid="confirm"
                label=move || t_string!(i18n, deputies.appoint.confirm)
                on_press=submit
            />
        }
        .into_any(),
    };
    view! { <div class="stack" data-gap="4">{body}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_complete_or_asks_for_more() {
        let id = "00000000-0000-0000-0000-000000000002";
        assert!(chosen(id, "2026-11-22", "2026-11-22").is_some());
        for (to, from, until) in
            [("", "2026-11-22", "2026-11-23"), (id, "", "2026-11-23"), (id, "2026-11-22", "")]
        {
            assert_eq!(chosen(to, from, until), None);
        }
    }

    #[test]
    fn the_last_day_belongs_to_the_period() {
        let day: Date = "2026-11-30".parse().unwrap();
        let until = format::begin_of(day.plus_days(1));
        assert_eq!(format::last_day(until), day);
        assert_eq!(format::day_of(format::begin_of(day)), day);
    }
}
