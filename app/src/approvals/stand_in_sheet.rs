//! Somebody stands in for a post of the user's for some days: who, for which post, from which day until which. The days are
//! whole ones; when they begin and end is the server's to say.

use leeway_core::Body;
use leeway_core::approvals::{AskStandIn, EndStandIn, StandIn, Write};
use leeway_core::values::StandInId;
use leptos::prelude::*;

use super::queries::{self, StandInView};
use super::view_model::typed_stand_in;
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n};
use crate::live::live;
use crate::parts::use_writer;
use crate::platform::ids;
use crate::ui::{Button, Card, Cell, ChipButton, Choice, DateInput, Select, Sheet, Toasts};

/// The sheet: who stands in, now or later, and a form that asks somebody.
#[component]
pub fn StandInSheet(open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Sheet
            open=open
            title=move || t_string!(i18n, approvals.stand_in.title)
            close_label=move || t_string!(i18n, shell.close)
        >
            <Form/>
        </Sheet>
    }
    .into_any()
}

#[component]
fn Form() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let found = live(move |store| queries::stand_ins(store, app.me().get_untracked().map(|me| me.user)));
    let view = Memo::new(move |_| found.get().unwrap_or_default());
    let field = || RwSignal::new(String::new());
    let (post, deputy, from, until) = (field(), field(), field(), field());
    let tried = RwSignal::new(false);
    let writer = use_writer();
    let toasts = Toasts::take();
    let read = move || typed_stand_in(&post.get(), &deputy.get(), &from.get(), &until.get());
    let send = move |()| {
        tried.set(true);
        let Some((post, deputy, first, last)) = read() else { return };
        let ask = AskStandIn {
            stand_in: ids::new(StandInId::new),
            post,
            deputy,
            from: format::begin_of(first),
            until: format::begin_of(last.plus_days(1)),
        };
        let written = writer.write(Body::Approvals(Write::AskStandIn(ask)), None);
        leptos::task::spawn_local(async move {
            if written.await.is_ok() {
                let _ = tried.try_set(false);
                toasts.show(t_string!(i18n, approvals.stand_in.done));
            }
        });
    };
    let end = Callback::new(move |stand_in: StandInId| {
        let written = writer.write(Body::Approvals(Write::EndStandIn(EndStandIn { stand_in })), None);
        leptos::task::spawn_local(async move {
            if written.await.is_ok() {
                toasts.show(t_string!(i18n, approvals.stand_in.ended));
            }
        });
    });
    let incomplete = move || match tried.get() && read().is_none() {
        true => t_string!(i18n, approvals.stand_in.incomplete).to_owned(),
        false => writer.error().get(),
    };
    let posts = move || {
        view.with(|it| {
            it.posts.iter().map(|it| Choice::new(it.id.to_string(), it.title.clone())).collect::<Vec<_>>()
        })
    };
    let people = move || {
        view.with(|it| {
            it.people.iter().map(|it| Choice::new(it.id.to_string(), it.name.clone())).collect::<Vec<_>>()
        })
    };
    view! {
        <div class="stack" data-gap="4">
            {move || periods(i18n, view.get(), end)}
            <Select label=move || t_string!(i18n, approvals.more.post) name="post" value=post options=Signal::derive(posts) placeholder=move || t_string!(i18n, approvals.stand_in.choose)/>
            <Select label=move || t_string!(i18n, approvals.stand_in.who) name="deputy" value=deputy options=Signal::derive(people) placeholder=move || t_string!(i18n, approvals.stand_in.choose)/>
            <DateInput label=move || t_string!(i18n, approvals.stand_in.from) name="from" value=from/>
            <DateInput label=move || t_string!(i18n, approvals.stand_in.until) name="until" value=until/>
            <p class="err" role="status">{incomplete}</p>
            <Button attr:data-testid="ask-stand-in" label=move || t_string!(i18n, approvals.stand_in.ask) on_press=send/>
        </div>
    }
    .into_any()
}

/// The periods that are not over, each with a way to end it.
fn periods(i18n: I18n, view: StandInView, end: Callback<StandInId>) -> Option<AnyView> {
    let row = |it: StandIn| {
        let post = view.posts.iter().find(|post| post.id == it.post).map(|post| post.title.clone());
        let (id, post) = (it.id, post.unwrap_or_default());
        let (from, until) = (format::day_of(it.from), format::last_day(it.until));
        let note = move || {
            let (from, until) = (format::day(i18n, from), format::day(i18n, until));
            t_string!(i18n, approvals.stand_in.days, post = post.clone(), from = from, until = until)
        };
        view! {
            <Cell attr:data-testid="stand-in" title=it.deputy.name note=note>
                <ChipButton
                    label=move || t_string!(i18n, approvals.stand_in.end)
                    on_press=move |()| end.run(id)
                />
            </Cell>
        }
    };
    let rows: Vec<_> = view.live.iter().cloned().map(row).collect();
    (!rows.is_empty()).then(|| view! { <Card>{rows}</Card> }.into_any())
}
