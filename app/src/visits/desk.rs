//! What the parts of one visit's page share: the record, the writer, and what stands typed in fields and is not
//! written yet. A tapped answer is written at once; a typed one when its field is left, and at the latest before the
//! visit ends. Never decides whether it may end.

use std::future::Future;
use std::time::Duration;

use leeway_core::Body;
use leeway_core::refusal::Refusal;
use leeway_core::values::{CommandId, Date, VisitId};
use leeway_core::visits::{
    AddNote, Answer, AnswerItem, Finish, Item, ItemKey, SetNextStep, VisitError, VisitState, Write,
};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

use super::queries::VisitView;
use super::view_model::{Progress, read_typed, typed_form};
use crate::commands::DispatchError;
use crate::drafts::{Draft, use_draft};
use crate::i18n::{I18n, refusals, use_i18n};
use crate::parts::{Resend, Writer, use_resend, use_writer};
use crate::platform::ids;
use crate::ui::Toasts;

/// The tabs of the page.
pub const BRIEF: &str = "brief";
/// The checklist's.
pub const CHECKLIST: &str = "checklist";
/// Notes and next step.
pub const RECORD: &str = "record";

/// A number or text item whose answer is being typed.
#[derive(Clone)]
struct Typed {
    item: Item,
    text: RwSignal<String>,
    draft: Draft,
}

/// What the parts of one visit's page share. Copy.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The language.
    pub i18n: I18n,
    /// Which visit.
    pub id: VisitId,
    /// The visit with all that its page shows.
    pub record: Signal<Option<Option<VisitView>>, LocalStorage>,
    /// The writer of this page.
    pub writer: Writer,
    /// The card that is edited and sent again.
    pub resend: Resend,
    /// Which tab is shown.
    pub tab: RwSignal<String>,
    /// The sheet with another day is open.
    pub moving: RwSignal<bool>,
    /// Why the visit did not end.
    pub said: RwSignal<String>,
    /// The note that is being typed.
    pub note: RwSignal<String>,
    /// The next step that is being typed.
    pub step: RwSignal<String>,
    /// Its day.
    pub step_day: RwSignal<String>,
    typed: RwSignal<Vec<Typed>, LocalStorage>,
    /// Answers that are on their way to disk: they count at once, so that nothing moves under the next tap.
    tapped: RwSignal<Vec<ItemKey>>,
    note_draft: Draft,
    step_draft: Draft,
    noting: StoredValue<bool>,
    toasts: Toasts,
}

/// An answer that has been read back counts by itself, for as long as it stands: the server may refuse it later.
fn forget_arrived(tapped: RwSignal<Vec<ItemKey>>, view: &VisitView) {
    let there = |key: &ItemKey| view.visit.answers.contains_key(key);
    if tapped.with_untracked(|all| all.iter().any(there)) {
        tapped.update(|all| all.retain(|key| !there(key)));
    }
}

impl Desk {
    /// Makes the desk of this visit's page.
    pub fn new(id: VisitId, record: Signal<Option<Option<VisitView>>, LocalStorage>) -> Self {
        let (note_draft, step_draft) = (use_draft("visit-note", id), use_draft("visit-step", id));
        let tapped = RwSignal::new(Vec::new());
        Effect::new(move |_| {
            record.with(|record| {
                if let Some(Some(view)) = record {
                    forget_arrived(tapped, view);
                }
            });
        });
        Self {
            i18n: use_i18n(),
            id,
            record,
            writer: use_writer(),
            resend: use_resend(),
            tab: RwSignal::new(String::new()),
            moving: RwSignal::new(false),
            said: RwSignal::new(String::new()),
            note: note_draft.field("text", ""),
            step: step_draft.field("text", ""),
            step_day: step_draft.field("day", ""),
            typed: RwSignal::new_local(Vec::new()),
            tapped,
            note_draft,
            step_draft,
            noting: StoredValue::new(false),
            toasts: Toasts::take(),
        }
    }

    /// Looks at the visit; `None` until it has been read.
    pub fn with<R>(self, look: impl FnOnce(&VisitView) -> R) -> Option<R> {
        self.record.with(|record| record.as_ref().and_then(Option::as_ref).map(look))
    }

    /// The same, without following it.
    pub fn look<R>(self, look: impl FnOnce(&VisitView) -> R) -> Option<R> {
        self.record.with_untracked(|record| record.as_ref().and_then(Option::as_ref).map(look))
    }

    /// Writes the answer of an item.
    pub fn answer(self, item: ItemKey, answer: Answer, draft: Option<Draft>) {
        let shown = self.shown(&item);
        let visit = self.id;
        self.said.set(String::new());
        self.tapped.update(|all| all.push(item.clone()));
        let key = item.clone();
        let written = self.writer.field(format!("answers.{item}"), shown, draft, move |seen| {
            Body::Visits(Write::Answer(AnswerItem { visit, item, answer, seen }))
        });
        leptos::task::spawn_local(async move {
            if written.await.is_ok() {
                self.resend.done_for("visits.answer", self.writer);
            } else {
                self.tapped.try_update(|all| all.retain(|it| *it != key));
            }
        });
    }

    /// Ends the card of this kind once the write was taken.
    fn then_end_card(
        self,
        kind: &'static str,
        written: impl Future<Output = Result<CommandId, DispatchError>> + 'static,
    ) {
        leptos::task::spawn_local(async move {
            if written.await.is_ok() {
                self.resend.done_for(kind, self.writer);
            }
        });
    }

    fn shown(self, item: &ItemKey) -> Option<CommandId> {
        self.look(|view| view.visit.answers.get(item).map(|answer| answer.write)).flatten()
    }

    /// Takes note of an item whose answer is typed.
    pub fn register(self, item: Item, text: RwSignal<String>, draft: Draft) {
        self.typed.update(|all| all.push(Typed { item, text, draft }));
    }

    /// Returns the items that were tapped, and those whose field holds an answer that can be written.
    fn typed_keys(self) -> Vec<ItemKey> {
        let good = |it: &&Typed| it.text.with(|text| matches!(read_typed(&it.item.kind, text), Ok(Some(_))));
        let typed: Vec<ItemKey> =
            self.typed.with(|all| all.iter().filter(good).map(|it| it.item.key.clone()).collect());
        self.tapped.with(|all| all.iter().cloned().chain(typed).collect())
    }

    /// Returns how much is answered, with what stands typed.
    pub fn progress(self) -> Progress {
        let typed = self.typed_keys();
        self.with(|view| Some(Progress::of(&view.visit, view.checklist.as_ref()?, &typed)))
            .flatten()
            .unwrap_or_default()
    }

    /// Writes what stands typed in this item's field, if that is an answer and not written yet.
    pub fn write_typed(self, key: &ItemKey) {
        let Some(typed) = self.typed.with_untracked(|all| all.iter().find(|it| it.item.key == *key).cloned())
        else {
            return;
        };
        let stored = self.look(|view| view.visit.answers.get(key).map(|it| it.value.clone())).flatten();
        match typed.text.with_untracked(|text| read_typed(&typed.item.kind, text)) {
            Ok(Some(answer)) if Some(&answer) != stored.as_ref() => {
                self.answer(key.clone(), answer, Some(typed.draft));
            }
            _ => {}
        }
    }

    /// Adds the note that stands typed, once.
    pub fn write_note(self) {
        let text = self.note.get_untracked();
        if text.trim().is_empty() || self.noting.get_value() {
            return;
        }
        self.noting.set_value(true);
        let add = AddNote { visit: self.id, note: ids::note(), text: text.clone() };
        let written = self.writer.write(Body::Visits(Write::Note(add)), Some(self.note_draft));
        leptos::task::spawn_local(async move {
            let taken = written.await.is_ok();
            if taken {
                self.resend.done_for("visits.note", self.writer);
            }
            if taken && self.note.try_with_untracked(|now| *now == text) == Some(true) {
                self.note_draft.reset("text", "");
            }
            self.noting.try_set_value(false);
        });
    }

    /// Writes the next step that stands typed, if it has a day and differs from what is written.
    pub fn write_step(self) {
        let text = self.step.with_untracked(|text| text.trim().to_owned());
        let Ok(day) = self.step_day.with_untracked(|day| day.parse::<Date>()) else { return };
        let written = self.look(|view| view.visit.next_step.clone()).flatten();
        let same = written.as_ref().is_some_and(|it| it.value.text == text && it.value.day == day);
        if text.is_empty() || same {
            return;
        }
        let visit = self.id;
        let draft = Some(self.step_draft);
        let written = self.writer.field("next_step", written.map(|it| it.write), draft, move |seen| {
            Body::Visits(Write::SetNextStep(SetNextStep { visit, text, day, seen }))
        });
        self.then_end_card("visits.set_next_step", written);
    }

    /// Shows the next step that is written in its fields.
    pub fn show_step(self, text: &str, day: &str) {
        self.step_draft.reset("text", text);
        self.step_draft.reset("day", day);
    }

    /// Writes everything that stands typed on this page.
    pub fn write_all(self) {
        let keys: Vec<ItemKey> =
            self.typed.with_untracked(|all| all.iter().map(|it| it.item.key.clone()).collect());
        for key in &keys {
            self.write_typed(key);
        }
        self.write_note();
        self.write_step();
    }

    /// Shows what a refused command said in the field that it came from. Returns whether both card and visit have
    /// been read.
    pub fn show_refused(self) -> bool {
        let (Some(Body::Visits(write)), Some(())) = (self.resend.body(), self.with(|_| ())) else {
            return false;
        };
        match write {
            Write::Note(it) => {
                self.tab.set(RECORD.to_owned());
                self.note.set(it.text);
            }
            Write::SetNextStep(it) => {
                self.tab.set(RECORD.to_owned());
                self.step.set(it.text);
                self.step_day.set(it.day.to_string());
            }
            Write::Answer(it) => {
                let typed = self.typed.with_untracked(|all| {
                    all.iter().find(|typed| typed.item.key == it.item).map(|typed| typed.text)
                });
                if let Some(text) = typed {
                    text.set(typed_form(&it.answer));
                }
                self.lead_to(Some(it.item));
            }
            Write::Reschedule(_) => self.moving.set(true),
            _ => {}
        }
        true
    }

    /// Ends the visit; or says what is missing and leads there.
    pub async fn finish(self) {
        let missing = untrack(|| self.progress().missing);
        self.write_all();
        if !self.writer.settled().await {
            return;
        }
        if !missing.is_empty() {
            let items = missing.iter().map(|item| item.question.clone()).collect();
            let why = refusals::sentence(self.i18n, &Refusal::from(VisitError::MissingAnswers { items }));
            self.toasts.warn(why.clone()); // the notice stands at the top, the eyes are at the item
            self.said.set(why);
            self.lead_to(missing.first().map(|item| item.key.clone()));
            return;
        }
        let finish = Body::Visits(Write::Finish(Finish { visit: self.id }));
        if let Err(error) = self.writer.write(finish, None).await {
            self.said.set(crate::i18n::errors::dispatch(self.i18n, &error));
        }
    }

    /// Shows the checklist at this item.
    fn lead_to(self, item: Option<ItemKey>) {
        self.tab.set(CHECKLIST.to_owned());
        let Some(item) = item else { return };
        // after the tab is shown
        set_timeout(move || focus(&element_id(&item)), Duration::from_millis(50));
    }

    /// Says whether the manager is there.
    pub fn is_open(self) -> bool {
        self.with(|view| matches!(view.visit.state, VisitState::Open { .. })).unwrap_or_default()
    }
}

/// Returns the address of an item on the page.
pub fn element_id(item: &ItemKey) -> String {
    format!("item-{item}")
}

fn focus(id: &str) {
    let Some(element) = document().get_element_by_id(id) else { return };
    element.scroll_into_view();
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}
