//! The log-in form. What was typed stays when it did not work; the password is never kept. Never decides who may come
//! in or what follows: it is in the app's first load, and the pages are not (docs/adr/0007).

use std::rc::Rc;

use futures::future::LocalBoxFuture;
use leptos::prelude::*;

use super::view_model::{Missing, log_in_name, missing};
use crate::app::show_language;
use crate::i18n::{I18n, Lang, Locale, errors, t_string, use_i18n};
use crate::sync::account::LogInError;
use crate::ui::{Body, Button, ButtonKind, Dock, Glyph, InputKind, Notice, Screen, TextInput, Tone};

const FORM: &str = "log-in";

/// Takes name and password to the server. Ends with `Ok` when there is nothing more for the form to do.
pub type LogIn = Rc<dyn Fn(String, String) -> LocalBoxFuture<'static, Result<(), LogInError>>>;

/// What is wrong, beside the field that it concerns.
#[derive(Debug, Clone, PartialEq)]
enum Wrong {
    Missing(Missing),
    Answer(LogInError),
}

/// The form with all that is around it.
#[component]
pub fn LogInForm(
    /// The name of who is known here, to begin with.
    known: Option<String>,
    /// Whether this device was just removed.
    #[prop(optional)]
    removed: bool,
    /// Whether this device was cleared, and the server can't be asked of what.
    #[prop(optional, into)]
    cleared: Signal<bool>,
    /// Whether neither form nor button is shown.
    #[prop(into)]
    hidden: Signal<bool>,
    /// Set while the server is asked.
    busy: RwSignal<bool>,
    /// What is done with what was typed.
    log_in: LogIn,
) -> impl IntoView {
    let i18n = use_i18n();
    let is_known = known.is_some();
    let name = RwSignal::new(known.unwrap_or_default());
    let password = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<Wrong>);
    let log_in = StoredValue::new_local(log_in);
    Effect::new(move |_| {
        document().set_title(&t_string!(
            i18n,
            shell.document_title,
            title = t_string!(i18n, login.document_title)
        ));
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
        let answer = log_in.with_value(|ask| ask(log_in_name(&typed), secret));
        leptos::task::spawn_local(async move {
            if let Err(error) = answer.await {
                wrong.try_set(Some(Wrong::Answer(error)));
            }
            busy.try_set(false);
        });
    };
    view! {
        <Screen>
            <Body>
                <Welcome/>
                {removed.then(|| view! {
                    <Notice text=move || t_string!(i18n, login.removed) tone=Tone::Ok icon=Glyph::Check/>
                })}
                {move || cleared.get().then(|| view! {
                    <Notice
                        attr:data-testid="cleared-offline"
                        text=move || t_string!(i18n, login.cleared.offline)
                        tone=Tone::Warn
                        icon=Glyph::Alert
                    />
                })}
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
    let switch = move |()| {
        let other = match i18n.locale() {
            Locale::zh_CN => Locale::en,
            Locale::en => Locale::zh_CN,
        };
        show_language(i18n, other);
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
