//! Starting an opportunity: with whom, what it may bring, when, and always with a next step. Every keystroke is a
//! draft.

use leeway_core::Body;
use leeway_core::opportunities::{Start, Write};
use leeway_core::values::{CustomerId, OpportunityId};
use leptos::prelude::*;

use super::edit_sheet::signing_days;
use super::view_model::{StartGap, StartReady, TypedStart};
use super::wording;
use crate::app::use_app;
use crate::drafts::{Draft, use_draft};
use crate::i18n::{t_string, use_i18n};
use crate::parts::{
    CustomerPicker, DayField, Failed, Resend, ResendNotice, Writer, customers, day_choices, use_resend,
    use_writer,
};
use crate::platform::ids;
use crate::routes::{Route, use_query_id, use_replace};
use crate::shell::Frame;
use crate::ui::{Button, NumberInput, Skeleton, TextArea, TextInput};

/// The form of a new opportunity.
#[component]
pub fn OpportunityFormPage() -> impl IntoView {
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
    name: RwSignal<String>,
    amount: RwSignal<String>,
    expected: RwSignal<String>,
    step: RwSignal<String>,
    step_day: RwSignal<String>,
}

impl Fields {
    fn new(draft: Draft, first: TypedStart) -> Self {
        Self {
            customer: draft.field("customer", first.customer),
            name: draft.field("name", first.name),
            amount: draft.field("amount", first.amount),
            expected: draft.field("expected", first.expected),
            step: draft.field("step", first.step),
            step_day: draft.field("step_day", first.step_day),
        }
    }

    fn typed(self) -> TypedStart {
        TypedStart {
            customer: self.customer.get(),
            name: self.name.get(),
            amount: self.amount.get(),
            expected: self.expected.get(),
            step: self.step.get(),
            step_day: self.step_day.get(),
        }
    }
}

/// Returns the form as it opens: what was refused, or whom the address names.
fn first(resend: Resend, customer: Option<String>) -> (TypedStart, Option<OpportunityId>) {
    match resend.body() {
        Some(Body::Opportunities(Write::Start(it))) => (
            TypedStart {
                customer: it.customer.to_string(),
                name: it.name,
                amount: it.amount.plain(),
                expected: it.expected.to_string(),
                step: it.next_step,
                step_day: it.next_day.to_string(),
            },
            Some(it.opportunity),
        ),
        _ => (TypedStart { customer: customer.unwrap_or_default(), ..TypedStart::default() }, None),
    }
}

#[component]
fn Form(resend: Resend) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let named = use_query_id::<CustomerId>("customer").get_untracked().map(|id| id.to_string());
    let name = resend.draft_name(named.clone().unwrap_or_else(|| "new".into()));
    let draft = use_draft("opportunity-start", name);
    let (first, id) = first(resend, named);
    let fields = Fields::new(draft, first);
    let id = id.unwrap_or_else(ids::opportunity);
    let read = Memo::new(move |_| fields.typed().read());
    let asked = RwSignal::new(false);
    let gap = move |mine: fn(StartGap) -> bool| {
        Signal::derive(move || match read.get() {
            Err(gap) if asked.get() && mine(gap) => wording::gap(i18n, gap),
            _ => String::new(),
        })
    };
    let writer = use_writer();
    view! {
        <Frame
            title=move || t_string!(i18n, opportunities.form.title)
            back=Route::Opportunities
            dock=move || view! {
                <Submit read=read asked=asked id=id draft=draft writer=writer resend=resend/>
            }
            gap=4
        >
            <ResendNotice resend=resend/>
            <Failed writer=writer/>
            <CustomerPicker
                value=fields.customer
                all=customers()
                error=gap(|it| it == StartGap::Customer)
            />
            <TextInput
                label=move || t_string!(i18n, opportunities.form.name)
                name="name"
                value=fields.name
                placeholder=move || t_string!(i18n, opportunities.form.name_hint)
                error=gap(|it| it == StartGap::Name)
            />
            <NumberInput
                label=move || t_string!(i18n, opportunities.form.amount)
                name="amount"
                unit=move || t_string!(i18n, opportunities.form.yuan)
                value=fields.amount
                error=gap(|it| matches!(it, StartGap::Amount(_)))
            />
            <DayField
                label=move || t_string!(i18n, opportunities.form.expected)
                name="expected"
                value=fields.expected
                choices=Signal::derive(move || signing_days(i18n, today.get()))
                error=gap(|it| it == StartGap::Expected)
            />
            <TextArea
                label=move || t_string!(i18n, opportunities.step.label)
                name="next_step"
                rows=2
                value=fields.step
                placeholder=move || t_string!(i18n, opportunities.step.placeholder)
                error=gap(|it| it == StartGap::Step)
            />
            <DayField
                label=move || t_string!(i18n, opportunities.step.day)
                name="next_day"
                value=fields.step_day
                choices=Signal::derive(move || day_choices(i18n, today.get()))
                error=gap(|it| it == StartGap::StepDay)
            />
        </Frame>
    }
    .into_any()
}

/// The button: says what is missing until nothing is.
#[component]
fn Submit(
    read: Memo<Result<StartReady, StartGap>>,
    asked: RwSignal<bool>,
    id: OpportunityId,
    draft: Draft,
    writer: Writer,
    resend: Resend,
) -> impl IntoView {
    let i18n = use_i18n();
    let go = StoredValue::new_local(use_replace());
    let label = move || match read.get() {
        Ok(_) => t_string!(i18n, opportunities.form.submit).to_owned(),
        Err(gap) => wording::gap(i18n, gap),
    };
    let submit = move |()| {
        asked.set(true);
        let Ok(it) = read.get_untracked() else { return };
        let start = Start {
            opportunity: id,
            customer: it.customer,
            name: it.name,
            amount: it.amount,
            expected: it.expected,
            next_step: it.step,
            next_day: it.step_day,
        };
        let written = writer.write(Body::Opportunities(Write::Start(start)), Some(draft));
        leptos::task::spawn_local(async move {
            if written.await.is_ok() {
                resend.done(writer);
                go.try_with_value(|go| go(Route::Opportunity(id)));
            }
        });
    };
    view! { <Button attr:data-testid="primary" label=label on_press=submit/> }.into_any()
}
