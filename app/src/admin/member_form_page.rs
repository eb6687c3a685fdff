//! A new member. The password is given out afterwards, on the member's page.

use leeway_core::Body;
use leeway_core::organisation::{AddMember, Role, Star, Write, role_key};
use leeway_core::values::UserId;
use leptos::prelude::*;

use super::queries;
use crate::drafts::use_draft;
use crate::i18n::{I18n, t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{Failed, use_writer};
use crate::platform::ids;
use crate::routes::{Route, use_replace};
use crate::shell::Frame;
use crate::ui::{Button, ChipsSingle, Choice, InputKind, Select, TextInput};

/// All roles, in the order of the screen.
const ROLES: [Role; 4] = [Role::Manager, Role::UnitHead, Role::Approver, Role::Admin];

/// Returns the roles as choices.
pub fn roles(i18n: I18n) -> Vec<Choice> {
    ROLES.iter().map(|it| Choice::new(role_key(*it), words::role(i18n, *it))).collect()
}

/// Returns the ratings as choices.
pub fn stars(i18n: I18n) -> Vec<Choice> {
    Star::ALL.iter().map(|it| Choice::new(it.get().to_string(), words::stars(i18n, *it))).collect()
}

/// Reads a role's key.
pub fn role_of(key: &str) -> Option<Role> {
    ROLES.into_iter().find(|it| role_key(*it) == key)
}

/// Reads a rating's key.
pub fn star_of(key: &str) -> Option<Star> {
    key.parse::<u8>().ok().and_then(|it| Star::try_from(it).ok())
}

/// The form.
#[component]
pub fn MemberFormPage() -> impl IntoView {
    let i18n = use_i18n();
    let found = live(queries::organisation);
    let draft = use_draft("member", "new");
    let (login, name) = (draft.field("login", ""), draft.field("name", ""));
    let (unit, role, star) =
        (draft.field("unit", ""), draft.field("role", role_key(Role::Manager)), draft.field("star", "1"));
    let writer = use_writer();
    let replace = use_replace();
    let kept = StoredValue::new_local(draft);
    let units = Signal::derive(move || {
        found.with(|it| {
            let units = it.iter().flat_map(|all| &all.units);
            units.map(|it| Choice::new(it.id.to_string(), it.name.clone())).collect::<Vec<_>>()
        })
    });
    let add = move |()| {
        let user = ids::new(UserId::new);
        let parts = (
            unit.get_untracked().parse().ok(),
            role_of(&role.get_untracked()),
            star_of(&star.get_untracked()),
        );
        let (Some(unit), Some(role), Some(star)) = parts else {
            return writer.error().set(t_string!(i18n, admin.member.gap_unit).to_owned());
        };
        let (login, name) = (login.get_untracked(), name.get_untracked());
        let body = Body::Organisation(Write::AddMember(AddMember { user, login, name, unit, role, star }));
        let replace = replace.clone();
        leptos::task::spawn_local(async move {
            if writer.write(body, kept.try_get_value()).await.is_ok() {
                replace(Route::Member(user));
            }
        });
    };
    let dock = move || {
        let add = add.clone();
        view! {
            <Button attr:data-testid="primary" label=move || t_string!(i18n, admin.member.save_new) on_press=add/>
        }
    };
    view! {
        <Frame title=move || t_string!(i18n, admin.member.add) back=Route::Members dock=dock gap=4>
            <Failed writer=writer/>
            <TextInput label=move || t_string!(i18n, admin.member.name) name="name" value=name required=true/>
            <TextInput
                label=move || t_string!(i18n, admin.member.login)
                name="login"
                kind=InputKind::Code
                value=login
                hint=move || t_string!(i18n, admin.member.login_hint)
                required=true
            />
            <Select
                label=move || t_string!(i18n, admin.member.unit)
                name="unit"
                value=unit
                options=units
                placeholder=move || t_string!(i18n, admin.choose)
            />
            <ChipsSingle
                label=move || t_string!(i18n, admin.member.role)
                options=Signal::derive(move || roles(i18n))
                value=role
            />
            <ChipsSingle
                label=move || t_string!(i18n, admin.member.star)
                options=Signal::derive(move || stars(i18n))
                value=star
            />
        </Frame>
    }
    .into_any()
}
