//! One row of a list: lead, words, trail. Never more than two lines and one tag; a third fact goes to the detail page.

use leptos::prelude::*;

use super::icon::{Glyph, draw};
use super::tone::Tone;

/// A row; with `href` a link, with `on_press` a button, else plain.
#[component]
pub fn Cell(
    /// The first line.
    #[prop(into)]
    title: Signal<String>,
    /// The second line.
    #[prop(optional, into)]
    note: Signal<String>,
    /// An icon before them.
    #[prop(optional, into)]
    lead: Option<Glyph>,
    /// The ground of that icon.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// Draws the icon without a ground.
    #[prop(optional)]
    bare_lead: bool,
    /// A number or short word at the end.
    #[prop(optional, into)]
    figure: Signal<String>,
    /// Anything else at the end.
    #[prop(optional, into)]
    trail: Option<ViewFn>,
    /// Aligns lead and trail with the first line.
    #[prop(optional)]
    top: bool,
    /// Where it leads.
    #[prop(optional, into)]
    href: Option<Signal<String>>,
    /// What a press does.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// Under the lines: a tag, a state.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let acts = href.is_some() || on_press.is_some();
    let lead = lead.map(|glyph| lead_view(glyph, tone, bare_lead));
    let inside = view! {
        {lead}
        <span class="main">
            <span class="title">{title}</span>
            {move || filled(note, "note")}
            {children.map(|children| view! { <span class="extra">{children()}</span> })}
        </span>
        {move || filled(figure, "trail fig strong")}
        {trail.map(|trail| view! { <span class="trail">{trail.run()}</span> })}
        {acts.then(|| draw(Glyph::Chevron, "i chev"))}
    }
    .into_any();
    let align = top.then_some("top");
    match (href, on_press) {
        (Some(href), _) => view! {
            <a class="cell" data-align=align href=href>
                {inside}
            </a>
        }
        .into_any(),
        (None, Some(run)) => view! {
            <button class="cell" type="button" data-align=align on:click=move |_| run.run(())>
                {inside}
            </button>
        }
        .into_any(),
        (None, None) => view! {
            <div class="cell" data-align=align>
                {inside}
            </div>
        }
        .into_any(),
    }
}

fn lead_view(glyph: Glyph, tone: Signal<Tone>, bare: bool) -> AnyView {
    if bare {
        let ink = move || tone.get().attr();
        view! { <span data-ink=ink>{draw(glyph, "i")}</span> }.into_any()
    } else {
        view! {
            <span class="lead" data-tone=move || tone.get().attr()>
                {draw(glyph, "i")}
            </span>
        }
        .into_any()
    }
}

fn filled(text: Signal<String>, class: &'static str) -> Option<AnyView> {
    text.with(|text| (!text.is_empty()).then(|| view! { <span class=class>{text.clone()}</span> }.into_any()))
}
