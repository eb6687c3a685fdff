//! An address that leads nowhere. Never reads the store: it is shown to people who never logged in as well.

use leptos::prelude::*;

use crate::i18n::{t_string, use_i18n};
use crate::routes::Route;
use crate::ui::{Body, Button, Empty, NavBar, Screen};

/// What an unknown address shows.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Screen>
            <NavBar title=move || t_string!(i18n, shell.not_found.title)/>
            <Body>
                <Empty
                    title=move || t_string!(i18n, shell.not_found.fact)
                    note=move || t_string!(i18n, shell.not_found.note)
                >
                    <Button
                        label=move || t_string!(i18n, shell.not_found.action)
                        href=Signal::stored(Route::Today.href())
                    />
                </Empty>
            </Body>
        </Screen>
    }
    .into_any()
}
