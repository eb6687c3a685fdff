//! All customers of one manager go to another: who leaves or moves hands nothing over themselves. The admin's phone
//! holds no customers, so it shows what was asked until the server has done it.

use leeway_core::Body;
use leeway_core::organisation::{HandOver, Member, Role, Write};
use leeway_core::values::UserId;
use leptos::prelude::*;

use super::queries;
use super::units_page::people;
use crate::app::use_app;
use crate::i18n::{t_string, use_i18n};
use crate::live::live;
use crate::parts::{SuccessorForm, use_writer};
use crate::ui::{Button, ButtonKind, Card, Choice, Notice, Section, Sheet, Toasts, Tone};

/// The way to hand everything over; what was asked and is not done yet.
#[component]
pub fn HandOverSection(member: Signal<Member, LocalStorage>, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let queue = use_app().queue();
    let user = member.with_untracked(|it| it.id);
    let asked = live(move |store| {
        // a command that changes nothing here changes only the queue
        queue.track();
        queries::successor_asked_for(store, user)
    });
    let waiting = move || {
        asked.get().flatten().map(|name| {
            let text = move || t_string!(i18n, admin.hand_over.waiting, name = name.clone());
            view! { <Notice attr:data-testid="hand-over-asked" text=text tone=Tone::Warn live=true/> }
        })
    };
    view! {
        <Section title=move || t_string!(i18n, admin.hand_over.title)>
            <Card pad=true gap=3>
                {waiting}
                <Button
                    attr:data-testid="hand-over"
                    kind=ButtonKind::Second
                    label=move || t_string!(i18n, admin.hand_over.action)
                    on_press=move |()| open.set(true)
                />
            </Card>
        </Section>
        <Sheet
            open=open
            title=move || t_string!(i18n, admin.hand_over.action)
            close_label=move || t_string!(i18n, shell.close)
        >
            <Form member=member open=open/>
        </Sheet>
    }
    .into_any()
}

#[component]
fn Form(member: Signal<Member, LocalStorage>, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let from = member.with_untracked(|it| it.id);
    let found = live(queries::organisation);
    let choices = Memo::new(move |_| {
        let others = |all: Vec<Choice>| -> Vec<Choice> {
            let own = from.to_string();
            all.into_iter().filter(|it| it.value != own).collect()
        };
        found.with(|all| all.as_ref().map(|all| others(people(all, Some(Role::Manager)))))
    });
    let writer = use_writer();
    let toasts = Toasts::take();
    let submit = move |to: UserId| {
        let written = writer.write(Body::Organisation(Write::HandOver(HandOver { from, to })), None);
        leptos::task::spawn_local(async move {
            if written.await.is_ok() {
                open.try_set(false);
                toasts.show(t_string!(i18n, admin.hand_over.asked));
            }
        });
    };
    let text = move || {
        let name = member.with(|it| it.name.clone());
        t_string!(i18n, admin.hand_over.text, name = name)
    };
    view! {
        <SuccessorForm
            people=choices
            nobody=move || t_string!(i18n, admin.hand_over.nobody)
            label=move || t_string!(i18n, admin.hand_over.to)
            choose=move || t_string!(i18n, admin.choose)
            needed=move || t_string!(i18n, admin.hand_over.needed)
            text=text
            error=writer.error()
            confirm=move || t_string!(i18n, admin.hand_over.confirm)
            on_confirm=submit
        />
    }
    .into_any()
}
