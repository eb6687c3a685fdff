//! All customers of this manager, and of those for whom they act, filtered while one types.

use leeway_core::Entity;
use leeway_core::customers::Customer;
use leptos::prelude::*;

use super::queries;
use super::view_model::{letter, named};
use crate::i18n::{I18n, t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{Acting, Paged, acting_tag, use_acting};
use crate::routes::Route;
use crate::shell::{Frame, Place, RecordChip};
use crate::ui::{Button, Cell, Empty, Glyph, Grade, SearchBar, Section, Skeleton};

/// The list of customers.
#[component]
pub fn CustomersPage() -> impl IntoView {
    let i18n = use_i18n();
    let all = live(queries::customers);
    let acting = use_acting();
    let typed = RwSignal::new(String::new());
    let dock = move || {
        view! {
            <Button
                attr:data-testid="primary"
                icon=Glyph::Plus
                label=move || t_string!(i18n, customers.new)
                href=Signal::stored(Route::NewCustomer.href())
            />
        }
    };
    let found = Memo::new(move |_| {
        all.with(|all| {
            let all = all.as_deref().unwrap_or_default();
            typed.with(|typed| named(all, typed).into_iter().cloned().collect::<Vec<_>>())
        })
    });
    let state = Memo::new(move |_| {
        all.with(|all| all.as_ref().map(|all| (all.is_empty(), found.with(Vec::is_empty))))
    });
    let body = move || match state.get() {
        None => view! { <Skeleton cards=3/> }.into_any(),
        Some((true, _)) => view! {
            <Empty
                title=move || t_string!(i18n, customers.empty)
                note=move || t_string!(i18n, customers.empty_note)
            />
        }
        .into_any(),
        Some((false, true)) => view! { <NoneFound typed=typed/> }.into_any(),
        Some((false, false)) => {
            view! { <Paged items=found row=move |customer| row(i18n, acting, customer)/> }.into_any()
        }
    };
    let count = move || t_string!(i18n, customers.count, count = found.with(Vec::len).to_string());
    view! {
        <Frame title=move || t_string!(i18n, customers.title) root=Place::Customers dock=dock>
            <SearchBar
                label=move || t_string!(i18n, customers.search.label)
                value=typed
                placeholder=move || t_string!(i18n, customers.search.placeholder)
                clear_label=move || t_string!(i18n, customers.search.clear)
            />
            <Section
                title=move || t_string!(i18n, customers.title)
                count=count
                link_label=move || t_string!(i18n, customers.search.contacts)
                link=Signal::stored(Route::Search.href())
            >
                {body}
            </Section>
        </Frame>
    }
    .into_any()
}

#[component]
fn NoneFound(typed: RwSignal<String>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Empty
            title=move || t_string!(i18n, customers.search.none, text = typed.get())
            note=move || t_string!(i18n, customers.search.none_note)
        />
    }
    .into_any()
}

fn row(i18n: I18n, acting: Acting, customer: Customer) -> AnyView {
    let (industry, grade) = (customer.industry.value, customer.grade.value);
    let address = customer.address.value;
    let note = move || match address.is_empty() {
        true => words::industry(i18n, industry).to_owned(),
        false => t_string!(
            i18n,
            customers.row_note,
            industry = words::industry(i18n, industry),
            address = address.clone()
        ),
    };
    view! {
        <Cell
            attr:data-testid="customer-row"
            title=customer.name.value
            note=note
            trail=move || view! { <Grade letter=letter(grade)/> }
            href=Signal::stored(Route::Customer(customer.id).href())
        >
            {acting_tag(i18n, acting, customer.owner)}
            <RecordChip key=Customer::key(customer.id) only_unsynced=true/>
        </Cell>
    }
    .into_any()
}
