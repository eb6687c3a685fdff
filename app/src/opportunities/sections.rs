//! The sections of an opportunity's page: facts, next step, quotes, history. Reading, and one tick.

use leeway_core::opportunities::StageMove;
use leeway_core::quotes::{Quote, Standing, totals};
use leeway_core::stamped::Stamped;
use leeway_core::visits::NextStep;
use leptos::prelude::*;

use super::desk::Desk;
use super::view_model::{StepState, whole};
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::routes::Route;
use crate::ui::{
    Card, Cell, Check, Glyph, Section, Stamp, StampState, Sum, SumRow, Tag, Timeline, TimelineItem, Tone,
};

/// What it may bring, how likely, and when it should be signed; with the customer.
#[component]
pub fn Facts(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let facts = Memo::new(move |_| {
        desk.with(|view| (view.deal.amount.value, view.deal.expected.value, view.deal.stage))
    });
    let amount = move || facts.get().map(|(amount, ..)| format::estimate(amount)).unwrap_or_default();
    let rows = move || {
        let Some((amount, expected, stage)) = facts.get() else { return Vec::new() };
        let likely = stage.probability();
        vec![
            SumRow::new(
                t_string!(i18n, opportunities.fact.expected),
                format::day_from(i18n, expected, today.get()),
            ),
            SumRow::new(t_string!(i18n, opportunities.fact.likely), likely.to_string()),
            SumRow::new(
                t_string!(i18n, opportunities.fact.weighted),
                format::estimate(whole(amount.percent(likely))),
            ),
        ]
    };
    let customer = Memo::new(move |_| desk.with(|view| view.customer.clone()).flatten());
    let whom = move || {
        customer.get().map(|it| {
            let (industry, grade) = (it.industry.value, it.grade.value);
            let note = move || {
                let (industry, grade) = (words::industry(i18n, industry), words::grade(i18n, grade));
                t_string!(i18n, opportunities.fact.customer, industry = industry, grade = grade)
            };
            view! {
                <Card>
                    <Cell
                        title=it.name.value
                        note=note
                        lead=Glyph::Buildings
                        href=Signal::stored(Route::Customer(it.id).href())
                    />
                </Card>
            }
        })
    };
    view! {
        <Card pad=true gap=3 label=move || t_string!(i18n, opportunities.fact.amount)>
            <p class="small">{move || t_string!(i18n, opportunities.fact.amount)}</p>
            <p class="fig" data-size="l" data-testid="amount">{amount}</p>
            <Sum rows=Signal::derive(rows)/>
        </Card>
        {whom}
    }
    .into_any()
}

/// What happens next, with its tick.
#[component]
pub fn NextStepCard(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let step = Memo::new(move |_| desk.with(|view| view.deal.next_step.clone()).flatten());
    let open = Memo::new(move |_| desk.with(|view| view.deal.stage.is_open()).unwrap_or_default());
    let body = move || match step.get() {
        Some(step) => step_row(i18n, desk, step),
        None => view! {
            <Cell
                title=move || t_string!(i18n, opportunities.step.missing)
                note=move || t_string!(i18n, opportunities.step.missing_note)
                lead=Glyph::Alert
                tone=Tone::Danger
                bare_lead=true
            />
        }
        .into_any(),
    };
    let section = move || match open.get() {
        true => view! {
            <Section
                title=move || t_string!(i18n, opportunities.step.title)
                link_label=move || t_string!(i18n, opportunities.step.change)
                on_link=move |()| desk.stepping.set(true)
            >
                <Card list=true>{body}</Card>
            </Section>
        }
        .into_any(),
        false => view! {
            <Section title=move || t_string!(i18n, opportunities.step.title)>
                <Card list=true>{body}</Card>
            </Section>
        }
        .into_any(),
    };
    section.into_any()
}

fn step_row(i18n: I18n, desk: Desk, step: Stamped<NextStep>) -> AnyView {
    let today = use_app().today();
    let step = step.value;
    let (day, done) = (step.day, step.done);
    let state = {
        let step = step.clone();
        move || StepState::of(Some(&step), today.get())
    };
    let note = move || {
        let day = format::day_from(i18n, day, today.get());
        match state() {
            _ if done => t_string!(i18n, opportunities.step.done, day = day),
            StepState::Overdue(late) => {
                t_string!(i18n, opportunities.step.late, day = day, days = late.to_string())
            }
            _ => day,
        }
    };
    let checked = RwSignal::new(done);
    let tick = move |ticked: bool| match ticked {
        true => desk.complete_step(),
        // a step that was done is promised anew in the sheet, with its own day
        false => {
            checked.set(true);
            desk.stepping.set(true);
        }
    };
    view! { <Check label=step.text note=note checked=checked on_change=tick/> }.into_any()
}

/// Quotes about it, and the way to a new one.
#[component]
pub fn Quotes(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let quotes = Memo::new(move |_| desk.with(|view| view.quotes.clone()).unwrap_or_default());
    let customer = desk.look(|view| view.deal.customer);
    let new = Signal::stored(Route::NewQuote { customer, opportunity: Some(desk.id) }.href());
    let list = move || {
        let quotes = quotes.get();
        match quotes.is_empty() {
            true => view! {
                <Card>
                    <Cell
                        title=move || t_string!(i18n, opportunities.quotes.none)
                        note=move || t_string!(i18n, opportunities.quotes.none_note)
                        lead=Glyph::Document
                        href=new
                    />
                </Card>
            }
            .into_any(),
            false => {
                let rows = quotes.into_iter().map(|it| quote_row(i18n, it)).collect_view();
                view! { <Card>{rows}</Card> }.into_any()
            }
        }
    };
    view! {
        <Section
            title=move || t_string!(i18n, opportunities.quotes.title)
            link_label=move || t_string!(i18n, opportunities.quotes.new)
            link=new
        >
            {list}
        </Section>
    }
    .into_any()
}

fn quote_row(i18n: I18n, it: Quote) -> AnyView {
    let today = use_app().today();
    let total = totals(&it.content).map(|sums| format::money(sums.total)).unwrap_or_default();
    let (id, title, state) = (it.id, it.content.title.clone(), it.state.clone());
    let standing = Memo::new(move |_| it.standing(today.get()));
    let shape = move || match standing.get() {
        Standing::Binding => StampState::Binding,
        Standing::Indicative => StampState::Indicative,
        Standing::Expired => StampState::Expired,
    };
    view! {
        <Cell
            attr:data-testid="quote-row"
            title=title
            figure=total
            top=true
            href=Signal::stored(Route::Quote(id).href())
        >
            <Stamp state=Signal::derive(shape) label=move || words::standing(i18n, standing.get())/>
            <Tag label=move || words::quote_state(i18n, &state)/>
        </Cell>
    }
    .into_any()
}

/// The moves, newest first.
#[component]
pub fn History(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let moves = Memo::new(move |_| desk.with(|view| view.deal.moves.clone()).unwrap_or_default());
    let list = move || {
        let moves = moves.get();
        (!moves.is_empty()).then(|| {
            let items = moves.into_iter().rev().map(|it| move_item(i18n, it)).collect_view();
            view! {
                <Section title=move || t_string!(i18n, opportunities.history)>
                    <Timeline>{items}</Timeline>
                </Section>
            }
        })
    };
    list.into_any()
}

fn move_item(i18n: I18n, it: StageMove) -> AnyView {
    let StageMove { from, to, at, .. } = it;
    let title = move || {
        let (from, to) = (words::stage(i18n, from), words::stage(i18n, to));
        t_string!(i18n, opportunities.move_line, from = from, to = to)
    };
    view! { <TimelineItem icon=Glyph::Route title=title note=move || format::date_time(i18n, at)/> }
        .into_any()
}
