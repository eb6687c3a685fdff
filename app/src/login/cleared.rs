//! What somebody sees whose device was cleared behind the app's back, by the system or by hand: what is safe, what may be
//! lost, and the way on. Never an empty list instead.

use std::rc::Rc;

use leeway_core::sync::devices::KnownDevice;
use leeway_core::sync::protocol::Session;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::i18n::{errors, format, t_string, use_i18n};
use crate::platform::clock;
use crate::start::settle;
use crate::store::{Device, StoreError};
use crate::sync::account;
use crate::ui::{Body, Button, Card, Dock, Glyph, Notice, Screen, Tone};

/// The screen.
#[component]
pub(crate) fn Cleared(
    /// Who is still logged in.
    session: Session,
    /// Where to remember them again.
    device: Rc<Device>,
) -> impl IntoView {
    let i18n = use_i18n();
    // what the server knows of this device; without a network, nothing
    let told = RwSignal::new(None::<Option<KnownDevice>>);
    let known = move || told.get().flatten();
    let user = session.user;
    spawn_local(async move {
        let answer = account::known().await.ok().flatten().filter(|it| it.session.user == user);
        told.try_set(answer.map(|it| it.device));
    });
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<StoreError>));
    let name = session.name.clone();
    let (device, session) = (StoredValue::new_local(device), StoredValue::new(session));
    let refill = move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let (device, session) = (device.get_value(), session.get_value());
        spawn_local(async move {
            if let Err(why) = settle(&device, &session).await {
                error.set(Some(why));
            }
            busy.set(false);
        });
    };
    let safe = move || match known().map_or(0, |it| it.acknowledged) {
        0 => t_string!(i18n, login.cleared.safe_rows).to_owned(),
        count => t_string!(i18n, login.cleared.safe, count = count.to_string()),
    };
    let lost = move || {
        let known = match told.get() {
            Some(Some(known)) => known,
            Some(None) => return t_string!(i18n, login.cleared.lost_unknown).to_owned(),
            None => return t_string!(i18n, login.cleared.lost_offline).to_owned(),
        };
        let at = format::moment_from(i18n, known.seen_at, clock::today());
        match known.waiting {
            0 => t_string!(i18n, login.cleared.lost_none, at = at),
            count => t_string!(i18n, login.cleared.lost, at = at, count = count.to_string()),
        }
    };
    let failed = move || {
        error.get().map(|error| {
            let text = move || errors::store(i18n, &error).to_owned();
            view! { <Notice text=text tone=Tone::Danger icon=Glyph::Alert live=true/> }
        })
    };
    view! {
        <Screen>
            <Body>
                <header class="stack">
                    <h1 tabindex="-1">{move || t_string!(i18n, login.cleared.title)}</h1>
                    <p class="large" data-ink="2">
                        {move || t_string!(i18n, login.cleared.text, name = name.clone())}
                    </p>
                </header>
                <Card pad=true gap=3>
                    <p class="strong" data-testid="cleared-safe">{safe}</p>
                    <p data-testid="cleared-lost">{lost}</p>
                </Card>
                <Notice text=move || t_string!(i18n, login.cleared.advice)/>
                {failed}
            </Body>
            <Dock>
                <Button
                    attr:data-testid="primary"
                    busy=busy
                    label=move || t_string!(i18n, login.cleared.refill)
                    on_press=refill
                />
            </Dock>
        </Screen>
    }
    .into_any()
}
