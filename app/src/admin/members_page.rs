//! All people, by unit; those who can't log in any more come last in theirs.

use leeway_core::organisation::{Member, Role};
use leeway_core::values::fold;
use leptos::prelude::*;

use super::queries::{self, Organisation};
use crate::i18n::{I18n, t_string, use_i18n, words};
use crate::live::live;
use crate::routes::Route;
use crate::shell::Frame;
use crate::ui::{Button, Card, Cell, Glyph, SearchBar, Section, Tag};

/// All members.
#[component]
pub fn MembersPage() -> impl IntoView {
    let i18n = use_i18n();
    let found = live(queries::organisation);
    let typed = RwSignal::new(String::new());
    let groups = move || {
        let wanted = fold(&typed.get());
        found.with(|it| it.as_ref().map(|all| sections(i18n, all, &wanted)))
    };
    let dock = move || {
        view! {
            <Button
                attr:data-testid="primary"
                icon=Glyph::Plus
                label=move || t_string!(i18n, admin.member.add)
                href=Signal::stored(Route::NewMember.href())
            />
        }
    };
    view! {
        <Frame title=move || t_string!(i18n, admin.members) back=Route::Admin dock=dock>
            <SearchBar
                label=move || t_string!(i18n, admin.member.search)
                placeholder=move || t_string!(i18n, admin.member.search)
                value=typed
                clear_label=move || t_string!(i18n, admin.member.clear)
            />
            {groups}
        </Frame>
    }
    .into_any()
}

fn sections(i18n: I18n, all: &Organisation, wanted: &str) -> AnyView {
    let fits = |it: &&Member| fold(&it.name).contains(wanted) || it.login.contains(wanted);
    let section = |unit: &leeway_core::organisation::Unit| {
        let mut members: Vec<&Member> =
            all.members.iter().filter(|it| it.unit == unit.id).filter(fits).collect();
        members.sort_by_key(|it| !it.active);
        let rows = members.iter().map(|it| row(i18n, it)).collect_view();
        (!members.is_empty()).then(|| {
            view! {
                <Section title=unit.name.clone() count=members.len().to_string()>
                    <Card>{rows}</Card>
                </Section>
            }
        })
    };
    all.units.iter().map(section).collect_view().into_any()
}

fn row(i18n: I18n, member: &Member) -> AnyView {
    let (login, role, star, active) = (member.login.clone(), member.role, member.star(), member.active);
    let note = move || {
        let rank = match role {
            Role::Manager => format!("{} {}", words::role(i18n, role), words::stars(i18n, star)),
            other => words::role(i18n, other).to_owned(),
        };
        t_string!(i18n, admin.member.note, login = login.clone(), rank = rank)
    };
    let left = (!active).then(|| view! { <Tag label=move || t_string!(i18n, admin.member.inactive)/> });
    view! {
        <Cell
            attr:data-testid="member-row"
            title=member.name.clone()
            note=note
            lead=Glyph::Person
            href=Signal::stored(Route::Member(member.id).href())
        >
            {left}
        </Cell>
    }
    .into_any()
}
