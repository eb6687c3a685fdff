//! The agreements with one customer, as the server knows them, and what of it still waits here. Ending one concerns
//! everybody who serves the customer, so it asks first.

use leeway_core::Body;
use leeway_core::frameworks::{End, Framework, Partner, Write};
use leeway_core::values::{CustomerId, FrameworkId};
use leptos::prelude::*;

use super::agreement_card::AgreementCard;
use super::partners::use_partners;
use super::queries;
use crate::app::use_app;
use crate::i18n::{I18n, t_string, use_i18n};
use crate::live::live;
use crate::parts::{Failed, use_writer};
use crate::routes::{Route, use_id};
use crate::shell::Frame;
use crate::sync::account::Named;
use crate::ui::{Button, Confirm, Empty, Glyph, Notice, Tone};

/// One customer's agreements.
#[component]
pub fn AgreementsPage() -> impl IntoView {
    let i18n = use_i18n();
    let id = use_id::<CustomerId>("id");
    let queue = use_app().queue();
    let partners = use_partners(move || {
        // what the server has done it can tell
        queue.track();
        id.get().map_or(Named::By(String::new()), Named::One)
    });
    let products = live(queries::products);
    let waiting = live(move |store| {
        // what is asked about an agreement that is not held here changes only the queue
        queue.track();
        queries::waiting(store)
    });
    let writer = use_writer();
    let (ending, asking) = (RwSignal::new(None::<FrameworkId>), RwSignal::new(false));
    let ask = Callback::new(move |framework| {
        ending.set(Some(framework));
        asking.set(true);
    });
    let end = move |()| {
        if let Some(framework) = ending.get_untracked() {
            writer.put("", None, None, move |_| Body::Frameworks(Write::End(End { framework })));
        }
    };
    let name = move || partners.found().into_iter().next().map(|it| it.name).unwrap_or_default();
    let cards = move || {
        let products = products.get().unwrap_or_default();
        let card = move |it: Framework| view! { <AgreementCard it=it products=products.clone() on_end=ask/> };
        partners.view(i18n, move |found| match found.into_iter().next() {
            Some(Partner { frameworks, .. }) if !frameworks.is_empty() => {
                frameworks.into_iter().rev().map(card.clone()).collect_view().into_any()
            }
            _ => view! {
                <Empty
                    title=move || t_string!(i18n, frameworks.empty)
                    note=move || t_string!(i18n, frameworks.empty_note)
                />
            }
            .into_any(),
        })
    };
    let told = move || {
        let mine = |it: &Write| match it {
            Write::Publish(it) => Some(it.customer) == id.get(),
            Write::End(_) => true,
        };
        waiting.get().unwrap_or_default().into_iter().filter(mine).map(|it| notice(i18n, &it)).collect_view()
    };
    let dock = move || {
        id.get().map(|id| {
            view! {
                <Button
                    attr:data-testid="primary"
                    icon=Glyph::Plus
                    label=move || t_string!(i18n, frameworks.publish)
                    href=Signal::stored(Route::NewAgreement(id).href())
                />
            }
        })
    };
    view! {
        <Frame
            title=move || t_string!(i18n, frameworks.of, name = name())
            back=Route::Partners
            dock=dock
        >
            <Failed writer=writer/>
            {told}
            {cards}
            <Confirm
                open=asking
                title=move || t_string!(i18n, frameworks.end_title)
                text=move || t_string!(i18n, frameworks.end_text)
                confirm_label=move || t_string!(i18n, frameworks.end)
                cancel_label=move || t_string!(i18n, shell.cancel)
                danger=true
                on_confirm=end
            />
        </Frame>
    }
    .into_any()
}

/// Says what waits to be sent.
fn notice(i18n: I18n, it: &Write) -> AnyView {
    let number = match it {
        Write::Publish(it) => Some(it.number.clone()),
        Write::End(_) => None,
    };
    let text = move || match &number {
        Some(number) => t_string!(i18n, frameworks.waiting, number = number.clone()),
        None => t_string!(i18n, frameworks.ending).to_owned(),
    };
    view! { <Notice text=text tone=Tone::Warn live=true/> }.into_any()
}
