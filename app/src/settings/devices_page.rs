//! The devices that somebody syncs with: one's own, or a member's for admins. What they show is the server's word, so
//! this page needs the network; what it says about each is of the last contact. Removing one is asked of the server, and
//! done by the device itself.

use leeway_core::sync::devices::Device;
use leeway_core::values::UserId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n};
use crate::routes::{Route, use_query_id};
use crate::shell::Frame;
use crate::sync::account::{self, DevicesError};
use crate::ui::{Button, ButtonKind, Card, Cell, Confirm, Empty, Glyph, Notice, Skeleton, Tag, Toasts, Tone};

/// The page.
#[component]
pub fn DevicesPage() -> impl IntoView {
    let i18n = use_i18n();
    let member = use_query_id::<UserId>("member");
    let listed = RwSignal::new(None::<Result<Vec<Device>, DevicesError>>);
    let load = move || {
        let of = member.get_untracked();
        spawn_local(async move {
            let answer = account::devices(of).await;
            listed.try_set(Some(answer));
        });
    };
    load();
    let back = Signal::derive(move || member.get().map_or(Route::Me, Route::Member));
    let body = move || match listed.get() {
        None => view! { <Skeleton cards=2/> }.into_any(),
        Some(Err(error)) => view! { <NoList error=error again=Callback::new(move |()| load())/> }.into_any(),
        Some(Ok(devices)) if devices.is_empty() => {
            view! { <Empty title=move || t_string!(i18n, settings.devices.none)/> }.into_any()
        }
        Some(Ok(devices)) => view! { <List devices=devices load=load/> }.into_any(),
    };
    let explained = move || match member.get() {
        Some(_) => t_string!(i18n, settings.devices.about_member),
        None => t_string!(i18n, settings.devices.about),
    };
    view! {
        <Frame title=move || t_string!(i18n, settings.devices.title) back=back>
            {body}
            <p class="small">{explained}</p>
        </Frame>
    }
    .into_any()
}

/// Why there is no list, and another try.
#[component]
fn NoList(error: DevicesError, again: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Empty title=move || said(i18n, error)>
            <Button
                kind=ButtonKind::Second
                label=move || t_string!(i18n, settings.devices.again)
                on_press=move |()| again.run(())
            />
        </Empty>
    }
    .into_any()
}

#[component]
fn List(devices: Vec<Device>, load: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let toasts = Toasts::take();
    let (asking, chosen) = (RwSignal::new(false), RwSignal::new(None::<Device>));
    let wrong = RwSignal::new(None::<DevicesError>);
    let ask = move |device: Device| {
        chosen.set(Some(device));
        asking.set(true);
    };
    let remove = move |()| {
        let Some(device) = chosen.get_untracked() else { return };
        wrong.set(None);
        spawn_local(async move {
            match account::remove_device(device.client).await {
                // it learns so as soon as it asks
                Ok(()) if device.here => app.sync_now(),
                Ok(()) => {
                    toasts.show(t_string!(i18n, settings.devices.removing).to_owned());
                    load();
                }
                Err(DevicesError::NotFound) => load(),
                Err(why) => {
                    wrong.try_set(Some(why));
                }
            }
        });
    };
    let text = move || chosen.with(|it| it.as_ref().map(|it| question(i18n, it)).unwrap_or_default());
    let rows = devices.into_iter().map(|device| view! { <Row device=device ask=Callback::new(ask)/> });
    let rows = rows.collect_view();
    view! {
        {move || wrong.get().map(|why| view! {
            <Notice text=move || said(i18n, why) tone=Tone::Warn icon=Glyph::Alert live=true/>
        })}
        <Card>{rows}</Card>
        <Confirm
            open=asking
            danger=true
            title=move || t_string!(i18n, settings.devices.ask)
            text=text
            confirm_label=move || t_string!(i18n, settings.devices.remove)
            cancel_label=move || t_string!(i18n, shell.cancel)
            on_confirm=remove
        />
    }
    .into_any()
}

/// One device; a press asks whether to remove it.
#[component]
fn Row(device: Device, ask: Callback<Device>) -> impl IntoView {
    let i18n = use_i18n();
    let title = name(&device);
    let title = move || match title.clone() {
        Some(title) => title,
        None => t_string!(i18n, settings.devices.unknown).to_owned(),
    };
    let (seen_at, waiting) = (device.seen_at, device.waiting);
    let note = move || {
        let at = format::moment_from(i18n, seen_at, use_app().today().get());
        match waiting {
            0 => t_string!(i18n, settings.devices.seen, at = at),
            count => t_string!(i18n, settings.devices.seen_waiting, at = at, count = count.to_string()),
        }
    };
    let is_leaving = device.removed_at.is_some();
    let tag = match (device.here, is_leaving) {
        (_, true) => Some((Tone::Warn, false)),
        (true, false) => Some((Tone::Accent, true)),
        (false, false) => None,
    };
    let tag = tag.map(|(tone, here)| {
        let label = move || match here {
            true => t_string!(i18n, settings.devices.here),
            false => t_string!(i18n, settings.devices.leaving),
        };
        view! { <Tag label=label tone=tone/> }
    });
    if is_leaving {
        return view! {
            <Cell attr:data-testid="device" lead=Glyph::SavedPhone title=title note=note>{tag}</Cell>
        }
        .into_any();
    }
    let press = move |()| ask.run(device.clone());
    view! {
        <Cell attr:data-testid="device" lead=Glyph::SavedPhone title=title note=note on_press=press>{tag}</Cell>
    }
    .into_any()
}

/// Returns what people call a device; `None`: the server does not know its browser.
fn name(device: &Device) -> Option<String> {
    let parts = [device.browser.as_str(), device.system.as_str()];
    let known: Vec<_> = parts.into_iter().filter(|it| !it.is_empty()).collect();
    (!known.is_empty()).then(|| known.join(" · "))
}

fn question(i18n: I18n, device: &Device) -> String {
    match (device.here, device.waiting) {
        (true, _) => t_string!(i18n, settings.devices.ask_here).to_owned(),
        (false, 0) => t_string!(i18n, settings.devices.ask_other).to_owned(),
        (false, count) => t_string!(i18n, settings.devices.ask_waiting, count = count.to_string()),
    }
}

fn said(i18n: I18n, error: DevicesError) -> String {
    match error {
        DevicesError::Offline => t_string!(i18n, settings.devices.offline).to_owned(),
        DevicesError::NotLoggedIn => t_string!(i18n, settings.devices.not_logged_in).to_owned(),
        DevicesError::NotFound => t_string!(i18n, settings.devices.not_found).to_owned(),
        DevicesError::Server(status) => {
            t_string!(i18n, settings.devices.server, status = status.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use leeway_core::values::{ClientId, Timestamp};

    use super::*;

    #[test]
    fn a_device_is_called_by_what_is_known_of_it() {
        let check = |browser: &str, system: &str, expected: Option<&str>| {
            let device = Device {
                client: ClientId::from_u128(1),
                browser: browser.into(),
                system: system.into(),
                made_at: Timestamp::default(),
                seen_at: Timestamp::default(),
                waiting: 0,
                here: false,
                removed_at: None,
            };
            assert_eq!(name(&device).as_deref(), expected);
        };
        check("Chrome", "Android", Some("Chrome · Android"));
        check("", "Linux", Some("Linux"));
        check("", "", None);
    }
}
