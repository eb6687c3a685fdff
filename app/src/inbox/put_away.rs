//! Putting cards away, with undo: a card goes out of sight at once and ends a little later, or when the page is
//! left. If the app dies in between, the card is simply there again.

use std::collections::HashMap;
use std::time::Duration;

use leeway_core::Body;
use leeway_core::inbox::{Dismiss, Write};
use leeway_core::record::Key;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use crate::commands::{Commands, use_commands};
use crate::i18n::{I18n, errors, t_string, use_i18n};
use crate::ui::Toasts;

/// Longer than the toast, which waits while somebody reaches for its button.
const HELD_FOR: Duration = Duration::from_secs(10);

/// The cards that are out of sight and not ended yet.
#[derive(Clone, Copy)]
pub struct PutAway {
    held: StoredValue<HashMap<Key, Option<TimeoutHandle>>, LocalStorage>,
    hidden: RwSignal<Vec<Key>>,
    commands: Commands,
    i18n: I18n,
    toasts: Toasts,
}

/// Makes it for this page.
pub fn use_put_away() -> PutAway {
    let put_away = PutAway {
        held: StoredValue::new_local(HashMap::new()),
        hidden: RwSignal::new(Vec::new()),
        commands: use_commands(),
        i18n: use_i18n(),
        toasts: Toasts::take(),
    };
    on_cleanup(move || put_away.end_all());
    put_away
}

impl PutAway {
    /// Says whether a card is out of sight.
    pub fn hides(self, card: Key) -> bool {
        self.hidden.with(|hidden| hidden.contains(&card))
    }

    /// Puts a card out of sight and offers to take that back.
    pub fn put(self, card: Key) {
        self.hidden.update(|hidden| hidden.push(card));
        let timer = set_timeout_with_handle(move || self.end(card), HELD_FOR).ok();
        self.held.update_value(|held| {
            held.insert(card, timer);
        });
        let text = t_string!(self.i18n, inbox.refusal.dropped);
        self.toasts.show_undo(text, t_string!(self.i18n, shell.undo), move || self.take_back(card));
    }

    fn take_back(self, card: Key) {
        let timer = self.held.try_update_value(|held| held.remove(&card)).flatten();
        if let Some(timer) = timer {
            if let Some(timer) = timer {
                timer.clear();
            }
            self.hidden.update(|hidden| hidden.retain(|it| *it != card));
        }
    }

    fn end(self, card: Key) {
        if self.held.try_update_value(|held| held.remove(&card)).flatten().is_some() {
            self.now(card);
        }
    }

    /// Ends a card at once.
    pub fn now(self, card: Key) {
        let Self { commands, i18n, toasts, .. } = self;
        leptos::task::spawn_local(async move {
            let body = Body::Inbox(Write::Dismiss(Dismiss { card }));
            if let Err(error) = commands.dispatch(body).await {
                toasts.warn(errors::dispatch(i18n, &error));
            }
        });
    }

    fn end_all(self) {
        let held = self.held.try_update_value(std::mem::take).unwrap_or_default();
        if !held.is_empty() {
            // its undo would come too late now
            self.toasts.dismiss();
        }
        for (card, timer) in held {
            if let Some(timer) = timer {
                timer.clear();
            }
            self.now(card);
        }
    }
}
