//! By which framework agreement a line is priced, and what the price book asks.

use leeway_core::quotes::Agreed;
use leptos::prelude::*;

use crate::i18n::{format, t_string, use_i18n};

/// The agreement's number, and the list price struck through.
#[component]
pub fn AgreedPrice(
    /// What the line keeps of it.
    it: Agreed,
) -> impl IntoView {
    let i18n = use_i18n();
    let Agreed { number, list, .. } = it;
    view! {
        <span class="small" data-testid="agreed">
            {move || t_string!(i18n, quotes.agreed.line, number = number.clone())}
            " "
            <s class="fig">{move || t_string!(i18n, quotes.agreed.was, price = format::money(list))}</s>
        </span>
    }
    .into_any()
}
