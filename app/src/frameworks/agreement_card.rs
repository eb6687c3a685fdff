//! One agreement: number, days, how it stands, and what costs what.

use leeway_core::frameworks::{AgreedPrice, Framework};
use leeway_core::pricing::Product;
use leeway_core::values::FrameworkId;
use leptos::prelude::*;

use super::view_model::{Standing, standing};
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::ui::{Button, ButtonKind, Card, Cell, Glyph, Tag, Tone};

/// An agreement.
#[component]
pub fn AgreementCard(
    /// The agreement.
    it: Framework,
    /// The products by which its prices are named, those that count first.
    products: Vec<Product>,
    /// Ends it, for whoever may.
    #[prop(optional, into)]
    on_end: Option<Callback<FrameworkId>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let (id, from, to) = (it.id, it.from, it.to);
    let days = move || {
        let (from, to) = (format::day_of_year(i18n, from), format::day_of_year(i18n, to));
        t_string!(i18n, frameworks.days, from = from, to = to)
    };
    let rows = it.prices.iter().map(|price| price_row(i18n, price, &products)).collect_view();
    let number = it.number.clone();
    let stands = Memo::new(move |_| standing(&it, today.get()));
    let tag = move || {
        let stands = stands.get();
        view! { <Tag label=move || said(i18n, stands) tone=tone(stands)/> }
    };
    let end = move || {
        let on_end = on_end.filter(|_| matches!(stands.get(), Standing::Current | Standing::Later))?;
        Some(view! {
            <Button
                attr:data-testid="end-agreement"
                kind=ButtonKind::Quiet
                small=true
                label=move || t_string!(i18n, frameworks.end)
                on_press=move |()| on_end.run(id)
            />
        })
    };
    view! {
        <Card attr:data-testid="agreement" long=true>
            <Cell title=number note=days lead=Glyph::Document>{tag}</Cell>
            {rows}
            {end}
        </Card>
    }
    .into_any()
}

fn price_row(i18n: I18n, it: &AgreedPrice, products: &[Product]) -> AnyView {
    let known = products.iter().find(|product| product.id == it.product).cloned();
    let name = known.as_ref().map(|it| it.name.clone());
    let title = move || name.clone().unwrap_or_else(|| t_string!(i18n, frameworks.gone).to_owned());
    let note = move || known.as_ref().map(|it| words::charge(i18n, it.charge).to_owned()).unwrap_or_default();
    view! { <Cell title=title note=note figure=format::money(it.price)/> }.into_any()
}

fn said(i18n: I18n, it: Standing) -> &'static str {
    match it {
        Standing::Current => t_string!(i18n, frameworks.state.current),
        Standing::Later => t_string!(i18n, frameworks.state.later),
        Standing::Over => t_string!(i18n, frameworks.state.over),
        Standing::Ended => t_string!(i18n, frameworks.state.ended),
    }
}

const fn tone(it: Standing) -> Tone {
    match it {
        Standing::Current => Tone::Ok,
        Standing::Later => Tone::Accent,
        Standing::Over => Tone::Plain,
        Standing::Ended => Tone::Warn,
    }
}
