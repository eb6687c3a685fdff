//! Measures as fill · gap · stop: what is used is filled, what is left is the gap, the limit is a stop. Never computes
//! a verdict. Numbers are whole, in any unit that is the same for all of one meter (hundredths of a percent, say):
//! only their ratios are drawn, and no floating-point formatting gets into the program.

use leptos::prelude::*;

use super::icon::{Glyph, draw};
use super::tone::Tone;

/// What a meter says in its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeterState {
    /// Before the stop.
    Within,
    /// Past it: hatched.
    Over,
    /// The stop no longer holds: grey.
    Expired,
}

impl MeterState {
    const fn look(self) -> (&'static str, Glyph) {
        match self {
            Self::Within => ("within", Glyph::Shield),
            Self::Over => ("over", Glyph::HandStamp),
            Self::Expired => ("expired", Glyph::Clock),
        }
    }
}

/// A limit on the track, and its line in the legend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Where it is.
    pub at: u32,
    /// Whose it is.
    pub label: String,
    /// How much, in words.
    pub figure: String,
    /// The user's own: drawn as the stop.
    pub mine: bool,
}

/// A value against one's own limit and those of others.
#[component]
pub fn Meter(
    /// What is measured.
    #[prop(into)]
    label: Signal<String>,
    /// What its shape says.
    #[prop(into)]
    state: Signal<MeterState>,
    /// The value.
    #[prop(into)]
    value: Signal<u32>,
    /// One's own limit.
    #[prop(into)]
    limit: Signal<u32>,
    /// The end of the track; above every limit.
    #[prop(into)]
    max: Signal<u32>,
    /// The value and the limit in words, for screen readers.
    #[prop(into)]
    value_text: Signal<String>,
    /// The verdict in one word.
    #[prop(into)]
    verdict: Signal<String>,
    /// What is left or over, at the end of that line.
    #[prop(optional, into)]
    rest: Signal<String>,
    /// All limits, one's own among them.
    #[prop(optional, into)]
    tiers: Signal<Vec<Tier>>,
) -> impl IntoView {
    let end = move || max.get().max(1);
    let now = move || value.get().min(end());
    let marks = move || {
        let others = tiers.get().into_iter().filter(|it| !it.mine);
        others.map(|it| view! { <i class="tier" style:--at=it.at.min(end()).to_string()></i> }).collect_view()
    };
    view! {
        <div
            class="meter"
            role="group"
            aria-label=label
            data-state=move || state.get().look().0
            style:--v=move || now().to_string()
            style:--limit=move || limit.get().min(end()).to_string()
            style:--max=move || end().to_string()
        >
            <p class="verdict" aria-live="polite">
                <b>{move || draw(state.get().look().1, "i")} <span>{verdict}</span></b>
                <span class="fig">{rest}</span>
            </p>
            <div
                class="track"
                role="meter"
                aria-label=label
                aria-valuemin="0"
                aria-valuemax=move || end().to_string()
                aria-valuenow=move || now().to_string()
                aria-valuetext=value_text
            >
                <i class="used"></i>
                <i class="over"></i>
                {marks}
                <i class="stop"></i>
            </div>
            {move || legend(tiers.get())}
        </div>
    }
    .into_any()
}

fn legend(tiers: Vec<Tier>) -> Option<AnyView> {
    let line = |it: Tier| {
        view! {
            <li data-mine=it.mine.then_some("")>
                {it.label} " " <span class="fig">{it.figure}</span>
            </li>
        }
    };
    (!tiers.is_empty())
        .then(|| view! { <ul class="tiers">{tiers.into_iter().map(line).collect_view()}</ul> }.into_any())
}

/// How much of something is done, 0 to 100.
#[component]
pub fn Progress(
    /// What is measured.
    #[prop(into)]
    label: Signal<String>,
    /// How much, 0 to 100.
    #[prop(into)]
    value: Signal<u32>,
    /// The tone of the fill.
    #[prop(optional, into)]
    tone: Signal<Tone>,
) -> impl IntoView {
    let now = move || value.get().min(100).to_string();
    view! {
        <div
            class="bar"
            role="progressbar"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=now
            data-tone=move || tone.get().attr()
            style:--v=now
        ></div>
    }
    .into_any()
}
