//! Whether this device is ready to work without a network, and what to do where it is not.

use leptos::prelude::*;

use super::view_model::{Check, Grade, checks};
use crate::app::use_app;
use crate::i18n::{I18n, t_string, use_i18n};
use crate::platform::capabilities::{Capabilities, probe};
use crate::routes::Route;
use crate::shell::Frame;
use crate::ui::{Button, Card, Cell, Glyph, Skeleton, Tone};

/// The check.
#[component]
pub fn OfflineReadyPage() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let found = RwSignal::new(None::<Capabilities>);
    let look = move || {
        found.set(None);
        leptos::task::spawn_local(async move {
            let probed = probe().await;
            found.try_set(Some(probed));
        });
    };
    look();
    let lines = Memo::new(move |_| {
        found.with(|found| found.as_ref().map(|found| app.status().with(|status| checks(found, status))))
    });
    let body = move || match lines.get() {
        None => view! { <Skeleton cards=1/> }.into_any(),
        Some(lines) => {
            let verdict = verdict(i18n, &lines);
            let rows = lines.into_iter().map(|line| row(i18n, line)).collect_view();
            view! {
                <p class="strong large" data-testid="verdict">{verdict}</p>
                <Card>{rows}</Card>
            }
            .into_any()
        }
    };
    let dock = move || {
        let label = move || match found.with(Option::is_none) {
            true => t_string!(i18n, settings.ready.checking),
            false => t_string!(i18n, settings.ready.again),
        };
        view! {
            <Button attr:data-testid="primary" icon=Glyph::Sync label=label on_press=move |()| look()/>
        }
    };
    view! {
        <Frame title=move || t_string!(i18n, settings.ready.title) back=Route::Me dock=dock>
            <div class="stack" data-gap="4" role="status">{body}</div>
        </Frame>
    }
    .into_any()
}

fn verdict(i18n: I18n, lines: &[Check]) -> String {
    let count = |grade| lines.iter().filter(|line| line.grade() == grade).count();
    match (count(Grade::Needed), count(Grade::Better)) {
        (0, 0) => t_string!(i18n, settings.ready.all).to_owned(),
        (0, better) => t_string!(i18n, settings.ready.almost, count = better.to_string()),
        _ => t_string!(i18n, settings.ready.not).to_owned(),
    }
}

fn row(i18n: I18n, line: Check) -> AnyView {
    let (glyph, tone) = match line.grade() {
        Grade::Good => (Glyph::Check, Tone::Ok),
        Grade::Better => (Glyph::Info, Tone::Warn),
        Grade::Needed => (Glyph::Alert, Tone::Danger),
    };
    view! {
        <Cell
            attr:data-testid="ready-row"
            bare_lead=true
            top=true
            lead=glyph
            tone=tone
            title=move || title(i18n, line)
            note=move || advice(i18n, line).unwrap_or_default()
        />
    }
    .into_any()
}

fn title(i18n: I18n, line: Check) -> &'static str {
    match line {
        Check::Opens => t_string!(i18n, settings.ready.opens),
        Check::OpensWait | Check::OpensNever => t_string!(i18n, settings.ready.opens_not),
        Check::Data => t_string!(i18n, settings.ready.data),
        Check::DataNever => t_string!(i18n, settings.ready.data_not),
        Check::Synced => t_string!(i18n, settings.ready.synced),
        Check::SyncedWait => t_string!(i18n, settings.ready.synced_not),
        Check::Persistent => t_string!(i18n, settings.ready.persistent),
        Check::PersistentNo => t_string!(i18n, settings.ready.persistent_maybe),
        Check::PersistentUnknown => t_string!(i18n, settings.ready.persistent_unsaid),
        Check::Installed => t_string!(i18n, settings.ready.installed),
        Check::InstalledNo => t_string!(i18n, settings.ready.installed_not),
        Check::Share => t_string!(i18n, settings.ready.share),
        Check::ShareNo => t_string!(i18n, settings.ready.share_not),
        Check::Clock => t_string!(i18n, settings.ready.clock),
        Check::ClockOff => t_string!(i18n, settings.ready.clock_not),
    }
}

/// Returns what to do where a line is not in order.
fn advice(i18n: I18n, line: Check) -> Option<&'static str> {
    Some(match line {
        Check::OpensWait => t_string!(i18n, settings.ready.opens_wait),
        Check::OpensNever => t_string!(i18n, settings.ready.opens_never),
        Check::DataNever => t_string!(i18n, settings.ready.data_never),
        Check::SyncedWait => t_string!(i18n, settings.ready.synced_wait),
        Check::PersistentNo => t_string!(i18n, settings.ready.persistent_no),
        Check::PersistentUnknown => t_string!(i18n, settings.ready.persistent_unknown),
        Check::InstalledNo => t_string!(i18n, settings.ready.installed_no),
        Check::ShareNo => t_string!(i18n, settings.ready.share_no),
        Check::ClockOff => t_string!(i18n, settings.ready.clock_off),
        Check::Opens
        | Check::Data
        | Check::Synced
        | Check::Persistent
        | Check::Installed
        | Check::Share
        | Check::Clock => return None,
    })
}
