//! The cases that wait for this user, oldest first; those that are over below. Never decides from the list.

use leeway_core::approvals::{Case, CaseState, RequestDigest};
use leeway_core::quotes::Filing;
use leptos::prelude::*;

use super::queries;
use super::stand_in_sheet::StandInSheet;
use super::view_model::Lists;
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{Paged, Urgency, standing, waiting_with};
use crate::routes::Route;
use crate::shell::{Frame, Place};
use crate::ui::{Button, ButtonKind, Card, Cell, Empty, Section, Skeleton, Tag, Tone};

/// All cases of this user.
#[component]
pub fn ApprovalsPage() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let found = live(queries::list);
    let lists = Memo::new(move |_| {
        let me = app.me().get()?.user;
        found.with(|it| it.as_ref().map(|(cases, answering)| Lists::of(cases.clone(), answering, me)))
    });
    let unit = live(queries::of_unit);
    let late = live(queries::late);
    let late = Memo::new(move |_| late.get().unwrap_or_default());
    let filed = live(queries::filed);
    let filed = Memo::new(move |_| filed.get().unwrap_or_default());
    let standing_in = RwSignal::new(false);
    let open = Memo::new(move |_| lists.get().map(|it| it.open).unwrap_or_default());
    let over = Memo::new(move |_| lists.get().map(|it| it.over).unwrap_or_default());
    let waiting = move || match (lists.with(Option::is_none), open.with(Vec::is_empty)) {
        (true, _) => view! { <Skeleton/> }.into_any(),
        (false, true) => view! {
            <Empty
                title=move || t_string!(i18n, approvals.empty)
                note=move || t_string!(i18n, approvals.empty_note)
            />
        }
        .into_any(),
        (false, false) => view! {
            <Section
                title=move || t_string!(i18n, approvals.waiting)
                count=move || open.with(Vec::len).to_string()
            >
                <Paged items=open row=move |it| row(i18n, it)/>
            </Section>
        }
        .into_any(),
    };
    view! {
        <Frame title=move || t_string!(i18n, approvals.title) root=Place::Approvals>
            {waiting}
            <Button
                attr:data-testid="stand-ins"
                kind=ButtonKind::Second
                label=move || t_string!(i18n, approvals.stand_in.title)
                on_press=move |()| standing_in.set(true)
            />
            <StandInSheet open=standing_in/>
            <Show when=move || unit.with(|it| it.as_ref().is_some_and(|it| !it.is_empty()))>
                <Section title=move || t_string!(i18n, approvals.unit.title)>
                    <Card>{move || unit.get().unwrap_or_default().into_iter().map(|it| of_unit(i18n, it)).collect_view()}</Card>
                </Section>
            </Show>
            <Show when=move || late.with(|it| !it.is_empty())>
                <Section title=move || t_string!(i18n, approvals.late.title)>
                    <Card>{move || late.get().into_iter().map(|it| late_post(i18n, it)).collect_view()}</Card>
                </Section>
            </Show>
            <Show when=move || filed.with(|it| !it.is_empty())>
                <Section
                    title=move || t_string!(i18n, approvals.filed.title)
                    count=move || filed.with(Vec::len).to_string()
                >
                    <Paged items=filed row=move |it| filing(i18n, it)/>
                </Section>
            </Show>
            <Show when=move || over.with(|it| !it.is_empty())>
                <Section title=move || t_string!(i18n, approvals.over)>
                    <Paged items=over row=move |it| row(i18n, it)/>
                </Section>
            </Show>
        </Frame>
    }
    .into_any()
}

fn row(i18n: I18n, it: Case) -> AnyView {
    let today = use_app().today();
    let (name, at, effective) = (it.asked_by_name, it.asked_at, it.effective);
    let note = move || {
        let off = format::discount(i18n, effective);
        t_string!(i18n, approvals.row_note, name = name.clone(), off = off)
    };
    let state = it.state;
    let urgent = it.track.as_ref().and_then(|track| standing(track.seat(it.id)?));
    let tone = match (&state, urgent) {
        (CaseState::Open, Some(Urgency::Late)) => Tone::Danger,
        (CaseState::Open, _) => Tone::Warn,
        (CaseState::Decided { approved: true, .. }, _) => Tone::Ok,
        _ => Tone::Plain,
    };
    let word = move || match (&state, urgent) {
        (CaseState::Open, Some(urgent)) => urgent.word(i18n),
        _ => words::case_state(i18n, &state),
    };
    view! {
        <Cell
            attr:data-testid="case-row"
            title=it.customer_name
            note=note
            figure=format::money(it.total)
            top=true
            href=Signal::stored(Route::Approval(it.id).href())
        >
            <Tag tone=tone label=word/>
            <span class="small">{move || format::moment_from(i18n, at, today.get())}</span>
        </Cell>
    }
    .into_any()
}

/// A request of the unit: with whom it is, and for how long.
fn of_unit(i18n: I18n, it: RequestDigest) -> AnyView {
    let today = use_app().today();
    let (late, track) = (it.track.late(), it.track);
    let (name, at) = (it.asked_by_name, it.asked_at);
    let note = move || {
        let post = waiting_with(i18n, &track);
        t_string!(i18n, approvals.unit.note, name = name.clone(), post = post)
    };
    let tone = if late > 0 { Tone::Danger } else { Tone::Warn };
    let word = move || match late {
        0 => t_string!(i18n, approvals.track.tag_waiting).to_owned(),
        late => t_string!(i18n, approvals.unit.late, count = late.to_string()),
    };
    view! {
        <Cell
            attr:data-testid="unit-request"
            title=it.customer_name
            note=note
            figure=format::money(it.total)
            top=true
        >
            <Tag tone=tone label=word/>
            <span class="small">{move || format::moment_from(i18n, at, today.get())}</span>
        </Cell>
    }
    .into_any()
}

/// A post that was late, and how often.
fn late_post(i18n: I18n, (post, count): (String, usize)) -> AnyView {
    let note = move || t_string!(i18n, approvals.late.note, count = count.to_string());
    view! { <Cell attr:data-testid="late-post" title=post note=note/> }.into_any()
}

/// A quote that a manager gave alone.
fn filing(i18n: I18n, it: Filing) -> AnyView {
    let today = use_app().today();
    let (name, effective, at) = (it.by_name, it.effective, it.at);
    let note = move || {
        let off = format::discount(i18n, effective);
        t_string!(i18n, approvals.filed.note, name = name.clone(), off = off)
    };
    view! {
        <Cell
            attr:data-testid="filing"
            title=it.customer_name
            note=note
            figure=format::money(it.total)
            top=true
        >
            <span class="small">{move || format::moment_from(i18n, at, today.get())}</span>
        </Cell>
    }
    .into_any()
}
