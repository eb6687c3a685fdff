//! What the server says of customers and their agreements. Never shows an answer to an older question.

use leeway_core::frameworks::Partner;
use leptos::prelude::*;

use crate::app::use_app;
use crate::i18n::{I18n, t_string};
use crate::sync::account::{AskError, Named};
use crate::ui::{Button, ButtonKind, Glyph, Notice, Skeleton};

/// What the server said last, and the way to ask again. Copy.
#[derive(Clone, Copy)]
pub struct Partners {
    said: RwSignal<Option<Result<Vec<Partner>, AskError>>>,
    again: Trigger,
}

/// Asks whenever what is asked for changes.
pub fn use_partners(ask: impl Fn() -> Named + 'static) -> Partners {
    let app = use_app();
    let (said, again, last) = (RwSignal::new(None), Trigger::new(), StoredValue::new(0_u32));
    Effect::new(move |_| {
        again.track();
        let named = ask();
        let turn = last.get_value() + 1;
        last.set_value(turn);
        leptos::task::spawn_local(async move {
            let answer = app.partners(&named).await;
            if last.try_get_value() == Some(turn) {
                said.try_set(Some(answer));
            }
        });
    });
    Partners { said, again }
}

impl Partners {
    /// Returns those that were found; none before there was an answer.
    pub fn found(self) -> Vec<Partner> {
        self.said.get().and_then(Result::ok).unwrap_or_default()
    }

    /// Shows what was found, or why there is nothing.
    pub fn view(self, i18n: I18n, found: impl Fn(Vec<Partner>) -> AnyView) -> AnyView {
        let again = self.again;
        match self.said.get() {
            None => view! { <Skeleton/> }.into_any(),
            Some(Ok(partners)) => found(partners),
            Some(Err(error)) => view! {
                <Notice text=move || said(i18n, error) icon=Glyph::CloudOff live=true/>
                <Button
                    kind=ButtonKind::Second
                    label=move || t_string!(i18n, frameworks.again)
                    on_press=move |()| again.notify()
                />
            }
            .into_any(),
        }
    }
}

fn said(i18n: I18n, error: AskError) -> &'static str {
    match error {
        AskError::Offline => t_string!(i18n, frameworks.offline),
        AskError::Forbidden => t_string!(i18n, frameworks.forbidden),
        AskError::Server(_) => t_string!(i18n, frameworks.server),
    }
}
