//! The bottom of a quote: what it is worth now, and the one thing to do next. The button is never grey: it says what
//! is missing and leads there.

use leeway_core::Body;
use leeway_core::authority::Level;
use leeway_core::quotes::{Asks, QuoteState, Standing, Withdraw, Write};
use leptos::prelude::*;

use super::desk::Desk;
use super::quotes_page::stamp;
use super::view_model::{Primary, primary};
use super::wording;
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::platform::clock;
use crate::routes::Route;
use crate::ui::{Button, ButtonKind, Glyph, Stamp};

/// The stamp, and what follows from it.
#[component]
pub fn Consequence(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let standing = Memo::new(move |_| desk.with(|view| view.quote.standing(today.get())));
    let next = primary_of(desk);
    let line = move || match (standing.get(), desk.with(|view| view.quote.state.clone())) {
        (Some(Standing::Expired), _) => t_string!(i18n, quotes.worth.expired).to_owned(),
        (_, Some(QuoteState::Submitted { .. })) => t_string!(i18n, quotes.worth.submitted).to_owned(),
        (Some(Standing::Binding), _) => {
            let day = desk.with(|view| view.quote.content.valid_until);
            let day = day.map(|day| format::day_from(i18n, day, today.get())).unwrap_or_default();
            t_string!(i18n, quotes.worth.binding, day = day)
        }
        _ => match next.get() {
            Some(Primary::Sign) => t_string!(i18n, quotes.worth.sign).to_owned(),
            Some(Primary::Submit(_)) => t_string!(i18n, quotes.worth.submit).to_owned(),
            _ => t_string!(i18n, quotes.worth.draft).to_owned(),
        },
    };
    let seal = move || {
        standing.get().map(|standing| {
            view! {
                <Stamp
                    attr:data-testid="standing"
                    state=stamp(standing)
                    label=move || words::standing(i18n, standing)
                />
            }
        })
    };
    view! {
        {seal}
        <span class="small">{line}</span>
    }
    .into_any()
}

/// Decides what the button does, and follows the quote.
fn primary_of(desk: Desk) -> Memo<Option<Primary>> {
    let today = use_app().today();
    Memo::new(move |_| {
        desk.with(|view| match primary(&view.quote, view.book.as_ref(), &view.judges, today.get()) {
            // the notice above says why
            Primary::Sign if matches!(view.may_bind(clock::now()), Some(Err(_))) => {
                Primary::Submit(Level::UnitHead)
            }
            next => next,
        })
    })
}

/// The button.
#[component]
pub fn Actions(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let next = primary_of(desk);
    let button = move || match next.get() {
        None => ().into_any(),
        Some(Primary::Copy) => final_actions(i18n, desk),
        Some(Primary::Withdraw) => withdraw(i18n, desk),
        Some(next) => {
            let label = {
                let next = next.clone();
                move || label(i18n, desk, &next)
            };
            let press = move |()| press(desk, &next);
            view! { <Button attr:data-testid="primary" label=label on_press=press/> }.into_any()
        }
    };
    button.into_any()
}

fn label(i18n: I18n, desk: Desk, next: &Primary) -> String {
    match next {
        Primary::AddProduct => t_string!(i18n, quotes.act.add).to_owned(),
        Primary::MoveBook => t_string!(i18n, quotes.act.move_book).to_owned(),
        Primary::Reprice => t_string!(i18n, quotes.act.reprice).to_owned(),
        Primary::NoBook => t_string!(i18n, quotes.act.no_book).to_owned(),
        Primary::NoLimits => t_string!(i18n, quotes.act.no_limits).to_owned(),
        Primary::Extend => t_string!(i18n, quotes.act.extend).to_owned(),
        Primary::Sign => t_string!(i18n, quotes.act.sign).to_owned(),
        Primary::Submit(level) => {
            desk.with(|view| wording::asked(i18n, &view.judges, *level)).unwrap_or_default()
        }
        Primary::FixFloor { product, short_by, .. } => {
            let short_by = format::money(*short_by);
            t_string!(i18n, quotes.act.fix_floor, product = product.clone(), money = short_by)
        }
        Primary::FixBeyond(_) => t_string!(i18n, quotes.act.fix_beyond).to_owned(),
        Primary::FixSize(_) => t_string!(i18n, quotes.act.fix_size).to_owned(),
        Primary::Withdraw | Primary::Copy => String::new(),
    }
}

fn press(desk: Desk, next: &Primary) {
    match next {
        Primary::AddProduct => desk.picking.set(true),
        Primary::MoveBook | Primary::Reprice => desk.reprice(),
        Primary::Extend => desk.terms.set(true),
        Primary::Sign => desk.ask(Asks::Binding),
        Primary::Submit(_) => desk.ask(Asks::Approval),
        Primary::FixFloor { line, .. } | Primary::FixBeyond(line) | Primary::FixSize(line) => {
            let line = desk.look(|view| view.quote.content.lines.iter().find(|it| it.id == *line).cloned());
            if let Some(Some(line)) = line {
                desk.edit(&line);
            }
        }
        // these need the network once: the label says so, the sync page shows how it fares
        Primary::NoBook | Primary::NoLimits => desk.sync_now(),
        Primary::Withdraw | Primary::Copy => {}
    }
}

/// What follows from a quote that is final: the customer gets the paper; of one that is over, a new one is made.
fn final_actions(i18n: I18n, desk: Desk) -> AnyView {
    let today = use_app().today();
    let is_binding = Memo::new(move |_| {
        desk.with(|view| view.quote.standing(today.get()) == Standing::Binding) == Some(true)
    });
    let paper = Signal::stored(Route::Paper(desk.id).href());
    let actions = move || match is_binding.get() {
        false => copy_link(i18n, desk, ButtonKind::Primary),
        true => view! {
            {copy_link(i18n, desk, ButtonKind::Second)}
            <Button
                attr:data-testid="paper"
                icon=Glyph::Document
                label=move || t_string!(i18n, quotes.paper.title)
                href=paper
            />
        }
        .into_any(),
    };
    actions.into_any()
}

fn copy_link(i18n: I18n, desk: Desk, kind: ButtonKind) -> AnyView {
    let href = Signal::stored(Route::CopyQuote(desk.id).href());
    view! {
        <Button
            attr:data-testid="primary"
            kind=kind
            icon=Glyph::Copy
            label=move || t_string!(i18n, quotes.act.copy)
            href=href
        />
    }
    .into_any()
}

fn withdraw(i18n: I18n, desk: Desk) -> AnyView {
    let take_back = move |()| {
        let it = Withdraw { quote: desk.id };
        desk.writer.put(String::new(), None, None, move |_| Body::Quotes(Write::Withdraw(it)));
    };
    view! {
        <Button
            attr:data-testid="withdraw"
            kind=ButtonKind::Second
            icon=Glyph::Undo
            label=move || t_string!(i18n, quotes.act.withdraw)
            on_press=take_back
        />
    }
    .into_any()
}
