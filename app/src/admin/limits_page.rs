//! The discount limits in force, level by level. Changed numbers are a draft until they are published as a new
//! version; a published one is never changed.

use leeway_core::Body;
use leeway_core::authority::{Authority, Limits, PublishLimits, Write};
use leeway_core::pricing::Family;
use leeway_core::values::LimitsId;
use leptos::prelude::*;

use super::queries;
use super::units_page::Trouble;
use super::view_model::{FAMILY_FIELDS, LEVELS, LimitProblem, read_level, typed_percent};
use crate::drafts::{Draft, use_draft};
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{Writer, use_writer};
use crate::platform::ids;
use crate::routes::Route;
use crate::shell::{Frame, loaded};
use crate::ui::{Button, Card, Choice, Confirm, Notice, NumberInput, SegTabs, Toasts};

/// The limits.
#[component]
pub fn LimitsPage() -> impl IntoView {
    let i18n = use_i18n();
    let limits = live(queries::limits);
    let writer = use_writer();
    let asking = RwSignal::new(false);
    let dock = move || {
        view! {
            <Button
                attr:data-testid="primary"
                label=move || t_string!(i18n, admin.limit.publish)
                on_press=move |()| asking.set(true)
            />
        }
    };
    let there = move |limits: Signal<Limits, LocalStorage>| {
        view! { <Levels limits=limits.get_untracked() writer=writer asking=asking/> }.into_any()
    };
    view! {
        <Frame title=move || t_string!(i18n, admin.limits) back=Route::Admin dock=dock gap=4>
            <Trouble writer=writer/>
            {loaded(limits, there)}
        </Frame>
    }
    .into_any()
}

/// One level's fields.
#[derive(Clone)]
struct Level {
    key: &'static str,
    off: Vec<(Family, RwSignal<String>)>,
    cap: RwSignal<String>,
    draft: Draft,
}

impl Level {
    fn new(key: &'static str, now: &Authority) -> Self {
        let draft = use_draft("limits", key);
        let field = |(family, name): (Family, &'static str)| {
            (family, draft.field(name, typed_percent(now.limit(family))))
        };
        let off = FAMILY_FIELDS.map(field).to_vec();
        let cap = draft.field("cap", now.deal_cap.plain());
        Self { key, off, cap, draft }
    }

    fn read(&self) -> Result<Authority, LimitProblem> {
        let off: Vec<_> = self.off.iter().map(|(family, text)| (*family, text.get())).collect();
        read_level(&off, &self.cap.get())
    }
}

fn level_name(i18n: I18n, key: &str) -> &'static str {
    match key {
        "star1" => t_string!(i18n, admin.limit.star1),
        "star2" => t_string!(i18n, admin.limit.star2),
        "star3" => t_string!(i18n, admin.limit.star3),
        "unit_head" => t_string!(i18n, admin.limit.unit_head),
        _ => t_string!(i18n, admin.limit.approver),
    }
}

#[component]
fn Levels(limits: Limits, writer: Writer, asking: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = Toasts::take();
    let since = limits.published_at;
    let authorities = limits.stars.iter().chain([&limits.unit_head, &limits.approver]);
    let levels: Vec<Level> =
        LEVELS.into_iter().zip(authorities).map(|(key, it)| Level::new(key, it)).collect();
    let tab = RwSignal::new(LEVELS[0].to_owned());
    let options = move || LEVELS.map(|key| Choice::new(key, level_name(i18n, key))).to_vec();
    let kept = StoredValue::new_local(levels.clone());
    let publish = move |()| {
        let read = kept.with_value(|levels| levels.iter().map(Level::read).collect::<Result<Vec<_>, _>>());
        let Some(body) = read.ok().and_then(body) else {
            return writer.error().set(t_string!(i18n, admin.limit.gap).to_owned());
        };
        leptos::task::spawn_local(async move {
            if writer.write(body, None).await.is_ok() {
                kept.with_value(|levels| levels.iter().for_each(|it| it.draft.discard()));
                toasts.show(t_string!(i18n, admin.limit.published));
            }
        });
    };
    let cards = levels.into_iter().map(|level| view! { <LevelCard level=level tab=tab/> }).collect_view();
    view! {
        <Notice text=move || t_string!(i18n, admin.since, at = format::date_time(i18n, since))/>
        <SegTabs
            label=move || t_string!(i18n, admin.limit.level)
            options=Signal::derive(options)
            value=tab
        />
        {cards}
        <Confirm
            open=asking
            title=move || t_string!(i18n, admin.limit.publish_title)
            text=move || t_string!(i18n, admin.limit.publish_text)
            confirm_label=move || t_string!(i18n, admin.limit.publish)
            cancel_label=move || t_string!(i18n, shell.cancel)
            on_confirm=publish
        />
    }
    .into_any()
}

fn body(levels: Vec<Authority>) -> Option<Body> {
    let [one, two, three, unit_head, approver] = <[Authority; 5]>::try_from(levels).ok()?;
    let limits = ids::new(LimitsId::new);
    let publish = PublishLimits { limits, stars: [one, two, three], unit_head, approver };
    Some(Body::Authority(Write::Publish(publish)))
}

#[component]
fn LevelCard(level: Level, tab: RwSignal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let key = level.key;
    let mine = StoredValue::new_local(level.clone());
    let problem = Memo::new(move |_| mine.with_value(Level::read).err());
    let at = move |family: Family| {
        let wrong = move || match problem.get() {
            Some(LimitProblem::Off(wrong, _)) if wrong == family => t_string!(i18n, admin.limit.bad_percent),
            _ => "",
        };
        Signal::derive(move || wrong().to_owned())
    };
    let inputs = level.off.into_iter().map(move |(family, value)| {
        let name = FAMILY_FIELDS.iter().find(|(it, _)| *it == family).map_or("", |(_, name)| name);
        view! {
            <NumberInput
                label=move || words::family(i18n, family)
                name=name
                value=value
                unit=move || t_string!(i18n, admin.limit.percent)
                error=at(family)
            />
        }
    });
    let bad_cap = move || match problem.get() {
        Some(LimitProblem::Cap(_)) => t_string!(i18n, admin.limit.bad_cap).to_owned(),
        _ => String::new(),
    };
    view! {
        <div hidden=move || tab.with(|it| it != key)>
            <Card pad=true gap=4>
                {inputs.collect_view()}
                <NumberInput
                    label=move || t_string!(i18n, admin.limit.cap)
                    name="cap"
                    value=level.cap
                    unit=move || t_string!(i18n, admin.limit.yuan)
                    error=bad_cap
                />
            </Card>
        </div>
    }
    .into_any()
}
