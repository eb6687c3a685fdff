//! One product of the version that is being written.

use leeway_core::pricing::Product;
use leeway_core::values::ProductId;
use leptos::prelude::*;

use super::edit_sheet::{EditSheet, Editor};
use super::product_rows::{self as rows, Parts, Rows, Tiers};
use super::view_model::{CHARGES, FAMILY_FIELDS, ProductForm, ProductProblem, charge_key};
use crate::i18n::{I18n, t_string, use_i18n, words};
use crate::platform::ids;
use crate::ui::{ChipsSingle, Choice, InputKind, NumberInput, Select, TextInput};

/// Which product is being edited.
#[derive(Debug, Clone, PartialEq)]
pub enum Editing {
    /// A new one.
    New,
    /// This one.
    Known(Product),
}

fn said(i18n: I18n, problem: ProductProblem) -> &'static str {
    match problem {
        ProductProblem::Empty => t_string!(i18n, admin.product.empty),
        ProductProblem::Price(_) => t_string!(i18n, admin.product.bad_price),
        ProductProblem::Floor(_) => t_string!(i18n, admin.product.bad_floor),
        ProductProblem::FloorAbovePrice => t_string!(i18n, admin.product.floor_above),
        ProductProblem::Tier => t_string!(i18n, admin.product.bad_tier),
        ProductProblem::Part => t_string!(i18n, admin.product.bad_part),
    }
}

/// Edits a product while one is named.
#[component]
pub fn ProductSheet(
    /// Which one.
    editing: RwSignal<Option<Editing>>,
    /// All of the version, for what is in a bundle.
    products: Memo<Vec<Product>>,
    /// Takes the product as it is now.
    on_done: Callback<Product>,
    /// Takes it out.
    on_remove: Callback<ProductId>,
) -> impl IntoView {
    let i18n = use_i18n();
    let edit = move |now: Editing| {
        let (id, known, form) = match &now {
            Editing::New => (ids::new(ProductId::new), false, ProductForm::empty()),
            Editing::Known(product) => (product.id, true, ProductForm::of(product)),
        };
        let fields = Fields::of(form);
        let done = move |()| {
            let product = fields.typed().read(id).map_err(|problem| said(i18n, problem).to_owned())?;
            on_done.run(product);
            Ok(())
        };
        let remove = known.then(|| Callback::new(move |()| on_remove.run(id)));
        let fields = view! {
            <Inputs fields=fields/>
            <Tiers rows=fields.tiers/>
            <Parts rows=fields.parts products=products mine=id/>
        };
        Editor { fields: fields.into_any(), done: Callback::new(done), remove }
    };
    view! {
        <EditSheet
            editing=editing
            title=move || t_string!(i18n, admin.product.title)
            remove_label=move || t_string!(i18n, admin.product.remove)
            edit=Callback::new(edit)
        />
    }
    .into_any()
}

#[derive(Clone, Copy)]
struct Fields {
    code: RwSignal<String>,
    name: RwSignal<String>,
    family: RwSignal<String>,
    unit: RwSignal<String>,
    charge: RwSignal<String>,
    price: RwSignal<String>,
    floor: RwSignal<String>,
    vat: RwSignal<String>,
    tiers: Rows,
    parts: Rows,
}

impl Fields {
    fn of(form: ProductForm) -> Self {
        Self {
            code: RwSignal::new(form.code),
            name: RwSignal::new(form.name),
            family: RwSignal::new(form.family),
            unit: RwSignal::new(form.unit),
            charge: RwSignal::new(form.charge),
            price: RwSignal::new(form.price),
            floor: RwSignal::new(form.floor),
            vat: RwSignal::new(form.vat),
            tiers: rows::of(form.tiers),
            parts: rows::of(form.parts),
        }
    }

    fn typed(self) -> ProductForm {
        ProductForm {
            code: self.code.get_untracked(),
            name: self.name.get_untracked(),
            family: self.family.get_untracked(),
            unit: self.unit.get_untracked(),
            charge: self.charge.get_untracked(),
            price: self.price.get_untracked(),
            floor: self.floor.get_untracked(),
            vat: self.vat.get_untracked(),
            tiers: rows::typed(self.tiers),
            parts: rows::typed(self.parts),
        }
    }
}

#[component]
fn Inputs(fields: Fields) -> impl IntoView {
    let i18n = use_i18n();
    let families = move || {
        FAMILY_FIELDS.iter().map(|(it, key)| Choice::new(*key, words::family(i18n, *it))).collect::<Vec<_>>()
    };
    let charges = move || {
        CHARGES.iter().map(|it| Choice::new(charge_key(*it), words::charge(i18n, *it))).collect::<Vec<_>>()
    };
    let rates = ["6", "9", "13"].map(|it| Choice::new(it, format!("{it}%"))).to_vec();
    let yuan = move || t_string!(i18n, admin.limit.yuan);
    view! {
        <TextInput label=move || t_string!(i18n, admin.product.name) name="product_name" value=fields.name/>
        <TextInput
            label=move || t_string!(i18n, admin.product.code)
            name="code"
            kind=InputKind::Code
            value=fields.code
        />
        <Select
            label=move || t_string!(i18n, admin.product.family)
            name="family"
            value=fields.family
            options=Signal::derive(families)
        />
        <TextInput label=move || t_string!(i18n, admin.product.unit) name="unit" value=fields.unit/>
        <ChipsSingle
            label=move || t_string!(i18n, admin.product.charge)
            options=Signal::derive(charges)
            value=fields.charge
        />
        <NumberInput
            label=move || t_string!(i18n, admin.product.price)
            name="price"
            value=fields.price
            unit=yuan
        />
        <NumberInput
            label=move || t_string!(i18n, admin.product.floor)
            name="floor"
            value=fields.floor
            unit=yuan
        />
        <ChipsSingle
            label=move || t_string!(i18n, admin.product.vat)
            options=Signal::stored(rates)
            value=fields.vat
        />
    }
    .into_any()
}
