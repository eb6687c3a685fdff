//! The day's route, and the quotes that are with others. Done stops shrink to one line; the next one stands out.

use leeway_core::Body;
use leeway_core::customers;
use leeway_core::values::{Date, VisitId};
use leeway_core::visits::{self, Open};
use leptos::prelude::*;

use super::queries;
use super::view_model::{DayRoute, Stand, Stop, WaitingQuote};
use crate::app::use_app;
use crate::commands::Commands;
use crate::i18n::{I18n, errors, format, t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{Acting, acting_tag};
use crate::routes::Route;
use crate::ui::{
    Agenda, AgendaItem, AgendaState, Button, ButtonKind, Card, Cell, Empty, Glyph, Grade, Section, Skeleton,
    Tag, Toasts, Tone,
};

/// Begins a visit and goes there. What keeps it from beginning is said in place.
pub fn check_in(i18n: I18n, commands: Commands, visit: VisitId, go: impl Fn(Route) + 'static) {
    let toasts = Toasts::take();
    leptos::task::spawn_local(async move {
        match commands.dispatch(Body::Visits(visits::Write::Open(Open { visit }))).await {
            Ok(_) => go(Route::Visit(visit)),
            Err(error) => toasts.warn(errors::dispatch(i18n, &error)),
        }
    });
}

/// The route of today.
#[component]
pub fn RouteSection(route: Signal<Option<DayRoute>, LocalStorage>, acting: Acting) -> impl IntoView {
    let i18n = use_i18n();
    let count = move || {
        route.with(|route| match route {
            Some(route) if !route.stops.is_empty() => t_string!(
                i18n,
                today.route.count,
                all = route.stops.len().to_string(),
                done = route.done.to_string()
            ),
            _ => String::new(),
        })
    };
    let body = move || match route.get() {
        None => view! { <Skeleton cards=1/> }.into_any(),
        Some(route) if route.stops.is_empty() => view! { <NoStops/> }.into_any(),
        Some(route) => view! { <Stops route=route acting=acting/> }.into_any(),
    };
    view! {
        <Section
            title=move || t_string!(i18n, today.route.title)
            count=count
            link_label=move || t_string!(i18n, today.route.all)
            link=Signal::stored(Route::Visits.href())
        >
            {body}
        </Section>
    }
    .into_any()
}

#[component]
fn NoStops() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Empty
            title=move || t_string!(i18n, today.route.empty)
            note=move || t_string!(i18n, today.route.empty_note)
        >
            <Button
                kind=ButtonKind::Second
                small=true
                label=move || t_string!(i18n, today.route.plan)
                href=Signal::stored(Route::NewVisit { customer: None }.href())
            />
        </Empty>
    }
    .into_any()
}

#[component]
fn Stops(route: DayRoute, acting: Acting) -> impl IntoView {
    let i18n = use_i18n();
    let more = route.more_late;
    let stops = route.stops.into_iter().enumerate();
    let item = |(index, stop)| view! { <StopItem number=index + 1 stop=stop acting=acting/> };
    let items = stops.map(item).collect_view();
    let rest = (more > 0).then(|| {
        view! {
            <Card>
                <Cell
                    lead=Glyph::Alert
                    tone=Tone::Danger
                    title=move || t_string!(i18n, today.route.late_more, count = more.to_string())
                    href=Signal::stored(Route::Visits.href())
                />
            </Card>
        }
    });
    view! {
        <Agenda>{items}</Agenda>
        {rest}
    }
    .into_any()
}

#[component]
fn StopItem(number: usize, stop: Stop, acting: Acting) -> impl IntoView {
    let i18n = use_i18n();
    let Stop { visit, customer, grade, owner, address, purpose, when, days_late, stand } = stop;
    let time = move || match when.minute {
        // the time of another day would only mislead
        _ if days_late > 0 => t_string!(i18n, today.route.overdue).to_owned(),
        Some(minute) => format::minute_of_day(minute),
        None => t_string!(i18n, today.route.any_time).to_owned(),
    };
    let state = match stand {
        Stand::Done => AgendaState::Done,
        Stand::Open | Stand::Next => AgendaState::Next,
        Stand::Later => AgendaState::Later,
    };
    let said = move || match stand {
        Stand::Done => t_string!(i18n, today.route.done),
        Stand::Open => t_string!(i18n, today.route.open),
        Stand::Next => t_string!(i18n, today.route.next),
        Stand::Later => "",
    };
    let note = move || match (stand, address.is_empty()) {
        (Stand::Done, _) => String::new(),
        (_, true) => words::purpose(i18n, purpose).to_owned(),
        (_, false) => t_string!(
            i18n,
            today.route.note,
            purpose = words::purpose(i18n, purpose),
            address = address.clone()
        ),
    };
    let tag = late_or_open(i18n, when.day, days_late, stand);
    // a finished stop is one line: without its grade
    let mark = move || (stand != Stand::Done).then(|| view! { <Grade letter=grade_letter(grade)/> });
    view! {
        <AgendaItem
            attr:data-testid="visit-row"
            time=time
            number=number
            state=state
            state_label=said
            title=customer
            mark=mark
            note=note
            href=Signal::stored(Route::Visit(visit).href())
        >
            {tag}
            {acting_tag(i18n, acting, owner)}
        </AgendaItem>
    }
    .into_any()
}

fn grade_letter(grade: customers::Grade) -> &'static str {
    match grade {
        customers::Grade::A => "A",
        customers::Grade::B => "B",
        customers::Grade::C => "C",
    }
}

fn late_or_open(i18n: I18n, day: Date, days_late: i64, stand: Stand) -> Option<AnyView> {
    let late = move || {
        let day = format::day(i18n, day);
        t_string!(i18n, today.route.late, day = day, count = days_late.to_string())
    };
    match stand {
        Stand::Open => Some(
            view! {
                <Tag
                    tone=Tone::Accent
                    icon=Glyph::Pin
                    label=move || t_string!(i18n, today.route.open)
                />
            }
            .into_any(),
        ),
        Stand::Next | Stand::Later if days_late > 0 => {
            Some(view! { <Tag tone=Tone::Danger icon=Glyph::Alert label=late/> }.into_any())
        }
        _ => None,
    }
}

/// The user's quotes that are with somebody who decides; nothing when there are none.
#[component]
pub fn WaitingSection() -> impl IntoView {
    let i18n = use_i18n();
    let waiting = live(queries::waiting);
    let section = move || {
        let quotes = waiting.get().filter(|quotes| !quotes.is_empty())?;
        let count = quotes.len().to_string();
        let rows = quotes.into_iter().map(|quote| waiting_row(i18n, quote)).collect_view();
        Some(view! {
            <Section
                title=move || t_string!(i18n, today.waiting.title)
                count=count
                link_label=move || t_string!(i18n, today.waiting.all)
                link=Signal::stored(Route::Quotes.href())
            >
                <Card>{rows}</Card>
            </Section>
        })
    };
    section.into_any()
}

fn waiting_row(i18n: I18n, quote: WaitingQuote) -> AnyView {
    let app = use_app();
    let WaitingQuote { quote, customer, off, with, since } = quote;
    let title = move || {
        let discount = format::discount(i18n, off);
        t_string!(i18n, today.waiting.quote, customer = customer.clone(), discount = discount)
    };
    let note = move || {
        let since = format::moment_from(i18n, since, app.today().get());
        match with.clone() {
            Some(name) => t_string!(i18n, today.waiting.with, name = name, since = since),
            None => t_string!(i18n, today.waiting.with_post, since = since),
        }
    };
    view! {
        <Cell
            attr:data-testid="quote-row"
            lead=Glyph::Shield
            tone=Tone::Warn
            top=true
            title=title
            note=note
            href=Signal::stored(Route::Quote(quote).href())
        />
    }
    .into_any()
}
