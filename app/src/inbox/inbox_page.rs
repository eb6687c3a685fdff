//! All cards, newest first. Every card is its own decision; there is no button for all of them.

use leeway_core::Entity;
use leeway_core::inbox::{ClashCard, RefusalCard};
use leeway_core::record::Key;
use leeway_core::values::CommandId;
use leptos::prelude::*;

use super::clash_card::ClashView;
use super::put_away::use_put_away;
use super::queries::{self, Card};
use super::refusal_card::RefusalView;
use crate::i18n::{t_string, use_i18n};
use crate::live::live;
use crate::routes::Route;
use crate::shell::Frame;
use crate::ui::{Button, ButtonKind, Empty, Skeleton};

/// Names a card as it is shown: one whose record was written meanwhile is drawn anew, on what stands now.
fn shown_as(card: &Card) -> (Key, Option<CommandId>) {
    let stands = match card {
        Card::Refusal(..) => None,
        Card::Clash(card, subject, _) => subject.as_ref().and_then(|it| it.write(&card.field)),
    };
    (key(card), stands)
}

fn key(card: &Card) -> Key {
    match card {
        Card::Refusal(card, _) => RefusalCard::key(card.id),
        Card::Clash(card, ..) => ClashCard::key(card.id),
    }
}

/// The inbox.
#[component]
pub fn InboxPage() -> impl IntoView {
    let i18n = use_i18n();
    let put_away = use_put_away();
    let all = live(queries::cards);
    let shown = Signal::derive_local(move || {
        all.get().map(|cards| cards.into_iter().filter(|card| !put_away.hides(key(card))).collect::<Vec<_>>())
    });
    let count = Memo::new(move |_| shown.with(|cards| cards.as_ref().map(Vec::len)));
    let subtitle = move || match count.get() {
        None | Some(0) => String::new(),
        Some(count) => t_string!(i18n, inbox.subtitle, count = count.to_string()),
    };
    let body = move || match count.get() {
        None => view! { <Skeleton cards=2/> }.into_any(),
        Some(0) => view! {
            <Empty
                title=move || t_string!(i18n, inbox.empty)
                note=move || t_string!(i18n, inbox.empty_note)
            >
                <Button
                    kind=ButtonKind::Second
                    small=true
                    label=move || t_string!(i18n, inbox.back_today)
                    href=Signal::stored(Route::Today.href())
                />
            </Empty>
        }
        .into_any(),
        Some(_) => view! {
            <For each=move || shown.get().unwrap_or_default() key=shown_as let(card)>
                {match card {
                    Card::Refusal(card, asked) => {
                        view! { <RefusalView card=card asked=*asked put_away=put_away/> }.into_any()
                    }
                    Card::Clash(card, subject, names) => view! {
                        <ClashView
                            card=card
                            subject=subject.map(|it| *it)
                            names=names
                            put_away=put_away
                        />
                    }
                    .into_any(),
                }}
            </For>
        }
        .into_any(),
    };
    view! {
        <Frame
            title=move || t_string!(i18n, inbox.title)
            subtitle=subtitle
            back=Route::Me
            gap=4
        >
            {body}
        </Frame>
    }
    .into_any()
}
