//! The user, what needs them, how the app looks, and the way out.

use leeway_core::organisation::{Role, Unit};
use leptos::prelude::*;

use super::cannot_leave::CannotLeave;
use super::phone_card::PhoneCard;
use crate::app::use_app;
use crate::i18n::{I18n, Lang, Locale, t_string, use_i18n, words};
use crate::live::live;
use crate::platform::appearance::{self, Theme};
use crate::routes::Route;
use crate::shell::{Frame, Place};
use crate::sync::account::SignOutError;
use crate::ui::{Card, Cell, ChipsSingle, Choice, Confirm, Glyph, Icon, Section, Sum, SumRow, Tone};

/// The page of the user.
#[component]
pub fn MePage() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Frame title=move || t_string!(i18n, settings.title) root=Place::Me>
            <Person/>
            <Work/>
            <PhoneCard/>
            <Look/>
            <Account/>
        </Frame>
    }
    .into_any()
}

/// Name, unit, role, stars.
#[component]
fn Person() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let unit = live(move |store| {
        let unit = app.member().with(|member| member.as_ref().map(|member| member.unit));
        async move {
            match unit {
                Some(unit) => Ok(store.get::<Unit>(unit).await?.map(|unit| unit.name)),
                None => Ok(None),
            }
        }
    });
    let name = move || app.me().with(|me| me.as_ref().map(|me| me.name.clone()).unwrap_or_default());
    let line = move || {
        let me = app.me().get()?;
        let unit = unit.get().flatten().unwrap_or_else(|| me.organisation.clone());
        let role = words::role(i18n, me.role);
        let star = app.member().with(|member| member.as_ref().map(leeway_core::organisation::Member::star));
        Some(match (me.role, star) {
            (Role::Manager, Some(star)) => {
                let stars = words::stars(i18n, star);
                t_string!(i18n, settings.person_stars, unit = unit, role = role, stars = stars)
            }
            _ => t_string!(i18n, settings.person, unit = unit, role = role),
        })
    };
    view! {
        <Card pad=true>
            <div class="row" data-gap="3" data-wrap="no">
                <span class="lead" data-tone="accent"><Icon glyph=Glyph::Person/></span>
                <div class="grow">
                    <p class="strong large" data-testid="my-name">{name}</p>
                    <p class="small">{line}</p>
                </div>
            </div>
        </Card>
    }
    .into_any()
}

/// What needs the user, or waits.
#[component]
fn Work() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let cards = Memo::new(move |_| app.status().with(|status| status.cards() as usize));
    let inbox_note = move || match cards.get() {
        0 => t_string!(i18n, settings.work.inbox_none).to_owned(),
        count => t_string!(i18n, settings.work.inbox_some, count = count.to_string()),
    };
    let inbox_tone = Signal::derive(move || match cards.get() {
        0 => Tone::Plain,
        _ => Tone::Danger,
    });
    let waiting = Memo::new(move |_| app.status().with(|status| status.waiting as usize));
    let sync_note = move || match waiting.get() {
        0 => t_string!(i18n, settings.work.sync_none).to_owned(),
        count => t_string!(i18n, settings.work.sync_some, count = count.to_string()),
    };
    // who serves customers has a deputy or is one, and the head of the unit arranges it for all
    let deputies = move || {
        let role = app.me().with(|me| me.as_ref().map(|me| me.role));
        matches!(role, Some(Role::Manager | Role::UnitHead)).then(|| {
            view! {
                <Cell
                    attr:data-testid="deputies-link"
                    lead=Glyph::People
                    title=move || t_string!(i18n, deputies.title)
                    note=move || t_string!(i18n, deputies.me_note)
                    href=Signal::stored(Route::Deputies { member: None }.href())
                />
            }
        })
    };
    // who gives, and who decides on what others give
    let spending = move || {
        let role = app.me().with(|me| me.as_ref().map(|me| me.role));
        matches!(role, Some(Role::Manager | Role::UnitHead | Role::Approver)).then(|| {
            view! {
                <Cell
                    attr:data-testid="spending-link"
                    lead=Glyph::Gift
                    title=move || t_string!(i18n, spending.title)
                    note=move || t_string!(i18n, spending.me_note)
                    href=Signal::stored(Route::Spending.href())
                />
            }
        })
    };
    view! {
        <Section title=move || t_string!(i18n, settings.work.title)>
            <Card>
                <Cell
                    attr:data-testid="inbox-link"
                    lead=Glyph::ArrowBack
                    tone=inbox_tone
                    title=move || t_string!(i18n, settings.work.inbox)
                    note=inbox_note
                    figure=move || figure(cards.get())
                    href=Signal::stored(Route::Inbox.href())
                />
                <Cell
                    attr:data-testid="sync-link"
                    lead=Glyph::Sync
                    title=move || t_string!(i18n, settings.work.sync)
                    note=sync_note
                    figure=move || figure(waiting.get())
                    href=Signal::stored(Route::Sync.href())
                />
                {deputies}
                {spending}
                <Cell
                    lead=Glyph::SavedPhone
                    title=move || t_string!(i18n, settings.work.ready)
                    note=move || t_string!(i18n, settings.work.ready_note)
                    href=Signal::stored(Route::OfflineReady.href())
                />
            </Card>
        </Section>
    }
    .into_any()
}

/// A number worth showing.
fn figure(count: usize) -> String {
    if count == 0 { String::new() } else { count.to_string() }
}

/// Language and colours: at once, and kept on this device.
#[component]
fn Look() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let language = RwSignal::new(language_code(i18n.locale()).to_owned());
    Effect::new(move |_| language.set(language_code(i18n.locale()).to_owned()));
    let theme = RwSignal::new(theme_code(appearance::theme()).to_owned());
    let speak = move |code: String| {
        let locale = if code == language_code(Locale::en) { Locale::en } else { Locale::zh_CN };
        app.set_language(locale);
    };
    let colour = move |code: String| {
        if let Some(theme) = Theme::ALL.into_iter().find(|it| theme_code(*it) == code) {
            appearance::set_theme(theme);
        }
    };
    let languages = move || {
        vec![
            Choice::new(language_code(Locale::zh_CN), t_string!(i18n, settings.look.zh)),
            Choice::new(language_code(Locale::en), t_string!(i18n, settings.look.en)),
        ]
    };
    let themes = move || Theme::ALL.map(|it| Choice::new(theme_code(it), theme_word(i18n, it))).to_vec();
    view! {
        <Section title=move || t_string!(i18n, settings.look.title)>
            <Card pad=true gap=4>
                <ChipsSingle
                    label=move || t_string!(i18n, settings.look.language)
                    options=Signal::derive(languages)
                    value=language
                    even=true
                    on_change=speak
                />
                <ChipsSingle
                    label=move || t_string!(i18n, settings.look.theme)
                    options=Signal::derive(themes)
                    value=theme
                    on_change=colour
                />
            </Card>
        </Section>
    }
    .into_any()
}

fn language_code(locale: Locale) -> &'static str {
    match locale {
        Locale::zh_CN => "zh-CN",
        Locale::en => "en",
    }
}

fn theme_code(theme: Theme) -> &'static str {
    theme.name().unwrap_or("system")
}

fn theme_word(i18n: I18n, theme: Theme) -> &'static str {
    match theme {
        Theme::System => t_string!(i18n, settings.look.system),
        Theme::Light => t_string!(i18n, settings.look.light),
        Theme::Dark => t_string!(i18n, settings.look.dark),
        Theme::Outdoor => t_string!(i18n, settings.look.outdoor),
    }
}

/// The account, and the way out.
#[component]
fn Account() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let (asking, busy) = (RwSignal::new(false), RwSignal::new(false));
    let error = RwSignal::new(None::<SignOutError>);
    let rows = move || match app.me().get() {
        Some(me) => vec![
            SumRow::new(t_string!(i18n, settings.account.login), me.login),
            SumRow::new(t_string!(i18n, settings.account.organisation), me.organisation),
        ],
        None => Vec::new(),
    };
    // what is unsent is said before anything is asked
    let ask = move |()| match app.status().with_untracked(|status| status.waiting) {
        0 => asking.set(true),
        unsent => error.set(Some(SignOutError::Unsent { unsent })),
    };
    let leave = move |given_up: u32| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            if let Err(why) = app.sign_out(given_up).await {
                error.try_set(Some(why));
            }
            busy.try_set(false);
        });
    };
    view! {
        <Section title=move || t_string!(i18n, settings.account.title)>
            <Card pad=true><Sum rows=Signal::derive(rows)/></Card>
            {move || error.get().map(|error| view! { <CannotLeave error=error on_give_up=leave/> })}
            <Card>
                <Cell
                    lead=Glyph::Key
                    title=move || t_string!(i18n, settings.account.password)
                    href=Signal::stored(Route::Password.href())
                />
                <Cell
                    attr:data-testid="lock-link"
                    lead=Glyph::Lock
                    title=move || t_string!(i18n, settings.account.lock)
                    note=move || t_string!(i18n, settings.account.lock_note)
                    href=Signal::stored(Route::Lock.href())
                />
                <Cell
                    attr:data-testid="devices-link"
                    lead=Glyph::SavedPhone
                    title=move || t_string!(i18n, settings.account.devices)
                    note=move || t_string!(i18n, settings.account.devices_note)
                    href=Signal::stored(Route::Devices { member: None }.href())
                />
                <Cell
                    attr:data-testid="sign-out"
                    lead=Glyph::ArrowBack
                    title=move || t_string!(i18n, settings.account.sign_out)
                    note=move || t_string!(i18n, settings.account.sign_out_note)
                    on_press=ask
                />
            </Card>
            <Confirm
                open=asking
                title=move || t_string!(i18n, settings.account.ask)
                text=move || t_string!(i18n, settings.account.ask_text)
                confirm_label=move || t_string!(i18n, settings.account.confirm)
                cancel_label=move || t_string!(i18n, shell.cancel)
                on_confirm=move |()| leave(0)
            />
        </Section>
    }
    .into_any()
}
