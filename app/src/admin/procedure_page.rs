//! Which posts decide at each level, how long each has, and who takes the place of a late one.

use leeway_core::approvals::{Plan, SetProcedure, Write};
use leeway_core::organisation::Post;
use leeway_core::{Body, Refusal};
use leptos::prelude::*;

use super::procedure_form::{LEVELS, MODES, TypedStep, minutes};
use super::queries::{self, ProcedureView};
use crate::i18n::{I18n, refusals, t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{Failed, Writer, use_writer};
use crate::routes::Route;
use crate::shell::{Frame, loaded};
use crate::ui::{Button, ButtonKind, Card, ChipsMulti, Choice, Notice, NumberInput, SegTabs, Select, Toasts};

/// The procedure.
#[component]
pub fn ProcedurePage() -> impl IntoView {
    let i18n = use_i18n();
    let procedure = live(queries::procedure);
    let writer = use_writer();
    let there =
        move |view: Signal<ProcedureView, LocalStorage>| view! { <Form view=view writer=writer/> }.into_any();
    view! {
        <Frame title=move || t_string!(i18n, admin.procedure) back=Route::Admin gap=4>
            <Failed writer=writer/>
            {loaded(procedure, there)}
        </Frame>
    }
    .into_any()
}

/// The fields of one step. Copy.
#[derive(Clone, Copy)]
struct Step {
    key: u32,
    mode: RwSignal<String>,
    places: RwSignal<Vec<String>>,
    hours: RwSignal<String>,
    warn: RwSignal<String>,
    beyond: RwSignal<String>,
}

impl Step {
    fn new(key: u32, it: TypedStep) -> Self {
        let TypedStep { mode, places, hours, warn, beyond } = it;
        Self {
            key,
            mode: RwSignal::new(mode),
            places: RwSignal::new(places),
            hours: RwSignal::new(hours),
            warn: RwSignal::new(warn),
            beyond: RwSignal::new(beyond),
        }
    }

    fn typed(self) -> TypedStep {
        TypedStep {
            mode: self.mode.get(),
            places: self.places.get(),
            hours: self.hours.get(),
            warn: self.warn.get(),
            beyond: self.beyond.get(),
        }
    }
}

type Steps = RwSignal<Vec<Step>>;

fn read(steps: [Steps; 2]) -> Option<Plan> {
    let plan = |steps: Steps| steps.get().into_iter().map(|it| it.typed().read()).collect::<Option<Vec<_>>>();
    Some(Plan { unit_head: plan(steps[0])?, approver: plan(steps[1])? })
}

#[component]
fn Form(view: Signal<ProcedureView, LocalStorage>, writer: Writer) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = Toasts::take();
    let next = StoredValue::new(0_u32);
    let fresh = move |it: TypedStep| {
        next.update_value(|n| *n += 1);
        Step::new(next.get_value(), it)
    };
    let ProcedureView { set, posts } = view.get_untracked();
    let plan = set.map(|it| it.plan).unwrap_or_default();
    let steps: [Steps; 2] = LEVELS
        .map(|(_, level)| RwSignal::new(plan.of(level).iter().map(|it| fresh(TypedStep::of(it))).collect()));
    let places = StoredValue::new(choices(i18n, &posts));
    let tab = RwSignal::new(LEVELS[0].0.to_owned());
    let tabs = move || LEVELS.map(|(key, level)| Choice::new(key, words::level(i18n, level))).to_vec();
    let save = move |()| {
        let Some(plan) = read(steps) else {
            return writer.error().set(t_string!(i18n, admin.proc.bad_hours).to_owned());
        };
        if let Err(fault) = plan.check() {
            return writer.error().set(refusals::sentence(i18n, &Refusal::from(fault)));
        }
        let seen = view.with_untracked(|it| it.set.as_ref().map(|it| it.write));
        leptos::task::spawn_local(async move {
            let set = Body::Approvals(Write::SetProcedure(SetProcedure { plan, seen }));
            if writer.write(set, None).await.is_ok() {
                toasts.show(t_string!(i18n, shell.saved));
            }
        });
    };
    let level = move |(n, (key, _)): (usize, (&'static str, _))| {
        let steps = steps[n];
        let add = move |()| steps.update(|it| it.push(fresh(TypedStep::new())));
        view! {
            <div class="stack" data-gap="4" hidden=move || tab.with(|it| it != key)>
                <For each=move || steps.get() key=|it| it.key let:step>
                    <StepCard step=step steps=steps places=places/>
                </For>
                <Button
                    attr:data-testid="add-step"
                    kind=ButtonKind::Second
                    label=move || t_string!(i18n, admin.proc.add)
                    on_press=add
                />
            </div>
        }
    };
    view! {
        <Notice text=move || t_string!(i18n, admin.proc.note)/>
        <SegTabs label=move || t_string!(i18n, admin.proc.level) options=Signal::derive(tabs) value=tab/>
        {LEVELS.into_iter().enumerate().map(level).collect_view()}
        <Button attr:data-testid="primary" label=move || t_string!(i18n, shell.save) on_press=save/>
    }
    .into_any()
}

fn choices(i18n: I18n, posts: &[Post]) -> Vec<Choice> {
    let named = [
        Choice::new("unit_head", t_string!(i18n, admin.proc.unit_head)),
        Choice::new("unit_approver", t_string!(i18n, admin.proc.unit_approver)),
    ];
    let fixed = posts.iter().map(|post| Choice::new(post.id.to_string(), post.title.clone()));
    named.into_iter().chain(fixed).collect()
}

#[component]
fn StepCard(step: Step, steps: Steps, places: StoredValue<Vec<Choice>>) -> impl IntoView {
    let i18n = use_i18n();
    let place =
        move || steps.with(|all| all.iter().position(|it| it.key == step.key)).unwrap_or_default() + 1;
    let modes = move || {
        let name = |key: &str| match key {
            "all" => t_string!(i18n, admin.proc.all),
            "any" => t_string!(i18n, admin.proc.any),
            _ => t_string!(i18n, admin.proc.in_turn),
        };
        MODES.map(|(key, _)| Choice::new(key, name(key))).to_vec()
    };
    let beyond = move || {
        let nobody = Choice::new("", t_string!(i18n, admin.proc.nobody));
        std::iter::once(nobody).chain(places.get_value()).collect::<Vec<_>>()
    };
    let hours = move |label: fn(I18n) -> &'static str, name: &'static str, value: RwSignal<String>| {
        let wrong = move || match value.with(|it| minutes(it)) {
            Some(_) => String::new(),
            None => t_string!(i18n, admin.proc.bad_hours).to_owned(),
        };
        view! {
            <NumberInput
                label=move || label(i18n)
                name=name
                value=value
                unit=move || t_string!(i18n, admin.proc.unit)
                error=wrong
            />
        }
    };
    let drop = move |()| steps.update(|all| all.retain(|it| it.key != step.key));
    view! {
        <Card pad=true gap=4 label=move || t_string!(i18n, admin.proc.step, n = place().to_string())>
            <p class="strong">{move || t_string!(i18n, admin.proc.step, n = place().to_string())}</p>
            <ChipsMulti
                label=move || t_string!(i18n, admin.proc.posts)
                options=Signal::derive(move || places.get_value())
                value=step.places
                hint=move || t_string!(i18n, admin.proc.posts_hint)
            />
            <Select
                label=move || t_string!(i18n, admin.proc.mode)
                name="mode"
                value=step.mode
                options=Signal::derive(modes)
            />
            {hours(|i18n| t_string!(i18n, admin.proc.hours), "hours", step.hours)}
            {hours(|i18n| t_string!(i18n, admin.proc.warn), "warn", step.warn)}
            <Select
                label=move || t_string!(i18n, admin.proc.beyond)
                name="beyond"
                value=step.beyond
                options=Signal::derive(beyond)
            />
            <Button
                kind=ButtonKind::Second
                label=move || t_string!(i18n, admin.proc.drop)
                on_press=drop
            />
        </Card>
    }
    .into_any()
}
