//! One member: each thing is changed by itself. A one-time password is shown once and never kept.

use leeway_core::Body;
use leeway_core::organisation::{ChangeMember, Member, MemberChange, Role, Write, role_key};
use leeway_core::values::UserId;
use leptos::prelude::*;

use super::hand_over::HandOverSection;
use super::member_form_page::{role_of, roles, star_of, stars};
use super::queries;
use crate::app::use_app;
use crate::i18n::{I18n, t_string, use_i18n};
use crate::live::live;
use crate::parts::{Failed, Writer, use_writer};
use crate::routes::{Route, use_id};
use crate::shell::{Frame, loaded};
use crate::sync::account::OneTimePasswordError;
use crate::ui::{
    Button, ButtonKind, Card, Cell, ChipsSingle, Choice, Confirm, Glyph, Notice, Section, Select, Sheet,
    TextInput, Tone,
};

/// One member.
#[component]
pub fn MemberPage() -> impl IntoView {
    let i18n = use_i18n();
    let id = use_id::<UserId>("id");
    let member = live(move |store| queries::member(store, id.get()));
    let writer = use_writer();
    let name = move || {
        let name = member.with(|it| it.as_ref().and_then(|it| it.as_ref().map(|it| it.name.clone())));
        name.unwrap_or_else(|| t_string!(i18n, admin.member.one).to_owned())
    };
    let login = move || {
        let login = member.with(|it| it.as_ref().and_then(|it| it.as_ref().map(|it| it.login.clone())));
        login.unwrap_or_default()
    };
    let (asking, leaving) = (RwSignal::new(false), RwSignal::new(false));
    let handing = RwSignal::new(false);
    let dock = move || {
        view! {
            <Button
                attr:data-testid="primary"
                label=move || t_string!(i18n, admin.member.password)
                on_press=move |()| asking.set(true)
            />
        }
    };
    let there = move |member: Signal<Member, LocalStorage>| {
        let manages = Memo::new(move |_| member.with(|it| it.role == Role::Manager));
        let deputies = move || manages.get().then(|| view! { <DeputiesCell member=member/> });
        view! {
            <Fields member=member writer=writer/>
            <Active member=member writer=writer leaving=leaving handing=handing/>
            <Card>
                {deputies}
                <Cell
                    attr:data-testid="devices-link"
                    lead=Glyph::SavedPhone
                    title=move || t_string!(i18n, admin.member.devices)
                    note=move || t_string!(i18n, admin.member.devices_note)
                    href=Signal::stored(Route::Devices { member: Some(member.with_untracked(|it| it.id)) }.href())
                />
            </Card>
            <HandOverSection member=member open=handing/>
            <PasswordSheet user=member.with_untracked(|it| it.id) open=asking/>
        }
        .into_any()
    };
    view! {
        <Frame title=name subtitle=login back=Route::Members dock=dock gap=4>
            <Failed writer=writer/>
            {loaded(member, there)}
        </Frame>
    }
    .into_any()
}

/// The way to who acts for them.
#[component]
fn DeputiesCell(member: Signal<Member, LocalStorage>) -> impl IntoView {
    let i18n = use_i18n();
    let name = move || member.with(|it| it.name.clone());
    view! {
        <Cell
            attr:data-testid="deputies-link"
            lead=Glyph::People
            title=move || t_string!(i18n, deputies.title)
            note=move || t_string!(i18n, deputies.member_note, name = name())
            href=Signal::stored(Route::Deputies { member: Some(member.with_untracked(|it| it.id)) }.href())
        />
    }
    .into_any()
}

fn change(writer: Writer, user: UserId, change: MemberChange) {
    writer
        .put("", None, None, move |_| Body::Organisation(Write::ChangeMember(ChangeMember { user, change })));
}

#[component]
fn Fields(member: Signal<Member, LocalStorage>, writer: Writer) -> impl IntoView {
    let i18n = use_i18n();
    let now = member.get_untracked();
    let user = now.id;
    let text = |it: &str| RwSignal::new(it.to_owned());
    let (name, unit) = (text(&now.name), text(&now.unit.to_string()));
    let (role, star) = (text(role_key(now.role)), text(&now.star().get().to_string()));
    // what was not taken, or what another admin changed, shows as it stands
    Effect::new(move |_| {
        writer.error().track();
        let now = member.get();
        unit.set(now.unit.to_string());
        role.set(role_key(now.role).to_owned());
        star.set(now.star().get().to_string());
    });
    let found = live(queries::organisation);
    let units = Signal::derive(move || {
        found.with(|it| {
            let units = it.iter().flat_map(|all| &all.units);
            units.map(|it| Choice::new(it.id.to_string(), it.name.clone())).collect::<Vec<_>>()
        })
    });
    let rename = move |typed: String| change(writer, user, MemberChange::Name(typed));
    let move_to = move |key: String| {
        if let Ok(unit) = key.parse() {
            change(writer, user, MemberChange::Unit(unit));
        }
    };
    let appoint = move |key: String| {
        if let Some(role) = role_of(&key) {
            change(writer, user, MemberChange::Role(role));
        }
    };
    let rate = move |key: String| {
        if let Some(star) = star_of(&key) {
            change(writer, user, MemberChange::Star(star));
        }
    };
    view! {
        <TextInput
            label=move || t_string!(i18n, admin.member.name)
            name="name"
            value=name
            on_change=rename
        />
        <Select
            label=move || t_string!(i18n, admin.member.unit)
            name="unit"
            value=unit
            options=units
            on_change=move_to
        />
        <ChipsSingle
            label=move || t_string!(i18n, admin.member.role)
            options=Signal::derive(move || roles(i18n))
            value=role
            on_change=appoint
        />
        <ChipsSingle
            label=move || t_string!(i18n, admin.member.star)
            options=Signal::derive(move || stars(i18n))
            value=star
            on_change=rate
        />
    }
    .into_any()
}

#[component]
fn Active(
    member: Signal<Member, LocalStorage>,
    writer: Writer,
    leaving: RwSignal<bool>,
    handing: RwSignal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let user = member.with_untracked(|it| it.id);
    let active = Memo::new(move |_| member.with(|it| it.active));
    let button = move || match active.get() {
        true => view! {
            <Button
                kind=ButtonKind::Danger
                label=move || t_string!(i18n, admin.member.shut_out)
                on_press=move |()| leaving.set(true)
            />
        }
        .into_any(),
        false => view! {
            <Notice text=move || t_string!(i18n, admin.member.is_out) tone=Tone::Warn/>
            <Button
                kind=ButtonKind::Second
                label=move || t_string!(i18n, admin.member.let_in)
                on_press=move |()| change(writer, user, MemberChange::Active(true))
            />
        }
        .into_any(),
    };
    let shut_out = move |()| {
        change(writer, user, MemberChange::Active(false));
        // who leaves leaves customers behind
        handing.set(member.with_untracked(|it| it.role == Role::Manager));
    };
    view! {
        <Section title=move || t_string!(i18n, admin.member.access)>
            <Card pad=true gap=3>{button}</Card>
        </Section>
        <Confirm
            open=leaving
            title=move || t_string!(i18n, admin.member.shut_out_title)
            text=move || t_string!(i18n, admin.member.shut_out_text)
            confirm_label=move || t_string!(i18n, admin.member.shut_out)
            cancel_label=move || t_string!(i18n, shell.cancel)
            danger=true
            on_confirm=shut_out
        />
    }
    .into_any()
}

fn said(i18n: I18n, error: &OneTimePasswordError) -> &'static str {
    match error {
        OneTimePasswordError::Offline => t_string!(i18n, admin.password.offline),
        OneTimePasswordError::NotFound => t_string!(i18n, admin.password.not_found),
        OneTimePasswordError::Yourself => t_string!(i18n, admin.password.yourself),
        OneTimePasswordError::NotLoggedIn | OneTimePasswordError::Forbidden => {
            t_string!(i18n, admin.password.forbidden)
        }
        OneTimePasswordError::Server(_) => t_string!(i18n, admin.password.server),
    }
}

#[component]
fn PasswordSheet(user: UserId, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let (made, wrong, busy) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(false));
    let make = move |()| {
        busy.set(true);
        wrong.set(String::new());
        leptos::task::spawn_local(async move {
            let _ = match app.one_time_password(user).await {
                Ok(password) => made.try_set(password),
                Err(error) => wrong.try_set(said(i18n, &error).to_owned()),
            };
            busy.try_set(false);
        });
    };
    let result = move || match made.get() {
        password if password.is_empty() => view! {
            <p>{move || t_string!(i18n, admin.password.text)}</p>
            <p class="err" role="status">{wrong}</p>
            <Button
                attr:data-testid="confirm"
                label=move || t_string!(i18n, admin.password.make)
                busy=busy
                on_press=make
            />
        }
        .into_any(),
        password => view! {
            <p>{move || t_string!(i18n, admin.password.once)}</p>
            <p class="fig" data-size="m" data-testid="one-time-password">{password}</p>
        }
        .into_any(),
    };
    view! {
        <Sheet
            open=open
            title=move || t_string!(i18n, admin.member.password)
            close_label=move || t_string!(i18n, shell.close)
            on_close=move |()| made.set(String::new())
        >
            <div class="stack" data-gap="4">{result}</div>
        </Sheet>
    }
    .into_any()
}
