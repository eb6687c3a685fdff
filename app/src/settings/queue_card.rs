//! What waits to be sent, in words, in the order in which it was asked; and apart from it what can't go out, with
//! why and what to do. Nothing is ever edited or dropped here.

use leeway_core::values::Timestamp;
use leptos::prelude::*;

use crate::app::use_app;
use crate::i18n::{I18n, errors, format, t_string, use_i18n};
use crate::live::live;
use crate::parts::asked::{Asked, headline, names_of};
use crate::platform::clipboard;
use crate::store::{Entry, Store, StoreError};
use crate::sync::{ParkReason, RecordState, WaitState, Waiting};
use crate::ui::{
    self, Button, ButtonKind, Card, Cell, Empty, Glyph, Notice, Quoted, Section, Skeleton, StateChip, Toasts,
    Tone,
};

/// How many waiting commands are shown; the rest is counted.
const SHOWN: usize = 50;

/// A waiting command in words.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    waiting: Waiting,
    asked: Asked,
}

/// Reads what the waiting commands asked for, with names.
async fn rows(store: Store, waiting: Vec<Waiting>) -> Result<Vec<Row>, StoreError> {
    let entries: Vec<Entry> = store.queue().await?;
    let mut rows = Vec::new();
    for waiting in waiting {
        let Some(entry) = entries.iter().find(|entry| entry.envelope.seq == waiting.seq) else { continue };
        let envelope = &entry.envelope;
        let mut asked = Asked::new(&envelope.kind, envelope.kv, &envelope.args);
        if let Some(body) = &asked.body {
            asked.names = names_of(&store, body).await?;
        }
        rows.push(Row { waiting, asked });
    }
    Ok(rows)
}

/// What waits to be sent.
#[component]
pub fn QueueSection() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let queue = app.queue();
    let going = Memo::new(move |_| {
        let parked = |it: &Waiting| matches!(it.state, WaitState::Parked(_));
        queue.with(|queue| queue.iter().filter(|it| !parked(it)).cloned().collect::<Vec<_>>())
    });
    let found = live(move |store| rows(store, going.with(|all| all.iter().take(SHOWN).cloned().collect())));
    let count = move || {
        let count = going.with(Vec::len);
        if count == 0 { String::new() } else { count.to_string() }
    };
    let body = move || match found.get() {
        None => view! { <Skeleton cards=1/> }.into_any(),
        Some(rows) if rows.is_empty() => view! {
            <Empty
                title=move || t_string!(i18n, sync.queue.empty)
                note=move || t_string!(i18n, sync.queue.empty_note)
            />
        }
        .into_any(),
        Some(rows) => {
            let rows = rows.into_iter().map(|row| waiting_row(i18n, row)).collect_view();
            view! { <Card long=true>{rows}</Card> }.into_any()
        }
    };
    let more = Memo::new(move |_| going.with(Vec::len).saturating_sub(SHOWN));
    view! {
        <Section title=move || t_string!(i18n, sync.queue.title) count=count>
            {body}
            <Show when=move || { more.get() > 0 }>
                <p class="hint">
                    {move || t_string!(i18n, sync.queue.more, count = more.get().to_string())}
                </p>
            </Show>
        </Section>
    }
    .into_any()
}

fn waiting_row(i18n: I18n, row: Row) -> AnyView {
    let Row { waiting, asked } = row;
    let (state, doubtful, at) = (waiting.state, waiting.doubtful, waiting.at);
    let drawn = match (state, doubtful) {
        (WaitState::Sent, _) => ui::RecordState::Sending,
        (WaitState::Answered, _) => ui::RecordState::Synced,
        (_, true) => ui::RecordState::Conflict,
        _ => ui::RecordState::Pending,
    };
    let word = move || match (state, doubtful) {
        (WaitState::Sent, _) => t_string!(i18n, sync.queue.sent),
        (WaitState::Answered, _) => t_string!(i18n, sync.queue.answered),
        (_, true) => t_string!(i18n, sync.queue.doubtful),
        _ => t_string!(i18n, sync.queue.queued),
    };
    view! {
        <Cell
            attr:data-testid="queue-row"
            lead=glyph(&asked.kind)
            title=move || headline(i18n, &asked)
            note=move || moment(i18n, at)
        >
            <StateChip state=drawn label=word/>
        </Cell>
    }
    .into_any()
}

fn moment(i18n: I18n, at: Timestamp) -> String {
    format::moment_from(i18n, at, use_app().today().get())
}

/// Returns the drawing of a command's feature.
fn glyph(kind: &str) -> Glyph {
    match kind.split('.').next().unwrap_or_default() {
        "customers" => Glyph::Buildings,
        "visits" => Glyph::Pin,
        "quotes" | "pricing" => Glyph::Document,
        "approvals" | "authority" => Glyph::Shield,
        "opportunities" => Glyph::Funnel,
        "organisation" | "deputies" => Glyph::People,
        "inbox" => Glyph::ArrowBack,
        _ => Glyph::Note,
    }
}

/// What can't go out, each with why and what to do; nothing when there is none.
#[component]
pub fn ParkedSection() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let parked = Memo::new(move |_| {
        let queue = app.queue();
        queue.with(|queue| {
            let parked = queue.iter().filter(|it| matches!(it.state, WaitState::Parked(_)));
            parked.cloned().collect::<Vec<_>>()
        })
    });
    let found = live(move |store| rows(store, parked.get()));
    let section = move || {
        let rows = found.get().filter(|rows| !rows.is_empty())?;
        let count = rows.len().to_string();
        let cards = rows.into_iter().map(|row| view! { <ParkedCard row=row/> }).collect_view();
        Some(view! {
            <Section title=move || t_string!(i18n, sync.parked.title) count=count>{cards}</Section>
        })
    };
    section.into_any()
}

#[component]
fn ParkedCard(row: Row) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let toasts = Toasts::take();
    let seq = row.waiting.seq;
    let content = format!("{}\n{:#}", row.asked.kind, row.asked.args);
    let (shown, at) = (content.clone(), row.waiting.at);
    let asked = row.asked;
    let reason = row.waiting.state;
    let revealed = RwSignal::new(false);
    let why = move || match reason {
        WaitState::Parked(ParkReason::TooLarge) => t_string!(i18n, sync.parked.too_large),
        _ => t_string!(i18n, sync.parked.malformed),
    };
    let retry = move |()| {
        leptos::task::spawn_local(async move {
            if let Err(error) = app.retry(seq).await {
                toasts.warn(errors::store(i18n, &error));
            }
        });
    };
    let copy = move |()| {
        let content = content.clone();
        leptos::task::spawn_local(async move {
            if clipboard::copy(&content).await {
                toasts.show(t_string!(i18n, sync.parked.copied));
            } else {
                toasts.warn(t_string!(i18n, sync.parked.copy_failed));
                revealed.try_set(true);
            }
        });
    };
    view! {
        <article data-testid="parked-row">
            <Card pad=true gap=3>
                <h3 class="strong">{move || headline(i18n, &asked)}</h3>
                <div class="row">
                    <StateChip
                        state=ui::RecordState::Returned
                        label=move || crate::shell::record_word(i18n, RecordState::Parked)
                    />
                    <span class="tiny">{move || moment(i18n, at)}</span>
                </div>
                <Notice text=why tone=Tone::Warn icon=Glyph::Alert/>
                {move || revealed.get().then(|| {
                    let content = shown.clone();
                    view! { <Quoted label=move || t_string!(i18n, sync.parked.content)>{content}</Quoted> }
                })}
                <div class="row" data-gap="3">
                    <Button
                        small=true
                        label=move || t_string!(i18n, sync.parked.retry)
                        on_press=retry
                    />
                    <Button
                        small=true
                        kind=ButtonKind::Second
                        icon=Glyph::Copy
                        label=move || t_string!(i18n, sync.parked.copy)
                        on_press=copy
                    />
                </div>
            </Card>
        </article>
    }
    .into_any()
}
