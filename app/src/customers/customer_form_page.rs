//! The form of a customer, new or known. Every keystroke is kept; an edit writes only the fields that differ.

use leeway_core::Body;
use leeway_core::customers::{BY_NAME, Customer, EditCustomer, Write};
use leeway_core::values::CustomerId;
use leptos::prelude::*;

use super::form_parts::{Findings, card_of, grades, industries, save};
use super::queries;
use super::view_model::{CustomerForm, FieldName, Finding, similar};
use crate::commands::use_commands;
use crate::drafts::{Draft, use_draft};
use crate::i18n::{I18n, t_string, use_i18n};
use crate::live::live;
use crate::parts::{Resend, ResendNotice, use_resend};
use crate::platform::ids;
use crate::routes::{Route, use_id};
use crate::shell::{DropDraft, Frame, Gone, draft_line, use_leave};
use crate::ui::{Button, ChipsSingle, Glyph, InputKind, Notice, Skeleton, TextArea, TextInput, Toasts, Tone};

const FORM: &str = "customer-form";

/// The form, once what it starts with is known.
#[component]
pub fn CustomerFormPage() -> impl IntoView {
    let id = use_id::<CustomerId>("id").get_untracked();
    let resend = use_resend();
    let customer = live(move |store| queries::customer(store, id));
    let ready = Memo::new(move |_| customer.with(Option::is_some) && resend.is_ready());
    let page = move || {
        if !ready.get() {
            return view! { <Waiting edit=id.is_some()><Skeleton cards=1/></Waiting> }.into_any();
        }
        match (id, customer.get_untracked().flatten()) {
            (Some(_), None) => view! { <Waiting edit=true><Gone/></Waiting> }.into_any(),
            (_, customer) => view! { <CustomerFormView customer=customer resend=resend/> }.into_any(),
        }
    };
    page.into_any()
}

/// Stands in while the record is being read, or when there is none.
#[component]
fn Waiting(edit: bool, children: Children) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Frame title=move || title(i18n, edit) back=Route::Customers>
            {children()}
        </Frame>
    }
    .into_any()
}

fn title(i18n: I18n, edit: bool) -> &'static str {
    match edit {
        true => t_string!(i18n, customers.form.edit_title),
        false => t_string!(i18n, customers.form.new_title),
    }
}

/// The form's fields.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    code: RwSignal<String>,
    industry: RwSignal<String>,
    grade: RwSignal<String>,
    address: RwSignal<String>,
}

impl Fields {
    fn new(draft: &Draft, initial: CustomerForm) -> Self {
        Self {
            name: draft.field("name", initial.name),
            code: draft.field("code", initial.code),
            industry: draft.field("industry", initial.industry),
            grade: draft.field("grade", initial.grade),
            address: draft.field("address", initial.address),
        }
    }

    fn typed(self) -> CustomerForm {
        CustomerForm {
            name: self.name.get_untracked(),
            code: self.code.get_untracked(),
            industry: self.industry.get_untracked(),
            grade: self.grade.get_untracked(),
            address: self.address.get_untracked(),
        }
    }
}

#[component]
fn CustomerFormView(customer: Option<Customer>, resend: Resend) -> impl IntoView {
    let i18n = use_i18n();
    let (commands, toasts, leave) = (use_commands(), Toasts::take(), use_leave());
    let id = customer.as_ref().map(|it| it.id);
    let known = customer.as_ref().map(CustomerForm::of).unwrap_or_default();
    let initial = match resend.body() {
        Some(body) => known.with(&body),
        None => known,
    };
    let draft = use_draft("customer", resend.draft_name(id.map_or("new".to_owned(), |id| id.to_string())));
    let fields = Fields::new(&draft, initial);
    let findings = Findings::new();
    let subtitle = draft_line(draft);
    let new_id = ids::customer();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        findings.set(Vec::new());
        let bodies = match to_bodies(&fields.typed(), customer.as_ref(), new_id) {
            Ok(bodies) => bodies,
            Err(found) => return findings.set(found),
        };
        let unchanged = bodies.is_empty();
        let leave = leave.clone();
        let card = card_of(resend);
        leptos::task::spawn_local(async move {
            match save(commands, bodies, &draft, card).await {
                Ok(()) => {
                    if unchanged {
                        draft.discard();
                        toasts.show(t_string!(i18n, customers.form.nothing));
                    } else {
                        toasts.show(t_string!(i18n, shell.saved));
                    }
                    leave(Route::Customer(id.unwrap_or(new_id)));
                }
                Err(found) => findings.set(vec![found]),
            }
        });
    };
    let back = id.map_or(Route::Customers, Route::Customer);
    let dock = move || view! { <SaveButton edit=id.is_some()/> };
    view! {
        <Frame title=move || title(i18n, id.is_some()) subtitle=subtitle back=back dock=dock>
            <ResendNotice resend=resend/>
            <form id=FORM class="stack" data-gap="6" novalidate on:submit=submit>
                <Inputs fields=fields findings=findings except=id/>
            </form>
            <WholeForm findings=findings/>
            <DropDraft draft=draft/>
        </Frame>
    }
    .into_any()
}

/// Returns the commands that the form asks for; none if nothing differs.
fn to_bodies(
    form: &CustomerForm,
    customer: Option<&Customer>,
    new_id: CustomerId,
) -> Result<Vec<Body>, Vec<Finding>> {
    let Some(now) = customer else {
        return Ok(vec![Body::Customers(Write::Register(form.register(new_id)?))]);
    };
    let edit = |(change, seen)| {
        Body::Customers(Write::Edit(EditCustomer { customer: now.id, change, seen: Some(seen) }))
    };
    Ok(form.changes(now)?.into_iter().map(edit).collect())
}

#[component]
fn SaveButton(edit: bool) -> impl IntoView {
    let i18n = use_i18n();
    let label = move || match edit {
        true => t_string!(i18n, customers.form.save),
        false => t_string!(i18n, customers.form.save_new),
    };
    view! { <Button attr:data-testid="primary" submit=true form=FORM label=label icon=Glyph::Check/> }
        .into_any()
}

#[component]
fn Inputs(fields: Fields, findings: Findings, except: Option<CustomerId>) -> impl IntoView {
    let i18n = use_i18n();
    let at = move |field| findings.at(i18n, Some(field));
    view! {
        <div class="stack" data-gap="2">
            <TextInput
                label=move || t_string!(i18n, customers.form.name)
                name="name"
                value=fields.name
                hint=move || t_string!(i18n, customers.form.name_hint)
                autocomplete="organization"
                required=true
                error=at(FieldName::Name)
            />
            <Similar name=fields.name except=except/>
        </div>
        <TextInput
            label=move || t_string!(i18n, customers.form.code)
            name="code"
            kind=InputKind::Code
            value=fields.code
            hint=move || t_string!(i18n, customers.form.code_hint)
            error=at(FieldName::Code)
        />
        <ChipsSingle
            label=move || t_string!(i18n, customers.form.industry)
            options=industries(i18n)
            value=fields.industry
            error=at(FieldName::Industry)
        />
        <ChipsSingle
            label=move || t_string!(i18n, customers.form.grade)
            options=grades(i18n)
            value=fields.grade
            even=true
            error=at(FieldName::Grade)
        />
        <TextArea
            label=move || t_string!(i18n, customers.form.address)
            name="address"
            value=fields.address
            rows=2
            hint=move || t_string!(i18n, customers.form.address_hint)
            error=at(FieldName::Address)
        />
    }
    .into_any()
}

/// Says while a name is being typed that a customer like this is there already.
#[component]
fn Similar(name: RwSignal<String>, except: Option<CustomerId>) -> impl IntoView {
    let i18n = use_i18n();
    let all = live(|store| async move { store.list::<Customer>(BY_NAME).await });
    let names = Memo::new(move |_| {
        // an edit compares only what is new
        if except.is_some() {
            return Vec::new();
        }
        all.with(|all| similar(all.as_deref().unwrap_or_default(), &name.get(), except))
    });
    let notice = move || {
        let names = names.get();
        (!names.is_empty()).then(|| {
            let text = move || {
                let names = names.join(t_string!(i18n, refusals.between));
                t_string!(i18n, customers.form.similar, names = names)
            };
            view! { <Notice text=text tone=Tone::Warn live=true/> }
        })
    };
    notice.into_any()
}

/// What is wrong with the form as a whole.
#[component]
pub fn WholeForm(findings: Findings) -> impl IntoView {
    let text = findings.at(use_i18n(), None);
    let notice = move || {
        (!text.with(String::is_empty))
            .then(|| view! { <Notice text=text tone=Tone::Danger icon=Glyph::Alert live=true/> })
    };
    notice.into_any()
}
