//! Units with the posts that decide for them, and who holds those. A new unit brings its head's post along.

use leeway_core::Body;
use leeway_core::organisation::{AddUnit, Role, SetPost, Unit, Write};
use leeway_core::values::{PostId, UnitId, UserId};
use leptos::prelude::*;

use super::post_sheet::PostSheet;
use super::queries::{self, Organisation};
use crate::drafts::use_draft;
use crate::i18n::{t_string, use_i18n};
use crate::live::live;
use crate::parts::{Failed, Writer, use_writer};
use crate::platform::ids;
use crate::routes::Route;
use crate::shell::Frame;
use crate::ui::{Button, Card, Cell, Choice, Glyph, Section, Select, Sheet, TextInput, Toasts};

/// All units and posts.
#[component]
pub fn UnitsPage() -> impl IntoView {
    let i18n = use_i18n();
    let found = live(queries::organisation);
    let all = Signal::derive_local(move || found.get().unwrap_or_default());
    let (adding, changing) = (RwSignal::new(false), RwSignal::new(None::<PostId>));
    let dock = move || {
        view! {
            <Button
                attr:data-testid="primary"
                icon=Glyph::Plus
                label=move || t_string!(i18n, admin.unit.add)
                on_press=move |()| adding.set(true)
            />
        }
    };
    let units = move || all.with(|all| all.units.iter().map(|unit| unit_row(all, unit)).collect_view());
    let posts = move || {
        let row = |post: &leeway_core::organisation::Post| {
            let (id, holder, deputy) = (post.id, post.holder.name.clone(), post.deputy.clone());
            let note = move || match &deputy {
                Some(deputy) => {
                    t_string!(i18n, admin.post.people, holder = holder.clone(), deputy = deputy.name.clone())
                }
                None => t_string!(i18n, admin.post.holder_only, holder = holder.clone()),
            };
            view! {
                <Cell
                    title=post.title.clone()
                    note=note
                    lead=Glyph::Person
                    on_press=move |()| changing.set(Some(id))
                />
            }
        };
        all.with(|all| all.posts.iter().map(row).collect_view())
    };
    view! {
        <Frame title=move || t_string!(i18n, admin.units) back=Route::Admin dock=dock>
            <Card>{units}</Card>
            <Section title=move || t_string!(i18n, admin.posts)>
                <Card>{posts}</Card>
            </Section>
            <AddUnitSheet open=adding all=all/>
            <PostSheet post=changing all=all/>
        </Frame>
    }
    .into_any()
}

fn unit_row(all: &Organisation, unit: &Unit) -> AnyView {
    let i18n = use_i18n();
    let name = |id| all.post(id).map(|post| post.holder.name.clone()).unwrap_or_default();
    let (head, approver) = (name(unit.head), name(unit.approver));
    let members = all.members.iter().filter(|it| it.unit == unit.id && it.active).count().to_string();
    let note = move || {
        t_string!(
            i18n,
            admin.unit.note,
            count = members.clone(),
            head = head.clone(),
            approver = approver.clone()
        )
    };
    view! { <Cell attr:data-testid="unit-row" title=unit.name.clone() note=note lead=Glyph::Buildings/> }
        .into_any()
}

/// Returns the active members of a role as choices; all of them for `None`.
pub fn people(all: &Organisation, role: Option<Role>) -> Vec<Choice> {
    let fits = |it: &&leeway_core::organisation::Member| it.active && role.is_none_or(|role| it.role == role);
    all.members.iter().filter(fits).map(|it| Choice::new(it.id.to_string(), it.name.clone())).collect()
}

#[component]
fn AddUnitSheet(open: RwSignal<bool>, all: Signal<Organisation, LocalStorage>) -> impl IntoView {
    let i18n = use_i18n();
    let draft = use_draft("unit", "new");
    let (name, head) = (draft.field("name", ""), draft.field("head", ""));
    let approver = draft.field("approver", "");
    let writer = use_writer();
    let toasts = Toasts::take();
    let kept = StoredValue::new_local(draft);
    let add = move |()| {
        let title = t_string!(i18n, admin.unit.head_title, name = name.get_untracked());
        let Some(bodies) =
            bodies(title, &name.get_untracked(), &head.get_untracked(), &approver.get_untracked())
        else {
            return writer.error().set(t_string!(i18n, admin.unit.gap).to_owned());
        };
        leptos::task::spawn_local(async move {
            if write_all(writer, bodies).await {
                kept.with_value(crate::drafts::Draft::discard);
                open.set(false);
                toasts.show(t_string!(i18n, admin.unit.added));
            }
        });
    };
    let heads = Signal::derive(move || all.with(|all| people(all, Some(Role::UnitHead))));
    let posts = move || {
        let free = |it: &&leeway_core::organisation::Post| it.unit.is_none();
        let choice = |it: &leeway_core::organisation::Post| Choice::new(it.id.to_string(), it.title.clone());
        all.with(|all| all.posts.iter().filter(free).map(choice).collect::<Vec<_>>())
    };
    let posts = Signal::derive(posts);
    let body = move || {
        view! {
            <div class="stack" data-gap="4">
                <Failed writer=writer/>
                <TextInput label=move || t_string!(i18n, admin.unit.name) name="name" value=name required=true/>
                <Select
                    label=move || t_string!(i18n, admin.unit.head)
                    name="head"
                    value=head
                    options=heads
                    placeholder=move || t_string!(i18n, admin.choose)
                />
                <Select
                    label=move || t_string!(i18n, admin.unit.approver)
                    name="approver"
                    value=approver
                    options=posts
                    placeholder=move || t_string!(i18n, admin.choose)
                />
                <Button attr:data-testid="confirm" label=move || t_string!(i18n, admin.unit.add) on_press=add/>
            </div>
        }
        .into_any()
    };
    view! {
        <Sheet
            open=open
            title=move || t_string!(i18n, admin.unit.add)
            close_label=move || t_string!(i18n, shell.close)
        >
            {body}
        </Sheet>
    }
    .into_any()
}

fn bodies(title: String, name: &str, head: &str, approver: &str) -> Option<Vec<Body>> {
    let (holder, approver) = (head.parse::<UserId>().ok()?, approver.parse::<PostId>().ok()?);
    let (post, unit): (PostId, UnitId) = (ids::new(PostId::new), ids::new(UnitId::new));
    let post_body = Write::SetPost(SetPost { post, title, holder, deputy: None });
    let unit_body = Write::AddUnit(AddUnit { unit, name: name.to_owned(), head: post, approver });
    (!name.trim().is_empty()).then(|| vec![Body::Organisation(post_body), Body::Organisation(unit_body)])
}

/// Writes commands that belong together, in order; stops at the first that is not taken.
pub async fn write_all(writer: Writer, bodies: Vec<Body>) -> bool {
    for body in bodies {
        if writer.write(body, None).await.is_err() {
            return false;
        }
    }
    true
}
