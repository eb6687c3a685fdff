//! What those see who decide: cases first, then what happened in the unit; and where an administrator goes.

use leeway_core::approvals::Case;
use leeway_core::values::CaseId;
use leeway_core::visits::VisitDigest;
use leptos::prelude::*;

use super::queries;
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::live::live;
use crate::platform::clock;
use crate::routes::Route;
use crate::ui::{Card, Cell, Empty, Glyph, Section, Skeleton};

/// Returns the case that waits longest, with its customer's name.
pub fn first_case(cases: Signal<Option<Vec<Case>>, LocalStorage>) -> Memo<Option<(CaseId, String)>> {
    Memo::new(move |_| {
        cases.with(|cases| cases.as_ref()?.first().map(|case| (case.id, case.customer_name.clone())))
    })
}

/// Open cases, then the unit's latest visits for its head.
#[component]
pub fn Deciding(cases: Signal<Option<Vec<Case>>, LocalStorage>, digests: bool) -> impl IntoView {
    let i18n = use_i18n();
    let count = move || {
        let count = cases.with(|cases| cases.as_ref().map_or(0, Vec::len));
        if count == 0 { String::new() } else { count.to_string() }
    };
    let body = move || match cases.get() {
        None => view! { <Skeleton cards=1/> }.into_any(),
        Some(cases) if cases.is_empty() => view! {
            <Empty
                title=move || t_string!(i18n, today.cases.empty)
                note=move || t_string!(i18n, today.cases.empty_note)
            />
        }
        .into_any(),
        Some(cases) => {
            let rows = cases.into_iter().map(|case| case_row(i18n, case)).collect_view();
            view! { <Card>{rows}</Card> }.into_any()
        }
    };
    view! {
        <Section title=move || t_string!(i18n, today.cases.title) count=count>
            {body}
        </Section>
        {digests.then(|| view! { <Digests/> })}
    }
    .into_any()
}

fn case_row(i18n: I18n, case: Case) -> AnyView {
    let app = use_app();
    let (id, total, since, off) = (case.id, case.total, case.asked_at, case.effective);
    let (customer, name) = (case.customer_name, case.asked_by_name);
    let note = move || {
        let discount = format::discount(i18n, off);
        t_string!(i18n, today.cases.note, name = name.clone(), discount = discount)
    };
    let asked = move || {
        let since = format::moment_from(i18n, since, app.today().get());
        t_string!(i18n, today.cases.since, since = since)
    };
    view! {
        <Cell
            attr:data-testid="case-row"
            top=true
            title=customer
            note=note
            figure=format::money(total)
            href=Signal::stored(Route::Approval(id).href())
        >
            <span class="small">{asked}</span>
        </Cell>
    }
    .into_any()
}

#[component]
fn Digests() -> impl IntoView {
    let i18n = use_i18n();
    let digests = live(move |store| queries::digests(store, clock::now()));
    let body = move || match digests.get() {
        None => view! { <Skeleton cards=1/> }.into_any(),
        Some(digests) if digests.is_empty() => view! {
            <Empty
                title=move || t_string!(i18n, today.digests.empty)
                note=move || t_string!(i18n, today.digests.empty_note)
            />
        }
        .into_any(),
        Some(digests) => {
            let rows = digests.into_iter().map(|digest| digest_row(i18n, digest)).collect_view();
            view! { <Card>{rows}</Card> }.into_any()
        }
    };
    view! {
        <Section
            title=move || t_string!(i18n, today.digests.title)
            link_label=move || t_string!(i18n, today.digests.all)
            link=Signal::stored(Route::Digests.href())
        >
            {body}
        </Section>
    }
    .into_any()
}

fn digest_row(i18n: I18n, digest: VisitDigest) -> AnyView {
    let app = use_app();
    let VisitDigest { by_name, customer_name, purpose, finished_at, minutes, answered, items, .. } = digest;
    let title =
        move || t_string!(i18n, today.digests.row, name = by_name.clone(), customer = customer_name.clone());
    let note = move || {
        let when = format::moment_from(i18n, finished_at, app.today().get());
        t_string!(
            i18n,
            today.digests.note,
            purpose = words::purpose(i18n, purpose),
            when = when,
            minutes = minutes.to_string(),
            answered = answered.to_string(),
            items = items.to_string()
        )
    };
    let step = digest.next_step.map(|step| {
        let words = move || {
            let day = format::day_from(i18n, step.day, app.today().get());
            t_string!(i18n, today.digests.next, step = step.text.clone(), day = day)
        };
        view! { <span class="small">{words}</span> }
    });
    view! {
        <Cell
            attr:data-testid="digest-row"
            lead=Glyph::Pin
            top=true
            title=title
            note=note
        >
            {step}
        </Cell>
    }
    .into_any()
}

/// Where an administrator goes.
#[component]
pub fn AdminLinks() -> impl IntoView {
    let i18n = use_i18n();
    let to = |route: Route| Signal::stored(route.href());
    view! {
        <Section title=move || t_string!(i18n, today.admin.title)>
            <Card>
                <Cell
                    lead=Glyph::People
                    title=move || t_string!(i18n, today.admin.members)
                    note=move || t_string!(i18n, today.admin.members_note)
                    href=to(Route::Members)
                />
                <Cell
                    lead=Glyph::Buildings
                    title=move || t_string!(i18n, today.admin.units)
                    note=move || t_string!(i18n, today.admin.units_note)
                    href=to(Route::Units)
                />
                <Cell
                    lead=Glyph::Shield
                    title=move || t_string!(i18n, today.admin.limits)
                    note=move || t_string!(i18n, today.admin.limits_note)
                    href=to(Route::Limits)
                />
                <Cell
                    lead=Glyph::Document
                    title=move || t_string!(i18n, today.admin.price_books)
                    note=move || t_string!(i18n, today.admin.price_books_note)
                    href=to(Route::PriceBooks)
                />
            </Card>
        </Section>
    }
    .into_any()
}
