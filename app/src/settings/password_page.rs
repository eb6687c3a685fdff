//! A new password. Asked for before anything else when the present one was given by somebody else.

use leptos::prelude::*;

use crate::app::use_app;
use crate::i18n::{I18n, errors, t_string, use_i18n};
use crate::routes::{Route, use_replace};
use crate::shell::{Frame, focus_first_wrong};
use crate::sync::account::{PasswordError, Weakness};
use crate::ui::{Button, Glyph, InputKind, Notice, TextInput, Toasts, Tone};

const FORM: &str = "password-form";

/// The fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Old,
    New,
    Again,
    Form,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wrong {
    OldMissing,
    NewMissing,
    Differs,
    Answer(PasswordError),
}

/// Returns where an error belongs.
fn place(wrong: &Wrong) -> At {
    match wrong {
        Wrong::OldMissing | Wrong::Answer(PasswordError::Wrong) => At::Old,
        Wrong::NewMissing | Wrong::Answer(PasswordError::Weak(_)) => At::New,
        Wrong::Differs => At::Again,
        Wrong::Answer(_) => At::Form,
    }
}

/// Returns the first thing that is wrong before the server is asked.
fn check(old: &str, new: &str, again: &str) -> Option<Wrong> {
    if old.is_empty() {
        Some(Wrong::OldMissing)
    } else if new.is_empty() {
        Some(Wrong::NewMissing)
    } else if new != again {
        Some(Wrong::Differs)
    } else {
        None
    }
}

/// The form.
#[component]
pub fn PasswordPage() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let (toasts, replace) = (Toasts::take(), use_replace());
    let must = app.me().with_untracked(|me| me.as_ref().is_some_and(|me| me.must_change_password));
    // password managers want to know whose password it is
    let login = app.me().with_untracked(|me| me.as_ref().map(|me| me.login.clone()));
    let [old, new, again] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let wrong = RwSignal::new(None::<Wrong>);
    let busy = RwSignal::new(false);
    let at = move |field: At| {
        Signal::derive(move || {
            wrong.with(|wrong| match wrong {
                Some(wrong) if place(wrong) == field => sentence(i18n, wrong),
                _ => String::new(),
            })
        })
    };
    let show = move |found: Wrong| {
        if wrong.try_set(Some(found)).is_none() {
            focus_first_wrong();
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let (present, next) = (old.get_untracked(), new.get_untracked());
        if let Some(found) = again.with_untracked(|again| check(&present, &next, again)) {
            return show(found);
        }
        wrong.set(None);
        busy.set(true);
        let replace = replace.clone();
        leptos::task::spawn_local(async move {
            match app.change_password(&present, &next).await {
                Ok(()) => {
                    toasts.show(t_string!(i18n, settings.password.done));
                    replace(if must { Route::Today } else { Route::Me });
                }
                Err(error) => show(Wrong::Answer(error)),
            }
            busy.try_set(false);
        });
    };
    let dock = move || view! { <SubmitButton busy=busy/> };
    view! {
        <Frame title=move || t_string!(i18n, settings.password.title) back=Route::Me dock=dock>
            {must.then(|| view! {
                <Notice
                    text=move || t_string!(i18n, settings.password.must)
                    tone=Tone::Warn
                    icon=Glyph::Key
                />
            })}
            <form id=FORM class="stack" data-gap="4" novalidate on:submit=submit>
                <input type="text" name="username" autocomplete="username" value=login hidden/>
                <TextInput
                    label=move || t_string!(i18n, settings.password.old)
                    name="old"
                    kind=InputKind::Password
                    autocomplete="current-password"
                    value=old
                    required=true
                    error=at(At::Old)
                />
                <TextInput
                    label=move || t_string!(i18n, settings.password.new)
                    name="new"
                    kind=InputKind::Password
                    autocomplete="new-password"
                    value=new
                    required=true
                    hint=move || t_string!(i18n, settings.password.new_hint)
                    error=at(At::New)
                />
                <TextInput
                    label=move || t_string!(i18n, settings.password.again)
                    name="again"
                    kind=InputKind::Password
                    autocomplete="new-password"
                    enterkeyhint="go"
                    value=again
                    required=true
                    error=at(At::Again)
                />
            </form>
            <FormError text=at(At::Form)/>
        </Frame>
    }
    .into_any()
}

#[component]
fn SubmitButton(busy: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let label = move || match busy.get() {
        true => t_string!(i18n, settings.password.submitting),
        false => t_string!(i18n, settings.password.submit),
    };
    view! {
        <Button
            attr:data-testid="primary"
            icon=Glyph::Key
            submit=true
            form=FORM
            busy=busy
            label=label
        />
    }
    .into_any()
}

#[component]
fn FormError(text: Signal<String>) -> impl IntoView {
    let notice = move || {
        (!text.with(String::is_empty))
            .then(|| view! { <Notice text=text tone=Tone::Warn icon=Glyph::Alert live=true/> })
    };
    notice.into_any()
}

fn sentence(i18n: I18n, wrong: &Wrong) -> String {
    match wrong {
        Wrong::OldMissing => t_string!(i18n, settings.password.error.old_missing).to_owned(),
        Wrong::NewMissing => t_string!(i18n, settings.password.error.new_missing).to_owned(),
        Wrong::Differs => t_string!(i18n, settings.password.error.differs).to_owned(),
        Wrong::Answer(error) => answer(i18n, error),
    }
}

fn answer(i18n: I18n, error: &PasswordError) -> String {
    match error {
        PasswordError::Wrong => t_string!(i18n, settings.password.error.wrong).to_owned(),
        PasswordError::Weak(Weakness::Short { min }) => {
            t_string!(i18n, settings.password.error.short, min = min.to_string())
        }
        PasswordError::Weak(Weakness::Long { max }) => {
            t_string!(i18n, settings.password.error.long, max = max.to_string())
        }
        PasswordError::Weak(Weakness::Common) => t_string!(i18n, settings.password.error.common).to_owned(),
        PasswordError::Weak(Weakness::Login) => t_string!(i18n, settings.password.error.login).to_owned(),
        PasswordError::Weak(Weakness::Same) => t_string!(i18n, settings.password.error.same).to_owned(),
        PasswordError::TooMany { seconds } => {
            t_string!(i18n, settings.password.error.too_many, seconds = seconds.to_string())
        }
        PasswordError::NotLoggedIn => t_string!(i18n, settings.password.error.not_logged_in).to_owned(),
        PasswordError::Offline => t_string!(i18n, settings.password.error.offline).to_owned(),
        PasswordError::Server(status) => {
            t_string!(i18n, settings.password.error.server, status = status.to_string())
        }
        PasswordError::Store(error) => errors::store(i18n, error).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_checked_in_the_order_of_its_fields() {
        assert_eq!(check("", "", ""), Some(Wrong::OldMissing));
        assert_eq!(check("old", "", ""), Some(Wrong::NewMissing));
        assert_eq!(check("old", "new", "nwe"), Some(Wrong::Differs));
        assert_eq!(check("old", "new", "new"), None);
    }

    #[test]
    fn what_the_server_says_stands_at_its_field() {
        let place = |error| place(&Wrong::Answer(error));
        assert_eq!(place(PasswordError::Wrong), At::Old);
        assert_eq!(place(PasswordError::Weak(Weakness::Common)), At::New);
        assert_eq!(place(PasswordError::Offline), At::Form);
    }
}
