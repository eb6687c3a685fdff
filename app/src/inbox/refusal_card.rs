//! A command that was not accepted: what happened, why, what was typed, and a way to send it again.

use leeway_core::Entity;
use leeway_core::inbox::RefusalCard;
use leptos::prelude::*;

use super::put_away::PutAway;
use super::view_model::{Repair, repair};
use crate::app::use_app;
use crate::i18n::{I18n, format, refusals, t_string, use_i18n};
use crate::parts::asked::{Asked, headline, lines};
use crate::platform::clipboard;
use crate::ui::{Button, ButtonKind, Card, Glyph, Quoted, Sum, SumRow, Tag, Toasts, Tone, fresh_id};

/// The card.
#[component]
pub fn RefusalView(card: RefusalCard, asked: Asked, put_away: PutAway) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let id = fresh_id("card");
    let labelled_by = id.clone();
    let (key, at, reason) = (RefusalCard::key(card.id), card.at, card.reason.clone());
    let repair = repair(card.id, asked.body.as_ref());
    let asked = StoredValue::new(asked);
    let title = move || {
        let what = asked.with_value(|it| headline(i18n, it));
        t_string!(i18n, inbox.refusal.title, what = what)
    };
    view! {
        <article aria-labelledby=labelled_by data-testid="refusal-card">
            <Card pad=true gap=3>
                <p class="row">
                    <Tag
                        tone=Tone::Danger
                        icon=Glyph::ArrowBack
                        label=move || t_string!(i18n, inbox.refusal.tag)
                    />
                    <span class="tiny end">
                        {move || format::moment_from(i18n, at, app.today().get())}
                    </span>
                </p>
                <h2 id=id class="large">{title}</h2>
                <p>{move || refusals::sentence_of_data(i18n, &reason)}</p>
                <Typed asked=asked/>
                <div class="row" data-gap="3">
                    {repair_button(i18n, repair)}
                    <Button
                        attr:data-testid="drop"
                        kind=ButtonKind::Second
                        small=true
                        label=move || t_string!(i18n, inbox.refusal.drop)
                        on_press=move |()| put_away.put(key)
                    />
                    <CopyButton card=card/>
                </div>
            </Card>
        </article>
    }
    .into_any()
}

fn repair_button(i18n: I18n, repair: Repair) -> Option<AnyView> {
    let (edit, href) = match repair {
        Repair::Edit(href) => (true, href),
        Repair::Open(href) => (false, href),
        Repair::None => return None,
    };
    let label = move || match edit {
        true => t_string!(i18n, inbox.refusal.repair),
        false => t_string!(i18n, inbox.refusal.open),
    };
    Some(
        view! {
            <Button attr:data-testid="repair" small=true label=label href=Signal::stored(href)/>
        }
        .into_any(),
    )
}

/// What was typed, line by line.
#[component]
fn Typed(asked: StoredValue<Asked>) -> impl IntoView {
    let i18n = use_i18n();
    let rows = Signal::derive(move || {
        let lines = asked.with_value(|asked| lines(i18n, asked));
        lines.into_iter().map(|(label, value)| SumRow::new(label, value)).collect::<Vec<_>>()
    });
    let quoted = move || {
        (!rows.with(Vec::is_empty)).then(|| {
            view! {
                <Quoted label=move || t_string!(i18n, inbox.refusal.typed)>
                    <Sum rows=rows/>
                </Quoted>
            }
        })
    };
    quoted.into_any()
}

/// Copies all that was typed, in the form in which it travels: nothing is left out.
#[component]
fn CopyButton(card: RefusalCard) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = Toasts::take();
    let copy = move |()| {
        let text = format!("{}\n{:#}", card.kind, card.args);
        leptos::task::spawn_local(async move {
            let said = match clipboard::copy(&text).await {
                true => t_string!(i18n, inbox.refusal.copied),
                false => t_string!(i18n, inbox.refusal.copy_failed),
            };
            toasts.show(said);
        });
    };
    view! {
        <Button
            kind=ButtonKind::Quiet
            small=true
            icon=Glyph::Copy
            icon_only=true
            label=move || t_string!(i18n, inbox.refusal.copy)
            on_press=copy
        />
    }
    .into_any()
}
