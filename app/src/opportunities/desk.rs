//! What the parts of one opportunity's page share: the record, the writer, which sheet is open; and the moves, each
//! with a way back. Never decides whether a move is one.

use leeway_core::Body;
use leeway_core::opportunities::{CompleteNextStep, MoveStage, SetNextStep, Stage, Write};
use leeway_core::values::OpportunityId;
use leptos::prelude::*;

use super::queries::DealView;
use crate::commands::{Commands, use_commands};
use crate::i18n::{I18n, errors, t_string, use_i18n, words};
use crate::parts::{Resend, Writer, use_resend, use_writer};
use crate::ui::Toasts;

/// What the parts of one opportunity's page share. Copy.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The language.
    pub i18n: I18n,
    /// Which opportunity.
    pub id: OpportunityId,
    /// The opportunity with all that its page shows.
    pub record: Signal<Option<Option<DealView>>, LocalStorage>,
    /// The writer of this page.
    pub writer: Writer,
    /// The card that is edited and sent again.
    pub resend: Resend,
    /// The sheet with the next step is open.
    pub stepping: RwSignal<bool>,
    /// The sheet with the stages is open.
    pub staging: RwSignal<bool>,
    /// The sheet that asks why it was lost is open.
    pub losing: RwSignal<bool>,
    /// The sheet with the facts is open.
    pub editing: RwSignal<bool>,
    commands: Commands,
    toasts: Toasts,
}

impl Desk {
    /// Makes the desk of this opportunity's page.
    pub fn new(id: OpportunityId, record: Signal<Option<Option<DealView>>, LocalStorage>) -> Self {
        Self {
            i18n: use_i18n(),
            id,
            record,
            writer: use_writer(),
            resend: use_resend(),
            stepping: RwSignal::new(false),
            staging: RwSignal::new(false),
            losing: RwSignal::new(false),
            editing: RwSignal::new(false),
            commands: use_commands(),
            toasts: Toasts::take(),
        }
    }

    /// Looks at the opportunity; `None` until it has been read.
    pub fn with<R>(self, look: impl FnOnce(&DealView) -> R) -> Option<R> {
        self.record.with(|record| record.as_ref().and_then(Option::as_ref).map(look))
    }

    /// The same, without following it.
    pub fn look<R>(self, look: impl FnOnce(&DealView) -> R) -> Option<R> {
        untrack(|| self.with(look))
    }

    /// Moves it to another stage, with a way back. Lost asks for a reason first.
    pub fn move_to(self, to: Stage) {
        if to == Stage::Lost {
            self.losing.set(true);
        } else {
            self.send_move(to, None, None);
        }
    }

    /// Moves it; `draft` is what the reason was typed in.
    pub fn send_move(self, to: Stage, reason: Option<String>, draft: Option<crate::drafts::Draft>) {
        let Some(from) = self.look(|view| view.deal.stage) else { return };
        let opportunity = self.id;
        let body = Body::Opportunities(Write::MoveStage(MoveStage { opportunity, from, to, reason }));
        let written = self.writer.write(body, draft);
        let (i18n, toasts, commands) = (self.i18n, self.toasts, self.commands);
        leptos::task::spawn_local(async move {
            if written.await.is_err() {
                return;
            }
            self.losing.try_set(false);
            self.resend.done(self.writer);
            // lost again would need its reason again: that way back is the list of stages
            if from == Stage::Lost {
                return;
            }
            let text = t_string!(i18n, opportunities.moved, stage = words::stage(i18n, to));
            let back = MoveStage { opportunity, from: to, to: from, reason: None };
            toasts.show_undo(text, t_string!(i18n, shell.undo), move || {
                let back = back.clone();
                leptos::task::spawn_local(async move {
                    let body = Body::Opportunities(Write::MoveStage(back));
                    if let Err(error) = commands.dispatch(body).await {
                        toasts.warn(errors::dispatch(i18n, &error));
                    }
                });
            });
        });
    }

    /// Ticks the next step off, with a way back.
    pub fn complete_step(self) {
        let Some(Some(step)) = self.look(|view| view.deal.next_step.clone()) else { return };
        let opportunity = self.id;
        let complete = CompleteNextStep { opportunity, seen: step.write };
        let written = self.writer.write(Body::Opportunities(Write::CompleteNextStep(complete)), None);
        let (i18n, toasts, commands) = (self.i18n, self.toasts, self.commands);
        leptos::task::spawn_local(async move {
            let Ok(write) = written.await else { return };
            let text = t_string!(i18n, opportunities.step.ticked);
            toasts.show_undo(text, t_string!(i18n, shell.undo), move || {
                let (text, day) = (step.value.text.clone(), step.value.day);
                let again = SetNextStep { opportunity, text, day, seen: Some(write) };
                leptos::task::spawn_local(async move {
                    let body = Body::Opportunities(Write::SetNextStep(again));
                    if let Err(error) = commands.dispatch(body).await {
                        toasts.warn(errors::dispatch(i18n, &error));
                    }
                });
            });
        });
    }
}
