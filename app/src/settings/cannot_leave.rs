//! Why logging out did not happen. Unsent work is never deleted but by whoever typed how much of it there is.

use leptos::prelude::*;

use crate::i18n::{errors, t_string, use_i18n};
use crate::routes::{RESCUE, Route};
use crate::sync::account::SignOutError;
use crate::ui::{Button, ButtonKind, Glyph, InputKind, Notice, Sheet, TextInput, Tone};

/// Why logging out did not happen; with unsent work, a way to it, and the way to give it up.
#[component]
pub(super) fn CannotLeave(
    /// Why.
    error: SignOutError,
    /// So much is given up.
    #[prop(into)]
    on_give_up: Callback<u32>,
) -> impl IntoView {
    let i18n = use_i18n();
    let unsent = match error {
        SignOutError::Unsent { unsent } => Some(unsent),
        _ => None,
    };
    let text = move || match &error {
        SignOutError::Unsent { unsent } => {
            t_string!(i18n, settings.sign_out_error.unsent, count = unsent.to_string())
        }
        SignOutError::Offline => t_string!(i18n, settings.sign_out_error.offline).to_owned(),
        SignOutError::Server(status) => {
            t_string!(i18n, settings.sign_out_error.server, status = status.to_string())
        }
        SignOutError::Store(error) => errors::store(i18n, error).to_owned(),
    };
    // the bars may stand over it
    let place = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        if let Some(place) = place.get() {
            place.scroll_into_view();
        }
    });
    view! {
        <div data-testid="sign-out-error" node_ref=place>
            <Notice text=text tone=Tone::Warn icon=Glyph::Alert live=true>
                {unsent.map(|count| view! { <Ways count=count on_give_up=on_give_up/> })}
            </Notice>
        </div>
    }
    .into_any()
}

/// What can be done about unsent work.
#[component]
fn Ways(count: u32, on_give_up: Callback<u32>) -> impl IntoView {
    let i18n = use_i18n();
    let asking = RwSignal::new(false);
    view! {
        <Button
            small=true
            kind=ButtonKind::Second
            label=move || t_string!(i18n, settings.sign_out_error.look, count = count.to_string())
            href=Signal::stored(Route::Sync.href())
        />
        <Button
            attr:data-testid="give-up"
            small=true
            kind=ButtonKind::Quiet
            label=move || t_string!(i18n, settings.give_up.ask)
            on_press=move |()| asking.set(true)
        />
        <Sheet
            open=asking
            title=move || t_string!(i18n, settings.give_up.title, count = count.to_string())
            close_label=move || t_string!(i18n, shell.close)
        >
            <GiveUp count=count on_give_up=on_give_up/>
        </Sheet>
    }
    .into_any()
}

/// Asks for the number, so that nobody does it by a slip of the thumb.
#[component]
fn GiveUp(count: u32, on_give_up: Callback<u32>) -> impl IntoView {
    let i18n = use_i18n();
    let (typed, is_wrong) = (RwSignal::new(String::new()), RwSignal::new(false));
    let number = move || count.to_string();
    let error = move || match is_wrong.get() {
        true => t_string!(i18n, settings.give_up.wrong, count = number()),
        false => String::new(),
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let is_right = typed.with_untracked(|typed| typed.trim() == number());
        is_wrong.set(!is_right);
        if is_right {
            on_give_up.run(count);
        }
    };
    view! {
        <form class="stack" data-gap="4" novalidate on:submit=submit>
            <p>{move || t_string!(i18n, settings.give_up.text)}</p>
            <Button
                attr:rel="external"
                kind=ButtonKind::Second
                label=move || t_string!(i18n, common.rescue)
                href=Signal::stored(RESCUE.to_owned())
            />
            <TextInput
                label=move || t_string!(i18n, settings.give_up.label, count = number())
                name="given_up"
                kind=InputKind::Digits
                value=typed
                required=true
                enterkeyhint="done"
                error=Signal::derive(error)
            />
            <Button
                attr:data-testid="give-up-now"
                kind=ButtonKind::Danger
                submit=true
                label=move || t_string!(i18n, settings.give_up.confirm)
            />
        </form>
    }
    .into_any()
}
