//! What is given on the whole of an open quote: a discount behind those of the lines, and months that are not charged,
//! with the meter and the total at every key. Never touches a line.

use leeway_core::Body;
use leeway_core::quotes::{Content, Write};
use leptos::prelude::*;

use super::desk::Desk;
use super::meter_view::MeterView;
use super::view_model::{GivenGap, TypedGiven};
use super::wording;
use crate::drafts::use_draft;
use crate::i18n::{format, t_string};
use crate::ui::{Button, ChipsSingle, Choice, NumberInput, Sheet};

/// The numbers of free months that are one tap away.
const MONTHS: [&str; 5] = ["", "1", "2", "3", "6"];

/// The sheet with the discount on the whole and the free months.
#[component]
pub fn GivenSheet(desk: Desk) -> impl IntoView {
    let i18n = desk.i18n;
    view! {
        <Sheet
            open=desk.giving
            title=move || t_string!(i18n, quotes.given.title)
            close_label=move || t_string!(i18n, shell.close)
        >
            <Form desk=desk/>
        </Sheet>
    }
    .into_any()
}

/// Returns the content as the sheet opens: with what was refused, or as it is.
fn refused(desk: Desk, content: &Content) -> Content {
    match untrack(|| desk.resend.body()) {
        Some(Body::Quotes(Write::SetTerms(it))) => Content {
            overall: it.overall.unwrap_or(content.overall),
            free_months: it.free_months.unwrap_or(content.free_months),
            ..content.clone()
        },
        _ => content.clone(),
    }
}

#[component]
fn Form(desk: Desk) -> impl IntoView {
    let i18n = desk.i18n;
    let draft = use_draft("quote-given", desk.id);
    let first = desk.look(|view| TypedGiven::of(&refused(desk, &view.quote.content))).unwrap_or_default();
    let overall = draft.field("overall", first.overall);
    let free_months = draft.field("free_months", first.free_months);
    let read = Memo::new(move |_| {
        let typed = TypedGiven { overall: overall.get(), free_months: free_months.get() };
        desk.with(|view| typed.on(&view.quote.content, &view.judges))
    });
    let good = Memo::new(move |_| read.get().and_then(Result::ok));
    let gap = move || read.get().and_then(Result::err);
    let error = move |mine: fn(GivenGap) -> bool| {
        Signal::derive(move || {
            gap().filter(|it| mine(*it)).map(|it| wording::given_gap(i18n, it)).unwrap_or_default()
        })
    };
    let months = move || {
        let label = |it: &str| match it {
            "" => t_string!(i18n, quotes.given.no_months).to_owned(),
            months => t_string!(i18n, quotes.given.months_chip, months = months.to_owned()),
        };
        MONTHS.map(|it| Choice::new(it, label(it))).to_vec()
    };
    let submit = move |()| {
        let Some(given) = good.get_untracked() else { return };
        let Some(write) = desk.set_terms(|it| {
            (it.overall, it.free_months) = (Some(given.overall), Some(given.free_months));
        }) else {
            return;
        };
        let written = desk.writer.write(Body::Quotes(write), Some(draft));
        leptos::task::spawn_local(async move {
            if written.await.is_ok() {
                desk.giving.try_set(false);
                desk.resend.done(desk.writer);
            }
        });
    };
    let meter = Signal::derive(move || good.with(|it| it.as_ref().and_then(|it| it.meter.clone())));
    let judges = Signal::derive(move || desk.with(|view| view.judges.clone()));
    let whole = move || {
        good.get().map(|it| {
            let (effective, total) = (it.totals.effective, format::money(it.totals.total));
            view! {
                <div class="row" data-align="base">
                    <span class="small grow">
                        {move || t_string!(i18n, quotes.pad.whole, discount = format::discount(i18n, effective))}
                    </span>
                    <span class="fig" data-size="m" data-testid="given-total">{total}</span>
                </div>
            }
        })
    };
    let failed = desk.writer.error();
    view! {
        <NumberInput
            label=move || t_string!(i18n, quotes.given.overall)
            hint=move || t_string!(i18n, quotes.given.overall_hint)
            name="overall"
            unit=move || "%"
            value=overall
            error=error(|it| matches!(it, GivenGap::Overall(_) | GivenGap::TooLarge))
        />
        <ChipsSingle
            label=move || t_string!(i18n, quotes.given.months)
            hint=move || t_string!(i18n, quotes.given.months_hint)
            options=Signal::derive(months)
            value=free_months
            error=error(|it| matches!(it, GivenGap::FreeMonths { .. }))
        />
        <Show when=move || meter.with(Option::is_some)>
            <div data-testid="meter">
                <MeterView meter=meter judges=judges/>
            </div>
        </Show>
        {whole}
        <p class="err" role="status">{failed}</p>
        <Button
            attr:data-testid="save-given"
            label=move || t_string!(i18n, quotes.given.save)
            on_press=submit
        />
    }
    .into_any()
}
