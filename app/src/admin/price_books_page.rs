//! All versions of the price book, newest first, with what the current one sells. Withdrawing concerns everybody,
//! so it asks first; quotes that are binding keep their version.

use leeway_core::Body;
use leeway_core::pricing::{self, Costs, PriceBook, Product, Withdraw, Write};
use leeway_core::values::PriceBookId;
use leptos::prelude::*;

use super::costs_form::list_share;
use super::queries;
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{Failed, use_writer};
use crate::routes::Route;
use crate::shell::Frame;
use crate::ui::{Button, Card, Cell, Confirm, Glyph, Section, Tag, Tone};

/// All versions.
#[component]
pub fn PriceBooksPage() -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let writer = use_writer();
    let (books, costs) = (live(queries::books), live(queries::all_costs));
    let (withdrawing, asking) = (RwSignal::new(None::<PriceBookId>), RwSignal::new(false));
    let current = Memo::new(move |_| {
        books.with(|it| it.as_ref().and_then(|it| pricing::current(it, today.get()).cloned()))
    });
    let ask = move |id| {
        withdrawing.set(Some(id));
        asking.set(true);
    };
    let rows = move || {
        let now = current.with(|it| it.as_ref().map(|it| it.id));
        let row = |book: &PriceBook| book_row(i18n, book, now == Some(book.id), ask);
        books.with(|it| it.as_ref().map(|it| it.iter().map(row).collect_view()))
    };
    let products = move || {
        let row = |book: &PriceBook| {
            let of_book = |costs: &Vec<Costs>| costs.iter().find(|it| it.id == book.id).cloned();
            let costs = costs.with(|it| it.as_ref().and_then(of_book));
            book.products.iter().map(|it| product_row(i18n, it, costs.as_ref())).collect_view()
        };
        current.with(|it| it.as_ref().map(row))
    };
    let costs_rows = move || {
        let row = |book: &PriceBook| costs_row(i18n, book);
        let sold = |it: &&PriceBook| it.withdrawn_at.is_none();
        books.with(|it| it.as_ref().map(|it| it.iter().filter(sold).map(row).collect_view()))
    };
    let withdraw = move |()| {
        if let Some(book) = withdrawing.get_untracked() {
            writer.put("", None, None, move |_| Body::Pricing(Write::Withdraw(Withdraw { book })));
        }
    };
    let dock = move || {
        view! {
            <Button
                attr:data-testid="primary"
                icon=Glyph::Plus
                label=move || t_string!(i18n, admin.book.new)
                href=Signal::stored(Route::NewPriceBook.href())
            />
        }
    };
    view! {
        <Frame title=move || t_string!(i18n, admin.books) back=Route::Admin dock=dock>
            <Failed writer=writer/>
            <Card>{rows}</Card>
            <Section title=move || t_string!(i18n, admin.costs.title)>
                <Card>{costs_rows}</Card>
            </Section>
            <Section title=move || t_string!(i18n, admin.book.products)>
                <Card long=true>{products}</Card>
            </Section>
            <Confirm
                open=asking
                title=move || t_string!(i18n, admin.book.withdraw_title)
                text=move || t_string!(i18n, admin.book.withdraw_text)
                confirm_label=move || t_string!(i18n, admin.book.withdraw)
                cancel_label=move || t_string!(i18n, shell.cancel)
                danger=true
                on_confirm=withdraw
            />
        </Frame>
    }
    .into_any()
}

fn book_row(
    i18n: I18n,
    book: &PriceBook,
    current: bool,
    ask: impl Fn(PriceBookId) + Copy + Send + Sync + 'static,
) -> AnyView {
    let (id, from, to, count) = (book.id, book.from, book.to, book.products.len().to_string());
    let note = move || {
        let (from, to) = (format::day_of_year(i18n, from), format::day_of_year(i18n, to));
        t_string!(i18n, admin.book.note, from = from, to = to, count = count.clone())
    };
    let state = match (book.withdrawn_at.is_some(), current) {
        (true, _) => {
            view! { <Tag label=move || t_string!(i18n, admin.book.withdrawn) tone=Tone::Warn/> }.into_any()
        }
        (_, true) => {
            view! { <Tag label=move || t_string!(i18n, admin.book.current) tone=Tone::Ok/> }.into_any()
        }
        _ => ().into_any(),
    };
    let ask = move |()| ask(id);
    match book.withdrawn_at.is_some() {
        true => view! {
            <Cell attr:data-testid="book-row" title=book.name.clone() note=note lead=Glyph::Document>{state}</Cell>
        }
        .into_any(),
        false => view! {
            <Cell
                attr:data-testid="book-row"
                title=book.name.clone()
                note=note
                lead=Glyph::Document
                figure=move || t_string!(i18n, admin.book.withdraw)
                on_press=ask
            >
                {state}
            </Cell>
        }
        .into_any(),
    }
}

/// The way to what the products of a book cost.
fn costs_row(i18n: I18n, book: &PriceBook) -> AnyView {
    let href = Signal::stored(Route::Costs(book.id).href());
    let note = move || t_string!(i18n, admin.costs.row_note);
    view! { <Cell attr:data-testid="costs-row" title=book.name.clone() note=note lead=Glyph::Document href=href/> }
        .into_any()
}

/// One product of a book: its price, how far it may go, and the margin that is in its price.
fn product_row(i18n: I18n, product: &Product, costs: Option<&Costs>) -> AnyView {
    let note = product_note(i18n, product);
    let share = list_share(product, costs.and_then(|costs| costs.of_product(product.id)));
    let tag = share.map(|share| {
        let label = move || t_string!(i18n, admin.costs.tag, share = format::share(share));
        view! { <Tag label=label tone=if share < 0 { Tone::Warn } else { Tone::Plain }/> }
    });
    view! {
        <Cell title=product.name.clone() note=note figure=format::money(product.price)>{tag}</Cell>
    }
    .into_any()
}

/// Says family, charge, floor and VAT of a product.
pub fn product_note(i18n: I18n, product: &Product) -> Signal<String> {
    let (family, charge) = (product.family, product.charge);
    let (floor, unit, vat) =
        (format::money(product.floor), product.unit.clone(), u8::from(product.vat).to_string());
    Signal::derive(move || {
        t_string!(
            i18n,
            admin.book.product_note,
            family = words::family(i18n, family),
            charge = words::charge(i18n, charge),
            unit = unit.clone(),
            floor = floor.clone(),
            vat = vat.clone()
        )
    })
}
