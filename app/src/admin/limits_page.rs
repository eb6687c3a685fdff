//! The discount limits in force, level by level. Changed numbers are a draft until they are published as a new
//! version; a published one is never changed.

use leeway_core::Body;
use leeway_core::authority::{Authority, Cell, Limits, PublishLimits, Region, Write};
use leeway_core::pricing::Family;
use leeway_core::values::{LimitsId, Money, Percent};
use leptos::prelude::*;

use super::cells::Cells;
use super::queries;
use super::regions::Regions;
use super::rehearsal::RehearsalCard;
use super::view_model::{FAMILY_FIELDS, LEVELS, LimitProblem, STARS, TypedBounds, read_level, typed_percent};
use crate::drafts::{Draft, use_draft};
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{Failed, Writer, use_writer};
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
            <Failed writer=writer/>
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
    given: RwSignal<String>,
    month: RwSignal<String>,
    months: RwSignal<String>,
    margin: RwSignal<String>,
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
        let given = draft.field("given", now.given_max.map(Money::plain).unwrap_or_default());
        let month = draft.field("month", now.month_max.map(Money::plain).unwrap_or_default());
        let months = draft.field("months", now.months_max.map(|it| it.to_string()).unwrap_or_default());
        let margin = draft.field("margin", now.margin_min.map(typed_percent).unwrap_or_default());
        Self { key, off, cap, given, month, months, margin, draft }
    }

    fn read(&self) -> Result<Authority, LimitProblem> {
        let off: Vec<_> = self.off.iter().map(|(family, text)| (*family, text.get())).collect();
        let (cap, given) = (self.cap.get(), self.given.get());
        let (month, months, margin) = (self.month.get(), self.months.get(), self.margin.get());
        read_level(&off, &TypedBounds { cap, given, month, months, margin })
    }
}

/// Names a level by the key of its tab.
pub fn level_name(i18n: I18n, key: &str) -> &'static str {
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
    let whole = Whole::new(&limits);
    let made = move || {
        let levels = kept.with_value(|it| it.iter().map(Level::read).collect::<Result<Vec<_>, _>>());
        untrack(|| levels.ok().and_then(|levels| draft(levels, whole)))
    };
    let publish = move |()| {
        let Some(made) = made() else {
            return writer.error().set(t_string!(i18n, admin.limit.gap).to_owned());
        };
        let body = Body::Authority(Write::Publish(made));
        leptos::task::spawn_local(async move {
            if writer.write(body, None).await.is_ok() {
                kept.with_value(|levels| levels.iter().for_each(|it| it.draft.discard()));
                whole.draft.discard();
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
        <Regions whole=whole/>
        <Cells whole=whole/>
        <WindowCard whole=whole/>
        <RehearsalCard draft=Callback::new(move |()| made())/>
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

/// What holds for all levels: the cells and regions, over how many days quotes count together, and what is filed. Copy.
#[derive(Clone, Copy)]
pub struct Whole {
    /// The cells, as JSON: one field of the draft, so that nothing of them is lost either.
    pub cells: RwSignal<String>,
    /// The regions, in the same way.
    pub regions: RwSignal<String>,
    days: RwSignal<String>,
    file: RwSignal<String>,
    draft: Draft,
}

impl Whole {
    fn new(now: &Limits) -> Self {
        let draft = use_draft("limits", "whole");
        let days = now.window_days.map(|it| it.to_string()).unwrap_or_default();
        let cells = serde_json::to_string(&now.cells).unwrap_or_default();
        let file = now.file_above.map(typed_percent).unwrap_or_default();
        let regions = serde_json::to_string(&now.regions).unwrap_or_default();
        let regions = draft.field("regions", regions);
        let (cells, days) = (draft.field("cells", cells), draft.field("days", days));
        Self { cells, regions, days, file: draft.field("file", file), draft }
    }

    /// Reads the cells as they stand.
    pub fn read_cells(self) -> Vec<Cell> {
        self.cells.with(|it| serde_json::from_str(it)).unwrap_or_default()
    }

    /// Reads the regions as they stand.
    pub fn read_regions(self) -> Vec<Region> {
        self.regions.with(|it| serde_json::from_str(it)).unwrap_or_default()
    }

    fn file(self) -> Option<Option<Percent>> {
        self.file.with(|it| match it.trim() {
            "" => Some(None),
            typed => Percent::parse(typed).ok().map(Some),
        })
    }

    fn days(self) -> Option<Option<u16>> {
        self.days.with(|it| match it.trim() {
            "" => Some(None),
            typed => typed.parse().ok().map(Some),
        })
    }
}

fn draft(levels: Vec<Authority>, whole: Whole) -> Option<PublishLimits> {
    let [one, two, three, unit_head, approver] = <[Authority; 5]>::try_from(levels).ok()?;
    Some(PublishLimits {
        limits: ids::new(LimitsId::new),
        stars: [one, two, three],
        unit_head,
        approver,
        regions: whole.regions.with_untracked(|it| serde_json::from_str(it)).ok()?,
        cells: whole.cells.with_untracked(|it| serde_json::from_str(it)).ok()?,
        window_days: whole.days()?,
        file_above: whole.file()?,
    })
}

/// Over how many days quotes to one customer count together, and from where on quotes are filed.
#[component]
fn WindowCard(whole: Whole) -> impl IntoView {
    let i18n = use_i18n();
    let bad = move || match whole.days() {
        Some(_) => String::new(),
        None => t_string!(i18n, admin.limit.bad_days).to_owned(),
    };
    let bad_file = move || match whole.file() {
        Some(_) => String::new(),
        None => t_string!(i18n, admin.limit.bad_percent).to_owned(),
    };
    view! {
        <Card pad=true gap=4>
            <NumberInput
                label=move || t_string!(i18n, admin.limit.window)
                hint=move || t_string!(i18n, admin.limit.window_hint)
                name="window_days"
                whole=true
                value=whole.days
                unit=move || t_string!(i18n, admin.limit.days)
                error=bad
            />
            <NumberInput
                label=move || t_string!(i18n, admin.limit.file)
                hint=move || t_string!(i18n, admin.limit.file_hint)
                name="file_above"
                value=whole.file
                unit=move || t_string!(i18n, admin.limit.percent)
                error=bad_file
            />
        </Card>
    }
    .into_any()
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
    let bad = move |mine: fn(LimitProblem) -> bool, said: fn(I18n) -> &'static str| {
        Signal::derive(move || match problem.get() {
            Some(problem) if mine(problem) => said(i18n).to_owned(),
            _ => String::new(),
        })
    };
    let money: fn(I18n) -> &'static str = |i18n| t_string!(i18n, admin.limit.bad_cap);
    view! {
        <div hidden=move || tab.with(|it| it != key)>
            <Card pad=true gap=4>
                {inputs.collect_view()}
                <NumberInput
                    label=move || t_string!(i18n, admin.limit.cap)
                    name="cap"
                    value=level.cap
                    unit=move || t_string!(i18n, admin.limit.yuan)
                    error=bad(|it| matches!(it, LimitProblem::Cap(_)), money)
                />
                <NumberInput
                    label=move || t_string!(i18n, admin.limit.given)
                    hint=move || t_string!(i18n, admin.limit.none_hint)
                    name="given"
                    value=level.given
                    unit=move || t_string!(i18n, admin.limit.yuan)
                    error=bad(|it| matches!(it, LimitProblem::Given(_)), money)
                />
                {STARS.contains(&key).then(|| view! {
                    <NumberInput
                        label=move || t_string!(i18n, admin.limit.month)
                        hint=move || t_string!(i18n, admin.limit.month_hint)
                        name="month"
                        value=level.month
                        unit=move || t_string!(i18n, admin.limit.yuan)
                        error=bad(|it| matches!(it, LimitProblem::Month(_)), money)
                    />
                })}
                {(!STARS.contains(&key)).then(|| view! {
                    <NumberInput
                        label=move || t_string!(i18n, admin.limit.margin)
                        hint=move || t_string!(i18n, admin.limit.margin_hint)
                        name="margin"
                        value=level.margin
                        unit=move || t_string!(i18n, admin.limit.percent)
                        error=bad(|it| matches!(it, LimitProblem::Margin(_)), |i18n| t_string!(i18n, admin.limit.bad_percent))
                    />
                })}
                <NumberInput
                    label=move || t_string!(i18n, admin.limit.months)
                    hint=move || t_string!(i18n, admin.limit.none_hint)
                    name="months"
                    whole=true
                    value=level.months
                    unit=move || t_string!(i18n, admin.limit.months_unit)
                    error=bad(|it| it == LimitProblem::Months, |i18n| t_string!(i18n, admin.limit.bad_months))
                />
            </Card>
        </div>
    }
    .into_any()
}
