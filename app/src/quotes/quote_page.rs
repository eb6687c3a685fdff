//! One quote: what it comes to, how much room is used, the lines, the sums, the terms. An open one is edited here; a
//! final one only read.

use leeway_core::Body;
use leeway_core::Entity;
use leeway_core::quotes::{Quote, Write, totals};
use leeway_core::values::{QuoteId, capitals};
use leptos::prelude::*;

use super::because_sheet::BecauseSheet;
use super::desk::{Desk, OFF};
use super::dock::{Actions, Consequence};
use super::given_sheet::GivenSheet;
use super::judgement::Judgement;
use super::keypad_sheet::KeypadSheet;
use super::lines::{Lines, Sums, TermsCard};
use super::more::MoreSheet;
use super::product_sheet::ProductSheet;
use super::queries::{self, QuoteView};
use super::state_notices::StateNotices;
use super::terms_sheet::TermsSheet;
use super::versions::Versions;
use super::view_model::TypedLine;
use crate::app::use_app;
use crate::i18n::{format, t_string, use_i18n};
use crate::live::live;
use crate::parts::{Failed, ResendNotice};
use crate::platform::clock;
use crate::routes::{Route, use_id};
use crate::shell::{Frame, Later, NotFoundPage, Piece, RecordChip, loaded};
use crate::ui::{Card, Glyph, IconButton};

/// The page of one quote.
#[component]
pub fn QuotePage() -> impl IntoView {
    let id = use_id::<QuoteId>("id");
    let page = move || match id.get() {
        Some(id) => view! { <Screen id=id/> }.into_any(),
        None => view! { <NotFoundPage/> }.into_any(),
    };
    page.into_any()
}

#[component]
fn Screen(id: QuoteId) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let record = live(move |store| {
        let (me, today) = (app.me().get().map(|me| me.user), app.today().get());
        async move {
            match me {
                Some(me) => queries::quote(store, id, me, (today, clock::now())).await,
                None => Ok(None),
            }
        }
    });
    let desk = Desk::new(id, record);
    let more = RwSignal::new(false);
    Effect::new(move |done: Option<bool>| done == Some(true) || desk.open_unfinished());
    open_what_was_refused(desk);
    let title = move || {
        desk.with(|view| view.quote.content.title.clone())
            .unwrap_or_else(|| t_string!(i18n, quotes.one).to_owned())
    };
    let subtitle = move || {
        desk.with(|view| view.customer.as_ref().map(|it| it.name.value.clone())).flatten().unwrap_or_default()
    };
    let corner = move || {
        view! {
            <IconButton
                label=move || t_string!(i18n, quotes.more.title)
                icon=Glyph::More
                on_press=move |()| more.set(true)
            />
        }
    };
    let body = move |_: Signal<QuoteView, LocalStorage>| {
        view! { <Parts desk=desk/> <MoreSheet desk=desk open=more/> }.into_any()
    };
    view! {
        <Frame
            title=title
            subtitle=subtitle
            back=Route::Quotes
            corner=corner
            dock=move || view! { <Actions desk=desk/> }
            dock_note=move || view! { <Consequence desk=desk/> }
            gap=4
        >
            <ResendNotice resend=desk.resend/>
            {loaded(record, body)}
        </Frame>
    }
    .into_any()
}

/// Opens the keypad or the terms with what a refused command said, once the card and the quote have been read.
fn open_what_was_refused(desk: Desk) {
    Effect::new(move |done: Option<bool>| {
        if done == Some(true) {
            return true;
        }
        match (desk.resend.body(), desk.with(|view| view.quote.is_open())) {
            (Some(Body::Quotes(Write::PutLine(put))), Some(true)) => {
                desk.target.set(OFF.to_owned());
                desk.open(TypedLine {
                    line: put.line.line,
                    product: put.line.product,
                    quantity: put.line.quantity.to_string(),
                    off: put.line.off.to_string().trim_end_matches('%').to_owned(),
                    gift: put.line.gift,
                });
                true
            }
            (Some(Body::Quotes(Write::SetTerms(it))), Some(true)) if it.overall.is_some() => {
                desk.giving.set(true);
                true
            }
            (Some(Body::Quotes(Write::SetTerms(_))), Some(true)) => {
                desk.terms.set(true);
                true
            }
            (Some(_), Some(_)) => true,
            _ => false,
        }
    });
}

#[component]
fn Parts(desk: Desk) -> impl IntoView {
    view! {
        <Failed writer=desk.writer/>
        <StateNotices desk=desk/>
        <Total desk=desk/>
        <Piece>
            <Judgement desk=desk/>
        </Piece>
        <Piece>
            <Lines desk=desk/>
        </Piece>
        <Later>
            <Sums desk=desk/>
            <Versions desk=desk/>
            <TermsCard desk=desk/>
        </Later>
        <ProductSheet desk=desk/>
        <KeypadSheet desk=desk/>
        <TermsSheet desk=desk/>
        <GivenSheet desk=desk/>
        <BecauseSheet desk=desk/>
    }
    .into_any()
}

/// What it comes to, in figures and in capitals.
#[component]
fn Total(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let total = Memo::new(move |_| {
        desk.with(|view| {
            let content = &view.quote.content;
            totals(content).ok().map(|sums| (sums.total, content.months))
        })
        .flatten()
    });
    let head = move || {
        let months = total.get().map(|(_, months)| months.to_string()).unwrap_or_default();
        t_string!(i18n, quotes.total, months = months)
    };
    let figure = move || match total.get() {
        Some((total, _)) => format::money(total),
        None => t_string!(i18n, quotes.too_large).to_owned(),
    };
    let words = move || total.get().map(|(total, _)| capitals(total)).unwrap_or_default();
    view! {
        <Card pad=true gap=2 label=move || t_string!(i18n, quotes.sum.total)>
            <div class="row">
                <span class="small grow">{head}</span>
                <RecordChip key=Quote::key(desk.id)/>
            </div>
            <p class="fig" data-size="l" data-testid="quote-total">{figure}</p>
            <p class="small" lang="zh-CN">{words}</p>
        </Card>
    }
    .into_any()
}
