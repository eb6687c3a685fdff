//! The telephone under which customers reach the user: it stands on their papers.

use leeway_core::Body;
use leeway_core::organisation::{Member, PHONE_MAX, Role, SetPhone, Write};
use leptos::prelude::*;

use crate::app::use_app;
use crate::drafts::use_draft;
use crate::i18n::{t_string, use_i18n};
use crate::parts::use_writer;
use crate::ui::{Button, ButtonKind, Card, InputKind, Section, TextInput, Toasts};

/// The telephone of who makes quotes.
#[component]
pub fn PhoneCard() -> impl IntoView {
    let app = use_app();
    let member = Memo::new(move |_| app.member().get().filter(|it| it.role == Role::Manager));
    let known = Memo::new(move |_| member.with(Option::is_some));
    let card = move || {
        known.get().then(|| {
            let phone = member.get_untracked().map(|it: Member| it.phone).unwrap_or_default();
            view! { <Form before=phone/> }
        })
    };
    card.into_any()
}

#[component]
fn Form(before: String) -> impl IntoView {
    let i18n = use_i18n();
    let (writer, toasts) = (use_writer(), Toasts::take());
    let draft = use_draft("phone", "own");
    let phone = draft.field("phone", before);
    let is_long = move || phone.with(|it| it.trim().chars().count() > PHONE_MAX as usize);
    let problem = move || match is_long() {
        true => t_string!(i18n, refusals.organisation.phone, max = PHONE_MAX.to_string()),
        false => writer.error().get(),
    };
    let save = move |()| {
        if is_long() {
            return;
        }
        let set = Body::Organisation(Write::SetPhone(SetPhone { phone: phone.get_untracked() }));
        leptos::task::spawn_local(async move {
            if writer.write(set, Some(draft)).await.is_ok() {
                toasts.show(t_string!(i18n, settings.phone.saved));
            }
        });
    };
    view! {
        <Section title=move || t_string!(i18n, settings.phone.title)>
            <Card pad=true gap=4>
                <TextInput
                    label=move || t_string!(i18n, settings.phone.label)
                    name="own-phone"
                    value=phone
                    kind=InputKind::Tel
                    hint=move || t_string!(i18n, settings.phone.note)
                    error=problem
                    autocomplete="tel"
                />
                <Button
                    attr:data-testid="save-phone"
                    kind=ButtonKind::Second
                    label=move || t_string!(i18n, shell.save)
                    on_press=save
                />
            </Card>
        </Section>
    }
    .into_any()
}
