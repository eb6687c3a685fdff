//! What was given in deals like one, in a sentence. Never looks for them: `leeway_core::spending` does.

use leeway_core::spending::Precedent;
use leptos::prelude::*;

use crate::i18n::{I18n, t_string, words};

/// Says what like deals were given: how many, the middle half and the middle, and how often they were won.
pub fn precedent(i18n: I18n, it: &Precedent) -> String {
    let [low, middle, high] = it.quartiles.map(|it| it.to_string());
    let (count, family) = (it.deals.to_string(), words::family(i18n, it.like.family));
    let band = t_string!(
        i18n,
        spending.precedent.band,
        count = count,
        family = family,
        low = low,
        high = high,
        middle = middle
    );
    let won = match it.win_rate {
        Some(rate) => t_string!(i18n, spending.precedent.won, rate = rate.to_string()),
        None => t_string!(i18n, spending.precedent.few).to_owned(),
    };
    format!("{band}{won}")
}

/// The sentence, or that there are too few like deals to tell.
#[component]
pub fn PrecedentLine(
    /// What was given in like deals, if there are enough.
    #[prop(into)]
    found: Signal<Option<Precedent>>,
) -> impl IntoView {
    let i18n = crate::i18n::use_i18n();
    let text = move || match found.get() {
        Some(it) => precedent(i18n, &it),
        None => t_string!(i18n, spending.precedent.none).to_owned(),
    };
    view! {
        <p class="small" data-testid="precedent">{text}</p>
    }
    .into_any()
}
