//! Notices that concern the whole program, above what a page shows: a new version, an ended session, a device that
//! can't save. Being offline is none of them. Never acts by itself: every one waits for the user.

use leptos::prelude::*;

use super::view_model::{Banner, banner};
use crate::app::use_app;
use crate::drafts;
use crate::i18n::{errors, t_string, use_i18n};
use crate::platform::page;
use crate::routes::Route;
use crate::ui::{Button, ButtonKind, Glyph, Notice, Tone};

/// The notice of this moment, if there is one.
#[component]
pub fn Banners() -> impl IntoView {
    let app = use_app();
    let now = Memo::new(move |_| app.status().with(banner));
    view! {
        <UpdateBar/>
        {move || now.get().map(|banner| view! { <BannerView banner=banner/> })}
        <Trouble/>
    }
    .into_any()
}

/// Says that a newer program is there. Starts it only on request, and not while a form holds unsent keystrokes.
#[component]
fn UpdateBar() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let dirty = drafts::any_dirty();
    let text = move || match dirty.get() {
        true => t_string!(i18n, shell.update.busy),
        false => t_string!(i18n, shell.update.ready),
    };
    let bar = move || {
        view! {
            <div data-testid="update-bar">
                <Notice text=text tone=Tone::Accent icon=Glyph::Download live=true>
                    <Show when=move || !dirty.get()>
                        <Button
                            small=true
                            label=move || t_string!(i18n, shell.update.now)
                            on_press=move |()| app.apply_update()
                        />
                    </Show>
                </Notice>
            </div>
        }
    };
    (move || app.update_ready().get().then(bar)).into_any()
}

/// What this device last failed to read or save outside of any form.
#[component]
fn Trouble() -> impl IntoView {
    let i18n = use_i18n();
    let trouble = use_app().trouble();
    let notice = move || {
        trouble.get().map(|error| {
            let text = move || errors::store(i18n, &error);
            view! { <Notice text=text tone=Tone::Danger icon=Glyph::Alert live=true/> }
        })
    };
    notice.into_any()
}

#[component]
fn BannerView(banner: Banner) -> impl IntoView {
    let i18n = use_i18n();
    let text = move || match banner {
        Banner::LoggedOut => t_string!(i18n, shell.notice.logged_out),
        Banner::TooOld => t_string!(i18n, shell.notice.too_old),
        Banner::Superseded => t_string!(i18n, shell.notice.superseded),
        Banner::Blocked => t_string!(i18n, shell.notice.blocked),
        Banner::LogInAgain => t_string!(i18n, shell.notice.log_in_again),
        Banner::ClockOff => t_string!(i18n, shell.notice.clock_off),
    };
    let tone = match banner {
        Banner::Blocked => Tone::Danger,
        _ => Tone::Warn,
    };
    let help = match banner {
        Banner::LoggedOut | Banner::LogInAgain => Some(
            view! {
                <Button
                    small=true
                    kind=ButtonKind::Second
                    label=move || t_string!(i18n, shell.notice.log_in)
                    href=Signal::stored(Route::Login.href())
                />
            }
            .into_any(),
        ),
        Banner::TooOld | Banner::Superseded | Banner::Blocked => Some(
            view! {
                <Button
                    small=true
                    kind=ButtonKind::Second
                    label=move || t_string!(i18n, shell.notice.reload)
                    on_press=move |()| page::reload()
                />
            }
            .into_any(),
        ),
        Banner::ClockOff => None,
    };
    view! { <Notice text=text tone=tone icon=Glyph::Alert live=true>{help}</Notice> }.into_any()
}
