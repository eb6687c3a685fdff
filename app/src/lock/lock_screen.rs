//! What stands before a locked app. In the first file: the pages behind it are not loaded.

use std::rc::Rc;

use leeway_core::sync::protocol::Session;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::pin;
use super::rules::{Lock, Tried, digits};
use crate::i18n::{I18n, errors, t_string, use_i18n};
use crate::login::{LogIn, LogInForm};
use crate::platform::{clock, known, page};
use crate::start::settle;
use crate::store::{Device, StoreError};
use crate::sync::account;
use crate::ui::{Body, Button, ButtonKind, Dock, Glyph, InputKind, Notice, Screen, TextInput};

const FORM: &str = "unlock";

/// Why it stays locked.
#[derive(Debug, Clone, PartialEq)]
enum Stays {
    NotDigits,
    Tried(Tried),
    NoCryptography,
    Store(StoreError),
}

/// The screen.
#[component]
pub(crate) fn LockScreen(
    /// Whose data is behind it.
    session: Session,
    /// Where the lock is kept.
    device: Rc<Device>,
    /// The lock as it was found.
    lock: Lock,
) -> impl IntoView {
    let forgotten = RwSignal::new(false);
    let device = StoredValue::new_local(device);
    let session = StoredValue::new(session);
    let log_in: LogIn = Rc::new(move |name, password| {
        let device = device.get_value();
        Box::pin(async move {
            let session = account::log_in(&name, &password).await?;
            device.put_lock(None).await?;
            Ok(settle(&device, &session).await?)
        })
    });
    let log_in = StoredValue::new_local(log_in);
    move || {
        if forgotten.get() {
            let (known, log_in) = (Some(session.with_value(|it| it.login.clone())), log_in.get_value());
            view! { <LogInForm known hidden=false busy=RwSignal::new(false) log_in/> }.into_any()
        } else {
            let name = session.with_value(|it| it.name.clone());
            view! { <Unlock device=device name=name lock=lock.clone() forgotten=forgotten/> }.into_any()
        }
    }
}

#[component]
fn Unlock(
    device: StoredValue<Rc<Device>, LocalStorage>,
    name: String,
    lock: Lock,
    forgotten: RwSignal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let (typed, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
    let stays = RwSignal::new(None::<Stays>);
    let lock = StoredValue::new(lock);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let Some(digits) = digits(&typed.get_untracked()).map(str::to_owned) else {
            return stays.set(Some(Stays::NotDigits));
        };
        busy.set(true);
        let device = device.get_value();
        spawn_local(async move {
            let mut now = lock.get_value();
            let why = unlock(&device, &mut now, &digits).await;
            lock.set_value(now);
            match why {
                None => {
                    // who unlocks is here now; the time away before it must not lock again
                    known::note_left(clock::now());
                    page::reload();
                }
                Some(why) => {
                    typed.set(String::new());
                    stays.set(Some(why));
                    busy.set(false);
                }
            }
        });
    };
    let wrong = move || stays.get().map(|it| said(i18n, &it)).unwrap_or_default();
    view! {
        <Screen>
            <Body>
                <header class="stack">
                    <svg class="brand" aria-hidden="true"><use href=Glyph::Brand.href()></use></svg>
                    <h1 tabindex="-1">{move || t_string!(i18n, login.lock.title)}</h1>
                    <p class="large" data-ink="2">{name}</p>
                </header>
                <form id=FORM class="stack" data-gap="4" novalidate on:submit=submit>
                    <TextInput
                        label=move || t_string!(i18n, login.lock.digits)
                        name="pin"
                        value=typed
                        kind=InputKind::Pin
                        enterkeyhint="go"
                        required=true
                        error=wrong
                    />
                </form>
                <Notice text=move || t_string!(i18n, login.lock.no_encryption)/>
            </Body>
            <Dock stacked=true plain=true>
                <Button
                    attr:data-testid="primary"
                    busy=busy
                    submit=true
                    form=FORM
                    label=move || t_string!(i18n, login.lock.unlock)
                />
                <Button
                    attr:data-testid="forgotten"
                    kind=ButtonKind::Quiet
                    small=true
                    label=move || t_string!(i18n, login.lock.forgotten)
                    on_press=move |()| forgotten.set(true)
                />
            </Dock>
        </Screen>
    }
    .into_any()
}

/// Tries the digits, and keeps what became of it before it is told: a reload is no way round the waits.
async fn unlock(device: &Device, lock: &mut Lock, digits: &str) -> Option<Stays> {
    let Some(tried) = pin::tried(lock, digits, clock::now()).await else {
        return Some(Stays::NoCryptography);
    };
    match device.put_lock(Some(lock)).await {
        Err(error) => Some(Stays::Store(error)),
        Ok(()) if tried == Tried::Right => None,
        Ok(()) => Some(Stays::Tried(lock.wait(clock::now()).unwrap_or(tried))),
    }
}

fn said(i18n: I18n, why: &Stays) -> String {
    match why {
        Stays::NotDigits => t_string!(i18n, login.lock.not_digits).to_owned(),
        Stays::Tried(Tried::Wait { seconds }) => {
            t_string!(i18n, login.lock.wait, seconds = seconds.to_string())
        }
        Stays::Tried(_) => t_string!(i18n, login.lock.wrong).to_owned(),
        Stays::NoCryptography => t_string!(i18n, login.lock.no_cryptography).to_owned(),
        Stays::Store(error) => errors::store(i18n, error).to_owned(),
    }
}
