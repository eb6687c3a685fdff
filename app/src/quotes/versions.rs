//! What changed since the quote was sent the last time: line by line, then terms and sums. Shown as long as there is
//! something to compare with; never compares itself.

use leeway_core::quotes::{Comparison, LineChange, LineFacts, compare};
use leeway_core::values::Timestamp;
use leptos::prelude::*;

use super::desk::Desk;
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n};
use crate::ui::{Card, Cell, Glyph, Section, Sum, SumRow};

/// The comparison with the version before.
#[component]
pub fn Versions(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let found = Memo::new(move |_| {
        desk.with(|view| {
            let last = view.quote.versions.last()?;
            Some((last.at, compare(&last.content, &view.quote.content).ok()?, view.quote.versions.len()))
        })
        .flatten()
    });
    let section = move || {
        found.get().map(|(at, it, count)| {
            let title = move || t_string!(i18n, quotes.versions.title);
            let count = move || t_string!(i18n, quotes.versions.count, count = (count + 1).to_string());
            view! {
                <Section title=title count=Signal::derive(count)>
                    <Changes at=at it=it/>
                </Section>
            }
        })
    };
    section.into_any()
}

#[component]
fn Changes(at: Timestamp, it: Comparison) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let lines = it.lines.clone().into_iter().map(|it| line(i18n, it)).collect_view();
    let rows = move || {
        let pair = |before: String, after: String| {
            t_string!(i18n, quotes.versions.from_to, before = before, after = after)
        };
        let months = |(before, after): (u16, u16)| pair(before.to_string(), after.to_string());
        let day = |day| format::day_from(i18n, day, today.get());
        let terms = [
            (t_string!(i18n, quotes.versions.months), it.months.map(months)),
            (t_string!(i18n, quotes.sum.free_months), it.free_months.map(months)),
            (
                t_string!(i18n, quotes.sum.overall),
                it.overall.map(|(a, b)| pair(a.to_string(), b.to_string())),
            ),
            (t_string!(i18n, quotes.versions.valid_until), it.valid_until.map(|(a, b)| pair(day(a), day(b)))),
        ];
        let terms = terms.into_iter().filter_map(|(name, change)| Some(SumRow::new(name, change?)));
        let ((off_before, off), (total_before, total)) = (it.effective, it.total);
        let sums = [
            SumRow::new(t_string!(i18n, quotes.sum.effective), pair(off_before.to_string(), off.to_string())),
            SumRow::new(
                t_string!(i18n, quotes.sum.total),
                pair(format::money(total_before), format::money(total)),
            ),
        ];
        terms.chain(sums).collect::<Vec<_>>()
    };
    view! {
        <div data-testid="versions">
            <Card>{lines}</Card>
            <Card pad=true gap=2>
                <p class="small">
                    {move || t_string!(i18n, quotes.versions.since, at = format::moment_from(i18n, at, today.get()))}
                </p>
                <Sum rows=Signal::derive(rows)/>
            </Card>
        </div>
    }
    .into_any()
}

fn line(i18n: I18n, it: LineChange) -> AnyView {
    let LineChange { name, before, after } = it;
    let (figure, icon) = match (&before, &after) {
        (_, Some(now)) => (format::money(now.total), Glyph::Pen),
        (_, None) => (String::new(), Glyph::Trash),
    };
    let note = move || match (&before, &after) {
        (Some(before), Some(after)) => {
            let (before, after) = (facts(i18n, before), facts(i18n, after));
            t_string!(i18n, quotes.versions.from_to, before = before, after = after)
        }
        (None, Some(after)) => t_string!(i18n, quotes.versions.added, after = facts(i18n, after)),
        (Some(before), None) => t_string!(i18n, quotes.versions.gone, before = facts(i18n, before)),
        (None, None) => String::new(),
    };
    view! { <Cell title=name note=note figure=figure lead=icon top=true/> }.into_any()
}

fn facts(i18n: I18n, it: &LineFacts) -> String {
    let (quantity, unit, price) = (it.quantity.to_string(), it.unit.clone(), format::money(it.price));
    let off = match it.gift {
        true => t_string!(i18n, quotes.line.gift).to_owned(),
        false => format::discount(i18n, it.off),
    };
    let facts =
        t_string!(i18n, quotes.versions.facts, quantity = quantity, unit = unit, price = price, off = off);
    match &it.agreed {
        Some(number) => t_string!(i18n, quotes.agreed.facts, facts = facts, number = number.clone()),
        None => facts,
    }
}
