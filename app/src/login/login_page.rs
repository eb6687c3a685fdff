//! Log in. What was typed stays when it did not work; the password is never kept.

use leptos::prelude::*;

use super::view_model::{Entrance, Missing, after, entrance, log_in_name, missing};
use crate::app::use_app;
use crate::i18n::{I18n, Lang, Locale, errors, t_string, use_i18n};
use crate::routes::use_replace;
use crate::sync::account::LogInError;
use crate::ui::{Body, Button, ButtonKind, Dock, Glyph, InputKind, Notice, Screen, TextInput};

const FORM: &str = "log-in";

/// What is wrong, beside the field that it concerns.
#[derive(Debug, Clone, PartialEq)]
enum Wrong {
    Missing(Missing),
    Answer(LogInError),
}

/// The log-in screen.
#[component]
pub fn LoginPage() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let replace = use_replace();
    let known = app.me().get_untracked();
    let name = RwSignal::new(known.as_ref().map(|me| me.login.clone()).unwrap_or_default());
    let password = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<Wrong>);
    let busy = RwSignal::new(false);
    Effect::new(move |_| {
        document().set_title(&t_string!(
            i18n,
            shell.document_title,
            title = t_string!(i18n, login.document_title)
        ));
    });
    let now =
        Memo::new(move |_| app.me().with(|me| app.status().with(|status| entrance(me.as_ref(), status))));
    let leave = replace.clone();
    Effect::new(move |_| {
        if let (Entrance::Past(to), false) = (now.get(), busy.get()) {
            leave(to);
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let (typed, secret) = (name.get_untracked(), password.get_untracked());
        if let Some(what) = missing(&typed, &secret) {
            wrong.set(Some(Wrong::Missing(what)));
            return;
        }
        wrong.set(None);
        busy.set(true);
        let replace = replace.clone();
        leptos::task::spawn_local(async move {
            let answer = app.log_in(&log_in_name(&typed), &secret).await;
            match (answer, app.me().get_untracked()) {
                (Ok(()), Some(me)) => replace(after(&me)),
                (Ok(()), None) => {}
                (Err(error), _) => {
                    wrong.try_set(Some(Wrong::Answer(error)));
                }
            }
            busy.try_set(false);
        });
    };
    let is_known = known.is_some();
    let hidden = move || now.get() != Entrance::Form && !busy.get();
    view! {
        <Screen>
            <Body>
                <Welcome/>
                <form
                    id=FORM
                    class="stack"
                    data-gap="4"
                    novalidate
                    hidden=hidden
                    on:submit=submit
                >
                    <TextInput
                        label=move || t_string!(i18n, login.name)
                        name="login"
                        value=name
                        autocomplete="username"
                        required=true
                        error=move || said(i18n, &wrong.get(), Missing::Name)
                    />
                    <TextInput
                        label=move || t_string!(i18n, login.password)
                        name="password"
                        value=password
                        kind=InputKind::Password
                        autocomplete="current-password"
                        enterkeyhint="go"
                        required=true
                        error=move || said(i18n, &wrong.get(), Missing::Password)
                    />
                </form>
                <div hidden=hidden>
                    <Notice text=move || match is_known {
                        true => t_string!(i18n, login.again),
                        false => t_string!(i18n, login.needs_network),
                    }/>
                </div>
            </Body>
            <div hidden=hidden>
                <Actions busy=busy/>
            </div>
        </Screen>
    }
    .into_any()
}

/// The mark, the name and what it is for.
#[component]
fn Welcome() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <header class="stack">
            <svg class="brand" aria-hidden="true">
                <use href=Glyph::Brand.href()></use>
            </svg>
            <h1 tabindex="-1">{move || t_string!(i18n, login.title)}</h1>
            <p class="large" data-ink="2">{move || t_string!(i18n, login.motto)}</p>
        </header>
    }
    .into_any()
}

#[component]
fn Actions(busy: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let switch = move |()| {
        app.set_language(match i18n.locale() {
            Locale::zh_CN => Locale::en,
            Locale::en => Locale::zh_CN,
        });
    };
    let words = move || match busy.get() {
        true => t_string!(i18n, login.submitting),
        false => t_string!(i18n, login.submit),
    };
    view! {
        <Dock stacked=true plain=true>
            <Button attr:data-testid="primary" label=words submit=true form=FORM busy=busy/>
            <Button
                attr:data-testid="language"
                kind=ButtonKind::Quiet
                small=true
                icon=Glyph::Globe
                label=move || t_string!(i18n, login.other_language)
                on_press=switch
            />
        </Dock>
    }
    .into_any()
}

/// Returns the sentence for a field. What the server said stands at the password, which is typed last.
fn said(i18n: I18n, wrong: &Option<Wrong>, field: Missing) -> String {
    match (wrong, field) {
        (Some(Wrong::Missing(Missing::Name)), Missing::Name) => {
            t_string!(i18n, login.missing_name).to_owned()
        }
        (Some(Wrong::Missing(Missing::Password)), Missing::Password) => {
            t_string!(i18n, login.missing_password).to_owned()
        }
        (Some(Wrong::Answer(error)), Missing::Password) => sentence(i18n, error),
        _ => String::new(),
    }
}

fn sentence(i18n: I18n, error: &LogInError) -> String {
    match error {
        LogInError::Wrong => t_string!(i18n, login.error.wrong).to_owned(),
        LogInError::TooMany { seconds } => {
            t_string!(i18n, login.error.too_many, seconds = seconds.to_string())
        }
        LogInError::DemoPassword => t_string!(i18n, login.error.demo).to_owned(),
        LogInError::Offline => t_string!(i18n, login.error.offline).to_owned(),
        LogInError::Server(status) => t_string!(i18n, login.error.server, status = status.to_string()),
        LogInError::Store(error) => errors::store(i18n, error).to_owned(),
    }
}
