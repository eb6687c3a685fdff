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
use crate::parts::use_writer;
use crate::ui::{Button, ButtonKind, Card, Choice, Notice, Section, Select, Sheet, Toasts, Tone};

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
    let options = Signal::derive(move || choices.get().unwrap_or_default());
    let (to, tried) = (RwSignal::new(String::new()), RwSignal::new(false));
    let writer = use_writer();
    let toasts = Toasts::take();
    let submit = move |()| {
        tried.set(true);
        let Ok(to) = to.with_untracked(|it| it.parse::<UserId>()) else { return };
        let written = writer.write(Body::Organisation(Write::HandOver(HandOver { from, to })), None);
        leptos::task::spawn_local(async move {
            if written.await.is_ok() {
                open.try_set(false);
                toasts.show(t_string!(i18n, admin.hand_over.asked));
            }
        });
    };
    let missing = move || match tried.get() && to.with(String::is_empty) {
        true => t_string!(i18n, admin.hand_over.needed),
        false => "",
    };
    let text = move || {
        let name = member.with(|it| it.name.clone());
        t_string!(i18n, admin.hand_over.text, name = name)
    };
    let failed = writer.error();
    let body = move || match choices.with(|all| all.as_ref().is_some_and(Vec::is_empty)) {
        true => view! { <Notice text=move || t_string!(i18n, admin.hand_over.nobody)/> }.into_any(),
        false => view! {
            <Select
                label=move || t_string!(i18n, admin.hand_over.to)
                name="successor"
                value=to
                options=options
                placeholder=move || t_string!(i18n, admin.choose)
                error=missing
                required=true
            />
            <p>{text}</p>
            <p class="err" role="status">{failed}</p>
            <Button
                attr:data-testid="confirm"
                kind=ButtonKind::Danger
                label=move || t_string!(i18n, admin.hand_over.confirm)
                on_press=submit
            />
        }
        .into_any(),
    };
    view! { <div class="stack" data-gap="4">{body}</div> }.into_any()
}
