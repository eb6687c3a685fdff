//! "Edit and resend": the address names a card of a command that was not accepted; the page opens with what was
//! typed, and the card ends once the new command is taken. Never sends anything by itself.

use leeway_core::Body;
use leeway_core::Entity;
use leeway_core::inbox::{Dismiss, RefusalCard, Write};
use leeway_core::refusal::Refusal;
use leeway_core::values::CommandId;
use leptos::prelude::*;

use super::writer::Writer;
use crate::i18n::{refusals, t_string, use_i18n};
use crate::live::live;
use crate::routes::use_query_id;
use crate::ui::{Glyph, Notice, Tone};

/// The card that the address names, if it names one.
#[derive(Clone, Copy)]
pub struct Resend {
    id: Memo<Option<CommandId>>,
    card: Signal<Option<Option<RefusalCard>>, LocalStorage>,
}

/// Reads `?resend=`.
pub fn use_resend() -> Resend {
    let id = use_query_id::<CommandId>("resend");
    let card = live(move |store| {
        let id = id.get();
        async move {
            match id {
                Some(id) => store.get::<RefusalCard>(id).await,
                None => Ok(None),
            }
        }
    });
    Resend { id, card }
}

impl Resend {
    /// Says whether it is known whether there is a card: a form is built after that, with what was typed.
    pub fn is_ready(self) -> bool {
        self.id.with(Option::is_none) || self.card.with(Option::is_some)
    }

    /// Returns the card.
    pub fn card(self) -> Option<RefusalCard> {
        self.card.with(|card| card.clone().flatten())
    }

    /// Returns what was asked for then; `None` without a card, or for one of a newer app.
    pub fn body(self) -> Option<Body> {
        let card = self.card()?;
        Body::from_parts(&card.kind, card.kv, &card.args).ok()
    }

    /// Returns the name under which a form's keystrokes are kept: those of a resend apart from all others.
    pub fn draft_name(self, otherwise: impl ToString) -> String {
        self.id.get_untracked().map_or_else(|| otherwise.to_string(), |id| id.to_string())
    }

    /// Ends the card, if it is of this kind, after the new command was taken: a page that writes many kinds.
    pub fn done_for(self, kind: &str, writer: Writer) {
        if untrack(|| self.card()).is_some_and(|card| card.kind == kind) {
            self.done(writer);
        }
    }

    /// Ends the card, after the new command was taken.
    pub fn done(self, writer: Writer) {
        if let Some(card) = self.card.with_untracked(|card| card.clone().flatten()) {
            let dismiss = Dismiss { card: RefusalCard::key(card.id) };
            writer.put(String::new(), None, None, move |_| Body::Inbox(Write::Dismiss(dismiss)));
        }
    }
}

/// Says why it was not accepted, above the form with what was typed.
#[component]
pub fn ResendNotice(resend: Resend) -> impl IntoView {
    let i18n = use_i18n();
    let text = move || {
        let card = resend.card()?;
        let why = match Refusal::from_data(&card.reason) {
            Some(refusal) => refusals::sentence(i18n, &refusal),
            None => card.reason.code,
        };
        Some(t_string!(i18n, common.parts.resend, why = why))
    };
    let notice =
        move || text().map(|text| view! { <Notice text=text tone=Tone::Warn icon=Glyph::ArrowBack/> });
    notice.into_any()
}
