//! Customers and their people by name, on this device.

use std::collections::HashMap;

use leeway_core::customers::{Contact, Customer};
use leeway_core::values::CustomerId;
use leptos::prelude::*;

use super::queries;
use super::view_model::{letter, named, people_named};
use crate::i18n::{I18n, t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{Acting, acting_tag, use_acting};
use crate::routes::Route;
use crate::shell::Frame;
use crate::ui::{Card, Cell, Empty, Grade, SearchBar, Section};

/// Most hits of each kind.
const SHOWN: usize = 30;

/// What was found for a text.
#[derive(Debug, Clone, PartialEq, Default)]
struct Hits {
    customers: Vec<Customer>,
    /// With the name of their customer.
    contacts: Vec<(Contact, String)>,
}

fn find(customers: &[Customer], contacts: &[Contact], typed: &str) -> Hits {
    if typed.trim().is_empty() {
        return Hits::default();
    }
    let names: HashMap<CustomerId, &str> =
        customers.iter().map(|it| (it.id, it.name.value.as_str())).collect();
    let of = |contact: &Contact| names.get(&contact.customer).copied().unwrap_or_default().to_owned();
    Hits {
        customers: named(customers, typed).into_iter().take(SHOWN).cloned().collect(),
        contacts: people_named(contacts, typed)
            .into_iter()
            .take(SHOWN)
            .map(|it| (it.clone(), of(it)))
            .collect(),
    }
}

/// The search.
#[component]
pub fn SearchPage() -> impl IntoView {
    let i18n = use_i18n();
    let acting = use_acting();
    let typed = RwSignal::new(String::new());
    let (customers, contacts) = (live(queries::customers), live(queries::contacts));
    let hits = Memo::new(move |_| {
        customers.with(|customers| {
            contacts.with(|contacts| {
                let customers = customers.as_deref().unwrap_or_default();
                find(customers, contacts.as_deref().unwrap_or_default(), &typed.get())
            })
        })
    });
    let body = move || {
        let found = hits.get();
        match (typed.with(|typed| typed.trim().is_empty()), found == Hits::default()) {
            (true, _) => view! {
                <Empty
                    title=move || t_string!(i18n, customers.find.start)
                    note=move || t_string!(i18n, customers.find.start_note)
                />
            }
            .into_any(),
            (false, true) => view! {
                <Empty
                    title=move || t_string!(i18n, customers.find.none, text = typed.get())
                    note=move || t_string!(i18n, customers.find.none_note)
                />
            }
            .into_any(),
            (false, false) => results(i18n, acting, found),
        }
    };
    view! {
        <Frame title=move || t_string!(i18n, customers.find.title) back=Route::Customers>
            <SearchBar
                label=move || t_string!(i18n, customers.find.label)
                value=typed
                placeholder=move || t_string!(i18n, customers.find.placeholder)
                clear_label=move || t_string!(i18n, customers.search.clear)
            />
            <div class="stack" data-gap="6" role="status">{body}</div>
        </Frame>
    }
    .into_any()
}

fn results(i18n: I18n, acting: Acting, found: Hits) -> AnyView {
    let customers = (!found.customers.is_empty()).then(|| {
        let count = found.customers.len().to_string();
        let rows = found.customers.into_iter().map(|it| customer_row(i18n, acting, it)).collect_view();
        view! {
            <Section title=move || t_string!(i18n, customers.find.customers) count=count>
                <Card>{rows}</Card>
            </Section>
        }
    });
    let contacts = (!found.contacts.is_empty()).then(|| {
        let count = found.contacts.len().to_string();
        let rows = found.contacts.into_iter().map(|it| contact_row(i18n, it)).collect_view();
        view! {
            <Section title=move || t_string!(i18n, customers.find.contacts) count=count>
                <Card>{rows}</Card>
            </Section>
        }
    });
    view! { {customers} {contacts} }.into_any()
}

fn customer_row(i18n: I18n, acting: Acting, customer: Customer) -> AnyView {
    let (industry, grade) = (customer.industry.value, customer.grade.value);
    view! {
        <Cell
            attr:data-testid="customer-row"
            title=customer.name.value
            note=move || words::industry(i18n, industry)
            trail=move || view! { <Grade letter=letter(grade)/> }
            href=Signal::stored(Route::Customer(customer.id).href())
        >
            {acting_tag(i18n, acting, customer.owner)}
        </Cell>
    }
    .into_any()
}

fn contact_row(i18n: I18n, (contact, customer): (Contact, String)) -> AnyView {
    let (title, role) = (contact.title.value, contact.role.value);
    let note = move || {
        let title = if title.is_empty() { words::contact_role(i18n, role).to_owned() } else { title.clone() };
        t_string!(i18n, customers.find.contact_note, title = title, customer = customer.clone())
    };
    view! {
        <Cell
            attr:data-testid="contact-row"
            title=contact.name.value
            note=note
            href=Signal::stored(Route::Customer(contact.customer).href())
        />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use leeway_core::customers::ContactRole;
    use leeway_core::testing::sample::stamped;
    use leeway_core::values::ContactId;

    use super::*;

    #[test]
    fn a_person_is_found_with_the_customers_name() {
        let contact = Contact {
            id: ContactId::from_u128(1),
            customer: CustomerId::from_u128(1),
            name: stamped("陈立".to_owned()),
            title: stamped("信息科科长".to_owned()),
            phone: stamped(String::new()),
            role: stamped(ContactRole::Coach),
        };
        let hits = find(&[], &[contact], "陈");
        assert_eq!(hits.contacts.len(), 1);
        assert_eq!(find(&[], &[hits.contacts[0].0.clone()], "  "), Hits::default());
    }
}
