//! Planning a visit: whom, why, what to ask there, when. Never starts it.

use leeway_core::Body;
use leeway_core::customers::Customer;
use leeway_core::values::VisitId;
use leeway_core::visits::{Checklist, Plan, Purpose, Write};
use leptos::prelude::*;

use super::queries;
use super::view_model::{PlanForm, PlanGap, chosen, purpose_key, read_purpose, suggestions};
use crate::app::use_app;
use crate::drafts::{Draft, use_draft};
use crate::i18n::{I18n, t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{
    CustomerPicker, DayField, Failed, Resend, ResendNotice, TimeInput, Writer, customers, day_choices,
    use_resend, use_writer,
};
use crate::platform::ids;
use crate::routes::{Route, use_query_id, use_replace};
use crate::shell::Frame;
use crate::ui::{Button, ChipsSingle, Choice, Skeleton};

/// The form of a new visit.
#[component]
pub fn VisitFormPage() -> impl IntoView {
    let resend = use_resend();
    let form = move || match resend.is_ready() {
        false => view! { <Skeleton/> }.into_any(),
        true => untrack(|| view! { <Form resend=resend/> }.into_any()),
    };
    form.into_any()
}

/// The fields of the form.
#[derive(Clone, Copy)]
struct Fields {
    customer: RwSignal<String>,
    purpose: RwSignal<String>,
    checklist: RwSignal<String>,
    day: RwSignal<String>,
    time: RwSignal<String>,
}

impl Fields {
    fn new(draft: Draft, first: PlanForm) -> Self {
        Self {
            customer: draft.field("customer", first.customer),
            purpose: draft.field("purpose", first.purpose),
            checklist: draft.field("checklist", first.checklist),
            day: draft.field("day", first.day),
            time: draft.field("time", first.time),
        }
    }

    fn typed(self) -> PlanForm {
        PlanForm {
            customer: self.customer.get(),
            purpose: self.purpose.get(),
            checklist: self.checklist.get(),
            day: self.day.get(),
            time: self.time.get(),
        }
    }
}

/// Returns the form as it opens: what was refused, or whom the address names.
fn first(resend: Resend, customer: Option<String>) -> (PlanForm, Option<VisitId>) {
    match resend.body() {
        Some(Body::Visits(Write::Plan(plan))) => (
            PlanForm {
                customer: plan.customer.to_string(),
                purpose: purpose_key(plan.purpose).to_owned(),
                checklist: plan.checklist.to_string(),
                day: plan.when.day.to_string(),
                time: plan.when.minute.map(crate::i18n::format::minute_of_day).unwrap_or_default(),
            },
            Some(plan.visit),
        ),
        _ => {
            let purpose = purpose_key(Purpose::Care).to_owned();
            (PlanForm { customer: customer.unwrap_or_default(), purpose, ..PlanForm::default() }, None)
        }
    }
}

#[component]
fn Form(resend: Resend) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let named = use_query_id::<leeway_core::values::CustomerId>("customer");
    let named = named.get_untracked().map(|id| id.to_string());
    let draft = use_draft("visit-plan", resend.draft_name(named.clone().unwrap_or_else(|| "new".into())));
    let (first, id) = first(resend, named);
    let fields = Fields::new(draft, first);
    let id = id.unwrap_or_else(ids::visit);
    let all = customers();
    let checklists = live(queries::checklists);
    let suggested = Memo::new(move |_| suggest(all, checklists, fields));
    let ready = Memo::new(move |_| fields.typed().read(&suggested.get()));
    let asked = RwSignal::new(false);
    let gap = move |which: PlanGap| {
        Signal::derive(move || match asked.get() && ready.get() == Err(which) {
            true => gap_sentence(i18n, which),
            false => String::new(),
        })
    };
    let writer = use_writer();
    let dock =
        move || view! { <Submit ready=ready asked=asked id=id draft=draft writer=writer resend=resend/> };
    view! {
        <Frame title=move || t_string!(i18n, visits.form.title) back=Route::Visits dock=dock gap=4>
            <ResendNotice resend=resend/>
            <Failed writer=writer/>
            <CustomerPicker value=fields.customer all=all error=gap(PlanGap::Customer)/>
            <ChipsSingle
                label=move || t_string!(i18n, visits.form.purpose)
                options=Signal::derive(move || purposes(i18n))
                value=fields.purpose
            />
            <DayField
                label=move || t_string!(i18n, visits.form.day)
                name="day"
                value=fields.day
                choices=Signal::derive(move || day_choices(i18n, today.get()))
                error=gap(PlanGap::Day)
            />
            <TimeInput
                label=move || t_string!(i18n, visits.form.time)
                hint=move || t_string!(i18n, visits.form.time_hint)
                name="time"
                value=fields.time
            />
            <ChecklistChoice suggested=suggested value=fields.checklist error=gap(PlanGap::Checklist)/>
        </Frame>
    }
    .into_any()
}

/// Returns the purposes as chips.
pub fn purposes(i18n: I18n) -> Vec<Choice> {
    Purpose::ALL.map(|it| Choice::new(purpose_key(it), words::purpose(i18n, it))).into()
}

fn suggest(
    all: Signal<Option<Vec<Customer>>, LocalStorage>,
    checklists: Signal<Option<Vec<Checklist>>, LocalStorage>,
    fields: Fields,
) -> Vec<Checklist> {
    let (id, purpose) = (fields.customer.get(), read_purpose(&fields.purpose.get()));
    let industry =
        all.with(|all| all.as_ref()?.iter().find(|it| it.id.to_string() == id).map(|it| it.industry.value));
    let Some(industry) = industry else { return Vec::new() };
    checklists.with(|all| all.as_ref().map(|all| suggestions(all, industry, purpose))).unwrap_or_default()
}

fn gap_sentence(i18n: I18n, gap: PlanGap) -> String {
    match gap {
        PlanGap::Customer => t_string!(i18n, visits.form.gap_customer).to_owned(),
        PlanGap::Day => t_string!(i18n, visits.form.gap_day).to_owned(),
        PlanGap::Checklist => t_string!(i18n, visits.form.gap_checklist).to_owned(),
    }
}

/// The checklists that fit, the best one chosen.
#[component]
pub fn ChecklistChoice(
    suggested: Memo<Vec<Checklist>>,
    value: RwSignal<String>,
    #[prop(into)] error: Signal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let options = move || {
        let choice = |it: &Checklist| {
            let count = it.items.len().to_string();
            let label = t_string!(i18n, visits.form.checklist_choice, name = it.name.clone(), count = count);
            Choice::new(it.id.to_string(), label)
        };
        suggested.with(|all| all.iter().map(choice).collect::<Vec<_>>())
    };
    // what is shown as chosen: the choice, or the best fitting
    let shown = RwSignal::new(String::new());
    Effect::new(move |_| {
        let now = suggested.with(|all| chosen(all, &value.get()).map(|it| it.id.to_string()));
        shown.set(now.unwrap_or_default());
    });
    let hint = move || match suggested.with(Vec::is_empty) {
        true => t_string!(i18n, visits.form.checklist_later),
        false => t_string!(i18n, visits.form.checklist_hint),
    };
    view! {
        <ChipsSingle
            label=move || t_string!(i18n, visits.form.checklist)
            options=Signal::derive(options)
            value=shown
            hint=hint
            error=error
            on_change=move |id: String| value.set(id)
        />
    }
    .into_any()
}

/// The button: says what is missing until nothing is.
#[component]
fn Submit(
    ready: Memo<Result<super::view_model::PlanReady, PlanGap>>,
    asked: RwSignal<bool>,
    id: VisitId,
    draft: Draft,
    writer: Writer,
    resend: Resend,
) -> impl IntoView {
    let i18n = use_i18n();
    let go = use_replace();
    let go = StoredValue::new_local(go);
    let label = move || match ready.get() {
        Err(gap) => gap_sentence(i18n, gap),
        Ok(_) => t_string!(i18n, visits.form.submit).to_owned(),
    };
    let submit = move |()| {
        asked.set(true);
        let Ok(plan) = ready.get_untracked() else { return };
        leptos::task::spawn_local(async move {
            let plan = Plan {
                visit: id,
                customer: plan.customer,
                purpose: plan.purpose,
                checklist: plan.checklist,
                when: plan.when,
            };
            if writer.write(Body::Visits(Write::Plan(plan)), Some(draft)).await.is_ok() {
                resend.done(writer);
                go.try_with_value(|go| go(Route::Visit(id)));
            }
        });
    };
    view! { <Button attr:data-testid="primary" label=label on_press=submit/> }.into_any()
}
