//! The day in order: done things shrink to one line and stay. Never sorts.

use leptos::prelude::*;

use super::icon::{Glyph, draw};

/// Where an item of the day stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AgendaState {
    /// Still to come.
    #[default]
    Later,
    /// The next one.
    Next,
    /// Done.
    Done,
}

/// The items of a day.
#[component]
pub fn Agenda(
    /// The items.
    children: Children,
) -> impl IntoView {
    view! { <ol class="agenda card pad">{children()}</ol> }.into_any()
}

/// One item of a day.
#[component]
pub fn AgendaItem(
    /// Its time, or a word for none.
    #[prop(into)]
    time: Signal<String>,
    /// Its number in the day; a tick when done.
    number: usize,
    /// Where it stands.
    #[prop(optional, into)]
    state: Signal<AgendaState>,
    /// Where it stands in words, for screen readers.
    #[prop(optional, into)]
    state_label: Signal<String>,
    /// Whom or what.
    #[prop(into)]
    title: Signal<String>,
    /// Beside the title: a grade.
    #[prop(optional, into)]
    mark: Option<ViewFn>,
    /// The second line.
    #[prop(optional, into)]
    note: Signal<String>,
    /// Where it leads.
    #[prop(optional, into)]
    href: Option<Signal<String>>,
    /// Under the lines: one tag, a state.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let data = move || match state.get() {
        AgendaState::Later => None,
        AgendaState::Next => Some("next"),
        AgendaState::Done => Some("done"),
    };
    let pin = move || {
        if state.get() == AgendaState::Done {
            draw(Glyph::Check, "i s")
        } else {
            number.to_string().into_any()
        }
    };
    let what = view! {
        <span class="title">{title} {mark.map(|mark| mark.run())}</span>
        {move || note.with(|it| (!it.is_empty()).then(|| view! { <span class="note">{it.clone()}</span> }))}
        {children.map(|children| view! { <span class="extra">{children()}</span> })}
    }
    .into_any();
    let what = match href {
        Some(href) => view! {
            <a class="what" href=href>
                {what}
            </a>
        }
        .into_any(),
        None => view! { <div class="what">{what}</div> }.into_any(),
    };
    view! {
        <li data-state=data>
            <time>{time}</time>
            <span class="pin">
                {pin} <span class="vh">{state_label}</span>
            </span>
            {what}
        </li>
    }
    .into_any()
}
