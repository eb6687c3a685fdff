//! A question that is answered by typing: a number or a text. Each keystroke is a draft; the answer is written when
//! the field is left, a number also when it has rested for a moment. An emptied field takes nothing back: what was
//! answered stays.

use std::time::Duration;

use leeway_core::visits::{Item, ItemKind};
use leptos::prelude::*;

use super::answers;
use super::desk::Desk;
use super::view_model::{read_typed, typed_form};
use crate::drafts::use_draft;
use crate::i18n::{t_string, use_i18n};
use crate::ui::{Stepper, TextArea};

/// How long a number rests before it is written.
const REST: Duration = Duration::from_millis(700);

/// A number or text item.
#[component]
pub fn TypedItem(desk: Desk, item: Item) -> impl IntoView {
    let key = item.key.clone();
    let written = Memo::new(move |_| {
        desk.with(|view| view.visit.answers.get(&key).map(|it| typed_form(&it.value)))
            .flatten()
            .unwrap_or_default()
    });
    let draft = use_draft("visit-item", format!("{}/{}", desk.id, item.key));
    let text = draft.field("answer", written.get_untracked());
    // what another phone wrote shows here, unless something else stands typed
    Effect::new(move |before: Option<String>| {
        let now = written.get();
        if before.is_some_and(|before| before != now && text.with_untracked(|text| *text == before)) {
            draft.reset("answer", now.clone());
        }
        now
    });
    desk.register(item.clone(), text, draft);
    let key = StoredValue::new(item.key.clone());
    let leave = move || {
        if text.with_untracked(|text| text.trim().is_empty()) {
            draft.reset("answer", written.get_untracked());
        }
        desk.write_typed(&key.get_value());
    };
    match item.kind {
        ItemKind::Number { .. } => view! { <NumberItem item=item text=text leave=leave/> }.into_any(),
        _ => view! { <TextItem item=item text=text leave=leave/> }.into_any(),
    }
}

/// Says what is wrong with what stands typed; empty if nothing is.
fn trouble(item: &Item, text: RwSignal<String>) -> Signal<String> {
    let i18n = use_i18n();
    let kind = item.kind.clone();
    Signal::derive(move || {
        let read = text.with(|text| read_typed(&kind, text));
        read.err().map(|it| answers::problem(i18n, it)).unwrap_or_default()
    })
}

/// A text item; `leave` is called when its field is left.
#[component]
pub fn TextItem(
    item: Item,
    text: RwSignal<String>,
    leave: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let error = trouble(&item, text);
    view! {
        <TextArea
            label=item.question
            hide_label=true
            name="answer"
            value=text
            rows=2
            error=error
            on_change=move |_: String| leave()
        />
    }
    .into_any()
}

/// A number item; `leave` is called when its field is left, and when it has rested for a moment.
#[component]
pub fn NumberItem(
    item: Item,
    text: RwSignal<String>,
    leave: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let i18n = use_i18n();
    let error = trouble(&item, text);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let hold = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    on_cleanup(hold);
    let change = move |_: String| {
        hold();
        timer.set_value(set_timeout_with_handle(leave, REST).ok());
    };
    let left = move |_| {
        hold();
        leave();
    };
    let (min, max, unit) = match item.kind {
        ItemKind::Number { min, max, unit } => (min, max, unit),
        _ => (0, i64::MAX, String::new()),
    };
    view! {
        <div on:focusout=left>
            <Stepper
                label=item.question
                hide_label=true
                name="answer"
                value=text
                min=min
                max=max
                unit=unit
                less_label=move || t_string!(i18n, visits.item.less)
                more_label=move || t_string!(i18n, visits.item.more)
                on_change=change
            />
        </div>
        <p class="err" role="status">{error}</p>
    }
    .into_any()
}
