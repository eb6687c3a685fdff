//! The plus of the tab bar: what a manager can start from anywhere. Never starts anything by itself.

use leptos::prelude::*;

use crate::i18n::{t_string, use_i18n};
use crate::routes::Route;
use crate::ui::{Card, Cell, Glyph, Sheet, Tone};

/// The sheet with what can be made.
#[component]
pub fn AddSheet(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let to = |route: Route| Signal::stored(route.href());
    view! {
        <Sheet
            open=open
            title=move || t_string!(i18n, shell.add.title)
            close_label=move || t_string!(i18n, shell.close)
        >
            <Card>
                <Cell
                    lead=Glyph::Pin
                    tone=Tone::Accent
                    title=move || t_string!(i18n, shell.add.visit)
                    note=move || t_string!(i18n, shell.add.visit_note)
                    href=to(Route::NewVisit { customer: None })
                />
                <Cell
                    lead=Glyph::Document
                    tone=Tone::Accent
                    title=move || t_string!(i18n, shell.add.quote)
                    note=move || t_string!(i18n, shell.add.quote_note)
                    href=to(Route::NewQuote { customer: None, opportunity: None })
                />
                <Cell
                    lead=Glyph::Buildings
                    tone=Tone::Accent
                    title=move || t_string!(i18n, shell.add.customer)
                    note=move || t_string!(i18n, shell.add.customer_note)
                    href=to(Route::NewCustomer)
                />
                <Cell
                    lead=Glyph::Funnel
                    tone=Tone::Accent
                    title=move || t_string!(i18n, shell.add.opportunity)
                    note=move || t_string!(i18n, shell.add.opportunity_note)
                    href=to(Route::NewOpportunity { customer: None })
                />
            </Card>
        </Sheet>
    }
    .into_any()
}
