//! All visits: overdue, today, to come, done. Never plans one by itself.

use leptos::prelude::*;

use super::queries;
use super::view_model::{Groups, Row};
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{Acting, Paged, acting_tag, use_acting};
use crate::routes::Route;
use crate::shell::Frame;
use crate::ui::{Button, ButtonKind, Cell, Empty, Glyph, Grade, Section, Skeleton, Tag, Tone};

/// By so many days more of visits that are over are shown at a time.
const EARLIER: i64 = 30;

/// All visits of this user.
#[component]
pub fn VisitsPage() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let back = RwSignal::new(queries::BACK);
    let found = live(move |store| queries::list(store, app.today().get(), back.get()));
    let acting = use_acting();
    let groups = Memo::new(move |_| {
        let today = app.today().get();
        found.with(|found| found.as_ref().map(|it| Groups::of(&it.visits, &it.customers, today)))
    });
    let earlier = Callback::new(move |()| {
        let shown = found.with_untracked(|found| found.as_ref().map_or(queries::BACK, |it| it.back));
        back.set(shown + EARLIER);
    });
    let plan = Signal::stored(Route::NewVisit { customer: None }.href());
    let record = Signal::stored(Route::RecordVisit { customer: None }.href());
    let dock = move || {
        view! {
            <Button kind=ButtonKind::Second label=move || t_string!(i18n, visits.record) href=record/>
            <Button
                attr:data-testid="primary"
                icon=Glyph::Plus
                label=move || t_string!(i18n, visits.plan)
                href=plan
            />
        }
        .into_any()
    };
    let body = move || match groups.with(|it| it.as_ref().map(Groups::is_empty)) {
        None => view! { <Skeleton/> }.into_any(),
        Some(true) => view! {
            <Empty
                title=move || t_string!(i18n, visits.empty)
                note=move || t_string!(i18n, visits.empty_note)
            />
        }
        .into_any(),
        Some(false) => view! { <Lists groups=groups acting=acting earlier=earlier/> }.into_any(),
    };
    view! {
        <Frame title=move || t_string!(i18n, visits.title) dock=dock>
            {body}
        </Frame>
    }
    .into_any()
}

#[component]
fn Lists(groups: Memo<Option<Groups>>, acting: Acting, earlier: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let pick = move |which: fn(&Groups) -> &Vec<Row>| {
        Memo::new(move |_| groups.with(|it| it.as_ref().map(|it| which(it).clone())).unwrap_or_default())
    };
    let (overdue, today) = (pick(|it| &it.overdue), pick(|it| &it.today));
    let (upcoming, done) = (pick(|it| &it.upcoming), pick(|it| &it.done));
    view! {
        <Group title=Signal::derive(move || t_string!(i18n, visits.overdue).to_owned()) rows=overdue acting=acting late=true/>
        <Group title=Signal::derive(move || t_string!(i18n, visits.today).to_owned()) rows=today acting=acting/>
        <Group title=Signal::derive(move || t_string!(i18n, visits.upcoming).to_owned()) rows=upcoming acting=acting/>
        <Group title=Signal::derive(move || t_string!(i18n, visits.done).to_owned()) rows=done acting=acting/>
        <Button
            kind=ButtonKind::Quiet
            label=move || t_string!(i18n, visits.earlier)
            on_press=earlier
        />
    }
    .into_any()
}

#[component]
fn Group(
    title: Signal<String>,
    rows: Memo<Vec<Row>>,
    acting: Acting,
    #[prop(optional)] late: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let any = Memo::new(move |_| rows.with(|it| !it.is_empty()));
    let draw = move |it: Row| row(i18n, it, acting, late);
    view! {
        <Show when=move || any.get()>
            <Section title=title count=move || rows.with(Vec::len).to_string()>
                <Paged items=rows row=draw/>
            </Section>
        </Show>
    }
    .into_any()
}

fn row(i18n: I18n, it: Row, acting: Acting, late: bool) -> AnyView {
    let today = use_app().today();
    let (when, purpose, state) = (it.when, it.purpose, it.state);
    let note = move || {
        let day = format::day_from(i18n, when.day, today.get());
        let at = when.minute.map(|minute| format!(" {}", format::minute_of_day(minute))).unwrap_or_default();
        let purpose = words::purpose(i18n, purpose);
        t_string!(i18n, visits.row_note, when = format!("{day}{at}"), purpose = purpose)
    };
    let days = move || (today.get().days_since(when.day)).to_string();
    let late = late.then(|| {
        view! {
            <Tag
                tone=Tone::Danger
                icon=Glyph::Alert
                label=move || t_string!(i18n, visits.late, days = days())
            />
        }
        .into_any()
    });
    let under_way =
        (it.is_open() || matches!(state, leeway_core::visits::VisitState::Cancelled)).then(|| {
            let tone = if it.is_open() { Tone::Accent } else { Tone::Plain };
            view! { <Tag tone=tone label=move || words::visit_state(i18n, state)/> }.into_any()
        });
    let grade = it.grade;
    let mark = move || grade.map(|it| view! { <Grade letter=format!("{it:?}")/> });
    view! {
        <Cell
            attr:data-testid="visit-row"
            title=it.name
            note=note
            trail=mark
            href=Signal::stored(Route::Visit(it.id).href())
        >
            {late.or(under_way)}
            {acting_tag(i18n, acting, it.owner)}
        </Cell>
    }
    .into_any()
}
