//! The state of one record in the seven words of the whole app. Never says more than the server has answered.

use leeway_core::record::Key;
use leptos::prelude::*;

use crate::app::use_app;
use crate::i18n::{Lang, td_string, use_i18n};
use crate::sync::RecordState;
use crate::ui::{self, StateChip};

/// Returns the word of a state.
pub fn record_word(lang: impl Lang, state: RecordState) -> &'static str {
    let locale = lang.locale();
    match state {
        RecordState::Synced => td_string!(locale, shell.record.synced),
        RecordState::Waiting => td_string!(locale, shell.record.waiting),
        RecordState::Sending => td_string!(locale, shell.record.sending),
        RecordState::WouldBeRefused => td_string!(locale, shell.record.would_be_refused),
        RecordState::Parked => td_string!(locale, shell.record.parked),
        RecordState::Refused => td_string!(locale, shell.record.refused),
    }
}

/// Returns the drawing of a state.
fn drawing(state: RecordState) -> ui::RecordState {
    match state {
        RecordState::Synced => ui::RecordState::Synced,
        RecordState::Waiting => ui::RecordState::Pending,
        RecordState::Sending => ui::RecordState::Sending,
        RecordState::WouldBeRefused => ui::RecordState::Conflict,
        RecordState::Parked | RecordState::Refused => ui::RecordState::Returned,
    }
}

/// The state of the record under this key.
#[component]
pub fn RecordChip(
    /// Which record.
    key: Key,
    /// In lists: says nothing of what the server has.
    #[prop(optional)]
    only_unsynced: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let state = use_app().record_state(key);
    let is_shown = Memo::new(move |_| !only_unsynced || state.get() != RecordState::Synced);
    let chip = move || {
        is_shown.get().then(|| {
            view! {
                <StateChip
                    state=Signal::derive(move || drawing(state.get()))
                    label=move || record_word(i18n, state.get())
                />
            }
        })
    };
    chip.into_any()
}
