//! What every form has in common: it says that its keystrokes are kept, lets them be dropped, and leads to what is
//! wrong. Never checks anything itself.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

use super::trail;
use crate::drafts::Draft;
use crate::i18n::{t_string, use_i18n};
use crate::routes::{Route, use_replace};
use crate::ui::{Button, ButtonKind, Toasts};

/// Returns the line under a form's heading: that what was typed is kept, while there is something.
pub fn draft_line(draft: Draft) -> Signal<String> {
    let i18n = use_i18n();
    let dirty = draft.is_dirty();
    Signal::derive(move || match dirty.get() {
        true => t_string!(i18n, shell.draft.kept).to_owned(),
        false => String::new(),
    })
}

/// A button that drops what was typed and not saved; there only while there is something to drop.
#[component]
pub fn DropDraft(draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = Toasts::take();
    let dirty = draft.is_dirty();
    let drop_it = move |()| {
        draft.discard();
        toasts.show(t_string!(i18n, shell.draft.dropped));
    };
    let button = move || {
        dirty.get().then(|| {
            view! {
                <Button
                    kind=ButtonKind::Quiet
                    small=true
                    label=move || t_string!(i18n, shell.draft.drop)
                    on_press=drop_it
                />
            }
        })
    };
    button.into_any()
}

/// Returns a function that leaves a form for an address: back, if that is where the user came from, so that the way
/// back does not lead through the same screen twice; else in place of the form.
pub fn use_leave() -> impl Fn(Route) + Clone + 'static {
    let replace = use_replace();
    move |route| {
        let is_back = trail::came_from(&route.href());
        if !is_back || window().history().and_then(|history| history.back()).is_err() {
            replace(route);
        }
    }
}

/// Puts the focus on the first control that something is wrong with, once the page shows it.
pub fn focus_first_wrong() {
    request_animation_frame(|| {
        let wrong = "[aria-invalid=true]:not(fieldset), fieldset[aria-invalid=true] input";
        let control = document().query_selector(wrong).ok().flatten();
        if let Some(control) = control.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
            let _ = control.focus();
        }
    });
}
