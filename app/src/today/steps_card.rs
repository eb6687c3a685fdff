//! What comes next: promises of visits and opportunities. A tick is written at once; undo puts the step back, so
//! nothing is lost whenever the app goes.

use leeway_core::Body;
use leeway_core::values::{CommandId, Date};
use leeway_core::{opportunities, visits};
use leptos::prelude::*;

use super::queries;
use super::view_model::{Step, StepOf};
use crate::app::use_app;
use crate::commands::{Commands, use_commands};
use crate::i18n::{I18n, errors, format, t_string, use_i18n};
use crate::live::live;
use crate::ui::{Card, Check, Empty, Section, Skeleton, Toasts};

/// Next steps that are late or near.
#[component]
pub fn StepsSection() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let steps = live(move |store| queries::steps(store, app.today().get()));
    let count = move || {
        let count = steps.with(|steps| steps.as_ref().map_or(0, Vec::len));
        if count == 0 { String::new() } else { count.to_string() }
    };
    let body = move || match steps.get() {
        None => view! { <Skeleton cards=1/> }.into_any(),
        Some(steps) if steps.is_empty() => view! {
            <Empty
                title=move || t_string!(i18n, today.steps.empty)
                note=move || t_string!(i18n, today.steps.empty_note)
            />
        }
        .into_any(),
        Some(steps) => {
            let rows = steps.into_iter().map(|step| view! { <StepRow step=step/> }).collect_view();
            view! { <Card list=true>{rows}</Card> }.into_any()
        }
    };
    view! {
        <Section title=move || t_string!(i18n, today.steps.title) count=count>
            {body}
        </Section>
    }
    .into_any()
}

#[component]
fn StepRow(step: Step) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let commands = use_commands();
    let checked = RwSignal::new(false);
    let shown = step.clone();
    let note = move || said(i18n, &shown, app.today().get());
    let text = step.text.clone();
    let tick = move |on: bool| {
        if on {
            complete(i18n, commands, step.clone(), checked);
        }
    };
    view! { <Check attr:data-testid="step-row" label=text note=note checked=checked on_change=tick/> }
        .into_any()
}

fn said(i18n: I18n, step: &Step, today: Date) -> String {
    let customer = step.customer.clone();
    let late = step.days_late(today);
    if late > 0 {
        return t_string!(i18n, today.steps.late, count = late.to_string(), customer = customer);
    }
    let day = format::day_from(i18n, step.day, today);
    match step.deal.clone() {
        Some(deal) => {
            t_string!(i18n, today.steps.from_deal, day = day, customer = customer, deal = deal)
        }
        None => t_string!(i18n, today.steps.from, day = day, customer = customer),
    }
}

/// Ticks a step off and offers to take that back.
fn complete(i18n: I18n, commands: Commands, step: Step, checked: RwSignal<bool>) {
    let toasts = Toasts::take();
    leptos::task::spawn_local(async move {
        match commands.dispatch(done(&step)).await {
            Ok(write) => {
                let words = t_string!(i18n, today.steps.done, step = step.text.clone());
                let undo = t_string!(i18n, shell.undo);
                toasts.show_undo(words, undo, move || put_back(i18n, commands, step.clone(), write));
            }
            Err(error) => {
                checked.try_set(false);
                toasts.warn(errors::dispatch(i18n, &error));
            }
        }
    });
}

fn put_back(i18n: I18n, commands: Commands, step: Step, write: CommandId) {
    let toasts = Toasts::take();
    leptos::task::spawn_local(async move {
        if let Err(error) = commands.dispatch(not_done(&step, write)).await {
            toasts.warn(errors::dispatch(i18n, &error));
        }
    });
}

fn done(step: &Step) -> Body {
    let seen = step.write;
    match step.of {
        StepOf::Visit(visit) => {
            Body::Visits(visits::Write::CompleteNextStep(visits::CompleteNextStep { visit, seen }))
        }
        StepOf::Opportunity(opportunity) => {
            let it = opportunities::CompleteNextStep { opportunity, seen };
            Body::Opportunities(opportunities::Write::CompleteNextStep(it))
        }
    }
}

fn not_done(step: &Step, seen: CommandId) -> Body {
    let (text, day, seen) = (step.text.clone(), step.day, Some(seen));
    match step.of {
        StepOf::Visit(visit) => {
            Body::Visits(visits::Write::SetNextStep(visits::SetNextStep { visit, text, day, seen }))
        }
        StepOf::Opportunity(opportunity) => {
            let it = opportunities::SetNextStep { opportunity, text, day, seen };
            Body::Opportunities(opportunities::Write::SetNextStep(it))
        }
    }
}
