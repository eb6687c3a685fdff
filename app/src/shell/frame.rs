//! The frame of a screen: bar, notices, what the page shows, dock. A root screen has the tab bar and the sync chip;
//! any other has the way back. Never shows a page's content while the first sync is under way: a list that is not
//! whole would look like an empty one.

use leeway_core::organisation::Role;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;
use leptos_router::hooks::use_location;

use super::add_sheet::AddSheet;
use super::banner::Banners;
use super::later::Piece;
use super::trail;
use super::view_model::{ChipWord, Place, badge, chip, chip_is_about_cards, places, sells};
use crate::app::{App, use_app};
use crate::i18n::{I18n, format, t_string, use_i18n};
use crate::routes::{Route, use_go};
use crate::sync::Phase;
use crate::ui::{Body, Dock, Glyph, NavBar, RootBar, Screen, Skeleton, SyncChip, Tab, TabBar};

/// A screen. A root screen names its place; any other says where back leads when there is no past.
#[component]
pub fn Frame(
    /// Its heading, also of the browser's tab.
    #[prop(into)]
    title: Signal<String>,
    /// A second line under the heading; a root screen shows the date above it instead.
    #[prop(optional, into)]
    subtitle: Signal<String>,
    /// Which place of the tab bar it is; makes it a root screen.
    #[prop(optional)]
    root: Option<Place>,
    /// Where back leads for somebody who did not come from inside the app.
    #[prop(default = Route::Today.into(), into)]
    back: Signal<Route>,
    /// At the end of the bar of a screen that is no root: one icon button.
    #[prop(optional, into)]
    corner: Option<ViewFn>,
    /// The actions at the bottom: second ones first, the main one last.
    #[prop(optional, into)]
    dock: Option<ViewFn>,
    /// A line of consequence above them.
    #[prop(optional, into)]
    dock_note: Option<ViewFn>,
    /// Space between the sections: 4 or 6.
    #[prop(default = 6)]
    gap: u8,
    /// What the page shows.
    children: Children,
) -> impl IntoView {
    let app = use_app();
    announce(title);
    let first_sync = Memo::new(move |_| matches!(app.status().get().phase, Phase::FirstSync { .. }));
    let space = if gap == 4 { "4" } else { "6" };
    let bar = match root {
        Some(_) => root_bar(app, title),
        None => inner_bar(title, subtitle, back, corner),
    };
    let tabs = root.map(|place| ViewFn::from(move || view! { <Tabs place=place/> }));
    view! {
        <Screen>
            {bar}
            <Body gap=gap>
                <Banners/>
                {move || first_sync.get().then(|| view! { <FirstSync/> })}
                <div class="stack" data-gap=space hidden=move || first_sync.get()>
                    <Piece>{children()}</Piece>
                </div>
            </Body>
            <Piece>{bottom(dock, dock_note, tabs)}</Piece>
        </Screen>
    }
    .into_any()
}

/// Returns the bar at the bottom; none on a screen without tabs and actions.
fn bottom(actions: Option<ViewFn>, note: Option<ViewFn>, tabs: Option<ViewFn>) -> Option<AnyView> {
    Some(match (actions, note, tabs) {
        (None, _, None) => return None,
        (None, _, Some(tabs)) => view! { <Dock tabs=tabs/> }.into_any(),
        (Some(actions), None, None) => view! { <Dock>{actions.run()}</Dock> }.into_any(),
        (Some(actions), Some(note), None) => view! { <Dock note=note>{actions.run()}</Dock> }.into_any(),
        (Some(actions), None, Some(tabs)) => view! { <Dock tabs=tabs>{actions.run()}</Dock> }.into_any(),
        (Some(actions), Some(note), Some(tabs)) => {
            view! { <Dock note=note tabs=tabs>{actions.run()}</Dock> }.into_any()
        }
    })
}

/// Names the browser's tab after the screen, and puts the focus on its heading when the address changes.
fn announce(title: Signal<String>) {
    let i18n = use_i18n();
    let path = use_location().pathname;
    Effect::new(move |_| {
        let title = t_string!(i18n, shell.document_title, title = title.get());
        document().set_title(&title);
    });
    Effect::new(move |_| {
        let first = trail::arrive(&path.get());
        if !first {
            request_animation_frame(focus_heading);
        }
    });
}

fn focus_heading() {
    let heading = document().query_selector("h1[tabindex]").ok().flatten();
    if let Some(heading) = heading.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = heading.focus();
    }
}

fn root_bar(app: App, title: Signal<String>) -> AnyView {
    let i18n = use_i18n();
    view! {
        <RootBar title=title eyebrow=move || format::day(i18n, app.today().get())>
            <Chip/>
        </RootBar>
    }
    .into_any()
}

fn inner_bar(
    title: Signal<String>,
    subtitle: Signal<String>,
    back: Signal<Route>,
    corner: Option<ViewFn>,
) -> AnyView {
    let i18n = use_i18n();
    let go = use_go();
    let on_back = move |()| {
        if !trail::has_past() || window().history().and_then(|history| history.back()).is_err() {
            go(back.get_untracked());
        }
    };
    view! {
        <NavBar
            title=title
            subtitle=subtitle
            back_label=move || t_string!(i18n, shell.back)
            on_back=on_back
        >
            {corner.map(|corner| corner.run())}
        </NavBar>
    }
    .into_any()
}

/// The state of the whole program; leads to what it speaks of.
#[component]
fn Chip() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let now = Memo::new(move |_| app.status().with(chip));
    let href = move || match chip_is_about_cards(now.get().1) {
        true => Route::Inbox.href(),
        false => Route::Sync.href(),
    };
    view! {
        <SyncChip
            attr:data-testid="sync-chip"
            state=Signal::derive(move || now.get().0)
            label=move || chip_label(i18n, now.get().1)
            href=Signal::derive(href)
        />
    }
    .into_any()
}

fn chip_label(i18n: I18n, word: ChipWord) -> String {
    match word {
        ChipWord::Starting => t_string!(i18n, shell.chip.starting).to_owned(),
        ChipWord::FirstSync => t_string!(i18n, shell.chip.first_sync).to_owned(),
        ChipWord::Offline(0) => t_string!(i18n, shell.chip.offline).to_owned(),
        ChipWord::Offline(n) => t_string!(i18n, shell.chip.offline_waiting, count = n.to_string()),
        ChipWord::Waiting(n) => t_string!(i18n, shell.chip.waiting, count = n.to_string()),
        ChipWord::Sending => t_string!(i18n, shell.chip.sending).to_owned(),
        ChipWord::Synced => t_string!(i18n, shell.chip.synced).to_owned(),
        ChipWord::Refused(n) => t_string!(i18n, shell.chip.refused, count = n.to_string()),
        ChipWord::Clash(n) => t_string!(i18n, shell.chip.clash, count = n.to_string()),
        ChipWord::Parked(n) => t_string!(i18n, shell.chip.parked, count = n.to_string()),
        ChipWord::LoggedOut => t_string!(i18n, shell.chip.logged_out).to_owned(),
        ChipWord::TooOld => t_string!(i18n, shell.chip.too_old).to_owned(),
        ChipWord::Superseded => t_string!(i18n, shell.chip.superseded).to_owned(),
        ChipWord::Blocked => t_string!(i18n, shell.chip.blocked).to_owned(),
    }
}

/// The tab bar of this user's role.
#[component]
fn Tabs(place: Place) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let count = Signal::derive(move || app.status().with(badge));
    let adding = RwSignal::new(false);
    let role = Memo::new(move |_| app.me().with(|me| me.as_ref().map_or(Role::Manager, |me| me.role)));
    let bar = move || {
        let mine = places(role.get());
        let tabs = mine.iter().map(|it| tab(i18n, *it, count)).collect::<Vec<_>>();
        let current = mine.iter().position(|it| *it == place);
        let label = move || t_string!(i18n, shell.tabs.label);
        match sells(role.get()) {
            true => view! {
                <TabBar
                    label=label
                    tabs=tabs
                    current=current
                    add_label=move || t_string!(i18n, shell.tabs.add)
                    on_add=move |()| adding.set(true)
                />
                <AddSheet open=adding/>
            }
            .into_any(),
            false => view! { <TabBar label=label tabs=tabs current=current/> }.into_any(),
        }
    };
    bar.into_any()
}

fn tab(i18n: I18n, place: Place, count: Signal<u32>) -> Tab {
    match place {
        Place::Today => Tab::new(
            &Route::Today.href(),
            Glyph::CalendarCheck,
            Signal::derive(move || t_string!(i18n, shell.tabs.today).to_owned()),
        ),
        Place::Customers => Tab::new(
            &Route::Customers.href(),
            Glyph::Buildings,
            Signal::derive(move || t_string!(i18n, shell.tabs.customers).to_owned()),
        ),
        Place::Opportunities => Tab::new(
            &Route::Opportunities.href(),
            Glyph::Funnel,
            Signal::derive(move || t_string!(i18n, shell.tabs.opportunities).to_owned()),
        ),
        Place::Approvals => Tab::new(
            &Route::Approvals.href(),
            Glyph::Shield,
            Signal::derive(move || t_string!(i18n, shell.tabs.approvals).to_owned()),
        ),
        Place::Digests => Tab::new(
            &Route::Digests.href(),
            Glyph::Pin,
            Signal::derive(move || t_string!(i18n, shell.tabs.digests).to_owned()),
        ),
        Place::Admin => Tab::new(
            &Route::Admin.href(),
            Glyph::People,
            Signal::derive(move || t_string!(i18n, shell.tabs.admin).to_owned()),
        ),
        Place::Me => Tab::new(
            &Route::Me.href(),
            Glyph::Person,
            Signal::derive(move || t_string!(i18n, shell.tabs.me).to_owned()),
        )
        .with_badge(count, Signal::derive(move || t_string!(i18n, shell.tabs.waiting).to_owned())),
    }
}

/// Stands in for every page until the first sync is whole.
#[component]
fn FirstSync() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let rows = move || match app.status().get().phase {
        Phase::FirstSync { rows } => rows,
        _ => 0,
    };
    view! {
        <section class="stack" role="status">
            <h2>{move || t_string!(i18n, shell.first_sync.title)}</h2>
            <p>{move || t_string!(i18n, shell.first_sync.note)}</p>
            <p class="fig strong">
                {move || t_string!(i18n, shell.first_sync.rows, count = rows().to_string())}
            </p>
        </section>
        <Skeleton cards=2/>
    }
    .into_any()
}
