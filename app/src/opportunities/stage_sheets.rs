//! Any stage, by one tap; and why it was lost, which a lost one always says. Never judges a move.

use leeway_core::Body;
use leeway_core::opportunities::{Stage, Write};
use leptos::prelude::*;

use super::desk::Desk;
use crate::drafts::use_draft;
use crate::i18n::{I18n, t_string, use_i18n, words};
use crate::ui::{Button, Cell, ChipButton, Glyph, Sheet, TextArea, Tone};

/// The sheet with all stages.
#[component]
pub fn StageSheet(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Sheet
            open=desk.staging
            title=move || t_string!(i18n, opportunities.act.stages)
            close_label=move || t_string!(i18n, shell.close)
        >
            {move || stage_cells(i18n, desk)}
        </Sheet>
    }
    .into_any()
}

fn stage_cells(i18n: I18n, desk: Desk) -> Vec<AnyView> {
    let now = desk.with(|view| view.deal.stage);
    let cell = move |stage: Stage| {
        let here = now == Some(stage);
        let (lead, tone) = match stage {
            Stage::Won => (Glyph::Check, Tone::Ok),
            Stage::Lost => (Glyph::Close, Tone::Danger),
            _ => (Glyph::Funnel, Tone::Plain),
        };
        let title = move || words::stage(i18n, stage);
        let note = move || match here {
            true => t_string!(i18n, opportunities.here).to_owned(),
            false => t_string!(i18n, opportunities.likely, percent = stage.probability().to_string()),
        };
        let choose = move |()| {
            desk.staging.set(false);
            desk.move_to(stage);
        };
        match here {
            true => view! { <Cell title=title note=note lead=lead tone=tone/> }.into_any(),
            false => view! {
                <Cell
                    attr:data-testid="stage"
                    title=title
                    note=note
                    lead=lead
                    tone=tone
                    on_press=choose
                />
            }
            .into_any(),
        }
    };
    Stage::ALL.map(cell).into()
}

/// The sheet that asks why it was lost.
#[component]
pub fn LostSheet(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Sheet
            open=desk.losing
            title=move || t_string!(i18n, opportunities.lost.title)
            close_label=move || t_string!(i18n, shell.close)
        >
            <LostForm desk=desk/>
        </Sheet>
    }
    .into_any()
}

#[component]
fn LostForm(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let draft = use_draft("opportunity-lost", desk.id);
    let refused = match untrack(|| desk.resend.body()) {
        Some(Body::Opportunities(Write::MoveStage(it))) => it.reason.unwrap_or_default(),
        _ => String::new(),
    };
    let reason = draft.field("reason", refused);
    let asked = RwSignal::new(false);
    let error = move || match asked.get() && reason.with(|it| it.trim().is_empty()) {
        true => t_string!(i18n, opportunities.lost.needed),
        false => "",
    };
    let common: [fn(I18n) -> &'static str; 4] = [
        |i18n| t_string!(i18n, opportunities.lost.price),
        |i18n| t_string!(i18n, opportunities.lost.rival),
        |i18n| t_string!(i18n, opportunities.lost.budget),
        |i18n| t_string!(i18n, opportunities.lost.need),
    ];
    let chip = move |word: fn(I18n) -> &'static str| {
        view! {
            <ChipButton label=move || word(i18n) on_press=move |()| reason.set(word(i18n).to_owned())/>
        }
        .into_any()
    };
    let failed = desk.writer.error();
    let submit = move |()| {
        asked.set(true);
        let why = reason.with_untracked(|it| it.trim().to_owned());
        if !why.is_empty() {
            desk.send_move(Stage::Lost, Some(why), Some(draft));
        }
    };
    view! {
        <div class="chips" role="group" aria-label=move || t_string!(i18n, opportunities.lost.common)>
            {common.map(chip)}
        </div>
        <TextArea
            label=move || t_string!(i18n, opportunities.lost.label)
            name="reason"
            value=reason
            rows=2
            required=true
            error=error
        />
        <p class="err" role="status">{failed}</p>
        <Button
            attr:data-testid="lose"
            label=move || t_string!(i18n, opportunities.lost.submit)
            on_press=submit
        />
    }
    .into_any()
}
