//! The terms of an open quote are changed. Never touches a line.

use leeway_core::Body;
use leeway_core::quotes::Write;
use leptos::prelude::*;

use super::desk::Desk;
use super::form::{TermFields, Terms};
use super::view_model::TypedTerms;
use crate::app::use_app;
use crate::drafts::use_draft;
use crate::i18n::t_string;
use crate::ui::{Button, Sheet};

/// The sheet with title, term and validity.
#[component]
pub fn TermsSheet(desk: Desk) -> impl IntoView {
    let i18n = desk.i18n;
    view! {
        <Sheet
            open=desk.terms
            title=move || t_string!(i18n, quotes.terms.title)
            close_label=move || t_string!(i18n, shell.close)
        >
            <Form desk=desk/>
        </Sheet>
    }
    .into_any()
}

/// Returns the terms as the sheet opens: what was refused, or what the quote says.
fn first(desk: Desk) -> TypedTerms {
    match untrack(|| desk.resend.body()) {
        Some(Body::Quotes(Write::SetTerms(it))) => TypedTerms {
            title: it.title,
            months: it.months.to_string(),
            valid_until: it.valid_until.to_string(),
        },
        _ => desk.look(|view| TypedTerms::of(&view.quote.content)).unwrap_or_default(),
    }
}

#[component]
fn Form(desk: Desk) -> impl IntoView {
    let i18n = desk.i18n;
    let today = use_app().today();
    let draft = use_draft("quote-terms", desk.id);
    let fields = TermFields::new(draft, first(desk));
    let asked = RwSignal::new(false);
    let read = Memo::new(move |_| fields.typed().read(today.get()));
    let gap = move || if asked.get() { read.get().err() } else { None };
    let submit = move |()| {
        asked.set(true);
        let Ok(terms) = read.get_untracked() else { return };
        let Some(write) = desk.set_terms(|it| {
            (it.title, it.months, it.valid_until) = (terms.title, terms.months, terms.valid_until);
        }) else {
            return;
        };
        let written = desk.writer.write(Body::Quotes(write), Some(draft));
        leptos::task::spawn_local(async move {
            if written.await.is_ok() {
                desk.terms.try_set(false);
                desk.resend.done(desk.writer);
            }
        });
    };
    let error = desk.writer.error();
    view! {
        <Terms fields=fields gap=Signal::derive(gap)/>
        <p class="err" role="status">{error}</p>
        <Button
            attr:data-testid="save-terms"
            label=move || t_string!(i18n, quotes.terms.save)
            on_press=submit
        />
    }
    .into_any()
}
