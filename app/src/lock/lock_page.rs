//! Setting, changing and ending the lock of this device, and locking it now.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::pin;
use super::rules::{Lock, Tried, digits};
use crate::app::use_app;
use crate::i18n::{I18n, errors, t_string, use_i18n};
use crate::platform::clock;
use crate::routes::Route;
use crate::shell::Frame;
use crate::store::StoreError;
use crate::ui::{
    Button, ButtonKind, Card, ChipsSingle, Choice, Glyph, InputKind, Notice, Section, Skeleton, TextInput,
    Toasts, Tone,
};

const FORM: &str = "lock-form";
/// The choices of minutes; 0 stands for "only when told to".
const MINUTES: [u16; 4] = [0, 1, 5, 15];

/// What is wrong.
#[derive(Debug, Clone, PartialEq)]
enum Wrong {
    NotDigits,
    Differs,
    Tried(Tried),
    NoCryptography,
    Store(StoreError),
}

/// The page.
#[component]
pub fn LockPage() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    // what is kept; outer `None`: not read yet
    let lock = RwSignal::new(None::<Option<Lock>>);
    let wrong = RwSignal::new(None::<Wrong>);
    spawn_local(async move {
        match app.lock().await {
            Ok(found) => drop(lock.try_set(Some(found))),
            Err(error) => drop(wrong.try_set(Some(Wrong::Store(error)))),
        }
    });
    let body = move || match lock.get() {
        None => view! { <Skeleton cards=1/> }.into_any(),
        Some(None) => view! { <NewLock lock=lock wrong=wrong/> }.into_any(),
        Some(Some(kept)) => view! { <KeptLock kept=kept lock=lock wrong=wrong/> }.into_any(),
    };
    let store_error = move || match wrong.get() {
        Some(Wrong::Store(error)) => Some(view! {
            <Notice text=move || errors::store(i18n, &error).to_owned() tone=Tone::Danger icon=Glyph::Alert live=true/>
        }),
        _ => None,
    };
    let lock_now = move |()| {
        let Some(kept) = lock.get_untracked().flatten() else { return };
        spawn_local(async move {
            if let Err(error) = app.lock_now(kept).await {
                wrong.try_set(Some(Wrong::Store(error)));
            }
        });
    };
    let dock = move || {
        let button = move || match lock.get() {
            None => ().into_any(),
            Some(None) => view! {
                <Button
                    attr:data-testid="primary"
                    icon=Glyph::Lock
                    submit=true
                    form=FORM
                    label=move || t_string!(i18n, settings.lock.set)
                />
            }
            .into_any(),
            Some(Some(_)) => view! {
                <Button
                    attr:data-testid="primary"
                    icon=Glyph::Lock
                    label=move || t_string!(i18n, settings.lock.now)
                    on_press=lock_now
                />
            }
            .into_any(),
        };
        view! { {button} }
    };
    view! {
        <Frame title=move || t_string!(i18n, settings.lock.title) back=Route::Me dock=dock>
            <Notice text=move || t_string!(i18n, settings.lock.about)/>
            {store_error}
            {body}
        </Frame>
    }
    .into_any()
}

/// The choice of minutes.
#[component]
fn After(
    value: RwSignal<String>,
    #[prop(optional, into)] on_change: Option<Callback<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let options = move || {
        let word = |minutes| match minutes {
            0 => t_string!(i18n, settings.lock.never).to_owned(),
            minutes => t_string!(i18n, settings.lock.minutes, count = minutes.to_string()),
        };
        MINUTES.map(|minutes: u16| Choice::new(minutes.to_string(), word(minutes))).to_vec()
    };
    let on_change = move |picked: String| {
        if let Some(tell) = on_change {
            tell.run(picked);
        }
    };
    view! {
        <ChipsSingle
            label=move || t_string!(i18n, settings.lock.after)
            options=Signal::derive(options)
            value=value
            on_change=on_change
        />
    }
    .into_any()
}

/// Reads a choice of minutes.
fn minutes(picked: &str) -> Option<u16> {
    picked.parse().ok().filter(|it| *it > 0)
}

#[component]
fn NewLock(lock: RwSignal<Option<Option<Lock>>>, wrong: RwSignal<Option<Wrong>>) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let toasts = Toasts::take();
    let (first, again) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let after = RwSignal::new("5".to_owned());
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(digits) = digits(&first.get_untracked()).map(str::to_owned) else {
            return wrong.set(Some(Wrong::NotDigits));
        };
        if again.with_untracked(|again| again.trim() != digits) {
            return wrong.set(Some(Wrong::Differs));
        }
        wrong.set(None);
        let after = minutes(&after.get_untracked());
        spawn_local(async move {
            let Some(made) = pin::make(&digits, after).await else {
                return drop(wrong.try_set(Some(Wrong::NoCryptography)));
            };
            match app.put_lock(Some(made.clone())).await {
                Ok(()) => {
                    toasts.show(t_string!(i18n, settings.lock.done));
                    lock.try_set(Some(Some(made)));
                }
                Err(error) => drop(wrong.try_set(Some(Wrong::Store(error)))),
            }
        });
    };
    let at_first = move || match wrong.get() {
        Some(it @ (Wrong::NotDigits | Wrong::NoCryptography)) => said(i18n, &it),
        _ => String::new(),
    };
    let at_again = move || match wrong.get() {
        Some(it @ Wrong::Differs) => said(i18n, &it),
        _ => String::new(),
    };
    view! {
        <form id=FORM class="stack" data-gap="4" novalidate on:submit=save>
            <TextInput
                label=move || t_string!(i18n, settings.lock.digits)
                name="pin"
                value=first
                kind=InputKind::Pin
                required=true
                error=at_first
            />
            <TextInput
                label=move || t_string!(i18n, settings.lock.again)
                name="pin-again"
                value=again
                kind=InputKind::Pin
                enterkeyhint="go"
                required=true
                error=at_again
            />
            <After value=after/>
        </form>
    }
    .into_any()
}

#[component]
fn KeptLock(
    kept: Lock,
    lock: RwSignal<Option<Option<Lock>>>,
    wrong: RwSignal<Option<Wrong>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let toasts = Toasts::take();
    let (typed, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
    let after = RwSignal::new(kept.after_min.unwrap_or_default().to_string());
    let kept = StoredValue::new(kept);
    let change = move |picked: String| {
        kept.update_value(|it| it.after_min = minutes(&picked));
        let now = kept.get_value();
        spawn_local(async move {
            if let Err(error) = app.put_lock(Some(now)).await {
                wrong.try_set(Some(Wrong::Store(error)));
            }
        });
    };
    let end = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let Some(digits) = digits(&typed.get_untracked()).map(str::to_owned) else {
            return wrong.set(Some(Wrong::NotDigits));
        };
        busy.set(true);
        spawn_local(async move {
            let mut now = kept.get_value();
            let tried = pin::tried(&mut now, &digits, clock::now()).await;
            let left = match tried {
                Some(Tried::Right) => None,
                _ => Some(now),
            };
            let done = app.put_lock(left).await;
            busy.try_set(false);
            match (tried, done) {
                (_, Err(error)) => drop(wrong.try_set(Some(Wrong::Store(error)))),
                (Some(Tried::Right), Ok(())) => {
                    toasts.show(t_string!(i18n, settings.lock.ended));
                    wrong.try_set(None);
                    lock.try_set(Some(None));
                }
                (Some(tried), Ok(())) => drop(wrong.try_set(Some(Wrong::Tried(tried)))),
                (None, Ok(())) => drop(wrong.try_set(Some(Wrong::NoCryptography))),
            }
        });
    };
    let error = move || match wrong.get() {
        None | Some(Wrong::Store(_)) => String::new(),
        Some(it) => said(i18n, &it),
    };
    view! {
        <After value=after on_change=change/>
        <Section title=move || t_string!(i18n, settings.lock.end)>
            <Card pad=true>
                <form class="stack" data-gap="4" novalidate on:submit=end>
                    <TextInput
                        label=move || t_string!(i18n, settings.lock.digits)
                        name="pin"
                        value=typed
                        kind=InputKind::Pin
                        enterkeyhint="go"
                        error=error
                    />
                    <Button
                        attr:data-testid="end-lock"
                        kind=ButtonKind::Second
                        submit=true
                        busy=busy
                        label=move || t_string!(i18n, settings.lock.end)
                    />
                </form>
            </Card>
        </Section>
    }
    .into_any()
}

fn said(i18n: I18n, wrong: &Wrong) -> String {
    match wrong {
        Wrong::NotDigits => t_string!(i18n, login.lock.not_digits).to_owned(),
        Wrong::Differs => t_string!(i18n, settings.lock.differs).to_owned(),
        Wrong::Tried(Tried::Wait { seconds }) => {
            t_string!(i18n, login.lock.wait, seconds = seconds.to_string())
        }
        Wrong::Tried(_) => t_string!(i18n, login.lock.wrong).to_owned(),
        Wrong::NoCryptography => t_string!(i18n, login.lock.no_cryptography).to_owned(),
        Wrong::Store(error) => errors::store(i18n, error).to_owned(),
    }
}
