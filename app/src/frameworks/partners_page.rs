//! Where an admin finds the customer whose agreements are to be seen or published.

use leeway_core::frameworks::Partner;
use leptos::prelude::*;

use super::partners::use_partners;
use crate::i18n::{I18n, t_string, use_i18n};
use crate::routes::Route;
use crate::shell::Frame;
use crate::sync::account::Named;
use crate::ui::{Card, Cell, Empty, Glyph, SearchBar};

/// Customers by how their names begin.
#[component]
pub fn PartnersPage() -> impl IntoView {
    let i18n = use_i18n();
    let typed = RwSignal::new(String::new());
    let partners = use_partners(move || Named::By(typed.get()));
    let list = move || {
        partners.view(i18n, |found| match found.is_empty() {
            true => view! {
                <Empty
                    title=move || t_string!(i18n, frameworks.none)
                    note=move || t_string!(i18n, frameworks.none_note)
                />
            }
            .into_any(),
            false => {
                let rows = found.into_iter().map(|it| row(i18n, it)).collect_view();
                view! { <Card long=true>{rows}</Card> }.into_any()
            }
        })
    };
    view! {
        <Frame title=move || t_string!(i18n, frameworks.title) back=Route::Admin>
            <SearchBar
                label=move || t_string!(i18n, frameworks.search)
                value=typed
                placeholder=move || t_string!(i18n, frameworks.search)
                clear_label=move || t_string!(i18n, frameworks.clear)
            />
            {list}
        </Frame>
    }
    .into_any()
}

fn row(i18n: I18n, it: Partner) -> AnyView {
    let Partner { customer, name, manager, frameworks } = it;
    let count = frameworks.len().to_string();
    let note = move || t_string!(i18n, frameworks.partner, manager = manager.clone(), count = count.clone());
    view! {
        <Cell
            attr:data-testid="partner"
            title=name
            note=note
            lead=Glyph::Buildings
            href=Signal::stored(Route::Agreements(customer).href())
        />
    }
    .into_any()
}
