//! One visit: prepare, answer, note, end. Each part has its tab; all stay in the document, so that nothing that is
//! typed loses its field.

use leeway_core::values::{Timestamp, VisitId};
use leeway_core::visits::{Open, Visit, VisitState, Write};
use leeway_core::{Body, Entity};
use leptos::prelude::*;

use super::brief::BriefTab;
use super::checklist::ChecklistTab;
use super::desk::{BRIEF, CHECKLIST, Desk, RECORD};
use super::more::MoreSheet;
use super::queries::{self, VisitView};
use super::record::RecordTab;
use super::view_model::last_write;
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{Failed, ResendNotice};
use crate::platform::page;
use crate::routes::{Route, use_id};
use crate::shell::{Frame, Later, NotFoundPage, loaded, record_word};
use crate::sync::RecordState;
use crate::ui::{self, Button, ButtonKind, Choice, Glyph, IconButton, Notice, SegTabs, StateChip, Tone};

/// The page of one visit.
#[component]
pub fn VisitPage() -> impl IntoView {
    let id = use_id::<VisitId>("id");
    let page = move || match id.get() {
        Some(id) => view! { <Screen id=id/> }.into_any(),
        None => view! { <NotFoundPage/> }.into_any(),
    };
    page.into_any()
}

#[component]
fn Screen(id: VisitId) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let record = live(move |store| queries::visit(store, id));
    let desk = Desk::new(id, record);
    let more = RwSignal::new(false);
    // after the fields have been built, and once
    Effect::new(move |done: Option<bool>| done == Some(true) || desk.show_refused());
    let title = move || {
        let name = desk.with(|view| view.customer.as_ref().map(|it| it.name.value.clone())).flatten();
        name.unwrap_or_else(|| t_string!(i18n, visits.one).to_owned())
    };
    let subtitle = move || desk.with(|view| subtitle(i18n, &view.visit, today.get())).unwrap_or_default();
    let corner = move || {
        view! {
            <IconButton
                label=move || t_string!(i18n, visits.more.title)
                icon=Glyph::More
                on_press=move |()| more.set(true)
            />
        }
    };
    let dock = move || view! { <Actions desk=desk/> };
    let body = move |_: Signal<VisitView, LocalStorage>| {
        view! { <Tabs desk=desk/> <MoreSheet desk=desk open=more/> }.into_any()
    };
    view! {
        <Frame title=title subtitle=subtitle back=Route::Visits corner=corner dock=dock gap=4>
            <ResendNotice resend=desk.resend/>
            {loaded(record, body)}
        </Frame>
    }
    .into_any()
}

/// Says when and why, by how far the visit has come.
fn subtitle(i18n: I18n, visit: &Visit, today: leeway_core::values::Date) -> String {
    let purpose = words::purpose(i18n, visit.purpose);
    let when = visit.when.value;
    let day = format::day_from(i18n, when.day, today);
    match visit.state {
        VisitState::Planned => {
            let at =
                when.minute.map(|minute| format!(" {}", format::minute_of_day(minute))).unwrap_or_default();
            t_string!(i18n, visits.row_note, when = format!("{day}{at}"), purpose = purpose)
        }
        VisitState::Open { since } => {
            t_string!(i18n, visits.since, time = format::time(since), purpose = purpose)
        }
        VisitState::Finished { since, until } => t_string!(
            i18n,
            visits.finished,
            day = format::date_time(i18n, since),
            until = format::time(until),
            purpose = purpose
        ),
        VisitState::Cancelled => t_string!(i18n, visits.cancelled, day = day, purpose = purpose),
    }
}

#[component]
fn Tabs(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let tab = desk.tab;
    // a visit that has not begun opens on what to know, any other on its answers
    if tab.get_untracked().is_empty() {
        let planned = desk.look(|view| view.visit.state == VisitState::Planned).unwrap_or(true);
        tab.set(if planned { BRIEF } else { CHECKLIST }.to_owned());
    }
    let options = move || {
        vec![
            Choice::new(BRIEF, t_string!(i18n, visits.tabs.brief)),
            Choice::new(CHECKLIST, t_string!(i18n, visits.tabs.checklist)),
            Choice::new(RECORD, t_string!(i18n, visits.tabs.record)),
        ]
    };
    Effect::new(move |before: Option<String>| {
        let now = tab.get();
        if before.is_some_and(|before| before != now) {
            page::to_top();
        }
        now
    });
    let hidden = move |mine: &'static str| move || tab.with(|tab| tab != mine);
    let shown = move |mine: &'static str| Signal::derive(move || tab.with(|tab| tab == mine));
    let said = move || {
        let text = desk.said.get();
        (!text.is_empty()).then(|| {
            view! {
                <div data-testid="missing">
                    <Notice text=text tone=Tone::Warn icon=Glyph::Alert live=true/>
                </div>
            }
        })
    };
    view! {
        <SegTabs
            label=move || t_string!(i18n, visits.tabs.label)
            options=Signal::derive(options)
            value=tab
        />
        {said}
        <Failed writer=desk.writer/>
        <div class="stack" data-gap="4" hidden=hidden(BRIEF)>
            <Later needed=shown(BRIEF)>
                <BriefTab desk=desk/>
            </Later>
        </div>
        <div class="stack" data-gap="4" hidden=hidden(CHECKLIST)>
            <Later needed=shown(CHECKLIST)>
                <ChecklistTab desk=desk/>
            </Later>
        </div>
        <div class="stack" data-gap="6" hidden=hidden(RECORD)>
            <Later needed=shown(RECORD)>
                <RecordTab desk=desk/>
            </Later>
        </div>
    }
    .into_any()
}

/// Where the visit stands on its way to the server, with the time of the last write here.
#[component]
pub fn SavedChip(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let state = use_app().record_state(Visit::key(desk.id));
    let at = Memo::new(move |_| desk.with(|view| last_write(&view.visit)).unwrap_or(Timestamp::from_ms(0)));
    let label = move || match state.get() {
        RecordState::Waiting => t_string!(i18n, visits.saved_at, time = format::time(at.get())),
        state => record_word(i18n, state).to_owned(),
    };
    let shape = move || match state.get() {
        RecordState::Synced => ui::RecordState::Synced,
        RecordState::Waiting => ui::RecordState::Saved,
        RecordState::Sending => ui::RecordState::Sending,
        RecordState::WouldBeRefused => ui::RecordState::Conflict,
        RecordState::Parked | RecordState::Refused => ui::RecordState::Returned,
    };
    view! { <StateChip state=Signal::derive(shape) label=label/> }.into_any()
}

/// The button: begin, go to what is missing, end; and what comes after.
#[component]
fn Actions(desk: Desk) -> impl IntoView {
    let state = Memo::new(move |_| desk.with(|view| view.visit.state));
    let button = move || match state.get() {
        None => ().into_any(),
        Some(VisitState::Planned) => start_button(desk),
        Some(VisitState::Open { .. }) => finish_button(desk),
        Some(VisitState::Finished { .. } | VisitState::Cancelled) => after_buttons(desk),
    };
    button.into_any()
}

fn start_button(desk: Desk) -> AnyView {
    let i18n = desk.i18n;
    let start = move |()| {
        leptos::task::spawn_local(async move {
            let open = Body::Visits(Write::Open(Open { visit: desk.id }));
            if desk.writer.write(open, None).await.is_ok() {
                desk.tab.try_set(CHECKLIST.to_owned());
            }
        });
    };
    view! {
        <Button
            attr:data-testid="primary"
            icon=Glyph::Pin
            label=move || t_string!(i18n, visits.start)
            on_press=start
        />
    }
    .into_any()
}

fn finish_button(desk: Desk) -> AnyView {
    let i18n = desk.i18n;
    let missing = Memo::new(move |_| desk.progress().missing.len());
    let label = move || match missing.get() {
        0 => t_string!(i18n, visits.finish).to_owned(),
        left => t_string!(i18n, visits.left, count = left.to_string()),
    };
    let finish = move |()| leptos::task::spawn_local(desk.finish());
    view! { <Button attr:data-testid="primary" label=label on_press=finish/> }.into_any()
}

fn after_buttons(desk: Desk) -> AnyView {
    let i18n = desk.i18n;
    let customer = desk.look(|view| view.visit.customer);
    let quote = Signal::stored(Route::NewQuote { customer, opportunity: None }.href());
    let again = Signal::stored(Route::NewVisit { customer }.href());
    view! {
        <Button kind=ButtonKind::Second label=move || t_string!(i18n, visits.quote) href=quote/>
        <Button attr:data-testid="primary" label=move || t_string!(i18n, visits.again) href=again/>
    }
    .into_any()
}
