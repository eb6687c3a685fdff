//! The pipeline: how much stands where, and the list, with what is stuck first. Never moves anything.

use leeway_core::opportunities::Stage;
use leptos::prelude::*;

use super::queries;
use super::view_model::{Order, Pipeline, Row, StageSum, StepState, rows};
use super::wording;
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{Acting, Paged, acting_tag, use_acting};
use crate::platform::clock;
use crate::routes::Route;
use crate::shell::{Frame, Place};
use crate::ui::{Button, Card, Cell, Choice, Empty, Glyph, Progress, Section, SegTabs, Skeleton, Tag, Tone};

/// All opportunities of this user.
#[component]
pub fn OpportunitiesPage() -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let (found, acting) = (live(queries::list), use_acting());
    let all = Memo::new(move |_| {
        let local = |at: leeway_core::values::Timestamp| at.date_at(clock::offset_minutes(at));
        found.with(|it| it.as_ref().map(|(deals, customers)| rows(deals, customers, today.get(), local)))
    });
    let open = Memo::new(move |_| {
        let all = all.get().unwrap_or_default();
        all.into_iter().filter(|row| row.stage.is_open()).collect::<Vec<_>>()
    });
    let over = Memo::new(move |_| {
        let mut over: Vec<Row> =
            all.get().unwrap_or_default().into_iter().filter(|row| !row.stage.is_open()).collect();
        over.sort_by_key(|row| row.days);
        over
    });
    let body =
        move || match (all.with(Option::is_none), all.with(|it| it.as_ref().is_some_and(Vec::is_empty))) {
            (true, _) => view! { <Skeleton/> }.into_any(),
            (false, true) => view! {
                <Empty
                    title=move || t_string!(i18n, opportunities.empty)
                    note=move || t_string!(i18n, opportunities.empty_note)
                />
            }
            .into_any(),
            (false, false) => view! { <Lists open=open over=over acting=acting/> }.into_any(),
        };
    view! {
        <Frame
            title=move || t_string!(i18n, opportunities.title)
            root=Place::Opportunities
            dock=move || dock(i18n, open)
        >
            {body}
        </Frame>
    }
    .into_any()
}

/// The button: the next step of the most stuck one, or a new opportunity.
fn dock(i18n: I18n, open: Memo<Vec<Row>>) -> AnyView {
    let stuck = Memo::new(move |_| {
        let mut rows = open.get();
        Order::Stuck.sort(&mut rows);
        rows.into_iter().find(|row| row.state == StepState::Missing).map(|row| (row.id, row.customer))
    });
    let button = move || match stuck.get() {
        Some((id, name)) => view! {
            <Button
                attr:data-testid="primary"
                icon=Glyph::Plus
                label=move || t_string!(i18n, opportunities.set_step_for, name = name.clone())
                href=Signal::stored(Route::Opportunity(id).href())
            />
        }
        .into_any(),
        None => view! {
            <Button
                attr:data-testid="primary"
                icon=Glyph::Plus
                label=move || t_string!(i18n, opportunities.new)
                href=Signal::stored(Route::NewOpportunity { customer: None }.href())
            />
        }
        .into_any(),
    };
    button.into_any()
}

#[component]
fn Lists(open: Memo<Vec<Row>>, over: Memo<Vec<Row>>, acting: Acting) -> impl IntoView {
    let i18n = use_i18n();
    let order = RwSignal::new(Order::Stuck.key().to_owned());
    let sorted = Memo::new(move |_| {
        let mut rows = open.get();
        Order::read(&order.get()).sort(&mut rows);
        rows
    });
    let options = move || {
        vec![
            Choice::new(Order::Stuck.key(), t_string!(i18n, opportunities.order.stuck)),
            Choice::new(Order::Date.key(), t_string!(i18n, opportunities.order.date)),
            Choice::new(Order::Stage.key(), t_string!(i18n, opportunities.order.stage)),
        ]
    };
    let pipeline = Memo::new(move |_| Pipeline::of(&open.get()));
    view! {
        {move || pipeline_card(i18n, pipeline.get())}
        <div class="stack">
            <SegTabs
                label=move || t_string!(i18n, opportunities.order.label)
                options=Signal::derive(options)
                value=order
            />
            <Paged items=sorted row=move |it| row(i18n, it, acting)/>
        </div>
        <Show when=move || over.with(|it| !it.is_empty())>
            <Section title=move || t_string!(i18n, opportunities.over) count=move || over.with(Vec::len).to_string()>
                <Paged items=over row=move |it| over_row(i18n, it, acting)/>
            </Section>
        </Show>
    }
    .into_any()
}

fn pipeline_card(i18n: I18n, it: Pipeline) -> AnyView {
    let (total, weighted, count) =
        (format::estimate(it.total), format::estimate(it.weighted), it.count.to_string());
    let lines = it.stages.iter().map(|stage| stage_line(i18n, *stage, it.share(stage.sum))).collect_view();
    view! {
        <Card pad=true gap=3 label=move || t_string!(i18n, opportunities.pipeline)>
            <div class="row" data-align="base">
                <p class="fig" data-size="l">{total}</p>
                <span class="small end">
                    {move || t_string!(i18n, opportunities.weighted, money = weighted.clone())}
                </span>
            </div>
            <p class="small">{move || t_string!(i18n, opportunities.count, count = count.clone())}</p>
            {lines}
        </Card>
    }
    .into_any()
}

fn stage_line(i18n: I18n, it: StageSum, share: u32) -> AnyView {
    let StageSum { stage, count, sum, stuck } = it;
    let (count, sum, some_stuck) =
        (count.to_string(), format::estimate(sum), !stuck.is_negative() && stuck.fen() > 0);
    let stuck = format::estimate(stuck);
    let label = move || {
        t_string!(i18n, opportunities.stage_line, stage = words::stage(i18n, stage), count = count.clone())
    };
    let end = move || match some_stuck {
        true => t_string!(i18n, opportunities.stuck_of, sum = sum.clone(), stuck = stuck.clone()),
        false => sum.clone(),
    };
    view! {
        <div class="stack" data-gap="1">
            <div class="row">
                <span class="small grow">{label.clone()}</span>
                <span class="small fig" data-ink=some_stuck.then_some("warn")>{end}</span>
            </div>
            <Progress label=label value=share/>
        </div>
    }
    .into_any()
}

fn row(i18n: I18n, it: Row, acting: Acting) -> AnyView {
    let today = use_app().today();
    let (stage, expected, step, state, days) = (it.stage, it.expected, it.step, it.state, it.days);
    let at = move || {
        let day = format::day_from(i18n, expected, today.get());
        t_string!(i18n, opportunities.row_note, stage = words::stage(i18n, stage), day = day)
    };
    let (tone, icon) = match state {
        StepState::Missing => (Tone::Danger, Some(Glyph::Alert)),
        StepState::Overdue(_) => (Tone::Warn, Some(Glyph::Clock)),
        StepState::Due => (Tone::Plain, None),
    };
    let line = move || match (&step, state) {
        (Some(step), StepState::Due | StepState::Overdue(_)) => wording::step_line(i18n, step, today.get()),
        _ => String::new(),
    };
    view! {
        <Cell
            attr:data-testid="opportunity-row"
            title=it.name
            note=it.customer
            figure=format::estimate(it.amount)
            top=true
            href=Signal::stored(Route::Opportunity(it.id).href())
        >
            <Tag tone=tone icon=icon label=move || wording::step_tag(i18n, state, days)/>
            {acting_tag(i18n, acting, it.owner)}
            <span class="small">{at}</span>
            <span class="small">{line}</span>
        </Cell>
    }
    .into_any()
}

fn over_row(i18n: I18n, it: Row, acting: Acting) -> AnyView {
    let stage = it.stage;
    let tone = if stage == Stage::Won { Tone::Ok } else { Tone::Plain };
    view! {
        <Cell
            attr:data-testid="opportunity-row"
            title=it.name
            note=it.customer
            figure=format::estimate(it.amount)
            href=Signal::stored(Route::Opportunity(it.id).href())
        >
            <Tag tone=tone label=move || words::stage(i18n, stage)/>
            {acting_tag(i18n, acting, it.owner)}
        </Cell>
    }
    .into_any()
}
