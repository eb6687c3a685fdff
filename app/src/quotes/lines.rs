//! The lines of a quote and its sums. A tap on a line of an open quote opens the keypad. Never adds anything up.

use leeway_core::quotes::{Channels, Line, LineSum, Totals, totals};
use leeway_core::values::{Date, Money};
use leptos::prelude::*;

use super::desk::Desk;
use super::wording;
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::parts::AgreedPrice;
use crate::routes::Route;
use crate::ui::{Card, Cell, Empty, Glyph, Section, Sum, SumRow, Tag};

/// The lines, the way to a new one, and the sums.
#[component]
pub fn Lines(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let lines = Memo::new(move |_| {
        desk.with(|view| {
            let sums = totals(&view.quote.content).map(|it| it.lines).unwrap_or_default();
            let months = view.quote.content.months;
            let both = view.quote.content.lines.iter().cloned().zip(sums);
            both.map(|(line, sum)| (line, sum, months)).collect::<Vec<_>>()
        })
        .unwrap_or_default()
    });
    let open = Memo::new(move |_| desk.is_open());
    let rows = move || {
        let (lines, open) = (lines.get(), open.get());
        match lines.is_empty() {
            true => view! {
                <Empty
                    title=move || t_string!(i18n, quotes.lines.empty)
                    note=move || t_string!(i18n, quotes.lines.empty_note)
                />
            }
            .into_any(),
            false => {
                let rows = lines.into_iter().map(|it| line_row(i18n, desk, it, open)).collect_view();
                view! { <Card>{rows}</Card> }.into_any()
            }
        }
    };
    let count = move || lines.with(|it| if it.is_empty() { String::new() } else { it.len().to_string() });
    let section = move || match open.get() {
        true => view! {
            <Section
                title=move || t_string!(i18n, quotes.lines.title)
                count=count
                link_label=move || t_string!(i18n, quotes.lines.add)
                on_link=move |()| desk.picking.set(true)
            >
                {rows}
            </Section>
        }
        .into_any(),
        false => view! {
            <Section title=move || t_string!(i18n, quotes.lines.title) count=count>{rows}</Section>
        }
        .into_any(),
    };
    section.into_any()
}

fn line_row(i18n: I18n, desk: Desk, (line, sum, months): (Line, LineSum, u16), open: bool) -> AnyView {
    let (reckoned, given) = (line.clone(), line.clone());
    let note = move || {
        let (note, parts) = (wording::reckoning(i18n, &reckoned, months), wording::parts(i18n, &reckoned));
        if parts.is_empty() { note } else { format!("{note}\n{parts}") }
    };
    let under_floor = (sum.short_by > Money::ZERO).then(|| {
        let short_by = format::money(sum.short_by);
        view! {
            <Tag
                tone=crate::ui::Tone::Danger
                icon=Glyph::Alert
                label=move || t_string!(i18n, quotes.lines.under_floor, money = short_by.clone())
            />
        }
    });
    let agreed = line.agreed.clone().map(|it| view! { <AgreedPrice it=it/> });
    // that nothing is given off an agreed price goes without saying
    let says = given.gift || given.agreed.is_none() || !given.off.is_zero();
    let discount =
        says.then(|| view! { <span class="small fig">{move || wording::line_discount(i18n, &given)}</span> });
    let (name, figure) = (line.name.clone(), format::money(sum.total));
    match open {
        true => view! {
            <Cell
                attr:data-testid="quote-line"
                title=name
                note=note
                figure=figure
                top=true
                on_press=move |()| desk.edit(&line)
            >
                {agreed}
                {discount}
                {under_floor}
            </Cell>
        }
        .into_any(),
        false => view! {
            <Cell attr:data-testid="quote-line" title=name note=note figure=figure top=true>
                {agreed}
                {discount}
                {under_floor}
            </Cell>
        }
        .into_any(),
    }
}

/// List price, cut, effective discount, tax, monthly charge, total.
#[component]
pub fn Sums(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let sums = Memo::new(move |_| desk.with(|view| totals(&view.quote.content).ok()).flatten());
    let any = Memo::new(move |_| sums.with(|it| it.as_ref().is_some_and(|it| !it.lines.is_empty())));
    let any_agreed = Memo::new(move |_| {
        desk.with(|view| view.quote.content.lines.iter().any(|line| line.agreed.is_some())) == Some(true)
    });
    let rows = move || sums.get().map(|it| sum_rows(i18n, &it, any_agreed.get())).unwrap_or_default();
    view! {
        <Show when=move || any.get()>
            <Card pad=true>
                <Sum rows=Signal::derive(rows)/>
            </Card>
        </Show>
    }
    .into_any()
}

fn sum_rows(i18n: I18n, it: &Totals, any_agreed: bool) -> Vec<SumRow> {
    let list = match any_agreed {
        true => t_string!(i18n, quotes.agreed.sum),
        false => t_string!(i18n, quotes.sum.list),
    };
    let cut = t_string!(i18n, quotes.sum.minus, money = format::money(it.cut));
    let mut rows = vec![
        SumRow::new(list, format::money(it.list)),
        SumRow::new(t_string!(i18n, quotes.sum.cut), cut),
        SumRow::new(t_string!(i18n, quotes.sum.effective), format::discount(i18n, it.effective)),
        SumRow::new(t_string!(i18n, quotes.sum.net), format::money(it.net)),
        SumRow::new(t_string!(i18n, quotes.sum.tax), format::money(it.tax)),
    ];
    let Channels { lines, waived, overall, free_months, gifts } = it.channels;
    let ways = [
        (t_string!(i18n, quotes.sum.by_line), lines),
        (t_string!(i18n, quotes.sum.waived), waived),
        (t_string!(i18n, quotes.sum.overall), overall),
        (t_string!(i18n, quotes.sum.free_months), free_months),
        (t_string!(i18n, quotes.sum.gifts), gifts),
    ];
    // one way of giving is the cut itself
    let ways: Vec<_> = ways.into_iter().filter(|(_, money)| *money > Money::ZERO).collect();
    if ways.len() > 1 || lines == Money::ZERO {
        let way = |(name, money): (&str, Money)| {
            SumRow::part(name, t_string!(i18n, quotes.sum.minus, money = format::money(money)))
        };
        rows.splice(2..2, ways.into_iter().map(way));
    }
    if it.usage > Money::ZERO {
        rows.push(SumRow::new(t_string!(i18n, quotes.sum.usage), format::money(it.usage)));
    }
    if it.monthly > Money::ZERO {
        rows.push(SumRow::new(t_string!(i18n, quotes.sum.monthly), format::money(it.monthly)));
    }
    rows.push(SumRow::total(t_string!(i18n, quotes.sum.total), format::money(it.total)));
    rows
}

/// What is given on the whole, term, validity, price book, customer, opportunity.
#[component]
pub fn TermsCard(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let terms = Memo::new(move |_| {
        desk.with(|view| (view.quote.content.months, view.quote.content.valid_until, view.quote.is_open()))
    });
    let book = Memo::new(move |_| desk.with(|view| view.book.as_ref().map(|it| it.name.clone())).flatten());
    let cells = move || {
        terms.get().map(|(months, valid_until, open)| {
            let note = move || terms_line(i18n, months, valid_until, today.get());
            let title = move || t_string!(i18n, quotes.terms.title);
            match open {
                true => view! {
                    <Cell
                        title=title
                        note=note
                        lead=Glyph::Calendar
                        on_press=move |()| desk.terms.set(true)
                    />
                }
                .into_any(),
                false => view! { <Cell title=title note=note lead=Glyph::Calendar/> }.into_any(),
            }
        })
    };
    let book = move || {
        let name = book.get().unwrap_or_else(|| t_string!(i18n, quotes.terms.book_gone).to_owned());
        view! { <Cell title=move || t_string!(i18n, quotes.terms.book) note=name lead=Glyph::Document/> }
    };
    let about = Memo::new(move |_| {
        desk.with(|view| view.opportunity.as_ref().map(|it| (it.id, it.name.value.clone()))).flatten()
    });
    let about = move || {
        about.get().map(|(id, name)| {
            view! {
                <Cell
                    title=move || t_string!(i18n, quotes.terms.opportunity)
                    note=name
                    lead=Glyph::Funnel
                    href=Signal::stored(Route::Opportunity(id).href())
                />
            }
        })
    };
    let given = Memo::new(move |_| {
        desk.with(|view| (wording::given(i18n, &view.quote.content), view.quote.is_open()))
    });
    let given = move || {
        let title = move || t_string!(i18n, quotes.given.title);
        given.get().map(|(note, open)| match open {
            true => view! {
                <Cell
                    attr:data-testid="given"
                    title=title
                    note=note
                    lead=Glyph::Gift
                    on_press=move |()| desk.giving.set(true)
                />
            }
            .into_any(),
            false => view! { <Cell title=title note=note lead=Glyph::Gift/> }.into_any(),
        })
    };
    let because = Memo::new(move |_| desk.with(|view| view.quote.because.clone()).flatten());
    let because = move || {
        because.get().map(|code| {
            let note = move || words::reason_code(i18n, &code);
            view! { <Cell title=move || t_string!(i18n, quotes.because.line) note=note lead=Glyph::Gift/> }
        })
    };
    view! { <Card>{given}{because}{cells}{about}{book}</Card> }.into_any()
}

fn terms_line(i18n: I18n, months: u16, valid_until: Date, today: Date) -> String {
    let day = format::day_from(i18n, valid_until, today);
    t_string!(i18n, quotes.terms.line, months = months.to_string(), day = day)
}
