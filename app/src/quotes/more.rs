//! What else can be done with a quote. Never deletes one: a quote that was shown stays.

use leptos::prelude::*;

use super::desk::Desk;
use crate::i18n::t_string;
use crate::routes::Route;
use crate::ui::{Cell, Glyph, Sheet};

/// The sheet behind ⋯.
#[component]
pub fn MoreSheet(desk: Desk, open: RwSignal<bool>) -> impl IntoView {
    let i18n = desk.i18n;
    let customer = desk.look(|view| view.quote.content.customer);
    let copy = Signal::stored(Route::CopyQuote(desk.id).href());
    let paper = Signal::stored(Route::Paper(desk.id).href());
    let editing = Memo::new(move |_| desk.is_open());
    let then = move |which: RwSignal<bool>| {
        move |()| {
            open.set(false);
            which.set(true);
        }
    };
    let edits = move || {
        editing.get().then(|| {
            view! {
                <Cell
                    title=move || t_string!(i18n, quotes.more.add)
                    lead=Glyph::Plus
                    on_press=then(desk.picking)
                />
                <Cell
                    title=move || t_string!(i18n, quotes.more.terms)
                    lead=Glyph::Calendar
                    on_press=then(desk.terms)
                />
            }
        })
    };
    let whom = move || {
        customer.map(|id| {
            view! {
                <Cell
                    title=move || t_string!(i18n, quotes.more.customer)
                    lead=Glyph::Buildings
                    href=Signal::stored(Route::Customer(id).href())
                />
            }
        })
    };
    view! {
        <Sheet
            open=open
            title=move || t_string!(i18n, quotes.more.title)
            close_label=move || t_string!(i18n, shell.close)
        >
            {edits}
            <Cell
                attr:data-testid="paper-link"
                title=move || t_string!(i18n, quotes.paper.title)
                note=move || t_string!(i18n, quotes.paper.note)
                lead=Glyph::Document
                href=paper
            />
            <Cell title=move || t_string!(i18n, quotes.more.copy) lead=Glyph::Copy href=copy/>
            {whom}
        </Sheet>
    }
    .into_any()
}
