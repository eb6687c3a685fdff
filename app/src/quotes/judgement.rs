//! How much room is used, who decides beyond it, and what brings the quote back: above the lines of an open quote.
//! Never decides: it shows what the judges of `leeway_core` say.

use leeway_core::authority::{Level, Way, ways_back};
use leeway_core::organisation::Post;
use leeway_core::proof::Pool;
use leeway_core::quotes::totals;
use leeway_core::values::{Money, Percent};
use leptos::prelude::*;

use super::desk::Desk;
use super::meter_view::MeterView;
use super::view_model::Judges;
use super::wording;
use crate::i18n::{I18n, format, reasons, t_string, use_i18n};
use crate::ui::{Card, Cell, Glyph, Section, Timeline, TimelineItem, Tone};

/// How many ways back of one kind are shown: the other kinds are to be seen, too.
const WAYS: usize = 2;

/// The meter, and past the own limit also who decides and what brings it back.
#[component]
pub fn Judgement(desk: Desk) -> impl IntoView {
    let read = Memo::new(move |_| {
        desk.with(|view| {
            let content = &view.quote.content;
            Some((view.judges.meter(content, &totals(content).ok()?)?, view.judges.clone()))
        })
        .flatten()
    });
    let shown = Memo::new(move |_| desk.is_open() && !desk.typing.get() && read.with(Option::is_some));
    let meter = Signal::derive(move || read.with(|it| it.as_ref().map(|(meter, _)| meter.clone())));
    let judges = Signal::derive(move || read.with(|it| it.as_ref().map(|(_, judges)| judges.clone())));
    let level = Memo::new(move |_| meter.with(|it| it.as_ref().map(|it| it.verdict.level)));
    let over = move || match (level.get(), judges.get()) {
        (Some(level @ (Level::UnitHead | Level::Approver)), Some(judges)) => {
            view! { <Who judges=judges level=level/> <Ways desk=desk/> }.into_any()
        }
        (Some(Level::Nobody), _) => view! { <Ways desk=desk/> }.into_any(),
        _ => ().into_any(),
    };
    view! {
        <Show when=move || shown.get()>
            <Card pad=true gap=3>
                <div data-testid="meter">
                    <MeterView meter=meter judges=judges/>
                </div>
                <Why desk=desk/>
                <Month desk=desk/>
                <Files desk=desk/>
            </Card>
        </Show>
        <Show when=move || desk.is_open()>{over}</Show>
    }
    .into_any()
}

/// Why the own authority does not suffice, one sentence a reason.
#[component]
fn Why(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let reasons = Memo::new(move |_| {
        desk.with(|view| Some(view.judges.verdict(&view.quote.content)?.reasons))
            .flatten()
            .unwrap_or_default()
    });
    let line = move |it| view! { <p class="small">{move || reasons::reason(i18n, &it)}</p> };
    (move || reasons.get().into_iter().map(line).collect_view()).into_any()
}

/// How what the manager may give away in this month stands, over all of the manager's phones.
#[component]
fn Month(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let read = Memo::new(move |_| {
        let powers = desk.with(|view| view.powers.clone()).flatten()?;
        Some((powers.pool()?, powers.left()))
    });
    let said = move |(pool, left): (Pool, Money)| {
        let (spent, size) = (format::money(pool.spent), format::money(pool.size));
        let (left, free) = (format::money(left), format::money(pool.free));
        t_string!(i18n, quotes.meter.pool, spent = spent, size = size, left = left, free = free)
    };
    (move || read.get().map(|it| view! { <p class="small" data-testid="pool">{move || said(it)}</p> }))
        .into_any()
}

/// That the head of the unit will be told of what the manager gives alone.
#[component]
fn Files(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let limit = Memo::new(move |_| desk.with(|view| view.judges.files(&view.quote.content)).flatten());
    let said = move |limit: Percent| t_string!(i18n, quotes.meter.file, limit = limit.to_string());
    (move || limit.get().map(|it| view! { <p class="small">{move || said(it)}</p> })).into_any()
}

/// Who decides on this level: the holder of the post and the deputy.
#[component]
fn Who(judges: Judges, level: Level) -> impl IntoView {
    let i18n = use_i18n();
    let Some((post, until)) = judges.first(level).cloned() else { return ().into_any() };
    let limit = judges.limits.as_ref().and_then(|limits| limits.of_level(level, judges.star)).cloned();
    let cap = limit.map(|it| it.deal_cap);
    let note = move || {
        let until = t_string!(i18n, quotes.who.until, at = format::date_time(i18n, until));
        match cap {
            Some(cap) => {
                format!("{until} {}", t_string!(i18n, quotes.who.holder_note, cap = format::money(cap)))
            }
            None => until,
        }
    };
    let Post { title, holder, deputy, .. } = post;
    let deputy = deputy.map(|deputy| {
        view! {
            <TimelineItem
                icon=Glyph::Swap
                title=move || t_string!(i18n, quotes.who.deputy, name = deputy.name.clone())
                note=move || t_string!(i18n, quotes.who.deputy_note)
            />
        }
    });
    view! {
        <Section title=move || t_string!(i18n, quotes.who.title)>
            <Timeline>
                <TimelineItem
                    icon=Glyph::Person
                    tone=Tone::Accent
                    title=move || {
                        t_string!(i18n, quotes.who.holder, name = holder.name.clone(), post = title.clone())
                    }
                    note=note
                />
                {deputy}
            </Timeline>
        </Section>
    }
    .into_any()
}

/// What brings the quote back within the own room: one tap each.
#[component]
fn Ways(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let ways = Memo::new(move |_| {
        desk.with(|view| {
            let (limits, book) = (view.judges.limits.as_ref()?, view.book.as_ref()?);
            let content = &view.quote.content;
            Some(ways_back(content, book, limits, &view.judges.situation(content)))
        })
        .flatten()
        .unwrap_or_default()
    });
    let list = move || {
        let ways = ways.get();
        (!ways.is_empty()).then(|| {
            let rows = of_each_kind(ways).map(|it| way_row(i18n, desk, it)).collect_view();
            view! {
                <Section title=move || t_string!(i18n, quotes.way.title)>
                    <Card>{rows}</Card>
                </Section>
            }
        })
    };
    list.into_any()
}

fn of_each_kind(ways: Vec<Way>) -> impl Iterator<Item = Way> {
    let mut seen = Vec::new();
    ways.into_iter().filter(move |way| {
        let kind = std::mem::discriminant(&way.change);
        seen.push(kind);
        seen.iter().filter(|it| **it == kind).count() <= WAYS
    })
}

fn way_row(i18n: I18n, desk: Desk, it: Way) -> AnyView {
    let Way { change, total, effective } = it;
    let title = {
        let change = change.clone();
        move || wording::change(i18n, &change)
    };
    let note = move || {
        let (effective, total) = (effective.to_string(), format::money(total));
        t_string!(i18n, quotes.way.note, effective = effective, total = total)
    };
    view! {
        <Cell
            title=title
            note=note
            lead=Glyph::Shield
            tone=Tone::Ok
            on_press=move |()| desk.change(&change)
        />
    }
    .into_any()
}
