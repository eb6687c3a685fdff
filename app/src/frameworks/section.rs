//! A customer's agreements on its own page. A customer without one has no such section.

use leeway_core::values::CustomerId;
use leptos::prelude::*;

use super::agreement_card::AgreementCard;
use super::queries;
use crate::i18n::{t_string, use_i18n};
use crate::live::live;
use crate::ui::Section;

/// The agreements, the newest first.
#[component]
pub fn AgreementsSection(customer: CustomerId) -> impl IntoView {
    let i18n = use_i18n();
    let found = live(move |store| queries::of_customer(store, customer));
    let section = move || {
        let (frameworks, products) = found.get().filter(|(frameworks, _)| !frameworks.is_empty())?;
        let card = move |it| view! { <AgreementCard it=it products=products.clone()/> };
        Some(view! {
            <Section title=move || t_string!(i18n, frameworks.section)>
                {frameworks.into_iter().map(card).collect_view()}
            </Section>
        })
    };
    section.into_any()
}
