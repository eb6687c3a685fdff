//! What was given away, beside what it won: the user's own, which needs no network, and for who decides that of a unit,
//! which the server adds up, since this device holds neither its quotes nor its customers.

use leeway_core::organisation::Role;
use leeway_core::spending::Report;
use leeway_core::values::UnitId;
use leptos::prelude::*;

use super::figures::Figures;
use super::queries::{self, Own};
use super::view_model::names;
use crate::app::use_app;
use crate::i18n::{I18n, t_string, use_i18n};
use crate::live::live;
use crate::routes::Route;
use crate::shell::{Frame, loaded};
use crate::sync::account::AskError;
use crate::ui::{Button, ButtonKind, Choice, Empty, Glyph, Notice, SegTabs, Select, Skeleton};

/// The user's own figures.
const OWN: &str = "own";
/// Those of a unit.
const UNIT: &str = "unit";

/// The page of spending.
#[component]
pub fn SpendingPage() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let record = live(move |store| {
        let (me, today) = (app.me().get().map(|me| me.user), app.today().get());
        queries::own(store, me, today)
    });
    let body = move |own: Signal<Own, LocalStorage>| view! { <Views own=own/> }.into_any();
    view! {
        <Frame title=move || t_string!(i18n, spending.title) back=Route::Me gap=4>
            {loaded(record, body)}
        </Frame>
    }
    .into_any()
}

#[component]
fn Views(own: Signal<Own, LocalStorage>) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let manages = app.me().with_untracked(|me| me.as_ref().is_some_and(|me| me.role == Role::Manager));
    let decides = own.with_untracked(|it| it.decides);
    let shown = RwSignal::new(if manages { OWN } else { UNIT }.to_owned());
    let tabs = move || {
        vec![
            Choice::new(OWN, t_string!(i18n, spending.own)),
            Choice::new(UNIT, t_string!(i18n, spending.unit)),
        ]
    };
    let mine = move || match own.with(|it| it.spending.all.quotes) {
        0 => view! {
            <Empty
                title=move || t_string!(i18n, spending.empty)
                note=move || t_string!(i18n, spending.empty_note)
            />
        }
        .into_any(),
        _ => {
            let Own { spending, names, .. } = own.get();
            view! { <Figures spending=spending names=names by_manager=false/> }.into_any()
        }
    };
    let view = move || match (shown.with(|it| it == UNIT), decides) {
        (true, true) => view! { <OfUnit/> }.into_any(),
        _ => mine(),
    };
    view! {
        <Show when=move || decides && manages>
            <SegTabs
                label=move || t_string!(i18n, spending.whose)
                options=Signal::derive(tabs)
                value=shown
            />
        </Show>
        {view}
    }
    .into_any()
}

/// The figures of a unit, as the server adds them up now.
#[component]
fn OfUnit() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let (found, wrong) = (RwSignal::new(None::<Report>), RwSignal::new(None::<AskError>));
    let unit = RwSignal::new(String::new());
    let ask = move || {
        let asked = unit.with_untracked(|it| it.parse::<UnitId>().ok());
        wrong.set(None);
        leptos::task::spawn_local(async move {
            match app.spending(asked).await {
                Ok(it) => _ = found.try_set(Some(it)),
                Err(error) => _ = wrong.try_set(Some(error)),
            }
        });
    };
    ask();
    let choices = move || {
        let units = found.get().map(|it| it.units).unwrap_or_default();
        units.into_iter().map(|it| Choice::new(it.id.to_string(), it.name)).collect::<Vec<_>>()
    };
    let several = Memo::new(move |_| found.with(|it| it.as_ref().is_some_and(|it| it.units.len() > 1)));
    let view = move || match (found.get(), wrong.get()) {
        (_, Some(error)) => view! {
            <Notice text=move || said(i18n, error) icon=Glyph::CloudOff live=true/>
            <Button
                kind=ButtonKind::Second
                label=move || t_string!(i18n, spending.again)
                on_press=move |()| ask()
            />
        }
        .into_any(),
        (None, None) => view! { <Skeleton/> }.into_any(),
        (Some(it), None) => {
            let names = names(&it.names);
            view! { <Figures spending=it.spending names=names by_manager=true/> }.into_any()
        }
    };
    view! {
        <Show when=move || several.get()>
            <Select
                label=move || t_string!(i18n, spending.which)
                name="unit"
                value=unit
                options=Signal::derive(choices)
                on_change=move |_| ask()
            />
        </Show>
        {view}
    }
    .into_any()
}

fn said(i18n: I18n, error: AskError) -> &'static str {
    match error {
        AskError::Offline => t_string!(i18n, spending.offline),
        AskError::Forbidden => t_string!(i18n, spending.forbidden),
        AskError::Server(_) => t_string!(i18n, spending.server),
    }
}
