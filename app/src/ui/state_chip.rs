//! Honest states: of one record, and of the whole program. Each is icon, word and colour. Never says more than the
//! server has answered.

use leptos::prelude::*;

use super::icon::{Glyph, draw};

/// Where one record stands on its way to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordState {
    /// Keystrokes, not yet an action.
    Draft,
    /// Saved on this phone.
    Saved,
    /// Waits to be sent.
    Pending,
    /// Sent, not answered.
    Sending,
    /// The server has it.
    Synced,
    /// Two wrote one field.
    Conflict,
    /// The server didn't accept it, or it needs the user.
    Returned,
}

impl RecordState {
    const fn look(self) -> (&'static str, Glyph) {
        match self {
            Self::Draft => ("draft", Glyph::Pen),
            Self::Saved => ("saved", Glyph::SavedPhone),
            Self::Pending => ("pending", Glyph::CloudUp),
            Self::Sending => ("sending", Glyph::Sync),
            Self::Synced => ("synced", Glyph::CloudOk),
            Self::Conflict => ("conflict", Glyph::Fork),
            Self::Returned => ("returned", Glyph::ArrowBack),
        }
    }
}

/// The state of one record, in a row or under a form.
#[component]
pub fn StateChip(
    /// Which state.
    #[prop(into)]
    state: Signal<RecordState>,
    /// Its word, with the time if that helps.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    view! {
        <span class="state" data-state=move || state.get().look().0>
            {move || draw(state.get().look().1, "i")}
            {label}
        </span>
    }
    .into_any()
}

/// Where the whole program stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncState {
    /// No network: grey, not an error.
    Offline,
    /// Something waits to be sent.
    Pending,
    /// Sending or fetching.
    Syncing,
    /// Everything is on the server.
    Synced,
    /// Two wrote one field, the user decides.
    Conflict,
    /// Something was not accepted, or needs the user.
    Returned,
}

impl SyncState {
    const fn look(self) -> (&'static str, Glyph) {
        match self {
            Self::Offline => ("offline", Glyph::CloudOff),
            Self::Pending => ("pending", Glyph::CloudUp),
            Self::Syncing => ("syncing", Glyph::Sync),
            Self::Synced => ("synced", Glyph::CloudOk),
            Self::Conflict => ("conflict", Glyph::Fork),
            Self::Returned => ("returned", Glyph::ArrowBack),
        }
    }
}

/// The state of the whole program, at the end of a root bar; leads to what it speaks of.
#[component]
pub fn SyncChip(
    /// Which state.
    #[prop(into)]
    state: Signal<SyncState>,
    /// Its words, with the count.
    #[prop(into)]
    label: Signal<String>,
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
) -> impl IntoView {
    view! {
        <a class="syncchip" data-state=move || state.get().look().0 href=href>
            {move || draw(state.get().look().1, "i")}
            <span role="status">{label}</span>
        </a>
    }
    .into_any()
}
