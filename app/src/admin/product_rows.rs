//! The rows of a product's form: prices by quantity, and what is in a bundle. An empty row is none.

use leeway_core::pricing::Product;
use leeway_core::values::ProductId;
use leptos::prelude::*;

use crate::i18n::{t_string, use_i18n};
use crate::ui::{Button, ButtonKind, Choice, Glyph, NumberInput, Select};

/// Rows of two texts each.
pub type Rows = RwSignal<Vec<[RwSignal<String>; 2]>>;

/// Makes the rows of what is typed already.
pub fn of(typed: Vec<[String; 2]>) -> Rows {
    RwSignal::new(typed.into_iter().map(|row| row.map(RwSignal::new)).collect())
}

/// Returns the rows as they stand typed.
pub fn typed(rows: Rows) -> Vec<[String; 2]> {
    rows.get_untracked().into_iter().map(|row| row.map(|it| it.get_untracked())).collect()
}

/// Rows that grow: those that stand typed, and a button for one more.
#[component]
fn Growing(
    rows: Rows,
    /// The fields of one.
    row: Callback<[RwSignal<String>; 2], AnyView>,
    /// The button.
    #[prop(into)]
    add: Signal<String>,
    /// Its name for tests.
    testid: &'static str,
) -> impl IntoView {
    let one = move |it| view! { <div class="row" data-align="end">{row.run(it)}</div> };
    let more = move |()| rows.update(|rows| rows.push([(); 2].map(|()| RwSignal::new(String::new()))));
    view! {
        {move || rows.get().into_iter().map(one).collect_view()}
        <Button
            attr:data-testid=testid
            kind=ButtonKind::Quiet
            small=true
            icon=Glyph::Plus
            label=add
            on_press=more
        />
    }
    .into_any()
}

/// Lower prices for larger quantities.
#[component]
pub fn Tiers(rows: Rows) -> impl IntoView {
    let i18n = use_i18n();
    let row = Callback::new(move |[from, price]: [RwSignal<String>; 2]| {
        view! {
            <NumberInput
                label=move || t_string!(i18n, admin.product.tier_from)
                name="tier_from"
                whole=true
                value=from
            />
            <NumberInput
                label=move || t_string!(i18n, admin.product.tier_price)
                name="tier_price"
                value=price
                unit=move || t_string!(i18n, admin.limit.yuan)
            />
        }
        .into_any()
    });
    view! {
        <Growing rows=rows row=row add=move || t_string!(i18n, admin.product.tier_add) testid="add-tier"/>
    }
    .into_any()
}

/// What is in a bundle: products of the same version that are no bundles themselves.
#[component]
pub fn Parts(rows: Rows, products: Memo<Vec<Product>>, mine: ProductId) -> impl IntoView {
    let i18n = use_i18n();
    let options = Signal::derive(move || {
        let none = Choice::new("", t_string!(i18n, admin.product.part_none));
        let single = products.get().into_iter().filter(|it| it.id != mine && it.parts.is_empty());
        std::iter::once(none)
            .chain(single.map(|it| Choice::new(it.id.to_string(), it.name)))
            .collect::<Vec<_>>()
    });
    let row = Callback::new(move |[product, quantity]: [RwSignal<String>; 2]| {
        view! {
            <Select
                label=move || t_string!(i18n, admin.product.part)
                name="part"
                value=product
                options=options
            />
            <NumberInput
                label=move || t_string!(i18n, admin.product.part_quantity)
                name="part_quantity"
                whole=true
                value=quantity
            />
        }
        .into_any()
    });
    view! {
        <Growing rows=rows row=row add=move || t_string!(i18n, admin.product.part_add) testid="add-part"/>
    }
    .into_any()
}
