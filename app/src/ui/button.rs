//! Buttons and links that look like buttons. They say verb and object; a button is never greyed out, it says what
//! is missing instead. Never shows progress of local work, which has none.

use leptos::prelude::*;

use super::icon::{Glyph, draw, draw_signal};

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one main action of a screen.
    #[default]
    Primary,
    /// Outlined, beside the main one.
    Second,
    /// No edge: an aside.
    Quiet,
    /// Outlined in red: deletes what is already shared.
    Danger,
}

impl ButtonKind {
    const fn attr(self) -> Option<&'static str> {
        match self {
            Self::Primary => None,
            Self::Second => Some("second"),
            Self::Quiet => Some("quiet"),
            Self::Danger => Some("danger"),
        }
    }
}

/// A button, 56 px high; with `href` a link of the same looks.
#[component]
pub fn Button(
    /// The words; with `icon_only` the accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// How much it asks for attention.
    #[prop(optional)]
    kind: ButtonKind,
    /// 48 px instead of 56.
    #[prop(optional)]
    small: bool,
    /// A drawing before the words.
    #[prop(optional, into)]
    icon: Signal<Option<Glyph>>,
    /// Shows only the icon.
    #[prop(optional)]
    icon_only: bool,
    /// While others are being asked: turns the icon and swallows presses.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Where it leads; makes it a link.
    #[prop(optional, into)]
    href: Option<Signal<String>>,
    /// Submits the form it stands in, or the one named by `form`.
    #[prop(optional)]
    submit: bool,
    /// The id of a form that it isn't inside of.
    #[prop(optional, into)]
    form: Option<String>,
    /// What a press does.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
) -> impl IntoView {
    let shown =
        Signal::derive(
            move || if busy.get() && icon.get().is_some() { Some(Glyph::Sync) } else { icon.get() },
        );
    let inside = move || {
        let words = if icon_only { None } else { Some(view! { <span>{label}</span> }) };
        view! { {draw_signal(shown)} {words} }
    };
    let name = move || icon_only.then(|| label.get());
    let press = move || {
        if !busy.get_untracked()
            && let Some(on_press) = on_press
        {
            on_press.run(());
        }
    };
    let (kind, size, only) = (kind.attr(), small.then_some("s"), icon_only.then_some(""));
    match href {
        Some(href) => view! {
            <a class="btn" data-kind=kind data-size=size data-only=only href=href aria-label=name on:click=move |_| press()>
                {inside()}
            </a>
        }
        .into_any(),
        None => {
            let hold = move |event: leptos::ev::MouseEvent| {
                if busy.get_untracked() {
                    event.prevent_default(); // a second submit while the first is on its way
                } else {
                    press();
                }
            };
            view! {
                <button
                    class="btn"
                    type=if submit { "submit" } else { "button" }
                    form=form
                    data-kind=kind
                    data-size=size
                    data-only=only
                    aria-label=name
                    aria-busy=move || busy.get().then_some("true")
                    on:click=hold
                >
                    {inside()}
                </button>
            }
            .into_any()
        }
    }
}

/// A 48 px square with an icon: back, close, ⋯.
#[component]
pub fn IconButton(
    /// The accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// The drawing.
    icon: Glyph,
    /// Where it leads; makes it a link.
    #[prop(optional, into)]
    href: Option<Signal<String>>,
    /// What a press does.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
) -> impl IntoView {
    let press = move |_| {
        if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    match href {
        Some(href) => view! {
            <a class="iconbtn" href=href aria-label=label on:click=press>
                {draw(icon, "i")}
            </a>
        }
        .into_any(),
        None => view! {
            <button class="iconbtn" type="button" aria-label=label on:click=press>
                {draw(icon, "i")}
            </button>
        }
        .into_any(),
    }
}
