//! One opportunity: what it may bring and when, how far it has come, what happens next, how it got there, its quotes.

use leeway_core::Body;
use leeway_core::Entity;
use leeway_core::opportunities::{Opportunity, Stage, Write};
use leeway_core::values::OpportunityId;
use leptos::prelude::*;

use super::desk::Desk;
use super::edit_sheet::EditSheet;
use super::queries::{self, DealView};
use super::sections::{Facts, History, NextStepCard, Quotes};
use super::stage_sheets::{LostSheet, StageSheet};
use super::step_sheet::StepSheet;
use super::view_model::{Primary, onwards, primary, step_index};
use crate::app::use_app;
use crate::i18n::{I18n, t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{Failed, ResendNotice};
use crate::routes::{Route, use_id};
use crate::shell::{Frame, NotFoundPage, RecordChip, loaded};
use crate::ui::{Button, ButtonKind, Card, Glyph, IconButton, Steps, Tag, Tone};

/// The page of one opportunity.
#[component]
pub fn OpportunityPage() -> impl IntoView {
    let id = use_id::<OpportunityId>("id");
    let page = move || match id.get() {
        Some(id) => view! { <Screen id=id/> }.into_any(),
        None => view! { <NotFoundPage/> }.into_any(),
    };
    page.into_any()
}

#[component]
fn Screen(id: OpportunityId) -> impl IntoView {
    let i18n = use_i18n();
    let record = live(move |store| queries::deal(store, id));
    let desk = Desk::new(id, record);
    open_what_was_refused(desk);
    let title = move || {
        desk.with(|view| view.deal.name.value.clone())
            .unwrap_or_else(|| t_string!(i18n, opportunities.one).to_owned())
    };
    let subtitle = move || {
        desk.with(|view| view.customer.as_ref().map(|it| it.name.value.clone())).flatten().unwrap_or_default()
    };
    let corner = move || {
        view! {
            <IconButton
                label=move || t_string!(i18n, opportunities.edit.title)
                icon=Glyph::Pen
                on_press=move |()| desk.editing.set(true)
            />
        }
    };
    let body = move |_: Signal<DealView, LocalStorage>| view! { <Parts desk=desk/> }.into_any();
    view! {
        <Frame
            title=title
            subtitle=subtitle
            back=Route::Opportunities
            corner=corner
            dock=move || view! { <Actions desk=desk/> }
            gap=4
        >
            <ResendNotice resend=desk.resend/>
            {loaded(record, body)}
        </Frame>
    }
    .into_any()
}

/// Opens the sheet that a refused command came from, once the card has been read.
fn open_what_was_refused(desk: Desk) {
    Effect::new(move |done: Option<bool>| {
        if done == Some(true) {
            return true;
        }
        let (Some(body), Some(())) = (desk.resend.body(), desk.with(|_| ())) else { return false };
        match body {
            Body::Opportunities(Write::SetNextStep(_)) => desk.stepping.set(true),
            Body::Opportunities(Write::Edit(_)) => desk.editing.set(true),
            Body::Opportunities(Write::MoveStage(it)) if it.to == Stage::Lost => desk.losing.set(true),
            Body::Opportunities(Write::MoveStage(_)) => desk.staging.set(true),
            _ => {}
        }
        true
    });
}

#[component]
fn Parts(desk: Desk) -> impl IntoView {
    view! {
        <Failed writer=desk.writer/>
        <Facts desk=desk/>
        <StageCard desk=desk/>
        <NextStepCard desk=desk/>
        <Quotes desk=desk/>
        <History desk=desk/>
        <StepSheet desk=desk/>
        <StageSheet desk=desk/>
        <LostSheet desk=desk/>
        <EditSheet desk=desk/>
    }
    .into_any()
}

/// How far it has come, drawn as steps up to signing; a lost one says why.
#[component]
fn StageCard(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let stage = Memo::new(move |_| desk.with(|view| view.deal.stage).unwrap_or(Stage::Lead));
    let reason = Memo::new(move |_| desk.with(|view| view.deal.lost_reason.clone()).flatten());
    let labels = move || {
        let worked_on = Stage::OPEN.into_iter().chain([Stage::Won]);
        worked_on.map(|it| words::stage(i18n, it).to_owned()).collect::<Vec<_>>()
    };
    let tone = move || match stage.get() {
        Stage::Won => Tone::Ok,
        Stage::Lost => Tone::Danger,
        _ => Tone::Accent,
    };
    let lost = move || {
        reason.get().map(|why| {
            let why = move || t_string!(i18n, opportunities.lost_because, why = why.clone());
            view! { <p class="small">{why}</p> }
        })
    };
    let steps = move || {
        (stage.get() != Stage::Lost).then(|| {
            view! {
                <Steps labels=Signal::derive(labels) now=Signal::derive(move || step_index(stage.get()))/>
            }
        })
    };
    view! {
        <Card pad=true gap=3 label=move || t_string!(i18n, opportunities.stage_label)>
            <div class="row">
                <Tag tone=Signal::derive(tone) label=move || words::stage(i18n, stage.get())/>
                <span class="end"><RecordChip key=Opportunity::key(desk.id)/></span>
            </div>
            {steps}
            {lost}
            <MoveOn desk=desk/>
        </Card>
    }
    .into_any()
}

/// The move to the next stage, while the button at the bottom asks for a next step.
#[component]
fn MoveOn(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let next = Memo::new(move |_| {
        desk.with(|view| match primary(&view.deal, today.get()) {
            Primary::SetStep => onwards(view.deal.stage),
            Primary::Move(_) | Primary::Reopen(_) => None,
        })
        .flatten()
    });
    let button = move |stage: Stage| {
        view! {
            <Button
                attr:data-testid="move-on"
                kind=ButtonKind::Second
                small=true
                label=move || move_label(i18n, stage)
                on_press=move |()| desk.move_to(stage)
            />
        }
    };
    (move || next.get().map(button)).into_any()
}

fn move_label(i18n: I18n, stage: Stage) -> String {
    match stage {
        Stage::Won => t_string!(i18n, opportunities.act.win).to_owned(),
        stage => t_string!(i18n, opportunities.act.go_on, stage = words::stage(i18n, stage)),
    }
}

/// The button: a next step first, then a move; beside it the way to any stage.
#[component]
fn Actions(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let next = Memo::new(move |_| desk.with(|view| primary(&view.deal, today.get())));
    let button = move || next.get().map(|next| buttons(i18n, desk, next));
    button.into_any()
}

fn buttons(i18n: I18n, desk: Desk, next: Primary) -> AnyView {
    let label = move || match next {
        Primary::SetStep => t_string!(i18n, opportunities.act.set_step).to_owned(),
        Primary::Move(stage) => move_label(i18n, stage),
        Primary::Reopen(stage) => {
            t_string!(i18n, opportunities.act.reopen, stage = words::stage(i18n, stage))
        }
    };
    let press = move |()| match next {
        Primary::SetStep => desk.stepping.set(true),
        Primary::Move(stage) | Primary::Reopen(stage) => desk.move_to(stage),
    };
    let testid = if matches!(next, Primary::Move(_)) { "move-on" } else { "primary" };
    let stages = move || {
        (!matches!(next, Primary::Reopen(_))).then(|| {
            view! {
                <Button
                    attr:data-testid="stages"
                    kind=ButtonKind::Second
                    label=move || t_string!(i18n, opportunities.act.stages)
                    on_press=move |()| desk.staging.set(true)
                />
            }
        })
    };
    view! {
        {stages()}
        <Button attr:data-testid=testid label=label on_press=press/>
    }
    .into_any()
}
