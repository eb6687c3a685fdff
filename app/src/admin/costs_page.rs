//! What the products of one price book cost, with the margin that is in their list prices. Only admins' devices hold
//! this.

use leeway_core::Body;
use leeway_core::pricing::{PriceBook, Product, SetCosts, Write};
use leeway_core::values::PriceBookId;
use leptos::prelude::*;

use super::costs_form::{TypedCosts, list_share, read_cost, read_costs, typed};
use super::queries::{self, CostsView};
use crate::drafts::use_draft;
use crate::i18n::{format, t_string, use_i18n};
use crate::live::live;
use crate::parts::{Failed, Writer, use_writer};
use crate::routes::{Route, use_id};
use crate::shell::{Frame, NotFoundPage, loaded};
use crate::ui::{Button, Card, Notice, NumberInput, Toasts};

/// The costs of one price book.
#[component]
pub fn CostsPage() -> impl IntoView {
    let id = use_id::<PriceBookId>("id");
    let page = move || match id.get() {
        Some(id) => view! { <Screen id=id/> }.into_any(),
        None => view! { <NotFoundPage/> }.into_any(),
    };
    page.into_any()
}

#[component]
fn Screen(id: PriceBookId) -> impl IntoView {
    let i18n = use_i18n();
    let record = live(move |store| queries::costs(store, id));
    let writer = use_writer();
    let there =
        move |costs: Signal<CostsView, LocalStorage>| view! { <Form costs=costs writer=writer/> }.into_any();
    view! {
        <Frame title=move || t_string!(i18n, admin.costs.title) back=Route::PriceBooks gap=4>
            <Failed writer=writer/>
            {loaded(record, there)}
        </Frame>
    }
    .into_any()
}

#[component]
fn Form(costs: Signal<CostsView, LocalStorage>, writer: Writer) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = Toasts::take();
    let CostsView { book, set, guess } = costs.get_untracked();
    let draft = use_draft("costs", book.id);
    // the table is one field of the draft: nothing of it is lost either
    let start = typed(&book, set.as_ref(), guess.as_ref());
    let table = draft.field("table", serde_json::to_string(&start).unwrap_or_default());
    let rows = book.products.iter().map(|it| view! { <Row product=it.clone() table=table/> }).collect_view();
    let name = book.name.clone();
    let book: StoredValue<PriceBook> = StoredValue::new(book);
    let save = move |()| {
        let read =
            book.with_value(|book| Some((book.id, read_costs(book, &read_table(&table.get_untracked()))?)));
        let Some((book, list)) = read else {
            return writer.error().set(t_string!(i18n, admin.costs.gap).to_owned());
        };
        let seen = costs.with_untracked(|it| it.set.as_ref().map(|it| it.write));
        leptos::task::spawn_local(async move {
            let set = Body::Pricing(Write::SetCosts(SetCosts { book, costs: list, seen }));
            if writer.write(set, Some(draft)).await.is_ok() {
                toasts.show(t_string!(i18n, shell.saved));
            }
        });
    };
    view! {
        <Notice text=move || t_string!(i18n, admin.costs.note, name = name.clone())/>
        <Card pad=true gap=4>
            {rows}
            <Button attr:data-testid="primary" label=move || t_string!(i18n, shell.save) on_press=save/>
        </Card>
    }
    .into_any()
}

fn read_table(text: &str) -> TypedCosts {
    serde_json::from_str(text).unwrap_or_default()
}

/// The field of one product.
#[component]
fn Row(product: Product, table: RwSignal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let (id, name, unit) = (product.id, product.name.clone(), product.unit.clone());
    let kept = Memo::new(move |_| table.with(|it| read_table(it).remove(&id).unwrap_or_default()));
    let value = RwSignal::new(kept.get_untracked());
    // what was typed before comes back when the draft has been read
    Effect::new(move |_| value.set(kept.get()));
    let type_in = Callback::new(move |text: String| {
        table.update(|it| {
            let mut all = read_table(it);
            all.insert(id, text);
            *it = serde_json::to_string(&all).unwrap_or_default();
        });
    });
    let cost = Memo::new(move |_| value.with(|it| read_cost(it)));
    let price = format::money(product.price);
    let hint = move || {
        let share = cost.get().ok().and_then(|cost| list_share(&product, cost));
        match share {
            Some(share) => {
                t_string!(i18n, admin.costs.margin, price = price.clone(), share = format::share(share))
            }
            None => t_string!(i18n, admin.costs.unknown, price = price.clone()),
        }
    };
    let error = move || match cost.get() {
        Ok(_) => "",
        Err(_) => t_string!(i18n, admin.limit.bad_cap),
    };
    view! {
        <NumberInput
            label=name
            hint=hint
            name="cost"
            value=value
            unit=move || t_string!(i18n, admin.costs.unit, unit = unit.clone())
            error=error
            on_input=type_in
        />
    }
    .into_any()
}
