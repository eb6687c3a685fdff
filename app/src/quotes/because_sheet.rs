//! Why something is given away: asked between the button and the quote, and answered by the tap that goes on. The reason
//! that was named last stands first.

use leeway_core::authority::ReasonCode;
use leptos::prelude::*;

use super::desk::Desk;
use super::view_model::reasons_to_name;
use crate::i18n::{t_string, words};
use crate::ui::{Card, Cell, Glyph, Sheet};

/// The sheet with the reasons.
#[component]
pub fn BecauseSheet(desk: Desk) -> impl IntoView {
    let i18n = desk.i18n;
    let codes = move || {
        let codes = desk.with(|view| reasons_to_name(&view.reasons, view.quote.because.as_ref()));
        codes.unwrap_or_default().into_iter().map(|code| row(desk, code)).collect_view()
    };
    view! {
        <Sheet
            open=desk.naming
            title=move || t_string!(i18n, quotes.because.title)
            close_label=move || t_string!(i18n, shell.close)
        >
            <p class="small">{move || t_string!(i18n, quotes.because.note)}</p>
            <Card>{codes}</Card>
        </Sheet>
    }
    .into_any()
}

fn row(desk: Desk, code: ReasonCode) -> AnyView {
    let i18n = desk.i18n;
    let was = desk.look(|view| view.quote.because.as_ref() == Some(&code)).unwrap_or_default();
    let note = move || if was { t_string!(i18n, quotes.because.last) } else { "" };
    let title = {
        let code = code.clone();
        move || words::reason_code(i18n, &code)
    };
    let name = move |()| desk.name_reason(code.clone());
    view! { <Cell attr:data-testid="because" title=title note=note lead=Glyph::Gift on_press=name/> }
        .into_any()
}
