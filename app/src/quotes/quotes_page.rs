//! All quotes, newest first, each with its stamp. Never changes one.

use leptos::prelude::*;

use super::queries;
use super::view_model::{Filter, Row, rows};
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{Acting, Paged, acting_tag, use_acting};
use crate::routes::Route;
use crate::shell::Frame;
use crate::ui::{Button, Cell, ChipsSingle, Choice, Empty, Glyph, Skeleton, Stamp, StampState, Tag, Tone};

/// All quotes of this user.
#[component]
pub fn QuotesPage() -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let (found, acting) = (live(queries::list), use_acting());
    let all = Memo::new(move |_| {
        found.with(|it| it.as_ref().map(|(quotes, customers)| rows(quotes, customers, today.get())))
    });
    let filter = RwSignal::new(Filter::All.key().to_owned());
    let shown = Memo::new(move |_| {
        let filter = Filter::read(&filter.get());
        let all = all.get().unwrap_or_default();
        all.into_iter().filter(|row| filter.shows(row)).collect::<Vec<_>>()
    });
    let new = Signal::stored(Route::NewQuote { customer: None, opportunity: None }.href());
    let dock = move || {
        view! {
            <Button
                attr:data-testid="primary"
                icon=Glyph::Plus
                label=move || t_string!(i18n, quotes.new)
                href=new
            />
        }
    };
    let options = move || Filter::ALL.map(|it| Choice::new(it.key(), filter_word(i18n, it))).to_vec();
    let nothing = Memo::new(move |_| shown.with(Vec::is_empty));
    let list = move || match (all.with(Option::is_none), nothing.get()) {
        (true, _) => view! { <Skeleton/> }.into_any(),
        (false, true) => view! {
            <Empty
                title=move || t_string!(i18n, quotes.empty)
                note=move || t_string!(i18n, quotes.empty_note)
            />
        }
        .into_any(),
        (false, false) => view! { <Paged items=shown row=move |it| row(i18n, it, acting)/> }.into_any(),
    };
    view! {
        <Frame title=move || t_string!(i18n, quotes.title) dock=dock gap=4>
            <ChipsSingle
                label=move || t_string!(i18n, quotes.filter.label)
                hide_label=true
                options=Signal::derive(options)
                value=filter
            />
            {list}
        </Frame>
    }
    .into_any()
}

fn filter_word(i18n: I18n, it: Filter) -> &'static str {
    match it {
        Filter::All => t_string!(i18n, quotes.filter.all),
        Filter::Open => t_string!(i18n, quotes.filter.open),
        Filter::Waiting => t_string!(i18n, quotes.filter.waiting),
        Filter::Binding => t_string!(i18n, quotes.filter.binding),
        Filter::Expired => t_string!(i18n, quotes.filter.expired),
    }
}

/// Returns the shape of a stamp.
pub fn stamp(standing: leeway_core::quotes::Standing) -> StampState {
    use leeway_core::quotes::Standing;
    match standing {
        Standing::Binding => StampState::Binding,
        Standing::Indicative => StampState::Indicative,
        Standing::Expired => StampState::Expired,
    }
}

fn row(i18n: I18n, it: Row, acting: Acting) -> AnyView {
    use leeway_core::quotes::QuoteState;
    let state = match it.state {
        QuoteState::Submitted { .. } => Some(Tone::Warn),
        QuoteState::Returned { .. } => Some(Tone::Danger),
        _ => None,
    };
    let state = state.map(|tone| {
        let it = it.state.clone();
        view! { <Tag tone=tone label=move || words::quote_state(i18n, &it)/> }
    });
    let (standing, effective) = (it.standing, it.effective);
    view! {
        <Cell
            attr:data-testid="quote-row"
            title=it.customer
            note=it.title
            figure=it.total.map(format::money).unwrap_or_default()
            top=true
            href=Signal::stored(Route::Quote(it.id).href())
        >
            <Stamp state=stamp(standing) label=move || words::standing(i18n, standing)/>
            {state}
            {acting_tag(i18n, acting, it.owner)}
            <span class="small fig">{move || format::discount(i18n, effective)}</span>
        </Cell>
    }
    .into_any()
}
