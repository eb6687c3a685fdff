//! What belongs to a customer: visits, opportunities, quotes. Each row leads to its own page.

use leeway_core::Entity;
use leeway_core::opportunities::Opportunity;
use leeway_core::quotes::{Quote, Standing};
use leeway_core::values::CustomerId;
use leeway_core::visits::{Visit, VisitState};
use leptos::prelude::*;

use super::queries;
use super::view_model::{QuoteLine, VisitSummary};
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::live::live;
use crate::routes::Route;
use crate::shell::RecordChip;
use crate::ui::{Card, Cell, Empty, Glyph, Section, Skeleton, Stamp, StampState, Tone};

/// How many visits are shown before one asks for all.
const SHOWN: usize = 4;

/// The customer's visits, the ones to come first.
#[component]
pub fn VisitsSection(customer: CustomerId) -> impl IntoView {
    let i18n = use_i18n();
    let found = live(move |store| queries::visits_of(store, customer));
    let all = RwSignal::new(false);
    let total = Memo::new(move |_| found.with(|it| it.as_ref().map_or(0, |it| it.visits.len())));
    let body = move || match found.get() {
        None => view! { <Skeleton cards=1/> }.into_any(),
        Some(it) if it.visits.is_empty() => view! {
            <Empty
                title=move || t_string!(i18n, customers.page.visits_none)
                note=move || t_string!(i18n, customers.page.visits_none_note)
            />
        }
        .into_any(),
        Some(it) => {
            let shown = if all.get() { it.visits.len() } else { SHOWN };
            let rows = it.visits.into_iter().take(shown).map(|it| visit_row(i18n, it)).collect_view();
            view! { <Card long=true>{rows}</Card> }.into_any()
        }
    };
    let link = move || match (total.get() > SHOWN, all.get()) {
        (false, _) => String::new(),
        (true, false) => t_string!(i18n, customers.page.all, count = total.get().to_string()),
        (true, true) => t_string!(i18n, customers.page.fewer).to_owned(),
    };
    view! {
        <Section
            title=move || t_string!(i18n, customers.page.visits)
            count=move || found.with(|it| it.as_ref().map(|it| last_and_next(i18n, it)).unwrap_or_default())
            link_label=move || t_string!(i18n, visits.record)
            link=Signal::stored(Route::RecordVisit { customer: Some(customer) }.href())
        >
            {body}
            {move || (total.get() > SHOWN).then(|| {
                view! {
                    <Card>
                        <Cell title=link on_press=move |()| all.update(|all| *all = !*all)/>
                    </Card>
                }
            })}
        </Section>
    }
    .into_any()
}

fn last_and_next(i18n: I18n, it: &VisitSummary) -> String {
    let today = use_app().today().get();
    let day = |date| format::day_from(i18n, date, today);
    match (it.last, it.next) {
        (Some(last), Some(next)) => {
            t_string!(i18n, customers.page.visits_facts, last = day(last), next = day(next))
        }
        (Some(last), None) => t_string!(i18n, customers.page.visits_last, last = day(last)),
        (None, Some(next)) => t_string!(i18n, customers.page.visits_next, next = day(next)),
        (None, None) => String::new(),
    }
}

fn visit_row(i18n: I18n, visit: Visit) -> AnyView {
    let app = use_app();
    let (day, state, purpose) = (visit.when.value.day, visit.state, visit.purpose);
    let late = move || matches!(state, VisitState::Planned) && day < app.today().get();
    let tone = move || match state {
        VisitState::Finished { .. } => Tone::Ok,
        VisitState::Open { .. } => Tone::Accent,
        _ if late() => Tone::Danger,
        _ => Tone::Plain,
    };
    let note = move || {
        t_string!(
            i18n,
            customers.page.visit_note,
            state = words::visit_state(i18n, state),
            purpose = words::purpose(i18n, purpose)
        )
    };
    view! {
        <Cell
            attr:data-testid="visit-row"
            lead=Glyph::Pin
            tone=Signal::derive(tone)
            title=move || format::day_from(i18n, day, app.today().get())
            note=note
            href=Signal::stored(Route::Visit(visit.id).href())
        >
            <RecordChip key=Visit::key(visit.id) only_unsynced=true/>
        </Cell>
    }
    .into_any()
}

/// The customer's opportunities, those worked on first.
#[component]
pub fn OpportunitiesSection(customer: CustomerId) -> impl IntoView {
    let i18n = use_i18n();
    let found = live(move |store| queries::opportunities_of(store, customer));
    let body = move || match found.get() {
        None => view! { <Skeleton cards=1/> }.into_any(),
        Some(deals) if deals.is_empty() => view! {
            <Empty
                title=move || t_string!(i18n, customers.page.opportunities_none)
                note=move || t_string!(i18n, customers.page.opportunities_none_note)
            />
        }
        .into_any(),
        Some(deals) => {
            let rows = deals.into_iter().map(|it| opportunity_row(i18n, it)).collect_view();
            view! { <Card>{rows}</Card> }.into_any()
        }
    };
    view! {
        <Section
            title=move || t_string!(i18n, customers.page.opportunities)
            link_label=move || t_string!(i18n, customers.page.add_opportunity)
            link=Signal::stored(Route::NewOpportunity { customer: Some(customer) }.href())
        >
            {body}
        </Section>
    }
    .into_any()
}

fn opportunity_row(i18n: I18n, deal: Opportunity) -> AnyView {
    let app = use_app();
    let (stage, expected) = (deal.stage, deal.expected.value);
    let note = move || {
        let day = format::day_from(i18n, expected, app.today().get());
        t_string!(i18n, customers.page.opportunity_note, stage = words::stage(i18n, stage), day = day)
    };
    view! {
        <Cell
            attr:data-testid="opportunity-row"
            lead=Glyph::Funnel
            title=deal.name.value
            note=note
            figure=format::money(deal.amount.value)
            href=Signal::stored(Route::Opportunity(deal.id).href())
        >
            <RecordChip key=Opportunity::key(deal.id) only_unsynced=true/>
        </Cell>
    }
    .into_any()
}

/// The customer's quotes, newest first.
#[component]
pub fn QuotesSection(customer: CustomerId) -> impl IntoView {
    let i18n = use_i18n();
    let found = live(move |store| queries::quotes_of(store, customer));
    let body = move || match found.get() {
        None => view! { <Skeleton cards=1/> }.into_any(),
        Some(quotes) if quotes.is_empty() => view! {
            <Empty
                title=move || t_string!(i18n, customers.page.quotes_none)
                note=move || t_string!(i18n, customers.page.quotes_none_note)
            />
        }
        .into_any(),
        Some(quotes) => {
            let rows = quotes.into_iter().map(|it| quote_row(i18n, it)).collect_view();
            view! { <Card>{rows}</Card> }.into_any()
        }
    };
    view! {
        <Section title=move || t_string!(i18n, customers.page.quotes)>{body}</Section>
    }
    .into_any()
}

fn quote_row(i18n: I18n, line: QuoteLine) -> AnyView {
    let app = use_app();
    let QuoteLine { quote, total } = line;
    let (id, title, state) = (quote.id, quote.content.title.clone(), quote.state.clone());
    let standing = Memo::new(move |_| stamp(quote.standing(app.today().get())));
    let word = move || match standing.get() {
        StampState::Binding => words::standing(i18n, Standing::Binding),
        StampState::Indicative => words::standing(i18n, Standing::Indicative),
        StampState::Expired => words::standing(i18n, Standing::Expired),
    };
    view! {
        <Cell
            attr:data-testid="quote-row"
            lead=Glyph::Document
            title=title
            note=move || words::quote_state(i18n, &state)
            figure=format::money(total)
            href=Signal::stored(Route::Quote(id).href())
        >
            <Stamp state=standing label=word/>
            <RecordChip key=Quote::key(id) only_unsynced=true/>
        </Cell>
    }
    .into_any()
}

fn stamp(standing: Standing) -> StampState {
    match standing {
        Standing::Binding => StampState::Binding,
        Standing::Indicative => StampState::Indicative,
        Standing::Expired => StampState::Expired,
    }
}
