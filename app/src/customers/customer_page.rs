//! One customer: who they are, their people, what happened and what may come. The main action is a quote.

use leeway_core::Entity;
use leeway_core::customers::{Contact, Customer};
use leeway_core::values::CustomerId;
use leptos::prelude::*;

use super::hand_over::{HandOverSection, Holding, HoldingNotice, holding};
use super::queries;
use super::related::{OpportunitiesSection, QuotesSection, VisitsSection};
use super::view_model::{letter, taken_over};
use crate::app::use_app;
use crate::frameworks::AgreementsSection;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::live::live;
use crate::routes::{Route, use_id};
use crate::shell::{Frame, RecordChip, loaded};
use crate::ui::{
    Button, ButtonKind, Card, Cell, Empty, Glyph, Grade, IconButton, Section, Skeleton, Sum, SumRow,
};

/// One customer.
#[component]
pub fn CustomerPage() -> impl IntoView {
    let i18n = use_i18n();
    let id = use_id::<CustomerId>("id");
    let customer = live(move |store| queries::customer(store, id.get()));
    let field = move |of: fn(&Customer) -> String| {
        Signal::derive(move || {
            customer.with(|it| it.as_ref().and_then(|it| it.as_ref()).map(of).unwrap_or_default())
        })
    };
    let industry = Memo::new(move |_| {
        customer.with(|it| it.as_ref().and_then(|it| it.as_ref()).map(|it| it.industry.value))
    });
    let subtitle = move || industry.get().map(|it| words::industry(i18n, it).to_owned()).unwrap_or_default();
    let holding =
        holding(move || customer.with(|it| it.as_ref().and_then(|it| it.as_ref()).map(|it| it.owner)));
    let corner = ViewFn::from(move || {
        id.get().filter(|_| holding.get() == Holding::Own).map(|id| {
            view! {
                <IconButton
                    label=move || t_string!(i18n, customers.page.edit)
                    icon=Glyph::Pen
                    href=Signal::stored(Route::EditCustomer(id).href())
                />
            }
        })
    });
    let dock = ViewFn::from(move || {
        let served = id.get().filter(|_| holding.get() != Holding::Gone);
        served.map(|id| view! { <Actions customer=id/> })
    });
    view! {
        <Frame
            title=field(|it| it.name.value.clone())
            subtitle=subtitle
            back=Route::Customers
            corner=corner
            dock=dock
        >
            {loaded(customer, move |customer| view! { <Details customer=customer holding=holding/> }.into_any())}
        </Frame>
    }
    .into_any()
}

#[component]
fn Actions(customer: CustomerId) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Button
            kind=ButtonKind::Second
            icon=Glyph::Pin
            label=move || t_string!(i18n, customers.page.visit)
            href=Signal::stored(Route::NewVisit { customer: Some(customer) }.href())
        />
        <Button
            attr:data-testid="primary"
            icon=Glyph::Document
            label=move || t_string!(i18n, customers.page.quote)
            href=Signal::stored(Route::NewQuote { customer: Some(customer), opportunity: None }.href())
        />
    }
    .into_any()
}

#[component]
fn Details(
    customer: Signal<Customer, LocalStorage>,
    holding: Signal<Holding, LocalStorage>,
) -> impl IntoView {
    let id = customer.with_untracked(|it| it.id);
    view! {
        <HoldingNotice customer=customer holding=holding/>
        <Overview customer=customer/>
        <ContactsSection customer=id/>
        <VisitsSection customer=id/>
        <OpportunitiesSection customer=id/>
        <AgreementsSection customer=id/>
        <QuotesSection customer=id/>
        <HandOverSection customer=customer holding=holding/>
    }
    .into_any()
}

#[component]
fn Overview(customer: Signal<Customer, LocalStorage>) -> impl IntoView {
    let i18n = use_i18n();
    let key = Customer::key(customer.with_untracked(|it| it.id));
    let today = use_app().today();
    let rows = move || {
        let it = customer.get();
        let before = taken_over(&it).map(|last| {
            let day = format::moment_from(i18n, last.at, today.get());
            let from =
                t_string!(i18n, customers.page.taken_over_from, name = last.from_name.clone(), day = day);
            SumRow::new(t_string!(i18n, customers.page.taken_over), from)
        });
        let unknown = || t_string!(i18n, customers.page.unknown).to_owned();
        let code = it.code.value.map_or_else(unknown, |code| code.to_string());
        let address = if it.address.value.is_empty() { unknown() } else { it.address.value };
        let facts = [
            SumRow::new(t_string!(i18n, customers.page.industry), words::industry(i18n, it.industry.value)),
            SumRow::new(t_string!(i18n, customers.page.code), code),
            SumRow::new(t_string!(i18n, customers.page.address), address),
        ];
        facts.into_iter().chain(before).collect()
    };
    let grade = move || customer.with(|it| it.grade.value);
    view! {
        <Card pad=true gap=3 label=move || t_string!(i18n, customers.page.overview)>
            <div class="row" data-gap="3">
                <Grade letter=move || letter(grade())/>
                <span class="strong grow">{move || words::grade(i18n, grade())}</span>
                <RecordChip key=key/>
            </div>
            <Sum rows=Signal::derive(rows)/>
        </Card>
    }
    .into_any()
}

#[component]
fn ContactsSection(customer: CustomerId) -> impl IntoView {
    let i18n = use_i18n();
    let contacts = live(move |store| queries::contacts_of(store, customer));
    let count = move || {
        let count = contacts.with(|it| it.as_ref().map_or(0, Vec::len));
        if count == 0 { String::new() } else { count.to_string() }
    };
    let body = move || match contacts.get() {
        None => view! { <Skeleton cards=1/> }.into_any(),
        Some(contacts) if contacts.is_empty() => view! {
            <Empty
                title=move || t_string!(i18n, customers.page.contacts_none)
                note=move || t_string!(i18n, customers.page.contacts_none_note)
            />
        }
        .into_any(),
        Some(contacts) => {
            let rows = contacts.into_iter().map(|it| contact_row(i18n, it)).collect_view();
            view! { <Card>{rows}</Card> }.into_any()
        }
    };
    view! {
        <Section
            title=move || t_string!(i18n, customers.page.contacts)
            count=count
            link_label=move || t_string!(i18n, customers.page.add_contact)
            link=Signal::stored(Route::NewContact(customer).href())
        >
            {body}
        </Section>
    }
    .into_any()
}

fn contact_row(i18n: I18n, contact: Contact) -> AnyView {
    let id = contact.id;
    let (name, title, role) = (contact.name.value, contact.title.value, contact.role.value);
    let note = move || match title.is_empty() {
        true => words::contact_role(i18n, role).to_owned(),
        false => t_string!(
            i18n,
            customers.page.contact_note,
            title = title.clone(),
            role = words::contact_role(i18n, role)
        ),
    };
    let number: String = contact.phone.value.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let person = name.clone();
    let trail = move || {
        let (caller, editor) = (person.clone(), person.clone());
        let call = (!number.is_empty()).then(|| {
            view! {
                <IconButton
                    label=move || t_string!(i18n, customers.page.call, name = caller.clone())
                    icon=Glyph::Phone
                    href=Signal::stored(format!("tel:{number}"))
                />
            }
        });
        view! {
            {call}
            <IconButton
                label=move || t_string!(i18n, customers.page.edit_contact, name = editor.clone())
                icon=Glyph::Pen
                href=Signal::stored(Route::EditContact(id).href())
            />
        }
    };
    view! {
        <Cell attr:data-testid="contact-row" lead=Glyph::Person title=name note=note trail=trail>
            <RecordChip key=Contact::key(id) only_unsynced=true/>
        </Cell>
    }
    .into_any()
}
