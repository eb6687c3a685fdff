//! What the two forms share: their choices, their errors as sentences, and saving.

use leeway_core::customers::{ContactRole, Grade, Industry};
use leeway_core::inbox::{Dismiss, RefusalCard, Write};
use leeway_core::record::Key;
use leeway_core::values::CommandId;
use leeway_core::{Body, Entity};
use leptos::prelude::*;

use super::view_model::{FieldName, Finding, Wrong, code_of, place};
use crate::commands::{Commands, DispatchError};
use crate::drafts::Draft;
use crate::i18n::{I18n, errors, refusals, t_string, words};
use crate::parts::Resend;
use crate::shell::focus_first_wrong;
use crate::ui::Choice;

/// Returns the lines of business as choices.
pub fn industries(i18n: I18n) -> Signal<Vec<Choice>> {
    let choice = move |it: Industry| Choice::new(code_of(it), words::industry(i18n, it));
    Signal::derive(move || Industry::ALL.map(choice).to_vec())
}

/// Returns the grades as choices.
pub fn grades(i18n: I18n) -> Signal<Vec<Choice>> {
    let choice = move |it: Grade| Choice::new(code_of(it), words::grade(i18n, it));
    Signal::derive(move || Grade::ALL.map(choice).to_vec())
}

/// Returns the parts that a contact may play as choices.
pub fn contact_roles(i18n: I18n) -> Signal<Vec<Choice>> {
    let choice = move |it: ContactRole| Choice::new(code_of(it), words::contact_role(i18n, it));
    Signal::derive(move || ContactRole::ALL.map(choice).to_vec())
}

/// Returns the card that a form was opened for, to be ended with it.
pub fn card_of(resend: Resend) -> Option<Key> {
    resend.card().map(|card| RefusalCard::key(card.id))
}

/// What a form found wrong.
#[derive(Clone, Copy)]
pub struct Findings(RwSignal<Vec<Finding>>);

impl Findings {
    /// Starts with nothing wrong.
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// Shows what is wrong, and leads there.
    pub fn set(self, found: Vec<Finding>) {
        let lead = !found.is_empty();
        // the page may be gone when a write has ended
        if self.0.try_set(found).is_none() && lead {
            focus_first_wrong();
        }
    }

    /// Returns the sentence for a field; `None`: for the whole form.
    pub fn at(self, i18n: I18n, field: Option<FieldName>) -> Signal<String> {
        Signal::derive(move || {
            self.0.with(|found| {
                let here = found.iter().find(|(at, _)| *at == field);
                here.map(|(_, wrong)| sentence(i18n, wrong)).unwrap_or_default()
            })
        })
    }
}

fn sentence(i18n: I18n, wrong: &Wrong) -> String {
    match wrong {
        Wrong::Choose => t_string!(i18n, customers.form.choose).to_owned(),
        Wrong::Code(error) => refusals::credit_code(i18n, *error),
        Wrong::Refused(error) => errors::dispatch(i18n, error),
    }
}

/// Writes the bodies in order; the last one ends the draft. Stops at the first that is not taken. When all are, the
/// card ends out of which they were sent again.
pub async fn save(
    commands: Commands,
    bodies: Vec<Body>,
    draft: &Draft,
    card: Option<Key>,
) -> Result<(), Finding> {
    let count = bodies.len();
    for (index, body) in bodies.into_iter().enumerate() {
        let written: Result<CommandId, DispatchError> = match index + 1 == count {
            true => commands.dispatch_draft(body, draft).await,
            false => commands.dispatch(body).await,
        };
        written.map_err(place)?;
    }
    match card {
        Some(card) if count > 0 => {
            let dismiss = Body::Inbox(Write::Dismiss(Dismiss { card }));
            commands.dispatch(dismiss).await.map(|_| ()).map_err(place)
        }
        _ => Ok(()),
    }
}
