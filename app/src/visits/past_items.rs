//! The checklist of a past visit: the same cards as on the spot, but their answers stay in the form's draft until all
//! of it is put on record. Never writes one by itself.

use leeway_core::visits::{Checklist, Item, ItemKey, ItemKind};
use leptos::prelude::*;

use super::checklist::{day_chips, tap_chips};
use super::desk::element_id;
use super::typed_item::{NumberItem, TextItem};
use super::view_model::past::{is_missing, typed, with_typed};
use crate::app::use_app;
use crate::i18n::{t_string, use_i18n};
use crate::parts::DayField;
use crate::ui::{Card, ChipsSingle, FormItem};

/// The items of a checklist; `answers` is the field of the draft that keeps what was answered.
#[component]
pub fn PastItems(checklist: Checklist, answers: RwSignal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let card = move |item: Item| view! { <PastItem item=item answers=answers/> };
    view! {
        <Card label=move || t_string!(i18n, visits.tabs.checklist)>
            {checklist.items.into_iter().map(card).collect_view()}
        </Card>
    }
    .into_any()
}

/// Returns what stands in the field of an item; it follows the draft, and the draft follows it.
fn field_of(answers: RwSignal<String>, key: ItemKey) -> RwSignal<String> {
    let kept = {
        let key = key.0.clone();
        Memo::new(move |_| answers.with(|it| typed(it).remove(&key)).unwrap_or_default())
    };
    let text = RwSignal::new(kept.get_untracked());
    Effect::new(move |_| {
        let now = kept.get();
        if text.with_untracked(|text| *text != now) {
            text.set(now);
        }
    });
    Effect::new(move |before: Option<()>| {
        let now = text.get();
        if before.is_some() && kept.with_untracked(|kept| *kept != now) {
            answers.update(|all| *all = with_typed(all, &key, &now));
        }
    });
    text
}

#[component]
fn PastItem(item: Item, answers: RwSignal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let text = field_of(answers, item.key.clone());
    let missing = {
        let item = item.clone();
        Memo::new(move |_| answers.with(|answers| is_missing(&item, answers)))
    };
    let (id, question, hint) = (element_id(&item.key), item.question.clone(), item.hint.clone());
    let testid = id.clone();
    // nothing is written while one types
    let leave = || {};
    let control = match &item.kind {
        ItemKind::Number { .. } => view! { <NumberItem item=item text=text leave=leave/> }.into_any(),
        ItemKind::Text => view! { <TextItem item=item text=text leave=leave/> }.into_any(),
        ItemKind::Date => view! {
            <DayField
                label=item.question
                hide_label=true
                name="answer"
                value=text
                choices=Signal::derive(move || day_chips(i18n, today.get()))
            />
        }
        .into_any(),
        kind @ (ItemKind::YesNo | ItemKind::Choice { .. }) => {
            let (even, kind) = (*kind == ItemKind::YesNo, kind.clone());
            view! {
                <ChipsSingle
                    label=item.question
                    hide_label=true
                    options=Signal::derive(move || tap_chips(i18n, &kind))
                    value=text
                    even=even
                />
            }
            .into_any()
        }
    };
    view! {
        <FormItem
            attr:data-testid=testid
            title=question
            id=id
            missing=missing
            missing_label=move || t_string!(i18n, visits.item.missing)
            hint=hint.unwrap_or_default()
        >
            {control}
        </FormItem>
    }
    .into_any()
}
