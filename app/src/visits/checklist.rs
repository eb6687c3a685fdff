//! The checklist: one card per question while the manager is there, reading before and after. A tapped answer is
//! written at once. Never changes which version a visit is filled in with.

use leeway_core::values::Date;
use leeway_core::visits::{Answer, Checklist, Item, ItemKind, VisitState};
use leptos::prelude::*;

use super::answers;
use super::desk::{Desk, element_id};
use super::typed_item::TypedItem;
use super::view_model::{near_ends, typed_form};
use super::visit_page::SavedChip;
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::parts::DayField;
use crate::ui::{Card, Cell, ChipsSingle, Choice, FormItem, Glyph, Notice, Progress, Tone};

/// The second tab of a visit.
#[component]
pub fn ChecklistTab(desk: Desk) -> impl IntoView {
    let i18n = desk.i18n;
    let state = Memo::new(move |_| desk.with(|view| view.visit.state));
    let open = Memo::new(move |_| desk.is_open());
    let checklist = Memo::new(move |_| desk.with(|view| view.checklist.clone()).flatten());
    let body = move || match checklist.get() {
        None => view! { <Notice text=move || t_string!(i18n, visits.item.no_checklist)/> }.into_any(),
        // built once per state: nothing rebuilds a field under the fingers
        Some(list) => match open.get() {
            true => untrack(|| view! { <Answering desk=desk checklist=list/> }.into_any()),
            false => view! { <Reading desk=desk checklist=list/> }.into_any(),
        },
    };
    let hint = move || {
        (state.get() == Some(VisitState::Planned))
            .then(|| view! { <Notice text=move || t_string!(i18n, visits.item.before) tone=Tone::Accent/> })
    };
    view! {
        {hint}
        {body}
    }
    .into_any()
}

#[component]
fn Answering(desk: Desk, checklist: Checklist) -> impl IntoView {
    let i18n = use_i18n();
    let progress = Memo::new(move |_| desk.progress());
    let name = checklist.name.clone();
    let purpose = desk.look(|view| view.visit.purpose);
    let counted = move || {
        progress.with(|it| {
            t_string!(
                i18n,
                visits.item.progress,
                name = name.clone(),
                purpose = purpose.map(|it| words::purpose(i18n, it)).unwrap_or_default(),
                answered = it.answered.to_string(),
                items = it.items.to_string()
            )
        })
    };
    let items = checklist.items.into_iter().map(move |item| view! { <ItemCard desk=desk item=item/> });
    view! {
        <div class="stack" data-gap="1">
            <p class="small">{counted}</p>
            <Progress
                label=move || t_string!(i18n, visits.item.progress_label)
                value=Signal::derive(move || progress.with(super::view_model::Progress::percent))
            />
            // a line of its own: its words change while one taps, and nothing may shift then
            <SavedChip desk=desk/>
        </div>
        <Card label=move || t_string!(i18n, visits.tabs.checklist)>{items.collect_view()}</Card>
    }
    .into_any()
}

#[component]
fn ItemCard(desk: Desk, item: Item) -> impl IntoView {
    let i18n = use_i18n();
    let key = item.key.clone();
    let missing = Memo::new(move |_| desk.progress().misses(&key));
    let (id, question, hint) = (element_id(&item.key), item.question.clone(), item.hint.clone());
    let testid = id.clone();
    let control = match item.kind.clone() {
        kind @ (ItemKind::YesNo | ItemKind::Choice { .. }) => {
            let even = kind == ItemKind::YesNo;
            let options = Signal::derive(move || tap_chips(i18n, &kind));
            view! { <TapItem desk=desk item=item options=options even=even/> }.into_any()
        }
        ItemKind::Date => view! { <DateItem desk=desk item=item/> }.into_any(),
        ItemKind::Number { .. } | ItemKind::Text => view! { <TypedItem desk=desk item=item/> }.into_any(),
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

/// Returns a signal with the written answer of an item as it stands in an input. It follows what is written, and
/// goes back to it when a write was not taken.
pub fn follow(desk: Desk, item: &Item) -> RwSignal<String> {
    let key = item.key.clone();
    let written = Memo::new(move |_| {
        let form = |it: &leeway_core::visits::Answer| typed_form(it);
        desk.with(|view| view.visit.answers.get(&key).map(|it| form(&it.value))).flatten()
    });
    let shown = RwSignal::new(written.get_untracked().unwrap_or_default());
    Effect::new(move |_| {
        desk.writer.failures().track();
        shown.set(written.get().unwrap_or_default());
    });
    shown
}

/// Returns the chips of an item that is answered by one tap.
pub fn tap_chips(i18n: I18n, kind: &ItemKind) -> Vec<Choice> {
    match kind {
        ItemKind::Choice { choices } => {
            choices.iter().map(|it| Choice::new(it.key.clone(), it.label.clone())).collect()
        }
        _ => vec![
            Choice::new("yes", t_string!(i18n, visits.item.yes)),
            Choice::new("no", t_string!(i18n, visits.item.no)),
        ],
    }
}

/// Returns the chips of an item that asks for a day.
pub fn day_chips(i18n: I18n, today: Date) -> Vec<Choice> {
    let mut near = near_ends(today).to_vec();
    near.dedup();
    let word = |day: Date| format::day_from(i18n, day, today);
    near.into_iter().map(|day| Choice::new(day.to_string(), word(day))).collect()
}

/// An item that is answered by one tap.
#[component]
fn TapItem(desk: Desk, item: Item, #[prop(into)] options: Signal<Vec<Choice>>, even: bool) -> impl IntoView {
    let shown = follow(desk, &item);
    let yes_no = item.kind == ItemKind::YesNo;
    let key = StoredValue::new(item.key.clone());
    let answer = move |chosen: String| {
        let answer = if yes_no { Answer::YesNo(chosen == "yes") } else { Answer::Choice(chosen) };
        desk.answer(key.get_value(), answer, None);
    };
    view! {
        <ChipsSingle
            label=item.question
            hide_label=true
            options=options
            value=shown
            even=even
            on_change=answer
        />
    }
    .into_any()
}

/// An item that asks for a day.
#[component]
fn DateItem(desk: Desk, item: Item) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let shown = follow(desk, &item);
    let choices = move || day_chips(i18n, today.get());
    let key = StoredValue::new(item.key.clone());
    let answer = move |day: String| {
        if let Ok(day) = day.parse() {
            desk.answer(key.get_value(), Answer::Date(day), None);
        }
    };
    view! {
        <DayField
            label=item.question
            hide_label=true
            name="answer"
            value=shown
            choices=Signal::derive(choices)
            on_change=answer
        />
    }
    .into_any()
}

/// The questions with their answers, for reading; with the version of the list.
#[component]
fn Reading(desk: Desk, checklist: Checklist) -> impl IntoView {
    let i18n = use_i18n();
    let (name, version) = (checklist.name.clone(), checklist.version.to_string());
    let version =
        move || t_string!(i18n, visits.item.version, name = name.clone(), version = version.clone());
    let row = move |item: Item| {
        let title = item.question.clone();
        let answered = move || {
            let written = desk.with(|view| view.visit.answers.get(&item.key).map(|it| it.value.clone()));
            match written.flatten() {
                Some(it) => answers::answer(i18n, &item, &it),
                None if item.required => t_string!(i18n, visits.item.open_required).to_owned(),
                None => t_string!(i18n, visits.item.open).to_owned(),
            }
        };
        view! { <Cell title=title note=answered lead=Glyph::Note bare_lead=true top=true/> }
    };
    view! {
        <div class="row">
            <span class="small grow">{version}</span>
            <SavedChip desk=desk/>
        </div>
        <Card>{checklist.items.into_iter().map(row).collect_view()}</Card>
    }
    .into_any()
}
