//! What the unit head sees of visits: one line each, by day, newest first. Never the visit itself.

use leeway_core::values::Timestamp;
use leeway_core::visits::VisitDigest;
use leptos::prelude::*;

use super::queries;
use super::view_model::{DigestDay, by_day};
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::live::live;
use crate::platform::clock;
use crate::shell::{Frame, Place};
use crate::ui::{Button, ButtonKind, Empty, Glyph, Section, Skeleton, Timeline, TimelineItem, Tone};

const DAY_MS: i64 = 86_400_000;
/// How many days are shown, and by how many more at a time.
const BACK: i64 = 30;

/// The digests of the unit.
#[component]
pub fn DigestsPage() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let back = RwSignal::new(BACK);
    let found = live(move |store| {
        let days = back.get();
        app.today().track();
        queries::digests(store, Timestamp::from_ms(clock::now().ms() - days * DAY_MS))
    });
    let days = Memo::new(move |_| {
        let local = |at: Timestamp| at.date_at(clock::offset_minutes(at));
        found.get().map(|digests| by_day(digests, local))
    });
    let body = move || match days.get() {
        None => view! { <Skeleton/> }.into_any(),
        Some(days) if days.is_empty() => view! {
            <Empty
                title=move || t_string!(i18n, visits.digest.empty)
                note=move || t_string!(i18n, visits.digest.empty_note)
            />
        }
        .into_any(),
        Some(days) => days.into_iter().map(|day| day_section(i18n, day)).collect_view().into_any(),
    };
    view! {
        <Frame title=move || t_string!(i18n, visits.digest.title) root=Place::Digests>
            {body}
            <Button
                kind=ButtonKind::Quiet
                label=move || t_string!(i18n, visits.earlier)
                on_press=move |()| back.update(|days| *days += 3 * BACK)
            />
        </Frame>
    }
    .into_any()
}

fn day_section(i18n: I18n, it: DigestDay) -> AnyView {
    let today = use_app().today();
    let (day, count) = (it.day, it.digests.len().to_string());
    let items = it.digests.into_iter().map(|digest| digest_row(i18n, digest)).collect_view();
    view! {
        <Section title=move || format::day_from(i18n, day, today.get()) count=count>
            <Timeline>{items}</Timeline>
        </Section>
    }
    .into_any()
}

fn digest_row(i18n: I18n, it: VisitDigest) -> AnyView {
    let today = use_app().today();
    let VisitDigest {
        by_name, customer_name, purpose, finished_at, minutes, answered, items, next_step, ..
    } = it;
    let note = move || {
        t_string!(
            i18n,
            visits.digest.note,
            name = by_name.clone(),
            purpose = words::purpose(i18n, purpose),
            minutes = minutes.to_string(),
            answered = answered.to_string(),
            items = items.to_string()
        )
    };
    let step = next_step.map(|step| {
        let line = move || {
            let day = format::day_from(i18n, step.day, today.get());
            t_string!(i18n, visits.digest.step, day = day, text = step.text.clone())
        };
        view! { <p class="small strong">{line}</p> }
    });
    let at = format::time(finished_at);
    view! {
        <TimelineItem
            attr:data-testid="digest-row"
            icon=Glyph::Pin
            tone=Tone::Ok
            title=customer_name
            note=note
            trail=move || view! { <span class="fig small">{at.clone()}</span> }
        >
            {step}
        </TimelineItem>
    }
    .into_any()
}
