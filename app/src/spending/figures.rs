//! The figures of somebody or of a unit, and in words what is counted. Never decides what counts.

use std::collections::BTreeMap;

use leeway_core::spending::{Rows, Spending, Tally};
use leeway_core::values::Money;
use leptos::prelude::*;
use uuid::Uuid;

use super::view_model::{Share, named};
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::ui::{Card, Cell, Section, Sum, SumRow};

/// All figures.
#[component]
pub fn Figures(
    /// What was given and won.
    spending: Spending,
    /// What managers and customers are called.
    names: BTreeMap<Uuid, String>,
    /// Shows who gave it.
    by_manager: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let Spending { since, all, with, without, managers, customers, families, reasons, quarters } = spending;
    let whole = move || {
        vec![
            SumRow::new(t_string!(i18n, spending.quotes), all.quotes.to_string()),
            SumRow::new(t_string!(i18n, spending.given), format::money(all.given)),
            SumRow::part(t_string!(i18n, spending.given_won), format::money(all.won_given)),
            SumRow::new(t_string!(i18n, spending.average), share(i18n, all.average().into())),
            SumRow::total(t_string!(i18n, spending.won_total), format::money(all.won_total)),
        ]
    };
    let both = move || {
        let named = [(t_string!(i18n, spending.with), with), (t_string!(i18n, spending.without), without)];
        named.map(|(name, it)| row(i18n, name.to_owned(), it)).into_iter().collect_view()
    };
    let someone = move || t_string!(i18n, spending.gone).to_owned();
    let people = by_manager.then(|| {
        let names = names.clone();
        let rows = move || named(&managers, &names, &someone());
        view! { <Group title=move || t_string!(i18n, spending.by.manager) rows=Signal::derive(rows)/> }
    });
    let customers = move || named(&customers, &names, &someone());
    let families = move || said(&families, |it| words::family(i18n, *it).to_owned());
    let reasons = move || {
        said(&reasons, |it| match it {
            Some(code) => words::reason_code(i18n, code),
            None => t_string!(i18n, spending.no_reason).to_owned(),
        })
    };
    let drift = move || {
        let quarter = |(it, tally): &(leeway_core::spending::Quarter, Tally)| {
            let (year, quarter) = (it.year.to_string(), it.quarter.to_string());
            let name = t_string!(i18n, spending.quarter, year = year, quarter = quarter);
            SumRow::new(name, share(i18n, tally.average().into()))
        };
        quarters.iter().map(quarter).collect::<Vec<_>>()
    };
    view! {
        <div data-testid="spending" class="stack" data-gap="4">
            <Card pad=true gap=2>
                <p class="small">{move || t_string!(i18n, spending.since, day = format::day(i18n, since))}</p>
                <Sum rows=Signal::derive(whole)/>
            </Card>
            <Section title=move || t_string!(i18n, spending.by.given)>
                <Card>{both}</Card>
            </Section>
            {people}
            <Group title=move || t_string!(i18n, spending.by.reason) rows=Signal::derive(reasons)/>
            <Group title=move || t_string!(i18n, spending.by.family) rows=Signal::derive(families)/>
            <Group title=move || t_string!(i18n, spending.by.customer) rows=Signal::derive(customers)/>
            <Section title=move || t_string!(i18n, spending.by.quarter)>
                <Card pad=true>
                    <Sum rows=Signal::derive(drift)/>
                </Card>
            </Section>
            <Words/>
        </div>
    }
    .into_any()
}

fn said<K>(rows: &Rows<K>, name: impl Fn(&K) -> String) -> Vec<(String, Tally)> {
    rows.iter().map(|(key, tally)| (name(key), *tally)).collect()
}

/// Figures of one kind, a row each.
#[component]
fn Group(#[prop(into)] title: Signal<String>, rows: Signal<Vec<(String, Tally)>>) -> impl IntoView {
    let i18n = use_i18n();
    let list = move || rows.get().into_iter().map(|(name, it)| row(i18n, name, it)).collect_view();
    view! {
        <Show when=move || rows.with(|it| !it.is_empty())>
            <Section title=title>
                <Card>{list}</Card>
            </Section>
        </Show>
    }
    .into_any()
}

fn row(i18n: I18n, name: String, it: Tally) -> AnyView {
    let note = move || {
        let rate = match it.win_rate() {
            Some(rate) => t_string!(
                i18n,
                spending.rate,
                rate = rate.to_string(),
                won = it.won.to_string(),
                decided = (it.won + it.lost).to_string()
            ),
            None => t_string!(i18n, spending.few_decided, decided = (it.won + it.lost).to_string()),
        };
        let (count, won) = (it.quotes.to_string(), format::money(it.won_total));
        t_string!(i18n, spending.row, count = count, won = won, rate = rate)
    };
    let figure = move || match it.given {
        Money::ZERO => t_string!(i18n, spending.nothing).to_owned(),
        given => format::money(given),
    };
    view! { <Cell attr:data-testid="spent-row" title=name note=note figure=Signal::derive(figure) top=true/> }
        .into_any()
}

fn share(i18n: I18n, it: Share) -> String {
    match it {
        Share::Of(percent) => format::discount(i18n, percent),
        Share::TooFew => t_string!(i18n, spending.too_few).to_owned(),
    }
}

/// What is counted, in words.
#[component]
fn Words() -> impl IntoView {
    let i18n = use_i18n();
    let lines = move || {
        [
            t_string!(i18n, spending.means.quote),
            t_string!(i18n, spending.means.given),
            t_string!(i18n, spending.means.won),
            t_string!(i18n, spending.means.average),
            t_string!(i18n, spending.means.few),
        ]
        .map(|line| view! { <p class="small">{line}</p> })
        .collect_view()
    };
    view! {
        <Section title=move || t_string!(i18n, spending.means.title)>
            <Card pad=true gap=2>{lines}</Card>
        </Section>
    }
    .into_any()
}
