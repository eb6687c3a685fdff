//! Head and foot of the customers' papers: the organisation's name, how it is reached, its terms.

use leeway_core::Body;
use leeway_core::letterhead::{Letterhead, LetterheadError, Printed, SetLetterhead, Write};
use leeway_core::refusal::Refusal;
use leptos::prelude::*;

use super::queries;
use crate::app::use_app;
use crate::drafts::use_draft;
use crate::i18n::{refusals, t_string, use_i18n};
use crate::live::live;
use crate::parts::{Failed, Writer, use_writer};
use crate::routes::Route;
use crate::shell::{Frame, loaded};
use crate::ui::{Button, Card, ChipsSingle, Choice, Notice, TextArea, TextInput, Toasts};

/// What a field holds when the paper is to say that it is subject to confirmation.
const YES: &str = "yes";

/// The letterhead.
#[component]
pub fn LetterheadPage() -> impl IntoView {
    let i18n = use_i18n();
    let letterhead = live(queries::letterhead);
    let writer = use_writer();
    let there = move |letterhead: Signal<Option<Letterhead>, LocalStorage>| {
        view! { <Form letterhead=letterhead writer=writer/> }.into_any()
    };
    view! {
        <Frame title=move || t_string!(i18n, admin.letterhead) back=Route::Admin gap=4>
            <Failed writer=writer/>
            {loaded(letterhead, there)}
        </Frame>
    }
    .into_any()
}

#[component]
fn Form(letterhead: Signal<Option<Letterhead>, LocalStorage>, writer: Writer) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = Toasts::take();
    let draft = use_draft("letterhead", "all");
    let before = letterhead.get_untracked().map(|it| it.printed).unwrap_or_default();
    // before one was set, the name by which the organisation was founded is a good guess
    let known = use_app().me().get_untracked().map(|me| me.organisation).unwrap_or_default();
    let name = draft.field("name", if before.name.is_empty() { known } else { before.name });
    let address = draft.field("address", before.address);
    let phone = draft.field("phone", before.phone);
    let terms = draft.field("terms", before.terms.join("\n"));
    let confirms = draft.field("confirms", if before.confirms { YES.to_owned() } else { String::new() });
    let read = move || {
        let printed = Printed {
            name: name.get(),
            address: address.get(),
            phone: phone.get(),
            terms: terms.with(|it| it.lines().map(str::to_owned).collect()),
            confirms: confirms.with(|it| it == YES),
        };
        printed.checked()
    };
    let problem = Memo::new(move |_| read().err());
    let said = move |is: fn(&LetterheadError) -> bool| match problem.get().filter(is) {
        Some(error) => refusals::sentence(i18n, &Refusal::from(error)),
        None => String::new(),
    };
    let choices = move || {
        vec![
            Choice::new("", t_string!(i18n, admin.head.confirms_no)),
            Choice::new(YES, t_string!(i18n, admin.head.confirms_yes)),
        ]
    };
    let save = move |()| {
        let Ok(printed) = read() else { return };
        let seen = letterhead.with_untracked(|it| it.as_ref().map(|it| it.write));
        leptos::task::spawn_local(async move {
            let set = Body::Letterhead(Write::Set(SetLetterhead { printed, seen }));
            if writer.write(set, Some(draft)).await.is_ok() {
                toasts.show(t_string!(i18n, shell.saved));
            }
        });
    };
    view! {
        <Notice text=move || t_string!(i18n, admin.head.note)/>
        <Card pad=true gap=4>
            <TextInput
                label=move || t_string!(i18n, admin.head.name)
                name="name"
                value=name
                error=move || said(|it| matches!(it, LetterheadError::Name { .. }))
            />
            <TextInput label=move || t_string!(i18n, admin.head.address) name="address" value=address/>
            <TextInput
                label=move || t_string!(i18n, admin.head.phone)
                name="phone"
                value=phone
                error=move || said(|it| matches!(it, LetterheadError::Reach { .. }))
            />
            <TextArea
                label=move || t_string!(i18n, admin.head.terms)
                name="terms"
                value=terms
                rows=6
                hint=move || t_string!(i18n, admin.head.terms_hint)
                error=move || said(|it| matches!(it, LetterheadError::Terms { .. }))
            />
            <ChipsSingle
                label=move || t_string!(i18n, admin.head.confirms)
                options=Signal::derive(choices)
                value=confirms
                hint=move || t_string!(i18n, admin.head.confirms_hint)
                even=true
            />
            <Button attr:data-testid="primary" label=move || t_string!(i18n, shell.save) on_press=save/>
        </Card>
    }
    .into_any()
}
