//! How much this device keeps, how much room is left, and whether the system may clear it.

use leptos::prelude::*;

use super::view_model::{fullness, is_low, size};
use crate::i18n::{I18n, t_string, use_i18n};
use crate::platform::capabilities::{Capabilities, probe};
use crate::ui::{Card, Progress, Section, Skeleton, Tone};

/// The storage of this device.
#[component]
pub fn StorageSection() -> impl IntoView {
    let i18n = use_i18n();
    let found = RwSignal::new(None::<Capabilities>);
    leptos::task::spawn_local(async move {
        let probed = probe().await;
        found.try_set(Some(probed));
    });
    let body = move || match found.get() {
        None => view! { <Skeleton cards=1/> }.into_any(),
        Some(found) => view! { <Storage found=found/> }.into_any(),
    };
    view! {
        <Section title=move || t_string!(i18n, sync.storage.title)>{body}</Section>
    }
    .into_any()
}

#[component]
fn Storage(found: Capabilities) -> impl IntoView {
    let i18n = use_i18n();
    let Capabilities { used, quota, persistent, .. } = found;
    let low = is_low(used, quota);
    let left = quota.zip(used).map(|(quota, used)| quota.saturating_sub(used));
    let amount = move || match used {
        Some(used) => t_string!(i18n, sync.storage.used, size = size(used)),
        None => t_string!(i18n, sync.storage.unknown).to_owned(),
    };
    let bar = used.zip(quota).map(|(used, quota)| {
        let tone = if low { Tone::Warn } else { Tone::Plain };
        view! {
            <Progress
                label=move || t_string!(i18n, sync.storage.title)
                value=fullness(used, quota)
                tone=tone
            />
        }
    });
    let room = left.map(|left| {
        let words = move || t_string!(i18n, sync.storage.left, size = size(left));
        view! { <span class="small end fig">{words}</span> }
    });
    view! {
        <Card pad=true gap=2>
            <div class="row" data-align="base">
                <span class="strong grow" data-testid="storage-used">{amount}</span>
                {room}
            </div>
            {bar}
            {low.then(|| view! {
                <p class="small" data-ink="warn">{move || t_string!(i18n, sync.storage.low)}</p>
            })}
            <p class="small">{move || kept(i18n, persistent)}</p>
        </Card>
    }
    .into_any()
}

fn kept(i18n: I18n, persistent: Option<bool>) -> &'static str {
    match persistent {
        Some(true) => t_string!(i18n, sync.storage.persistent),
        Some(false) => t_string!(i18n, sync.storage.not_persistent),
        None => t_string!(i18n, sync.storage.persistent_unknown),
    }
}
