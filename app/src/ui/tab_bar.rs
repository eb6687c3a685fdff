//! The bar of root screens at the very bottom. Never more than five places.

use leptos::prelude::*;

use super::icon::{Glyph, draw};
use super::tag::Badge;

/// One place of the tab bar.
#[derive(Clone)]
pub struct Tab {
    /// Where it leads.
    pub href: String,
    /// Its drawing.
    pub icon: Glyph,
    /// Its word.
    pub label: Signal<String>,
    /// A number that waits there; zero shows nothing.
    pub badge: Signal<u32>,
    /// What the number counts, for screen readers.
    pub badge_label: Signal<String>,
}

impl Tab {
    /// Makes a place without a number.
    pub fn new(href: &str, icon: Glyph, label: impl Into<Signal<String>>) -> Self {
        let (badge, badge_label) = (Signal::stored(0), Signal::stored(String::new()));
        Self { href: href.to_owned(), icon, label: label.into(), badge, badge_label }
    }

    /// Adds the number that waits there.
    #[must_use]
    pub fn with_badge(mut self, count: impl Into<Signal<u32>>, label: impl Into<Signal<String>>) -> Self {
        self.badge = count.into();
        self.badge_label = label.into();
        self
    }
}

/// Places, with a large plus in their middle if `on_add` is given.
#[component]
pub fn TabBar(
    /// The accessible name of the bar.
    #[prop(into)]
    label: Signal<String>,
    /// The places, in order.
    tabs: Vec<Tab>,
    /// Which of them one is at.
    #[prop(into)]
    current: Signal<Option<usize>>,
    /// The accessible name of the plus.
    #[prop(optional, into)]
    add_label: Signal<String>,
    /// What the plus does.
    #[prop(optional, into)]
    on_add: Option<Callback<()>>,
) -> impl IntoView {
    let middle = tabs.len().div_ceil(2);
    let mut places: Vec<AnyView> =
        tabs.into_iter().enumerate().map(|(index, tab)| place(index, tab, current)).collect();
    if let Some(on_add) = on_add {
        places.insert(
            middle,
            view! {
                <button class="add" type="button" aria-label=add_label on:click=move |_| on_add.run(())>
                    <span>{draw(Glyph::Plus, "i")}</span>
                </button>
            }
            .into_any(),
        );
    }
    view! {
        <nav class="tabbar" aria-label=label>
            {places}
        </nav>
    }
    .into_any()
}

fn place(index: usize, tab: Tab, current: Signal<Option<usize>>) -> AnyView {
    let (badge, badge_label) = (tab.badge, tab.badge_label);
    view! {
        <a href=tab.href aria-current=move || (current.get() == Some(index)).then_some("page")>
            {draw(tab.icon, "i")}
            <span>{tab.label}</span>
            {move || (badge.get() > 0).then(|| view! { <Badge count=badge label=badge_label /> })}
        </a>
    }
    .into_any()
}
