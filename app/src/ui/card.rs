//! Cards and sections: what belongs together. Never nested in each other.

use leptos::prelude::*;

use super::ids::fresh_id;

/// A flat card on the paper.
#[component]
pub fn Card(
    /// Space inside; without it the children reach the edges, as cells do.
    #[prop(optional)]
    pad: bool,
    /// Lays the children out as a column with this gap on the 4 px grid: 1, 2, 3 or 4.
    #[prop(optional)]
    gap: u8,
    /// Draws a line between the children.
    #[prop(optional)]
    list: bool,
    /// For lists that may be long: what is out of sight isn't laid out.
    #[prop(optional)]
    long: bool,
    /// The accessible name, for a card without a heading; makes it a region.
    #[prop(optional, into)]
    label: Option<Signal<String>>,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    let mut class = String::from("card");
    for (on, name) in [(pad, " pad"), (gap > 0, " stack"), (list || long, " list")] {
        if on {
            class.push_str(name);
        }
    }
    let gap = match gap {
        1 => Some("1"),
        2 => Some("2"),
        4 => Some("4"),
        _ => None,
    };
    let role = label.is_some().then_some("group");
    view! {
        <div class=class data-gap=gap data-long=long.then_some("") role=role aria-label=move || label.map(|it| it.get())>
            {children()}
        </div>
    }
    .into_any()
}

/// A heading with a count and a link, and what it heads.
#[component]
pub fn Section(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// A quiet fact beside it, such as how many.
    #[prop(optional, into)]
    count: Signal<String>,
    /// The words of a link at the end of the line.
    #[prop(optional, into)]
    link_label: Signal<String>,
    /// Where that link leads.
    #[prop(optional, into)]
    link: Option<Signal<String>>,
    /// What it does, where it isn't a link.
    #[prop(optional, into)]
    on_link: Option<Callback<()>>,
    /// What it heads.
    children: Children,
) -> impl IntoView {
    let id = fresh_id("h");
    let end = match (link, on_link) {
        (Some(href), _) => Some(view! { <a href=href>{link_label}</a> }.into_any()),
        (None, Some(run)) => Some(
            view! {
                <button type="button" on:click=move |_| run.run(())>
                    {link_label}
                </button>
            }
            .into_any(),
        ),
        (None, None) => None,
    };
    view! {
        <section class="section" aria-labelledby=id.clone()>
            <header>
                <h2 id=id.clone()>{title}</h2>
                {move || {
                    count.with(|count| (!count.is_empty()).then(|| view! { <span class="count">{count.clone()}</span> }))
                }}
                {end}
            </header>
            {children()}
        </section>
    }
    .into_any()
}
