//! A new version of the price book: the current one copied, changed, and published as a whole.

use leeway_core::Body;
use leeway_core::pricing::{PriceBook, Product, Publish, Write};
use leeway_core::values::{Date, PriceBookId, ProductId};
use leptos::prelude::*;

use super::price_books_page::product_note;
use super::product_sheet::{Editing, ProductSheet};
use super::queries;
use crate::app::use_app;
use crate::drafts::use_draft;
use crate::i18n::{I18n, format, t_string, use_i18n};
use crate::live::live;
use crate::parts::{Failed, use_writer};
use crate::platform::ids;
use crate::routes::{Route, use_replace};
use crate::shell::Frame;
use crate::ui::{Button, Card, Cell, Confirm, DateInput, Glyph, Section, Skeleton, TextInput};

/// The form, once the version that it starts from has been read.
#[component]
pub fn PriceBookFormPage() -> impl IntoView {
    let i18n = use_i18n();
    let books = live(queries::books);
    let ready = Memo::new(move |_| books.with(Option::is_some));
    let page = move || match ready.get() {
        false => view! {
            <Frame title=move || t_string!(i18n, admin.book.new) back=Route::PriceBooks><Skeleton/></Frame>
        }
        .into_any(),
        true => {
            let newest = books.with_untracked(|it| it.as_ref().and_then(|it| it.first().cloned()));
            view! { <Form newest=newest/> }.into_any()
        }
    };
    page.into_any()
}

#[component]
fn Form(newest: Option<PriceBook>) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today().get_untracked();
    let draft = use_draft("price-book", "new");
    let start = newest.map(|it| it.products).unwrap_or_default();
    let name = draft.field("name", "");
    let (from, to) =
        (draft.field("from", today.to_string()), draft.field("to", today.plus_days(365).to_string()));
    // the table is one field of the draft: nothing of it is lost either
    let table = draft.field("products", serde_json::to_string(&start).unwrap_or_default());
    let products = Memo::new(move |_| serde_json::from_str::<Vec<Product>>(&table.get()).unwrap_or_default());
    let keep = move |now: &[Product]| table.set(serde_json::to_string(now).unwrap_or_default());
    let writer = use_writer();
    let replace = use_replace();
    let (editing, asking) = (RwSignal::new(None::<Editing>), RwSignal::new(false));
    let done = Callback::new(move |product: Product| {
        let mut now = products.get_untracked();
        match now.iter_mut().find(|it| it.id == product.id) {
            Some(old) => *old = product,
            None => now.push(product),
        }
        keep(&now);
    });
    let remove = Callback::new(move |id: ProductId| {
        let now: Vec<Product> = products.get_untracked().into_iter().filter(|it| it.id != id).collect();
        keep(&now);
    });
    let kept = StoredValue::new_local(draft);
    let publish = move |()| {
        let days = (from.get_untracked().parse::<Date>(), to.get_untracked().parse::<Date>());
        let (Ok(from), Ok(to)) = days else {
            return writer.error().set(t_string!(i18n, admin.book.gap_days).to_owned());
        };
        let book = ids::new(PriceBookId::new);
        let (name, products) = (name.get_untracked(), products.get_untracked());
        let body = Body::Pricing(Write::Publish(Publish { book, name, from, to, products }));
        let replace = replace.clone();
        leptos::task::spawn_local(async move {
            if writer.write(body, kept.try_get_value()).await.is_ok() {
                replace(Route::PriceBooks);
            }
        });
    };
    let dock = move || {
        view! {
            <Button
                attr:data-testid="primary"
                label=move || t_string!(i18n, admin.book.publish)
                on_press=move |()| asking.set(true)
            />
        }
    };
    view! {
        <Frame title=move || t_string!(i18n, admin.book.new) back=Route::PriceBooks dock=dock>
            <Failed writer=writer/>
            <TextInput label=move || t_string!(i18n, admin.book.name) name="name" value=name required=true/>
            <DateInput label=move || t_string!(i18n, admin.book.from) name="from" value=from/>
            <DateInput label=move || t_string!(i18n, admin.book.to) name="to" value=to/>
            <Table i18n=i18n products=products editing=editing/>
            <ProductSheet editing=editing products=products on_done=done on_remove=remove/>
            <Confirm
                open=asking
                title=move || t_string!(i18n, admin.book.publish_title)
                text=move || t_string!(i18n, admin.book.publish_text)
                confirm_label=move || t_string!(i18n, admin.book.publish)
                cancel_label=move || t_string!(i18n, shell.cancel)
                on_confirm=publish
            />
        </Frame>
    }
    .into_any()
}

#[component]
fn Table(i18n: I18n, products: Memo<Vec<Product>>, editing: RwSignal<Option<Editing>>) -> impl IntoView {
    let row = move |product: Product| {
        let note = product_note(i18n, &product);
        let (title, figure) = (product.name.clone(), format::money(product.price));
        let edit = move |()| editing.set(Some(Editing::Known(product.clone())));
        view! { <Cell title=title note=note figure=figure on_press=edit/> }
    };
    let rows = move || products.get().into_iter().map(row).collect_view();
    view! {
        <Section
            title=move || t_string!(i18n, admin.book.products)
            count=move || products.with(Vec::len).to_string()
        >
            <Card>
                {rows}
                <Cell
                    title=move || t_string!(i18n, admin.product.add)
                    lead=Glyph::Plus
                    on_press=move |()| editing.set(Some(Editing::New))
                />
            </Card>
        </Section>
    }
    .into_any()
}
