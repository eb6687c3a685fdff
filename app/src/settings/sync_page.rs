//! Sync and storage: what waits, since when, why something can't go out, and what this device keeps. Everything here
//! lets users help themselves; nothing here deletes data.

use leptos::prelude::*;

use super::queue_card::{ParkedSection, QueueSection};
use super::storage_card::StorageSection;
use super::view_model::{Now, now};
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n};
use crate::live::live;
use crate::platform::{build, page};
use crate::routes::{RESCUE, Route};
use crate::shell::Frame;
use crate::sync::{Phase, SyncStatus};
use crate::ui::{Button, Card, Cell, Glyph, Icon};

/// The page.
#[component]
pub fn SyncPage() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let busy = Memo::new(move |_| {
        app.status().with(|status| matches!(status.phase, Phase::Sending | Phase::FirstSync { .. }))
    });
    let dock = move || {
        let label = move || match busy.get() {
            true => t_string!(i18n, sync.syncing),
            false => t_string!(i18n, sync.sync_now),
        };
        view! {
            <Button
                attr:data-testid="primary"
                icon=Glyph::Sync
                busy=busy
                label=label
                on_press=move |()| app.sync_now()
            />
        }
    };
    view! {
        <Frame title=move || t_string!(i18n, sync.title) back=Route::Me dock=dock>
            <Standing/>
            <ParkedSection/>
            <QueueSection/>
            <StorageSection/>
            <SelfHelp/>
            <Version/>
        </Frame>
    }
    .into_any()
}

/// How sync fares, in one line and its reasons.
#[component]
fn Standing() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let status = app.status();
    let glyph = move || match status.with(now) {
        Now::Offline(_) => Glyph::CloudOff,
        Now::Starting | Now::FirstSync(_) | Now::Sending => Glyph::Sync,
        Now::Waiting(_) => Glyph::CloudUp,
        Now::Synced => Glyph::CloudOk,
        Now::LoggedOut | Now::TooOld | Now::Blocked | Now::Superseded => Glyph::Alert,
    };
    let photos = live(async |store| store.unsent_blobs().await);
    let photos = move || {
        let count = photos.get().filter(|count| *count > 0)?;
        let text = t_string!(i18n, sync.now.photos, count = count.to_string());
        Some(view! { <p class="small" data-testid="photos-waiting">{text}</p> })
    };
    let kept = move || {
        status
            .with(|status| status.waiting > 0)
            .then(|| view! { <p class="small">{t_string!(i18n, sync.now.kept)}</p> })
    };
    view! {
        <section class="stack" data-gap="1" role="status" data-testid="sync-standing">
            <p class="row" data-gap="3">
                <span data-ink="2">{move || view! { <Icon glyph=glyph()/> }}</span>
                <span class="strong large">{move || status.with(|status| words(i18n, status))}</span>
            </p>
            {kept}
            {photos}
            <p class="small" data-testid="last-sync">{move || status.with(|status| last(i18n, status))}</p>
            {move || status.with(|status| oldest(i18n, status)).map(|text| view! { <p class="small">{text}</p> })}
        </section>
    }
    .into_any()
}

fn words(i18n: I18n, status: &SyncStatus) -> String {
    match now(status) {
        Now::Starting => t_string!(i18n, sync.now.starting).to_owned(),
        Now::FirstSync(rows) => t_string!(i18n, sync.now.first_sync, count = rows.to_string()),
        Now::Offline(0) => t_string!(i18n, sync.now.offline).to_owned(),
        Now::Offline(n) => t_string!(i18n, sync.now.offline_waiting, count = n.to_string()),
        Now::Sending => t_string!(i18n, sync.now.sending).to_owned(),
        Now::Waiting(n) => t_string!(i18n, sync.now.waiting, count = n.to_string()),
        Now::Synced => t_string!(i18n, sync.now.synced).to_owned(),
        Now::LoggedOut => t_string!(i18n, sync.now.logged_out).to_owned(),
        Now::TooOld => t_string!(i18n, sync.now.too_old).to_owned(),
        Now::Blocked => t_string!(i18n, sync.now.blocked).to_owned(),
        Now::Superseded => t_string!(i18n, sync.now.superseded).to_owned(),
    }
}

fn last(i18n: I18n, status: &SyncStatus) -> String {
    match status.last_success {
        Some(at) => {
            let at = format::moment_from(i18n, at, use_app().today().get());
            t_string!(i18n, sync.now.last, at = at)
        }
        None => t_string!(i18n, sync.now.never).to_owned(),
    }
}

fn oldest(i18n: I18n, status: &SyncStatus) -> Option<String> {
    let at = status.oldest.filter(|_| status.waiting > 0)?;
    let at = format::moment_from(i18n, at, use_app().today().get());
    Some(t_string!(i18n, sync.now.oldest, at = at))
}

/// Where users help themselves.
#[component]
fn SelfHelp() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Card>
            <Cell
                lead=Glyph::ArrowBack
                title=move || t_string!(i18n, sync.links.inbox)
                note=move || t_string!(i18n, sync.links.inbox_note)
                href=Signal::stored(Route::Inbox.href())
            />
            <Cell
                lead=Glyph::SavedPhone
                title=move || t_string!(i18n, sync.links.ready)
                note=move || t_string!(i18n, sync.links.ready_note)
                href=Signal::stored(Route::OfflineReady.href())
            />
            // a page outside of the program
            <Cell
                attr:rel="external"
                lead=Glyph::SavedPhone
                title=move || t_string!(i18n, sync.links.rescue)
                note=move || t_string!(i18n, sync.links.rescue_note)
                href=Signal::stored(RESCUE.to_owned())
            />
            <Cell
                lead=Glyph::Sync
                title=move || t_string!(i18n, sync.links.reload)
                note=move || t_string!(i18n, sync.links.reload_note)
                on_press=move |()| page::reload()
            />
        </Card>
    }
    .into_any()
}

#[component]
fn Version() -> impl IntoView {
    let i18n = use_i18n();
    let id = build::id();
    let text = move || match id.is_empty() {
        true => t_string!(i18n, sync.version_only, version = build::VERSION),
        false => t_string!(i18n, sync.version, version = build::VERSION, build = id.clone()),
    };
    view! { <p class="tiny centre" data-testid="version">{text}</p> }.into_any()
}
