//! One field, two values: both are shown with who wrote them and when; nothing is chosen beforehand.

use leeway_core::Entity;
use leeway_core::inbox::ClashCard;
use leeway_core::values::{Timestamp, UserId};
use leptos::prelude::*;

use super::clash::{Subject, field_words, put_back, route, value_words};
use super::put_away::PutAway;
use crate::app::use_app;
use crate::commands::use_commands;
use crate::i18n::{I18n, errors, format, t_string, use_i18n, words};
use crate::ui::{Button, ButtonKind, Card, Glyph, Notice, Side, Tag, Toasts, Tone, Versus, fresh_id};

const LOST: &str = "lost";
const KEPT: &str = "kept";

/// The card with what it takes to read it.
#[derive(Clone)]
struct Clash {
    card: ClashCard,
    subject: Option<Subject>,
    names: [Option<String>; 2],
}

/// The card.
#[component]
pub fn ClashView(
    card: ClashCard,
    subject: Option<Subject>,
    names: [Option<String>; 2],
    put_away: PutAway,
) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let id = fresh_id("card");
    let labelled_by = id.clone();
    let at = card.kept_at;
    let clash = StoredValue::new(Clash { card, subject, names });
    let picked = RwSignal::new(String::new());
    let error = RwSignal::new(String::new());
    let title = move || clash.with_value(|it| headline(i18n, it));
    let sides = Signal::derive(move || clash.with_value(|it| sides(i18n, it)));
    view! {
        <article aria-labelledby=labelled_by data-testid="clash-card">
            <Card pad=true gap=3>
                <p class="row">
                    <Tag
                        tone=Tone::Warn
                        icon=Glyph::Fork
                        label=move || t_string!(i18n, inbox.clash.tag)
                    />
                    <span class="tiny end">
                        {move || format::moment_from(i18n, at, app.today().get())}
                    </span>
                </p>
                <h2 id=id class="large">{title}</h2>
                <Versus label=move || t_string!(i18n, inbox.clash.which) sides=sides picked=picked/>
                {move || {
                    (!error.with(String::is_empty))
                        .then(|| view! { <Notice text=error tone=Tone::Warn icon=Glyph::Alert live=true/> })
                }}
                <Actions clash=clash picked=picked error=error put_away=put_away/>
            </Card>
        </article>
    }
    .into_any()
}

fn headline(i18n: I18n, it: &Clash) -> String {
    let what = match &it.subject {
        Some(subject) => subject.name().to_owned(),
        None => words::record_type(i18n, it.card.about.typ).to_owned(),
    };
    let field = field_words(i18n, &it.card, it.subject.as_ref());
    t_string!(i18n, inbox.clash.title, what = what, field = field)
}

fn sides(i18n: I18n, it: &Clash) -> Vec<Side> {
    let card = &it.card;
    let subject = it.subject.as_ref();
    let [lost, kept] = &it.names;
    let (name, when) = (who(i18n, card.lost_by, lost), moment(i18n, card.lost_at));
    let lost = t_string!(i18n, inbox.clash.who, name = name, when = when);
    let (name, when) = (who(i18n, card.kept_by, kept), moment(i18n, card.kept_at));
    let kept = t_string!(i18n, inbox.clash.stands, name = name, when = when);
    vec![
        Side { value: LOST.to_owned(), text: value_words(i18n, card, subject, &card.lost), who: lost },
        Side { value: KEPT.to_owned(), text: value_words(i18n, card, subject, &card.kept), who: kept },
    ]
}

fn who(i18n: I18n, user: UserId, name: &Option<String>) -> String {
    let me = use_app().me().get().filter(|me| me.user == user);
    match (me, name) {
        (Some(me), _) => t_string!(i18n, inbox.clash.you, name = me.name),
        (None, Some(name)) => name.clone(),
        (None, None) => t_string!(i18n, inbox.clash.colleague).to_owned(),
    }
}

fn moment(i18n: I18n, at: Timestamp) -> String {
    format::moment_from(i18n, at, use_app().today().get())
}

#[component]
fn Actions(
    clash: StoredValue<Clash>,
    picked: RwSignal<String>,
    error: RwSignal<String>,
    put_away: PutAway,
) -> impl IntoView {
    let i18n = use_i18n();
    let (commands, toasts) = (use_commands(), Toasts::take());
    let key = clash.with_value(|it| ClashCard::key(it.card.id));
    let open = clash.with_value(|it| route(&it.card));
    let keep = move |()| {
        error.set(String::new());
        match picked.get_untracked().as_str() {
            KEPT => {
                put_away.put(key);
            }
            LOST => {
                let body = clash.with_value(|it| put_back(&it.card, it.subject.as_ref()?));
                let Some(body) = body else {
                    error.set(t_string!(i18n, inbox.clash.cannot).to_owned());
                    return;
                };
                leptos::task::spawn_local(async move {
                    match commands.dispatch(body).await {
                        Ok(_) => {
                            put_away.now(key);
                            toasts.show(t_string!(i18n, inbox.clash.rewritten));
                        }
                        Err(why) => {
                            error.try_set(errors::dispatch(i18n, &why));
                        }
                    }
                });
            }
            _ => error.set(t_string!(i18n, inbox.clash.pick_first).to_owned()),
        }
    };
    view! {
        <div class="row" data-gap="3">
            <Button
                attr:data-testid="keep"
                small=true
                label=move || t_string!(i18n, inbox.clash.keep)
                on_press=keep
            />
            {open.map(|route| {
                view! {
                    <Button
                        kind=ButtonKind::Second
                        small=true
                        label=move || t_string!(i18n, inbox.clash.open)
                        href=Signal::stored(route.href())
                    />
                }
            })}
        </div>
    }
    .into_any()
}
