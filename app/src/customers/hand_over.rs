//! A customer goes to a colleague: who takes over, and what happens then. Once asked, the page says where it went until
//! the next sync takes it off this phone. Never decides who may take over: core does.

use leeway_core::Body;
use leeway_core::customers::{Customer, HandOver, Write};
use leeway_core::values::{Timestamp, UserId};
use leptos::prelude::*;

use super::queries;
use super::view_model::successors;
use crate::app::use_app;
use crate::i18n::{format, t_string, use_i18n};
use crate::live::live;
use crate::parts::{SuccessorForm, use_acting, use_writer};
use crate::routes::{Route, use_replace};
use crate::ui::{Card, Cell, Choice, Glyph, Notice, Section, Sheet, Toasts, Tone};

/// How the user comes to have a customer on this phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// It is theirs.
    Own,
    /// They act for its manager until then.
    Acting(Timestamp),
    /// It went to somebody else, and leaves with the next sync.
    Gone,
}

/// Says how the user comes to have a customer; until that is known, that it is theirs.
pub fn holding(owner: impl Fn() -> Option<UserId> + 'static) -> Signal<Holding, LocalStorage> {
    let (me, acting) = (use_app().me(), use_acting());
    Signal::derive_local(move || {
        let me = me.with(|me| me.as_ref().map(|me| me.user));
        let Some((owner, _)) = owner().zip(me).filter(|(owner, me)| owner != me) else {
            return Holding::Own;
        };
        acting.with(|all| match all {
            None => Holding::Own,
            Some(all) => all.get(&owner).map_or(Holding::Gone, |until| Holding::Acting(*until)),
        })
    })
}

/// Whose customer it is, where it is not the user's own: for whom they act, or where it went that is still on this
/// phone.
#[component]
pub fn HoldingNotice(
    customer: Signal<Customer, LocalStorage>,
    holding: Signal<Holding, LocalStorage>,
) -> impl IntoView {
    let i18n = use_i18n();
    let name = live(move |store| queries::member_name(store, customer.with(|it| it.owner)));
    let name = move || name.get().flatten().unwrap_or_default();
    let gone = move || t_string!(i18n, customers.hand_over.gone, name = name());
    let notice = move || match holding.get() {
        Holding::Own => None,
        Holding::Acting(until) => {
            let text = move || {
                let day = format::day_of_year(i18n, format::last_day(until));
                t_string!(i18n, deputies.banner, name = name(), day = day)
            };
            Some(view! { <Notice attr:data-testid="acting-for" text=text tone=Tone::Accent/> }.into_any())
        }
        Holding::Gone => Some(
            view! { <Notice attr:data-testid="handed-over" text=gone tone=Tone::Warn live=true/> }.into_any(),
        ),
    };
    notice.into_any()
}

/// The way to hand the customer over, while it is the user's own.
#[component]
pub fn HandOverSection(
    customer: Signal<Customer, LocalStorage>,
    holding: Signal<Holding, LocalStorage>,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    let section = move || {
        (holding.get() == Holding::Own).then(|| {
            view! {
                <Section title=move || t_string!(i18n, customers.hand_over.title)>
                    <Card>
                        <Cell
                            attr:data-testid="hand-over"
                            title=move || t_string!(i18n, customers.hand_over.action)
                            note=move || t_string!(i18n, customers.hand_over.note)
                            lead=Glyph::Share
                            on_press=move |()| open.set(true)
                        />
                    </Card>
                </Section>
            }
        })
    };
    view! {
        {section}
        <Sheet
            open=open
            title=move || t_string!(i18n, customers.hand_over.action)
            close_label=move || t_string!(i18n, shell.close)
        >
            <Form customer=customer open=open/>
        </Sheet>
    }
    .into_any()
}

#[component]
fn Form(customer: Signal<Customer, LocalStorage>, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let me = use_app().member();
    let managers = live(queries::managers);
    let colleagues = Memo::new(move |_| {
        let me = me.get();
        let managers = managers.get();
        // not read yet is not the same as nobody
        managers.zip(me).map(|(managers, me)| successors(&managers, &me))
    });
    let writer = use_writer();
    let toasts = Toasts::take();
    let go = StoredValue::new_local(use_replace());
    let submit = move |to: UserId| {
        let found = colleagues.with_untracked(|all| all.iter().flatten().find(|(id, _)| *id == to).cloned());
        let Some((_, name)) = found else { return };
        let hand = customer.with_untracked(|it| HandOver {
            customer: it.id,
            to,
            seen: it.handed.last().map(|last| last.write),
        });
        let written = writer.write(Body::Customers(Write::HandOver(hand)), None);
        let go = go.get_value();
        leptos::task::spawn_local(async move {
            if written.await.is_ok() {
                open.try_set(false);
                toasts.show(t_string!(i18n, customers.hand_over.done, name = name));
                go(Route::Customers);
            }
        });
    };
    let people = Signal::derive(move || {
        let choice = |(id, name): &(UserId, String)| Choice::new(id.to_string(), name.clone());
        colleagues.with(|all| all.as_ref().map(|all| all.iter().map(choice).collect::<Vec<_>>()))
    });
    let text = move || {
        let name = customer.with(|it| it.name.value.clone());
        t_string!(i18n, customers.hand_over.text, customer = name)
    };
    view! {
        <SuccessorForm
            people=people
            nobody=move || t_string!(i18n, customers.hand_over.nobody)
            label=move || t_string!(i18n, customers.hand_over.to)
            choose=move || t_string!(i18n, customers.hand_over.choose)
            needed=move || t_string!(i18n, customers.hand_over.needed)
            text=text
            error=writer.error()
            confirm=move || t_string!(i18n, customers.hand_over.confirm)
            on_confirm=submit
        />
    }
    .into_any()
}
