//! What happened to a quote and what follows: above everything else on its page. Never offers what the button at
//! the bottom does.

use leeway_core::proof::{Allowance, Barrier, Verdict};
use leeway_core::quotes::{Flag, QuoteState};
use leeway_core::values::Timestamp;
use leptos::prelude::*;

use super::desk::Desk;
use super::view_model::is_over;
use super::wording;
use crate::app::use_app;
use crate::i18n::{I18n, Locale, format, t_string, use_i18n, words};
use crate::parts::RequestTrack;
use crate::platform::clock;
use crate::ui::{Button, ButtonKind, Glyph, Notice, Quoted, Tone};

/// One notice for each fact.
#[component]
pub fn StateNotices(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let state = Memo::new(move |_| desk.with(|view| view.quote.state.clone()));
    let who = Memo::new(move |_| {
        desk.with(|view| view.waits_for.as_ref().map(|post| wording::deciders(i18n, post))).flatten()
    });
    let fact = move || state.get().and_then(|state| fact(i18n, state, who.get()));
    let flags = Memo::new(move |_| desk.with(|view| view.quote.flags.clone()).unwrap_or_default());
    let over = Memo::new(move |_| {
        desk.with(|view| {
            let over = view.book.as_ref().filter(|book| is_over(book, today.get()))?;
            view.quote
                .is_open()
                .then(|| (over.name.clone(), view.judges.current.as_ref().map(|it| it.name.clone())))
        })
        .flatten()
    });
    let book = move || {
        over.get().map(|(old, new)| {
            let text = move || match &new {
                Some(new) => t_string!(i18n, quotes.book.over, old = old.clone(), new = new.clone()),
                None => t_string!(i18n, quotes.book.none, old = old.clone()),
            };
            view! { <Notice text=text tone=Tone::Warn icon=Glyph::Alert/> }
        })
    };
    let agreement = Memo::new(move |_| {
        desk.with(|view| {
            let open = view.quote.is_open().then_some(&view.quote.content)?;
            view.judges.over(open, today.get()).map(str::to_owned)
        })
        .flatten()
    });
    let agreement = move || {
        agreement.get().map(|number| {
            let text = move || t_string!(i18n, quotes.agreed.over, number = number.clone());
            view! { <Notice text=text tone=Tone::Warn icon=Glyph::Alert/> }
        })
    };
    let better = Memo::new(move |_| desk.has_better_prices());
    let request = Memo::new(move |_| {
        state.with(|state| match state {
            Some(QuoteState::Submitted { case, .. } | QuoteState::Approved { case, .. }) => Some(*case),
            Some(QuoteState::Returned { case, .. }) => Some(*case),
            _ => None,
        })
    });
    let judged = Memo::new(move |_| {
        desk.with(|view| view.quote.proof.as_ref().map(|proof| proof.judged.clone())).flatten()
    });
    let seen = Memo::new(move |_| {
        desk.with(|view| view.quote.proof.as_ref().and_then(|proof| proof.witnessed_at)).flatten()
    });
    let powers = Memo::new(move |_| {
        desk.with(|view| view.may_bind(clock::now()).filter(|_| view.quote.is_open())).flatten()
    });
    view! {
        {fact}
        {move || request.get().map(|id| view! { <RequestTrack id=id/> })}
        {move || judged.get().map(|it| found(i18n, it))}
        {move || seen.get().map(|at| witnessed(i18n, at))}
        {move || powers.get().map(|it| power(i18n, it))}
        {move || flags.get().into_iter().map(|it| flag(i18n, it)).collect_view()}
        {book}
        {agreement}
        <Show when=move || better.get()>
            <Notice text=move || t_string!(i18n, quotes.agreed.better) tone=Tone::Accent icon=Glyph::Info>
                <Button
                    attr:data-testid="reprice"
                    kind=ButtonKind::Quiet
                    small=true
                    label=move || t_string!(i18n, quotes.act.reprice)
                    on_press=move |()| desk.reprice()
                />
            </Notice>
        </Show>
    }
    .into_any()
}

fn flag(i18n: I18n, it: Flag) -> AnyView {
    view! { <Notice text=move || wording::flag(i18n, it) tone=Tone::Accent icon=Glyph::Info/> }.into_any()
}

fn fact(i18n: I18n, state: QuoteState, who: Option<String>) -> Option<AnyView> {
    match state {
        QuoteState::Draft => None,
        QuoteState::Submitted { at, .. } => {
            let text = move || {
                let at = format::date_time(i18n, at);
                match who.clone() {
                    Some(who) => t_string!(i18n, quotes.fact.submitted, who = who, at = at),
                    None => t_string!(i18n, quotes.fact.submitted_post, at = at),
                }
            };
            Some(view! { <Notice text=text tone=Tone::Warn icon=Glyph::HandStamp/> }.into_any())
        }
        QuoteState::Binding { at } => {
            let text = move || t_string!(i18n, quotes.fact.binding, at = format::date_time(i18n, at));
            Some(view! { <Notice text=text tone=Tone::Ok icon=Glyph::Check/> }.into_any())
        }
        QuoteState::Approved { by_name, at, .. } => {
            let text = move || {
                let at = format::date_time(i18n, at);
                t_string!(i18n, quotes.fact.approved, who = by_name.clone(), at = at)
            };
            Some(view! { <Notice text=text tone=Tone::Ok icon=Glyph::Check/> }.into_any())
        }
        QuoteState::Returned { by_name, at, missing, .. } => {
            let text = move || {
                let at = format::date_time(i18n, at);
                t_string!(i18n, quotes.fact.returned, who = by_name.clone(), at = at)
            };
            Some(
                view! {
                    <Notice text=text tone=Tone::Warn icon=Glyph::ArrowBack>
                        <Quoted label=move || t_string!(i18n, quotes.fact.missing)>{missing}</Quoted>
                    </Notice>
                }
                .into_any(),
            )
        }
    }
}

/// What was found when the quote reached the server.
fn found(i18n: I18n, it: Verdict) -> AnyView {
    let tone = if it.is_confirmed() { Tone::Accent } else { Tone::Warn };
    let lines = words::found(Locale::zh_CN, &it).len();
    let line = move |at: usize| {
        let it = it.clone();
        let text = move || words::found(i18n, &it).into_iter().nth(at).unwrap_or_default();
        view! { <Notice text=text tone=tone icon=Glyph::Shield/> }
    };
    (0..lines).map(line).collect_view().into_any()
}

/// That the customer had it checked before it reached the server.
fn witnessed(i18n: I18n, at: Timestamp) -> AnyView {
    let text = move || t_string!(i18n, quotes.found.witnessed, at = format::date_time(i18n, at));
    view! { <Notice text=text tone=Tone::Accent icon=Glyph::Shield/> }.into_any()
}

/// Whether this device may make it binding now, and until when.
fn power(i18n: I18n, it: Result<Allowance, Barrier>) -> AnyView {
    let tone = if it.is_ok_and(|it| !it.is_soft) { Tone::Accent } else { Tone::Warn };
    view! {
        <Notice
            attr:data-testid="power"
            text=move || wording::power(i18n, &it)
            tone=tone
            icon=Glyph::Shield
        />
    }
    .into_any()
}
