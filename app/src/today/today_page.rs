//! The first screen, by role. A manager sees the day, those who decide what waits for them, an admin what they keep.

use leeway_core::organisation::Role;
use leptos::prelude::*;

use super::deciding::{AdminLinks, Deciding, first_case};
use super::queries;
use super::route_card::{RouteSection, WaitingSection, check_in};
use super::steps_card::StepsSection;
use super::view_model::{DayRoute, Primary};
use crate::app::use_app;
use crate::commands::use_commands;
use crate::i18n::{t_string, use_i18n};
use crate::live::live;
use crate::parts::use_acting;
use crate::routes::{Route, use_go};
use crate::shell::{Frame, Later, Place};
use crate::sync::SyncStatus;
use crate::ui::{Button, Card, Cell, Glyph, Section, Tone};

/// The first screen.
#[component]
pub fn TodayPage() -> impl IntoView {
    let app = use_app();
    let role = Memo::new(move |_| app.me().with(|me| me.as_ref().map_or(Role::Manager, |me| me.role)));
    let page = move || match role.get() {
        Role::Manager => view! { <ManagerToday/> }.into_any(),
        Role::UnitHead | Role::Approver => view! { <DeciderToday role=role/> }.into_any(),
        Role::Admin => view! { <AdminToday/> }.into_any(),
    };
    page.into_any()
}

/// The day of an account manager.
#[component]
fn ManagerToday() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let (route, acting) = (live(move |store| queries::route(store, app.today().get())), use_acting());
    let dock = move || view! { <MainButton route=route/> };
    view! {
        <Frame title=move || t_string!(i18n, today.title) root=Place::Today dock=dock>
            <CardsLink/>
            <CasesLink/>
            <RouteSection route=route acting=acting/>
            <Later>
                <WaitingSection/>
            </Later>
            <Later>
                <StepsSection/>
            </Later>
        </Frame>
    }
    .into_any()
}

/// What the thumb finds: check in at the next stop, go on where one is, or plan a visit.
#[component]
fn MainButton(route: Signal<Option<DayRoute>, LocalStorage>) -> impl IntoView {
    let i18n = use_i18n();
    let commands = use_commands();
    let go = use_go();
    let primary =
        Memo::new(move |_| route.with(|route| route.as_ref().map_or(Primary::Plan, DayRoute::primary)));
    let press = move |()| match primary.get_untracked() {
        Primary::CheckIn(visit, _) => check_in(i18n, commands, visit, go.clone()),
        Primary::GoOn(visit, _) => go(Route::Visit(visit)),
        Primary::Plan => go(Route::NewVisit { customer: None }),
    };
    let words = move || match primary.get() {
        Primary::CheckIn(_, customer) => t_string!(i18n, today.route.check_in, customer = customer),
        Primary::GoOn(_, customer) => t_string!(i18n, today.route.go_on, customer = customer),
        Primary::Plan => t_string!(i18n, today.route.plan).to_owned(),
    };
    let icon = Signal::derive(move || match primary.get() {
        Primary::Plan => Some(Glyph::Plus),
        Primary::CheckIn(..) | Primary::GoOn(..) => Some(Glyph::Pin),
    });
    view! { <Button attr:data-testid="primary" label=words icon=icon on_press=press/> }.into_any()
}

/// The day of somebody who decides.
#[component]
fn DeciderToday(role: Memo<Role>) -> impl IntoView {
    let i18n = use_i18n();
    let cases = live(queries::cases);
    let first = first_case(cases);
    let dock = move || {
        let label = move || match first.get() {
            Some((_, customer)) => t_string!(i18n, today.cases.decide, customer = customer),
            None => t_string!(i18n, today.cases.all).to_owned(),
        };
        let href = Signal::derive(move || match first.get() {
            Some((case, _)) => Route::Approval(case).href(),
            None => Route::Approvals.href(),
        });
        view! { <Button attr:data-testid="primary" icon=Glyph::Shield label=label href=href/> }
    };
    view! {
        <Frame title=move || t_string!(i18n, today.title) root=Place::Today dock=dock>
            <CardsLink/>
            <Deciding cases=cases digests=role.get_untracked() == Role::UnitHead/>
        </Frame>
    }
    .into_any()
}

/// Where an administrator goes from.
#[component]
fn AdminToday() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Frame title=move || t_string!(i18n, today.title) root=Place::Today>
            <CardsLink/>
            <AdminLinks/>
        </Frame>
    }
    .into_any()
}

/// A way to the cases of a manager who is a post's deputy, or stands in for it, while there are any.
#[component]
fn CasesLink() -> impl IntoView {
    let i18n = use_i18n();
    let me = use_app().me();
    let cases = live(queries::cases);
    let link = move || {
        // what they ask themselves is for others
        let me = me.get()?.user;
        let count = cases.with(|all| all.iter().flatten().filter(|case| case.asked_by != me).count());
        (count > 0).then(|| {
            view! {
                <Card>
                    <Cell
                        attr:data-testid="cases-link"
                        lead=Glyph::HandStamp
                        title=move || t_string!(i18n, today.cases.title)
                        figure=count.to_string()
                        href=Signal::stored(Route::Approvals.href())
                    />
                </Card>
            }
        })
    };
    link.into_any()
}

/// A way to the cards, while there are any.
#[component]
fn CardsLink() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let cards = Memo::new(move |_| app.status().with(SyncStatus::cards));
    let link = move || {
        let count = Some(cards.get()).filter(|count| *count > 0)?;
        Some(view! {
            <Section title=move || t_string!(i18n, today.cards.title)>
                <Card>
                    <Cell
                        attr:data-testid="cards-link"
                        lead=Glyph::ArrowBack
                        tone=Tone::Danger
                        title=move || t_string!(i18n, today.cards.count, count = count.to_string())
                        note=move || t_string!(i18n, today.cards.note)
                        href=Signal::stored(Route::Inbox.href())
                    />
                </Card>
            </Section>
        })
    };
    link.into_any()
}
