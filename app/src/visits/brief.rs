//! What to know before going in: the customer, its people, what was promised, what is under way. Reading only.

use leeway_core::customers::{Contact, Customer};
use leeway_core::opportunities::Opportunity;
use leptos::prelude::*;

use super::desk::Desk;
use super::queries::{self, Brief, PastStep};
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::live::live;
use crate::routes::Route;
use crate::ui::{Card, Cell, Empty, Glyph, Grade, Section, Tag, Tone};

/// The first tab of a visit.
#[component]
pub fn BriefTab(desk: Desk) -> impl IntoView {
    let customer = Memo::new(move |_| desk.with(|view| view.customer.clone()).flatten());
    let whom = desk.look(|view| view.visit.customer);
    let brief = live(move |store| async move {
        match whom {
            Some(whom) => Ok(Some(queries::brief(store, whom, desk.id).await?)),
            None => Ok(None),
        }
    });
    let brief = Memo::new(move |_| brief.get().flatten());
    view! {
        {move || customer.get().map(|it| customer_card(desk.i18n, it))}
        {move || brief.get().map(|it| view! { <Sections brief=it/> })}
    }
    .into_any()
}

fn customer_card(i18n: I18n, it: Customer) -> AnyView {
    let (industry, grade) = (it.industry.value, it.grade.value);
    let address = it.address.value;
    let note = move || {
        let industry = words::industry(i18n, industry);
        match address.is_empty() {
            true => industry.to_owned(),
            false => t_string!(i18n, visits.brief.customer, industry = industry, address = address.clone()),
        }
    };
    view! {
        <Card>
            <Cell
                title=it.name.value
                note=note
                lead=Glyph::Buildings
                trail=move || view! { <Grade letter=format!("{grade:?}")/> }
                href=Signal::stored(Route::Customer(it.id).href())
            />
        </Card>
    }
    .into_any()
}

#[component]
fn Sections(brief: Brief) -> impl IntoView {
    let i18n = use_i18n();
    let Brief { contacts, steps, opportunities } = brief;
    let nothing = contacts.is_empty() && steps.is_empty() && opportunities.is_empty();
    let steps = (!steps.is_empty()).then(|| {
        view! {
            <Section title=move || t_string!(i18n, visits.brief.steps)>
                <Card>{steps.into_iter().map(|it| step_row(i18n, it)).collect_view()}</Card>
            </Section>
        }
    });
    let opportunities = (!opportunities.is_empty()).then(|| {
        view! {
            <Section title=move || t_string!(i18n, visits.brief.opportunities)>
                <Card>{opportunities.into_iter().map(|it| deal_row(i18n, it)).collect_view()}</Card>
            </Section>
        }
    });
    let contacts = (!contacts.is_empty()).then(|| {
        view! {
            <Section title=move || t_string!(i18n, visits.brief.contacts)>
                <Card>{contacts.into_iter().map(|it| contact_row(i18n, it)).collect_view()}</Card>
            </Section>
        }
    });
    view! {
        {steps}
        {opportunities}
        {contacts}
        {nothing.then(|| {
            view! {
                <Empty
                    title=move || t_string!(i18n, visits.brief.empty)
                    note=move || t_string!(i18n, visits.brief.empty_note)
                />
            }
        })}
    }
    .into_any()
}

fn step_row(i18n: I18n, it: PastStep) -> AnyView {
    let today = use_app().today();
    let (day, done) = (it.step.day, it.step.done);
    let late = Memo::new(move |_| !done && day < today.get());
    let tone = move || match (done, late.get()) {
        (true, _) => Tone::Ok,
        (false, true) => Tone::Danger,
        (false, false) => Tone::Plain,
    };
    let label = move || match (done, late.get()) {
        (true, _) => t_string!(i18n, visits.step.kept),
        (false, true) => t_string!(i18n, visits.step.late),
        (false, false) => t_string!(i18n, visits.step.due),
    };
    view! {
        <Cell
            title=it.step.text
            note=move || format::day_from(i18n, day, today.get())
            href=Signal::stored(Route::Visit(it.visit).href())
        >
            <Tag tone=Signal::derive(tone) label=label/>
        </Cell>
    }
    .into_any()
}

fn deal_row(i18n: I18n, it: Opportunity) -> AnyView {
    let stage = it.stage;
    view! {
        <Cell
            title=it.name.value
            note=move || words::stage(i18n, stage)
            figure=format::estimate(it.amount.value)
            href=Signal::stored(Route::Opportunity(it.id).href())
        />
    }
    .into_any()
}

fn contact_row(i18n: I18n, it: Contact) -> AnyView {
    let (role, title) = (it.role.value, it.title.value);
    let note = move || {
        let role = words::contact_role(i18n, role);
        match title.is_empty() {
            true => role.to_owned(),
            false => t_string!(i18n, visits.brief.contact, title = title.clone(), role = role),
        }
    };
    let phone = it.phone.value;
    match phone.is_empty() {
        true => view! { <Cell title=it.name.value note=note lead=Glyph::Person/> }.into_any(),
        false => view! {
            <Cell
                title=it.name.value
                note=note
                lead=Glyph::Phone
                figure=phone.clone()
                href=Signal::stored(format!("tel:{}", phone.replace(' ', "")))
            />
        }
        .into_any(),
    }
}
