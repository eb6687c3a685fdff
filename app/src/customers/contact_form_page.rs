//! The form of a contact, new or known.

use leeway_core::Body;
use leeway_core::customers::{Contact, EditContact, Write};
use leeway_core::values::{ContactId, CustomerId};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::customer_form_page::WholeForm;
use super::form_parts::{Findings, card_of, contact_roles, save};
use super::queries;
use super::view_model::{ContactForm, FieldName, Finding};
use crate::commands::use_commands;
use crate::drafts::{Draft, use_draft};
use crate::i18n::{I18n, t_string, use_i18n};
use crate::live::live;
use crate::parts::{Resend, ResendNotice, use_resend};
use crate::platform::ids;
use crate::routes::{Route, use_id};
use crate::shell::{DropDraft, Frame, Gone, draft_line, use_leave};
use crate::ui::{Button, ChipsSingle, Glyph, InputKind, Skeleton, TextInput, Toasts};

const FORM: &str = "contact-form";

/// Whom the form is about.
#[derive(Clone)]
enum About {
    /// A new contact of this customer.
    New(CustomerId),
    /// This contact.
    Known(Box<Contact>),
}

/// The form, once what it starts with is known.
#[component]
pub fn ContactFormPage() -> impl IntoView {
    // two addresses lead here: the id is a contact's, or its customer's
    let edit = use_location().pathname.with_untracked(|path| path.starts_with("/contacts/"));
    let contact_id = use_id::<ContactId>("id").get_untracked().filter(|_| edit);
    let customer_id = use_id::<CustomerId>("id").get_untracked().filter(|_| !edit);
    let resend = use_resend();
    let contact = live(move |store| queries::contact(store, contact_id));
    let ready = Memo::new(move |_| contact.with(Option::is_some) && resend.is_ready());
    let page = move || {
        if !ready.get() {
            return view! { <Waiting edit=edit><Skeleton cards=1/></Waiting> }.into_any();
        }
        let about = match customer_id {
            Some(id) => Some(About::New(id)),
            None => contact.get_untracked().flatten().map(|it| About::Known(Box::new(it))),
        };
        match about {
            None => view! { <Waiting edit=edit><Gone/></Waiting> }.into_any(),
            Some(about) => view! { <ContactFormView about=about resend=resend/> }.into_any(),
        }
    };
    page.into_any()
}

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
        true => t_string!(i18n, customers.contact.edit_title),
        false => t_string!(i18n, customers.contact.new_title),
    }
}

/// The form's fields.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    title: RwSignal<String>,
    phone: RwSignal<String>,
    role: RwSignal<String>,
}

impl Fields {
    fn new(draft: &Draft, initial: ContactForm) -> Self {
        Self {
            name: draft.field("name", initial.name),
            title: draft.field("title", initial.title),
            phone: draft.field("phone", initial.phone),
            role: draft.field("role", initial.role),
        }
    }

    fn typed(self) -> ContactForm {
        ContactForm {
            name: self.name.get_untracked(),
            title: self.title.get_untracked(),
            phone: self.phone.get_untracked(),
            role: self.role.get_untracked(),
        }
    }
}

#[component]
fn ContactFormView(about: About, resend: Resend) -> impl IntoView {
    let i18n = use_i18n();
    let (commands, toasts, leave) = (use_commands(), Toasts::take(), use_leave());
    let (customer, record, known) = match &about {
        About::New(customer) => (*customer, customer.to_string(), ContactForm::default()),
        About::Known(contact) => (contact.customer, contact.id.to_string(), ContactForm::of(contact)),
    };
    let edit = matches!(about, About::Known(_));
    let initial = match resend.body() {
        Some(body) => known.with(&body),
        None => known,
    };
    let draft = use_draft("contact", resend.draft_name(record));
    let fields = Fields::new(&draft, initial);
    let findings = Findings::new();
    let subtitle = draft_line(draft);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        findings.set(Vec::new());
        let bodies = match to_bodies(&fields.typed(), &about) {
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
                    leave(Route::Customer(customer));
                }
                Err(found) => findings.set(vec![found]),
            }
        });
    };
    let dock = move || view! { <SaveButton edit=edit/> };
    view! {
        <Frame
            title=move || title(i18n, edit)
            subtitle=subtitle
            back=Route::Customer(customer)
            dock=dock
        >
            <ResendNotice resend=resend/>
            <form id=FORM class="stack" data-gap="6" novalidate on:submit=submit>
                <Inputs fields=fields findings=findings/>
            </form>
            <WholeForm findings=findings/>
            <DropDraft draft=draft/>
        </Frame>
    }
    .into_any()
}

/// Returns the commands that the form asks for; none if nothing differs.
fn to_bodies(form: &ContactForm, about: &About) -> Result<Vec<Body>, Vec<Finding>> {
    match about {
        About::New(customer) => {
            Ok(vec![Body::Customers(Write::AddContact(form.add(ids::contact(), *customer)?))])
        }
        About::Known(now) => {
            let edit = |(change, seen)| {
                Body::Customers(Write::EditContact(EditContact { contact: now.id, change, seen: Some(seen) }))
            };
            Ok(form.changes(now)?.into_iter().map(edit).collect())
        }
    }
}

#[component]
fn SaveButton(edit: bool) -> impl IntoView {
    let i18n = use_i18n();
    let label = move || match edit {
        true => t_string!(i18n, customers.contact.save),
        false => t_string!(i18n, customers.contact.save_new),
    };
    view! { <Button attr:data-testid="primary" submit=true form=FORM label=label icon=Glyph::Check/> }
        .into_any()
}

#[component]
fn Inputs(fields: Fields, findings: Findings) -> impl IntoView {
    let i18n = use_i18n();
    let at = move |field| findings.at(i18n, Some(field));
    view! {
        <TextInput
            label=move || t_string!(i18n, customers.contact.name)
            name="name"
            value=fields.name
            required=true
            error=at(FieldName::Name)
        />
        <TextInput
            label=move || t_string!(i18n, customers.contact.title)
            name="title"
            value=fields.title
            hint=move || t_string!(i18n, customers.contact.title_hint)
            error=at(FieldName::Title)
        />
        <TextInput
            label=move || t_string!(i18n, customers.contact.phone)
            name="phone"
            kind=InputKind::Tel
            value=fields.phone
            error=at(FieldName::Phone)
        />
        <ChipsSingle
            label=move || t_string!(i18n, customers.contact.role)
            options=contact_roles(i18n)
            value=fields.role
            error=at(FieldName::Role)
        />
    }
    .into_any()
}
