//! The authority meter: how much is used in the tightest family, whose limits lie where, what is left. Never computes
//! the room itself.

use leeway_core::authority::{self, Level};
use leptos::prelude::*;

use super::view_model::{Judges, track};
use super::wording;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::ui::{Meter, MeterState, Tier};

/// The meter of a quote, or of what a quote would be.
#[component]
pub fn MeterView(
    /// What it shows; nothing while there is none.
    #[prop(into)]
    meter: Signal<Option<authority::Meter>>,
    /// Whose limits they are.
    #[prop(into)]
    judges: Signal<Option<Judges>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let drawn = Memo::new(move |_| {
        meter.with(|it| it.as_ref().map(|it| track(it.asked, it.mine, it.approver))).unwrap_or_default()
    });
    let over = move || {
        let level = meter.with(|it| it.as_ref().map(|it| it.verdict.level));
        if level == Some(Level::Own) { MeterState::Within } else { MeterState::Over }
    };
    let said = move |say: fn(I18n, &authority::Meter) -> String| {
        move || meter.with(|it| it.as_ref().map(|it| say(i18n, it))).unwrap_or_default()
    };
    let tiers = move || match (meter.get(), judges.get()) {
        (Some(meter), Some(judges)) => tiers(i18n, &meter, &judges),
        _ => Vec::new(),
    };
    view! {
        <Meter
            label=said(label)
            state=Signal::derive(over)
            value=Signal::derive(move || drawn.get().0)
            limit=Signal::derive(move || drawn.get().1)
            max=Signal::derive(move || drawn.get().2)
            value_text=said(value_text)
            verdict=said(|i18n, it| wording::verdict(i18n, &it.verdict).to_owned())
            rest=said(wording::rest)
            tiers=Signal::derive(tiers)
        />
    }
    .into_any()
}

fn label(i18n: I18n, it: &authority::Meter) -> String {
    t_string!(i18n, quotes.meter.label, family = words::family(i18n, it.family))
}

fn value_text(i18n: I18n, it: &authority::Meter) -> String {
    let asked = format::discount(i18n, it.asked);
    t_string!(i18n, quotes.meter.value, asked = asked, limit = it.mine.to_string())
}

fn tiers(i18n: I18n, it: &authority::Meter, judges: &Judges) -> Vec<Tier> {
    let tier = |level: Level, at: leeway_core::values::Percent| {
        let post = match level {
            Level::UnitHead => judges.head.as_ref(),
            Level::Approver => judges.approver.as_ref(),
            Level::Own | Level::Nobody => None,
        };
        Tier {
            at: at.bp(),
            label: wording::whose(i18n, post, level),
            figure: at.to_string(),
            mine: level == Level::Own,
        }
    };
    vec![tier(Level::Own, it.mine), tier(Level::UnitHead, it.unit_head), tier(Level::Approver, it.approver)]
}
